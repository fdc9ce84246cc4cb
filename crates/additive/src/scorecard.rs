//! A scorecard: a few bins a column, each with its points, for those who must sign what they use.
//!
//! In: columns and outcomes. Out: the weight of evidence of each bin, the coefficient of each column by logistic regression on the
//! weights, and points (N. Siddiqi: Credit Risk Scorecards, 2006). More points mean that the outcome is less likely.
//! Invariant: a column that tells nothing has a coefficient near 0, and its bins about the same points.

use serde::{Deserialize, Serialize};

use crate::bins::Binned;
use crate::columns::{Column, LeftOut, usable};
use crate::error::Error;
use crate::evidence::{Estimate, Part, corrected, roc_auc};
use crate::linear::{factor, solve};
use crate::model::{Cuts, Input, probability};

/// The most bins of a column.
const BINS: usize = 10;
/// The most categories of one.
const MOST_CATEGORIES: usize = 512;
/// Added to the counts of each bin, so that an empty one stays finite.
const HALF: f64 = 0.5;
/// Half the square of each coefficient is added to the loss, as in scikit-learn with C = 1.
const RIDGE: f64 = 1.0;
const MOST_STEPS: usize = 100;

/// What points stand for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// So many points …
    pub points: f64,
    /// … stand for odds of so much to 1 against the outcome,
    pub odds: f64,
    /// and so many more double the odds.
    pub double: f64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { points: 600.0, odds: 50.0, double: 20.0 }
    }
}

/// A scorecard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// The constant of the regression.
    pub intercept: f64,
    /// The columns.
    pub columns: Vec<Card>,
    /// What the points stand for.
    pub scale: Scale,
}

/// A column of a scorecard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The column.
    pub input: Input,
    /// Its bins; that of missing values follows them.
    pub cuts: Cuts,
    /// The weight of evidence of each bin: above 0 where the outcome is more frequent than in all rows.
    pub weights: Vec<f64>,
    /// What the weights are multiplied by.
    pub coefficient: f64,
    /// The points of each bin; the points of a row are the sum of its bins' points.
    pub points: Vec<i64>,
    /// How many rows each bin had.
    pub rows: Vec<u64>,
}

/// Makes a scorecard; gives beside it the columns that tell nothing.
pub fn scorecard(columns: &[Column<'_>], outcomes: &[bool], scale: Scale) -> Result<(Scorecard, Vec<LeftOut>), Error> {
    if !(scale.odds > 0.0 && scale.double > 0.0 && scale.points.is_finite()) {
        return Err(Error::new("the scale of a scorecard needs odds and points to double them above 0"));
    }
    let (columns, left_out) = usable(columns, outcomes, MOST_CATEGORIES)?;
    let binned: Vec<Binned> = columns.iter().map(|column| Binned::new(column, BINS)).collect();
    let weights: Vec<(Vec<f64>, Vec<u64>)> = binned.iter().map(|binned| weights(binned, outcomes)).collect();
    let (intercept, coefficients) = logistic(&binned, &weights, outcomes)?;
    let factor = scale.double / libm::log(2.0);
    let offset = scale.points - factor * libm::log(scale.odds);
    let n = columns.len() as f64;
    let cards = columns.iter().zip(binned).zip(weights).zip(coefficients);
    let cards = cards.map(|(((column, binned), (weights, rows)), coefficient)| {
        let points =
            |weight: &f64| libm::rint((offset - factor * intercept) / n - factor * coefficient * weight) as i64;
        let points = weights.iter().map(points).collect();
        Card { input: Input::of(column), cuts: binned.cuts, weights, coefficient, points, rows }
    });
    Ok((Scorecard { intercept, columns: cards.collect(), scale }, left_out))
}

/// The area under the ROC curve of scorecards on rows that they were not made of: each part of each division in turn.
pub fn cross_validated(columns: &[Column<'_>], outcomes: &[bool], divisions: &[Vec<u8>]) -> Result<Estimate, Error> {
    let (mut areas, mut ratios) = (Vec::new(), Vec::new());
    for division in divisions {
        for part in 0..division.iter().max().map_or(0, |part| part + 1) {
            let is_tested = |row: &usize| division.get(*row) == Some(&part);
            let (tested, learnt): (Vec<usize>, Vec<usize>) = (0..outcomes.len()).partition(is_tested);
            let training = Part::new(columns, outcomes, &learnt);
            let (card, _) = scorecard(&training.columns(columns), &training.outcomes, Scale::default())?;
            let test = Part::new(columns, outcomes, &tested);
            let (log_odds, _) = card.scores(&test.columns(columns))?;
            areas.push(roc_auc(&test.outcomes, &log_odds));
            ratios.push(tested.len() as f64 / learnt.len() as f64);
        }
    }
    Ok(corrected(&areas, ratios.iter().sum::<f64>() / ratios.len() as f64))
}

/// The weight of evidence and the rows of each bin; a bin without rows weighs nothing.
fn weights(binned: &Binned, outcomes: &[bool]) -> (Vec<f64>, Vec<u64>) {
    let mut counts = vec![[0_u64; 2]; binned.n_bins()];
    for (code, outcome) in binned.codes.iter().zip(outcomes) {
        counts[usize::from(*code)][usize::from(*outcome)] += 1;
    }
    let there = counts.iter().filter(|[falses, trues]| falses + trues > 0).count() as f64;
    let total = |of: usize| counts.iter().map(|count| count[of]).sum::<u64>() as f64 + HALF * there;
    let (falses, trues) = (total(0), total(1));
    let weight = |count: &[u64; 2]| {
        if count[0] + count[1] == 0 {
            return 0.0;
        }
        libm::log((count[1] as f64 + HALF) / trues / ((count[0] as f64 + HALF) / falses))
    };
    (counts.iter().map(weight).collect(), counts.iter().map(|count| count[0] + count[1]).collect())
}

/// The intercept and the coefficients by Newton's method; the intercept is not held back.
fn logistic(binned: &[Binned], weights: &[(Vec<f64>, Vec<u64>)], outcomes: &[bool]) -> Result<(f64, Vec<f64>), Error> {
    let n = binned.len() + 1;
    let mut now = vec![0.0; n];
    let mut row = vec![1.0; n];
    for _ in 0..MOST_STEPS {
        let mut gradient: Vec<f64> = now.iter().map(|coefficient| -RIDGE * coefficient).collect();
        gradient[0] = 0.0;
        let mut information = vec![0.0; n * n];
        (1..n).for_each(|at| information[at * n + at] = RIDGE);
        for (at, outcome) in outcomes.iter().enumerate() {
            for ((value, binned), (weights, _)) in row[1..].iter_mut().zip(binned).zip(weights) {
                *value = weights[usize::from(binned.codes[at])];
            }
            let found = probability(row.iter().zip(&now).map(|(value, coefficient)| value * coefficient).sum());
            let off = f64::from(u8::from(*outcome)) - found;
            let curvature = found * (1.0 - found);
            for i in 0..n {
                gradient[i] += off * row[i];
                for j in 0..=i {
                    information[i * n + j] += curvature * row[i] * row[j];
                }
            }
        }
        if !factor(&mut information, n) {
            return Err(Error::new("the columns tell the outcome so surely that a scorecard has no end"));
        }
        solve(&information, n, &mut gradient);
        now.iter_mut().zip(&gradient).for_each(|(coefficient, step)| *coefficient += step);
        if gradient.iter().all(|step| step.abs() < 1e-10) {
            break;
        }
    }
    if now.iter().any(|coefficient| !coefficient.is_finite()) {
        return Err(Error::new("the regression of the scorecard found no end"));
    }
    let coefficients = now.split_off(1);
    Ok((now[0], coefficients))
}

impl Scorecard {
    /// The log-odds of each row, and its points.
    pub fn scores(&self, columns: &[Column<'_>]) -> Result<(Vec<f64>, Vec<i64>), Error> {
        let inputs: Vec<Input> = self.columns.iter().map(|card| card.input.clone()).collect();
        let columns = crate::model::arranged(&inputs, columns)?;
        let n_rows = columns.first().map_or(0, Column::len);
        let (mut log_odds, mut points) = (vec![self.intercept; n_rows], vec![0; n_rows]);
        for (card, column) in self.columns.iter().zip(&columns) {
            for ((log_odds, points), code) in log_odds.iter_mut().zip(&mut points).zip(card.cuts.codes(column)) {
                *log_odds += card.coefficient * card.weights[usize::from(code)];
                *points += card.points[usize::from(code)];
            }
        }
        Ok((log_odds, points))
    }
}
