//! Which pairs of columns say together what neither says alone.
//!
//! In: the columns' bins, put together to fewer, and the gradients that are left by the columns' own terms. Out: the pairs, by what
//! the best cut of each would gain (FAST: Y. Lou et al. 2013).
//! Invariant: pairs of equal gain stand in the order of their columns.

use rayon::prelude::*;

use crate::bins::{Binned, grouped};
use crate::grid::Grid;
use crate::model::Cuts;
use crate::tree::{Limits, Slope};

/// A column as pairs see it: fewer bins.
#[derive(Clone, Debug)]
pub(crate) struct Coarse {
    /// The bin here of each bin there, that of missing values last.
    pub of: Vec<u16>,
    pub n_bins: usize,
    pub cuts: Cuts,
}

impl Coarse {
    /// At most so many bins of a column; categories are put in the order of their outcomes first.
    pub(crate) fn new(binned: &Binned, outcomes: &[bool], most: usize) -> Self {
        let n = binned.n_bins() - 1;
        let (mut rows, mut trues) = (vec![0_u64; n + 1], vec![0_u64; n + 1]);
        for (code, outcome) in binned.codes.iter().zip(outcomes) {
            rows[usize::from(*code)] += 1;
            trues[usize::from(*code)] += u64::from(*outcome);
        }
        match &binned.cuts {
            Cuts::Edges(edges) => {
                let mut of = grouped(&rows[..n], most);
                let new = (1..n).filter(|bin| of[*bin] != of[*bin - 1]);
                let edges: Vec<f64> = new.map(|bin| edges[bin - 1]).collect();
                of.push(edges.len() as u16 + 1);
                Self { n_bins: edges.len() + 2, of, cuts: Cuts::Edges(edges) }
            }
            Cuts::Groups(_) => {
                let mut order: Vec<usize> = (0..n).collect();
                let rate = |bin: &usize| (trues[*bin] as f64 + 0.5) / (rows[*bin] as f64 + 1.0);
                order.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
                let counts: Vec<u64> = order.iter().map(|bin| rows[*bin]).collect();
                let groups = grouped(&counts, most);
                let mut of = vec![0; n + 1];
                order.iter().zip(&groups).for_each(|(bin, group)| of[*bin] = *group);
                let n_groups = groups.last().map_or(0, |group| *group + 1);
                of[n] = n_groups;
                Self { n_bins: usize::from(n_groups) + 1, cuts: Cuts::Groups(of[..n].to_vec()), of }
            }
        }
    }
}

/// The cell of each of some rows in the grid of two columns.
pub(crate) fn cells(binned: [&Binned; 2], coarse: [&Coarse; 2], rows: impl Iterator<Item = u32>) -> Vec<u16> {
    let width = coarse[1].n_bins as u16;
    rows.map(|row| {
        let bin = |axis: usize| coarse[axis].of[usize::from(binned[axis].codes[row as usize])];
        bin(0) * width + bin(1)
    })
    .collect()
}

/// The best pairs among these columns, at most so many.
pub(crate) fn best(
    binned: &[Binned],
    coarse: &[Coarse],
    may: &[bool],
    rows: &[u32],
    slopes: &[Slope],
    limits: &Limits,
    most: usize,
) -> Vec<[usize; 2]> {
    let n = binned.len();
    let all: Vec<[usize; 2]> =
        (0..n).flat_map(|a| (a + 1..n).map(move |b| [a, b])).filter(|pair| may[pair[0]] && may[pair[1]]).collect();
    let gain = |pair: &[usize; 2]| {
        let (height, width) = (coarse[pair[0]].n_bins, coarse[pair[1]].n_bins);
        let (mut sums, mut counts) = (vec![[0.0; 2]; height * width], vec![0.0; height * width]);
        let cells = cells(pair.map(|at| &binned[at]), pair.map(|at| &coarse[at]), rows.iter().copied());
        for (cell, slope) in cells.into_iter().zip(slopes) {
            let sum = &mut sums[usize::from(cell)];
            sum[0] += slope[0];
            sum[1] += slope[1];
            counts[usize::from(cell)] += 1.0;
        }
        let mut grid = Grid::new(height, width);
        grid.sum(&sums, &counts);
        grid.best(limits).map_or(0.0, |cut| cut.gain)
    };
    let mut gains: Vec<(f64, [usize; 2])> = all.par_iter().map(|pair| (gain(pair), *pair)).collect();
    gains.retain(|(gain, _)| *gain > 0.0);
    gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<[usize; 2]> = gains.into_iter().take(most).map(|(_, pair)| pair).collect();
    chosen.sort_unstable();
    chosen
}
