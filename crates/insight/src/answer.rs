//! An answered analysis: what every front shows.

use catalog::{Chart, Topic, Unit};

/// One analysis with its numbers and what they say.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The analysis' name in the catalog, such as `closures_by_months_inactive`.
    pub name: String,
    /// Its topic.
    pub topic: Topic,
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
