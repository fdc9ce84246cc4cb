//! Rows as columns of Arrow.
//!
//! In: the rows of any pipeline, or an answer's table. Out: one record batch.
//! Invariant: rows of any shape give a batch; every column has one type, in which missing and null are both null.

mod array;
mod decimal;
mod kind;

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Field, Schema};
use bson::{Bson, Document};
use catalog::Unit;
use insight::{Cell, Holds};
use rayon::prelude::*;

pub use self::array::{of_values, strings};
pub use self::kind::Kind;

/// The mark of a column whose values have several types, in its field's metadata, with what is said of their form.
const MIXED: &str = "banksphere.mixed";
const FORM: &str = "texts as they are, other values as Extended JSON";

/// The rows of a pipeline: a column a field, each of the type that all of its values have.
pub fn of_documents(fields: &[String], rows: &[Document]) -> Result<RecordBatch, ArrowError> {
    let column = |values: &Vec<Option<&Bson>>| {
        let kind = Kind::of(values.iter().copied());
        Ok((array::of_values(&kind, values)?, kind.has_mixed()))
    };
    let columns: Vec<(ArrayRef, bool)> =
        transposed(fields, rows).par_iter().map(column).collect::<Result<_, ArrowError>>()?;
    let (columns, are_mixed): (Vec<ArrayRef>, Vec<bool>) = columns.into_iter().unzip();
    let marked = fields
        .iter()
        .zip(&columns)
        .zip(are_mixed)
        .map(|((name, column), is_mixed)| marked(field(name, column), is_mixed));
    let marked = marked.collect();
    of_columns(marked, columns, rows.len())
}

/// A field, with the mark of a column whose values have several types where it is one.
#[must_use]
pub fn marked(field: Field, is_mixed: bool) -> Field {
    if is_mixed { field.with_metadata(HashMap::from([(MIXED.to_owned(), FORM.to_owned())])) } else { field }
}

/// Whether the values of a column have several types, for which Arrow has none but text.
#[must_use]
pub fn is_mixed(field: &Field) -> bool {
    field.metadata().contains_key(MIXED)
}

/// The values column by column. Why row by row: documents lie scattered, and each is fetched from memory once.
fn transposed<'a>(fields: &[String], rows: &'a [Document]) -> Vec<Vec<Option<&'a Bson>>> {
    let places: HashMap<&str, usize> = fields.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let mut columns = vec![vec![None; rows.len()]; fields.len()];
    for (row, document) in rows.iter().enumerate() {
        for (at, (name, value)) in document.iter().enumerate() {
            // Most documents have the same fields in the same order.
            let place = if fields.get(at) == Some(name) { Some(at) } else { places.get(name.as_str()).copied() };
            if let Some(column) = place.and_then(|place| columns.get_mut(place)) {
                column[row] = Some(value);
            }
        }
    }
    columns
}

/// A table of cells: text, whole numbers, or numbers.
pub fn of_cells(table: &insight::Table) -> Result<RecordBatch, ArrowError> {
    let column = |(place, column): (usize, &insight::Column)| {
        let cells: Vec<&Cell> = table.rows.iter().map(|row| &row[place]).collect();
        of_column(&cells, column)
    };
    let columns = table.columns.iter().enumerate().map(column).collect();
    batch(table.columns.iter().map(|column| column.name.as_str()), columns, table.rows.len())
}

/// What is known of the column decides where no cell does, and a column of numbers is one even if all of them are whole.
fn of_column(cells: &[&Cell], column: &insight::Column) -> ArrayRef {
    let (mut has_text, mut has_number, mut has_integer) = (false, false, false);
    for cell in cells {
        match cell {
            Cell::Missing | Cell::Hidden => {}
            Cell::Text(_) => has_text = true,
            Cell::Number(_) => has_number = true,
            Cell::Integer(_) => has_integer = true,
        }
    }
    let is_empty = !(has_text || has_number || has_integer);
    let is_of = |holds: Holds, by_unit: bool| match column.holds {
        Holds::Unknown => by_unit,
        known => known == holds,
    };
    if has_text || (is_empty && is_of(Holds::Text, column.unit == Unit::Text)) {
        let text = |cell: &&Cell| match cell {
            Cell::Missing | Cell::Hidden => None,
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(value) => Some(value.to_string()),
            Cell::Number(value) => Some(value.to_string()),
        };
        return array::strings(cells.iter().map(text).collect());
    }
    let is_number = column.holds == Holds::Number || (is_empty && is_of(Holds::Number, column.unit != Unit::Count));
    if has_number || is_number {
        let number = |cell: &&Cell| match cell {
            Cell::Integer(value) => Some(*value as f64),
            Cell::Number(value) => Some(*value),
            Cell::Missing | Cell::Hidden | Cell::Text(_) => None,
        };
        return Arc::new(cells.iter().map(number).collect::<Float64Array>());
    }
    let integer = |cell: &&Cell| match cell {
        Cell::Integer(value) => Some(*value),
        _ => None,
    };
    Arc::new(cells.iter().map(integer).collect::<Int64Array>())
}

fn batch<'a>(
    names: impl Iterator<Item = &'a str>,
    columns: Vec<ArrayRef>,
    n_rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = names.zip(&columns).map(|(name, column)| field(name, column)).collect();
    of_columns(fields, columns, n_rows)
}

fn of_columns(fields: Vec<Field>, columns: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
}

/// A field for a column; C's strings end at a null character.
#[must_use]
pub fn field(name: &str, column: &ArrayRef) -> Field {
    Field::new(printable(name), column.data_type().clone(), true)
}

/// A column's name without what C's strings end at.
#[must_use]
pub fn printable(name: &str) -> String {
    name.replace('\0', "\u{2400}")
}
