//! The table of a grouped answer: dimensions, then measures, each with the ends of its interval where that is shown.

use catalog::Unit;

use crate::groups::{Groups, cell};
use crate::{Cell, Column, Table};

/// A column with a name, a heading and a unit.
pub(crate) fn column(name: &str, label: &str, unit: Unit) -> Column {
    Column { name: name.to_owned(), label: label.to_owned(), unit }
}

/// The cell of a number that may not be there; whole counts stay whole.
pub(crate) fn number(value: Option<f64>, unit: Unit) -> Cell {
    match value {
        None => Cell::Missing,
        Some(value) if unit == Unit::Count && value.fract() == 0.0 => Cell::Integer(value as i64),
        Some(value) => Cell::Number(value),
    }
}

/// The columns with the ends of an interval around `name`.
pub(crate) fn ends(name: &str, unit: Unit) -> [Column; 2] {
    [column(&format!("{name}_low"), "95 % from", unit), column(&format!("{name}_high"), "95 % to", unit)]
}

/// The table of the groups.
pub(crate) fn of_groups(groups: &Groups<'_>) -> Table {
    let analysis = groups.analysis;
    let mut table = Table::default();
    for dimension in groups.by {
        // A dimension's numbers name groups: they are written whole, not as amounts.
        let unit = if dimension.unit == Unit::Text { Unit::Text } else { Unit::Count };
        table.columns.push(column(&dimension.name, &dimension.label, unit));
    }
    for measure in &analysis.measures {
        table.columns.push(column(&measure.name, &measure.label, measure.unit));
        if analysis.shows_interval(measure) {
            table.columns.extend(ends(&measure.name, measure.unit));
        }
    }
    for row in &groups.rows {
        let mut cells: Vec<Cell> = row.keys.iter().map(cell).collect();
        for measure in &analysis.measures {
            cells.push(number(groups.value(row, measure), measure.unit));
            if analysis.shows_interval(measure) {
                let interval = groups.interval(row, measure);
                cells.push(number(interval.map(|interval| interval.low), measure.unit));
                cells.push(number(interval.map(|interval| interval.high), measure.unit));
            }
        }
        table.rows.push(cells);
    }
    table
}
