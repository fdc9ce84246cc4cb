//! Forward selection of the columns that tell closure: each the one that adds most deviance to those before it.
//!
//! In: cells of customers that are alike in all columns, as [`Table`]. Out: the columns in the order in which they were chosen, with the
//! share of the null deviance that each adds, cross-validated.
//!
//! Which column to try next, Rao's score test says without a fit (C. R. Rao: Large sample tests of statistical hypotheses, 1948); the
//! best few are fitted, and the one whose deviance, less two for each coefficient (H. Akaike, 1974), falls most is
//! cross-validated over several splits. Invariant: each fit is over the cells put together by the chosen columns alone, which are far fewer.

use super::evidence::Counts;
use super::folds::{FOLDS, Parts, splits};
use super::logistic::{Fit, Sums, Table, deviance, factor, forward, logit, share};

/// A column that adds less of the null deviance is not worth a word.
const LEAST: f64 = 0.005;
/// More columns than this are not chosen: a list that long is not read.
const MOST_CHOSEN: usize = 8;
/// So many are fitted before one is chosen.
const MOST_FITTED: usize = 3;
/// Fits end where a step is worth less of the null deviance.
const LEAST_STEP: f64 = 1e-7;
/// The same of fits to a part, whose deviance differs by chance anyway.
const LEAST_STEP_OF_PART: f64 = 1e-5;

/// The two-sided 95 % quantile of Student's t of a mean over the parts.
const T: f64 = 2.776;
/// What keeps the information of a value finite that the chosen columns tell already.
const JITTER: f64 = 1e-3;

/// A column that was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chosen {
    /// Which of the cells' columns.
    pub column: usize,
    /// The share of the null deviance that it adds.
    pub added: f64,
    /// The standard error of that over the parts of a split; the mean of all splits.
    pub error: f64,
    /// The share that it and those before it tell.
    pub cumulative: f64,
}

/// The cells put together by the chosen columns, with the model of them.
struct State {
    table: Table,
    /// The group of each cell.
    group_of: Vec<usize>,
    fit: Fit,
}

/// The deviance of each part of a split by a model of the other parts.
type Held = [f64; FOLDS];

/// What is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection {
    /// The columns, in the order in which they are chosen.
    pub chosen: Vec<Chosen>,
    /// The columns that may tell as much by themselves as the first.
    pub rivals: Vec<usize>,
}

/// Chooses columns; none where no account was closed, or all were.
pub(crate) fn select(cells: &Table) -> Selection {
    let all: Counts = cells.counts.iter().copied().sum();
    if all.closed <= 0.0 || all.open <= 0.0 {
        return Selection::default();
    }
    let null = deviance(all.closed, all.customers(), logit(all.closed, all.customers()));
    let splits = splits(&cells.counts);
    let nulls: Vec<Held> = splits.iter().map(|split| null_of_parts(split, all)).collect();
    let mut held = nulls.clone();
    let mut state = State::new(cells, null);
    let (mut chosen, mut rivals): (Vec<Chosen>, Vec<usize>) = Default::default();
    while chosen.len() < MOST_CHOSEN {
        let is_left = |column: &usize| !chosen.iter().any(|chosen| chosen.column == *column);
        let left: Vec<usize> = (0..cells.levels.len()).filter(is_left).collect();
        let Some((column, next)) = state.next(cells, &left, null) else { break };
        let told_by =
            |state: &State| -> Vec<Held> { splits.iter().map(|split| state.cross_validated(split, null)).collect() };
        let now = told_by(&next);
        let (added, error) = gained(&held, &now, &nulls);
        // Not more than chance where a part is nothing but closures, too.
        if !(added >= LEAST && added > error) {
            break;
        }
        if chosen.is_empty() {
            let is_rival = |other: &usize| {
                let (less, error) = gained(&told_by(&state.with(cells, *other, null)), &now, &nulls);
                less < T * error
            };
            rivals = left.iter().copied().filter(|other| *other != column && is_rival(other)).collect();
        }
        let cumulative = 1.0 - total(&now) / total(&nulls);
        chosen.push(Chosen { column, added, error, cumulative });
        (state, held) = (next, now);
    }
    Selection { chosen, rivals }
}

fn total(each: &[Held]) -> f64 {
    each.iter().flatten().sum()
}

/// By which share of the null deviance the parts are told better than before, and the standard error of that, the mean over all
/// splits.
fn gained(before: &[Held], now: &[Held], nulls: &[Held]) -> (f64, f64) {
    let errors = (0..nulls.len()).map(|at| standard_error(&before[at], &now[at], &nulls[at])).sum::<f64>();
    ((total(before) - total(now)) / total(nulls), errors / nulls.len() as f64)
}

/// The deviance of each part by the closure rate of the others.
fn null_of_parts(split: &[Parts], all: Counts) -> Held {
    std::array::from_fn(|part| {
        let there: Counts = split.iter().map(|parts| parts[part]).sum();
        let others = all - there;
        deviance(there.closed, there.customers(), logit(others.closed, others.customers()))
    })
}

/// The standard error of the share of the null deviance by which the parts are told better than before.
fn standard_error(before: &Held, now: &Held, nulls: &Held) -> f64 {
    let n = FOLDS as f64;
    let each: Held = std::array::from_fn(|part| (before[part] - now[part]) / nulls[part]);
    let mean = each.iter().sum::<f64>() / n;
    let squares: f64 = each.iter().map(|one| (one - mean).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt()
}

impl State {
    /// No column: one group of all customers.
    fn new(cells: &Table, null: f64) -> Self {
        let table = Table::new(Vec::new(), Vec::new(), vec![cells.counts.iter().copied().sum()]);
        let fit = table.fit(&[], null * LEAST_STEP);
        Self { table, group_of: vec![0; cells.counts.len()], fit }
    }

    /// The same with one column more.
    fn with(&self, cells: &Table, column: usize, null: f64) -> Self {
        let (width, levels) = (self.table.levels.len(), cells.levels[column]);
        let (mut values, mut counts) = (Vec::new(), Vec::new());
        let mut places = vec![usize::MAX; self.table.counts.len() * levels];
        let group = |(cell, before): (usize, &usize)| {
            let value = cells.values[cell * cells.levels.len() + column];
            let place = &mut places[before * levels + usize::from(value)];
            if *place == usize::MAX {
                *place = counts.len();
                values.extend_from_slice(&self.table.values[before * width..(before + 1) * width]);
                values.push(value);
                counts.push(Counts::default());
            }
            counts[*place] = counts[*place] + cells.counts[cell];
            *place
        };
        let group_of = self.group_of.iter().enumerate().map(group).collect();
        let levels = self.table.levels.iter().copied().chain([levels]).collect();
        let table = Table::new(levels, values, counts);
        let fit = table.fit(&self.fit.coefficients, null * LEAST_STEP);
        Self { table, group_of, fit }
    }

    /// The column that adds most, with the model that has it; none where none adds more than chance.
    fn next(&self, cells: &Table, left: &[usize], null: f64) -> Option<(usize, Self)> {
        let tests = Scores::of(self);
        let cost = |column: usize| 2.0 * (cells.levels[column].saturating_sub(1)) as f64;
        let scored = left.iter().map(|column| (*column, tests.of_column(cells, *column) - cost(*column)));
        let mut scored: Vec<(usize, f64)> = scored.filter(|(_, score)| *score > 0.0).collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        let best = scored.first().map_or(0.0, |(_, score)| *score);
        // The score is close to what a fit gains; what scores half as much is not the best, nor worth a word.
        let least = null * LEAST / 2.0;
        let tried = scored.iter().take(MOST_FITTED).filter(|(_, score)| *score >= least.max(best / 2.0));
        let fitted = tried.map(|(column, _)| (*column, self.with(cells, *column, null)));
        let worth = |(column, state): &(usize, Self)| self.fit.deviance - state.fit.deviance - cost(*column);
        let best = fitted.max_by(|a, b| worth(a).total_cmp(&worth(b)));
        // By less than this, it adds no more to customers that it has not seen.
        best.filter(|best| worth(best) >= null * LEAST)
    }

    /// The deviance of each part by the model of the others, of a split of the cells.
    ///
    /// The model of the others begins at that of all customers, where what they sum up is what the parts do: one pass over the
    /// groups is the first step of all of them, and mostly there is no other (D. Pregibon: Logistic regression diagnostics, 1981).
    fn cross_validated(&self, split: &[Parts], null: f64) -> Held {
        let (table, start) = (&self.table, &self.fit.coefficients);
        let mut parts: [Vec<Counts>; FOLDS] = std::array::from_fn(|_| vec![Counts::default(); table.counts.len()]);
        for (group, cell) in self.group_of.iter().zip(split) {
            for (part, counts) in parts.iter_mut().zip(cell) {
                part[*group] = part[*group] + *counts;
            }
        }
        let sums = parts.each_ref().map(|part| Sums::of(table, part, start));
        std::array::from_fn(|part| {
            let mut of_others = sums[(part + 1) % FOLDS].clone();
            (2..FOLDS).for_each(|on| of_others.add(&sums[(part + on) % FOLDS]));
            let others: Vec<Counts> = table.counts.iter().zip(&parts[part]).map(|(all, there)| *all - *there).collect();
            let fit = table.fit_to(&others, start, of_others, null * LEAST_STEP_OF_PART);
            table.deviance(&fit.coefficients, &parts[part])
        })
    }
}

/// What the score tests of all columns that are not chosen share.
struct Scores<'a> {
    state: &'a State,
    /// The fitted rate of each group.
    shares: Vec<f64>,
}

impl<'a> Scores<'a> {
    fn of(state: &'a State) -> Self {
        Self { state, shares: state.table.predicted(&state.fit.coefficients).into_iter().map(share).collect() }
    }

    /// The statistic of one column.
    fn of_column(&self, cells: &Table, column: usize) -> f64 {
        let m = self.state.fit.coefficients.len();
        let n = cells.levels[column].saturating_sub(1);
        if self.state.fit.factor.len() != m * m {
            return 0.0;
        }
        let (mut slopes, mut own, mut cross) = (vec![0.0; n], vec![0.0; n], vec![0.0; n * m]);
        for (cell, group) in self.state.group_of.iter().enumerate() {
            let value = usize::from(cells.values[cell * cells.levels.len() + column]);
            if value == 0 {
                continue;
            }
            let (closed, all) = (cells.counts[cell].closed, cells.counts[cell].customers());
            let (at, share) = (value - 1, self.shares[*group]);
            let weight = all * share * (1.0 - share);
            slopes[at] += closed - all * share;
            own[at] += weight;
            for place in self.state.table.places(*group) {
                cross[at * m + usize::from(*place)] += weight;
            }
        }
        for row in cross.chunks_mut(m) {
            forward(&self.state.fit.factor, m, row);
        }
        let mut information = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let explained: f64 = (0..m).map(|k| cross[i * m + k] * cross[j * m + k]).sum();
                information[i * n + j] = if i == j { own[i] * (1.0 + JITTER) + 1e-9 } else { 0.0 } - explained;
            }
        }
        if !factor(&mut information, n) {
            return 0.0;
        }
        forward(&information, n, &mut slopes);
        slopes.iter().map(|slope| slope * slope).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand customers for each combination of three columns of two values, the first of which stands there twice.
    fn cells(closed: impl Fn(u16, u16, u16) -> u64) -> Table {
        let each: Vec<[u16; 3]> = (0..8).map(|bits| [bits & 1, bits >> 1 & 1, bits >> 2]).collect();
        let counts = each.iter().map(|[a, b, c]| closed(*a, *b, *c) as f64);
        let counts = counts.map(|closed| Counts { closed, open: 1000.0 - closed }).collect();
        let values = each.iter().flat_map(|[a, b, c]| [*a, *a, *b, *c]).collect();
        Table::new(vec![2; 4], values, counts)
    }

    #[test]
    fn each_column_is_chosen_by_what_it_adds_to_those_before() {
        let Selection { chosen: found, rivals } = select(&cells(|a, b, _| [50, 200, 400, 700][usize::from(a + 2 * b)]));
        // The second column tells most; the first adds to it, its double nothing more, and the third is noise.
        let columns: Vec<usize> = found.iter().map(|chosen| chosen.column).collect();
        assert!(columns == [2, 0] || columns == [2, 1], "{found:?}");
        assert!(rivals.is_empty(), "{rivals:?}");
        // statsmodels.GLM on both: 1 − deviance/null deviance, not cross-validated.
        let [first, both] = [0.167_211_4, 0.224_183_0];
        assert!(
            (found[0].cumulative - first).abs() < 0.002 && (found[0].added - found[0].cumulative).abs() < 1e-12,
            "{found:?}"
        );
        assert!((found[1].cumulative - both).abs() < 0.002, "{found:?}");
        assert!((found[0].added + found[1].added - found[1].cumulative).abs() < 1e-12, "{found:?}");
        assert!(found.iter().all(|chosen| chosen.error > 0.0 && chosen.error < chosen.added), "{found:?}");
    }

    #[test]
    fn columns_that_tell_as_much_by_themselves_are_rivals() {
        let found = select(&cells(|_, b, c| 100 + 300 * u64::from(b) + 295 * u64::from(c)));
        assert_eq!((found.chosen[0].column, found.rivals), (2, vec![3]));
    }

    #[test]
    fn what_adds_nothing_is_not_chosen() {
        assert_eq!(select(&cells(|_, _, _| 160)).chosen, []);
        assert_eq!(select(&cells(|_, _, _| 0)).chosen, []);
        assert_eq!(select(&cells(|_, _, _| 1000)).chosen, []);
        // A difference of two of a hundred is there, and not worth a word.
        assert_eq!(select(&cells(|a, _, _| 160 + 20 * u64::from(a))).chosen, []);
    }

    #[test]
    fn a_value_that_tells_for_sure_does_no_harm() {
        let found = select(&cells(|a, b, _| if b == 1 { 0 } else { 200 + 300 * u64::from(a) })).chosen;
        assert_eq!(found.first().map(|chosen| chosen.column), Some(2), "{found:?}");
        assert!(found.iter().all(|chosen| chosen.cumulative.is_finite()) && found.len() == 2, "{found:?}");
    }
}
