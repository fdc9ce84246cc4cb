//! Which group holds the largest part of each total, against its part of the customers.

use catalog::{Measure, Value};

use super::Said;
use crate::groups::{Groups, Row};
use crate::statistics::SMALL;
use crate::{Fact, Nothing};

/// A fact for each group that holds the largest part of some total, over the measures that are shares of a total other than
/// the customers'.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let is_share = |measure: &&Measure| matches!(&measure.value, Value::ShareOf { of_customers: false, .. });
    let rows: Vec<usize> = groups.rows.iter().map(|row| row.at).collect();
    let mut held: Vec<(&Row<'_>, Vec<(String, f64)>)> = Vec::new();
    let mut are_tied = false;
    for measure in groups.analysis.measures.iter().filter(is_share) {
        let known = groups.ranked().filter_map(|row| Some((row, groups.value(row, measure)?)));
        let known: Vec<(&Row<'_>, f64)> = known.collect();
        let Some((most, share)) = known.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
        // Shares of sums that are equal differ in their last digits.
        let is_equal = |other: &(&Row<'_>, f64)| other.0.at != most.at && other.1 >= share * (1.0 - 1e-9);
        if known.iter().any(is_equal) {
            are_tied = true;
            continue;
        }
        let part = (measure.phrase.clone(), share);
        match held.iter_mut().find(|(holder, _)| holder.at == most.at) {
            Some((_, parts)) => parts.push(part),
            None => held.push((most, vec![part])),
        }
    }
    if groups.rows.len() == 1 && (!held.is_empty() || are_tied) {
        return Said::nothing(Nothing::OneGroup);
    }
    if held.is_empty() {
        return Said::nothing(if are_tied { Nothing::TiedParts } else { Nothing::NoneRanked });
    }
    let n_smaller = groups.known().filter(|row| row.customers < SMALL).count();
    let fact = |(holder, parts): (&Row<'_>, Vec<(String, f64)>)| Fact::Holds {
        rows: rows.clone(),
        group: groups.name(holder),
        customers: holder.customers / groups.customers(),
        parts,
        n_smaller,
    };
    Said { facts: held.into_iter().map(fact).collect(), ..Said::default() }
}
