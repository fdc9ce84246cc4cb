//! Evidence: how well a model tells the outcome of rows that it did not learn from.
//!
//! In: columns, outcomes, and divisions of the rows. Out: each measure with its interval, from scores that are out of fold only.
//! Invariant: all that is learnt (bins, pairs, rounds, the threshold) is learnt inside the fold; the threshold from its bags' held
//! out rows.

mod alone;
mod calibration;
mod hull;
mod interval;
mod learning;
mod out_of_fold;
mod ranking;
mod threshold;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use alone::alone;
pub use calibration::{Group, brier, calibration_error, log_loss, reliability};
pub use hull::Hull;
pub use interval::{Estimate, corrected};
pub use learning::{Learnt, learning_curve};
pub use out_of_fold::OutOfFold;
pub use ranking::{average_precision, gains, roc_auc};
pub use threshold::{best_threshold, f1};

use crate::columns::{Column, FEWEST, Values, check_outcomes};
use crate::error::Error;
use crate::fit::{Fitted, Watch, fit};
use crate::model::probability;
use crate::reasons::{Reason, reasons};
use crate::settings::Settings;

/// More rows than this are learnt from one fold after the other, so that memory stays small.
const MOST_ROWS_AT_ONCE: usize = 100_000;

/// What a model is worth on rows that it did not learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How many folds were tested.
    pub folds: usize,
    /// The area under the receiver operating characteristic.
    pub roc_auc: Estimate,
    /// The area under the precision-recall curve, as average precision.
    pub pr_auc: Estimate,
    /// F1 at the threshold that the bags' held out rows gave.
    pub f1: Estimate,
    /// That threshold, as a probability.
    pub threshold: Estimate,
    /// The Brier score.
    pub brier: Estimate,
    /// The calibration error of ten groups of equal size.
    pub calibration_error: Estimate,
    /// The logarithmic loss.
    pub log_loss: Estimate,
    /// The share of all outcomes in the highest tenth of the scores, in the two highest, and so on.
    pub gains: [Estimate; 10],
    /// The reliability curve over all out of fold scores.
    pub reliability: Vec<Group>,
    /// The convex hull of the receiver operating characteristic over all out of fold scores.
    pub roc_hull: Hull,
}

/// What cross-validation found.
#[derive(Clone, Debug, PartialEq)]
pub struct Validated {
    /// What the model is worth.
    pub evidence: Evidence,
    /// What was said of each row by a model that had not seen it.
    pub out_of_fold: OutOfFold,
}

/// The measures of one fold.
#[derive(Clone, Debug)]
struct Fold {
    rows: Vec<usize>,
    /// The column that moves each row most, by its place.
    reasons: Vec<Option<usize>>,
    ratio: f64,
    threshold: f64,
    outcomes: Vec<bool>,
    probabilities: Vec<f64>,
}

/// Columns that own the rows of a part.
pub(crate) struct Part {
    numbers: Vec<Vec<f64>>,
    codes: Vec<Vec<u32>>,
    pub outcomes: Vec<bool>,
}

/// Trains and tests on each part of each division.
pub fn cross_validated(
    columns: &[Column<'_>],
    outcomes: &[bool],
    divisions: &[Vec<u8>],
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Validated, Error> {
    check_outcomes(outcomes, FEWEST)?;
    columns.iter().try_for_each(|column| column.check(outcomes.len()))?;
    let mut tasks = Vec::new();
    for division in divisions {
        if division.len() != outcomes.len() {
            return Err(Error::new(format!(
                "a division has {} rows, and there are {}",
                division.len(),
                outcomes.len()
            )));
        }
        let n_parts = division.iter().max().map_or(0, |part| part + 1);
        tasks.extend((0..n_parts).map(|part| (division, part)));
    }
    if tasks.len() < 2 {
        return Err(Error::new("cross-validation needs at least two parts"));
    }
    let n_tasks = tasks.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let test = |(division, part): (&Vec<u8>, u8)| {
        let quiet = Watch { progress: &|_, _| {}, ..watch };
        let fold = tested(columns, outcomes, division, part, settings, quiet);
        (watch.progress)(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, n_tasks);
        fold
    };
    let folds: Vec<Fold> = if outcomes.len() > MOST_ROWS_AT_ONCE {
        tasks.into_iter().map(test).collect::<Result<_, _>>()?
    } else {
        tasks.into_par_iter().map(test).collect::<Result<_, _>>()?
    };
    let evidence = summed_up(&folds);
    let in_first =
        divisions.first().and_then(|division| division.iter().max()).map_or(0, |part| usize::from(*part) + 1);
    let out_of_fold = OutOfFold::new(&folds[..in_first], outcomes.len());
    Ok(Validated { evidence, out_of_fold })
}

fn tested(
    columns: &[Column<'_>],
    outcomes: &[bool],
    division: &[u8],
    part: u8,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Fold, Error> {
    let is_tested = |row: &usize| division[*row] == part;
    let (tested, learnt): (Vec<usize>, Vec<usize>) = (0..outcomes.len()).partition(is_tested);
    let training = Part::new(columns, outcomes, &learnt);
    let Fitted { model, out_of_bag, .. } = fit(&training.columns(columns), &training.outcomes, settings, watch)?;
    let known = || out_of_bag.iter().zip(&training.outcomes).filter(|(score, _)| !score.is_nan());
    let (scores, known): (Vec<f64>, Vec<bool>) = known().map(|(score, outcome)| (*score, *outcome)).unzip();
    let test = Part::new(columns, outcomes, &tested);
    let columns_of_test = test.columns(columns);
    let scores_of_test = model.log_odds(&columns_of_test)?;
    let place = |reason: &Reason| columns.iter().position(|column| column.name == model.inputs[reason.input].name);
    let reasons = reasons(&model, &columns_of_test, 1)?.iter().map(|of| of.first().and_then(place)).collect();
    Ok(Fold {
        reasons,
        ratio: tested.len() as f64 / learnt.len() as f64,
        threshold: probability(best_threshold(&known, &scores)),
        probabilities: scores_of_test.into_iter().map(probability).collect(),
        outcomes: test.outcomes,
        rows: tested,
    })
}

fn summed_up(folds: &[Fold]) -> Evidence {
    let ratio = folds.iter().map(|fold| fold.ratio).sum::<f64>() / folds.len() as f64;
    let estimate = |measure: &dyn Fn(&Fold) -> f64| corrected(&folds.iter().map(measure).collect::<Vec<f64>>(), ratio);
    let by = |measure: fn(&[bool], &[f64]) -> f64| estimate(&|fold| measure(&fold.outcomes, &fold.probabilities));
    let all_gains: Vec<[f64; 10]> = folds.iter().map(|fold| gains(&fold.outcomes, &fold.probabilities)).collect();
    let gain = |tenth: usize| corrected(&all_gains.iter().map(|gains| gains[tenth]).collect::<Vec<f64>>(), ratio);
    let outcomes: Vec<bool> = folds.iter().flat_map(|fold| fold.outcomes.iter().copied()).collect();
    let probabilities: Vec<f64> = folds.iter().flat_map(|fold| fold.probabilities.iter().copied()).collect();
    Evidence {
        folds: folds.len(),
        roc_auc: by(roc_auc),
        pr_auc: by(average_precision),
        f1: estimate(&|fold| f1(&fold.outcomes, &fold.probabilities, fold.threshold)),
        threshold: estimate(&|fold| fold.threshold),
        brier: by(brier),
        calibration_error: by(calibration_error),
        log_loss: by(log_loss),
        gains: std::array::from_fn(gain),
        reliability: reliability(&outcomes, &probabilities),
        roc_hull: Hull::of(&outcomes, &probabilities),
    }
}

impl Part {
    pub(crate) fn new(columns: &[Column<'_>], outcomes: &[bool], rows: &[usize]) -> Self {
        let mut part = Self { numbers: Vec::new(), codes: Vec::new(), outcomes: Vec::new() };
        for column in columns {
            let (mut numbers, mut codes) = (Vec::new(), Vec::new());
            match column.values {
                Values::Numbers(values) => {
                    numbers = rows.iter().map(|row| values.get(*row).copied().unwrap_or(f64::NAN)).collect();
                }
                Values::Categories(all, _) => {
                    codes = rows.iter().map(|row| all.get(*row).copied().unwrap_or(crate::MISSING)).collect();
                }
            }
            part.numbers.push(numbers);
            part.codes.push(codes);
        }
        part.outcomes = rows.iter().map(|row| outcomes[*row]).collect();
        part
    }

    pub(crate) fn columns<'a>(&'a self, like: &[Column<'a>]) -> Vec<Column<'a>> {
        let own = |(at, column): (usize, &Column<'a>)| Column {
            values: match column.values {
                Values::Numbers(_) => Values::Numbers(&self.numbers[at]),
                Values::Categories(_, names) => Values::Categories(&self.codes[at], names),
            },
            ..*column
        };
        like.iter().enumerate().map(own).collect()
    }
}
