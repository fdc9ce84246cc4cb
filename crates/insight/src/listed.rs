//! Lists of customers as tables.
//!
//! In: the columns of a list and its rows. Out: a table whose cells are the values as they are; days as days.

use bson::{Bson, Document};
use catalog::{Dimension, Unit};
use pipeline::FieldType;

use crate::groups::cell;
use crate::quality::column::day;
use crate::{Cell, Column, ColumnRole, Holds, Table};

/// The table of a list; `types` are those of its columns, where the contract says them.
#[must_use]
pub fn listed(columns: &[Dimension], types: &[Option<FieldType>], rows: &[Document]) -> Table {
    let heading = |(dimension, field_type): (&Dimension, &Option<FieldType>)| {
        let unit = match dimension.unit {
            unit @ (Unit::Text | Unit::Dollars) => unit,
            // Keys and codes have no separators.
            _ => Unit::Ratio,
        };
        let column = Column::new(&dimension.name, &dimension.label, unit, ColumnRole::Dimension);
        let holds = match field_type {
            None => Holds::Unknown,
            Some(FieldType::Int | FieldType::Long) => Holds::Whole,
            Some(FieldType::Double) => Holds::Number,
            Some(FieldType::String | FieldType::Date | FieldType::Bool) => Holds::Text,
        };
        Column { order: dimension.order.iter().map(cell).collect(), holds, ..column }
    };
    let row = |row: &Document| {
        let value = |dimension: &Dimension| match row.get(&dimension.name) {
            Some(Bson::DateTime(date)) => Cell::Text(day(date.timestamp_millis() as f64)),
            Some(value) => cell(value),
            None => Cell::Missing,
        };
        columns.iter().map(value).collect::<Vec<_>>().into()
    };
    Table { columns: columns.iter().zip(types).map(heading).collect(), rows: rows.iter().map(row).collect() }
}
