//! Bins: how a column's values become small whole numbers.
//!
//! In: a column. Out: its cuts, and each row's bin. Numbers are cut so that bins hold about as many rows each and equal values
//! stay together; each cut is the roundest number that does. A category is a bin. Missing values are the last bin.
//! Invariant: a value is in as many bins as there are edges not above it, in training as in a pipeline.

use crate::columns::{Column, MISSING, Values};
use crate::model::Cuts;

/// Powers of ten up to this are exact.
const MOST_POWER: i32 = 22;

/// A column's cuts and codes.
#[derive(Clone, Debug)]
pub(crate) struct Binned {
    pub cuts: Cuts,
    /// The bin of each row.
    pub codes: Vec<u16>,
}

impl Binned {
    /// Puts a column into at most so many bins, beside that of missing values.
    pub(crate) fn new(column: &Column<'_>, most: usize) -> Self {
        match column.values {
            Values::Numbers(values) => {
                let edges = edges(values, most);
                let codes = values.iter().map(|value| code(&edges, *value)).collect();
                Self { cuts: Cuts::Edges(edges), codes }
            }
            Values::Categories(codes, names) => {
                let missing = names.len() as u16;
                let codes = codes.iter().map(|code| if *code == MISSING { missing } else { *code as u16 }).collect();
                Self { cuts: Cuts::Groups((0..missing).collect()), codes }
            }
        }
    }

    /// The number of bins, that of missing values among them.
    pub(crate) fn n_bins(&self) -> usize {
        self.cuts.n_bins() + 1
    }
}

/// The bin of a number.
pub(crate) fn code(edges: &[f64], value: f64) -> u16 {
    if value.is_nan() { edges.len() as u16 + 1 } else { edges.partition_point(|edge| *edge <= value) as u16 }
}

/// The edges between at most so many bins of about as many values each.
pub(crate) fn edges(values: &[f64], most: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let runs: Vec<(f64, usize)> = sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    if runs.len() <= most {
        return runs.windows(2).filter_map(|pair| round_between(pair[0].0, pair[1].0)).collect();
    }
    let (mut edges, mut in_bin, mut left) = (Vec::with_capacity(most), 0, sorted.len());
    for pair in runs.windows(2) {
        in_bin += pair[0].1;
        let bins_left = most - edges.len();
        // What is left, this bin among it, divided by the bins that are left; a run that is longer has a bin of its own.
        let wanted = left as f64 / bins_left as f64;
        let next = (in_bin + pair[1].1) as f64;
        let is_nearer = wanted - (in_bin as f64) < next - wanted;
        if bins_left > 1 && (in_bin as f64 >= wanted || next > wanted && is_nearer) {
            let Some(edge) = round_between(pair[0].0, pair[1].0) else { continue };
            edges.push(edge);
            left -= in_bin;
            in_bin = 0;
        }
    }
    edges
}

/// The roundest number above `low` and not above `high`, if one of at most fifteen digits is; such a number is read back from a
/// file as it was written.
fn round_between(low: f64, high: f64) -> Option<f64> {
    const MOST_DIGITS: f64 = 1e15;
    let whole = (0..=MOST_POWER).rev().map(|power| {
        let step = 10_f64.powi(power);
        let digits = (high / step).floor();
        (digits, digits * step)
    });
    let parts = (1..=MOST_POWER).map(|power| {
        let parts = 10_f64.powi(power);
        let digits = (high * parts).floor();
        (digits, digits / parts)
    });
    let fits = |(digits, found): &(f64, f64)| digits.abs() < MOST_DIGITS && *found > low && *found <= high;
    whole.chain(parts).find(fits).map(|(_, found)| found + 0.0)
}

/// Neighbouring bins put together into at most so many groups of about as many rows each: the group of each bin. `counts` are
/// the rows of the bins, without that of missing values.
pub(crate) fn grouped(counts: &[u64], most: usize) -> Vec<u16> {
    let (mut groups, mut group, mut in_group) = (Vec::with_capacity(counts.len()), 0_usize, 0);
    let mut left: u64 = counts.iter().sum();
    for (at, count) in counts.iter().enumerate() {
        if at > 0 && group + 1 < most {
            let wanted = left as f64 / (most - group) as f64;
            let next = (in_group + count) as f64;
            let is_nearer = wanted - (in_group as f64) < next - wanted;
            if in_group as f64 >= wanted || next > wanted && is_nearer || counts.len() <= most {
                left -= in_group;
                group += 1;
                in_group = 0;
            }
        }
        in_group += count;
        groups.push(group as u16);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each_and_cuts_are_round() {
        assert_eq!(edges(&[3.0, 1.0, f64::NAN, 2.0, 2.0], 8), [2.0, 3.0]);
        assert_eq!(edges(&[0.123, 0.127, 38.0, 5119.0, 6223.0], 8), [0.127, 30.0, 5000.0, 6000.0]);
        assert_eq!(edges(&[-7.0, -2.5, 0.0], 8), [-3.0, 0.0]);
        assert_eq!(edges(&[f64::NAN], 8), Vec::<f64>::new());
    }

    #[test]
    fn a_cut_lies_above_the_value_before_it_and_not_above_the_next() {
        let mut random = fastrand::Rng::with_seed(5);
        for _ in 0..2000 {
            let low = (random.f64() - 0.5) * 10_f64.powi(random.i32(-12..12));
            for high in [low + random.f64() * low.abs(), low + 1.0, low * (1.0 + 1e-12 * low.signum())] {
                let Some(cut) = round_between(low, high) else {
                    assert!(high - low < 1e-14 * (high.abs() + low.abs()) + 1e-21, "{low} {high}");
                    continue;
                };
                assert!(cut > low && cut <= high, "{low} {cut} {high}");
                let read: f64 = serde_json::from_str(&serde_json::to_string(&cut).unwrap()).unwrap();
                assert_eq!(read, cut);
            }
            assert_eq!(round_between(0.3, 0.1 + 0.2), None);
        }
    }

    #[test]
    fn bins_hold_about_as_many_rows_and_a_heap_has_its_own() {
        let values: Vec<f64> = (0..1000).map(|i| if i < 400 { 0.0 } else { f64::from(i) }).collect();
        let cuts = edges(&values, 10);
        let mut counts = vec![0; cuts.len() + 1];
        for value in &values {
            counts[usize::from(code(&cuts, *value))] += 1;
        }
        assert_eq!((counts.len(), counts[0]), (10, 400), "{counts:?}");
        assert!(counts[1..].iter().all(|count| (60..=75).contains(count)), "{counts:?}");
    }

    #[test]
    fn bins_are_put_together_by_their_rows() {
        assert_eq!(grouped(&[5, 5, 5], 8), [0, 1, 2]);
        assert_eq!(grouped(&[10, 10, 10, 10], 2), [0, 0, 1, 1]);
        assert_eq!(grouped(&[100, 1, 1, 1, 1], 2), [0, 1, 1, 1, 1]);
    }
}
