//! The rows of a table, one after the other.
//!
//! Invariant: rows without any cell are passed over and counted; empty cells beyond the header's are cut off; a row that has
//! no end in sight is refused before it fills the memory.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::spool::too_long;
use crate::table::Table;
use crate::{Error, Input, MOST_BYTES_A_ROW, Reader, Row};

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
    byte: u64,
    record: u64,
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
    most: Arc<AtomicU64>,
    base: u64,
    /// Where the newest record begins.
    pub(crate) began: u64,
    pub(crate) n_read: u64,
}

impl Records {
    pub(crate) fn open(input: &Input, base: u64, delimiter: u8) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let from = Guarded { inner: input.reader(base).into_inner(), n_read: 0, most: Arc::clone(&most) };
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(BUFFER);
        Self { reader: builder.from_reader(from), most, base, began: base, n_read: 0 }
    }

    /// How far it is in the file.
    pub(crate) fn at_byte(&self) -> u64 {
        self.base + self.reader.position().byte()
    }

    pub(crate) fn read(&mut self, row: &mut Row) -> Result<bool, Error> {
        self.most.store(self.reader.position().byte() + MOST_BYTES_A_ROW + BUFFER as u64, Ordering::Relaxed);
        self.began = self.at_byte();
        let is_read = self.reader.read_byte_record(row).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => Error::from(error),
            _ => Error::refused("the file cannot be read as CSV"),
        })?;
        self.n_read += u64::from(is_read);
        Ok(is_read)
    }
}

/// A reader that gives no more than a row may have.
struct Guarded {
    inner: Reader,
    n_read: u64,
    most: Arc<AtomicU64>,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.n_read > self.most.load(Ordering::Relaxed) {
            return Err(too_long("the row").into());
        }
        let n = self.inner.read(buffer)?;
        self.n_read += n as u64;
        Ok(n)
    }
}
