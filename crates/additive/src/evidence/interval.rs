//! How sure the mean of a measure over repeated cross-validation is.
//!
//! In: the measure in each fold. Out: its mean with a 95 % interval by the corrected resampled t (C. Nadeau, Y. Bengio: Inference
//! for the generalization error, 2003): folds share most of what they learn from, so their own variance says too little.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean over the folds.
    pub mean: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The mean of a measure over folds, in each of which the rows that were tested are `ratio` times those learnt from.
#[must_use]
pub fn corrected(values: &[f64], ratio: f64) -> Estimate {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
    let quantile = StudentsT::new(0.0, 1.0, n - 1.0).map_or(f64::NAN, |t| t.inverse_cdf(0.975));
    let half = quantile * ((1.0 / n + ratio) * variance).sqrt();
    Estimate { mean, low: mean - half, high: mean + half }
}
