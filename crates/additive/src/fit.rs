//! Training: bags side by side, first over the columns, then over the pairs that gain most.
//!
//! In: columns, outcomes, settings. Out: a [`Fitted`] model, and for each row the log-odds by the bag that held it out.
//! Invariant: the same rows in the same order give the same bytes, on any number of threads: bags share nothing, and what is summed
//! over them is summed in their order.

use rayon::prelude::*;

use crate::bag::{Bag, Ending, Part, Shape, Side};
use crate::bins::Binned;
use crate::columns::{Column, Direction, LeftOut, usable};
use crate::error::Error;
use crate::folds::stratified;
use crate::grid::Grid;
use crate::model::{Axis, Input, Model};
use crate::pairs::{self, Coarse};
use crate::settings::Settings;
use crate::sum::Sum;
use crate::tree::{Limits, Line};

/// A smaller gain in a held out row's mean loss is none.
const LEAST_GAIN: f64 = 1e-5;
/// A step of more than this, before the rate, is cut off.
const MOST_STEP: f64 = 4.0;
/// Few bags hold out so many parts of the rows in turn.
const FEWEST_PARTS: usize = 5;

/// What looks on while a model is trained.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is told each time that a bag ends a stage: how many did, and of how many.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Says whether to stop.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Watch<'_> {
    /// No one watches.
    pub const NONE: Watch<'static> = Watch { progress: &|_, _| {}, is_stopped: &|| false };
}

/// A model, and what its training said beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The model.
    pub model: Model,
    /// The log-odds of each row by the one bag that did not learn from it; NaN for rows that all bags learnt from.
    pub out_of_bag: Vec<f64>,
    /// The columns that tell nothing.
    pub left_out: Vec<LeftOut>,
    /// The best round of each bag over the columns, and over the pairs.
    pub rounds: Vec<[usize; 2]>,
}

/// What all bags read.
struct Table<'a> {
    outcomes: &'a [bool],
    binned: Vec<Binned>,
    directions: Vec<Direction>,
    held: Vec<u8>,
    settings: &'a Settings,
}

/// Trains a model.
pub fn fit(columns: &[Column<'_>], outcomes: &[bool], settings: &Settings, watch: Watch<'_>) -> Result<Fitted, Error> {
    settings.check()?;
    let held = stratified(outcomes, settings.bags.max(FEWEST_PARTS), settings.seed);
    fit_held(columns, outcomes, settings, held, watch)
}

/// The same with the part that each row is in.
pub(crate) fn fit_held(
    columns: &[Column<'_>],
    outcomes: &[bool],
    settings: &Settings,
    held: Vec<u8>,
    watch: Watch<'_>,
) -> Result<Fitted, Error> {
    let (columns, left_out) = usable(columns, outcomes, settings.bins)?;
    let binned = columns.par_iter().map(|column| Binned::new(column, settings.bins)).collect();
    let directions = columns.iter().map(|column| column.direction).collect();
    let table = Table { outcomes, binned, directions, held, settings };
    let done = std::sync::atomic::AtomicUsize::new(0);
    let n_stages = settings.bags * if settings.pairs > 0 && columns.len() > 1 { 2 } else { 1 };
    let tell = || {
        let n = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        (watch.progress)(n, n_stages);
    };
    let start = table.start();
    let mut bags: Vec<Learnt> = (0..settings.bags)
        .into_par_iter()
        .map(|bag| {
            let learnt = table.learn_columns(bag, start, watch);
            tell();
            learnt
        })
        .collect::<Result<_, _>>()?;
    let coarse: Vec<Coarse> =
        table.binned.par_iter().map(|binned| Coarse::new(binned, outcomes, settings.pair_bins)).collect();
    let pairs = table.choose(&bags, &coarse, start);
    if n_stages > settings.bags {
        bags.par_iter_mut().try_for_each(|learnt| {
            let result = table.learn_pairs(learnt, &coarse, &pairs, watch);
            tell();
            result
        })?;
    }
    let out_of_bag = table.out_of_bag(&bags, &coarse, &pairs, start);
    let rounds = bags.iter().map(|bag| bag.rounds).collect();
    let model = table.model(&columns, bags, &coarse, &pairs, start);
    Ok(Fitted { model, out_of_bag, left_out, rounds })
}

/// A bag and what it learnt.
pub(crate) struct Learnt {
    bag: Bag,
    /// The scores of the columns, then of the pairs.
    pub scores: Vec<Vec<f64>>,
    rounds: [usize; 2],
}

impl Table<'_> {
    /// The log-odds of all rows together.
    fn start(&self) -> f64 {
        let n_true = self.outcomes.iter().filter(|outcome| **outcome).count() as f64;
        libm::log(n_true / (self.outcomes.len() as f64 - n_true))
    }

    fn limits(&self, rate: f64) -> Limits {
        let fewest = self.settings.fewest.max(1) as f64;
        Limits { rate, ridge: self.settings.ridge, fewest, most: MOST_STEP }
    }

    fn ending(&self) -> Ending {
        let Settings { most_rounds, patience, .. } = *self.settings;
        Ending { most_rounds, patience, least: LEAST_GAIN }
    }

    /// The rows of a bag, and those that it holds out.
    fn bag(&self, bag: usize, start: f64) -> Bag {
        let mut sides: [Vec<u32>; 2] = Default::default();
        for (row, part) in (0_u32..).zip(&self.held) {
            sides[usize::from(usize::from(*part) == bag)].push(row);
        }
        let [rows, held] = sides;
        let seed = self.settings.seed.wrapping_add(1 + bag as u64);
        let rows = drawn(rows, self.settings.most_rows, seed);
        let held = drawn(held, self.settings.most_rows / 5, seed);
        Bag { rows: Side::new(rows, self.outcomes, start), held: Side::new(held, self.outcomes, start) }
    }

    fn line(&self, at: usize, bag: &Bag) -> Part {
        let binned = &self.binned[at];
        let codes = [bag.rows.of(&binned.codes), bag.held.of(&binned.codes)];
        let rows = counts(codes[0].iter().copied(), binned.n_bins());
        let is_ordered = matches!(binned.cuts, crate::model::Cuts::Edges(_));
        Part::new(Shape::Line(Line { is_ordered, direction: self.directions[at], rows }), codes)
    }

    fn learn_columns(&self, bag: usize, start: f64, watch: Watch<'_>) -> Result<Learnt, Error> {
        let mut bag = self.bag(bag, start);
        let mut parts: Vec<Part> = (0..self.binned.len()).map(|at| self.line(at, &bag)).collect();
        let limits = self.limits(self.settings.rate);
        let rounds = bag.boost(&mut parts, &limits, &self.ending(), watch.is_stopped)?;
        Ok(Learnt { bag, scores: parts.into_iter().map(|part| part.scores).collect(), rounds: [rounds, 0] })
    }

    fn learn_pairs(
        &self,
        learnt: &mut Learnt,
        coarse: &[Coarse],
        pairs: &[[usize; 2]],
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let bag = &mut learnt.bag;
        let part = |pair: &[usize; 2]| {
            let [height, width] = pair.map(|at| coarse[at].n_bins);
            let cells = |rows: &[u32]| self.cells(coarse, *pair, rows.iter().copied());
            let codes = [cells(&bag.rows.rows), cells(&bag.held.rows)];
            let rows = counts(codes[0].iter().copied(), height * width);
            Part::new(Shape::Grid(Grid::new(height, width), rows), codes)
        };
        let mut parts: Vec<Part> = pairs.iter().map(part).collect();
        let limits = self.limits(self.settings.pair_rate);
        learnt.rounds[1] = bag.boost(&mut parts, &limits, &self.ending(), watch.is_stopped)?;
        learnt.scores.extend(parts.into_iter().map(|part| part.scores));
        Ok(())
    }

    fn cells(&self, coarse: &[Coarse], pair: [usize; 2], rows: impl Iterator<Item = u32>) -> Vec<u16> {
        pairs::cells(pair.map(|at| &self.binned[at]), pair.map(|at| &coarse[at]), rows)
    }

    /// The pairs that gain most over what the columns say, by the mean of the bags.
    fn choose(&self, bags: &[Learnt], coarse: &[Coarse], start: f64) -> Vec<[usize; 2]> {
        if self.settings.pairs == 0 || self.binned.len() < 2 {
            return Vec::new();
        }
        let rows = drawn((0..self.outcomes.len() as u32).collect(), self.settings.most_rows, self.settings.seed);
        let mut log_odds = vec![start; rows.len()];
        for (at, binned) in self.binned.iter().enumerate() {
            let means: Vec<f64> = (0..binned.n_bins())
                .map(|bin| bags.iter().map(|bag| bag.scores[at][bin]).sum::<f64>() / bags.len() as f64)
                .collect();
            let add = |(sum, row): (&mut f64, &u32)| *sum += means[usize::from(binned.codes[*row as usize])];
            log_odds.iter_mut().zip(&rows).for_each(add);
        }
        let slope = |(log_odds, row): (&f64, &u32)| {
            let probability = crate::model::probability(*log_odds);
            let outcome = f64::from(u8::from(self.outcomes[*row as usize]));
            [outcome - probability, probability * (1.0 - probability)]
        };
        let slopes: Vec<_> = log_odds.iter().zip(&rows).map(slope).collect();
        let may: Vec<bool> = self.directions.iter().map(|direction| *direction == Direction::Any).collect();
        let limits = self.limits(1.0);
        pairs::best(&self.binned, coarse, &may, &rows, &slopes, &limits, self.settings.pairs)
    }

    /// The log-odds of each row by the bag that held it out.
    fn out_of_bag(&self, bags: &[Learnt], coarse: &[Coarse], pairs: &[[usize; 2]], start: f64) -> Vec<f64> {
        let bag = |row: usize| bags.get(usize::from(self.held[row]));
        let n_rows = self.outcomes.len();
        let mut found: Vec<f64> = (0..n_rows).map(|row| bag(row).map_or(f64::NAN, |_| start)).collect();
        let mut add = |term: usize, codes: &[u16]| {
            for (row, (sum, code)) in found.iter_mut().zip(codes).enumerate() {
                if let Some(bag) = bag(row) {
                    *sum += bag.scores[term][usize::from(*code)];
                }
            }
        };
        self.binned.iter().enumerate().for_each(|(term, binned)| add(term, &binned.codes));
        for (at, pair) in pairs.iter().enumerate() {
            add(self.binned.len() + at, &self.cells(coarse, *pair, 0..n_rows as u32));
        }
        found
    }

    /// The mean of the bags.
    fn model(
        &self,
        columns: &[Column<'_>],
        bags: Vec<Learnt>,
        coarse: &[Coarse],
        pairs: &[[usize; 2]],
        start: f64,
    ) -> Model {
        let mut axes: Vec<Vec<Axis>> =
            self.binned.iter().enumerate().map(|(input, b)| vec![Axis { input, cuts: b.cuts.clone() }]).collect();
        axes.extend(
            pairs.iter().map(|pair| pair.map(|input| Axis { input, cuts: coarse[input].cuts.clone() }).to_vec()),
        );
        let mut rows: Vec<Vec<f64>> =
            self.binned.iter().map(|binned| counts(binned.codes.iter().copied(), binned.n_bins())).collect();
        for pair in pairs {
            let cells = self.cells(coarse, *pair, 0..self.outcomes.len() as u32);
            rows.push(counts(cells.into_iter(), coarse[pair[0]].n_bins * coarse[pair[1]].n_bins));
        }
        let most_steps = self.settings.steps;
        let sum = Sum { start, most_steps, axes, rows, finer: coarse.iter().map(|coarse| coarse.of.clone()).collect() };
        let (intercept, terms) = sum.of(bags.into_iter().map(|bag| bag.scores).collect());
        let outcomes = self.outcomes.iter().filter(|outcome| **outcome).count() as u64;
        Model {
            intercept,
            inputs: columns.iter().map(Input::of).collect(),
            terms,
            rows: self.outcomes.len() as u64,
            outcomes,
        }
    }
}

/// How many rows each bin has.
fn counts(codes: impl Iterator<Item = u16>, n: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n];
    codes.for_each(|code| counts[usize::from(code)] += 1.0);
    counts
}

/// At most so many of the rows, drawn at random, in their order.
fn drawn(rows: Vec<u32>, most: usize, seed: u64) -> Vec<u32> {
    if rows.len() <= most {
        return rows;
    }
    let (mut rng, mut left, mut wanted) = (fastrand::Rng::with_seed(seed), rows.len(), most);
    let mut take = |_: &u32| {
        let is_taken = rng.usize(0..left) < wanted;
        left -= 1;
        wanted -= usize::from(is_taken);
        is_taken
    };
    rows.into_iter().filter(|row| take(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GRID;

    #[test]
    fn the_order_of_rows_changes_nothing_but_the_last_digits() {
        let mut rng = fastrand::Rng::with_seed(4);
        let rows: Vec<(f64, f64, bool, u8)> = (0..900)
            .map(|i| {
                let (a, b) = ((rng.f64() * 40.0).floor(), (rng.f64() * 8.0).floor());
                (a, b, rng.f64() * 60.0 < a + b * b / 4.0, (i % 5) as u8)
            })
            .collect();
        let settings = Settings { bags: 5, pairs: 1, most_rounds: 60, ..Settings::default() };
        let learn = |rows: &[(f64, f64, bool, u8)]| {
            let (a, b): (Vec<f64>, Vec<f64>) = rows.iter().map(|row| (row.0, row.1)).unzip();
            let (outcomes, held): (Vec<bool>, Vec<u8>) = rows.iter().map(|row| (row.2, row.3)).unzip();
            let columns = [Column::numbers("a", &a), Column::numbers("b", &b)];
            fit_held(&columns, &outcomes, &settings, held, Watch::NONE).unwrap()
        };
        let (first, mut turned) = (learn(&rows), rows);
        turned.reverse();
        turned.rotate_left(100);
        let second = learn(&turned);
        assert_eq!(first.rounds, second.rounds);
        for (one, other) in first.model.terms.iter().zip(&second.model.terms) {
            assert!(one.axes == other.axes && one.rows == other.rows);
            assert!(one.scores.iter().zip(&other.scores).all(|(one, other)| (one - other).abs() <= 2.0 * GRID));
        }
    }

    #[test]
    fn rows_are_drawn_without_replacement_and_stay_in_order() {
        let found = drawn((0..1000).collect(), 100, 7);
        assert!(found.len() == 100 && found.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(found.iter().any(|row| *row < 50) && found.iter().any(|row| *row > 950));
        assert_eq!(drawn(vec![3, 4], 2, 7), [3, 4]);
    }
}
