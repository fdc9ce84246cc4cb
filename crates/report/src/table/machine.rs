//! CSV, JSON and NDJSON: names and raw values, nothing rounded.

use insight::{Cell, Row, Table};
use serde_json::Value;

/// RFC 4180 but for line ends, which are `\n`; a missing value is an empty field, and so is a hidden one.
pub(super) fn csv(table: &Table, text: impl Fn(&str) -> String) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut push = |fields: &mut dyn Iterator<Item = String>| {
        let record: csv::StringRecord = fields.collect();
        if !record.is_empty() {
            // Writing to memory cannot fail.
            let _ = writer.write_record(&record);
        }
    };
    push(&mut table.columns.iter().map(|column| text(&column.name)));
    for row in &table.rows {
        push(&mut row.cells.iter().map(|cell| match cell {
            Cell::Text(words) => text(words),
            other => plain(other),
        }));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Text that a spreadsheet does not take for a formula: with a `'` before what would begin one.
pub(super) fn harmless(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Whether a spreadsheet takes a text for a formula; a plain number is none, whatever its sign.
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Missing | Cell::Hidden => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(value) => value.to_string(),
        Cell::Number(value) if value.is_finite() => finite(*value),
        Cell::Number(value) => not_finite(*value).unwrap_or_default().to_owned(),
    }
}

/// A number with all of its digits; a very small or large one in powers of ten, as JSON has it, in place of hundreds of zeros.
fn finite(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-5..1e16).contains(&size) { format!("{value:e}") } else { value.to_string() }
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

/// A row as an object. A missing value is null; a hidden one has no key.
fn object(table: &Table, row: &Row) -> Value {
    let fields = table.columns.iter().zip(&row.cells).filter(|(_, cell)| **cell != Cell::Hidden);
    Value::Object(fields.map(|(column, cell)| (column.name.clone(), value(cell))).collect())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing | Cell::Hidden => Value::Null,
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
