//! CSV, JSON and NDJSON: names and raw values, nothing rounded.

use insight::{Cell, Table};
use serde_json::Value;

/// RFC 4180 but for line ends, which are `\n`; a missing value is an empty field.
pub(super) fn csv(table: &Table) -> String {
    let mut text = String::new();
    push_record(&mut text, table.columns.iter().map(|column| column.name.clone()));
    for row in &table.rows {
        push_record(&mut text, row.iter().map(plain));
    }
    text
}

fn push_record(text: &mut String, fields: impl Iterator<Item = String>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            text.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&field);
        }
    }
    text.push('\n');
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(value) => value.to_string(),
        Cell::Number(value) if value.is_finite() => value.to_string(),
        Cell::Number(value) => not_finite(*value).unwrap_or_default().to_owned(),
    }
}

pub(super) fn json(table: &Table) -> String {
    if table.rows.is_empty() {
        return "[]\n".to_owned();
    }
    let mut text = String::from("[\n");
    for (index, row) in table.rows.iter().enumerate() {
        text.push_str("  ");
        text.push_str(&object(table, row).to_string());
        text.push_str(if index + 1 < table.rows.len() { ",\n" } else { "\n" });
    }
    text.push_str("]\n");
    text
}

pub(super) fn ndjson(table: &Table) -> String {
    let mut text = String::new();
    for row in &table.rows {
        text.push_str(&object(table, row).to_string());
        text.push('\n');
    }
    text
}

fn object(table: &Table, row: &[Cell]) -> Value {
    let fields = table.columns.iter().zip(row).map(|(column, cell)| (column.name.clone(), value(cell)));
    Value::Object(fields.collect())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Integer(value) => Value::from(*value),
        // JSON has no word for infinity: it becomes null, which keeps the column a column of numbers.
        Cell::Number(value) => Value::from(*value),
    }
}

fn not_finite(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_finite() => None,
        _ if value.is_nan() => Some(""),
        _ if value > 0.0 => Some("inf"),
        _ => Some("-inf"),
    }
}
