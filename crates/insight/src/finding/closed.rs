//! How many customers closed their account.

use super::Said;
use crate::groups::Groups;
use crate::statistics::rate::wilson;
use crate::{Fact, Nothing};

/// The sentence over groups by status.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let closed = groups.by.first().map_or(&[][..], |status| &status.closed);
    let closed = groups.rows.iter().filter(|row| row.keys.first().is_some_and(|key| closed.contains(key)));
    let closed: Vec<_> = closed.collect();
    let rows = closed.iter().map(|row| row.at).collect();
    of(
        rows,
        closed.iter().map(|row| row.customers).sum(),
        groups.known().map(|row| row.customers).sum(),
        !groups.rows.is_empty(),
    )
}

/// The fact, with the rows of those who closed; `is_asked` says that there are customers, whatever is known of them.
pub(crate) fn of(rows: Vec<usize>, closed: f64, customers: f64, is_asked: bool) -> Said {
    match wilson(closed, customers) {
        Some(interval) => Said::fact(Fact::Closed { rows, closed, customers, interval }),
        None if is_asked => Said::nothing(Nothing::NoneWithOutcome),
        None => Said::nothing(Nothing::NoCustomers),
    }
}
