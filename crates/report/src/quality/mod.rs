//! The quality page: as text for a terminal, as Markdown, as a part of the report, below a cell of a notebook.
//!
//! In: a [`QualityPage`]. Out: text or HTML.
//! Invariant: what is hidden in the page is hidden here; nothing is counted here.

mod html;
mod matrix;

use std::fmt::Write;

use catalog::Unit;
use insight::{Association, Bar, Cell, Column, ColumnFacts, ColumnRole, Matrix, QualityPage, Row, Table};

pub(crate) use self::html::{fragment, push};
pub(crate) use self::matrix::{
    heading as matrix_heading, plot as matrix_plot, reading as matrix_reading, values as matrix_values,
};
use crate::answer::markdown_notes;
use crate::table::{Format, render};

/// The blocks that bars are drawn with, the lowest first.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What stands above the first rows.
pub(crate) const FIRST_ROWS: &str = "First rows";

/// The heading of the page.
#[must_use]
pub fn quality_heading(page: &QualityPage) -> String {
    page.narrowed("Quality of the data")
}

/// The whole page as text, its tables no wider than `width`.
#[must_use]
pub fn quality_text(page: &QualityPage, width: Option<usize>) -> String {
    let table = render(&columns(page), Format::Table, width);
    let mut text = format!("{}\n{}\n\n{table}", quality_heading(page), page.size());
    for (heading, lines) in lists(page) {
        let _ = write!(text, "\n{heading}\n");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
    }
    for matrix in &page.matrices {
        let table = render(&matrix::table(matrix), Format::Table, width);
        let reading = textwrap::fill(matrix::reading(matrix), width.unwrap_or(100));
        let _ = write!(text, "\n{}\n{}{table}{reading}\n", matrix::heading(matrix), told(matrix));
    }
    let first = render(&first(page), Format::Table, width);
    let _ = write!(text, "\n{FIRST_ROWS}\n{first}\n");
    for note in page.notes() {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// The page in Markdown.
#[must_use]
pub fn quality_markdown(page: &QualityPage) -> String {
    let table = render(&columns(page), Format::Markdown, None);
    let mut text = format!("## {}\n\n{}\n\n{table}", quality_heading(page), page.size());
    for (heading, lines) in lists(page) {
        let _ = write!(text, "\n### {heading}\n\n");
        for line in lines {
            let _ = writeln!(text, "- {line}");
        }
    }
    for matrix in &page.matrices {
        let table = render(&matrix::table(matrix), Format::Markdown, None);
        let _ = write!(text, "\n### {}\n\n{}\n{table}", matrix::heading(matrix), told(matrix));
    }
    let _ = write!(text, "\n### {FIRST_ROWS}\n\n{}", render(&first(page), Format::Markdown, None));
    text + &markdown_notes(&page.notes())
}

/// The tables of the page, each under a short name: the columns, what is said of them, which go together, the first rows.
#[must_use]
pub fn quality_tables(page: &QualityPage) -> Vec<(&'static str, Table)> {
    let mut tables = vec![("columns", page.table()), ("remarks", said(page))];
    let name = |matrix: &Matrix| match matrix.association {
        Association::Spearman => "numbers_together",
        Association::CramersV => "categories_together",
    };
    tables.extend(page.matrices.iter().map(|matrix| (name(matrix), matrix::values(matrix))));
    tables.push(("first_rows", page.first.clone()));
    tables
}

/// What is said of the data, a line a row.
fn said(page: &QualityPage) -> Table {
    let mut rows = vec![("Size", page.size())];
    for (heading, lines) in lists(page) {
        rows.extend(lines.into_iter().map(|line| (heading, line)));
    }
    for matrix in &page.matrices {
        rows.extend(matrix.in_words().map(|words| (matrix::heading(matrix), words)));
    }
    rows.extend(page.notes().into_iter().map(|note| ("Note", note)));
    let columns = vec![Column::text("part", "Part"), Column::text("text", "Text")];
    let row = |(part, text): (&str, String)| Row::from(vec![Cell::Text(part.to_owned()), Cell::Text(text)]);
    Table { columns, rows: rows.into_iter().map(row).collect() }
}

/// What a matrix says in words, as a line, where it says something.
fn told(matrix: &Matrix) -> String {
    matrix.in_words().map_or_else(String::new, |words| words + "\n")
}

/// What stands below the columns: a heading with its lines, where there are some.
pub(crate) fn lists(page: &QualityPage) -> Vec<(&'static str, Vec<String>)> {
    let remark = |column: &ColumnFacts| {
        let remarks = column.remarks();
        (!remarks.is_empty()).then(|| format!("{}: {}", column.name, remarks.join("; ")))
    };
    let rules = page.rules.iter().map(|rule| format!("{}: {}", rule.words, rule.in_words()));
    let lists = [
        ("To be doubted", page.doubts()),
        ("Remarks", page.columns.iter().filter_map(remark).collect()),
        ("Columns that determine another", page.pairs.iter().map(insight::Determines::in_words).collect()),
        ("Rules of the contract", rules.collect()),
    ];
    lists.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

/// The columns with their figures in words, and a histogram of blocks.
pub(crate) fn columns(page: &QualityPage) -> Table {
    let number = |name: &str, label: &str| Column::measure(name, label, Unit::Ratio);
    let columns = vec![
        Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
        Column::text("kind", "Kind"),
        Column::text("role", "Role"),
        number("missing", "Missing"),
        number("distinct", "Distinct"),
        number("min", "Minimum"),
        number("q1", "Quartile 1"),
        number("median", "Median"),
        number("q3", "Quartile 3"),
        number("max", "Maximum"),
        number("auc", "AUC alone"),
        Column::text("histogram", "Histogram"),
    ];
    let row = |column: &ColumnFacts| -> Row {
        let mut cells: Vec<Cell> = figures(page, column).map(cell).into();
        cells.push(cell(Some(column.histogram.as_slice()).filter(|bars| !bars.is_empty()).map(blocks)));
        cells.into()
    };
    Table { columns, rows: page.columns.iter().map(row).collect() }
}

/// The first rows, their numbers as the file has them.
pub(crate) fn first(page: &QualityPage) -> Table {
    let mut first = page.first.clone();
    for cell in first.rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let Cell::Number(number) = cell {
            *cell = Cell::Text(number.to_string());
        }
    }
    first
}

fn cell(text: Option<String>) -> Cell {
    text.map_or(Cell::Missing, Cell::Text)
}

/// The figures of a column as text, from its name to its AUC.
fn figures(page: &QualityPage, column: &ColumnFacts) -> [Option<String>; 11] {
    let spread = column.spread.as_ref();
    let of = |value: Option<f64>| value.map(|value| column.written(value));
    [
        Some(column.name.clone()),
        Some(column.kind.to_owned()),
        column.role.map(str::to_owned),
        Some(column.missing_in_words(page.customers)),
        Some(column.distinct_in_words(page.customers)),
        of(spread.map(|spread| spread.min)),
        of(spread.map(|spread| spread.q1)),
        of(spread.map(|spread| spread.median)),
        of(spread.map(|spread| spread.q3)),
        of(spread.map(|spread| spread.max)),
        column.auc_in_words(),
    ]
}

/// Bars as blocks; a blank is a bar without customers.
fn blocks(bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.customers).max().unwrap_or(0).max(1) as f64;
    let block = |bar: &Bar| match bar.customers {
        0 => ' ',
        n => BLOCKS[((n as f64 / most * 8.0).ceil() as usize).clamp(1, 8) - 1],
    };
    bars.iter().map(block).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests;
