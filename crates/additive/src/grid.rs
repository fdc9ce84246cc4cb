//! One step of boosting over a pair of columns: a cut of one, and of each side a cut of the other.
//!
//! In: the gradient, the curvature and the number of rows of each cell. Out: what each cell gains, and how much a pair would
//! (Y. Lou et al.: Accurate intelligible models with pairwise interactions, 2013, there with one cut for both sides).
//! Invariant: of equal cuts the first is taken, so the same sums give the same tree.

use crate::tree::{Leaf, Limits, Slope};

/// Sums over the cells below and left of each place of a grid.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    height: usize,
    width: usize,
    sums: Vec<Leaf>,
}

/// Where one axis is cut, and the other on either side.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cut {
    /// Whether the first axis is the one that is cut once.
    is_upright: bool,
    at: usize,
    /// Where the other is cut before the cut and behind it; at 0 it is not.
    sides: [usize; 2],
    /// Twice what the cut lowers the loss by, beside what the whole grid in one piece would.
    pub gain: f64,
}

impl Grid {
    /// A grid of `height` × `width` cells.
    pub(crate) fn new(height: usize, width: usize) -> Self {
        Self { height, width, sums: vec![Leaf::default(); (height + 1) * (width + 1)] }
    }

    /// Sums up its cells, row by row.
    pub(crate) fn sum(&mut self, slopes: &[Slope], rows: &[f64]) {
        let width = self.width + 1;
        for i in 0..self.height {
            let mut line = Leaf::default();
            for j in 0..self.width {
                line.add(slopes[i * self.width + j], rows[i * self.width + j]);
                let mut sum = self.sums[i * width + j + 1];
                sum.add(line.slope, line.rows);
                self.sums[(i + 1) * width + j + 1] = sum;
            }
        }
    }

    /// The cells with `lines` on the first axis and `columns` on the second.
    fn part(&self, lines: [usize; 2], columns: [usize; 2]) -> Leaf {
        let at = |i: usize, j: usize| self.sums[i * (self.width + 1) + j];
        let upper = at(lines[1], columns[1]).minus(at(lines[1], columns[0]));
        upper.minus(at(lines[0], columns[1]).minus(at(lines[0], columns[0])))
    }

    /// The same with the axes named by which is cut once.
    fn side(&self, is_upright: bool, once: [usize; 2], twice: [usize; 2]) -> Leaf {
        if is_upright { self.part(once, twice) } else { self.part(twice, once) }
    }

    /// The best cut, if any gains something.
    pub(crate) fn best(&self, limits: &Limits) -> Option<Cut> {
        let whole = self.part([0, self.height], [0, self.width]).worth(limits.ridge);
        let mut best: Option<Cut> = None;
        for is_upright in [true, false] {
            let (n_once, n_twice) = self.lengths(is_upright);
            for at in 1..n_once {
                let mut cut = Cut { is_upright, at, sides: [0, 0], gain: -whole };
                for (side, once) in [[0, at], [at, n_once]].into_iter().enumerate() {
                    let all = self.side(is_upright, once, [0, n_twice]);
                    let (place, worth) = self.best_side(is_upright, once, n_twice, all, limits);
                    cut.sides[side] = place;
                    cut.gain += worth;
                }
                if cut.gain > best.map_or(1e-12, |cut| cut.gain) {
                    best = Some(cut);
                }
            }
        }
        best
    }

    fn lengths(&self, is_upright: bool) -> (usize, usize) {
        if is_upright { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// The best cut of one side, and what it is worth; at 0 where none is better than none.
    fn best_side(&self, is_upright: bool, once: [usize; 2], n: usize, all: Leaf, limits: &Limits) -> (usize, f64) {
        let mut best = (0, all.worth(limits.ridge));
        for place in 1..n {
            let low = self.side(is_upright, once, [0, place]);
            let high = all.minus(low);
            if low.rows < limits.fewest || high.rows < limits.fewest {
                continue;
            }
            let worth = low.worth(limits.ridge) + high.worth(limits.ridge);
            if worth > best.1 {
                best = (place, worth);
            }
        }
        best
    }

    /// Writes what each cell gains by a cut into `steps`.
    pub(crate) fn step(&self, cut: Cut, limits: &Limits, steps: &mut [f64]) {
        let (n_once, n_twice) = self.lengths(cut.is_upright);
        for (side, once) in [[0, cut.at], [cut.at, n_once]].into_iter().enumerate() {
            let place = cut.sides[side];
            for twice in [[0, place], [place, n_twice]] {
                let leaf = self.side(cut.is_upright, once, twice);
                let value = if leaf.rows < limits.fewest { 0.0 } else { leaf.value(limits) };
                let (lines, columns) = if cut.is_upright { (once, twice) } else { (twice, once) };
                for i in lines[0]..lines[1] {
                    steps[i * self.width + columns[0]..i * self.width + columns[1]].fill(value);
                }
            }
        }
    }
}
