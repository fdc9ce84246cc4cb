//! What would have to change for a row to score lower.
//!
//! In: a model, rows, the columns that someone can act on, and the log-odds to come down to. Out: for each row that lies above, the
//! one column of which the smallest step brings it there. Steps are measured by the share of the model's rows that they pass, so
//! that columns of different units can be compared.
//! Invariant: the other columns stay as they are; a row that no single column brings down has no change.

use crate::bins;
use crate::columns::{Column, Values};
use crate::error::Error;
use crate::model::{Cuts, Model, Term, arranged};

/// A step of one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The place of the column among the model's inputs.
    pub input: usize,
    /// The value to reach where it rises, to fall below where it falls.
    pub to: f64,
    /// Whether the value rises.
    pub is_rise: bool,
    /// The log-odds afterwards.
    pub log_odds: f64,
    /// The share of the model's rows that the step passes.
    pub passed: f64,
}

/// A column that may change: its single term, and the pairs that it is in.
struct Movable<'a> {
    input: usize,
    values: &'a [f64],
    edges: &'a [f64],
    single: &'a Term,
    /// Each pair with the place of the column's axis in it.
    pairs: Vec<(usize, usize)>,
    /// The share of rows below each bin, and of all.
    below: Vec<f64>,
}

/// The smallest change of one column that brings each row down to `target` log-odds; by input, whether it may change.
pub fn changes(
    model: &Model,
    columns: &[Column<'_>],
    may_change: &[bool],
    target: f64,
) -> Result<Vec<Option<Change>>, Error> {
    let log_odds = model.log_odds(columns)?;
    let columns = arranged(&model.inputs, columns)?;
    let codes: Vec<Vec<Vec<u16>>> = model
        .terms
        .iter()
        .map(|term| term.axes.iter().map(|axis| axis.cuts.codes(&columns[axis.input])).collect())
        .collect();
    let movable: Vec<Movable<'_>> = (0..model.inputs.len())
        .filter(|input| may_change[*input])
        .filter_map(|input| Movable::new(model, &columns, input))
        .collect();
    let of_row = |(row, now): (usize, &f64)| {
        if *now <= target {
            return None;
        }
        let each = movable.iter().filter_map(|one| one.smallest(model, &codes, row, *now, target));
        each.min_by(|a, b| a.passed.total_cmp(&b.passed).then(a.input.cmp(&b.input)))
    };
    Ok(log_odds.iter().enumerate().map(of_row).collect())
}

impl<'a> Movable<'a> {
    /// A column of numbers that has a term of its own.
    fn new(model: &'a Model, columns: &[Column<'a>], input: usize) -> Option<Self> {
        let Values::Numbers(values) = columns[input].values else { return None };
        let single = model.terms.iter().find(|term| matches!(&term.axes[..], [axis] if axis.input == input))?;
        let Cuts::Edges(edges) = &single.axes[0].cuts else { return None };
        let place = |term: &Term| term.axes.iter().position(|axis| axis.input == input).filter(|_| term.axes.len() > 1);
        let pairs =
            model.terms.iter().enumerate().filter_map(|(at, term)| place(term).map(|axis| (at, axis))).collect();
        let all = single.rows.iter().sum::<u64>().max(1) as f64;
        let mut sum = 0;
        let mut below: Vec<f64> = Vec::with_capacity(single.rows.len() + 1);
        for rows in &single.rows {
            below.push(sum as f64 / all);
            sum += rows;
        }
        below.push(1.0);
        Some(Self { input, values, edges, single, pairs, below })
    }

    /// The smallest step of this column that brings a row down.
    fn smallest(&self, model: &Model, codes: &[Vec<Vec<u16>>], row: usize, now: f64, target: f64) -> Option<Change> {
        let value = self.values[row];
        if value.is_nan() {
            return None;
        }
        let here = usize::from(bins::code(self.edges, value));
        let step = |bin: usize| {
            let is_rise = bin > here;
            let to = if is_rise { self.edges[bin - 1] } else { self.edges[bin] };
            let landed = if is_rise { to } else { to.next_down() };
            let log_odds = now + self.difference(model, codes, row, (here, bin), landed);
            let passed =
                if is_rise { self.below[bin] - self.below[here] } else { self.below[here + 1] - self.below[bin + 1] };
            Change { input: self.input, to, is_rise, log_odds, passed }
        };
        let up = (here + 1..=self.edges.len()).map(step).find(|change| change.log_odds <= target);
        let down = (0..here).rev().map(step).find(|change| change.log_odds <= target);
        up.into_iter().chain(down).min_by(|a, b| a.passed.total_cmp(&b.passed))
    }

    /// What the log-odds of a row change by where the column moves from one bin to another, to a value of which pairs have their own.
    fn difference(
        &self,
        model: &Model,
        codes: &[Vec<Vec<u16>>],
        row: usize,
        (here, bin): (usize, usize),
        to: f64,
    ) -> f64 {
        let mut sum = self.single.scores[bin] - self.single.scores[here];
        for (at, axis) in &self.pairs {
            let (term, codes) = (&model.terms[*at], &codes[*at]);
            let Cuts::Edges(edges) = &term.axes[*axis].cuts else { continue };
            let new = usize::from(bins::code(edges, to));
            let own = [usize::from(codes[0][row]), usize::from(codes[1][row])];
            let mut moved = own;
            moved[*axis] = new;
            let n = term.axes[1].n_bins();
            sum += term.scores[moved[0] * n + moved[1]] - term.scores[own[0] * n + own[1]];
        }
        sum
    }
}
