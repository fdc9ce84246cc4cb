//! How much more rows would help.
//!
//! In: columns, outcomes, and a division. Out: the area under the ROC curve by how many rows were learnt from.
//! Invariant: the rows that are tested are those of the division, whatever the number learnt from.

use serde::{Deserialize, Serialize};

use super::interval::{Estimate, corrected};
use super::{Part, roc_auc};
use crate::columns::{Column, FEWEST, check_outcomes};
use crate::error::Error;
use crate::fit::{Watch, fit};
use crate::folds::stratified;
use crate::settings::Settings;

/// What is learnt from is taken in so many parts.
const EIGHTHS: usize = 8;
/// How many of them are.
const TAKEN: [u8; 3] = [1, 2, 4];

/// What a model is worth that learnt from so many rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learnt {
    /// The rows that it learnt from.
    pub rows: usize,
    /// The area under the receiver operating characteristic, on rows that it did not learn from.
    pub roc_auc: Estimate,
}

/// Trains on an eighth, a quarter and a half of the rows outside each part, and tests on the part. Where so few rows teach nothing,
/// there is no point of the curve.
pub fn learning_curve(
    columns: &[Column<'_>],
    outcomes: &[bool],
    division: &[u8],
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Vec<Learnt>, Error> {
    let mut curve = Vec::new();
    for taken in TAKEN {
        let n_parts = division.iter().max().map_or(0, |part| part + 1);
        let (mut areas, mut ratio, mut rows) = (Vec::new(), 0.0, 0);
        for part in 0..n_parts {
            let (tested, others): (Vec<usize>, Vec<usize>) =
                (0..outcomes.len()).partition(|row| division[*row] == part);
            let of_others: Vec<bool> = others.iter().map(|row| outcomes[*row]).collect();
            let eighths = stratified(&of_others, EIGHTHS, settings.seed.wrapping_add(u64::from(part)));
            let learnt: Vec<usize> =
                others.into_iter().zip(eighths).filter(|(_, eighth)| *eighth < taken).map(|(row, _)| row).collect();
            let training = Part::new(columns, outcomes, &learnt);
            if check_outcomes(&training.outcomes, FEWEST).is_err() {
                break;
            }
            let quiet = Watch { progress: &|_, _| {}, ..watch };
            let model = match fit(&training.columns(columns), &training.outcomes, settings, quiet) {
                Ok(fitted) => fitted.model,
                Err(error) if error.is_cancelled() => return Err(error),
                Err(_) => break,
            };
            let test = Part::new(columns, outcomes, &tested);
            areas.push(roc_auc(&test.outcomes, &model.log_odds(&test.columns(columns))?));
            ratio += tested.len() as f64 / learnt.len() as f64 / f64::from(n_parts);
            rows += learnt.len();
        }
        if areas.len() == usize::from(n_parts) && areas.len() > 1 {
            curve.push(Learnt { rows: rows / areas.len(), roc_auc: corrected(&areas, ratio) });
        }
    }
    Ok(curve)
}
