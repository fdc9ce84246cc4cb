//! An answer's table on the page, in a box of its own that scrolls where the table is wider or longer than its place.

use std::fmt::Write;

use insight::Answer;

use super::{escape, prose};
use crate::shown;

/// Tables longer than this scroll on screen.
const MOST_ROWS: usize = 16;

pub(super) fn push(page: &mut String, answer: &Answer) {
    let table = &answer.table;
    if table.columns.is_empty() {
        return;
    }
    let columns = shown::columns(table);
    let title = escape(&answer.title);
    let long = if table.rows.len() > MOST_ROWS { " long" } else { "" };
    let _ = write!(
        page,
        "<div class=\"scroll{long}\" role=\"region\" aria-label=\"Table: {title}\" tabindex=\"0\">\n<table>\n\
         <caption>{title}: the numbers</caption>\n<thead><tr>"
    );
    for column in &columns {
        let class = if column.is_text() { " class=\"t\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", prose(column.label()));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in 0..table.rows.len() {
        page.push_str("<tr>");
        for (index, column) in columns.iter().enumerate() {
            let cell = prose(&column.cell(row));
            let class = if column.is_text() { " class=\"t\"" } else { "" };
            let _ = match index {
                0 => write!(page, "<th scope=\"row\"{class}>{cell}</th>"),
                _ => write!(page, "<td{class}>{cell}</td>"),
            };
        }
        page.push_str("</tr>\n");
    }
    if table.rows.is_empty() {
        let _ = writeln!(page, "<tr><td class=\"t\" colspan=\"{}\">No rows</td></tr>", columns.len());
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}
