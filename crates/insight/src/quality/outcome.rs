//! What one column by itself says of the outcome: the area under its ROC curve, and whether that is too good to be true.
//!
//! In: a column's values with open and closed accounts. Out: the AUC, and a [`Leak`].
//! Invariant: an AUC is from 0.5 to 1, since a column may tell in either direction.

use super::values::{Counts, Values};

/// A column of at least this AUC is suspected of a leak.
pub(super) const LEAKING: f64 = 0.99;
/// With fewer closed or fewer open accounts a good column may be chance.
const FEWEST: f64 = 5.0;
/// Names of more values than this are not ordered by their closures: that fits whatever it is given.
pub(super) const MOST_NAMES: usize = 50;
/// Nor are names of fewer customers a value.
const FEWEST_A_NAME: f64 = 30.0;
/// A double has no more values than this.
const MOST_OF_A_DOUBLE: usize = 20;

/// Why a column is suspected to hold the outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leak {
    /// Each of its few values goes with one outcome alone.
    Double,
    /// It tells closed from open accounts nearly without an error.
    Tells,
    /// The contract says that it was computed from the outcome.
    Marked,
}

/// The AUC of a column by itself, and whether it is a double of the outcome. A missing answer counts as a value: that of a
/// closing day is missing for open accounts.
pub(super) fn tells(values: &Values) -> Option<(f64, bool)> {
    let missing = values.missing();
    let has_missing = missing.closed + missing.open > 0.0;
    let known = values.numbers.iter().map(|(_, counts)| *counts).chain(values.names.iter().map(|(_, counts)| *counts));
    let mut groups: Vec<Counts> = known.filter(|counts| counts.closed + counts.open > 0.0).collect();
    let (is_named, n_known) = (!values.names.is_empty(), groups.len());
    let all: f64 = groups.iter().map(|counts| counts.closed + counts.open).sum();
    if is_named && (n_known > MOST_NAMES || all < FEWEST_A_NAME * n_known as f64) {
        // What is left to tell is whether there is an answer.
        let mut answered = Counts::default();
        for counts in &groups {
            answered.add(*counts);
        }
        groups = vec![answered];
    }
    let is_pure = |counts: &Counts| counts.closed == 0.0 || counts.open == 0.0;
    if !has_missing {
        let is_double = (2..=MOST_OF_A_DOUBLE).contains(&groups.len()) && groups.iter().all(is_pure);
        return best(&[if is_named { by_rate(groups) } else { groups }]).map(|auc| (auc, is_double));
    }
    let with_missing = |place: usize| {
        let mut all = groups.clone();
        all.insert(place, missing);
        all
    };
    let last = with_missing(groups.len());
    let is_double = (2..=MOST_OF_A_DOUBLE).contains(&last.len()) && last.iter().all(is_pure);
    let orders = if is_named { vec![by_rate(last)] } else { vec![with_missing(0), last] };
    best(&orders).map(|auc| (auc, is_double))
}

/// Ordered by the share of closed accounts, which is the best that the column can do.
fn by_rate(mut groups: Vec<Counts>) -> Vec<Counts> {
    let rate = |counts: &Counts| counts.closed / (counts.closed + counts.open);
    groups.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
    groups
}

fn best(orders: &[Vec<Counts>]) -> Option<f64> {
    let aucs = orders.iter().map(|groups| auc(groups));
    aucs.collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::max)
}

/// The share of pairs of a closed and an open account in which the closed one comes later, ties counting half; or earlier, if
/// that is more. None among few accounts.
fn auc(groups: &[Counts]) -> Option<f64> {
    let (mut open_before, mut later) = (0.0, 0.0);
    for counts in groups {
        later += counts.closed * (open_before + counts.open / 2.0);
        open_before += counts.open;
    }
    let closed: f64 = groups.iter().map(|counts| counts.closed).sum();
    if closed < FEWEST || open_before < FEWEST || groups.len() < 2 {
        return None;
    }
    let share = later / (closed * open_before);
    Some(share.max(1.0 - share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(closed: f64, open: f64) -> Counts {
        Counts { customers: closed + open, closed, open }
    }

    fn numbers(of: &[(f64, f64)]) -> Values {
        let numbers = of.iter().enumerate().map(|(value, (closed, open))| (value as f64, counts(*closed, *open)));
        Values { numbers: numbers.collect(), ..Values::default() }
    }

    #[test]
    fn the_area_counts_pairs_and_ties_by_half() {
        // 10 closed and 20 open accounts, 200 pairs. Of the 4 closed at value 1, each is later than 15 open ones and level with
        // 5: 4 × 17.5 = 70; of the 6 at value 0, each is level with 15: 6 × 7.5 = 45. 115 of 200.
        assert_eq!(tells(&numbers(&[(6.0, 15.0), (4.0, 5.0)])), Some((0.575, false)));
        // The other way round it tells as much.
        assert_eq!(tells(&numbers(&[(4.0, 5.0), (6.0, 15.0)])), Some((0.575, false)));
    }

    #[test]
    fn too_few_accounts_tell_nothing() {
        assert_eq!(tells(&numbers(&[(4.0, 0.0), (0.0, 100.0)])), None);
        assert_eq!(tells(&numbers(&[(10.0, 100.0)])), None);
    }

    #[test]
    fn a_double_is_known_by_its_values() {
        assert_eq!(tells(&numbers(&[(0.0, 50.0), (10.0, 0.0)])), Some((1.0, true)));
        assert_eq!(tells(&numbers(&[(1.0, 5000.0), (10.0, 0.0)])).map(|(_, is_double)| is_double), Some(false));
    }

    #[test]
    fn names_are_ordered_by_their_closures() {
        let name = |name: &str, closed, open| (name.to_owned(), counts(closed, open));
        let names = vec![name("a", 20.0, 80.0), name("b", 0.0, 100.0), name("c", 80.0, 20.0)];
        // b, a, c: 20 × (100 + 40) + 80 × (180 + 10) of 100 × 200 pairs.
        let expected = (20.0 * 140.0 + 80.0 * 190.0) / 20_000.0;
        assert_eq!(tells(&Values { names, ..Values::default() }), Some((expected, false)));
        // Of a name a customer, only whether there is one is looked at.
        let many = (0..60).map(|i| name(&i.to_string(), 1.0, 0.0)).collect();
        let values = Values { names: many, null: counts(0.0, 60.0), ..Values::default() };
        assert_eq!(tells(&values), Some((1.0, true)));
    }

    #[test]
    fn a_missing_answer_is_a_value_at_either_end() {
        // A closing day: only closed accounts have one.
        let days = Values { null: counts(0.0, 90.0), ..numbers(&[(5.0, 0.0), (5.0, 0.0)]) };
        assert_eq!(tells(&days), Some((1.0, true)));
    }
}
