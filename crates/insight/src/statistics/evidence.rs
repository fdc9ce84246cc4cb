//! Weight of evidence and information value of a column's bins.
//!
//! N. Siddiqi: Credit Risk Scorecards (2006), chapter 6. With `c` the share of all closed accounts that lie in a bin and
//! `o` the share of all open ones: `WoE = ln(c / o)`, `IV = Σ (c − o)·WoE`. The sign is ours: above 0 closure is more
//! frequent than in the bank as a whole. 0.5 is added to each count of a bin, so that an empty cell stays finite.

use std::iter::Sum;
use std::ops::{Add, Sub};

/// So much is added to each count of a bin.
const SMOOTHED_BY: f64 = 0.5;

/// Customers of one bin, or of one value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    /// Those who closed their account.
    pub closed: f64,
    /// Those who did not.
    pub open: f64,
}

impl Counts {
    /// All of them.
    pub(crate) fn customers(self) -> f64 {
        self.closed + self.open
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { closed: self.closed + other.closed, open: self.open + other.open }
    }
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { closed: self.closed - other.closed, open: self.open - other.open }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

/// What a bin says of closure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evidence {
    /// The logarithm of how much more frequent the bin is among closed accounts than among open ones.
    pub weight: f64,
    /// Its part of the column's information value, never negative.
    pub information: f64,
}

/// The evidence of each bin; none where no account was closed, or all were.
pub(crate) fn evidence(bins: &[Counts]) -> Option<Vec<Evidence>> {
    let sum = |of: fn(&Counts) -> f64| bins.iter().map(of).sum::<f64>();
    let (closed, open) = (sum(|bin| bin.closed), sum(|bin| bin.open));
    if closed <= 0.0 || open <= 0.0 {
        return None;
    }
    let added = SMOOTHED_BY * bins.len() as f64;
    let of_bin = |bin: &Counts| {
        let (c, o) = ((bin.closed + SMOOTHED_BY) / (closed + added), (bin.open + SMOOTHED_BY) / (open + added));
        Evidence { weight: (c / o).ln(), information: (c - o) * (c / o).ln() }
    };
    Some(bins.iter().map(of_bin).collect())
}

/// The standard error of the information value of these bins; none where no account was closed, or all were.
///
/// The delta method over the two multinomial distributions, of the closed accounts and of the open ones: with the derivatives
/// `g = ln(c/o) + 1 − o/c` and `h = −ln(c/o) + 1 − c/o`, the variance is `(Σcg² − (Σcg)²)/n₁ + (Σoh² − (Σoh)²)/n₀`.
pub(crate) fn information_error(bins: &[Counts]) -> Option<f64> {
    let all: Counts = bins.iter().copied().sum();
    if all.closed <= 0.0 || all.open <= 0.0 {
        return None;
    }
    let added = SMOOTHED_BY * bins.len() as f64;
    let shares: Vec<(f64, f64)> = bins
        .iter()
        .map(|bin| ((bin.closed + SMOOTHED_BY) / (all.closed + added), (bin.open + SMOOTHED_BY) / (all.open + added)))
        .collect();
    let variance = |slope: &dyn Fn(f64, f64) -> f64, weight: &dyn Fn(f64, f64) -> f64| {
        let sum = |power: i32| shares.iter().map(|(c, o)| weight(*c, *o) * slope(*c, *o).powi(power)).sum::<f64>();
        sum(2) - sum(1).powi(2)
    };
    let of_closed = variance(&|c, o| (c / o).ln() + 1.0 - o / c, &|c, _| c);
    let of_open = variance(&|c, o| 1.0 - (c / o).ln() - c / o, &|_, o| o);
    Some((of_closed / all.closed + of_open / all.open).sqrt())
}

/// A run of neighbouring values taken together: the indices of its first and last value.
pub(crate) type Bin = (usize, usize);

/// Cuts values in ascending order, given by how many customers have each, into at most `n` bins of about as many
/// customers. Equal values are never split, so a heap makes a bin of its own size; with `n` values or fewer each is a
/// bin.
pub(crate) fn quantile_bins(customers: &[f64], n: usize) -> Vec<Bin> {
    if customers.len() <= n {
        return (0..customers.len()).map(|at| (at, at)).collect();
    }
    let total: f64 = customers.iter().sum();
    let mut bins: Vec<Bin> = Vec::new();
    let (mut before, mut current) = (0.0, usize::MAX);
    for (at, count) in customers.iter().enumerate() {
        // A value lies where its middle customer does.
        let bin = ((before + count / 2.0) / total * n as f64) as usize;
        match bins.last_mut() {
            Some(last) if bin == current => last.1 = at,
            _ => bins.push((at, at)),
        }
        current = bin;
        before += count;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_like_the_bank_says_nothing() {
        let bins = [Counts { closed: 10.0, open: 90.0 }, Counts { closed: 10.0, open: 90.0 }];
        for bin in evidence(&bins).unwrap() {
            assert!(bin.weight.abs() < 1e-12 && bin.information.abs() < 1e-12);
        }
    }

    #[test]
    fn weights_are_logarithms_of_smoothed_shares() {
        let found = evidence(&[Counts { closed: 30.0, open: 20.0 }, Counts { closed: 0.0, open: 50.0 }]).unwrap();
        let (c, o): (f64, f64) = (30.5 / 31.0, 20.5 / 71.0);
        assert!((found[0].weight - (c / o).ln()).abs() < 1e-12);
        assert!(found[1].weight.is_finite() && found[1].weight < 0.0);
        assert!(found.iter().all(|bin| bin.information > 0.0));
        assert_eq!(evidence(&[Counts { closed: 0.0, open: 5.0 }]), None);
    }

    #[test]
    fn quantile_bins_hold_about_as_many_and_split_no_value() {
        let even: Vec<f64> = vec![10.0; 100];
        let bins = quantile_bins(&even, 10);
        assert_eq!(bins.len(), 10);
        assert_eq!((bins[0], bins[9]), ((0, 9), (90, 99)));
        // Half of all customers have the first value: the other bins share the rest.
        let mut heaped = vec![1.0; 20];
        heaped[0] = 20.0;
        assert_eq!(quantile_bins(&heaped, 4), [(0, 0), (1, 9), (10, 19)]);
        assert_eq!(quantile_bins(&[1.0, 500.0, 2.0], 10), [(0, 0), (1, 1), (2, 2)]);
    }

    #[test]
    fn the_error_of_information_is_that_of_drawn_tables() {
        let bins = |scale: f64| -> Vec<Counts> {
            let counts = [(40.0, 100.0), (30.0, 150.0), (20.0, 250.0), (10.0, 300.0)];
            counts.iter().map(|(closed, open)| Counts { closed: closed * scale, open: open * scale }).collect()
        };
        // numpy, 200,000 draws of the closed and of the open accounts from multinomial distributions: the standard deviation.
        for (scale, drawn) in [(1.0, 0.1946), (10.0, 0.060_87)] {
            let error = information_error(&bins(scale)).unwrap();
            assert!((error / drawn - 1.0).abs() < 0.04, "{error} for {drawn}");
        }
        assert_eq!(information_error(&[Counts { closed: 0.0, open: 9.0 }]), None);
    }
}
