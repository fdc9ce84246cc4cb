//! Columns that determine another: each value of the one goes with one value of the other.
//!
//! In: the first rows, which most pairs contradict at once. Out: the pairs that they do not contradict, for a pipeline each
//! over all customers; then those that hold.
//! Invariant: a pair is told only where at least half of the values are of several customers.

use std::collections::HashMap;

use bson::{Bson, Document};
use catalog::{About, Catalog};
use contract::{Contract, Role};

use super::count;
use crate::groups::text;

/// That the rows agree must be less likely by chance than one over e to this.
const SURPRISE: f64 = 7.0;
/// So many pairs are asked about.
const MOST_PAIRS: usize = 40;

/// A column of which each value goes with one value of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Determines {
    /// The heading of the column.
    pub from: String,
    /// The heading of the other.
    pub to: String,
    /// Whether the other determines it, too.
    pub is_mutual: bool,
    /// How many values of the column were looked at.
    pub values: u64,
    /// How many customers have both.
    pub customers: u64,
}

/// The pairs of columns, by their places, that the first rows do not contradict.
#[must_use]
pub fn candidate_pairs(contract: &Contract, rows: &[Document]) -> Vec<(usize, usize)> {
    let columns: Vec<(usize, Codes)> = contract
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| Catalog::shows_values(column) && column.role != Some(Role::Closed))
        .map(|(position, column)| (position, Codes::new(&column.name, rows)))
        .collect();
    let all = columns.iter().flat_map(|from| columns.iter().map(move |to| (from, to)));
    let likely = all.filter(|((from, a), (to, b))| from != to && may_determine(a, b));
    likely.map(|((from, _), (to, _))| (*from, *to)).take(MOST_PAIRS).collect()
}

/// A column's values as numbers from 0 on, the same for the same value; none where it is missing.
struct Codes {
    rows: Vec<Option<usize>>,
    n: usize,
}

impl Codes {
    fn new(column: &str, rows: &[Document]) -> Self {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut code = |value: &Bson| {
            let next = known.len();
            *known.entry(text(value)).or_insert(next)
        };
        let rows =
            rows.iter().map(|row| row.get(column).filter(|value| **value != Bson::Null).map(&mut code)).collect();
        Self { rows, n: known.len() }
    }
}

/// Whether no row contradicts it, and that is hardly chance: a column of nearly one value agrees with anything.
fn may_determine(a: &Codes, b: &Codes) -> bool {
    let rows = || a.rows.iter().zip(&b.rows).filter_map(|(from, to)| (*from).zip(*to));
    // Of many columns nearly every pair ends here, after few rows.
    let mut goes_with = vec![None; a.n];
    if rows().any(|(from, to)| *goes_with[from].get_or_insert(to) != to) {
        return false;
    }
    let (mut counts, mut n) = (vec![0.0; b.n], 0.0);
    for (_, to) in rows() {
        counts[to] += 1.0;
        n += 1.0;
    }
    // Two rows have the same value by chance with this probability; each row that repeats a value had to.
    let agree: f64 = counts.iter().map(|count: &f64| (count / n).powi(2)).sum();
    let repeats = n - goes_with.iter().flatten().count() as f64;
    -agree.ln() * repeats >= SURPRISE
}

/// The pairs that hold for all customers; of two that determine each other one, with that said.
pub(super) fn determined(contract: &Contract, answered: &[(&About, &[Document])]) -> Vec<Determines> {
    let holds = |(about, rows): &(&About, &[Document])| {
        let (About::Pair { from, to }, Some(row)) = (about, rows.first()) else { return None };
        let (values, customers) = (count(row, "values"), count(row, "customers"));
        // A value of one customer goes with one value of anything.
        let is_told = values > 1 && 2 * count(row, "repeated") >= values;
        (is_told && count(row, "several") == 0).then_some((*from, *to, values, customers))
    };
    let found: Vec<(usize, usize, u64, u64)> = answered.iter().filter_map(holds).collect();
    let is_there = |from: usize, to: usize| found.iter().any(|other| (other.0, other.1) == (from, to));
    let label = |column: usize| contract.columns[column].label.clone();
    let told = found.iter().filter(|(from, to, ..)| from < to || !is_there(*to, *from));
    told.map(|&(from, to, values, customers)| Determines {
        from: label(from),
        to: label(to),
        is_mutual: is_there(to, from),
        values,
        customers,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_contradicted_by_one_row_and_says_nothing_of_single_values() {
        let codes = |of: &[usize]| Codes { rows: of.iter().map(|code| Some(*code)).collect(), n: 30 };
        let (a, b) = (codes(&[0, 1, 2].repeat(10)), codes(&[0, 0, 1].repeat(10)));
        assert!(may_determine(&a, &b));
        assert!(!may_determine(&b, &a), "the one value of the other goes with two");
        let mut broken = codes(&[0, 0, 1].repeat(10));
        broken.rows[3] = Some(1);
        assert!(!may_determine(&a, &broken));
        broken.rows[3] = None;
        assert!(may_determine(&a, &broken), "a missing value contradicts nothing");
        let unique = codes(&(0..30).collect::<Vec<usize>>());
        assert!(!may_determine(&unique, &b));
        assert!(!may_determine(&a, &codes(&[7].repeat(30))), "a constant is determined by anything");
    }
}
