//! Rows of the table inside a cell of another row, which a quote that is not closed, or one too many, has put there.
//!
//! In: a row whose cells may have several lines. Out: the refusal, where lines of a cell are rows of the table. Invariant: a text of
//! several lines, such as a note or an address, is no row; of lines with as many cells as the table it takes several to be rows, or one
//! that is like the row that it is in, or quotes that do not enclose the cell.

use crate::Error;
use crate::table::{Places, Table};

/// So many lines of a cell, all with as many cells as the table, are rows, whatever they say; where the table has two columns, lines of
/// a text have as many soon.
const MANY: usize = 3;
const MANY_OF_TWO: usize = 6;
/// A line with as many cells as the table is a row where so many of them are like those of the row.
const ALIKE: usize = 2;

/// Why a row of a table cannot be right; `is_torn` says whether its quotes do not enclose its cells.
pub(crate) fn refusal<'c>(
    table: &Table,
    cells: impl Iterator<Item = &'c [u8]>,
    is_torn: impl FnOnce() -> bool,
) -> Option<Error> {
    // A workbook's cells are quoted by us.
    if !matches!(table.places, Places::Lines) {
        return None;
    }
    let cells: Vec<&[u8]> = cells.collect();
    cells
        .iter()
        .any(|cell| has_lines(cell))
        .then(|| of_cells(&cells, table.header.len(), table.delimiter, is_torn()))?
}

/// Whether a text has several lines, or begins with the end of one.
pub(crate) fn has_lines(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
}

fn of_cells(cells: &[&[u8]], n_cells: usize, delimiter: u8, is_torn: bool) -> Option<Error> {
    let (at, cell) = cells.iter().enumerate().find(|(_, cell)| has_lines(cell))?;
    // The first line is what the cell would be; an empty one may be a lone quote.
    let mut lines = cell.split(|byte| matches!(byte, b'\n' | b'\r'));
    let is_lone = lines.next().is_some_and(<[u8]>::is_empty);
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    let as_wide: Vec<Vec<&[u8]>> = lines.iter().map(|line| line.split(|byte| *byte == delimiter).collect()).collect();
    let n_as_wide = as_wide.iter().filter(|line| line.len() == n_cells).count();
    let n_alike = |line: &Vec<&[u8]>| if line.len() == n_cells { n_alike(cells, line, at) } else { 0 };
    let most = as_wide.iter().map(n_alike).max().unwrap_or(0);
    // The last line may end where a quote stands too many.
    let are_many = n_as_wide >= if n_cells > 2 { MANY } else { MANY_OF_TWO } && n_as_wide + 1 >= lines.len();
    let are_alike = most >= ALIKE || (most > 0 && (n_as_wide > 1 || is_lone));
    let holds_rows =
        n_cells > 1 && ((n_as_wide > 0 && (are_many || are_alike)) || are_joined(cells, at, n_cells, delimiter));
    if !(holds_rows || (is_torn && !lines.is_empty())) {
        return None;
    }
    let n = lines.len() + 1;
    let message = if holds_rows {
        format!("a cell of this row has {n} lines, and rows of the table are among them")
    } else {
        format!("a cell of this row has {n} lines, which quotes do not enclose")
    };
    let hint = "a quote `\"` is missing at the end of the cell, or one too many stands at its beginning";
    Some(Error::refused(message).hint(hint))
}

/// Whether a cell begins with the end of its row and ends with the beginning of another like it, as where each of two rows has a quote too
/// many in the same place.
fn are_joined(cells: &[&[u8]], at: usize, n_cells: usize, delimiter: u8) -> bool {
    let lines = cells[at].split(|byte| matches!(byte, b'\n' | b'\r')).collect::<Vec<_>>();
    let [Some(first), Some(last)] =
        [lines.first(), lines.last()].map(|line| line.map(|line| line.split(|byte| *byte == delimiter)))
    else {
        return false;
    };
    let row: Vec<&[u8]> = cells[..at].iter().copied().chain(first).collect();
    let other: Vec<&[u8]> = last.chain(cells[at + 1..].iter().copied()).collect();
    lines.len() > 1 && row.len() == n_cells && other.len() == n_cells && n_alike(&row, &other, at) >= ALIKE
}

/// In how many places two rows are alike: where both have a number, the same word, or codes of one shape, which count twice; 0 where one has digits and the
/// other has none. The cell at `but` is not looked at.
fn n_alike(row: &[&[u8]], other: &[&[u8]], but: usize) -> usize {
    let mut n = 0;
    for (at, (one, other)) in row.iter().zip(other).enumerate() {
        if at == but || is_missing(one) || is_missing(other) {
            continue;
        }
        let has_digits = |cell: &[u8]| cell.iter().any(u8::is_ascii_digit);
        if has_digits(one) != has_digits(other) {
            return 0;
        }
        // A code such as `K0101` is in no text by chance.
        let is_code = has_digits(one) && one.len() == other.len() && !shape(one).is_empty();
        let is_alike = if has_digits(one) { shape(one) == shape(other) } else { one == other };
        n += if is_alike { 1 + usize::from(is_code) } else { 0 };
    }
    n
}

/// The letters of a cell that has digits; none of a number, an amount or a date.
fn shape(cell: &[u8]) -> Vec<u8> {
    cell.iter().copied().filter(u8::is_ascii_alphabetic).collect()
}

/// Whether a cell is empty, or has a word for a missing answer.
fn is_missing(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let words: [&[u8]; 8] = [b"", b"-", b"na", b"n/a", b"nan", b"null", b"none", b"unknown"];
    words.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Whether the text of a row ends inside of quotes, or goes on behind quotes that close.
pub(crate) fn is_torn(text: &[u8], delimiter: u8) -> bool {
    let is_end = |byte: u8| byte == delimiter || matches!(byte, b'\n' | b'\r');
    let (mut is_inside, mut is_start, mut has_closed) = (false, true, false);
    for byte in text {
        // Two quotes inside stand for one: out, and in again.
        if *byte == b'"' && (is_inside || is_start || has_closed) {
            is_inside = !is_inside;
            (is_start, has_closed) = (false, !is_inside);
        } else if !is_inside {
            if has_closed && !is_end(*byte) {
                return true;
            }
            (is_start, has_closed) = (is_end(*byte), false);
        }
    }
    is_inside
}

#[cfg(test)]
mod tests {
    use super::{is_torn, of_cells};

    fn told_of(cells: &[&str], n_cells: usize, is_torn: bool) -> Option<String> {
        let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
        of_cells(&cells, n_cells, b',', is_torn).map(|error| error.to_string())
    }

    fn told(cells: &[&str]) -> Option<String> {
        told_of(cells, cells.len(), false)
    }

    #[test]
    fn rows_inside_of_a_cell_are_found() {
        let error = told(&["7", "Ann", "30.5", "x\n8,Bob,31,y\n9,Eve,,z\n"]).unwrap_or_default();
        assert!(error.starts_with("a cell of this row has 3 lines, and rows of the table are among them"), "{error}");
        // A quote too many in two rows: what lies between them.
        assert!(told(&["7", "Ann", "30.5", "x\r\n8,Bob,31,"]).is_some());
        assert!(told(&["7", "x\n8,Bob,31,y\n9,Eve", "32", "z"]).is_some());
        // A quote too many in the same column of two rows.
        assert!(told(&["1050", ",yes,63,fees\n1051,", "yes", "34", "x"]).is_some());
        assert!(told(&["k7", "M,no,1\nk8,F,no,2\nk9,", "no", "3"]).is_some());
        assert_eq!(told(&["7", "red, white, blue\n8,", "x", "no"]), None);
        // A lone quote at the end of a row.
        assert!(told(&["7", "Ann", "closed", "\n8,Bob,open,y"]).is_some());
        // Codes of one shape, and the same word.
        assert!(told(&["K7", "open", "Rome", "x\nK8,open,Bern,y"]).is_some());
        assert!(told(&["K7", "open", "Rome", "x\nK8,shut,Bern,y"]).is_some());
        assert_eq!(told(&["K7", "open", "Rome", "x\nM8,open,Bern,y"]), None);
        assert_eq!(told(&["K7", "open", "Rome", "x\nopen,K7,Bern,y"]), None);
        // A word for a missing number.
        assert!(told(&["7", "Ann", "NA", "x\n8,Bob,31,y\n9,Eve,32,z\n"]).is_some());
        // Rows of words.
        assert!(told(&["K1", "red", "wine", "x\nK2,blue,beer,y\nK3,red,wine,y\nK4,red,ale,y\nK5,red"]).is_some());
    }

    #[test]
    fn a_text_of_several_lines_is_no_row() {
        for note in ["a\nb", "Dear Ann,\nred, white, blue, green\nyours", "x\n8,Bob,31", "x\n8,9,10,y", "\na", ""] {
            assert_eq!(told(&["7", "Ann", "30.5", note]), None, "{note:?}");
        }
        // Nothing tells a row of words from a list of words.
        assert_eq!(told(&["Ann", "red", "wine", "x\nBob,blue,beer,y"]), None);
        assert_eq!(told(&["7", "paid\n12,50 EUR"]), None);
        assert_eq!(told(&["7", "a, b\nc, d\ne, f\ng, h"]), None);
    }

    #[test]
    fn a_text_that_quotes_do_not_enclose_is_refused() {
        let error = told_of(&["7", "Ann", "x\nBob,8\n"], 3, true).unwrap_or_default();
        assert!(error.starts_with("a cell of this row has 2 lines, which quotes do not enclose"), "{error}");
        assert_eq!(told_of(&["7", "Ann", "x\n"], 3, true), None);
        let torn = |text: &str| is_torn(text.as_bytes(), b',');
        assert!(torn("a,\"b\nc") && torn("\"a\"\"") && torn("a,\"\n") && torn("a,\"b\nc,\"d\"") && torn("\"a\" ,b"));
        assert!(
            !torn("a,\"b\nc\"")
                && !torn("a\",b")
                && !torn("\"a\"\"b\",c\"")
                && !torn("\"\",b")
                && !torn("\"a\"\n\"\"\"\"")
        );
    }
}
