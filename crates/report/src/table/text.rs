//! The table of the terminal: numbers to the right, a rule below the header.
//!
//! A table that is wider than the terminal is cut into blocks of columns that repeat its first columns, a single row stands
//! upright: no number is ever broken over two lines.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width};
use insight::Table;
use unicode_width::UnicodeWidthStr;

use crate::shown::{self, Shown};

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Text wider than this may wrap.
const LONG_TEXT: usize = 28;

/// The blank before a cell: its padding and the gap between columns.
const PADDING: usize = 2;

pub(super) fn render(table: &Table, width: Option<usize>) -> String {
    if table.columns.is_empty() {
        return String::new();
    }
    let columns = shown::columns(table);
    let n_rows = table.rows.len();
    let narrowest: Vec<usize> = columns.iter().map(|column| narrowest(column, n_rows) + PADDING).collect();
    let is_too_wide = width.is_some_and(|width| narrowest.iter().sum::<usize>() > width);
    let mut text = String::new();
    if is_too_wide && n_rows == 1 {
        upright(&mut text, &columns);
    } else {
        for (index, block) in blocks(&columns, &narrowest, width).iter().enumerate() {
            text.push_str(if index > 0 { "\n" } else { "" });
            push_block(&mut text, block, &columns, &narrowest, n_rows, width);
        }
    }
    if n_rows == 0 {
        text.push_str(" (no rows)\n");
    }
    text
}

/// The least width at which a column loses nothing: no word of its heading and no cell, but for long text, is broken.
fn narrowest(column: &Shown<'_>, n_rows: usize) -> usize {
    let word = column.label().split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
    let cells = (0..n_rows).map(|row| printable(&column.cell(row)).width()).max().unwrap_or(0);
    word.max(if column.is_text() { cells.min(LONG_TEXT) } else { cells })
}

/// The places of the columns of each block. Every block begins with the columns that name the rows.
fn blocks(columns: &[Shown<'_>], narrowest: &[usize], width: Option<usize>) -> Vec<Vec<usize>> {
    let n_names = columns.iter().take_while(|column| column.is_text()).count().clamp(1, 4);
    let names: Vec<usize> = (0..n_names).collect();
    let used: usize = narrowest[..n_names].iter().sum();
    // Names that fill the terminal by themselves are not repeated.
    let names = if width.is_some_and(|width| used > width / 2) { Vec::new() } else { names };
    let used: usize = names.iter().map(|&name| narrowest[name]).sum();
    let mut blocks = vec![names.clone()];
    let mut room = used;
    for (place, &needed) in narrowest.iter().enumerate().skip(names.len()) {
        let is_full = width.is_some_and(|width| room + needed > width);
        if is_full && blocks.last().is_some_and(|block| block.len() > names.len()) {
            blocks.push(names.clone());
            room = used;
        }
        room += needed;
        if let Some(block) = blocks.last_mut() {
            block.push(place);
        }
    }
    blocks
}

fn push_block(
    text: &mut String,
    block: &[usize],
    columns: &[Shown<'_>],
    narrowest: &[usize],
    n_rows: usize,
    width: Option<usize>,
) {
    let mut output = comfy_table::Table::new();
    output.force_no_tty().load_style(STYLE);
    if let Some(width) = width {
        output.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    output.set_header(block.iter().map(|&place| aligned(columns[place].label(), columns[place].is_text())));
    for row in 0..n_rows {
        output.add_row(block.iter().map(|&place| aligned(&columns[place].cell(row), columns[place].is_text())));
    }
    let fits = width.is_some_and(|width| block.iter().map(|&place| narrowest[place]).sum::<usize>() <= width);
    for (index, &place) in block.iter().enumerate() {
        let Some(column) = output.column_mut(index) else { continue };
        column.set_padding((1, 0));
        if fits {
            // The gap is not part of the column.
            let narrowest = u16::try_from(narrowest[place] - 1).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(narrowest)));
        }
    }
    for line in output.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// A single row: a line for each column.
fn upright(text: &mut String, columns: &[Shown<'_>]) {
    let labels = columns.iter().map(|column| column.label().width()).max().unwrap_or(0);
    let cells =
        columns.iter().filter(|column| !column.is_text()).map(|column| column.cell(0).width()).max().unwrap_or(0);
    for column in columns {
        let (label, cell) = (printable(column.label()), printable(&column.cell(0)));
        let before = if column.is_text() { 0 } else { cells.saturating_sub(cell.width()) };
        let blank = labels.saturating_sub(label.width()) + 2 + before;
        text.extend([" ", label.as_str(), " ".repeat(blank).as_str(), cell.as_str(), "\n"]);
    }
}

fn aligned(text: &str, is_text: bool) -> Cell {
    let alignment = if is_text { CellAlignment::Left } else { CellAlignment::Right };
    Cell::new(printable(text)).set_alignment(alignment)
}

/// Labels come from files: none may move the cursor or colour the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
