//! A Markdown table, as GitHub and most readers take it.

use catalog::Unit;
use insight::Table;

use crate::number;

pub(super) fn render(table: &Table) -> String {
    if table.columns.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    push_row(&mut text, table.columns.iter().map(|column| column.label.clone()));
    text.push('|');
    for column in &table.columns {
        text.push_str(if column.unit == Unit::Text { " --- |" } else { " ---: |" });
    }
    text.push('\n');
    for row in &table.rows {
        push_row(&mut text, row.iter().zip(&table.columns).map(|(cell, column)| number::cell(cell, column.unit)));
    }
    text
}

fn push_row(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push('|');
    for cell in cells {
        text.push(' ');
        text.push_str(&escaped(&cell));
        text.push_str(" |");
    }
    text.push('\n');
}

/// Keeps a cell's text text: no cell may end its cell, start markup or carry HTML.
fn escaped(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                text.push('\\');
                text.push(c);
            }
            '<' => text.push_str("&lt;"),
            '&' => text.push_str("&amp;"),
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    text
}
