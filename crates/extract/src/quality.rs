//! The summary that ends each import: what is in the data, and what to be careful with.
//!
//! In: every block that goes into the bank, and the contract's rules. Out: [`Quality`], plain data; printing is the fronts'
//! business. Invariant: a null is missing and nothing else: no outlier, and no rule is broken by it.

use std::sync::Arc;

use contract::{Column, Kind, Rule, Side};
use serde::{Deserialize, Serialize};

use crate::block::{Block, Cells};
use crate::histogram::Histogram;
use crate::shape::Shape;

/// What an import found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Where the data came from: a file's name, or the sample's size and seed.
    pub source: String,
    /// Customers, one row each.
    pub rows: u64,
    /// Rows with the number of a customer who was there already; 0, since the first one stops an import.
    pub duplicates: u64,
    /// Each column of the file, in its order.
    pub columns: Vec<ColumnQuality>,
    /// Rules that rows should keep.
    pub consistency: Vec<Consistency>,
    /// What the user should know, such as columns that were left out.
    pub notices: Vec<String>,
    /// What is to be doubted in the data as they are shown, and no column of the contract says. Pages of the data tell it again.
    #[serde(default)]
    pub doubts: Vec<String>,
    /// Rules that rows break although that is a fault, which the user accepted: each with how many rows. Every answer tells them.
    #[serde(default)]
    pub accepted: Vec<String>,
    /// Whether the bank changed; not so where it had all of this already.
    #[serde(skip)]
    pub changed: bool,
}

/// What was found in one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnQuality {
    /// Its name.
    pub name: String,
    /// Rows where the answer is missing: empty, or the word that stands for that; `None` where the column can have neither.
    pub missing: Option<u64>,
    /// For numbers other than the key and what names a person.
    pub outliers: Option<Outliers>,
}

/// Values beyond Tukey's fences: more than 1.5 interquartile ranges outside the quartiles. They are kept: on skewed
/// columns they are unusual, not wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outliers {
    /// The lower fence.
    pub low: f64,
    /// The upper fence.
    pub high: f64,
    /// Rows below the lower fence.
    pub below: u64,
    /// Rows above the upper fence.
    pub above: u64,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
}

/// A rule between columns, and how many rows break it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consistency {
    /// The rule, in words.
    pub rule: String,
    /// Rows that break it.
    pub broken: u64,
}

impl Quality {
    /// Outliers over all columns.
    #[must_use]
    pub fn n_outliers(&self) -> u64 {
        self.columns.iter().filter_map(|column| column.outliers).map(|outliers| outliers.below + outliers.above).sum()
    }
}

/// Counts while blocks pass.
pub(crate) struct Tally {
    shape: Arc<Shape>,
    n_rows: u64,
    columns: Vec<Counts>,
    /// Rows that break each of the contract's rules.
    broken: Vec<u64>,
    /// Of each rule whether all rows keep it.
    is_kept: Vec<bool>,
}

/// What is counted in one column.
struct Counts {
    /// Rows without an answer, where there can be some.
    missing: Option<u64>,
    /// The code of the word for a missing answer.
    missing_code: Option<u8>,
    values: Option<Histogram>,
}

impl Counts {
    fn new(column: &Column) -> Self {
        let missing_code = column.categories().iter().position(|one| one.is_missing).map(|code| code as u8);
        let values = match column.kind {
            _ if column.side == Side::Both || column.direct_identifier => None,
            Kind::Whole { .. } => Some(Histogram::new(1.0)),
            Kind::Decimal { steps, .. } => Some(Histogram::new(steps)),
            Kind::Category(_) | Kind::Text | Kind::Date => None,
        };
        let can_be_missing = column.is_nullable || missing_code.is_some();
        Self { missing: can_be_missing.then_some(0), missing_code, values }
    }

    fn add(&mut self, cells: &Cells, valid: Option<&[bool]>) {
        let is_valid = |row: usize| valid.is_none_or(|valid| valid[row]);
        if let Some(missing) = &mut self.missing {
            *missing += valid.map_or(0, |valid| valid.iter().filter(|is_valid| !**is_valid).count()) as u64;
            if let (Some(code), Cells::Category(codes)) = (self.missing_code, cells) {
                let words = codes.iter().enumerate().filter(|(row, found)| **found == code && is_valid(*row));
                *missing += words.count() as u64;
            }
        }
        let Some(histogram) = &mut self.values else { return };
        match (cells, valid) {
            (Cells::Int(values), None) => histogram.add_whole(values.iter().map(|value| i64::from(*value))),
            (Cells::Int(values), Some(valid)) => histogram.add_whole(there(values, valid).map(i64::from)),
            (Cells::Long(values), None) => histogram.add_whole(values.iter().copied()),
            (Cells::Long(values), Some(valid)) => histogram.add_whole(there(values, valid)),
            (Cells::Decimal(values), None) => histogram.add_decimal(values.iter().copied()),
            (Cells::Decimal(values), Some(valid)) => histogram.add_decimal(there(values, valid)),
            (Cells::Category(_) | Cells::Text(_) | Cells::Date(_), _) => {}
        }
    }
}

/// The values that are no nulls.
fn there<T: Copy>(values: &[T], valid: &[bool]) -> impl Iterator<Item = T> {
    values.iter().zip(valid).filter(|(_, is_valid)| **is_valid).map(|(value, _)| *value)
}

impl Tally {
    pub(crate) fn new(shape: &Arc<Shape>) -> Self {
        let columns = shape.contract.columns.iter().map(Counts::new).collect();
        let n_rules = shape.contract.rules.len();
        Self { shape: Arc::clone(shape), n_rows: 0, columns, broken: vec![0; n_rules], is_kept: vec![false; n_rules] }
    }

    /// Says of rules that all rows keep them, so that they are not tested.
    pub(crate) fn trust(&mut self, is_kept: impl Fn(&Rule) -> bool) {
        self.is_kept = self.shape.contract.rules.iter().map(is_kept).collect();
    }

    pub(crate) fn add(&mut self, block: &Block) {
        self.n_rows += block.n_rows() as u64;
        for ((counts, cells), valid) in self.columns.iter_mut().zip(&block.columns).zip(&block.valid) {
            counts.add(cells, valid.as_deref());
        }
        let rules = self.shape.contract.rules.iter().zip(&mut self.broken).zip(&self.is_kept);
        for ((rule, broken), _) in rules.filter(|(_, is_kept)| !**is_kept) {
            *broken += rule.broken(block).len() as u64;
        }
    }

    pub(crate) fn finish(self, source: String, notices: Vec<String>) -> Quality {
        let column = |(column, counts): (&Column, Counts)| ColumnQuality {
            name: column.name.clone(),
            missing: counts.missing,
            outliers: counts.values.and_then(|histogram| outliers(&histogram)),
        };
        let contract = &self.shape.contract;
        let rules = contract.rules.iter().zip(self.broken);
        Quality {
            source,
            rows: self.n_rows,
            duplicates: 0,
            columns: contract.columns.iter().zip(self.columns).map(column).collect(),
            consistency: rules.map(|(rule, broken)| Consistency { rule: rule.words.clone(), broken }).collect(),
            notices,
            doubts: Vec::new(),
            accepted: Vec::new(),
            changed: false,
        }
    }
}

fn outliers(histogram: &Histogram) -> Option<Outliers> {
    let spread = histogram.spread()?;
    let reach = 1.5 * (spread.upper_quartile - spread.lower_quartile);
    let millionths = |value: f64| (value * 1e6).round() / 1e6;
    let (low, high) = (millionths(spread.lower_quartile - reach), millionths(spread.upper_quartile + reach));
    let (below, above) = histogram.outside(low, high);
    Some(Outliers { low, high, below, above, min: spread.min, max: spread.max })
}
