//! The facts of each column.
//!
//! In: the rows by value, by type, or of how many values there are. Out: [`ColumnFacts`], one for each column of the contract.
//! Invariant: of a column that is hidden nothing is kept but counts.

use bson::{DateTime, Document};
use catalog::{About, Catalog, Dimension, Unit};
use contract::{Column, Contract, Kind, Role};

use super::description::{moments, top};
use super::histogram::{Bar, Numbers, drawn, histogram};
use super::outcome::{LEAKING, Leak, tells};
use super::spread::{Heap, Outliers, Rounded, Spread, above_one, heaps, outliers, rounded, spread};
use super::values::Values;
use super::{QualityPage, count};
use crate::words;

/// What is in a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnFacts {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub label: String,
    /// What it may hold, as contracts say it: `whole`.
    pub kind: &'static str,
    /// What it means, as contracts say it, where a word for that is known.
    pub role: Option<&'static str>,
    /// Whether it is the outcome.
    pub is_outcome: bool,
    /// What its numbers count.
    pub unit: Unit,
    /// Whether it names a person, so that no value of it is shown.
    pub is_hidden: bool,
    /// What is missing.
    pub missing: Missing,
    /// Customers whom the join does not find in the collection in which the column lies.
    pub unjoined: u64,
    /// How many different values are known.
    pub distinct: u64,
    /// Of how many customers its values were looked at, where not of all: then there may be more of them.
    pub first: Option<u64>,
    /// The spread of its numbers.
    pub spread: Option<Spread>,
    /// The mean of its numbers.
    pub mean: Option<f64>,
    /// Their standard deviation, of a sample.
    pub deviation: Option<f64>,
    /// The most frequent of its names, with its customers.
    pub top: Option<(String, u64)>,
    /// Its far outliers.
    pub outliers: Option<Outliers>,
    /// Values that hold far more customers than their neighbours.
    pub heaps: Vec<Heap>,
    /// The step that its numbers were rounded to.
    pub rounded: Option<Rounded>,
    /// A small histogram of what is known.
    pub histogram: Vec<Bar>,
    /// A larger one with round edges, to be drawn.
    pub drawn: Vec<Bar>,
    /// How many customers have more than one of what is a part of one for nearly all.
    pub above_one: u64,
    /// What its contract says is in doubt.
    pub doubt: Option<String>,
    /// The AUC with which it tells closed from open accounts by itself.
    pub auc: Option<f64>,
    /// Why it is suspected to hold the outcome.
    pub leak: Option<Leak>,
}

/// Customers without an answer in a column, by the way in which it is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The field is null; also where there is no such field, if the contract knows of neither.
    pub null: u64,
    /// There is no such field.
    pub no_field: u64,
    /// It is not a number.
    pub nan: u64,
    /// It is the category that means no answer.
    pub no_answer: u64,
    /// It is of a type, or a category, that the column should not have.
    pub odd: u64,
}

impl Missing {
    /// All of them; a value that should not be there is there, and so not one of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.null + self.no_field + self.nan + self.no_answer
    }
}

impl ColumnFacts {
    /// A number of the column as people read it; a day as a day, a year as a year.
    #[must_use]
    pub fn written(&self, value: f64) -> String {
        if self.kind == "date" {
            return day(value);
        }
        if self.unit == Unit::Year {
            return words::year(value);
        }
        plain(value)
    }
}

/// A number without more decimals than it needs, and with separators of thousands.
pub(super) fn plain(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    if !rounded.is_finite() {
        return value.to_string();
    }
    if rounded == 0.0 && value != 0.0 {
        let digits = format!("{:.3e}", value.abs());
        let (digits, power) = digits.split_once('e').unwrap_or((&digits, "0"));
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'));
    }
    let text = rounded.abs().to_string();
    let fraction = text.split_once('.').map_or_else(String::new, |(_, fraction)| format!(".{fraction}"));
    let sign = if rounded < 0.0 { "−" } else { "" };
    format!("{sign}{}{fraction}", words::count(rounded.abs().trunc()))
}

/// Milliseconds as a day: `2026-06-30`.
pub(crate) fn day(millis: f64) -> String {
    let text = DateTime::from_millis(millis as i64).try_to_rfc3339_string().unwrap_or_default();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// The facts of all columns of the contract, in its order.
pub(super) fn facts(contract: &Contract, page: &QualityPage, answered: &[(&About, &[Document])]) -> Vec<ColumnFacts> {
    let fact = |(position, column): (usize, &Column)| {
        let mut facts = start(column);
        if column.role == Some(Role::CustomerKey) {
            // Each customer has one of its own, which imports see to.
            facts.distinct = page.customers;
        }
        for (about, rows) in answered {
            match about {
                About::Types(of) if *of == position => types(&mut facts, rows),
                About::Distinct { column: of, first } if *of == position => {
                    facts.distinct = rows.first().map_or(0, |row| count(row, "distinct"));
                    facts.first = *first;
                }
                About::Values { column: of, dimension, first } if *of == position => {
                    facts.first = *first;
                    let is_typed = facts.missing.null + facts.missing.no_field > 0;
                    values(&mut facts, column, dimension, rows, is_typed);
                    let found: u64 = rows.iter().map(|row| count(row, "customers")).sum();
                    facts.unjoined = first.unwrap_or(u64::MAX).min(page.customers).saturating_sub(found);
                }
                _ => {}
            }
        }
        facts
    };
    contract.columns.iter().enumerate().map(fact).collect()
}

fn start(column: &Column) -> ColumnFacts {
    let kind = match column.kind {
        Kind::Category(_) => "category",
        Kind::Whole { .. } => "whole",
        Kind::Decimal { .. } => "decimal",
        Kind::Text => "text",
        Kind::Date => "date",
    };
    ColumnFacts {
        name: column.name.clone(),
        label: column.label.clone(),
        kind,
        role: column.role.map(Role::name),
        is_outcome: column.role == Some(Role::Closed),
        unit: column.unit,
        is_hidden: !Catalog::shows_values(column),
        leak: column.leaks.then_some(Leak::Marked),
        doubt: column.doubt.clone(),
        ..ColumnFacts::default()
    }
}

/// Tells null from no field, by the types of the values.
fn types(facts: &mut ColumnFacts, rows: &[Document]) {
    for row in rows {
        let customers = count(row, "customers");
        match row.get_str("_id") {
            Ok("null" | "undefined") => facts.missing.null += customers,
            Ok("missing") => facts.missing.no_field += customers,
            _ => {}
        }
    }
}

fn values(facts: &mut ColumnFacts, column: &Column, dimension: &Dimension, rows: &[Document], is_typed: bool) {
    let is_number = column.is_number() || column.kind == Kind::Date;
    let values = Values::read(dimension, is_number, rows);
    if !is_typed {
        facts.missing.null = values.null.customers as u64;
    }
    facts.missing.nan = values.nan.customers as u64;
    facts.missing.no_answer = values.no_answer.customers as u64;
    facts.missing.odd = values.odd.customers as u64;
    facts.distinct = values.distinct();
    facts.spread = spread(&values.numbers);
    if column.is_number() {
        (facts.mean, facts.deviation) = moments(&values.numbers);
    }
    facts.top = top(&values.names);
    facts.outliers = facts.spread.as_ref().and_then(|spread| outliers(&values.numbers, spread));
    facts.heaps = heaps(&values.numbers);
    if matches!(column.kind, Kind::Whole { .. }) {
        facts.rounded = rounded(&values.numbers);
    }
    if matches!(column.unit, Unit::Ratio | Unit::Share) {
        facts.above_one = above_one(&values.numbers);
    }
    facts.histogram = histogram(&values);
    let numbers = match column.kind {
        Kind::Whole { .. } => Numbers::Whole,
        Kind::Date => Numbers::Dates,
        _ => Numbers::Decimal,
    };
    facts.drawn = drawn(&values, numbers);
    if column.role == Some(Role::Closed) {
        return;
    }
    let Some((auc, is_double)) = tells(&values) else { return };
    facts.auc = Some(auc);
    if facts.leak.is_none() && auc >= LEAKING {
        facts.leak = Some(if is_double { Leak::Double } else { Leak::Tells });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_they_are() {
        for (value, expected) in [
            (34_516.0, "34,516"),
            (1438.3, "1,438.3"),
            (-0.5, "−0.5"),
            (0.061, "0.061"),
            (1e6, "1,000,000"),
            (0.0, "0"),
            (1e-9, "1e-9"),
            (-2.345_67e-7, "−2.346e-7"),
        ] {
            assert_eq!(plain(value), expected);
        }
        assert_eq!(day(1_782_777_600_000.0), "2026-06-30");
    }
}
