//! The mean of the bags, as a model's terms.
//!
//! In: the scores of each bag, and the rows of each bin. Out: the intercept and the terms, on the grid of scores.
//! Invariant: over the rows of the training each column's term has a mean of 0, and each pair's along each of its lines, but for
//! what the grid rounds; so a term is what a row's value adds to the mean row's log-odds.

use crate::model::{Axis, Term, on_grid};
use crate::purify::purify;

/// What the bags have in common.
pub(crate) struct Sum {
    pub start: f64,
    pub axes: Vec<Vec<Axis>>,
    pub rows: Vec<Vec<f64>>,
    /// The bin in a pair of each bin of a column.
    pub finer: Vec<Vec<u16>>,
}

impl Sum {
    /// The intercept and the terms; takes the scores of each bag, term by term.
    pub(crate) fn of(self, mut bags: Vec<Vec<Vec<f64>>>) -> (f64, Vec<Term>) {
        let n = bags.len() as f64;
        let intercept = bags.iter_mut().map(|scores| self.centre(scores)).sum::<f64>() / n;
        let terms = self.axes.into_iter().zip(self.rows).enumerate().map(|(term, (axes, rows))| {
            let (mut scores, mut errors) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
            for bin in 0..rows.len() {
                let each = || bags.iter().map(|bag| bag[term][bin]);
                let mean = each().sum::<f64>() / n;
                let squares: f64 = each().map(|score| (score - mean) * (score - mean)).sum();
                scores.push(on_grid(mean));
                // The jackknife by groups: each bag leaves another part of the rows out.
                errors.push(on_grid(((n - 1.0) / n * squares).sqrt()));
            }
            Term { axes, scores, errors, rows: rows.iter().map(|rows| *rows as u64).collect() }
        });
        (on_grid(intercept), terms.collect())
    }

    /// Takes out of each pair what a column says alone, and out of each column its mean; gives the intercept.
    fn centre(&self, scores: &mut [Vec<f64>]) -> f64 {
        let n_columns = self.finer.len();
        let (columns, pairs) = scores.split_at_mut(n_columns);
        for (at, pair) in pairs.iter_mut().enumerate() {
            let [first, second] = &self.axes[n_columns + at][..] else { continue };
            let taken = purify(pair, &self.rows[n_columns + at], second.n_bins());
            for (axis, taken) in [(first, taken.first), (second, taken.second)] {
                let finer = &self.finer[axis.input];
                columns[axis.input].iter_mut().zip(finer).for_each(|(score, bin)| *score += taken[usize::from(*bin)]);
            }
        }
        let mut intercept = self.start;
        for (column, rows) in columns.iter_mut().zip(&self.rows) {
            let all: f64 = rows.iter().sum();
            let mean = column.iter().zip(rows).map(|(score, rows)| score * rows).sum::<f64>() / all.max(1.0);
            column.iter_mut().for_each(|score| *score -= mean);
            intercept += mean;
        }
        intercept
    }
}
