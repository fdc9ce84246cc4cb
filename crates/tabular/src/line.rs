//! The rows of a piece of a file, without a copy where that can be.
//!
//! In: the bytes of a piece. Out: one [`Line`] after the other: the cells of a row.
//! Invariant: a row whose quotes stand at the ends of its cells is cut where its signs are; of any other row, `csv-core`
//! says what its cells are.

use csv_core::{ReadRecordResult, Reader};

use crate::MOST_BYTES_A_ROW;
use crate::signs::Signs;
use crate::table::Table;

/// The rows of a piece under way.
pub struct Lines<'a> {
    bytes: &'a [u8],
    signs: Signs<'a>,
    delimiter: u8,
    n_cells: usize,
    hides_last: bool,
    is_last: bool,
    /// Where the cells of the newest row are, in the piece or in `other`.
    bounds: Vec<(u32, u32)>,
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
    bounds: &'a [(u32, u32)],
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
    pub(crate) fn new(bytes: &'a [u8], table: &Table, is_last: bool) -> Self {
        Self {
            bytes,
            signs: Signs::new(bytes, table.delimiter),
            delimiter: table.delimiter,
            n_cells: table.header.len(),
            hides_last: table.hides_last,
            is_last,
            bounds: Vec::with_capacity(table.header.len() + 1),
            other: None,
            is_other: false,
            start: 0,
            end: 0,
            n_records: 0,
            n_empty: 0,
        }
    }

    /// Reads the next row; `false` where no other is whole, or is longer than a row may be. A row may have fewer or more cells than the header.
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
            self.n_records += 1;
            if self.bounds.iter().any(|(from, to)| from != to) {
                break;
            }
            self.n_empty += 1;
        }
        if self.hides_last && self.bounds.len() == self.n_cells + 1 {
            self.bounds.truncate(self.n_cells);
        }
        if self.bounds.len() > self.n_cells && self.bounds[self.n_cells..].iter().all(|(from, to)| from == to) {
            self.bounds.truncate(self.n_cells);
        }
        true
    }

    /// Goes to a byte at which a row begins.
    pub(crate) fn seek(&mut self, byte: usize) {
        self.end = byte;
        self.signs.seek(byte);
    }

    /// The newest row.
    #[inline]
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        let text = match &self.other {
            Some(other) if self.is_other => &other.text,
            _ => self.bytes,
        };
        Line { text, bounds: &self.bounds }
    }

    /// Where the cells of the newest row are in the piece; `None` where they do not stand there as they are.
    #[inline]
    #[must_use]
    pub fn bounds(&self) -> Option<&[(u32, u32)]> {
        (!self.is_other).then_some(&self.bounds)
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
        self.bounds.clear();
        self.start = self.end;
        let mut cell = self.start;
        loop {
            let at = self.signs.next();
            let Some(sign) = self.bytes.get(at).copied() else {
                if !self.is_last || (cell == at && self.bounds.is_empty()) {
                    return Cut::Unfinished;
                }
                self.bounds.push((cell as u32, at as u32));
                return Cut::Whole(at);
            };
            let (mut ends, mut sign) = ((cell, at), sign);
            if sign == b'"' {
                let Some(quoted) = self.cut_quoted(cell, at) else { return Cut::Other };
                (ends, sign) = ((cell + 1, quoted), self.bytes[quoted + 1]);
            }
            if sign == self.delimiter {
                self.bounds.push((ends.0 as u32, ends.1 as u32));
                cell = ends.1 + if ends.0 == cell { 1 } else { 2 };
                continue;
            }
            // Line ends before a row are passed over.
            if self.bounds.is_empty() && ends == (self.start, self.start) {
                self.start += 1;
                cell = self.start;
                continue;
            }
            self.bounds.push((ends.0 as u32, ends.1 as u32));
            return Cut::Whole(ends.1 + if ends.0 == cell { 1 } else { 2 });
        }
    }

    /// The byte of the quote that closes a cell, if the cell begins with this one and ends with that.
    #[inline]
    fn cut_quoted(&mut self, cell: usize, at: usize) -> Option<usize> {
        if at != cell {
            return None;
        }
        loop {
            let close = self.signs.next();
            if *self.bytes.get(close)? == b'"' {
                let next = self.signs.next();
                let is_end = next == close + 1 && self.bytes.get(next).is_some_and(|sign| *sign != b'"');
                return is_end.then_some(close);
            }
        }
    }

    /// Reads the row at `start` as `csv-core` does; whether it is whole.
    fn read_other(&mut self) -> bool {
        let delimiter = self.delimiter;
        let other = self.other.get_or_insert_with(|| Other::new(delimiter));
        let Some(n_bytes) = other.read(&self.bytes[self.start..], self.is_last) else { return false };
        self.end = self.start + n_bytes;
        let starts = std::iter::once(0).chain(other.ends.iter().copied());
        self.bounds.clear();
        self.bounds.extend(starts.zip(&other.ends).map(|(from, to)| (from as u32, *to as u32)));
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
    /// A row whose cells are there in a text.
    #[must_use]
    pub fn new(text: &'a [u8], bounds: &'a [(u32, u32)]) -> Self {
        Self { text, bounds }
    }

    /// How many cells the row has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Whether it has no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// A cell by its position.
    #[inline]
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&'a [u8]> {
        let (from, to) = self.bounds.get(position)?;
        self.text.get(*from as usize..*to as usize)
    }

    /// The cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        let text = self.text;
        self.bounds.iter().map(move |(from, to)| &text[*from as usize..*to as usize])
    }
}
