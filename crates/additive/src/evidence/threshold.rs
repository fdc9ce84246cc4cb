//! Where to draw the line.
//!
//! In: outcomes and scores. Out: the score from which on rows are taken for those with the outcome, and how good that is.

use super::ranking::runs;

/// The score at which F1 is highest; of equal ones the highest score. NaN where no row has the outcome.
#[must_use]
pub fn best_threshold(outcomes: &[bool], scores: &[f64]) -> f64 {
    let all = outcomes.iter().filter(|outcome| **outcome).count();
    let (mut best, mut threshold) = (0.0, f64::NAN);
    let (mut found, mut seen) = (0, 0);
    for (score, trues, rows) in runs(outcomes, scores) {
        found += trues;
        seen += rows;
        let f1 = 2.0 * found as f64 / (seen + all) as f64;
        if f1 > best {
            (best, threshold) = (f1, score);
        }
    }
    threshold
}

/// The harmonic mean of precision and recall, where rows from `threshold` on are taken.
#[must_use]
pub fn f1(outcomes: &[bool], scores: &[f64], threshold: f64) -> f64 {
    let all = outcomes.iter().filter(|outcome| **outcome).count();
    let taken = || outcomes.iter().zip(scores).filter(|(_, score)| **score >= threshold);
    let found = taken().filter(|(outcome, _)| **outcome).count();
    let seen = taken().count();
    if seen + all == 0 { 0.0 } else { 2.0 * found as f64 / (seen + all) as f64 }
}
