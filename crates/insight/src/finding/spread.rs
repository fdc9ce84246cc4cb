//! Which group holds the largest part of each total, against its part of the customers.

use catalog::{Measure, Value};

use super::Said;
use crate::groups::{Groups, Row};
use crate::words;

/// A sentence over the measures that are shares of a total other than the customers'.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let is_share =
        |measure: &&Measure| matches!(&measure.value, Value::ShareOf { measure, .. } if measure != "customers");
    let mut told = Vec::new();
    for measure in groups.analysis.measures.iter().filter(is_share) {
        let value = |row: &Row<'_>| groups.value(row, measure).unwrap_or(0.0);
        let known = groups.ranked().filter(|row| groups.value(row, measure).is_some());
        let Some(most) = known.max_by(|a, b| value(a).total_cmp(&value(b))) else { continue };
        // `Share of credit granted` → `credit granted`.
        let of = measure.phrase.strip_prefix("share of ").unwrap_or(&measure.phrase);
        told.push((groups.name(most), words::percent(value(most)), of, most.customers / groups.customers()));
    }
    let mut sentences: Vec<String> = Vec::new();
    while !told.is_empty() {
        let (name, _, _, customers) = told[0].clone();
        let (same, rest): (Vec<_>, Vec<_>) = told.into_iter().partition(|(other, ..)| *other == name);
        told = rest;
        let parts: Vec<String> = same.iter().map(|(_, share, of, _)| format!("{share} of the {of}")).collect();
        let (parts, customers) = (words::list(&parts), words::percent(customers));
        sentences
            .push(words::capital(&format!("{name}, {customers} of all customers, hold the largest part: {parts}.")));
    }
    if sentences.is_empty() {
        return Said::plain("No group of known customers is large enough to be ranked.");
    }
    Said::of_all(groups, sentences.join(" "))
}
