//! The quality page: what is in each column, what the columns say of each other, and what is to be doubted.
//!
//! ```text
//! rows by value ─► Values ─► spread, heaps, outliers, histogram, AUC ─► ColumnFacts ┐
//! first rows ─► candidates ─► rows of pairs ─► Determines                           ├─► QualityPage ─► doubts
//! Values ─► candidates ─► sums of ranks, categories by categories ─► Matrix          │
//! rows of rules ─► RuleFacts                                                        ┘
//! ```
//!
//! In: a contract, the questions of [`catalog::Inspection`] and the rows that answered them. Out: a [`QualityPage`].
//! Invariant: of a column that names a person nothing is kept but how many values are missing and how many there are.

mod calendar;
pub(crate) mod column;
mod description;
mod distribution;
mod histogram;
mod outcome;
mod pairs;
mod spread;
mod together;
mod values;
mod words;

use std::collections::HashMap;

use bson::Document;
use catalog::{About, OUTCOME_KNOWN, QualityQuestion};
use contract::{Contract, Severity};

pub use self::column::{ColumnFacts, Missing};
pub use self::histogram::Bar;
pub use self::outcome::Leak;
pub use self::pairs::{Determines, candidate_pairs};
pub use self::spread::{Heap, Outliers, Rounded, Spread};
pub use self::together::{Association, Candidates, Matrix, candidate_associations};

use crate::groups::{cell, numeric};
use crate::{Cell, Column, Query, Table};

/// So many of the first rows are shown.
const FIRST_SHOWN: usize = 5;

/// What a bank's customers' data is like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QualityPage {
    /// Which customers were looked at, in words; all where it says nothing.
    pub filter: Option<String>,
    /// The day that was asked about, where one was chosen.
    pub day: Option<String>,
    /// What the import of the customers found doubtful that no column's contract says.
    pub import_doubts: Vec<String>,
    /// How many they are.
    pub customers: u64,
    /// How many of them closed their account, where the contract has an outcome.
    pub closed: Option<u64>,
    /// Of how many it is not known whether they did.
    pub without_outcome: u64,
    /// The columns, in the order of the contract.
    pub columns: Vec<ColumnFacts>,
    /// The columns that determine another.
    pub pairs: Vec<Determines>,
    /// How much columns go together.
    pub matrices: Vec<Matrix>,
    /// The rules of the contract.
    pub rules: Vec<RuleFacts>,
    /// The first rows, by key. What names a person is hidden.
    pub first: Table,
    /// The pipelines that all of it came from.
    pub queries: Vec<Query>,
}

impl QualityPage {
    /// A heading of it with its filter and its day.
    #[must_use]
    pub fn narrowed(&self, heading: &str) -> String {
        crate::words::narrowed(heading, self.filter.as_deref(), self.day.as_deref())
    }
}

/// How often a rule between columns holds.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleFacts {
    /// The rule, in words.
    pub words: String,
    /// Whether rows that break it are refused by an import.
    pub is_fault: bool,
    /// How many customers it was tested on: those of whom all its columns are known.
    pub tested: u64,
    /// How many of them break it.
    pub broken: u64,
}

/// Makes the page of the rows that answered the questions, one list a question.
#[must_use]
pub fn quality(
    contract: &Contract,
    filter: Option<String>,
    questions: &[QualityQuestion],
    results: &[Vec<Document>],
) -> QualityPage {
    let answered = answered(questions, results);
    let mut page = QualityPage { filter, ..QualityPage::default() };
    if let Some(row) = find(&answered, |about| *about == About::Customers).and_then(|(_, rows)| rows.first()) {
        page.customers = count(row, "customers");
        page.closed = row.contains_key("closed").then(|| count(row, "closed"));
        let known = if row.contains_key(OUTCOME_KNOWN) { count(row, OUTCOME_KNOWN) } else { page.customers };
        page.without_outcome = page.customers.saturating_sub(known);
    }
    page.columns = column::facts(contract, &page, &answered);
    page.rules = rules(contract, &answered);
    page.pairs = pairs::determined(contract, &answered);
    page.matrices = together::matrices(contract, &answered);
    if let Some((_, rows)) = find(&answered, |about| *about == About::Rows) {
        page.first = first(contract, rows);
    }
    page.queries = questions.iter().map(|question| Query::of(&question.query)).collect();
    page
}

/// What each question is about, with the rows that answered it.
fn answered<'a>(questions: &'a [QualityQuestion], results: &'a [Vec<Document>]) -> Vec<(&'a About, &'a [Document])> {
    questions.iter().map(|question| &question.about).zip(results.iter().map(Vec::as_slice)).collect()
}

/// The first question that is about this, with its rows.
fn find<'a>(
    answered: &[(&'a About, &'a [Document])],
    is: impl Fn(&About) -> bool,
) -> Option<(&'a About, &'a [Document])> {
    answered.iter().find(|(about, _)| is(about)).copied()
}

/// A count of a row; nothing counted is zero.
fn count(row: &Document, field: &str) -> u64 {
    row.get(field).and_then(numeric).filter(|number| *number >= 0.0).map_or(0, |number| number as u64)
}

fn rules(contract: &Contract, answered: &[(&About, &[Document])]) -> Vec<RuleFacts> {
    let mut counts = HashMap::new();
    for (about, rows) in answered {
        if let About::Rule(rule) = about {
            let row = rows.first().map(|row| (count(row, "customers"), count(row, "holds")));
            counts.insert(*rule, row.unwrap_or_default());
        }
    }
    let fact = |(position, rule): (usize, &contract::Rule)| {
        let (tested, holds) = *counts.get(&position)?;
        let is_fault = rule.severity == Severity::Fault;
        Some(RuleFacts { words: rule.words.clone(), is_fault, tested, broken: tested.saturating_sub(holds) })
    };
    contract.rules.iter().enumerate().filter_map(fact).collect()
}

/// The first rows as a table of all columns.
fn first(contract: &Contract, rows: &[Document]) -> Table {
    let columns = contract.columns.iter().map(|column| Column::text(&column.name, &column.name)).collect();
    let row = |row: &Document| {
        let cells = contract.columns.iter().map(|column| match row.get(&column.name) {
            _ if column.direct_identifier => Cell::Hidden,
            Some(bson::Bson::DateTime(date)) => Cell::Text(column::day(date.timestamp_millis() as f64)),
            Some(value) => cell(value),
            None => Cell::Missing,
        });
        cells.collect::<Vec<_>>().into()
    };
    Table { columns, rows: rows.iter().take(FIRST_SHOWN).map(row).collect() }
}

#[cfg(test)]
mod tests;
