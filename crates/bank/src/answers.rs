//! From a request to answers: every front gets the same numbers, the same p-values and the same section on the data.
//!
//! In: a [`Request`], or nothing for the whole catalog. Out: [`Answers`].
//! Invariant: the p-value of an analysis is adjusted over the tests of its topic, or is that of the ranking of all columns where
//! this has the same test; over the same customers, whatever else is shown.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use catalog::{Analysis, Kind, LeftOut};
use contract::Contract;
use diagnostic::{Action, Diagnostic};
use insight::{Answer, Caution, QualityPage, Summary};
use jiff::civil::Date;
use pipeline::ast::Predicate;
use pipeline::{Document, Notices, Pipeline, Rows, Run, RunError, print};
use report::Report;

use crate::facts::beside_page;
use crate::side_by_side::{Runner, side_by_side};
use crate::{Bank, Error, ErrorKind, Request, Talk, quality_facts, quality_page};

/// Answered analyses, with what belongs to all of them.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What the customers are: the heading of their contract.
    pub title: String,
    /// Where the data came from.
    pub source: String,
    /// Facts on the data, each a label with its value.
    pub quality: Vec<(String, String)>,
    /// The quality page, of answers to the whole catalog.
    pub page: Option<QualityPage>,
    /// The answers, in the order in which they are shown.
    pub answers: Vec<Answer>,
    /// The analyses that they answer, in the same order.
    pub analyses: Vec<Analysis>,
    /// The analyses of the same topics that the contract has not the roles for.
    pub left_out: Vec<LeftOut>,
    /// What a manager reads first.
    pub summary: Summary,
    /// What the user should know about the data behind them, such as a join that finds nothing.
    pub notices: Vec<Diagnostic>,
}

impl Answers {
    /// What they answer: the heading of the one, or what the customers are, with the filter and the day that all were asked with.
    #[must_use]
    pub fn heading(&self) -> String {
        match &self.answers[..] {
            [] => self.title.clone(),
            [one] => one.heading(),
            [first, others @ ..] => {
                let filter = first.filter.as_deref();
                let filter = filter.filter(|filter| others.iter().all(|other| other.filter.as_deref() == Some(filter)));
                insight::narrowed(&self.title, filter, first.day.as_deref())
            }
        }
    }

    /// The page of what was asked, which gives it its title.
    #[must_use]
    pub fn into_page(self) -> Report {
        Report { title: self.heading(), ..self.into_report() }
    }

    /// Tells of customers whom the filter keeps although they gave no answer: as a notice, and as a note of each answer.
    fn tell_kept(&mut self, kept: Vec<Diagnostic>) {
        for notice in &kept {
            let mut told = notice.message().to_owned();
            told.replace_range(..1, "T");
            let note = Caution::Worded(format!("{told}."));
            self.answers.iter_mut().for_each(|answer| answer.narrative.cautions.push(note.clone()));
        }
        self.notices.extend(kept);
    }

    /// The report of them; the time that it shows is now.
    #[must_use]
    pub fn into_report(self) -> Report {
        let generated = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string();
        let Self { title, source, quality, page, answers, summary, left_out, .. } = self;
        let left_out = left_out.iter().map(|one| (one.heading().to_owned(), one.needs().join(", "))).collect();
        Report {
            title,
            bank_name: None,
            source,
            generated,
            summary,
            quality,
            page,
            answers,
            left_out,
            prints_pipelines: false,
        }
    }
}

impl Bank {
    /// Answers a request.
    pub fn answer(&self, request: &Request) -> Result<Answers, Error> {
        let contract = self.customers()?;
        let asked = request.analyses(self.catalog())?;
        let family = request.family(self.catalog(), &asked)?;
        let cached = CachedRun::new(self);
        let mut answers = self.judged(contract, &family, &cached, &|_, _| {})?;
        let day = self.day().map(|day| day.to_string());
        answers.answers.iter_mut().for_each(|answer| answer.day.clone_from(&day));
        let is_asked = |name: &str| asked.iter().any(|analysis| analysis.name == name);
        answers.answers.retain(|answer| is_asked(&answer.name));
        answers.summary = insight::summarize(&answers.answers);
        answers.analyses.retain(|analysis| is_asked(&analysis.name));
        let is_empty = answers.answers.iter().all(|answer| answer.table.rows.is_empty());
        if let Some(filter) = self.catalog().filters(&request.filters)? {
            if is_empty && self.has_no_customer(&filter)? {
                answers.notices.push(no_customer_meets(&request.filters));
            } else if self.has_all_customers(&filter) {
                let (noun, quoted) = named(&request.filters);
                let all = format!("all customers meet the {noun} {quoted}: it leaves out none");
                answers.notices.push(Diagnostic::new(all));
            } else {
                answers.tell_kept(self.kept_without_answer(&filter)?);
            }
        }
        if request.is_whole_topic() {
            answers.left_out = request.left_out(self.catalog()).cloned().collect();
            answers.notices.extend(answers.left_out.iter().map(not_answered));
        }
        Ok(answers)
    }

    /// Whether there is no customer for whom a filter holds; an answer may be empty for other reasons.
    fn has_no_customer(&self, filter: &Predicate) -> Result<bool, Error> {
        Ok(self.counted(&self.catalog().inspection(Some(filter)).customers().query)? == 0)
    }

    /// Whether all customers meet a filter. Where that cannot be found out, nothing is said of it: the answers stand.
    fn has_all_customers(&self, filter: &Predicate) -> bool {
        let (collection, pipeline) = self.catalog().outside(filter);
        Run::run(self, &collection, &pipeline).is_ok_and(|outside| outside.is_empty())
    }

    /// What is told of customers without an answer whom a filter keeps, since it asks only who does not have another.
    pub(crate) fn kept_without_answer(&self, filter: &Predicate) -> Result<Vec<Diagnostic>, Error> {
        let kept = self.catalog().kept_without_answer(filter)?.into_iter();
        let told = kept.filter_map(|kept| {
            let customers = self.counted(&kept.query).ok().filter(|customers| *customers > 0)?;
            let customers = report::counted(customers, "customer");
            let message = format!("the filter keeps {customers} whose “{}” is not known", kept.column);
            Some(Diagnostic::new(message).hint("`… is known` leaves them out"))
        });
        Ok(told.collect())
    }

    /// Answers the whole catalog.
    pub fn answer_all(&self, talk: &Talk<'_>) -> Result<Answers, Error> {
        let bank = self.until(talk.cancel);
        let contract = bank.customers()?;
        let told = |done: u64, of: u64| talk.step("", done, Some(of), "analyses");
        let cached = CachedRun::new(&bank);
        let answers = bank.judged(contract, bank.catalog().analyses(), &cached, &told);
        let answers = answers.and_then(|answers| {
            let page = quality_page::page(Runner { run: &cached, ..cached.home }, bank.catalog())?;
            let page = QualityPage { day: None, ..bank.of_import(page) };
            let mut quality = answers.quality;
            beside_page(&mut quality, &page);
            Ok(Answers { page: Some(page), quality, ..answers })
        });
        // A pipeline that the caller ended comes back as whatever the engine or the server made of it.
        if talk.is_cancelled() {
            return Err(Error::cancelled());
        }
        let left_out = bank.catalog().left_out().iter().filter(|one| one.kind == Kind::Analysis).cloned().collect();
        Ok(Answers { left_out, ..answers? })
    }

    /// Where the data came from, and of which day it is, where one was chosen, or the newest is not today.
    pub(crate) fn source(&self) -> String {
        let source = self.quality().map_or_else(|| self.place().to_string(), |quality| quality.source.clone());
        let today = jiff::Zoned::now().date();
        let is_told = |days: &Vec<Date>| days.len() > 1 || days.last() != Some(&today);
        let newest = || self.days().ok().filter(is_told).and_then(|days| days.last().copied());
        match self.day().or_else(newest) {
            Some(day) => format!("{source}, as of {day}"),
            None => source,
        }
    }

    fn judged(
        &self,
        contract: &Contract,
        analyses: &[Analysis],
        cached: &CachedRun<'_>,
        told: &dyn Fn(u64, u64),
    ) -> Result<Answers, Error> {
        let doubts = self.doubts()?;
        let n = analyses.len() as u64;
        let one = |analysis: &Analysis| {
            let answered = answer(analysis, cached)?;
            if self.limits().cancel.is_cancelled() { Err(Error::cancelled()) } else { Ok(answered) }
        };
        let answered = side_by_side(analyses, cached.home.n_threads, one, &|done| told(done as u64, n))?;
        let (mut answers, analyses): (Vec<Answer>, Vec<Analysis>) = answered.into_iter().unzip();
        insight::judge(&mut answers);
        let quality = self.quality();
        let accepted = quality.iter().flat_map(|quality| quality.accepted.iter().cloned());
        let facts = quality.map(quality_facts).unwrap_or_default();
        let in_doubt = doubts.iter().map(|doubt| ("In doubt".to_owned(), doubt.to_string()));
        Ok(Answers {
            title: contract.title.clone(),
            source: self.source(),
            quality: facts.into_iter().chain(in_doubt).collect(),
            page: None,
            summary: insight::summarize(&answers),
            answers,
            analyses,
            left_out: Vec::new(),
            notices: accepted.map(Diagnostic::new).chain(doubts).chain(cached.notices()).collect(),
        })
    }

    /// The contract of the customers, without which no field of theirs means anything.
    pub(crate) fn customers(&self) -> Result<&Contract, Error> {
        let over = self.contract().and_then(|contract| contract.adopted.as_ref());
        self.require(over.map_or(contract::CUSTOMERS, |over| &over.customers))?;
        self.contract().ok_or_else(|| match self.missing_fields() {
            Ok(missing) => Error::new(ErrorKind::Data, no_contract(&missing)),
            Err(error) => error,
        })
    }

    /// The columns of the card's contract that the first customers have not.
    fn missing_fields(&self) -> Result<Vec<String>, Error> {
        let some = self.query("[{$limit: 100}]", None, contract::CUSTOMERS)?;
        let some = self.rows(&some)?.collect::<Result<Vec<_>, _>>()?;
        let is_there = |name: &String| some.iter().any(|customer| customer.contains_key(name));
        let card = Contract::card();
        let columns = card.columns.iter().filter(|column| column.side != contract::Side::Transactions);
        Ok(columns.map(|column| column.name.clone()).filter(|name| !is_there(name)).collect())
    }
}

/// What is told of an analysis that lacks something.
fn not_answered(one: &LeftOut) -> Diagnostic {
    Diagnostic::new(format!("“{}” is left out: it needs {}", one.heading(), diagnostic::list(&one.needs())))
}

/// What is told where filters leave no customer.
#[must_use]
pub fn no_customer_meets(filters: &[String]) -> Diagnostic {
    let (noun, quoted) = named(filters);
    let none = Diagnostic::new(format!("no customer meets the {noun} {quoted}"));
    if filters.iter().any(|filter| filter.contains('~') && !filter.contains("(?i)")) {
        return none.hint("a pattern tells capital letters from small ones; `~ (?i)gold` does not");
    }
    none
}

/// Filters as messages name them: the noun, and the texts.
fn named(filters: &[String]) -> (&'static str, String) {
    let quoted: Vec<String> = filters.iter().map(|filter| format!("`{}`", diagnostic::quote(filter))).collect();
    (if quoted.len() == 1 { "filter" } else { "filters" }, diagnostic::list(&quoted))
}

/// What lacks more of the card's columns than these is no card data, and their names say nothing of it.
const MOST_NAMED: usize = 10;

fn no_contract(missing: &[String]) -> Diagnostic {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let lacks = if names.is_empty() || names.len() > MOST_NAMED {
        String::new()
    } else {
        format!("; of the card's contract it lacks {}", names.join(", "))
    };
    let why = "`customers` was loaded as documents of any shape, so nothing says what its fields mean";
    Diagnostic::new(format!("{why}{lacks}")).hint_at(Action::Adopt)
}

/// Runs one analysis and reads its rows. One whose last query follows from the rows of the others gets that query.
fn answer(analysis: &Analysis, cached: &CachedRun<'_>) -> Result<(Answer, Analysis), Error> {
    let mut results = Vec::new();
    for (collection, pipeline) in analysis.queries() {
        results.push(cached.run(collection, pipeline).map_err(|error| failed(analysis, error))?);
    }
    let Some(with_cells) = insight::with_cells(analysis, &results)? else {
        return Ok((insight::answer(analysis, &results)?, analysis.clone()));
    };
    // Not kept: no other analysis asks it, and its rows are many.
    let cells = with_cells.queries().last().map(|(collection, pipeline)| cached.home.run.run(collection, pipeline));
    results.extend(cells.transpose().map_err(|error| failed(analysis, error))?);
    Ok((insight::answer(&with_cells, &results)?, with_cells))
}

fn failed(analysis: &Analysis, error: RunError) -> Error {
    let error = Error::from(error);
    // The user knows what was asked, and gave it no name.
    if analysis.is_own { error } else { error.prevents(&format!("the analysis `{}` failed", analysis.name)) }
}

/// Runs each distinct pipeline once: analyses of one report share many. Two threads that ask the same at the same time may run
/// it twice.
struct CachedRun<'a> {
    home: Runner<'a>,
    rows: Mutex<HashMap<(String, String), Vec<Document>>>,
    /// What the runs had to say beside their rows.
    notices: Notices,
}

impl<'a> CachedRun<'a> {
    fn new(bank: &'a Bank) -> Self {
        Self { home: Runner::of(bank), rows: Mutex::default(), notices: Notices::default() }
    }

    /// What the runs had to say, in an order that no thread changes.
    fn notices(&self) -> Vec<Diagnostic> {
        let mut notices = self.notices.all();
        notices.sort_by_key(ToString::to_string);
        notices
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(String, String), Vec<Document>>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run for CachedRun<'_> {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError> {
        let key = (collection.to_owned(), print::extended_json(pipeline));
        if let Some(rows) = self.kept().get(&key) {
            return Ok(Rows::of(rows.clone()));
        }
        let rows = self.home.run.rows(collection, pipeline)?;
        let notices = rows.notices().clone();
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        notices.all().into_iter().for_each(|notice| self.notices.add(notice));
        self.kept().insert(key, rows.clone());
        Ok(Rows::of(rows))
    }
}
