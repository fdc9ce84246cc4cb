//! Lists of customers as tables.
//!
//! In: the columns of a list and its rows. Out: a table whose cells are the values as they are; days as days.

use bson::{Bson, Document};
use catalog::{Dimension, Unit};

use crate::groups::cell;
use crate::quality::column::day;
use crate::{Cell, Column, ColumnRole, Table};

/// The table of a list.
#[must_use]
pub fn listed(columns: &[Dimension], rows: &[Document]) -> Table {
    let heading = |dimension: &Dimension| {
        let unit = match dimension.unit {
            unit @ (Unit::Text | Unit::Dollars) => unit,
            // Keys and codes have no separators.
            _ => Unit::Ratio,
        };
        let column = Column::new(&dimension.name, &dimension.label, unit, ColumnRole::Dimension);
        Column { order: dimension.order.iter().map(cell).collect(), ..column }
    };
    let row = |row: &Document| {
        let value = |dimension: &Dimension| match row.get(&dimension.name) {
            Some(Bson::DateTime(date)) => Cell::Text(day(date.timestamp_millis() as f64)),
            Some(value) => cell(value),
            None => Cell::Missing,
        };
        columns.iter().map(value).collect::<Vec<_>>().into()
    };
    Table { columns: columns.iter().map(heading).collect(), rows: rows.iter().map(row).collect() }
}
