//! Reads the bank's CSV file into blocks, checking every cell of every row.
//!
//! In: a CSV file with a header, its columns in any order. Out: full [`Block`]s, or the first fault with its file,
//! line, column and cell.
//! Invariant: memory holds one block and one bit a customer number, however long the file is.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};
use fs_err as fs;
use store::BLOCK_ROWS;

use crate::Error;
use crate::block::{Block, Cells};
use crate::cell::{self, Fault, shown};
use crate::columns::{CLIENTNUM, COLUMNS, Kind, LEAKING};
use crate::kind::{BYTE_ORDER_MARK, open_text};

/// A CSV file under way.
pub(crate) struct Rows {
    path: PathBuf,
    reader: Reader<BufReader<fs::File>>,
    header: Header,
    record: ByteRecord,
    /// Where the reader began: after the byte order mark, if there is one.
    base: u64,
    pub(crate) n_bytes: u64,
    seen: Seen,
}

/// What the header says.
struct Header {
    n_cells: usize,
    /// The cell of each of [`COLUMNS`].
    cells: [usize; COLUMNS.len()],
    dropped: Vec<String>,
}

impl Rows {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let (mut file, start) = open_text(path)?;
        let base = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() as u64 } else { 0 };
        let n_bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(base))?;
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(BufReader::with_capacity(1 << 18, file));
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(|error| csv_error(path, error))?;
        let line = line_at(path, base + record.position().map_or(0, csv::Position::byte))?;
        let header = Header::read(&record).map_err(|fault| placed(fault, format!("{}:{line}", path.display())))?;
        Ok(Self { path: path.to_owned(), reader, header, record, base, n_bytes, seen: Seen::new() })
    }

    /// The names of the columns that are left out.
    pub(crate) fn dropped(&self) -> &[String] {
        &self.header.dropped
    }

    /// How far the reader is in the file.
    pub(crate) fn at_byte(&self) -> u64 {
        self.base + self.reader.position().byte()
    }

    /// Fills `block` with the next rows; it stays empty at the end of the file.
    pub(crate) fn fill(&mut self, block: &mut Block) -> Result<(), Error> {
        block.clear();
        for _ in 0..BLOCK_ROWS {
            if !self.reader.read_byte_record(&mut self.record).map_err(|error| csv_error(&self.path, error))? {
                break;
            }
            if self.record.len() != self.header.n_cells {
                return Err(self.wrong_number_of_cells());
            }
            if let Err(position) = push(block, &self.record, &self.header.cells) {
                return Err(self.wrong_cell(position));
            }
            if let Cells::Whole(numbers) = &block.columns[CLIENTNUM]
                && let Some(number) = numbers.last()
                && !self.seen.insert(*number)
            {
                return Err(self.duplicate(*number));
            }
        }
        Ok(())
    }

    fn byte(&self) -> u64 {
        self.base + self.record.position().map_or(0, csv::Position::byte)
    }

    fn line(&self) -> String {
        match line_at(&self.path, self.byte()) {
            Ok(line) => format!("{}:{line}", self.path.display()),
            Err(_) => self.path.display().to_string(),
        }
    }

    fn wrong_number_of_cells(&self) -> Error {
        let (found, expected) = (self.record.len(), self.header.n_cells);
        let hint = if self.record.iter().any(|cell| cell.contains(&b'\n')) {
            "a cell of this row spans lines: a quote `\"` may be missing at its end"
        } else if found > expected {
            "a text with a comma in it must be quoted"
        } else {
            "the row may be cut off"
        };
        Error::input(format!("the row has {found} cells, but the header has {expected}")).at(self.line()).hint(hint)
    }

    fn wrong_cell(&self, position: usize) -> Error {
        let column = &COLUMNS[position];
        let fault = cell::fault(column, self.record.get(self.header.cells[position]).unwrap_or_default());
        placed(fault, format!("{}, column `{}`", self.line(), column.name))
    }

    /// Reads the file again up to the first row with that number, since only this fault needs to know its line.
    fn duplicate(&self, number: i32) -> Error {
        let place = format!("{}, column `{}`", self.line(), COLUMNS[CLIENTNUM].name);
        let error = Error::input(format!("the customer `{number}` is in the file twice")).at(place);
        let Ok(mut again) = Self::open(&self.path) else { return error };
        let cell = again.header.cells[CLIENTNUM];
        while let Ok(true) = again.reader.read_byte_record(&mut again.record) {
            if again.record.get(cell).and_then(cell::whole) == Some(i64::from(number)) {
                let hint = format!("the first one is at {}; keep one row a customer", again.line());
                return error.hint(hint);
            }
        }
        error
    }
}

impl Header {
    fn read(record: &ByteRecord) -> Result<Self, Fault> {
        let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let fault = |message: String, hint: String| Fault { message, hint: Some(hint) };
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                let message = format!("the header names the column `{}` twice", shown(name.as_bytes()));
                return Err(fault(message, "rename or remove one of the two".to_owned()));
            }
        }
        let mut cells = [0; COLUMNS.len()];
        for (column, cell) in COLUMNS.iter().zip(&mut cells) {
            match names.iter().position(|name| name == column.name) {
                Some(position) => *cell = position,
                None => return Err(missing(column.name, &names)),
            }
        }
        let (dropped, unknown): (Vec<String>, Vec<String>) = names
            .into_iter()
            .filter(|name| COLUMNS.iter().all(|column| column.name != name))
            .partition(|name| name.starts_with(LEAKING));
        if let Some(name) = unknown.first() {
            let message = format!("the column `{}` is not one that the bank knows", shown(name.as_bytes()));
            let hint = "remove it from the file (nothing is left out in silence), or import the file's rows as documents \
                        into a collection of their own";
            return Err(fault(message, hint.to_owned()));
        }
        Ok(Self { n_cells: record.len(), cells, dropped })
    }
}

/// Why a required column is not found.
fn missing(name: &str, names: &[String]) -> Fault {
    let is_known = |name: &String| COLUMNS.iter().any(|column| column.name == name);
    let first = names.first().map_or("", String::as_str);
    let (message, hint) = if names.len() == 1 && (first.contains(';') || first.contains('\t')) {
        let delimiter = if first.contains(';') { "`;`" } else { "tabs" };
        (
            format!("the columns are separated by {delimiter}, not by `,`"),
            "export the file with `,` as separator".to_owned(),
        )
    } else if names.iter().any(is_known) {
        let unknown = names.iter().filter(|name| !is_known(name) && !name.starts_with(LEAKING)).map(String::as_str);
        let unknown: Vec<&str> = unknown.collect();
        let hint = match unknown.iter().find(|other| other.trim().eq_ignore_ascii_case(name)) {
            Some(other) => format!("write `{}` exactly as `{name}`", shown(other.as_bytes())),
            None if unknown.is_empty() => "export the file again with this column".to_owned(),
            None => pipeline::nearest("unknown column", name, unknown),
        };
        (format!("the column `{name}` is missing"), hint)
    } else {
        let message = "this is not a file of card customers: none of its columns is known".to_owned();
        (message, format!("the first line must name the columns, among them `{name}`"))
    };
    Fault { message, hint: Some(hint) }
}

/// Reads a row's cells into the block; the position of the first bad one otherwise.
fn push(block: &mut Block, record: &ByteRecord, cells: &[usize; COLUMNS.len()]) -> Result<(), usize> {
    for (position, ((column, into), cell)) in COLUMNS.iter().zip(&mut block.columns).zip(cells).enumerate() {
        let cell = record.get(*cell).ok_or(position)?;
        match (into, column.kind) {
            (Cells::Category(into), Kind::Category(categories)) => {
                into.push(cell::category(categories, cell).ok_or(position)?);
            }
            (Cells::Whole(into), Kind::Whole(min, max, _)) => {
                let number = cell::whole(cell).filter(|number| (i64::from(min)..=i64::from(max)).contains(number));
                into.push(number.ok_or(position)? as i32);
            }
            (Cells::Decimal(into), Kind::Decimal(min, max, _)) => {
                into.push(cell::decimal(cell).filter(|number| (min..=max).contains(number)).ok_or(position)?);
            }
            _ => return Err(position),
        }
    }
    Ok(())
}

/// The customer numbers so far: one bit each, in pages that are made when first needed.
struct Seen(Vec<Option<Box<[u64; 1024]>>>);

impl Seen {
    fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether the number is new. Invariant: numbers are not negative, by their contract.
    fn insert(&mut self, number: i32) -> bool {
        let (page, bit) = (number as usize >> 16, number as usize & 0xffff);
        if page >= self.0.len() {
            self.0.resize_with(page + 1, || None);
        }
        let word = &mut self.0[page].get_or_insert_with(|| Box::new([0; 1024]))[bit / 64];
        let is_new = *word & (1 << (bit % 64)) == 0;
        *word |= 1 << (bit % 64);
        is_new
    }
}

/// The line, from 1, of the row whose reading began at that byte: blank lines before it are skipped as the reader
/// does. Lines end with LF, CR or both; those inside quotes count.
fn line_at(path: &Path, byte: u64) -> Result<u64, Error> {
    let mut lines = 1;
    let mut last = 0;
    for (at, next) in BufReader::with_capacity(1 << 18, fs::File::open(path)?).bytes().enumerate() {
        let next = next?;
        if at as u64 >= byte && !matches!(next, b'\n' | b'\r') {
            break;
        }
        lines += u64::from(next == b'\r' || (next == b'\n' && last != b'\r'));
        last = next;
    }
    Ok(lines)
}

fn placed(fault: Fault, place: String) -> Error {
    let error = Error::input(fault.message).at(place);
    if let Some(hint) = fault.hint { error.hint(hint) } else { error }
}

/// With flexible rows of bytes, reading is all that can fail.
fn csv_error(path: &Path, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::from(error),
        _ => Error::input("the file cannot be read as CSV").at(path.display().to_string()),
    }
}
