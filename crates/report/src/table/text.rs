//! The table of the terminal: numbers to the right, a rule below the header, wrapped to the width.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width};
use insight::Table;

use crate::shown;

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

pub(super) fn render(table: &Table, width: Option<usize>) -> String {
    if table.columns.is_empty() {
        return String::new();
    }
    let mut output = comfy_table::Table::new();
    output.force_no_tty().load_style(STYLE);
    if let Some(width) = width {
        output.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    let columns = shown::columns(table);
    output.set_header(columns.iter().map(|column| aligned(column.label(), column.is_text())));
    for row in 0..table.rows.len() {
        output.add_row(columns.iter().map(|column| aligned(&column.cell(row), column.is_text())));
    }
    if let Some(name) = output.column_mut(0) {
        // Headings wrap before the names of rows do.
        let widest = (0..table.rows.len()).map(|row| columns[0].cell(row).chars().count());
        let widest = u16::try_from(widest.max().unwrap_or(0).min(28) + 2).unwrap_or(30);
        name.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(widest)));
    }
    let mut text: String = output.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    if table.rows.is_empty() {
        text.push_str(" (no rows)\n");
    }
    text
}

fn aligned(text: &str, is_text: bool) -> Cell {
    let alignment = if is_text { CellAlignment::Left } else { CellAlignment::Right };
    Cell::new(printable(text)).set_alignment(alignment)
}

/// Labels come from files: none may move the cursor or colour the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
