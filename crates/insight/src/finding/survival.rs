//! How long customers stay: Kaplan–Meier over a tenure in months, with late entry.

use bson::Bson;
use catalog::Unit;

use super::Said;
use crate::grouped::{dimension, ends, number};
use crate::groups::{Groups, Row, SMALL, numeric};
use crate::statistics::survival::{Seen, Step, kaplan_meier};
use crate::{Cell, Column, ColumnRole, Fact, Row as TableRow, Table, words};

/// Table and sentence over groups by tenure with their `closed`. Nobody is at risk before `entry`; the second curve
/// counts each customer for its last `window` months alone.
pub(crate) fn say(groups: &Groups<'_>, entry: i64, window: i64) -> (Table, Said) {
    let seen = |since: &dyn Fn(f64) -> f64| {
        let seen = groups.rows.iter().filter_map(|row| {
            let exit = numeric(&row.keys[0])?;
            let (closed, customers) = (row.number("closed")?, row.customers);
            Some(Seen { entry: since(exit), exit, closed, customers })
        });
        seen.collect::<Vec<_>>()
    };
    // At risk from the month `entry` on: entered just before it.
    let before = entry as f64 - 1.0;
    let curve: Vec<Step> = kaplan_meier(&seen(&|_| before)).into_iter().filter(|step| step.time > before).collect();
    let windowed = kaplan_meier(&seen(&|exit| (exit - window as f64).max(before)));
    let windowed: Vec<Step> = windowed.into_iter().filter(|step| step.time > before).collect();
    let table = table(groups, &curve, &windowed);
    (table, sentence(groups, entry, &curve, &windowed))
}

fn table(groups: &Groups<'_>, curve: &[Step], windowed: &[Step]) -> Table {
    let mut table = Table::default();
    if let Some(tenure) = groups.by.first() {
        table.columns.push(Column { unit: Unit::Count, ..dimension(tenure) });
    }
    table.columns.extend([
        Column::new("at_risk", "At risk", Unit::Count, ColumnRole::Count),
        Column::measure("closed", "Closed", Unit::Count),
        Column::measure("survival", "Still there", Unit::Share),
    ]);
    table.columns.extend(ends("survival", Unit::Share));
    table.columns.extend([
        Column::new("at_risk_window", "At risk in the last year", Unit::Count, ColumnRole::Count),
        Column::measure("survival_window", "Still there, last year's risk", Unit::Share),
    ]);
    for (step, other) in curve.iter().zip(windowed) {
        table.rows.push(TableRow::from(vec![
            Cell::Integer(step.time as i64),
            number(Some(step.at_risk), Unit::Count),
            number(Some(step.closed), Unit::Count),
            Cell::Number(step.survival),
            number(step.interval.map(|interval| interval.low), Unit::Share),
            number(step.interval.map(|interval| interval.high), Unit::Share),
            number(Some(other.at_risk), Unit::Count),
            Cell::Number(other.survival),
        ]));
    }
    table
}

fn sentence(groups: &Groups<'_>, entry: i64, curve: &[Step], windowed: &[Step]) -> Said {
    let told = |step: &Step| {
        let interval = step
            .interval
            .map_or_else(String::new, |interval| format!(" (95 % interval {})", words::range(interval, Unit::Share)));
        format!("{}{interval} were still there after month {}", words::percent(step.survival), step.time)
    };
    let reliable: Vec<&Step> = curve.iter().filter(|step| step.at_risk >= SMALL).collect();
    let Some(last) = reliable.last() else {
        return Said::plain("Too few customers are at risk for a curve.");
    };
    let middle = reliable.iter().find(|step| step.time >= f64::midpoint(entry as f64, last.time));
    let mut parts: Vec<String> = middle.iter().filter(|step| step.time < last.time).map(|step| told(step)).collect();
    parts.push(told(last));
    // A curve is made of all months up to the one that is told.
    let words = format!("Of the customers who reached month {entry}, {}.", words::list(&parts));
    let mut said = Said::fact(Fact::Told { rows: (0..curve.len()).collect(), words });
    said.notes.extend(heaps(groups));
    let other = windowed.iter().find(|step| step.time == last.time);
    if let Some(other) = other.filter(|other| other.survival != last.survival) {
        said.notes.push(format!(
            "Accounts closed before the year of the extract are not in the file. Counting each customer only for the \
             last year, {} would still be there after month {}.",
            words::percent(other.survival),
            last.time,
        ));
    }
    said
}

/// Tenures at which far more customers are recorded than around them.
fn heaps(groups: &Groups<'_>) -> Vec<String> {
    let all = groups.customers();
    let neighbours = |at: usize| {
        let near = [at.wrapping_sub(2), at.wrapping_sub(1), at + 1, at + 2];
        let near: Vec<f64> = near.iter().filter_map(|&i| groups.rows.get(i)).map(|row| row.customers).collect();
        near.iter().sum::<f64>() / near.len().max(1) as f64
    };
    let is_heap = |(at, row): &(usize, &Row<'_>)| row.customers > 0.1 * all && row.customers > 3.0 * neighbours(*at);
    let heaps = groups.rows.iter().enumerate().filter(is_heap);
    let note = |(_, row): (usize, &Row<'_>)| {
        format!(
            "Month {} is heaped: {} customers ({}) are recorded at just that tenure, as if it had been filled in; the \
             step there is not to be read as a risk.",
            row.keys.first().map(Bson::to_string).unwrap_or_default(),
            words::count(row.customers),
            words::percent(row.customers / all),
        )
    };
    heaps.map(note).collect()
}
