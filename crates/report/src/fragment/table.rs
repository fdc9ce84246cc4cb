//! A table below a cell, in a box of its own that scrolls; of a long or wide one the beginning, with its full size.

use std::fmt::Write;

use insight::Table;

use crate::html::{escape, prose};
use crate::number;
use crate::shown::{self, Shown};

/// Tables of more rows than this are cut.
pub const MOST_ROWS: usize = 100;
/// The rows that are left of those.
const FIRST_ROWS: usize = 50;
/// Columns that are shown.
const MOST_COLUMNS: usize = 50;
/// Tables of more rows than this scroll.
const MOST_IN_SIGHT: usize = 20;
/// A single row with more columns than this stands upright.
const MOST_ACROSS: usize = 6;
/// Text longer than this may wrap.
const LONG_TEXT: usize = 64;
/// Text longer than this is cut; a document or list within a cell is, sooner.
const MOST_TEXT: usize = 600;
const MOST_NESTED: usize = 200;

/// Shows a table of `n_rows` rows, of which `table` holds all, or at least [`MOST_ROWS`].
pub(super) fn push(page: &mut String, title: &str, table: &Table, n_rows: usize) {
    let all = shown::columns(table);
    let columns = &all[..all.len().min(MOST_COLUMNS)];
    let limit = if n_rows > MOST_ROWS { FIRST_ROWS } else { n_rows };
    let rows = table.rows.len().min(limit);
    let long = if rows > MOST_IN_SIGHT { " bs-long" } else { "" };
    if !columns.is_empty() {
        let label = escape(title);
        let _ = write!(
            page,
            "<div class=\"bs-scroll{long}\" role=\"region\" aria-label=\"Table: {label}\" tabindex=\"0\">\n<table>\n"
        );
        if n_rows == 1 && columns.len() > MOST_ACROSS {
            push_upright(page, columns);
        } else {
            push_rows(page, columns, rows);
        }
        page.push_str("</table>\n</div>\n");
    }
    if let Some(size) = size((rows, n_rows), (columns.len(), all.len())) {
        let _ = writeln!(page, "<p class=\"bs-small\">{size}</p>");
    }
}

/// What is to be said of the size of a table that is not in sight as a whole.
fn size(rows: (usize, usize), columns: (usize, usize)) -> Option<String> {
    let count = |n: usize| number::count(n as u64);
    let rows = match rows {
        (shown, all) if shown < all => Some(format!("The first {} of {} rows", count(shown), count(all))),
        (_, all) if all > MOST_IN_SIGHT || columns.1 == 0 => Some(format!("{} rows", count(all))),
        _ => None,
    };
    let columns = (columns.0 < columns.1).then(|| format!("the first {} of {} columns", columns.0, count(columns.1)));
    let parts: Vec<String> = rows.into_iter().chain(columns).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn push_rows(page: &mut String, columns: &[Shown<'_>], n_rows: usize) {
    page.push_str("<thead><tr>");
    for column in columns {
        let class = if column.is_text() { " class=\"bs-t\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", prose(&cut(column.label())));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let classes: Vec<&str> = columns.iter().map(|column| class(column, n_rows)).collect();
    for row in 0..n_rows {
        page.push_str("<tr>");
        for (column, class) in columns.iter().zip(&classes) {
            let _ = write!(page, "<td{class}>{}</td>", prose(&cut(&column.cell(row))));
        }
        page.push_str("</tr>\n");
    }
    if n_rows == 0 {
        let _ = writeln!(page, "<tr><td class=\"bs-t\" colspan=\"{}\">No rows</td></tr>", columns.len());
    }
    page.push_str("</tbody>\n");
}

/// A table of one row, its columns below each other.
fn push_upright(page: &mut String, columns: &[Shown<'_>]) {
    page.push_str("<tbody>\n");
    for column in columns {
        let (label, cell) = (prose(&cut(column.label())), prose(&cut(&column.cell(0))));
        let class = class(column, 1);
        let _ = writeln!(page, "<tr><th scope=\"row\" class=\"bs-t\">{label}</th><td{class}>{cell}</td></tr>");
    }
    page.push_str("</tbody>\n");
}

fn class(column: &Shown<'_>, n_rows: usize) -> &'static str {
    if !column.is_text() {
        ""
    } else if (0..n_rows).any(|row| column.cell(row).chars().count() > LONG_TEXT) {
        " class=\"bs-t bs-l\""
    } else {
        " class=\"bs-t\""
    }
}

/// A cell's text without what would fill the screen.
fn cut(text: &str) -> String {
    let most = if text.starts_with(['{', '[']) { MOST_NESTED } else { MOST_TEXT };
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
