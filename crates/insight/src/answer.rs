//! An answered analysis: what every front shows.

use std::sync::Arc;

use bson::Document;
use catalog::{Analysis, Chart, Finding, Form, Topic, Unit};

use crate::finding::{
    Said, association, closed, common_notes, drivers, evidence, extremes, largest, overview, quantiles, rates, spread,
    survival, template, weighted,
};
use crate::groups::Groups;
use crate::statistics::adjusted::benjamini_hochberg;
use crate::{Error, bins, table, words};

/// One analysis with its numbers and what they say.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The analysis' name in the catalog, such as `closures_by_months_inactive`.
    pub name: String,
    /// Its topic.
    pub topic: Arc<Topic>,
    /// A short heading.
    pub title: String,
    /// The question in plain words.
    pub question: String,
    /// The numbers, in natural order.
    pub table: Table,
    /// How to draw them.
    pub chart: Option<Chart>,
    /// What a manager could repeat, made from the numbers.
    pub sentence: String,
    /// How to read the table and chart.
    pub reading: String,
    /// Cautions made from the numbers: small groups, heaps, missing answers.
    pub notes: Vec<String>,
    /// The test behind a difference, where there is one.
    pub test: Option<Test>,
    /// How strong what the sentence says is, 0 to 1: Cramér's V of a table, the correlation ratio of means.
    pub effect: Option<f64>,
    /// The pipelines that the numbers came from.
    pub queries: Vec<Query>,
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

/// A table. Invariant: every row has as many cells as there are columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The columns, left to right.
    pub columns: Vec<Column>,
    /// The rows, top to bottom.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name that charts, CSV and JSON use: `attrition_rate`.
    pub name: String,
    /// The heading: `Attrition rate`.
    pub label: String,
    /// What its numbers count.
    pub unit: Unit,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value: shown as `–`.
    Missing,
    /// A name.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
}

/// A chi-square test of independence behind a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Pearson's chi-square.
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: u32,
    /// The p-value, adjusted by Benjamini–Hochberg where several analyses were tested together.
    pub p_value: f64,
    /// Cramér's V, 0 to 1.
    pub cramers_v: f64,
}

impl Table {
    /// The index of the column with this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// Makes an answer from the rows that an analysis' pipelines gave, one list a query, in the order of the queries.
pub fn answer(analysis: &Analysis, results: &[Vec<Document>]) -> Result<Answer, Error> {
    if results.len() != analysis.queries().len() {
        let (name, wanted, got) = (&analysis.name, analysis.queries().len(), results.len());
        return Err(Error::new(format!("the analysis `{name}` has {wanted} pipelines, but {got} gave rows")));
    }
    let (table, said) = match analysis.form {
        Form::Each => {
            let columns = bins::columns(analysis, results)?;
            if analysis.finding == Finding::Evidence { evidence::say(&columns) } else { drivers::say(&columns) }
        }
        Form::Together => {
            let rows = results.first().map_or(&[][..], Vec::as_slice);
            let groups = Groups::read(analysis, &analysis.by, rows)?;
            let (table, mut said) = grouped(&groups);
            // A tenure is an axis, not a group to be ranked.
            if !matches!(analysis.finding, Finding::Survival { .. }) {
                said.notes.extend(common_notes(&groups));
            }
            (table, said)
        }
    };
    let query = |(collection, pipeline): &(String, pipeline::Pipeline)| Query {
        collection: collection.clone(),
        mongosh: pipeline::print::mongosh(collection, pipeline),
        extended_json: pipeline::print::extended_json(pipeline),
    };
    Ok(Answer {
        name: analysis.name.clone(),
        topic: Arc::clone(&analysis.topic),
        title: analysis.title.clone(),
        question: analysis.question.clone(),
        table,
        chart: analysis.chart.clone(),
        sentence: words::capital(&said.sentence),
        reading: analysis.reading.clone(),
        notes: said.notes,
        test: said.test,
        effect: said.effect,
        queries: analysis.queries().iter().map(query).collect(),
    })
}

/// Table and sentence of the groups of one pipeline.
fn grouped(groups: &Groups<'_>) -> (Table, Said) {
    let said = match &groups.analysis.finding {
        Finding::Survival { entry, window } => return survival::say(groups, *entry, *window),
        Finding::Overview => overview::say(groups),
        Finding::Closed => closed::say(groups),
        Finding::Rates => rates::say(groups).unwrap_or_else(|| largest::say(groups)),
        Finding::Extremes(measure) => extremes::say(groups, measure),
        Finding::Association => association::say(groups).unwrap_or_else(|| largest::say(groups)),
        Finding::WeightedMean => weighted::of_second(groups),
        Finding::Weighted(measure) => weighted::of_measure(groups, measure),
        Finding::Quantiles => quantiles::say(groups),
        Finding::Spread => spread::say(groups),
        Finding::Template(words) => template::say(groups, words),
        // Drivers and evidence take each column in turn; together they are no more than groups.
        Finding::Largest | Finding::Drivers | Finding::Evidence => largest::say(groups),
    };
    (table::of_groups(groups), said)
}

/// Adjusts the p-values of the tests of a report for being many (Benjamini–Hochberg), and the sentences with them, so
/// that none calls a difference what may be chance.
pub fn adjust(answers: &mut [Answer]) {
    let mut tested: Vec<(&mut Test, &mut String)> =
        answers.iter_mut().filter_map(|answer| Some((answer.test.as_mut()?, &mut answer.sentence))).collect();
    let p_values: Vec<f64> = tested.iter().map(|(test, _)| test.p_value).collect();
    for ((test, sentence), adjusted) in tested.iter_mut().zip(benjamini_hochberg(&p_values)) {
        let before = words::verdict(test);
        test.p_value = adjusted;
        if let Some(facts) = sentence.strip_suffix(&before) {
            **sentence = format!("{facts}{}", words::verdict(test));
        }
    }
}
