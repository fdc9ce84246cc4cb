//! One step of boosting along a column: a tree of at most three leaves over its bins.
//!
//! In: the gradient, the curvature and the number of rows of each bin. Out: what each bin gains.
//! Invariant: no leaf has fewer rows than it must; where a column has a direction, the leaves follow it. Missing values have a leaf
//! of their own, and categories stand in the order of their gradients (W. D. Fisher 1958), so that a leaf can hold any of them.

use crate::columns::Direction;

/// Gradient and curvature of a bin.
pub(crate) type Slope = [f64; 2];

/// What a step is bound by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// So much of the best step is taken.
    pub rate: f64,
    /// Added to the curvature of each leaf.
    pub ridge: f64,
    /// The fewest rows of a leaf.
    pub fewest: f64,
    /// The largest step before `rate`.
    pub most: f64,
}

/// A part of the bins that gains the same.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leaf {
    pub slope: Slope,
    pub rows: f64,
}

impl Leaf {
    pub(crate) fn minus(self, other: Self) -> Self {
        Self { slope: [self.slope[0] - other.slope[0], self.slope[1] - other.slope[1]], rows: self.rows - other.rows }
    }

    pub(crate) fn add(&mut self, slope: Slope, rows: f64) {
        self.slope[0] += slope[0];
        self.slope[1] += slope[1];
        self.rows += rows;
    }

    /// Twice what a step in this leaf lowers the loss by.
    pub(crate) fn worth(self, ridge: f64) -> f64 {
        self.slope[0] * self.slope[0] / (self.slope[1] + ridge)
    }

    /// The best step of this leaf.
    pub(crate) fn value(self, limits: &Limits) -> f64 {
        if self.rows <= 0.0 {
            return 0.0;
        }
        (self.slope[0] / (self.slope[1] + limits.ridge)).clamp(-limits.most, limits.most) * limits.rate
    }
}

/// The bins of a column, in the order in which they can be cut, and the one of missing values.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub is_ordered: bool,
    pub direction: Direction,
    /// The rows of each bin, that of missing values last.
    pub rows: Vec<f64>,
}

impl Line {
    /// Writes what each bin gains into `steps`.
    pub(crate) fn step(&self, slopes: &[Slope], limits: &Limits, steps: &mut [f64]) {
        let n = slopes.len() - 1;
        steps.fill(0.0);
        let missing = Leaf { slope: slopes[n], rows: self.rows[n] };
        if missing.rows >= limits.fewest {
            steps[n] = missing.value(limits);
        }
        if self.is_ordered {
            self.cut(slopes, limits, steps, |at| at);
        } else {
            let mut order: Vec<usize> = (0..n).collect();
            let key = |bin: &usize| slopes[*bin][0] / (slopes[*bin][1] + limits.ridge);
            order.sort_by(|a, b| key(a).total_cmp(&key(b)));
            self.cut(slopes, limits, steps, |at| order[at]);
        }
    }

    /// Cuts the bins, in this order, in two or three.
    fn cut(&self, slopes: &[Slope], limits: &Limits, steps: &mut [f64], bin: impl Fn(usize) -> usize) {
        let n = slopes.len() - 1;
        let whole = self.total(slopes, 0..n, &bin);
        let all = Range { from: 0, to: n, leaf: whole };
        let Some((first, _)) = self.best(slopes, limits, all, &bin, [None, None]) else {
            let value = whole.value(limits);
            (0..n).for_each(|at| steps[bin(at)] = value);
            return;
        };
        let [left, right] = first;
        let below = self.best(slopes, limits, left, &bin, [None, Some(right.leaf.value(limits))]);
        let above = self.best(slopes, limits, right, &bin, [Some(left.leaf.value(limits)), None]);
        let leaves = match (below, above) {
            (Some((cut, gain)), Some((_, other))) if gain >= other => vec![cut[0], cut[1], right],
            (Some((cut, _)), None) => vec![cut[0], cut[1], right],
            (_, Some((cut, _))) => vec![left, cut[0], cut[1]],
            (None, None) => vec![left, right],
        };
        for range in leaves {
            let value = range.leaf.value(limits);
            (range.from..range.to).for_each(|at| steps[bin(at)] = value);
        }
    }

    fn total(&self, slopes: &[Slope], range: std::ops::Range<usize>, bin: &impl Fn(usize) -> usize) -> Leaf {
        let mut leaf = Leaf::default();
        range.for_each(|at| leaf.add(slopes[bin(at)], self.rows[bin(at)]));
        leaf
    }

    /// The best cut of a range, and what it gains; the values of its neighbours bind a column that has a direction.
    fn best(
        &self,
        slopes: &[Slope],
        limits: &Limits,
        range: Range,
        bin: &impl Fn(usize) -> usize,
        beside: [Option<f64>; 2],
    ) -> Option<([Range; 2], f64)> {
        let whole = range.leaf.worth(limits.ridge);
        let mut left = Leaf::default();
        let mut best: Option<([Range; 2], f64)> = None;
        for at in range.from..range.to.saturating_sub(1) {
            left.add(slopes[bin(at)], self.rows[bin(at)]);
            let right = range.leaf.minus(left);
            if left.rows < limits.fewest {
                continue;
            }
            if right.rows < limits.fewest {
                break;
            }
            let gain = left.worth(limits.ridge) + right.worth(limits.ridge) - whole;
            if gain > best.map_or(1e-12, |(_, gain)| gain) && self.allows(limits, [left, right], beside) {
                let cut = [
                    Range { from: range.from, to: at + 1, leaf: left },
                    Range { from: at + 1, to: range.to, leaf: right },
                ];
                best = Some((cut, gain));
            }
        }
        best
    }

    /// Whether leaves that lie side by side follow the column's direction.
    fn allows(&self, limits: &Limits, leaves: [Leaf; 2], beside: [Option<f64>; 2]) -> bool {
        let values = leaves.map(|leaf| leaf.value(limits));
        let line = [beside[0].unwrap_or(values[0]), values[0], values[1], beside[1].unwrap_or(values[1])];
        match self.direction {
            Direction::Any => true,
            Direction::Rising => line.windows(2).all(|pair| pair[0] <= pair[1]),
            Direction::Falling => line.windows(2).all(|pair| pair[0] >= pair[1]),
        }
    }
}

/// Bins from one place to another, not reaching it.
#[derive(Clone, Copy, Debug)]
struct Range {
    from: usize,
    to: usize,
    leaf: Leaf,
}
