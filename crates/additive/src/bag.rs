//! A bag: most of the rows, which it learns from, and a part that it is judged by.
//!
//! In: the codes of all terms, and the outcomes. Out: the scores of each term after the round that told the held out rows best.
//! Invariant: rows and terms are taken in one order, whatever runs beside it, so sums come out the same. The odds of each row are
//! kept and multiplied, so that a step takes an exponential for each bin and not for each row.

use crate::error::Error;
use crate::grid::Grid;
use crate::tree::{Limits, Line, Slope};

/// Columns of fewer bins sum up in several places, so that one row need not wait for the one before it.
const LANES: usize = 4;
const MOST_BINS_IN_LANES: usize = 64;

/// When a stage ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    pub most_rounds: usize,
    /// So many rounds without getting better.
    pub patience: usize,
    /// A smaller gain, in the mean loss, is none.
    pub least: f64,
}

/// The rows of a bag, and how far it has come.
#[derive(Clone, Debug)]
pub(crate) struct Bag {
    pub rows: Side,
    pub held: Side,
}

/// Rows, their outcomes, and the log-odds that they have by now.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub rows: Vec<u32>,
    outcomes: Vec<f64>,
    log_odds: Vec<f64>,
}

/// A term while it is learnt.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub shape: Shape,
    /// The bin of each row that is learnt from, and of each that is held out.
    pub codes: [Vec<u16>; 2],
    pub scores: Vec<f64>,
    /// What the last step multiplied the odds by.
    factors: Vec<f64>,
}

/// What trees a term is made of.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Of one column.
    Line(Line),
    /// Of two: the grid, and the rows of each cell.
    Grid(Grid, Vec<f64>),
}

impl Side {
    pub(crate) fn new(rows: Vec<u32>, outcomes: &[bool], log_odds: f64) -> Self {
        let outcomes = rows.iter().map(|row| f64::from(u8::from(outcomes[*row as usize]))).collect();
        Self { log_odds: vec![log_odds; rows.len()], rows, outcomes }
    }

    /// The entries of an array of all rows that are of these.
    pub(crate) fn of<T: Copy>(&self, all: &[T]) -> Vec<T> {
        self.rows.iter().map(|row| all[*row as usize]).collect()
    }

    fn odds(&self) -> Vec<f64> {
        self.log_odds.iter().map(|log_odds| libm::exp(*log_odds)).collect()
    }

    fn add(&mut self, codes: &[u16], scores: &[f64]) {
        self.log_odds.iter_mut().zip(codes).for_each(|(sum, code)| *sum += scores[usize::from(*code)]);
    }

    /// The mean loss by these odds.
    fn loss(&self, odds: &[f64]) -> f64 {
        let loss = |(odds, outcome): (&f64, &f64)| libm::log1p(if *outcome > 0.5 { 1.0 / odds } else { *odds });
        odds.iter().zip(&self.outcomes).map(loss).sum::<f64>() / odds.len().max(1) as f64
    }
}

impl Part {
    pub(crate) fn new(shape: Shape, codes: [Vec<u16>; 2]) -> Self {
        let n = match &shape {
            Shape::Line(line) => line.rows.len(),
            Shape::Grid(_, rows) => rows.len(),
        };
        Self { shape, codes, scores: vec![0.0; n], factors: vec![1.0; n] }
    }

    /// Takes a step down these slopes.
    fn step(&mut self, slopes: &[Slope], limits: &Limits, steps: &mut Vec<f64>) {
        steps.clear();
        steps.resize(slopes.len(), 0.0);
        match &mut self.shape {
            Shape::Line(line) => line.step(slopes, limits, steps),
            Shape::Grid(grid, rows) => {
                grid.sum(slopes, rows);
                if let Some(cut) = grid.best(limits) {
                    grid.step(cut, limits, steps);
                }
            }
        }
        let mut last = (0.0, 1.0);
        for ((step, score), factor) in steps.iter().zip(&mut self.scores).zip(&mut self.factors) {
            if *step != last.0 {
                last = (*step, libm::exp(*step));
            }
            *score += step;
            *factor = last.1;
        }
    }
}

impl Bag {
    /// Boosts the parts in turn until the held out rows gain no more, and leaves them as they were then; gives the rounds.
    pub(crate) fn boost(
        &mut self,
        parts: &mut [Part],
        limits: &Limits,
        ending: &Ending,
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<usize, Error> {
        let (mut odds, mut held) = (self.rows.odds(), self.held.odds());
        let mut best: Vec<Vec<f64>> = parts.iter().map(|part| part.scores.clone()).collect();
        let (mut least, mut best_round) = (self.held.loss(&held), 0);
        let (mut slopes, mut lanes, mut steps) = (Vec::new(), Vec::new(), Vec::new());
        let mut before: Option<usize> = None;
        for round in 1..=ending.most_rounds {
            if is_stopped() {
                return Err(Error::cancelled());
            }
            for at in 0..parts.len() {
                let factors = before.map(|before| (&parts[before].codes[0][..], &parts[before].factors[..]));
                slopes.clear();
                slopes.resize(parts[at].scores.len(), [0.0; 2]);
                sum(&mut odds, &self.rows.outcomes, factors, &parts[at].codes[0], &mut slopes, &mut lanes);
                parts[at].step(&slopes, limits, &mut steps);
                let part = &parts[at];
                held.iter_mut().zip(&part.codes[1]).for_each(|(odds, code)| *odds *= part.factors[usize::from(*code)]);
                before = Some(at);
            }
            let loss = self.held.loss(&held);
            if loss < least - ending.least {
                (least, best_round) = (loss, round);
                best.iter_mut().zip(&*parts).for_each(|(best, part)| best.copy_from_slice(&part.scores));
            } else if round - best_round >= ending.patience {
                break;
            }
        }
        for (part, best) in parts.iter_mut().zip(best) {
            part.scores = best;
            self.rows.add(&part.codes[0], &part.scores);
            self.held.add(&part.codes[1], &part.scores);
        }
        Ok(best_round)
    }
}

/// Multiplies the odds by what the step before gave, and sums up gradient and curvature of each bin.
fn sum(
    odds: &mut [f64],
    outcomes: &[f64],
    before: Option<(&[u16], &[f64])>,
    codes: &[u16],
    slopes: &mut [Slope],
    lanes: &mut Vec<Slope>,
) {
    const BLOCK: usize = 256;
    if let Some((codes, factors)) = before {
        odds.iter_mut().zip(codes).for_each(|(odds, code)| *odds *= factors[usize::from(*code)]);
    }
    let n = slopes.len();
    let n_lanes = if n <= MOST_BINS_IN_LANES { LANES } else { 1 };
    lanes.clear();
    lanes.resize(n * n_lanes, [0.0; 2]);
    let (mut gradients, mut curvatures) = ([0.0; BLOCK], [0.0; BLOCK]);
    for ((odds, outcomes), codes) in odds.chunks(BLOCK).zip(outcomes.chunks(BLOCK)).zip(codes.chunks(BLOCK)) {
        for (i, (odds, outcome)) in odds.iter().zip(outcomes).enumerate() {
            let probability = odds / (1.0 + odds);
            gradients[i] = outcome - probability;
            curvatures[i] = probability * (1.0 - probability);
        }
        for (i, code) in codes.iter().enumerate() {
            let slope = &mut lanes[i % n_lanes * n + usize::from(*code)];
            slope[0] += gradients[i];
            slope[1] += curvatures[i];
        }
    }
    for lane in lanes.chunks(n.max(1)) {
        for (slope, part) in slopes.iter_mut().zip(lane) {
            slope[0] += part[0];
            slope[1] += part[1];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Direction;

    #[test]
    fn a_bag_ends_where_its_best_round_was_and_both_sides_know_the_scores() {
        let outcomes: Vec<bool> = (0..400).map(|row| row % 2 == 0 && row % 3 == 0).collect();
        let side = |from: u32, to: u32| Side::new((from..to).collect(), &outcomes, -1.5);
        let mut bag = Bag { rows: side(0, 300), held: side(300, 400) };
        let codes = |from: u16, to: u16| (from..to).map(|row| row % 2).collect::<Vec<u16>>();
        let line = Line { is_ordered: true, direction: Direction::Any, rows: vec![150.0, 150.0, 0.0] };
        let mut parts = [Part::new(Shape::Line(line), [codes(0, 300), codes(300, 400)])];
        let limits = Limits { rate: 0.3, ridge: 0.1, fewest: 5.0, most: 4.0 };
        let ending = Ending { most_rounds: 40, patience: 5, least: 1e-6 };
        let before = bag.held.loss(&bag.held.odds());
        let rounds = bag.boost(&mut parts, &limits, &ending, &|| false).unwrap();
        let scores = &parts[0].scores;
        assert!(rounds > 3 && scores[0] > 0.5 && scores[1] < -1.0 && scores[2] == 0.0, "{rounds} {scores:?}");
        for (side, codes) in [(&bag.rows, &parts[0].codes[0]), (&bag.held, &parts[0].codes[1])] {
            let wanted = codes.iter().map(|code| -1.5 + scores[usize::from(*code)]);
            assert!(side.log_odds.iter().zip(wanted).all(|(found, wanted)| *found == wanted));
        }
        assert!(bag.held.loss(&bag.held.odds()) < before - 0.1);
        assert!(bag.boost(&mut parts, &limits, &ending, &|| true).unwrap_err().is_cancelled());
    }
}
