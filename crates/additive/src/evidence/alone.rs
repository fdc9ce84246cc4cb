//! How well one column tells the outcome by itself.
//!
//! In: a column and outcomes. Out: the area under the ROC curve of the rates of its bins, each taken from the other half of the rows.
//! Invariant: a column that says nothing comes out near 0.5, however many values it has.

use super::ranking::roc_auc;
use crate::bins::Binned;
use crate::columns::Column;
use crate::error::Error;
use crate::folds::stratified;

/// The most bins of a column of numbers.
const BINS: usize = 64;
/// So many rows of the whole bank's rate are added to each bin.
const BEFOREHAND: f64 = 4.0;

/// The area under the ROC curve of a column alone; 0.5 where it says nothing.
pub fn alone(column: &Column<'_>, outcomes: &[bool]) -> Result<f64, Error> {
    column.check(outcomes.len())?;
    let binned = Binned::new(column, BINS);
    let halves = stratified(outcomes, 2, 0);
    let mean = outcomes.iter().filter(|outcome| **outcome).count() as f64 / outcomes.len().max(1) as f64;
    let mut counts = vec![[[0.0; 2]; 2]; binned.n_bins()];
    for ((code, outcome), half) in binned.codes.iter().zip(outcomes).zip(&halves) {
        counts[usize::from(*code)][usize::from(*half)][usize::from(*outcome)] += 1.0;
    }
    let auc = |half: u8| {
        let rate = |code: &u16| {
            let [falses, trues] = counts[usize::from(*code)][usize::from(1 - half)];
            (trues + BEFOREHAND * mean) / (falses + trues + BEFOREHAND)
        };
        let rows = || binned.codes.iter().zip(outcomes).zip(&halves).filter(|(_, of)| **of == half);
        let (scores, outcomes): (Vec<f64>, Vec<bool>) =
            rows().map(|((code, outcome), _)| (rate(code), *outcome)).unzip();
        roc_auc(&outcomes, &scores)
    };
    let both = f64::midpoint(auc(0), auc(1));
    Ok(if both.is_nan() { 0.5 } else { both })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_of_the_outcome_is_known_and_a_number_of_its_own_is_not() {
        let outcomes: Vec<bool> = (0..1000).map(|row| row % 7 == 0).collect();
        let double: Vec<f64> = outcomes.iter().map(|outcome| if *outcome { 3.0 } else { 8.0 }).collect();
        assert!(alone(&Column::numbers("double", &double), &outcomes).unwrap() > 0.999);
        let mut rng = fastrand::Rng::with_seed(2);
        let own: Vec<f64> = (0..1000).map(|_| rng.f64()).collect();
        let found = alone(&Column::numbers("own", &own), &outcomes).unwrap();
        assert!((found - 0.5).abs() < 0.08, "{found}");
        let missing: Vec<f64> = outcomes.iter().map(|outcome| if *outcome { f64::NAN } else { 1.0 }).collect();
        assert!(alone(&Column::numbers("missing", &missing), &outcomes).unwrap() > 0.999);
    }
}
