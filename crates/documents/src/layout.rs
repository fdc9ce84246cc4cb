//! Layouts: the fields of documents that are alike, in order, and where their values lie.
//!
//! In: bytes of the column `layouts`. Out: [`Layout`]s.
//! The bytes: for each field its BSON type (of an array in which arrays lie, [`ARRAYS`]), its name with a zero behind, and two bytes that say where the value lies: the
//! number of a column, [`REST`], or [`NESTED`] and the fields of an object. A zero ends the fields of an object and the layout.
//! Invariant: fields lie in the order of the document; the values in the rest of a row, in that of the layout.

use arrow_array::{Array, BinaryArray};

use crate::Error;
use crate::element::{ARRAY, OBJECT};

pub(crate) const REST: u16 = 0xFFFF;
pub(crate) const NESTED: u16 = 0xFFFE;
/// In place of an array's type: some of its elements are arrays themselves.
pub(crate) const ARRAYS: u8 = 0x84;

/// The fields of documents that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// In the order of the document.
    pub fields: Vec<Entry>,
}

/// A field of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub content: Content,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// An object whose fields lie apart.
    Object(Vec<Entry>),
    /// A value of one BSON element type.
    Value {
        /// The type.
        element: u8,
        /// Where it lies.
        source: Source,
        /// Whether it is an array with arrays among its elements.
        has_arrays: bool,
    },
}

/// Where a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the column of this number, counted from the batch's first.
    Column(usize),
    /// In the rest of the row.
    Rest,
}

impl Layout {
    pub(crate) fn parse(bytes: &[u8], n_columns: usize) -> Result<Self, Error> {
        let mut left = bytes;
        let fields = fields(&mut left, n_columns, 0)?;
        if left.is_empty() { Ok(Self { fields }) } else { Err(damaged()) }
    }
}

/// More levels than any document that was taken has.
const MOST_LEVELS: usize = 200;

fn fields(left: &mut &[u8], n_columns: usize, level: usize) -> Result<Vec<Entry>, Error> {
    let mut fields = Vec::new();
    if level > MOST_LEVELS {
        return Err(damaged());
    }
    loop {
        let (element, rest) = left.split_first().ok_or_else(damaged)?;
        if *element == 0 {
            *left = rest;
            return Ok(fields);
        }
        let end = rest.iter().position(|byte| *byte == 0).ok_or_else(damaged)?;
        let name = std::str::from_utf8(&rest[..end]).map_err(|_| damaged())?.to_owned();
        let (source, after) = rest[end + 1..].split_first_chunk::<2>().ok_or_else(damaged)?;
        *left = after;
        let has_arrays = *element == ARRAYS;
        let kind = if has_arrays { ARRAY } else { *element };
        let content = match u16::from_le_bytes(*source) {
            NESTED if *element == OBJECT => Content::Object(self::fields(left, n_columns, level + 1)?),
            REST => Content::Value { element: kind, source: Source::Rest, has_arrays },
            column if usize::from(column) < n_columns => {
                Content::Value { element: kind, source: Source::Column(usize::from(column)), has_arrays }
            }
            _ => return Err(damaged()),
        };
        fields.push(Entry { name, content });
    }
}

/// The layouts of a batch: the column [`LAYOUTS`](crate::LAYOUTS) up to its first empty cell. `n_columns` are all columns
/// of the batch.
pub fn layouts(column: &BinaryArray, n_columns: usize) -> Result<Vec<Layout>, Error> {
    let cells = (0..column.len()).map(|row| column.value(row)).take_while(|bytes| !bytes.is_empty());
    cells.map(|bytes| Layout::parse(bytes, n_columns)).collect()
}

pub(crate) fn damaged() -> Error {
    Error::new("the layout of a document is damaged")
}
