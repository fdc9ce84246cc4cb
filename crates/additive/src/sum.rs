//! The mean of the bags, as a model's terms.
//!
//! In: the scores of each bag, and the rows of each bin. Out: the intercept and the terms, on the grid of scores.
//! Invariant: over the rows of the training each column's term has a mean of 0, and each pair's along each of its lines, but for
//! what the grid rounds; so a term is what a row's value adds to the mean row's log-odds.

use crate::model::{Axis, Cuts, Term, on_grid};
use crate::purify::purify;
use crate::steps::{means, merged};

/// What the bags have in common.
pub(crate) struct Sum {
    pub start: f64,
    pub most_steps: usize,
    pub axes: Vec<Vec<Axis>>,
    pub rows: Vec<Vec<f64>>,
    /// The bin in a pair of each bin of a column.
    pub finer: Vec<Vec<u16>>,
}

impl Sum {
    /// The intercept and the terms; takes the scores of each bag, term by term.
    pub(crate) fn of(mut self, mut bags: Vec<Vec<Vec<f64>>>) -> (f64, Vec<Term>) {
        let intercept = bags.iter_mut().map(|scores| self.centre(scores)).sum::<f64>() / bags.len() as f64;
        for term in 0..self.finer.len() {
            self.merge(term, &mut bags);
        }
        let terms = self.axes.into_iter().zip(self.rows).enumerate().map(|(term, (axes, rows))| {
            let (scores, errors) = (0..rows.len())
                .map(|bin| moments(&bags, term, bin))
                .map(|(mean, error)| (on_grid(mean), on_grid(error)))
                .unzip();
            Term { axes, scores, errors, rows: rows.iter().map(|rows| *rows as u64).collect() }
        });
        (on_grid(intercept), terms.collect())
    }

    /// Puts bins of a column of numbers together, in all bags.
    fn merge(&mut self, term: usize, bags: &mut [Vec<Vec<f64>>]) {
        let Some(Axis { cuts: Cuts::Edges(edges), .. }) = self.axes[term].first_mut() else { return };
        let n = edges.len() + 1;
        let scores: Vec<f64> = (0..n).map(|bin| moments(bags, term, bin).0).collect();
        let rows = &self.rows[term];
        let starts = merged(&scores, &rows[..n], self.most_steps);
        for bag in bags {
            let mut fewer = means(&bag[term][..n], &rows[..n], &starts);
            fewer.push(bag[term][n]);
            bag[term] = fewer;
        }
        let ends = starts.iter().skip(1).copied().chain([n]);
        let mut fewer: Vec<f64> = starts.iter().zip(ends).map(|(from, to)| rows[*from..to].iter().sum()).collect();
        fewer.push(rows[n]);
        *edges = starts[1..].iter().map(|start| edges[start - 1]).collect();
        self.rows[term] = fewer;
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
            for score in column.iter_mut() {
                *score -= mean;
            }
            intercept += mean;
        }
        intercept
    }
}

/// The mean of a score over the bags, and its standard error: the jackknife by groups, for each bag leaves another part of the
/// rows out (P. S. Kott 2001).
fn moments(bags: &[Vec<Vec<f64>>], term: usize, bin: usize) -> (f64, f64) {
    let n = bags.len() as f64;
    let mean = bags.iter().map(|bag| bag[term][bin]).sum::<f64>() / n;
    let squares: f64 = bags.iter().map(|bag| (bag[term][bin] - mean) * (bag[term][bin] - mean)).sum();
    (mean, ((n - 1.0) / n * squares).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out_of_terms_is_in_the_intercept_and_bags_give_the_error() {
        let axis = |input, cuts| Axis { input, cuts };
        let sum = Sum {
            start: -1.0,
            most_steps: 8,
            axes: vec![
                vec![axis(0, Cuts::Edges(vec![5.0]))],
                vec![axis(1, Cuts::Groups(vec![0, 1]))],
                vec![axis(0, Cuts::Edges(vec![5.0])), axis(1, Cuts::Groups(vec![0, 1]))],
            ],
            rows: vec![vec![2.0, 2.0, 0.0], vec![2.0, 2.0, 0.0], vec![1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]],
            finer: vec![vec![0, 1, 2], vec![0, 1, 2]],
        };
        let bag = |more: f64| {
            vec![vec![1.0 + more, 3.0, 0.0], vec![0.0; 3], vec![1.0, 1.0, 0.0, 3.0, 3.0, 0.0, 0.0, 0.0, 0.0]]
        };
        let (intercept, terms) = sum.of(vec![bag(-0.5), bag(0.5)]);
        // −1, the column's mean of 2, and the pair's of 2.
        assert_eq!(intercept, 3.0);
        // The pair says nothing that its first column does not say alone.
        assert_eq!(terms[2].scores[..2], [0.0; 2]);
        assert_eq!((terms[0].scores[0], terms[0].scores[1]), (-2.0, 2.0));
        // Half of the sum of two squares of a quarter, for each bag's first bin is ± 0.25 from their mean.
        assert_eq!(terms[0].errors[0], on_grid((0.5 * 2.0 * 0.25_f64 * 0.25).sqrt()));
        assert_eq!(terms[1].errors, [0.0; 3]);
    }
}
