//! A life table: how many would be left after each year if each year's customers closed at today's rates.
//!
//! In: groups by whole years. Out: what each adds to its row, and the sentence. Invariant: the years that are chained follow each
//! other, and none of them is small; what comes before or after a gap is not chained.

use catalog::Unit;

use super::Said;
use crate::grouped::{ends, number};
use crate::groups::{Groups, Row, numeric};
use crate::statistics::SMALL;
use crate::statistics::life_table::{Left, chained};
use crate::{Caution, Column, Fact, Nothing, Remaining, Table};

/// Adds the chained shares to the table of the groups, and says what they are.
pub(crate) fn say(groups: &Groups<'_>, table: &mut Table) -> Said {
    let years = run(groups);
    let counts: Vec<(f64, f64)> = years.iter().map(|(_, row)| (row.with_outcome, row.closed.unwrap_or(0.0))).collect();
    let left = chained(&counts);
    table.columns.push(Column::measure("left", "Left", Unit::Share));
    table.columns.extend(ends("left", Unit::Share));
    for (at, row) in table.rows.iter_mut().enumerate() {
        let found = years.iter().position(|(_, year)| year.at == at).map(|place| left[place]);
        let interval = found.and_then(|left| left.interval);
        let numbers = [found.map(|left| left.share), interval.map(|ends| ends.low), interval.map(|ends| ends.high)];
        row.cells.extend(numbers.map(|value| number(value, Unit::Share)));
    }
    let Some((first, _)) = years.first() else {
        let why = if groups.rows.is_empty() { Nothing::NoCustomers } else { Nothing::FewYears };
        return Said::nothing(why);
    };
    let rows: Vec<usize> = years.iter().map(|(_, row)| row.at).collect();
    let year =
        |(&(year, _), left): (&(f64, &Row<'_>), &Left)| Remaining { year, share: left.share, interval: left.interval };
    let mut all: Vec<Remaining> = years.iter().zip(&left).map(year).collect();
    // After a year that leaves no customer none is told.
    all.truncate(all.iter().position(|remaining| remaining.share <= 0.0).map_or(all.len(), |at| at + 1));
    // Of many years the first, one in the middle and the last are told.
    let mut told = vec![0, (all.len() - 1) / 2, all.len() - 1];
    told.dedup();
    let remaining = told.into_iter().map(|at| all[at]).collect();
    let mut said = Said::fact(Fact::LifeTable { rows: rows.clone(), first: *first, remaining });
    let least = groups.known().filter_map(|row| numeric(&row.keys[0])).fold(f64::INFINITY, f64::min);
    said.cautions.push(Caution::NoCurve { rows, years: (least - 1.0).max(0.0) });
    said
}

/// The years that can be chained: from the first that has enough customers to the last before a gap.
fn run<'g, 'a>(groups: &'g Groups<'a>) -> Vec<(f64, &'g Row<'a>)> {
    let years = groups.known().filter_map(|row| Some((numeric(&row.keys[0])?, row)));
    let mut run: Vec<(f64, &Row<'_>)> = Vec::new();
    for (year, row) in years.filter(|(_, row)| row.with_outcome >= SMALL && row.closed.is_some()) {
        match run.last() {
            Some((last, _)) if year != last + 1.0 => break,
            _ => run.push((year, row)),
        }
    }
    run
}
