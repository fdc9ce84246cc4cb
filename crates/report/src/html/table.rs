//! An answer's table on the page, in a box of its own that scrolls where the table is wider or longer than its place.

use std::fmt::Write;

use catalog::Unit;
use insight::{Answer, Table};

use super::escape;
use crate::number;

/// Tables longer than this scroll on screen.
const MOST_ROWS: usize = 16;

pub(super) fn push(page: &mut String, answer: &Answer) {
    let table = &answer.table;
    if table.columns.is_empty() {
        return;
    }
    let columns = shown(answer);
    let title = escape(&answer.title);
    let long = if table.rows.len() > MOST_ROWS { " long" } else { "" };
    let _ = write!(
        page,
        "<div class=\"scroll{long}\" role=\"region\" aria-label=\"Table: {title}\" tabindex=\"0\">\n<table>\n\
         <caption>{title}: the numbers</caption>\n<thead><tr>"
    );
    for column in &columns {
        let class = if column.is_text(table) { " class=\"t\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", escape(&column.label(table)));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in 0..table.rows.len() {
        page.push_str("<tr>");
        for (index, column) in columns.iter().enumerate() {
            let cell = escape(&column.cell(table, row));
            let class = if column.is_text(table) { " class=\"t\"" } else { "" };
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

/// A column as shown: one of the table's, or an interval from two.
enum Shown {
    One(usize),
    Interval(usize, usize),
}

/// The ends of an interval stand together as one column.
fn shown(answer: &Answer) -> Vec<Shown> {
    let table = &answer.table;
    let ends = answer.chart.as_ref().and_then(|chart| {
        let (low, high) = chart.interval.as_ref()?;
        Some((table.column(low)?, table.column(high)?))
    });
    let mut columns = Vec::new();
    for index in 0..table.columns.len() {
        match ends {
            Some((low, high)) if index == low => columns.push(Shown::Interval(low, high)),
            Some((_, high)) if index == high => {}
            _ => columns.push(Shown::One(index)),
        }
    }
    columns
}

impl Shown {
    fn label(&self, table: &Table) -> String {
        match self {
            Self::One(index) => table.columns[*index].label.clone(),
            Self::Interval(..) => "95 % interval".to_owned(),
        }
    }

    fn is_text(&self, table: &Table) -> bool {
        matches!(self, Self::One(index) if table.columns[*index].unit == Unit::Text)
    }

    fn cell(&self, table: &Table, row: usize) -> String {
        let one = |index: usize| number::cell(&table.rows[row][index], table.columns[index].unit);
        match self {
            Self::One(index) => one(*index),
            Self::Interval(low, high) => match (one(*low), one(*high)) {
                (low, high) if low == number::MISSING || high == number::MISSING => number::MISSING.to_owned(),
                (low, high) => format!("{} to {high}", low.trim_end_matches(" %")),
            },
        }
    }
}
