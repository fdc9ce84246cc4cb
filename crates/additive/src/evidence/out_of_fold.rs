//! What is said of each row by a model that had not seen it.
//!
//! In: the folds of one division. Out: by row the probability, whether it reaches the threshold, and the strongest reason.
//! Invariant: each row of the division was tested once.

use super::Fold;

/// Of each row, what the model said that was trained without it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfFold {
    /// The probability of the outcome; NaN where no fold tested the row.
    pub probabilities: Vec<f64>,
    /// Whether it reaches the threshold that was chosen inside the fold.
    pub is_selected: Vec<bool>,
    /// The place of the column that moves the row most; none where nothing moves it.
    pub reasons: Vec<Option<usize>>,
}

impl OutOfFold {
    pub(super) fn new(folds: &[Fold], n_rows: usize) -> Self {
        let mut found = Self {
            probabilities: vec![f64::NAN; n_rows],
            is_selected: vec![false; n_rows],
            reasons: vec![None; n_rows],
        };
        for fold in folds {
            for ((row, probability), reason) in fold.rows.iter().zip(&fold.probabilities).zip(&fold.reasons) {
                found.probabilities[*row] = *probability;
                found.is_selected[*row] = *probability >= fold.threshold;
                found.reasons[*row] = *reason;
            }
        }
        found
    }
}
