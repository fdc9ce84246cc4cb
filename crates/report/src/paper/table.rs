//! Tables on paper.
//!
//! In: names of columns and cells of text. Out: rows on pages, each page below the names of the columns again.
//! Invariant: no column is cut. Letters become smaller, cells break into lines, and what is still too wide is laid out in
//! several tables below each other, each with the first column.

use super::flow::{Flow, SMALL, WIDTH, kept_together, row_height};
use super::measure::{Letters, Measure};

/// The room between columns.
const GAP: f64 = 14.0;
/// The sizes of letters that are tried, the largest first.
const SIZES: [u32; 4] = [SMALL.size, 10, 9, 8];
/// A column of text may be this narrow, its text broken, before letters become smaller.
const NARROWEST: f64 = 100.0;
/// Cells of more lines end in an ellipsis.
const MOST_LINES: usize = 24;

/// A column: its name, whether it is text, its cells.
pub(super) struct Column {
    pub(super) label: String,
    pub(super) is_text: bool,
    pub(super) cells: Vec<String>,
}

/// How narrow and how wide a column may be.
struct Room {
    least: f64,
    most: f64,
}

/// Puts a table on the pages.
pub(super) fn push(flow: &mut Flow, columns: &[Column]) {
    let Some((first, others)) = columns.split_first() else { return };
    flow.skip(6.0);
    let all: Vec<&Column> = columns.iter().collect();
    for size in SIZES {
        let letters = Letters::plain(size);
        if let Some(widths) = widths(&flow.measure, &all, letters) {
            return push_rows(flow, &all, &widths, letters);
        }
    }
    let letters = Letters::plain(SIZES[SIZES.len() - 1]);
    let mut rest = others;
    loop {
        // As many of the columns as fit behind the first, and always one.
        let with_first = |n: usize| std::iter::once(first).chain(&rest[..n]).collect::<Vec<_>>();
        let fitting = (1..=rest.len()).rev().find_map(|n| Some((n, widths(&flow.measure, &with_first(n), letters)?)));
        let (n, widths) = fitting.unwrap_or_else(|| (rest.len().min(1), vec![WIDTH / 2.0 - GAP; 2]));
        push_rows(flow, &with_first(n), &widths, letters);
        rest = &rest[n..];
        if rest.is_empty() {
            return;
        }
        flow.skip(14.0);
    }
}

/// The widths of columns, none where they do not fit side by side.
fn widths(measure: &Measure, columns: &[&Column], letters: Letters) -> Option<Vec<f64>> {
    let bold = Letters { is_bold: true, ..letters };
    let rooms: Vec<Room> = columns
        .iter()
        .map(|column| {
            let widest = |of: &dyn Fn(&str, Letters) -> f64| {
                let cells = column.cells.iter().map(|cell| of(cell, letters)).fold(0.0, f64::max);
                cells.max(of(&column.label, bold))
            };
            let most = widest(&|text, letters| measure.width(text, letters));
            let word = widest(&|text, letters| measure.widest_word(&kept_together(text), letters));
            // The names of columns break between words, and so does text; a long word may be broken, a figure may not.
            let figures = column.cells.iter().map(|cell| measure.width(cell, letters)).fold(0.0, f64::max);
            let least = if column.is_text { most.min(NARROWEST) } else { figures.max(word) };
            Room { least: least.min(most), most }
        })
        .collect();
    let gaps = GAP * (columns.len() - 1) as f64;
    let (least, most) = rooms.iter().fold((gaps, gaps), |(least, most), room| (least + room.least, most + room.most));
    if least > WIDTH {
        return None;
    }
    let share = if most > WIDTH { (WIDTH - least) / (most - least) } else { 1.0 };
    Some(rooms.iter().map(|room| room.least + (room.most - room.least) * share + 0.01).collect())
}

fn push_rows(flow: &mut Flow, columns: &[&Column], widths: &[f64], letters: Letters) {
    let head = cells(&flow.measure, columns, widths, Letters { is_bold: true, ..letters }, |column| &column.label);
    let n_rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    let rows: Vec<Vec<Cell>> =
        (0..n_rows).map(|row| cells(&flow.measure, columns, widths, letters, |column| &column.cells[row])).collect();
    let height = |cells: &[Cell]| row_height(cells.iter().map(|cell| cell.0.len()).max().unwrap_or(1), letters);
    // The names of the columns stay with two rows.
    let begin = rows.iter().take(2).map(|row| height(row)).sum::<f64>() + height(&head);
    flow.need(begin);
    flow.row(&head, letters, true);
    for row in &rows {
        if !flow.fits(height(row)) {
            flow.turn();
            flow.row(&head, letters, true);
        }
        flow.row(row, letters, false);
    }
    flow.skip(8.0);
}

/// Puts an ellipsis at the end of a line, in place of what then no longer fits.
fn cut(measure: &Measure, line: &mut String, letters: Letters, width: f64) {
    while measure.width(&format!("{line}…"), letters) > width && line.pop().is_some() {}
    line.push('…');
}

/// A cell: its lines, the left end of its column, the column's width, and whether it is text.
type Cell = (Vec<String>, f64, f64, bool);

fn cells<'c>(
    measure: &Measure,
    columns: &[&'c Column],
    widths: &[f64],
    letters: Letters,
    text: impl Fn(&'c Column) -> &'c str,
) -> Vec<Cell> {
    let mut left = 0.0;
    let cell = |(column, width): (&&'c Column, &f64)| {
        let mut lines = measure.wrap(&kept_together(text(column)), letters, *width + 0.5);
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.iter_mut().rev().take(1).for_each(|line| cut(measure, line, letters, *width));
        }
        let at = left;
        left += width + GAP;
        (lines, at, *width, column.is_text)
    };
    columns.iter().zip(widths).map(cell).collect()
}
