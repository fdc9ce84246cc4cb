//! The table of the terminal: numbers to the right, a rule below the header, wrapped to the width.

use catalog::Unit;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width};
use insight::Table;

use crate::number;

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
    output.set_header(table.columns.iter().map(|column| aligned(&column.label, column.unit)));
    for row in &table.rows {
        output.add_row(
            row.iter().zip(&table.columns).map(|(cell, column)| aligned(&number::cell(cell, column.unit), column.unit)),
        );
    }
    if let Some(name) = output.column_mut(0) {
        // Headings wrap before the names of rows do.
        let widest =
            table.rows.iter().filter_map(|row| row.first()).map(|cell| number::cell(cell, Unit::Text).chars().count());
        let widest = u16::try_from(widest.max().unwrap_or(0).min(28) + 2).unwrap_or(30);
        name.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(widest)));
    }
    let mut text: String = output.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    if table.rows.is_empty() {
        text.push_str(" (no rows)\n");
    }
    text
}

fn aligned(text: &str, unit: Unit) -> Cell {
    let alignment = if unit == Unit::Text { CellAlignment::Left } else { CellAlignment::Right };
    Cell::new(printable(text)).set_alignment(alignment)
}

/// Labels come from files: none may move the cursor or colour the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
