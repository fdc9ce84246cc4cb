//! Rows of the table inside a cell of another row, which a quote that is not closed has put there.
//!
//! In: a row whose cells may have several lines. Out: the refusal, where a line of a cell is a row like the one that it is in: with as
//! many cells, and numbers in the same places. Invariant: a text of several lines, such as a note or an address, is no row.

use crate::Error;

/// Why a row cannot be right, if a cell of it holds rows of the table, of which each has `n_cells`.
pub(crate) fn refusal<'c>(cells: impl Iterator<Item = &'c [u8]>, n_cells: usize, delimiter: u8) -> Option<Error> {
    let cells: Vec<&[u8]> = cells.collect();
    let lines = |cell: &'c [u8]| cell.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty());
    let is_row = |at: usize, line: &[u8]| {
        let inside: Vec<&[u8]> = line.split(|byte| *byte == delimiter).collect();
        inside.len() == n_cells && are_alike(&cells, &inside, at)
    };
    let holds_rows = |(at, cell): &(usize, &&'c [u8])| lines(cell).skip(1).any(|line| is_row(*at, line));
    let (_, cell) = cells.iter().enumerate().find(holds_rows)?;
    let message = format!("a cell of this row has {} lines, and rows of the table are among them", lines(cell).count());
    let hint = "a quote `\"` is missing at the end of the cell, or one too many stands at its beginning";
    Some(Error::refused(message).hint(hint))
}

/// Whether two rows have numbers in the same places, and have some; the cell at `but` is not looked at.
fn are_alike(row: &[&[u8]], other: &[&[u8]], but: usize) -> bool {
    let mut pairs = row.iter().zip(other).enumerate().filter(|(at, _)| *at != but).map(|(_, pair)| pair);
    let is_filled = |(one, other): &(&&[u8], &&[u8])| !one.is_empty() && !other.is_empty();
    let mut has_numbers = false;
    pairs.all(|(one, other)| {
        let (first, second) = (is_number(one), is_number(other));
        has_numbers |= first && second;
        first == second || !is_filled(&(one, other))
    }) && has_numbers
}

/// Whether a cell holds a number, an amount, a date or a code of digits.
fn is_number(cell: &[u8]) -> bool {
    cell.iter().any(u8::is_ascii_digit) && !cell.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::refusal;

    fn told(cells: &[&str]) -> Option<String> {
        refusal(cells.iter().map(|cell| cell.as_bytes()), 4, b',').map(|error| error.to_string())
    }

    #[test]
    fn rows_inside_of_a_cell_are_found() {
        let error = told(&["7", "Ann", "30.5", "x\n8,Bob,31,y\n9,Eve,,z\n"]).unwrap_or_default();
        assert!(error.starts_with("a cell of this row has 3 lines, and rows of the table are among them"), "{error}");
        // A quote too many in two rows: what lies between them.
        assert!(told(&["7", "Ann", "30.5", "x\r\n8,Bob,31,"]).is_some());
        assert!(told(&["7", "x\n8,Bob,31,y\n9,Eve", "32", "z"]).is_some());
    }

    #[test]
    fn a_text_of_several_lines_is_no_row() {
        for note in ["a\nb", "Dear Ann,\nred, white, blue, green\nyours", "1,2,3,4", "x\n8,Bob,31", "x\n8,9,10,y", ""] {
            assert_eq!(told(&["7", "Ann", "30.5", note]), None, "{note:?}");
        }
        // Nothing tells a row of words from a list of words.
        assert_eq!(told(&["Ann", "red", "wine", "x\nBob,blue,beer,y"]), None);
    }
}
