//! The results of any pipeline as one table.
//!
//! In: documents of any shape. Out: a table with the union of their top-level fields, in the order in which they are
//! first seen. A field that a document lacks is [`Cell::Missing`]; null is the word `null`, since the two differ.

use std::collections::{HashMap, HashSet};

use bson::{Bson, Document};
use catalog::Unit;
use insight::{Cell, Column, ColumnRole, Row, Table};
use pipeline::print;

/// A table of documents: nested values and types that a cell has no form for are relaxed Extended JSON.
#[must_use]
pub fn documents_table(documents: &[Document]) -> Table {
    documents_with_fields(&document_fields(documents), documents)
}

/// The top-level fields of all documents, in the order in which they are first seen.
#[must_use]
pub fn document_fields(documents: &[Document]) -> Vec<String> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut fields = Vec::new();
    for document in documents {
        for (at, name) in document.keys().enumerate() {
            // Most documents have the same fields in the same order.
            if fields.get(at) != Some(name) && seen.insert(name) {
                fields.push(name.clone());
            }
        }
    }
    fields
}

/// A table of some documents with the fields of all of them.
#[must_use]
pub fn documents_with_fields(fields: &[String], documents: &[Document]) -> Table {
    let place: HashMap<&str, usize> = fields.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let column = |name: &String| Column::measure(name, name, Unit::Ratio);
    let mut columns: Vec<Column> = fields.iter().map(column).collect();
    let mut rows = vec![Row::from(vec![Cell::Missing; fields.len()]); documents.len()];
    for (document, row) in documents.iter().zip(&mut rows) {
        for (name, value) in document {
            let Some(&place) = place.get(name.as_str()) else { continue };
            row[place] = cell(value);
            // A null among numbers makes no text of them.
            if matches!(row[place], Cell::Text(_)) && *value != Bson::Null {
                columns[place].unit = Unit::Text;
                columns[place].role = ColumnRole::Text;
            }
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
pub(crate) fn relaxed(value: &Bson) -> String {
    match value {
        Bson::Document(fields) => print::document(fields, print::Format::Relaxed),
        Bson::Array(values) => format!("[{}]", values.iter().map(relaxed).collect::<Vec<_>>().join(", ")),
        other => print::value(other),
    }
}
