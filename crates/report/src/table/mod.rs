//! Tables in the formats that people and programs read.
//!
//! In: a [`Table`]. Out: text. Human formats (terminal, Markdown) carry labels and formatted numbers; machine formats
//! (CSV, JSON, NDJSON) carry the columns' names and raw values in full precision. Every format ends in a newline.
//! A hidden cell is the word `hidden` for people, an empty field in CSV, and no key at all in JSON.

mod machine;
mod markdown;
mod text;

use insight::{Cell, Table};

/// A format to write a table in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for the terminal.
    Table,
    /// Comma-separated values (RFC 4180), with a header line.
    Csv,
    /// The same for a spreadsheet: it begins with the mark of its encoding, without which Excel misreads letters beyond
    /// English ones, and text that would be taken for a formula begins with a `'`.
    Spreadsheet,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
}

/// The mark of UTF-8 at the beginning of a file.
pub(crate) const MARK: char = '\u{feff}';

/// Writes a table; only [`Format::Table`] heeds the width.
#[must_use]
pub fn render(table: &Table, format: Format, width: Option<usize>) -> String {
    match format {
        Format::Table => text::render(table, width),
        Format::Csv => machine::csv(table, str::to_owned),
        Format::Spreadsheet => format!("{MARK}{}", machine::csv(table, machine::harmless)),
        Format::Json => machine::json(table),
        Format::Ndjson => machine::ndjson(table),
        Format::Markdown => markdown::render(table),
    }
}

/// How many texts of a table, headings among them, a spreadsheet takes for formulas. [`Format::Spreadsheet`] makes them
/// harmless; the formats for programs never change data.
#[must_use]
pub fn formulas(table: &Table) -> usize {
    let names = table.columns.iter().filter(|column| machine::is_formula(&column.name)).count();
    let is_formula = |cell: &&Cell| matches!(cell, Cell::Text(text) if machine::is_formula(text));
    names + table.rows.iter().flat_map(|row| &row.cells).filter(is_formula).count()
}

#[cfg(test)]
mod tests;
