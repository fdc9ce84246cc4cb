//! Takes out of a pair what one of its columns says alone.
//!
//! In: the scores of a grid and the rows of each cell. Out: the grid with a mean of 0 along each line and column, and what was taken
//! out, to be added to the columns' own terms (B. Lengerich et al.: Purifying interaction effects, 2020). The sum stays the same.

/// What was taken out of a pair.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Taken {
    /// By the bin of the first axis.
    pub first: Vec<f64>,
    /// By that of the second.
    pub second: Vec<f64>,
}

/// After so many passes what is left to take is below the last digit that is kept.
const MOST_PASSES: usize = 200;
const ENOUGH: f64 = 1e-10;

/// Purifies a grid of `width` columns in place.
pub(crate) fn purify(scores: &mut [f64], rows: &[f64], width: usize) -> Taken {
    let height = scores.len() / width.max(1);
    let mut taken = Taken { first: vec![0.0; height], second: vec![0.0; width] };
    for _ in 0..MOST_PASSES {
        let mut most = 0.0_f64;
        for (i, first) in taken.first.iter_mut().enumerate() {
            most = most.max(centre(scores, rows, i * width, 1, width, first));
        }
        for (j, second) in taken.second.iter_mut().enumerate() {
            most = most.max(centre(scores, rows, j, width, height, second));
        }
        if most < ENOUGH {
            break;
        }
    }
    taken
}

/// Takes the mean of a line of `n` cells out of it.
fn centre(scores: &mut [f64], rows: &[f64], from: usize, by: usize, n: usize, taken: &mut f64) -> f64 {
    let line = || (0..n).map(|k| from + k * by);
    let weight: f64 = line().map(|at| rows[at]).sum();
    if weight <= 0.0 {
        return 0.0;
    }
    let mean = line().map(|at| rows[at] * scores[at]).sum::<f64>() / weight;
    line().for_each(|at| scores[at] -= mean);
    *taken += mean;
    mean.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_keeps_only_what_neither_column_says_alone() {
        let scores = [3.0, 1.0, -2.0, 0.5, 4.0, 0.0];
        let rows = [10.0, 1.0, 5.0, 2.0, 0.0, 8.0];
        let mut pure = scores;
        let taken = purify(&mut pure, &rows, 3);
        for (at, score) in scores.iter().enumerate() {
            assert!((pure[at] + taken.first[at / 3] + taken.second[at % 3] - score).abs() < 1e-12);
        }
        for i in 0..2 {
            assert!((0..3).map(|j| pure[i * 3 + j] * rows[i * 3 + j]).sum::<f64>().abs() < 1e-8);
        }
        for j in 0..3 {
            assert!((0..2).map(|i| pure[i * 3 + j] * rows[i * 3 + j]).sum::<f64>().abs() < 1e-8);
        }
    }
}
