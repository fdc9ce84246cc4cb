//! The table as those see it who judge what its columns are.
//!
//! Invariant: what is said of rows was seen in all of them.

use crate::column::{Class, Column, Value};
use crate::pairs::Pairs;
use crate::survey::Survey;
use crate::synonyms::{Meaning, Synonyms};

/// So few rows tell nothing of how columns go together.
const FEWEST_ROWS: u64 = 50;
/// So often must a value come again, on the average.
const FEWEST_REPEATS: u64 = 5;
/// So many rows must differ from the most frequent value before a column tells anything of another.
pub(crate) const FEWEST_OTHERS: u64 = 10;

/// The table.
pub(crate) struct Table<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) pairs: &'a Pairs,
    pub(crate) synonyms: &'a Synonyms,
    pub(crate) n_rows: u64,
    pub(crate) sample: &'a [Vec<Option<f64>>],
    /// What each column's name says.
    pub(crate) meanings: Vec<Option<Meaning>>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(survey: &'a Survey) -> Self {
        let meaning = |column: &Column| survey.synonyms.meaning(&column.header);
        Self {
            columns: &survey.columns,
            pairs: &survey.pairs,
            synonyms: &survey.synonyms,
            n_rows: survey.n_rows,
            sample: &survey.sample,
            meanings: survey.columns.iter().map(meaning).collect(),
        }
    }

    /// Whether a column's values come again often enough, and differ often enough, to tell something of another.
    pub(crate) fn is_telling(&self, position: usize) -> bool {
        let Some(values) = self.columns[position].few() else { return false };
        let most = values.iter().map(|value| value.n).max().unwrap_or(0);
        let is_repeated = values.len() as u64 * FEWEST_REPEATS <= self.n_rows;
        self.n_rows >= FEWEST_ROWS && is_repeated && self.n_rows - most >= FEWEST_OTHERS
    }

    /// Whether two columns are equal in all rows, and that not since hardly a row differs from another.
    pub(crate) fn are_equal(&self, one: usize, other: usize) -> bool {
        let pair = (one.min(other), one.max(other));
        let most = self.columns[one].few().into_iter().flatten().map(|value| value.n).max().unwrap_or(0);
        self.n_rows >= FEWEST_ROWS
            && self.n_rows - most >= FEWEST_OTHERS
            && self.pairs.equal().any(|equal| equal == pair)
    }

    /// Whether two columns determine each other, and that not by chance.
    pub(crate) fn are_doubles(&self, one: usize, other: usize) -> bool {
        let (a, b) = (one.min(other), one.max(other));
        let is_one_to_one = || self.pairs.one_to_one().any(|pair| pair == (a, b));
        (self.is_telling(a) && self.is_telling(b) && is_one_to_one()) || self.are_equal(a, b)
    }

    /// Whether a column of few values says another's in finer words, and that not by chance.
    pub(crate) fn is_coarser(&self, coarse: usize, fine: usize) -> bool {
        let n = |position: usize| self.columns[position].n_distinct().unwrap_or(u64::MAX);
        self.is_telling(coarse)
            && n(fine) > n(coarse)
            && n(fine).saturating_mul(10) <= self.n_rows
            && self.pairs.determines(fine, coarse)
    }

    /// Whether each value of a column stands for a range of another's numbers, and that not by chance.
    pub(crate) fn is_banded(&self, values: usize, numbers: usize) -> bool {
        let n = |position: usize| self.columns[position].n_distinct().unwrap_or(u64::MAX);
        let n_values = n(values);
        self.is_telling(values)
            && n_values >= 2
            && n(numbers) >= n_values.saturating_mul(2)
            && self.pairs.ranges(numbers, values)
    }

    /// Whether a column's values have words, and are no mere codes.
    pub(crate) fn has_words(&self, position: usize) -> bool {
        self.columns[position].answers().iter().any(|value| value.class == Class::Text)
    }
}

/// The text of a value as it is compared and shown: without blanks round it.
pub(crate) fn trimmed(value: &Value) -> &str {
    value.text.trim_matches([' ', '\t', '\r', '\n'])
}
