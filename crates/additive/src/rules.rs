//! Segments by rules: a shallow tree whose leaves are a few conditions each.
//!
//! In: columns and outcomes. Out: the leaves as [`Rule`]s, the one of the highest rate first. The tree is grown on one half of the
//! rows, by the largest fall of the deviance (L. Breiman et al.: Classification and Regression Trees, 1984); rates are those of the
//! other half.
//! Invariant: each row is in one leaf; no rate is of rows that the tree was grown on.

use serde::{Deserialize, Serialize};

use crate::bins::Binned;
use crate::columns::{Column, LeftOut, Values, usable};
use crate::error::Error;
use crate::folds::stratified;
use crate::model::Cuts;

/// The most bins of a column of numbers, and categories of one.
const BINS: usize = 64;
const MOST_CATEGORIES: usize = 512;
/// So many questions one after the other.
const DEPTH: usize = 4;
/// A leaf has at least so many rows of the half that the tree is grown on, and this share of them.
const FEWEST: usize = 25;
const SHARE: usize = 100;
/// A smaller fall of the deviance may be chance: χ² with one degree of freedom is larger once in a thousand times.
const LEAST_GAIN: f64 = 10.83;
/// The half that the tree is not grown on.
const HELD: u8 = 1;

/// A segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What holds of each of its rows.
    pub conditions: Vec<Condition>,
    /// How many rows it has.
    pub rows: u64,
    /// How many of these have the outcome.
    pub outcomes: u64,
    /// How many rows it has of the half that the tree was not grown on.
    pub held_rows: u64,
    /// How many of these have the outcome.
    pub held_outcomes: u64,
}

/// What holds of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// What it is.
    pub is: Is,
    /// Whether rows belong to it that have no value.
    pub or_missing: bool,
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Is {
    /// A number from one end on, below the other.
    Between {
        /// The lower end, which belongs to it.
        low: Option<f64>,
        /// The upper end, which does not.
        high: Option<f64>,
    },
    /// One of these categories.
    In(Vec<String>),
}

/// What a tree is grown on.
struct Grown<'a> {
    columns: &'a [Column<'a>],
    binned: Vec<Binned>,
    outcomes: &'a [bool],
    fewest: usize,
}

/// A node: its rows, and by column which bins it has.
struct Node {
    rows: Vec<u32>,
    bins: Vec<Vec<bool>>,
}

/// The leaves of a shallow tree, and the columns that tell nothing.
pub fn rules(columns: &[Column<'_>], outcomes: &[bool], seed: u64) -> Result<(Vec<Rule>, Vec<LeftOut>), Error> {
    let (columns, left_out) = usable(columns, outcomes, MOST_CATEGORIES)?;
    let halves = stratified(outcomes, 2, seed);
    let learnt: Vec<u32> = (0_u32..).zip(&halves).filter(|(_, half)| **half != HELD).map(|(row, _)| row).collect();
    let binned: Vec<Binned> = columns.iter().map(|column| Binned::new(column, BINS)).collect();
    let fewest = FEWEST.max(learnt.len() / SHARE);
    let grown = Grown { columns: &columns, binned, outcomes, fewest };
    let bins = grown.binned.iter().map(|binned| vec![true; binned.n_bins()]).collect();
    let mut leaves = Vec::new();
    grown.grow(Node { rows: learnt, bins }, DEPTH, &mut leaves);
    let mut rules: Vec<Rule> = leaves.iter().map(|leaf| grown.rule(leaf, &halves)).collect();
    let rate = |rule: &Rule| rule.held_outcomes as f64 / rule.held_rows.max(1) as f64;
    rules.sort_by(|a, b| rate(b).total_cmp(&rate(a)).then(b.rows.cmp(&a.rows)));
    Ok((rules, left_out))
}

impl Grown<'_> {
    fn grow(&self, node: Node, depth: usize, leaves: &mut Vec<Node>) {
        let best = (0..self.columns.len()).filter_map(|column| self.split(&node, column)).max_by(|a, b| {
            // Of equal gains the first column's.
            a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))
        });
        let Some((column, _, below)) = best.filter(|(_, gain, _)| depth > 0 && *gain >= LEAST_GAIN) else {
            leaves.push(node);
            return;
        };
        for side in [true, false] {
            let mut bins = node.bins.clone();
            for (bin, is_in) in bins[column].iter_mut().enumerate() {
                *is_in = *is_in && below[bin] == side;
            }
            let is_of_side = |row: &&u32| below[usize::from(self.binned[column].codes[**row as usize])] == side;
            let rows = node.rows.iter().filter(is_of_side).copied().collect();
            self.grow(Node { rows, bins }, depth - 1, leaves);
        }
    }

    /// The best division of a node by a column: its gain, and which bins lie below.
    fn split(&self, node: &Node, column: usize) -> Option<(usize, f64, Vec<bool>)> {
        let binned = &self.binned[column];
        let mut counts = vec![[0_u64; 2]; binned.n_bins()];
        for row in &node.rows {
            let outcome = u64::from(self.outcomes[*row as usize]);
            let count = &mut counts[usize::from(binned.codes[*row as usize])];
            *count = [count[0] + 1, count[1] + outcome];
        }
        let missing = binned.n_bins() - 1;
        let order: Vec<usize> = match &binned.cuts {
            // As in the order of a database, what is missing comes before all numbers.
            Cuts::Edges(_) => std::iter::once(missing).chain(0..missing).collect(),
            Cuts::Groups(_) => {
                let rate = |bin: &usize| counts[*bin][1] as f64 / counts[*bin][0].max(1) as f64;
                let mut there: Vec<usize> = (0..=missing).filter(|bin| counts[*bin][0] > 0).collect();
                there.sort_by(|a, b| rate(a).total_cmp(&rate(b)).then(a.cmp(b)));
                there
            }
        };
        let add = |a: [u64; 2], b: [u64; 2]| [a[0] + b[0], a[1] + b[1]];
        let all = counts.iter().copied().fold([0; 2], add);
        let (mut so_far, mut best) = ([0; 2], None);
        for (at, bin) in order.iter().enumerate() {
            so_far = add(so_far, counts[*bin]);
            let rest = [all[0] - so_far[0], all[1] - so_far[1]];
            if so_far[0].min(rest[0]) < self.fewest as u64 {
                continue;
            }
            let gain = deviance(all) - deviance(so_far) - deviance(rest);
            if best.is_none_or(|(most, _)| gain > most) {
                best = Some((gain, at));
            }
        }
        let (gain, at) = best?;
        let mut below = vec![false; binned.n_bins()];
        order[..=at].iter().for_each(|bin| below[*bin] = true);
        Some((column, gain, below))
    }

    /// A leaf as conditions, with its rows.
    fn rule(&self, leaf: &Node, halves: &[u8]) -> Rule {
        let is_in = |row: &usize| {
            self.binned.iter().zip(&leaf.bins).all(|(binned, bins)| bins[usize::from(binned.codes[*row])])
        };
        let conditions =
            (0..self.columns.len()).filter_map(|column| self.condition(column, &leaf.bins[column])).collect();
        let mut rule = Rule { conditions, rows: 0, outcomes: 0, held_rows: 0, held_outcomes: 0 };
        for row in (0..halves.len()).filter(is_in) {
            let (outcome, held) = (u64::from(self.outcomes[row]), u64::from(halves[row] == HELD));
            rule.rows += 1;
            rule.outcomes += outcome;
            rule.held_rows += held;
            rule.held_outcomes += held * outcome;
        }
        rule
    }

    /// What holds of a column whose bins these are; nothing where it has all of them.
    fn condition(&self, column: usize, bins: &[bool]) -> Option<Condition> {
        let binned = &self.binned[column];
        let (has_missing, bins) = bins.split_last()?;
        let is_missing = |code: &u16| usize::from(*code) == bins.len();
        let or_missing = *has_missing && binned.codes.iter().any(is_missing);
        if *has_missing && bins.iter().all(|is_in| *is_in) {
            return None;
        }
        let is = match (&binned.cuts, self.columns[column].values) {
            (Cuts::Edges(edges), _) => {
                let first = bins.iter().position(|is_in| *is_in)?;
                let last = bins.iter().rposition(|is_in| *is_in)?;
                let low = first.checked_sub(1).and_then(|at| edges.get(at)).copied();
                Is::Between { low, high: edges.get(last).copied() }
            }
            (Cuts::Groups(_), Values::Categories(_, names)) => {
                Is::In(names.iter().zip(bins).filter(|(_, is_in)| **is_in).map(|(name, _)| name.clone()).collect())
            }
            (Cuts::Groups(_), Values::Numbers(_)) => return None,
        };
        let is_all =
            matches!(is, Is::Between { low: None, high: None }) && (or_missing || !binned.codes.iter().any(is_missing));
        (!is_all).then(|| Condition { column: self.columns[column].name.to_owned(), is, or_missing })
    }
}

/// Minus twice the log-likelihood of rows that all have the same rate.
fn deviance([rows, outcomes]: [u64; 2]) -> f64 {
    let (n, k) = (rows as f64, outcomes as f64);
    let part = |count: f64| if count == 0.0 { 0.0 } else { count * libm::log(count / n) };
    -2.0 * (part(k) + part(n - k))
}
