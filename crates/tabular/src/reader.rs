//! The rows of a table, one after the other.
//!
//! Invariant: rows without any cell are passed over and counted; empty cells beyond the header's are cut off; a row that has
//! no end in sight is refused before it fills the memory.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::spool::too_long;
use crate::table::Table;
use crate::{Error, Input, MOST_BYTES_A_ROW, Reader, Row, swallowed};

/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;

/// The rows of a table under way.
pub struct Rows<'a> {
    table: &'a Table,
    records: Records,
    n_empty: u64,
}

impl<'a> Rows<'a> {
    pub(crate) fn open(table: &'a Table) -> Self {
        let records = Records::open(&table.input, table.rows_at, table.delimiter);
        Self { table, records, n_empty: 0 }
    }

    /// Reads the next row; `false` at the end. A row may have fewer or more cells than the header.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Error> {
        loop {
            match self.records.read(row) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(error) => {
                    let hint = "a quote `\"` may be missing at the end of a cell";
                    return Err(error.at(self.place(self.records.began)).hint(hint));
                }
            }
            // What is no text in one cell might be in two together.
            if !self.table.check(row.as_slice())
                || (!row.as_slice().is_ascii() && !row.iter().all(|cell| self.table.check(cell)))
            {
                return Err(self.table.misread());
            }
            if swallowed::has_lines(row.as_slice())
                && let Some(error) = swallowed::refusal(self.table, row.iter(), || self.is_torn())
            {
                return Err(error.at(self.place(self.records.began)));
            }
            if row.get(0).is_some_and(|cell| !cell.is_empty()) || row.iter().any(|cell| !cell.is_empty()) {
                break;
            }
            self.n_empty += 1;
        }
        let n_cells = self.table.header.len();
        if self.table.hides_last && row.len() == n_cells + 1 {
            row.truncate(n_cells);
        }
        if row.len() > n_cells && row.iter().skip(n_cells).all(<[u8]>::is_empty) {
            row.truncate(n_cells);
        }
        Ok(true)
    }

    /// Whether the quotes of the newest row do not enclose its cells. Reads it again.
    fn is_torn(&self) -> bool {
        let n_bytes = self.records.at_byte() - self.records.began;
        let mut text = Vec::new();
        let row = self.table.input.reader(self.records.began).into_inner().take(n_bytes).read_to_end(&mut text);
        row.is_ok() && swallowed::is_torn(text.trim_ascii(), self.table.delimiter)
    }

    /// How many rows had no cell.
    #[must_use]
    pub fn n_empty(&self) -> u64 {
        self.n_empty
    }

    /// How much of the file is read, from 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let n_bytes = self.table.input.n_bytes().unwrap_or(0).max(1);
        self.records.at_byte() as f64 / n_bytes as f64
    }

    /// The place of the newest row in messages. Reads the file again, to know the line.
    #[must_use]
    pub fn here(&self) -> String {
        self.place(self.records.began)
    }

    /// Where the newest row begins, to find its place later.
    #[must_use]
    pub fn mark(&self) -> RowMark {
        RowMark { byte: self.records.began, record: self.table.n_before + self.records.n_read }
    }

    fn place(&self, byte: u64) -> String {
        let number = self.table.n_before + self.records.n_read;
        self.table.places.of_record(&self.table.input, number, Some(byte))
    }
}

/// Where a row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowMark {
    pub(crate) byte: u64,
    pub(crate) record: u64,
}

impl Table {
    /// The place of a row in messages.
    #[must_use]
    pub fn place(&self, mark: RowMark) -> String {
        self.places.of_record(&self.input, mark.record, Some(mark.byte))
    }
}

/// Records of CSV text from a byte on.
pub(crate) struct Records {
    reader: csv::Reader<Guarded>,
    limit: Limit,
    base: u64,
    /// Where the newest record begins.
    pub(crate) began: u64,
    pub(crate) n_read: u64,
}

impl Records {
    pub(crate) fn open(input: &Input, base: u64, delimiter: u8) -> Self {
        Self::quoted_by(b'"', input, base, delimiter)
    }

    /// Of text whose cells stand between other signs than double quotes.
    pub(crate) fn quoted_by(sign: u8, input: &Input, base: u64, delimiter: u8) -> Self {
        let (from, limit) = Guarded::new(input.reader(base).into_inner(), "the row");
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter).quote(sign).buffer_capacity(BUFFER);
        Self { reader: builder.from_reader(from), limit, base, began: base, n_read: 0 }
    }

    /// How far it is in the file.
    pub(crate) fn at_byte(&self) -> u64 {
        self.base + self.reader.position().byte()
    }

    pub(crate) fn read(&mut self, row: &mut Row) -> Result<bool, Error> {
        self.limit.allow(MOST_BYTES_A_ROW);
        self.began = self.at_byte();
        let is_read = self.reader.read_byte_record(row).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => Error::from(error),
            _ => Error::refused("the file cannot be read as CSV"),
        })?;
        self.n_read += u64::from(is_read);
        Ok(is_read)
    }
}

/// A reader that gives no more than its limit allows, so that what has no end in sight does not fill the memory.
pub(crate) struct Guarded {
    inner: Reader,
    limit: Limit,
    /// What is too long then: `the row`.
    what: &'static str,
}

/// How far a [`Guarded`] reader may go.
#[derive(Clone, Default)]
pub(crate) struct Limit {
    n_read: Arc<AtomicU64>,
    most: Arc<AtomicU64>,
}

impl Limit {
    /// Allows so many bytes from here on.
    pub(crate) fn allow(&self, n_bytes: u64) {
        self.most.store(self.n_read.load(Ordering::Relaxed) + n_bytes, Ordering::Relaxed);
    }
}

impl Guarded {
    pub(crate) fn new(inner: Reader, what: &'static str) -> (Self, Limit) {
        let limit = Limit::default();
        (Self { inner, limit: limit.clone(), what }, limit)
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Limit { n_read, most } = &self.limit;
        if n_read.load(Ordering::Relaxed) > most.load(Ordering::Relaxed) {
            return Err(too_long(self.what).into());
        }
        let n = self.inner.read(buffer)?;
        n_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
