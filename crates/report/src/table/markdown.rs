//! A Markdown table, as GitHub and most readers take it.

use insight::Table;

use crate::shown;

pub(super) fn render(table: &Table) -> String {
    if table.columns.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    let columns = shown::columns(table);
    push_row(&mut text, columns.iter().map(|column| column.label().to_owned()));
    text.push('|');
    for column in &columns {
        text.push_str(if column.is_text() { " --- |" } else { " ---: |" });
    }
    text.push('\n');
    for row in 0..table.rows.len() {
        push_row(&mut text, columns.iter().map(|column| column.cell(row)));
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
