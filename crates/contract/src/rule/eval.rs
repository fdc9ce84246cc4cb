//! Tests rows column by column.
//!
//! In: a rule's tree and some rows. Out: for each row whether it is kept. Invariant: a row with a null comes out as anything.

use std::ops::Range;

use super::{Comparison, Number, Rows, Text, Truth};

impl Number {
    /// The values of these rows.
    fn values(&self, rows: &impl Rows, range: &Range<usize>) -> Vec<f64> {
        match self {
            Self::Column(column) => {
                let mut values = Vec::with_capacity(range.len());
                rows.numbers(*column, range.clone(), &mut values);
                values
            }
            Self::Literal(number) => vec![*number; range.len()],
            Self::Abs(value) => value.mapped(rows, range, f64::abs),
            Self::Add(parts) => folded(parts, 0.0, |sum, part| sum + part, rows, range),
            Self::Multiply(parts) => folded(parts, 1.0, |product, part| product * part, rows, range),
            Self::Subtract(two) => two[0].combined(&two[1], rows, range, |from, less| from - less),
            Self::Divide(two) => two[0].combined(&two[1], rows, range, |over, under| over / under),
            Self::Round(value, places) => {
                let scale = 10_f64.powi(*places);
                value.mapped(rows, range, |value| (value * scale).round_ties_even() / scale)
            }
        }
    }

    fn mapped(&self, rows: &impl Rows, range: &Range<usize>, change: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut values = self.values(rows, range);
        for value in &mut values {
            *value = change(*value);
        }
        values
    }

    fn combined(
        &self,
        other: &Self,
        rows: &impl Rows,
        range: &Range<usize>,
        combine: impl Fn(f64, f64) -> f64,
    ) -> Vec<f64> {
        let mut values = self.values(rows, range);
        // A literal needs no column of its own.
        if let Self::Literal(number) = other {
            for value in &mut values {
                *value = combine(*value, *number);
            }
        } else {
            let others = other.values(rows, range);
            values.iter_mut().zip(others).for_each(|(value, other)| *value = combine(*value, other));
        }
        values
    }
}

fn folded(
    parts: &[Number],
    start: f64,
    combine: impl Fn(f64, f64) -> f64,
    rows: &impl Rows,
    range: &Range<usize>,
) -> Vec<f64> {
    let mut values = vec![start; range.len()];
    for part in parts {
        let others = part.values(rows, range);
        values.iter_mut().zip(others).for_each(|(value, other)| *value = combine(*value, other));
    }
    values
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
                let left = two[0].values(rows, range);
                if let Number::Literal(right) = &two[1] {
                    return left.iter().map(|left| comparison.holds(left, right)).collect();
                }
                let right = two[1].values(rows, range);
                left.iter().zip(&right).map(|(left, right)| comparison.holds(left, right)).collect()
            }
            Self::CompareTexts(comparison, two) => {
                range.clone().map(|row| comparison.holds(two[0].value(rows, row), two[1].value(rows, row))).collect()
            }
            Self::All(parts) => joined(parts, true, |all, part| all & part, rows, range),
            Self::Any(parts) => joined(parts, false, |any, part| any | part, rows, range),
            Self::Not(part) => part.values(rows, range).into_iter().map(|holds| !holds).collect(),
        }
    }
}

fn joined(
    parts: &[Truth],
    start: bool,
    join: impl Fn(bool, bool) -> bool,
    rows: &impl Rows,
    range: &Range<usize>,
) -> Vec<bool> {
    let mut values = vec![start; range.len()];
    for part in parts {
        let others = part.values(rows, range);
        values.iter_mut().zip(others).for_each(|(value, other)| *value = join(*value, other));
    }
    values
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
