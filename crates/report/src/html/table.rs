//! A table on the page, in a box of its own that scrolls where the table is wider or longer than its place.

use std::fmt::Write;

use insight::Table;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{escape, prose};
use crate::shown::{self, Shown};
use crate::table::{Format, render};

/// Tables longer than this scroll on screen.
const MOST_ROWS: usize = 16;

/// A single row with more columns than this stands upright.
const MOST_COLUMNS: usize = 5;

/// What a link keeps as it is beside letters and digits.
const ENCODED: AsciiSet =
    NON_ALPHANUMERIC.remove(b',').remove(b'.').remove(b'_').remove(b'-').remove(b':').remove(b'/');

/// Text longer than this may wrap.
const LONG_TEXT: usize = 26;

/// The table, which is saved under that name.
pub(crate) fn push(page: &mut String, name: &str, title: &str, table: &Table) {
    push_laid_out(page, name, title, [table; 2]);
}

/// The same of a table that is shown in one layout and saved in another.
pub(super) fn push_laid_out(page: &mut String, name: &str, title: &str, [table, saved]: [&Table; 2]) {
    if table.columns.is_empty() {
        return;
    }
    let columns = shown::columns(table);
    let title = escape(title);
    let long = if table.rows.len() > MOST_ROWS { " long" } else { "" };
    let _ = writeln!(page, "<div class=\"scroll{long}\" role=\"region\" aria-label=\"Table: {title}\" tabindex=\"0\">");
    if table.rows.len() == 1 && columns.len() > MOST_COLUMNS {
        push_upright(page, &columns, &title);
    } else {
        push_rows(page, &columns, &title, table.rows.len());
    }
    page.push_str("</div>\n");
    push_download(page, name, &title, saved);
}

/// The table's raw values as a file that a spreadsheet opens, inside of the page.
fn push_download(page: &mut String, name: &str, title: &str, table: &Table) {
    let csv = render(table, Format::Spreadsheet, None);
    let _ = writeln!(
        page,
        "<p class=\"save\"><a download=\"{}.csv\" href=\"data:text/csv;charset=utf-8,{}\">Download as CSV<span class=\"for\">: {title}</span></a></p>",
        escape(name),
        utf8_percent_encode(&csv, &ENCODED),
    );
}

fn push_rows(page: &mut String, columns: &[Shown<'_>], title: &str, n_rows: usize) {
    let _ = write!(page, "<table>\n<caption>{title}: the numbers</caption>\n<thead><tr>");
    for column in columns {
        let class = if column.is_text() { " class=\"t\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", prose(column.label()));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let classes: Vec<&str> = columns.iter().map(|column| class(column, n_rows)).collect();
    for row in 0..n_rows {
        page.push_str("<tr>");
        for (index, (column, class)) in columns.iter().zip(&classes).enumerate() {
            let cell = prose(&column.cell(row));
            let _ = match index {
                0 => write!(page, "<th scope=\"row\"{class}>{cell}</th>"),
                _ => write!(page, "<td{class}>{cell}</td>"),
            };
        }
        page.push_str("</tr>\n");
    }
    if n_rows == 0 {
        let _ = writeln!(page, "<tr><td class=\"t\" colspan=\"{}\">No rows</td></tr>", columns.len());
    }
    page.push_str("</tbody>\n</table>\n");
}

/// A table of one row, its columns below each other.
fn push_upright(page: &mut String, columns: &[Shown<'_>], title: &str) {
    let _ = write!(page, "<table class=\"tall\">\n<caption>{title}: the numbers</caption>\n<tbody>\n");
    for column in columns {
        let (label, cell) = (prose(column.label()), prose(&column.cell(0)));
        let _ = writeln!(page, "<tr><th scope=\"row\" class=\"t\">{label}</th><td>{cell}</td></tr>");
    }
    page.push_str("</tbody>\n</table>\n");
}

fn class(column: &Shown<'_>, n_rows: usize) -> &'static str {
    if !column.is_text() {
        ""
    } else if (0..n_rows).any(|row| column.cell(row).chars().count() > LONG_TEXT) {
        " class=\"t l\""
    } else {
        " class=\"t\""
    }
}
