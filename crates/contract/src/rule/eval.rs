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
            Self::Floor(value) => value.mapped(rows, range, floor),
            Self::Ceil(value) => value.mapped(rows, range, |value| -floor(-value)),
            Self::Add(parts) => Self::folded(parts, 0.0, rows, range, |sum, part| sum + part),
            Self::Multiply(parts) => Self::folded(parts, 1.0, rows, range, |product, part| product * part),
            Self::Subtract(two) => two[1].joined(two[0].values(rows, range), rows, range, |from, less| from - less),
            Self::Divide(two) => two[1].joined(two[0].values(rows, range), rows, range, |over, under| over / under),
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

    /// What a list of parts makes of each row, one part after the other.
    fn folded(
        parts: &[Self],
        start: f64,
        rows: &impl Rows,
        range: &Range<usize>,
        combine: impl Fn(f64, f64) -> f64,
    ) -> Vec<f64> {
        let Some((first, others)) = parts.split_first() else { return vec![start; range.len()] };
        let first = first.mapped(rows, range, |value| combine(start, value));
        others.iter().fold(first, |values, part| part.joined(values, rows, range, &combine))
    }

    /// Those values, each combined with its row's.
    fn joined(
        &self,
        mut values: Vec<f64>,
        rows: &impl Rows,
        range: &Range<usize>,
        combine: impl Fn(f64, f64) -> f64,
    ) -> Vec<f64> {
        match self {
            Self::Literal(number) => values.iter_mut().for_each(|value| *value = combine(*value, *number)),
            _ => join(&mut values, &self.values(rows, range), combine),
        }
        values
    }
}

/// As `f64::floor`, without a call of the system's library for each value.
#[inline]
fn floor(value: f64) -> f64 {
    /// From here on every double is whole, and what is added to this loses its part.
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    let near = ((value.abs() + WHOLE) - WHOLE).copysign(value);
    let below = if near > value { near - 1.0 } else { near };
    if value.abs() < WHOLE { below } else { value }
}

/// Changes each value by that at its place in another list. A loop over both takes several at a time, as collecting does not.
fn join<T: Copy>(values: &mut [T], others: &[T], combine: impl Fn(T, T) -> T) {
    values.iter_mut().zip(others).for_each(|(value, other)| *value = combine(*value, *other));
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
            // A loop a comparison, so that it is not chosen for each row.
            Self::Compare(comparison, two) => match comparison {
                Comparison::Equal => compared(two, rows, range, f64::eq),
                Comparison::NotEqual => compared(two, rows, range, f64::ne),
                Comparison::Less => compared(two, rows, range, f64::lt),
                Comparison::LessOrEqual => compared(two, rows, range, f64::le),
                Comparison::Greater => compared(two, rows, range, f64::gt),
                Comparison::GreaterOrEqual => compared(two, rows, range, f64::ge),
            },
            Self::CompareTexts(comparison, two) => {
                range.clone().map(|row| comparison.holds(two[0].value(rows, row), two[1].value(rows, row))).collect()
            }
            Self::All(parts) => Self::folded(parts, true, rows, range, |all, part| all & part),
            Self::Any(parts) => Self::folded(parts, false, rows, range, |any, part| any | part),
            Self::Not(part) => {
                let mut values = part.values(rows, range);
                for holds in &mut values {
                    *holds = !*holds;
                }
                values
            }
        }
    }

    /// What a list of parts makes of each row, one part after the other.
    fn folded(
        parts: &[Self],
        start: bool,
        rows: &impl Rows,
        range: &Range<usize>,
        combine: impl Fn(bool, bool) -> bool,
    ) -> Vec<bool> {
        parts.iter().fold(vec![start; range.len()], |mut values, part| {
            join(&mut values, &part.values(rows, range), &combine);
            values
        })
    }
}

/// Whether the comparison of two numbers holds in each of these rows.
fn compared(
    two: &[Number; 2],
    rows: &impl Rows,
    range: &Range<usize>,
    holds: impl Fn(&f64, &f64) -> bool,
) -> Vec<bool> {
    let left = two[0].values(rows, range);
    match &two[1] {
        Number::Literal(right) => left.iter().map(|left| holds(left, right)).collect(),
        right => left.iter().zip(&right.values(rows, range)).map(|(left, right)| holds(left, right)).collect(),
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

#[cfg(test)]
mod tests {
    use super::floor;

    #[test]
    fn a_floor_is_that_of_the_library() {
        let near = [0.0, 0.4, 0.5, 0.6, 1.0, 1.5, 2.5, 2.999_999_999_999_999_6, 1e9 + 0.5];
        let far = [4_503_599_627_370_495.5, 4_503_599_627_370_496.0, 9e15, 1e300, f64::INFINITY, f64::MIN_POSITIVE];
        for value in near.into_iter().chain(far).flat_map(|value| [value, -value]) {
            assert_eq!(floor(value).to_bits(), value.floor().to_bits(), "{value}");
            assert_eq!((-floor(-value)).to_bits(), value.ceil().to_bits(), "{value}");
        }
        assert!(floor(f64::NAN).is_nan());
    }
}
