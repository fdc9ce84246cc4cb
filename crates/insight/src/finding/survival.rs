//! How long customers stay: Kaplan–Meier over a tenure in months, with late entry.

use bson::Bson;
use catalog::{Dimension, Unit};

use super::{Said, few, unknown};
use crate::grouped::{between, dimension, ends, number, selecting};
use crate::groups::{Groups, Row, SMALL, numeric};
use crate::statistics::survival::{Seen, Step, kaplan_meier};
use crate::{Caution, Cell, Column, ColumnRole, Fact, Nothing, Remaining, Row as TableRow, Table};

/// Table and facts over groups by tenure with those who closed. No customer is at risk before `entry`, or before the first
/// tenure where none is given; the second curve counts each customer for its last `window` months alone.
pub(crate) fn say(groups: &Groups<'_>, entry: Option<i64>, window: i64) -> (Table, Said) {
    let exits = groups.rows.iter().filter_map(|row| numeric(&row.keys[0]));
    let entry = entry.map_or_else(|| exits.fold(f64::INFINITY, f64::min), |entry| entry as f64);
    let seen = |since: &dyn Fn(f64) -> f64| {
        let seen = groups.rows.iter().filter_map(|row| {
            let exit = numeric(&row.keys[0])?;
            Some(Seen { entry: since(exit), exit, closed: row.closed?, customers: row.with_outcome })
        });
        seen.collect::<Vec<_>>()
    };
    // At risk from the month `entry` on: entered just before it.
    let before = entry - 1.0;
    let curve =
        |seen: &[Seen]| -> Vec<Step> { kaplan_meier(seen).into_iter().filter(|step| step.time > before).collect() };
    let curves = Curves {
        all: curve(&seen(&|_| before)),
        windowed: curve(&seen(&|exit| (exit - window as f64).max(before))),
        entry,
        window,
    };
    (table(groups, &curves), facts(groups, &curves))
}

/// The curve over all of a customer's time, and that over its last months alone.
struct Curves {
    all: Vec<Step>,
    windowed: Vec<Step>,
    entry: f64,
    window: i64,
}

fn table(groups: &Groups<'_>, curves: &Curves) -> Table {
    let (mut table, tenure) = (Table::default(), groups.by.first());
    if let Some(tenure) = tenure {
        table.columns.push(Column { unit: Unit::Count, ..dimension(tenure) });
    }
    let last = if curves.window == 12 { "year".to_owned() } else { format!("{} months", curves.window) };
    table.columns.extend([
        Column::new("at_risk", "At risk", Unit::Count, ColumnRole::Count),
        Column::measure("closed", "Closed", Unit::Count),
        Column::measure("survival", "Still there", Unit::Share),
    ]);
    table.columns.extend(ends("survival", Unit::Share));
    table.columns.extend([
        Column::new("at_risk_window", format!("At risk in the last {last}"), Unit::Count, ColumnRole::Count),
        Column::measure("survival_window", format!("Still there, last {last}'s risk"), Unit::Share),
    ]);
    let end = curves.all.last().map_or(0.0, |step| step.time);
    for (step, other) in curves.all.iter().zip(&curves.windowed) {
        let cells = vec![
            Cell::Integer(step.time as i64),
            number(Some(step.at_risk), Unit::Count),
            number(Some(step.closed), Unit::Count),
            Cell::Number(step.survival),
            number(step.interval.map(|interval| interval.low), Unit::Share),
            number(step.interval.map(|interval| interval.high), Unit::Share),
            number(Some(other.at_risk), Unit::Count),
            Cell::Number(other.survival),
        ];
        // Those at risk: who was seen so long, or longer.
        let at_risk = |tenure: &Dimension| between(&tenure.expr, &Bson::Double(step.time), &Bson::Double(end));
        let filter = tenure.map(|tenure| selecting(groups.analysis, [at_risk(tenure)]));
        table.rows.push(TableRow { cells, filter });
    }
    table
}

fn facts(groups: &Groups<'_>, curves: &Curves) -> Said {
    let remaining = |step: &Step| Remaining { time: step.time, share: step.survival, interval: step.interval };
    let reliable: Vec<&Step> = curves.all.iter().filter(|step| step.at_risk >= SMALL).collect();
    let Some(last) = reliable.last() else {
        return Said { cautions: few(groups).into_iter().collect(), ..Said::nothing(Nothing::FewAtRisk) };
    };
    let middle = reliable.iter().find(|step| step.time >= f64::midpoint(curves.entry, last.time));
    let mut told: Vec<Remaining> =
        middle.iter().filter(|step| step.time < last.time).map(|step| remaining(step)).collect();
    told.push(remaining(last));
    // A curve is made of all months up to the one that is told.
    let rows: Vec<usize> = (0..curves.all.len()).collect();
    let mut said = Said::fact(Fact::Survival { rows: rows.clone(), entry: curves.entry, remaining: told });
    said.cautions.extend(heaps(groups, &curves.all));
    said.cautions.extend(unknown(groups, Some(curves.all.len())));
    let other = curves.windowed.iter().find(|step| step.time == last.time);
    if let Some(other) = other.filter(|other| other.survival != last.survival) {
        let (window, time, share) = (curves.window, last.time, other.survival);
        said.cautions.push(Caution::Windowed { rows, window, time, share });
    }
    said
}

/// Tenures at which far more customers are recorded than around them.
fn heaps(groups: &Groups<'_>, curve: &[Step]) -> Vec<Caution> {
    let all = groups.customers();
    let neighbours = |at: usize| {
        let near = [at.wrapping_sub(2), at.wrapping_sub(1), at + 1, at + 2];
        let near: Vec<f64> = near.iter().filter_map(|&i| groups.rows.get(i)).map(|row| row.customers).collect();
        near.iter().sum::<f64>() / near.len().max(1) as f64
    };
    let is_heap = |(at, row): &(usize, &Row<'_>)| row.customers > 0.1 * all && row.customers > 3.0 * neighbours(*at);
    let heaps = groups.rows.iter().enumerate().filter(is_heap);
    let caution = |(_, row): (usize, &Row<'_>)| {
        let time = numeric(&row.keys[0])?;
        let rows = curve.iter().position(|step| step.time == time).into_iter().collect();
        Some(Caution::Heaped { rows, time, customers: row.customers, share: row.customers / all })
    };
    heaps.filter_map(caution).collect()
}
