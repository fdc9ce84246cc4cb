//! The rows of a piece of a file, without a copy where that can be.
//!
//! In: the bytes of a piece. Out: one [`Line`] after the other: the cells of a row.
//! Invariant: a row whose quotes stand at the ends of its cells is cut where its signs are; of any other row, `csv-core`
//! says what its cells are.

use csv_core::{ReadRecordResult, Reader};

use crate::signs::Signs;
use crate::table::Table;
use crate::{Error, MOST_BYTES_A_ROW, swallowed};

/// The rows of a piece under way.
pub struct Lines<'a> {
    bytes: &'a [u8],
    table: &'a Table,
    signs: Signs<'a>,
    delimiter: u8,
    n_cells: usize,
    is_last: bool,
    refusal: Option<Error>,
    /// Where the cells end of rows that are kept, and from `first` on those of the newest row, in the piece or in `other`.
    ends: Vec<u32>,
    first: usize,
    other: Option<Other>,
    is_other: bool,
    /// Where the newest row begins and ends.
    start: usize,
    end: usize,
    n_records: u64,
    n_empty: u64,
}

/// What reads rows that cannot be cut where their signs are.
struct Other {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// The cells of a row.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    text: &'a [u8],
    start: u32,
    ends: &'a [u32],
    /// Whether the cells stand as in the file: with a sign behind each, and perhaps in quotes. Else there is nothing between them.
    is_raw: bool,
}

/// How a row was cut.
enum Cut {
    /// Its cells are found, and it ends before this byte.
    Whole(usize),
    /// Its quotes stand elsewhere than at the ends of its cells.
    Other,
    /// It goes on after the piece, or there is none.
    Unfinished,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(bytes: &'a [u8], table: &'a Table, is_last: bool) -> Self {
        Self {
            bytes,
            table,
            signs: Signs::new(bytes, table.delimiter),
            delimiter: table.delimiter,
            n_cells: table.header.len(),
            is_last,
            refusal: None,
            ends: Vec::new(),
            first: 0,
            other: None,
            is_other: false,
            start: 0,
            end: 0,
            n_records: 0,
            n_empty: 0,
        }
    }

    /// Reads the next row; `false` where no other is whole, is longer than a row may be, or holds others
    /// ([`Self::refusal`]). A row may have fewer or more cells than the header.
    #[inline]
    pub fn read(&mut self) -> bool {
        loop {
            match self.cut() {
                Cut::Whole(end) => (self.end, self.is_other) = (end, false),
                Cut::Unfinished => return false,
                Cut::Other => {
                    if !self.read_other() {
                        return false;
                    }
                    self.is_other = true;
                    self.signs.seek(self.end);
                }
            }
            if (self.end - self.start) as u64 > MOST_BYTES_A_ROW {
                self.end = self.start;
                return false;
            }
            if self.holds_rows() {
                return false;
            }
            self.n_records += 1;
            if self.line().iter().any(|cell| !cell.is_empty()) {
                break;
            }
            self.n_empty += 1;
        }
        let end = self.first + self.n_cells;
        if self.table.hides_last && self.ends.len() == end + 1 {
            self.ends.truncate(end);
        }
        if self.ends.len() > end && self.line().iter().skip(self.n_cells).all(<[u8]>::is_empty) {
            self.ends.truncate(end);
        }
        true
    }

    /// Why the newest row, behind which none was read, cannot be right.
    pub fn refusal(&mut self) -> Option<Error> {
        self.refusal.take()
    }

    /// Whether a cell of the row that was cut last holds rows of the table, which is then refused.
    #[inline]
    fn holds_rows(&mut self) -> bool {
        let text = self.bytes[self.start..self.end].trim_ascii();
        if !(self.is_other || self.signs.has_hidden()) || !swallowed::has_lines(text) {
            return false;
        }
        let is_torn = || self.is_other && swallowed::is_torn(text, self.delimiter);
        self.refusal = swallowed::refusal(self.table, self.line().iter(), is_torn);
        self.refusal.is_some()
    }

    /// Keeps where the cells of the newest row are, if they stand in the piece as they are; whether they do.
    #[inline]
    pub fn keep(&mut self) -> bool {
        if !self.is_other {
            self.first = self.ends.len();
        }
        !self.is_other
    }

    /// Where the cells end of the rows that are kept, one row after the other; see [`Line::new`].
    #[must_use]
    pub fn kept(&self) -> &[u32] {
        &self.ends[..self.first]
    }

    /// Keeps them no longer. The newest row, if it is not kept, stays.
    pub fn forget(&mut self) {
        self.ends.drain(..self.first);
        self.first = 0;
    }

    /// Goes to a byte at which a row begins.
    pub(crate) fn seek(&mut self, byte: usize) {
        self.end = byte;
        self.signs.seek(byte);
    }

    /// The newest row, if it is not kept.
    #[inline]
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        let ends = &self.ends[self.first..];
        match &self.other {
            Some(other) if self.is_other => Line { text: &other.text, start: 0, ends, is_raw: false },
            _ => Line::new(self.bytes, self.start as u32, ends),
        }
    }

    /// The byte of the piece at which the newest row begins.
    #[must_use]
    pub fn start(&self) -> u32 {
        self.start as u32
    }

    /// The byte of the piece at which the newest row has ended.
    #[must_use]
    pub fn end(&self) -> usize {
        self.end
    }

    /// How many records there were, those without any cell among them.
    #[must_use]
    pub fn n_records(&self) -> u64 {
        self.n_records
    }

    /// How many records had no cell.
    #[must_use]
    pub fn n_empty(&self) -> u64 {
        self.n_empty
    }

    /// Whether there is nothing but line ends after the newest row, so that no row is cut off.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.bytes[self.end..].iter().all(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// Finds the cells of the next row by its signs.
    #[inline]
    fn cut(&mut self) -> Cut {
        self.ends.truncate(self.first);
        self.start = self.end;
        if let Some(end) = self.cut_usual() {
            return Cut::Whole(end);
        }
        let mut cell = self.start;
        loop {
            let Some(at) = self.signs.next(1).first().map(|at| *at as usize) else {
                let end = self.bytes.len();
                if !self.is_last || (cell == end && self.ends.len() == self.first) {
                    return Cut::Unfinished;
                }
                if self.signs.is_inside() {
                    return Cut::Other;
                }
                self.ends.push(end as u32);
                return Cut::Whole(end);
            };
            self.signs.pass(1);
            let sign = self.bytes[at];
            if sign != self.delimiter && !matches!(sign, b'\n' | b'\r') {
                return Cut::Other;
            }
            if at == self.start && sign != self.delimiter {
                // Line ends before a row are passed over.
                self.start += 1;
                cell = self.start;
                continue;
            }
            self.ends.push(at as u32);
            if sign != self.delimiter {
                return Cut::Whole(at + 1);
            }
            cell = at + 1;
        }
    }

    /// The same, at most one line end being passed over, where the row has as many cells as the header; before which byte it ends.
    #[inline]
    fn cut_usual(&mut self) -> Option<usize> {
        let (bytes, delimiter) = (self.bytes, self.delimiter);
        let is_end = |at: u32| matches!(bytes[at as usize], b'\n' | b'\r');
        let signs = self.signs.next(self.n_cells + 1);
        let n_before = usize::from(signs.first().is_some_and(|at| *at as usize == self.start && is_end(*at)));
        let ends = signs.get(n_before..n_before + self.n_cells)?;
        let (last, others) = ends.split_last()?;
        let first = self.start + n_before;
        // A line end where a row begins is passed over.
        let mut is_usual = *last as usize > first && is_end(*last);
        for at in others {
            is_usual &= bytes[*at as usize] == delimiter;
        }
        if !is_usual {
            return None;
        }
        let end = *last as usize + 1;
        self.ends.extend_from_slice(ends);
        self.start = first;
        self.signs.pass(n_before + self.n_cells);
        Some(end)
    }

    /// Reads the row at `start` as `csv-core` does; whether it is whole.
    fn read_other(&mut self) -> bool {
        let delimiter = self.delimiter;
        let other = self.other.get_or_insert_with(|| Other::new(delimiter));
        let Some(n_bytes) = other.read(&self.bytes[self.start..], self.is_last) else { return false };
        self.end = self.start + n_bytes;
        self.ends.truncate(self.first);
        self.ends.extend(other.ends.iter().map(|end| *end as u32));
        true
    }
}

impl Other {
    fn new(delimiter: u8) -> Self {
        let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        // A byte order mark is one at the beginning of a file, which this is not.
        reader.read_record(b"\n", &mut [0], &mut [0]);
        Self { reader, text: Vec::new(), ends: Vec::new() }
    }

    /// Reads one record, and says how many bytes it has; `None` where they do not hold a whole one.
    fn read(&mut self, bytes: &[u8], is_last: bool) -> Option<usize> {
        let (mut n_in, mut n_out, mut n_ends) = (0, 0, 0);
        self.text.resize(self.text.len().max(1 << 10), 0);
        self.ends.resize(self.ends.capacity().max(1 << 6), 0);
        let mut is_ended = false;
        loop {
            let input = if is_ended { &[] } else { &bytes[n_in..] };
            let (result, read, written, ends) =
                self.reader.read_record(input, &mut self.text[n_out..], &mut self.ends[n_ends..]);
            (n_in, n_out, n_ends) = (n_in + read, n_out + written, n_ends + ends);
            match result {
                ReadRecordResult::Record => {
                    self.ends.truncate(n_ends);
                    return Some(n_in);
                }
                ReadRecordResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::InputEmpty if is_last => is_ended = true,
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return None,
            }
        }
    }
}

impl<'a> Line<'a> {
    /// A row as it stands in a text: where it begins, and where each of its cells ends, behind which one sign stands.
    #[inline]
    #[must_use]
    pub fn new(text: &'a [u8], start: u32, ends: &'a [u32]) -> Self {
        Self { text, start, ends, is_raw: true }
    }

    /// How many cells the row has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell by its position.
    #[inline]
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&'a [u8]> {
        let to = *self.ends.get(position)?;
        let from = match position.checked_sub(1) {
            None => self.start,
            Some(before) => self.ends[before] + u32::from(self.is_raw),
        };
        let (from, to) = if self.is_raw { unquoted(self.text, from, to) } else { (from, to) };
        self.text.get(from as usize..to as usize)
    }

    /// The cells in order.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map_while(move |position| self.get(position))
    }
}

/// Where a cell begins and ends without the quotes at its ends, if it has some. Invariant: one that begins with a quote ends with
/// another.
#[inline]
#[must_use]
pub fn unquoted(text: &[u8], from: u32, to: u32) -> (u32, u32) {
    let n_quotes = u32::from(text.get(from as usize) == Some(&b'"'));
    (from + n_quotes, to - n_quotes)
}
