//! Statistics from what pipelines return: counts, sums, sums of squares and cross-tables.
//!
//! Each file is one method with its source. Invariant: nothing here sees a customer, so every method costs the same on
//! a laptop and on a cluster; what cannot be computed (no customers, one group) is `None`, never NaN.

pub(crate) mod adjusted;
pub(crate) mod chi_square;
pub(crate) mod evidence;
pub(crate) mod extreme;
pub(crate) mod folds;
pub(crate) mod life_table;
pub(crate) mod logistic;
pub(crate) mod mean;
pub(crate) mod rate;
pub(crate) mod selection;
pub(crate) mod simulated;
pub(crate) mod trend;
pub mod two_rates;
pub(crate) mod welch;

/// The two-sided 95 % quantile of the standard normal distribution.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// Groups of fewer customers are shown, not ranked: their rates swing too far by chance.
pub(crate) const SMALL: f64 = 30.0;

/// A 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}
