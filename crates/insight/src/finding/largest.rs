//! Which group is the largest; where a rate stands beside it, how it differs too.

use super::{Said, rates};
use crate::groups::Groups;
use crate::statistics::rate::wilson;
use crate::words;

/// The sentence.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let all = groups.customers();
    // Of equal ones the first.
    let largest = groups.known().reduce(|best, row| if row.customers > best.customers { row } else { best });
    let Some(largest) = largest else {
        return Said::plain("There are no customers with known answers.");
    };
    let name = groups.name(largest);
    let share = words::percent(largest.customers / all);
    let (n, total) = (words::count(largest.customers), words::count(all));
    if groups.analysis.top.is_some() {
        let interval = wilson(largest.customers, all).map(|interval| words::range(interval, catalog::Unit::Share));
        let sentence = format!(
            "The most common profile is {name}: {n} of {total} customers, {share} (95 % interval {}).",
            interval.unwrap_or_default(),
        );
        return Said::plain(sentence);
    }
    let known = if groups.rows.iter().any(|row| !row.is_known) { " with a known answer" } else { "" };
    let largest_is = format!("The largest group{known} is {name}: {n} of {total} customers ({share}).");
    match rates::say(groups) {
        Some(said) if groups.ranked().count() > 1 => {
            Said { sentence: format!("{largest_is} {}", said.sentence), ..said }
        }
        _ => Said::plain(largest_is),
    }
}
