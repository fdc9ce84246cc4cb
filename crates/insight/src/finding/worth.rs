//! What the closed accounts are worth: which part of each total they hold.

use catalog::{Measure, MeasureRole};

use super::Said;
use crate::groups::{Groups, Row};
use crate::{Fact, Held, Nothing};

/// The sentence over groups by status, of all measures but the counts of customers.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let closed = groups.by.first().map_or(&[][..], |status| &status.closed);
    let is_closed = |row: &&Row<'_>| row.keys.first().is_some_and(|key| closed.contains(key));
    let rows: Vec<usize> = groups.rows.iter().filter(is_closed).map(|row| row.at).collect();
    let customers: f64 = groups.rows.iter().filter(is_closed).map(|row| row.customers).sum();
    if groups.rows.is_empty() {
        return Said::nothing(Nothing::NoCustomers);
    }
    if rows.is_empty() {
        return Said::nothing(Nothing::NoneClosed);
    }
    let is_total = |measure: &&Measure| !matches!(measure.role, Some(MeasureRole::Customers | MeasureRole::Closed));
    let held = |measure: &Measure| {
        let value = |row: &Row<'_>| groups.value(row, measure);
        let all: f64 = groups.known().filter_map(value).sum();
        let of_closed: f64 = groups.rows.iter().filter(is_closed).filter_map(value).sum();
        // A part of a sum is a part of what is summed.
        let what = measure.phrase.strip_prefix("sum of ").unwrap_or(&measure.phrase).to_owned();
        let unit = measure.unit;
        // A part of what is below nothing is no share.
        (all > 0.0 && of_closed >= 0.0).then(|| Held { what, value: of_closed, unit, share: of_closed / all })
    };
    let held: Vec<Held> = groups.analysis.measures.iter().filter(is_total).filter_map(held).collect();
    if held.is_empty() {
        return Said::nothing(Nothing::NoTotal);
    }
    // The share rests on all rows.
    Said::fact(Fact::Worth { rows: groups.known().map(|row| row.at).collect(), customers, held })
}
