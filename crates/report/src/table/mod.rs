//! Tables in the formats that people and programs read.
//!
//! In: a [`Table`]. Out: text. Human formats (terminal, Markdown) carry labels and formatted numbers; machine formats
//! (CSV, JSON, NDJSON) carry the columns' names and raw values in full precision. Every format ends in a newline.

mod machine;
mod markdown;
mod text;

use insight::Table;

/// A format to write a table in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for the terminal.
    Table,
    /// Comma-separated values (RFC 4180), with a header line.
    Csv,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
}

/// Writes a table; only [`Format::Table`] heeds the width.
#[must_use]
pub fn render(table: &Table, format: Format, width: Option<usize>) -> String {
    match format {
        Format::Table => text::render(table, width),
        Format::Csv => machine::csv(table),
        Format::Json => machine::json(table),
        Format::Ndjson => machine::ndjson(table),
        Format::Markdown => markdown::render(table),
    }
}

#[cfg(test)]
mod tests;
