//! Reads a CSV file of a contract into blocks, checking every cell of every row.
//!
//! In: a CSV file with a header, its columns in any order. Out: full [`Block`]s, or the first fault with its file,
//! line, column and cell.
//! Invariant: memory holds one block and what `seen.rs` keeps of the keys, however long the file is.

use std::io::{BufReader, Read};
use std::sync::Arc;

use contract::Contract;
use csv::{ByteRecord, Reader, ReaderBuilder};
use diagnostic::{nearest, quote};
use store::BLOCK_ROWS;

use crate::Error;
use crate::block::Block;
use crate::cell::{self, Fault, shown};
use crate::input::{self, Input};
use crate::kind::open_text;
use crate::seen::Seen;
use crate::shape::Shape;

/// A CSV file under way.
pub(crate) struct Rows<'a> {
    shape: Arc<Shape>,
    pub(crate) input: &'a Input,
    reader: Reader<BufReader<input::Reader>>,
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
    /// The cell of each of the contract's columns.
    cells: Vec<usize>,
    dropped: Vec<String>,
}

impl<'a> Rows<'a> {
    pub(crate) fn open(shape: Arc<Shape>, input: &'a Input) -> Result<Self, Error> {
        let (text, base) = open_text(input)?;
        let n_bytes = input.n_bytes()?;
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(|error| csv_error(input, error))?;
        let line = line_at(input, base + record.position().map_or(0, csv::Position::byte))?;
        let header = Header::read(&shape.contract, &record).map_err(|fault| placed(fault, input.at_line(line)))?;
        let seen = Seen::new(shape.contract.key());
        Ok(Self { shape, input, reader, header, record, base, n_bytes, seen })
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
            if !self.reader.read_byte_record(&mut self.record).map_err(|error| csv_error(self.input, error))? {
                break;
            }
            if self.record.len() != self.header.n_cells {
                return Err(self.wrong_number_of_cells());
            }
            if let Err(position) = push(block, &self.record, &self.header.cells) {
                return Err(self.wrong_cell(position));
            }
            if !self.seen.insert_last(block) {
                return Err(self.duplicate());
            }
        }
        Ok(())
    }

    fn byte(&self) -> u64 {
        self.base + self.record.position().map_or(0, csv::Position::byte)
    }

    fn line(&self) -> String {
        line_at(self.input, self.byte()).map_or_else(|_| self.input.shown.clone(), |line| self.input.at_line(line))
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
        let column = &self.shape.contract.columns[position];
        let fault = cell::fault(column, self.record.get(self.header.cells[position]).unwrap_or_default());
        placed(fault, format!("{}, column `{}`", self.line(), quote(&column.name)))
    }

    /// Reads the file again up to the first row with the key of this one, since only this fault needs to know its line.
    fn duplicate(&self) -> Error {
        let position = self.shape.contract.key_position();
        let (name, reader) = (&self.shape.contract.key().name, &self.shape.readers[position]);
        let key = |rows: &Self| {
            let mut block = Block::with_capacity(Arc::clone(&self.shape), 1);
            cell::push(reader, &mut block.columns[position], rows.record.get(rows.header.cells[position])?)?;
            Some(block.columns.swap_remove(position))
        };
        let text = shown(self.record.get(self.header.cells[position]).unwrap_or_default());
        let place = format!("{}, column `{}`", self.line(), quote(name));
        let error = Error::input(format!("the customer `{text}` is in the file twice")).at(place).duplicate_key();
        let Ok(mut again) = Self::open(Arc::clone(&self.shape), self.input) else { return error };
        let twice = key(self);
        while let Ok(true) = again.reader.read_byte_record(&mut again.record) {
            if key(&again) == twice {
                let hint = format!("the first one is at {}; keep one row a customer", again.line());
                return error.hint(hint);
            }
        }
        error
    }
}

impl Header {
    fn read(contract: &Contract, record: &ByteRecord) -> Result<Self, Fault> {
        let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let fault = |message: String, hint: String| Fault { message, hint: Some(hint) };
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                let message = format!("the header names the column `{}` twice", shown(name.as_bytes()));
                return Err(fault(message, "rename or remove one of the two".to_owned()));
            }
        }
        let mut cells = Vec::with_capacity(contract.columns.len());
        for column in &contract.columns {
            match names.iter().position(|name| *name == column.name) {
                Some(position) => cells.push(position),
                None => return Err(missing(contract, &column.name, &names)),
            }
        }
        let (dropped, unknown): (Vec<String>, Vec<String>) = names
            .into_iter()
            .filter(|name| contract.column(name).is_none())
            .partition(|name| contract.left_out.iter().any(|left_out| left_out.is(name)));
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
fn missing(contract: &Contract, name: &str, names: &[String]) -> Fault {
    let is_known = |name: &String| contract.column(name).is_some();
    let first = names.first().map_or("", String::as_str);
    let (message, hint) = if names.len() == 1 && (first.contains(';') || first.contains('\t')) {
        let delimiter = if first.contains(';') { "`;`" } else { "tabs" };
        (
            format!("the columns are separated by {delimiter}, not by `,`"),
            "export the file with `,` as separator".to_owned(),
        )
    } else if names.iter().any(is_known) {
        let is_left_out = |name: &String| contract.left_out.iter().any(|left_out| left_out.is(name));
        let unknown = names.iter().filter(|name| !is_known(name) && !is_left_out(name)).map(String::as_str);
        let unknown: Vec<&str> = unknown.collect();
        let hint = match unknown.iter().find(|other| other.trim().eq_ignore_ascii_case(name)) {
            Some(other) => format!("write `{}` exactly as `{}`", shown(other.as_bytes()), quote(name)),
            None if unknown.is_empty() => "export the file again with this column".to_owned(),
            None => nearest("unknown column", name, unknown),
        };
        (format!("the column `{}` is missing", quote(name)), hint)
    } else {
        let message = format!("this file has none of the columns of “{}”", quote(&contract.title));
        (message, format!("the first line must name the columns, among them `{}`", quote(name)))
    };
    Fault { message, hint: Some(hint) }
}

/// Reads a row's cells into the block; the position of the first bad one otherwise.
fn push(block: &mut Block, record: &ByteRecord, cells: &[usize]) -> Result<(), usize> {
    let shape = Arc::clone(&block.shape);
    for (position, (reader, cell)) in shape.readers.iter().zip(cells).enumerate() {
        let cell = record.get(*cell).ok_or(position)?;
        if reader.is_nullable && cell::is_null(reader, cell) {
            block.push_null(position);
            continue;
        }
        if cell.is_empty() && position == shape.contract.key_position() {
            return Err(position);
        }
        cell::push(reader, &mut block.columns[position], cell).ok_or(position)?;
        block.mark_valid(position);
    }
    Ok(())
}

/// The line, from 1, of the row whose reading began at that byte: blank lines before it are skipped as the reader
/// does. Lines end with LF, CR or both; those inside quotes count.
fn line_at(input: &Input, byte: u64) -> Result<u64, Error> {
    let mut lines = 1;
    let mut last = 0;
    for (at, next) in input.reader(0).bytes().enumerate() {
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
fn csv_error(input: &Input, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::from(error),
        _ => Error::input("the file cannot be read as CSV").at(&input.shown),
    }
}
