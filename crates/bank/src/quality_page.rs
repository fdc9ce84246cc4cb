//! The quality page of a bank: what its customers' columns hold, and what is to be doubted.
//!
//! In: filters that must all hold, none for all customers. Out: a [`QualityPage`], or the pipelines that it is made of.
//! Invariant: all of its pipelines go through [`answered`]; of a column of any number of values none gives more rows than
//! [`catalog::MOST_VALUES`].

use catalog::{Catalog, Inspection, OutcomeWords, QualityQuestion};
use diagnostic::{Diagnostic, quote};
use insight::{Answer, QualityPage};
use pipeline::{Bson, Document};

use crate::side_by_side::{Runner, side_by_side};
use crate::{Bank, Error, ErrorKind, Query, Talk, no_customer_meets};

impl Bank {
    /// The page over the customers for whom all filters hold, with its pipelines; `talk` is told how far it is.
    pub fn quality_page(
        &self,
        filters: &[String],
        talk: &Talk<'_>,
    ) -> Result<(QualityPage, Vec<(String, Query)>), Error> {
        let bank = self.until(talk.cancel);
        bank.customers()?;
        for doubt in bank.doubts()? {
            (talk.say)(&format!("notice: {doubt}"));
        }
        let told = |done: u64, of: u64| talk.step("", done, Some(of), "pipelines");
        let asked = asked(Runner::of(&bank), bank.catalog(), filters, &told);
        // A pipeline that the caller ended comes back as whatever the engine or the server made of it.
        if talk.is_cancelled() {
            return Err(Error::cancelled());
        }
        let (questions, results) = asked?;
        let page = made(bank.catalog(), filters, &questions, &results)?;
        Ok((bank.of_import(page), named(bank.catalog(), questions)))
    }

    /// The columns over the customers for whom all filters hold, to be described; the page has nothing else.
    pub fn description(&self, filters: &[String]) -> Result<(QualityPage, Vec<(String, Query)>), Error> {
        self.customers()?;
        let (questions, results) = described(Runner::of(self), self.catalog(), filters, None)?;
        let page = made(self.catalog(), filters, &questions, &results)?;
        Ok((self.of_import(page), named(self.catalog(), questions)))
    }

    /// A page with the day that was asked about, and with what its import found doubtful and no contract says.
    pub(crate) fn of_import(&self, page: QualityPage) -> QualityPage {
        let import_doubts = self.quality().map(|quality| quality.doubts.clone()).unwrap_or_default();
        QualityPage { day: self.day().map(|day| day.to_string()), import_doubts, ..page }
    }

    /// How the values of a column are spread over the customers for whom all filters hold.
    pub fn distribution(&self, column: &str, filters: &[String]) -> Result<(Answer, Vec<(String, Query)>), Error> {
        self.customers()?;
        let (at, name) = shown(self.catalog(), column)?;
        let (questions, results) = described(Runner::of(self), self.catalog(), filters, Some(at))?;
        let page = made(self.catalog(), filters, &questions, &results)?;
        if page.customers == 0 && !filters.is_empty() {
            return Err(Error::new(ErrorKind::Question, no_customer_meets(filters)));
        }
        let Some(answer) = page.distribution(&name) else {
            let message = format!("`{}` has no values that can be drawn", quote(&name));
            let hint = "`banksphere describe` says what each column holds";
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
        };
        let queries = questions.iter().map(|question| insight::Query::of(&question.query)).collect();
        let day = self.day().map(|day| day.to_string());
        let answer = Answer { queries, day, outcome: OutcomeWords::of(self.customers()?), ..answer };
        Ok((answer, named(self.catalog(), questions)))
    }

    /// The pipelines of the page, each with what it counts. Which columns may determine others, the first rows say.
    pub fn quality_queries(&self, filters: &[String]) -> Result<Vec<(String, Query)>, Error> {
        self.customers()?;
        Ok(named(self.catalog(), asked(Runner::of(self), self.catalog(), filters, &|_, _| {})?.0))
    }
}

/// The pipelines of the page that can be told without a bank: all but those of pairs of columns, over few customers.
pub fn quality_queries(catalog: &Catalog, filters: &[String]) -> Result<Vec<(String, Query)>, Error> {
    let filter = catalog.filters(filters)?;
    let inspection = catalog.inspection(filter.as_ref());
    Ok(named(catalog, std::iter::once(inspection.customers()).chain(inspection.questions(None))))
}

/// The pipelines of a description of all columns, or of the one that is named, over few customers.
pub fn description_queries(
    catalog: &Catalog,
    filters: &[String],
    column: Option<&str>,
) -> Result<Vec<(String, Query)>, Error> {
    let filter = catalog.filters(filters)?;
    let inspection = catalog.inspection(filter.as_ref());
    let only = column.map(|column| shown(catalog, column)).transpose()?.map(|(at, _)| at);
    let questions = inspection.questions(None).into_iter().filter(|question| is_wanted(question, only));
    Ok(named(catalog, std::iter::once(inspection.customers()).chain(questions)))
}

/// The place and the name of a column whose values may be shown.
fn shown(catalog: &Catalog, column: &str) -> Result<(usize, String), Error> {
    let at = catalog.place_of_column(column)?;
    let column = &catalog.contract().columns[at];
    if Catalog::shows_values(column) {
        return Ok((at, column.name.clone()));
    }
    let why = if column.direct_identifier { "names persons" } else { "is the customer's number" };
    let message = format!("`{}` {why}, so its values are not shown", quote(&column.name));
    Err(Error::new(ErrorKind::Question, Diagnostic::new(message)))
}

/// Whether a question is about single columns, or about the one.
fn is_wanted(question: &QualityQuestion, only: Option<usize>) -> bool {
    only.map_or_else(|| question.about.is_of_column(), |only| question.about.is_of(only))
}

/// The pipelines of questions, each with what it counts.
fn named(catalog: &Catalog, questions: impl IntoIterator<Item = QualityQuestion>) -> Vec<(String, Query)> {
    let named = |question: QualityQuestion| {
        let (collection, pipeline) = &question.query;
        (question.about.in_words(catalog.contract()), Query::of_analysis(collection, pipeline))
    };
    questions.into_iter().map(named).collect()
}

/// The page over all customers by a catalog, whose pipelines `run` runs.
pub(crate) fn page(run: Runner<'_>, catalog: &Catalog) -> Result<QualityPage, Error> {
    let (questions, results) = asked(run, catalog, &[], &|_, _| {})?;
    made(catalog, &[], &questions, &results)
}

fn made(
    catalog: &Catalog,
    filters: &[String],
    questions: &[QualityQuestion],
    results: &[Vec<Document>],
) -> Result<QualityPage, Error> {
    let filter = catalog.filters(filters)?.map(|filter| catalog.filter_in_words(&filter));
    Ok(insight::quality(catalog.contract(), filter, questions, results))
}

/// The questions about single columns, or about the one, with the rows that answered them.
fn described(
    run: Runner<'_>,
    catalog: &Catalog,
    filters: &[String],
    only: Option<usize>,
) -> Result<(Vec<QualityQuestion>, Vec<Vec<Document>>), Error> {
    let filter = catalog.filters(filters)?;
    let inspection = catalog.inspection(filter.as_ref());
    let (mut questions, mut results) = customers(run, catalog, &inspection, &|_, _| {})?;
    let last = results.get(1).and_then(|rows| rows.first()?.get("last")).cloned();
    let more = inspection.questions(last.as_ref()).into_iter().filter(|question| is_wanted(question, only));
    add(run, &mut questions, &mut results, more.collect(), &|_, _| {})?;
    Ok((questions, results))
}

/// How many customers there are, and of very many up to which key they are looked at one by one.
fn customers(
    run: Runner<'_>,
    catalog: &Catalog,
    inspection: &Inspection<'_>,
    told: &dyn Fn(u64, u64),
) -> Result<(Vec<QualityQuestion>, Vec<Vec<Document>>), Error> {
    let mut questions = vec![inspection.customers()];
    let mut results = answered(run, &questions, &|_| {})?;
    let customers = insight::quality(catalog.contract(), None, &questions, &results).customers;
    if customers > catalog::MOST_VALUES {
        add(run, &mut questions, &mut results, inspection.last().into_iter().collect(), told)?;
    }
    Ok((questions, results))
}

/// All questions with the rows that answered them.
fn asked(
    run: Runner<'_>,
    catalog: &Catalog,
    filters: &[String],
    told: &dyn Fn(u64, u64),
) -> Result<(Vec<QualityQuestion>, Vec<Vec<Document>>), Error> {
    let filter = catalog.filters(filters)?;
    let inspection = catalog.inspection(filter.as_ref());
    let (mut questions, mut results) = customers(run, catalog, &inspection, told)?;
    let last = results.get(1).and_then(|rows| rows.first()?.get("last")).cloned();
    let more = inspection.questions(last.as_ref());
    add(run, &mut questions, &mut results, more, told)?;
    let mut more = pairs(catalog, &inspection, &questions, &results);
    more.extend(associations(catalog, &inspection, (&questions, &results), last.as_ref()));
    add(run, &mut questions, &mut results, more, told)?;
    Ok((questions, results))
}

/// What is asked about pairs of columns, once the first rows are there.
fn pairs(
    catalog: &Catalog,
    inspection: &Inspection<'_>,
    questions: &[QualityQuestion],
    results: &[Vec<Document>],
) -> Vec<QualityQuestion> {
    let first = questions.iter().position(|question| question.about == catalog::About::Rows);
    let first = first.map_or(&[][..], |at| &results[at]);
    inspection.pairs(&insight::candidate_pairs(catalog.contract(), first))
}

/// What is asked about columns that may go together, once the values of each are there.
fn associations(
    catalog: &Catalog,
    inspection: &Inspection<'_>,
    (questions, results): (&[QualityQuestion], &[Vec<Document>]),
    last: Option<&Bson>,
) -> Vec<QualityQuestion> {
    let candidates = insight::candidate_associations(catalog.contract(), questions, results);
    let categories = &candidates.categories;
    let pairs = categories.iter().enumerate().flat_map(|(at, b)| categories[..at].iter().map(move |a| (*a, *b)));
    let crossed = pairs.filter_map(|(a, b)| inspection.crossed(a, b));
    inspection.ranks(&candidates.numbers, last).into_iter().chain(crossed).collect()
}

fn add(
    run: Runner<'_>,
    questions: &mut Vec<QualityQuestion>,
    results: &mut Vec<Vec<Document>>,
    more: Vec<QualityQuestion>,
    told: &dyn Fn(u64, u64),
) -> Result<(), Error> {
    let of = more.len() as u64;
    results.extend(answered(run, &more, &|done| told(done, of))?);
    questions.extend(more);
    Ok(())
}

/// Runs the pipelines of the questions.
fn answered(run: Runner<'_>, questions: &[QualityQuestion], told: &dyn Fn(u64)) -> Result<Vec<Vec<Document>>, Error> {
    let one = |question: &QualityQuestion| run.run.run(&question.query.0, &question.query.1);
    Ok(side_by_side(questions, run.n_threads, one, &|done| told(done as u64))?)
}
