//! Counts how often each value of a number column occurs, so that quartiles cost no memory that grows with the rows.
//!
//! Values are told apart at a fixed resolution (thousandths for ratios, tenths for dollars), which is that of the
//! bank's file; finer values fall into the nearest step.

use std::collections::BTreeMap;

/// Steps counted in an array; what lies outside, rare by the contract's meaning, is counted in a tree.
const DENSE: i64 = 1 << 20;
/// What a count of the array holds. Narrow ones, so that those of a column that are often met stay in the processor's cache.
const FULL: u64 = 1 << u16::BITS;

#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    steps_per_unit: f64,
    dense: Vec<u16>,
    /// What lies outside of the array, and how often a count in it was full.
    sparse: BTreeMap<i64, u64>,
}

/// The quartiles and the least and greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) lower_quartile: f64,
    pub(crate) upper_quartile: f64,
    pub(crate) max: f64,
}

impl Histogram {
    pub(crate) fn new(steps_per_unit: f64) -> Self {
        Self { steps_per_unit, dense: Vec::new(), sparse: BTreeMap::new() }
    }

    pub(crate) fn add_whole(&mut self, values: impl Iterator<Item = i64>) {
        values.for_each(|value| self.count(value));
    }

    pub(crate) fn add_decimal(&mut self, values: impl Iterator<Item = f64>) {
        values.for_each(|value| self.count(rounded(value * self.steps_per_unit)));
    }

    #[inline]
    fn count(&mut self, step: i64) {
        match usize::try_from(step).ok().and_then(|step| self.dense.get_mut(step)) {
            Some(count) if *count < u16::MAX => *count += 1,
            _ => self.count_rare(step),
        }
    }

    /// Counts what the array has no place for, or not yet.
    #[cold]
    fn count_rare(&mut self, step: i64) {
        if !(0..DENSE).contains(&step) {
            *self.sparse.entry(step).or_default() += 1;
            return;
        }
        let place = step as usize;
        if place >= self.dense.len() {
            self.dense.resize((place + 1).next_power_of_two(), 0);
        }
        let (count, is_full) = self.dense[place].overflowing_add(1);
        self.dense[place] = count;
        if is_full {
            *self.sparse.entry(step).or_default() += FULL;
        }
    }

    /// Every value that occurs with its count, ascending.
    fn counts(&self) -> impl Iterator<Item = (f64, u64)> {
        let n_dense = self.dense.len() as i64;
        let mut full = self.sparse.range(0..n_dense).peekable();
        let below = self.sparse.range(..0).map(|(step, count)| (*step, *count));
        let dense = self.dense.iter().zip(0_i64..).map(move |(count, step)| {
            let full = full.next_if(|(full, _)| **full == step);
            (step, u64::from(*count) + full.map_or(0, |(_, count)| *count))
        });
        let above = self.sparse.range(n_dense..).map(|(step, count)| (*step, *count));
        let counts = below.chain(dense).chain(above).filter(|(_, count)| *count > 0);
        counts.map(|(step, count)| (step as f64 / self.steps_per_unit, count))
    }

    /// `None` where there are no values. A quartile between two values is interpolated linearly.
    pub(crate) fn spread(&self) -> Option<Spread> {
        let n: u64 = self.counts().map(|(_, count)| count).sum();
        let last = n.checked_sub(1)?;
        let ranks = [0.0, 0.25, 0.75, 1.0].map(|part| part * last as f64);
        let mut wanted: Vec<u64> = ranks.iter().flat_map(|rank| [rank.floor() as u64, rank.ceil() as u64]).collect();
        wanted.reverse();
        let mut values = Vec::with_capacity(wanted.len());
        let mut seen = 0;
        for (value, count) in self.counts() {
            seen += count;
            while wanted.last().is_some_and(|rank| *rank < seen) {
                wanted.pop();
                values.push(value);
            }
        }
        let at = |i: usize| values[2 * i] + (values[2 * i + 1] - values[2 * i]) * ranks[i].fract();
        Some(Spread { min: at(0), lower_quartile: at(1), upper_quartile: at(2), max: at(3) })
    }

    /// How many values lie below and above the bounds.
    pub(crate) fn outside(&self, low: f64, high: f64) -> (u64, u64) {
        let counts = |is_out: &dyn Fn(f64) -> bool| {
            self.counts().filter(|(value, _)| is_out(*value)).map(|(_, count)| count).sum()
        };
        (counts(&|value| value < low), counts(&|value| value > high))
    }
}

/// As `f64::round`, half away from zero, without a call of the system's library for each value.
#[inline]
fn rounded(value: f64) -> i64 {
    let whole = value as i64;
    let part = value - whole as f64;
    whole + i64::from(part >= 0.5) - i64::from(part <= -0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for value in [0.0, 0.5, -0.5, 1.5, 2.499, -2.5, 0.499_999_999_999_999_94, 1e15 + 0.5, -7.25, 9e18, f64::NAN] {
            assert_eq!(rounded(value), value.round() as i64, "{value}");
        }
    }

    #[test]
    fn quartiles_interpolate_between_values() {
        let mut histogram = Histogram::new(10.0);
        histogram.add_decimal([0.5, 1.0, 2.5, -4.0, 300_000.0].into_iter());
        let spread = histogram.spread().unwrap();
        assert_eq!((spread.min, spread.lower_quartile, spread.upper_quartile, spread.max), (-4.0, 0.5, 2.5, 300_000.0));
        histogram.add_decimal(std::iter::once(2.6));
        let spread = histogram.spread().unwrap();
        assert_eq!((spread.lower_quartile, spread.upper_quartile), (0.625, 2.575));
        assert_eq!(histogram.outside(-1.0, 100.0), (1, 1));
        assert_eq!(Histogram::new(1.0).spread(), None);
    }

    #[test]
    fn what_occurs_often_is_counted_in_full() {
        let mut histogram = Histogram::new(1.0);
        for (value, n) in [(3, 200_000), (1, 65_535), (2, 65_536), (-1, 70_000), (DENSE, 70_000)] {
            histogram.add_whole(std::iter::repeat_n(value, n));
        }
        let counts: Vec<(f64, u64)> = histogram.counts().collect();
        let expected = [(-1.0, 70_000), (1.0, 65_535), (2.0, 65_536), (3.0, 200_000), (DENSE as f64, 70_000)];
        assert_eq!(counts, expected);
    }
}
