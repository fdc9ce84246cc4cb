//! An answered analysis: what every front shows.

use std::sync::Arc;

use bson::Document;
use catalog::{Analysis, Chart, Finding, Form, OutcomeWords, Topic};

use crate::finding::{
    Said, association, closed, common_cautions, drivers, evidence, extremes, forward_selection, largest, life_table,
    overview, quantiles, rates, spread, template, trend, weighted, worth,
};
use crate::groups::Groups;
use crate::{
    Caution, ColumnTest, Error, Fact, Narrative, Nothing, Piece, Table, Test, Verdict, bins, grouped, joined, judge,
    words,
};

/// One analysis with its numbers and what they say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The analysis' name in the catalog, such as `closures_by_months_inactive`.
    pub name: String,
    /// Whether it tells the figures of all customers together, that everything else is measured against.
    pub is_overview: bool,
    /// Whether its question names the number of customers, so that a grid of it shows that.
    pub names_counts: bool,
    /// Its topic.
    pub topic: Arc<Topic>,
    /// A short heading, without the filter; see [`Answer::heading`].
    pub title: String,
    /// The question in plain words.
    pub question: String,
    /// Which customers were counted, in words: `Card = Gold`; all where it says nothing.
    pub filter: Option<String>,
    /// The tests of closure against each column, where all columns are ranked.
    pub columns: Vec<ColumnTest>,
    /// The day that was asked about, where one was chosen: `2026-06-30`.
    pub day: Option<String>,
    /// The numbers, in natural order.
    pub table: Table,
    /// How to draw them.
    pub chart: Option<Chart>,
    /// What the numbers say: facts and cautions as values; [`Answer::sentence`] and [`Answer::notes`] put them into words.
    pub narrative: Narrative,
    /// How to read the table and chart.
    pub reading: String,
    /// The test behind a difference, where there is one.
    pub test: Option<Test>,
    /// What it tests: the names that it holds against each other. Two analyses of the same are one hypothesis.
    pub hypothesis: Vec<String>,
    /// How strong what the sentence says is, 0 to 1: Cramér's V of a table, the correlation ratio of means.
    pub effect: Option<f64>,
    /// The pipelines that the numbers came from.
    pub queries: Vec<Query>,
    /// How its sentences speak of the outcome.
    pub outcome: OutcomeWords,
}

/// A pipeline that can be pasted into mongosh.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The collection it runs over.
    pub collection: String,
    /// `db.customers.aggregate([...])`, as mongosh text.
    pub mongosh: String,
    /// The pipeline as Extended JSON.
    pub extended_json: String,
}

impl Query {
    /// A pipeline over a collection, as text.
    #[must_use]
    pub fn of((collection, pipeline): &(String, pipeline::Pipeline)) -> Self {
        Self {
            collection: collection.clone(),
            mongosh: pipeline::print::mongosh(collection, pipeline),
            extended_json: pipeline::print::extended_json(pipeline),
        }
    }
}

impl Answer {
    /// An answer in words that stand ready, such as those of models: a table with sentences of any source.
    #[must_use]
    pub fn worded(name: &str, title: &str, question: &str, table: Table, sentences: Vec<String>) -> Self {
        let told = |sentence: String| Fact::Worded { rows: Vec::new(), pieces: vec![Piece::Words(sentence)] };
        let facts = sentences.into_iter().map(told).collect();
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            question: question.to_owned(),
            table,
            narrative: Narrative { facts, cautions: Vec::new() },
            ..Self::default()
        }
    }

    /// The same with notes below the sentences.
    #[must_use]
    pub(crate) fn noted(mut self, notes: Vec<String>) -> Self {
        self.narrative.cautions = notes.into_iter().map(Caution::Worded).collect();
        self
    }

    /// The heading, with the filter and the day where there are some: `Closures by card (only customers with Card = Gold)`.
    #[must_use]
    pub fn heading(&self) -> String {
        words::narrowed(&self.title, self.filter.as_deref(), self.day.as_deref())
    }

    /// What a manager could repeat: the filter, the facts, the verdict of the test.
    #[must_use]
    pub fn sentence(&self) -> String {
        let verdict = self.test.as_ref().map(words::verdict);
        [self.facts(), verdict.unwrap_or_default()].join(" ").trim().to_owned()
    }

    /// Its table of two dimensions as a grid, with what its question names.
    #[must_use]
    pub fn grid(&self) -> Option<Table> {
        self.table.pivot(self.names_counts)
    }

    /// One of its facts as a sentence.
    pub(crate) fn told(&self, fact: &Fact) -> String {
        self.in_words(std::slice::from_ref(fact))
    }

    /// The sentence without the verdict.
    #[must_use]
    pub fn facts(&self) -> String {
        let facts = self.in_words(&self.narrative.facts);
        match &self.filter {
            Some(filter) if !facts.is_empty() => format!("Only customers with {filter}: {}", words::lowered(&facts)),
            _ => facts,
        }
    }

    /// Cautions made from the numbers: small groups, heaps, missing answers.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let notes = words::cautions(&self.narrative.cautions, &self.table);
        notes.iter().map(|note| self.outcome.say(note)).collect()
    }

    /// Facts in words. Where the differences can well be chance, no group is said to have the highest value or the lowest.
    fn in_words(&self, facts: &[Fact]) -> String {
        let told = if self.verdict() == Some(Verdict::Chance) {
            words::facts(&facts.iter().map(Fact::undecided).collect::<Vec<_>>(), &self.table)
        } else {
            words::facts(facts, &self.table)
        };
        self.outcome.say(&told)
    }

    /// What the test says of the difference; none without a test.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.test.as_ref().map(Test::verdict)
    }
}

/// Makes an answer from the rows that an analysis' pipelines gave, one list a query, in the order of the queries.
///
/// Where several analyses are tested over the same customers, [`crate::judge`] then makes one verdict of them.
pub fn answer(analysis: &Analysis, results: &[Vec<Document>]) -> Result<Answer, Error> {
    if results.len() != analysis.queries().len() {
        let (name, wanted, got) = (&analysis.name, analysis.queries().len(), results.len());
        return Err(Error::new(format!("the analysis `{name}` has {wanted} pipelines, but {got} gave rows")));
    }
    let (mut table, said) = match analysis.form {
        Form::Each => {
            let columns = bins::columns(analysis, results)?;
            match analysis.finding {
                Finding::Evidence => evidence::say(&columns),
                Finding::ForwardSelection => forward_selection::say(analysis, &columns, results),
                _ => drivers::say(&columns),
            }
        }
        Form::Together => {
            let rows = joined::rows(analysis, results);
            let groups = Groups::read(analysis, &analysis.by, &rows)?;
            grouped(&groups)
        }
    };
    let is_of_none = results.iter().all(Vec::is_empty) && analysis.filter_in_words().is_some();
    let said = if is_of_none { Said::nothing(Nothing::NoCustomers) } else { said };
    // Where no column was chosen, or none tells more than chance, there is nothing to draw.
    let is_empty = analysis.form == Form::Each && matches!(said.facts[..], [Fact::Nothing(_)]);
    table.columns.iter_mut().for_each(|column| analysis.outcome.reword(&mut column.label));
    Ok(Answer {
        name: analysis.name.clone(),
        is_overview: analysis.finding == Finding::Overview,
        names_counts: analysis.names_counts,
        topic: Arc::clone(&analysis.topic),
        title: analysis.title.clone(),
        question: analysis.question.clone(),
        filter: analysis.filter_in_words(),
        columns: said.columns,
        day: None,
        table,
        chart: analysis.chart.clone().filter(|_| !is_empty),
        narrative: Narrative { facts: said.facts, cautions: said.cautions },
        reading: analysis.reading.clone(),
        test: said.test.map(|test| judge::alone(analysis, test)),
        hypothesis: judge::hypothesis(analysis),
        effect: said.effect,
        queries: analysis.queries().iter().map(Query::of).collect(),
        outcome: analysis.outcome.clone(),
    })
}

/// Table and facts of the groups of one pipeline.
fn grouped(groups: &Groups<'_>) -> (Table, Said) {
    let mut table = grouped::of_groups(groups);
    let mut said = match &groups.analysis.finding {
        Finding::LifeTable => life_table::say(groups, &mut table),
        Finding::Overview => overview::say(groups),
        Finding::Closed => closed::say(groups),
        Finding::Rates => rates::say(groups).unwrap_or_else(|| largest::say(groups)),
        Finding::Trend => trend::say(groups).unwrap_or_else(|| largest::say(groups)),
        Finding::Extremes(measure) => extremes::say(groups, measure),
        Finding::Association => association::say(groups).unwrap_or_else(|| largest::say(groups)),
        Finding::WeightedMean => weighted::of_second(groups),
        Finding::Weighted(measure) => weighted::of_measure(groups, measure),
        Finding::Quantiles => quantiles::say(groups),
        Finding::Spread => spread::say(groups),
        Finding::Worth => worth::say(groups),
        Finding::Template(words) => template::say(groups, words),
        // Drivers and evidence take each column in turn; together they are no more than groups.
        Finding::Largest | Finding::Drivers | Finding::Evidence | Finding::ForwardSelection => largest::say(groups),
    };
    if said.test.is_some()
        && let Some(measure) = judge::fixed(groups.analysis)
    {
        (said.test, said.effect) = (None, None);
        let rows = groups.rows.iter().map(|row| row.at).collect();
        said.cautions.push(Caution::Fixed { rows, what: measure.phrase.clone() });
    }
    said.cautions.splice(0..0, common_cautions(groups, said.test.as_ref()));
    (table, said)
}
