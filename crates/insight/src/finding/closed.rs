//! How many customers closed their account.

use super::Said;
use crate::groups::Groups;
use crate::statistics::rate::wilson;
use crate::words;

/// The sentence over groups by status.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let closed = groups.by.first().map_or(&[][..], |status| &status.closed);
    let closed = groups.rows.iter().filter(|row| row.keys.first().is_some_and(|key| closed.contains(key)));
    sentence(closed.map(|row| row.customers).sum(), groups.customers())
}

/// `Of 10,127 customers 1,627 closed their account: 16.1 % (95 % interval 15.4 to 16.8 %).`
pub(crate) fn sentence(closed: f64, customers: f64) -> Said {
    let Some(interval) = wilson(closed, customers) else {
        return Said::plain("There are no such customers.");
    };
    Said::plain(format!(
        "Of {} customers {} closed their account: {} (95 % interval {}).",
        words::count(customers),
        words::count(closed),
        words::percent(closed / customers),
        words::range(interval, catalog::Unit::Share),
    ))
}
