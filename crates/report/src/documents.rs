//! The results of any pipeline as one table.
//!
//! In: documents of any shape. Out: a table with the union of their top-level fields, in the order in which they are
//! first seen. A field that a document lacks is [`Cell::Missing`]; null is the word `null`, since the two differ.

use std::collections::HashMap;

use bson::{Bson, Document};
use catalog::Unit;
use insight::{Cell, Column, Table};
use pipeline::print;

/// A table of documents: nested values and types that a cell has no form for are relaxed Extended JSON.
#[must_use]
pub fn documents_table(documents: &[Document]) -> Table {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut columns = Vec::new();
    for document in documents {
        for name in document.keys() {
            places.entry(name).or_insert_with(|| {
                columns.push(Column { name: name.clone(), label: name.clone(), unit: Unit::Ratio });
                columns.len() - 1
            });
        }
    }
    let mut rows = vec![vec![Cell::Missing; columns.len()]; documents.len()];
    for (document, row) in documents.iter().zip(&mut rows) {
        for (name, value) in document {
            if let Some(&place) = places.get(name.as_str()) {
                row[place] = cell(value);
            }
        }
    }
    for (place, column) in columns.iter_mut().enumerate() {
        if rows.iter().any(|row| matches!(row[place], Cell::Text(_))) {
            column.unit = Unit::Text;
        }
    }
    Table { columns, rows }
}

fn cell(value: &Bson) -> Cell {
    match value {
        Bson::Int32(value) => Cell::Integer(i64::from(*value)),
        Bson::Int64(value) => Cell::Integer(*value),
        Bson::Double(value) => Cell::Number(*value),
        Bson::String(value) => Cell::Text(value.clone()),
        Bson::Decimal128(value) => Cell::Text(value.to_string()),
        Bson::ObjectId(value) => Cell::Text(value.to_hex()),
        Bson::DateTime(value) => {
            Cell::Text(value.try_to_rfc3339_string().unwrap_or_else(|_| value.timestamp_millis().to_string()))
        }
        other => Cell::Text(relaxed(other)),
    }
}

/// Relaxed Extended JSON on one line.
fn relaxed(value: &Bson) -> String {
    match value {
        Bson::Document(fields) => print::document(fields, print::Format::Relaxed),
        Bson::Array(values) => format!("[{}]", values.iter().map(relaxed).collect::<Vec<_>>().join(", ")),
        other => print::value(other),
    }
}
