//! Tests rows column by column.
//!
//! In: a rule's tree and some rows. Out: for each row whether it is kept. Invariant: a row with a null comes out as anything.

use std::ops::Range;

use super::{Comparison, Number, Rows, Text, Truth};

impl Number {
    /// The values of these rows.
    pub(super) fn values(&self, rows: &impl Rows, range: &Range<usize>) -> Vec<f64> {
        match self {
            Self::Column(column) => {
                let mut values = Vec::with_capacity(range.len());
                rows.numbers(*column, range.clone(), &mut values);
                values
            }
            Self::Literal(number) => vec![*number; range.len()],
            Self::Abs(value) => value.mapped(rows, range, f64::abs),
            Self::Floor(value) => value.mapped(rows, range, f64::floor),
            Self::Ceil(value) => value.mapped(rows, range, f64::ceil),
            Self::Add(parts) => {
                folded(parts, vec![0.0; range.len()], |sum, part| sum + part, |part| part.values(rows, range))
            }
            Self::Multiply(parts) => {
                folded(parts, vec![1.0; range.len()], |product, part| product * part, |part| part.values(rows, range))
            }
            Self::Subtract(two) => two[0].combined(&two[1], rows, range, |from, less| from - less),
            Self::Divide(two) => two[0].combined(&two[1], rows, range, |over, under| over / under),
            Self::Round(value, places) => {
                let scale = 10_f64.powi(*places);
                value.mapped(rows, range, |value| (value * scale).round_ties_even() / scale)
            }
        }
    }

    fn mapped(&self, rows: &impl Rows, range: &Range<usize>, change: impl Fn(f64) -> f64) -> Vec<f64> {
        self.values(rows, range).into_iter().map(change).collect()
    }

    fn combined(
        &self,
        other: &Self,
        rows: &impl Rows,
        range: &Range<usize>,
        combine: impl Fn(f64, f64) -> f64,
    ) -> Vec<f64> {
        let (values, others) = (self.values(rows, range), other.values(rows, range));
        values.into_iter().zip(others).map(|(value, other)| combine(value, other)).collect()
    }
}

/// What a list of parts makes of each row, one part after the other.
fn folded<P, T>(parts: &[P], start: Vec<T>, combine: impl Fn(&T, T) -> T, values: impl Fn(&P) -> Vec<T>) -> Vec<T> {
    let combined =
        |before: Vec<T>, part: &P| before.iter().zip(values(part)).map(|(one, other)| combine(one, other)).collect();
    parts.iter().fold(start, combined)
}

impl Text {
    fn value<'a>(&'a self, rows: &'a impl Rows, row: usize) -> &'a str {
        match self {
            Self::Column(column) => rows.text(*column, row),
            Self::Literal(text) => text,
        }
    }
}

impl Truth {
    /// Whether each of these rows keeps it.
    pub(super) fn values(&self, rows: &impl Rows, range: &Range<usize>) -> Vec<bool> {
        match self {
            Self::Compare(comparison, two) => {
                let (left, right) = (two[0].values(rows, range), two[1].values(rows, range));
                left.iter().zip(&right).map(|(left, right)| comparison.holds(left, right)).collect()
            }
            Self::CompareTexts(comparison, two) => {
                range.clone().map(|row| comparison.holds(two[0].value(rows, row), two[1].value(rows, row))).collect()
            }
            Self::All(parts) => {
                folded(parts, vec![true; range.len()], |all, part| all & part, |part| part.values(rows, range))
            }
            Self::Any(parts) => {
                folded(parts, vec![false; range.len()], |any, part| any | part, |part| part.values(rows, range))
            }
            Self::Not(part) => part.values(rows, range).into_iter().map(|holds| !holds).collect(),
        }
    }
}

impl Comparison {
    /// A comparison with what is no number, such as zero over zero, does not hold.
    fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}
