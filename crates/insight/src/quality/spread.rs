//! How the numbers of a column are spread: quartiles, outliers, heaps, round numbers.
//!
//! In: values ascending, each with its customers. Out: figures that are exact for these customers.
//! Invariant: a quartile is the least value that at least a quarter, half or three quarters of them do not exceed.

use super::values::Counts;

/// Values beyond so many interquartile ranges outside the quartiles are outliers.
pub(super) const FAR: f64 = 3.0;
/// A heap holds more than so many times the mean of its four neighbours.
pub(super) const HEAPED: f64 = 3.0;
/// A heap holds at least this share of the customers, and at least [`FEWEST`] of them.
pub(super) const SHARE: f64 = 0.01;
pub(super) const FEWEST: f64 = 30.0;
/// Among fewer values nothing is told from a plain peak.
const FEWEST_VALUES: usize = 10;
/// So many heaps of a column are told.
const MOST_HEAPS: usize = 5;

/// Steps that people round to.
const STEPS: [f64; 4] = [5.0, 10.0, 100.0, 1000.0];
/// Fewer numbers, or fewer different ones, do not show that people round.
const FEWEST_ROUNDED: f64 = 200.0;
const FEWEST_DIFFERENT: usize = 20;
/// So much of what is no multiple by chance must be one.
const EXCESS: f64 = 0.1;

/// The least value, the quartiles, the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least value.
    pub min: f64,
    /// The first quartile.
    pub q1: f64,
    /// The median.
    pub median: f64,
    /// The third quartile.
    pub q3: f64,
    /// The greatest value.
    pub max: f64,
}

/// Values more than three interquartile ranges outside the quartiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outliers {
    /// The lower fence.
    pub low: f64,
    /// The upper fence.
    pub high: f64,
    /// Customers below the lower fence.
    pub below: u64,
    /// Customers above the upper fence.
    pub above: u64,
}

/// A value that holds far more customers than its neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heap {
    /// The value.
    pub value: f64,
    /// Its customers.
    pub customers: u64,
}

/// Numbers that are multiples of a step far more often than by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounded {
    /// The step.
    pub step: f64,
    /// The share of the numbers that are multiples of it; zero aside.
    pub share: f64,
}

fn total(values: &[(f64, Counts)]) -> f64 {
    values.iter().map(|(_, counts)| counts.customers).sum()
}

pub(super) fn spread(values: &[(f64, Counts)]) -> Option<Spread> {
    let (min, max) = (values.first()?.0, values.last()?.0);
    let all = total(values);
    let quantile = |share: f64| {
        let mut reached = 0.0;
        let found = values.iter().find(|(_, counts)| {
            reached += counts.customers;
            reached >= share * all
        });
        found.map_or(max, |(value, _)| *value)
    };
    Some(Spread { min, q1: quantile(0.25), median: quantile(0.5), q3: quantile(0.75), max })
}

/// The outliers; none where half of the customers have one value, which leaves no range.
pub(super) fn outliers(values: &[(f64, Counts)], spread: &Spread) -> Option<Outliers> {
    let range = spread.q3 - spread.q1;
    if range <= 0.0 {
        return None;
    }
    let (low, high) = (spread.q1 - FAR * range, spread.q3 + FAR * range);
    let outside = |is: &dyn Fn(f64) -> bool| {
        values.iter().filter(|(value, _)| is(*value)).map(|(_, counts)| counts.customers).sum::<f64>() as u64
    };
    Some(Outliers { low, high, below: outside(&|value| value < low), above: outside(&|value| value > high) })
}

/// The heaps, the largest first.
pub(super) fn heaps(values: &[(f64, Counts)]) -> Vec<Heap> {
    if values.len() < FEWEST_VALUES {
        return Vec::new();
    }
    let least = (SHARE * total(values)).max(FEWEST);
    let is_heap = |at: usize| {
        let near = at.saturating_sub(2)..(at + 3).min(values.len());
        let others = (near.len() - 1) as f64;
        let (own, sum) = (values[at].1.customers, total(&values[near]));
        own >= least && own > HEAPED * (sum - own) / others
    };
    let heap = |at: usize| Heap { value: values[at].0, customers: values[at].1.customers as u64 };
    let mut heaps: Vec<Heap> = (0..values.len()).filter(|at| is_heap(*at)).map(heap).collect();
    heaps.sort_by_key(|heap| std::cmp::Reverse(heap.customers));
    heaps.truncate(MOST_HEAPS);
    heaps
}

/// The step that numbers were rounded to, if they look so.
pub(super) fn rounded(values: &[(f64, Counts)]) -> Option<Rounded> {
    let nonzero: Vec<(f64, Counts)> = values.iter().filter(|(value, _)| *value != 0.0).copied().collect();
    let all = total(&nonzero);
    if all < FEWEST_ROUNDED || nonzero.len() < FEWEST_DIFFERENT {
        return None;
    }
    let share = |step: f64| {
        let multiples: Vec<_> = nonzero.iter().filter(|(value, _)| value % step == 0.0).copied().collect();
        total(&multiples) / all
    };
    let excess = |rounded: &Rounded| (rounded.share - 1.0 / rounded.step) / (1.0 - 1.0 / rounded.step);
    let each = STEPS.map(|step| Rounded { step, share: share(step) });
    // Of equal ones the last, which is the greatest step.
    let most = each.into_iter().max_by(|a, b| excess(a).total_cmp(&excess(b)));
    most.filter(|most| excess(most) >= EXCESS)
}

/// Of a ratio's numbers at most this share lies above one, where they are doubted.
const FEW_ABOVE: f64 = 0.01;

/// How many customers lie above one, where all others lie from none to one and these are few.
pub(super) fn above_one(numbers: &[(f64, Counts)]) -> u64 {
    let all: f64 = numbers.iter().map(|(_, counts)| counts.customers).sum();
    let above: f64 = numbers.iter().filter(|(value, _)| *value > 1.0).map(|(_, counts)| counts.customers).sum();
    let is_of_parts = numbers.first().is_some_and(|(least, _)| *least >= 0.0);
    if is_of_parts && above <= all * FEW_ABOVE { above as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(of: &[(f64, f64)]) -> Vec<(f64, Counts)> {
        of.iter().map(|(value, customers)| (*value, Counts { customers: *customers, ..Counts::default() })).collect()
    }

    #[test]
    fn quartiles_are_values_that_there_are() {
        // 1 1 1 2 5 5 9 20: a quarter of 8 is reached at 1, half at 2, three quarters at 5.
        let values = values(&[(1.0, 3.0), (2.0, 1.0), (5.0, 2.0), (9.0, 1.0), (20.0, 1.0)]);
        let found = spread(&values).unwrap();
        assert_eq!(found, Spread { min: 1.0, q1: 1.0, median: 2.0, q3: 5.0, max: 20.0 });
        // The range is 4, the fences -11 and 17.
        let expected = Outliers { low: -11.0, high: 17.0, below: 0, above: 1 };
        assert_eq!(outliers(&values, &found), Some(expected));
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn no_outliers_without_a_range() {
        let values = values(&[(0.0, 90.0), (1.0, 10.0)]);
        assert_eq!(outliers(&values, &spread(&values).unwrap()), None);
    }

    #[test]
    fn a_heap_stands_out_of_its_neighbours_at_either_end_too() {
        let mut of: Vec<(f64, f64)> = (0..20).map(|value| (f64::from(value), 50.0)).collect();
        of[0].1 = 151.0;
        of[7].1 = 150.0;
        of[19].1 = 400.0;
        let found: Vec<(f64, u64)> = heaps(&values(&of)).iter().map(|heap| (heap.value, heap.customers)).collect();
        // 150 is just three times 50: no heap.
        assert_eq!(found, [(19.0, 400), (0.0, 151)]);
        // Nine values are too few, and 29 customers as well.
        assert!(heaps(&values(&of[..9])).is_empty());
        let few: Vec<(f64, f64)> =
            (0..20).map(|value| (f64::from(value), if value == 5 { 29.0 } else { 1.0 })).collect();
        assert!(heaps(&values(&few)).is_empty());
    }

    #[test]
    fn ages_in_fives_are_told_and_even_ones_are_not() {
        let even: Vec<(f64, f64)> = (20..60).map(|age| (f64::from(age), 10.0)).collect();
        assert_eq!(rounded(&values(&even)), None);
        let fives: Vec<(f64, f64)> =
            even.iter().map(|(age, n)| (*age, if age % 5.0 == 0.0 { 30.0 } else { *n })).collect();
        // 8 ages of 30 and 32 of 10: 240 of 560.
        assert_eq!(rounded(&values(&fives)), Some(Rounded { step: 5.0, share: 240.0 / 560.0 }));
        let thousands: Vec<(f64, f64)> = (1..40).map(|k| (f64::from(k) * 1000.0, 10.0)).collect();
        assert_eq!(rounded(&values(&thousands)), Some(Rounded { step: 1000.0, share: 1.0 }));
    }
}
