//! Whether other rows look like those that a model learnt from.
//!
//! In: the counts of the same bins then and now. Out: the population stability index with the value that chance alone exceeds once
//! in twenty times (B. Yurdakul: Statistical properties of population stability index, 2018), in place of rules of thumb.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Added to each count, so that a bin that is empty on one side stays finite.
const HALF: f64 = 0.5;

/// How far two distributions lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// The population stability index, 0 where both are the same.
    pub index: f64,
    /// What it exceeds by chance once in twenty times, for these sizes.
    pub critical: f64,
}

impl Stability {
    /// Whether the rows differ by more than chance.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.index > self.critical
    }
}

/// Compares the counts of bins; none where either side has no rows or fewer than two bins are there.
#[must_use]
pub fn stability(then: &[u64], now: &[u64]) -> Option<Stability> {
    let pairs: Vec<(u64, u64)> =
        then.iter().copied().zip(now.iter().copied()).filter(|(then, now)| then + now > 0).collect();
    let (all_then, all_now): (u64, u64) = pairs.iter().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    if then.len() != now.len() || pairs.len() < 2 || all_then == 0 || all_now == 0 {
        return None;
    }
    let bins = pairs.len() as f64;
    let share = |count: u64, all: u64| (count as f64 + HALF) / (all as f64 + HALF * bins);
    let term = |(then, now): &(u64, u64)| {
        let (then, now) = (share(*then, all_then), share(*now, all_now));
        (now - then) * libm::log(now / then)
    };
    let index = pairs.iter().map(term).sum();
    let quantile = ChiSquared::new(bins - 1.0).ok()?.inverse_cdf(0.95);
    Some(Stability { index, critical: quantile * (1.0 / all_then as f64 + 1.0 / all_now as f64) })
}
