//! Counts how often each value of a number column occurs, so that quartiles cost no memory that grows with the rows.
//!
//! Values are told apart at a fixed resolution (thousandths for ratios, tenths for dollars), which is that of the
//! bank's file; finer values fall into the nearest step.

use std::collections::BTreeMap;

/// Steps counted in an array; what lies outside, rare by the contract's meaning, is counted in a tree.
const DENSE: i64 = 1 << 20;

#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    steps_per_unit: f64,
    dense: Vec<u64>,
    sparse: BTreeMap<i64, u64>,
    n: u64,
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
        Self { steps_per_unit, dense: Vec::new(), sparse: BTreeMap::new(), n: 0 }
    }

    pub(crate) fn add_whole(&mut self, values: impl Iterator<Item = i64>) {
        values.for_each(|value| self.count(value));
    }

    pub(crate) fn add_decimal(&mut self, values: impl Iterator<Item = f64>) {
        values.for_each(|value| self.count(rounded(value * self.steps_per_unit)));
    }

    #[inline]
    fn count(&mut self, step: i64) {
        self.n += 1;
        match usize::try_from(step).ok().and_then(|step| self.dense.get_mut(step)) {
            Some(count) => *count += 1,
            None => self.count_first(step),
        }
    }

    /// Counts what the array has no place for yet.
    #[cold]
    fn count_first(&mut self, step: i64) {
        if !(0..DENSE).contains(&step) {
            *self.sparse.entry(step).or_default() += 1;
            return;
        }
        let step = step as usize;
        self.dense.resize((step + 1).next_power_of_two(), 0);
        self.dense[step] += 1;
    }

    /// Every value that occurs with its count, ascending.
    fn counts(&self) -> impl Iterator<Item = (f64, u64)> {
        let below = self.sparse.range(..0).map(|(step, count)| (*step, *count));
        let dense = self.dense.iter().enumerate().map(|(step, count)| (step as i64, *count));
        let above = self.sparse.range(0..).map(|(step, count)| (*step, *count));
        let counts = below.chain(dense).chain(above).filter(|(_, count)| *count > 0);
        counts.map(|(step, count)| (step as f64 / self.steps_per_unit, count))
    }

    /// `None` where there are no values. A quartile between two values is interpolated linearly.
    pub(crate) fn spread(&self) -> Option<Spread> {
        let last = self.n.checked_sub(1)?;
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
}
