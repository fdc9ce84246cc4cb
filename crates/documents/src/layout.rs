//! Layouts: the fields of documents that are alike, in order, and where their values lie.
//!
//! In: bytes of the column `layouts`. Out: [`Layout`]s.
//! The bytes: for each field its BSON type (of an array in which arrays lie, [`ARRAYS`]), its name with a zero behind, and two bytes that say where the value lies: the
//! number of a column, [`REST`], or [`NESTED`] and the fields of an object. A zero ends the fields of an object and the layout.
//! In front of a batch's first layout stand those of its lists' elements: for each list [`LISTS`], the number of its column in
//! two bytes, how many layouts it has in one, and these.
//! Invariant: fields lie in the order of the document; the values in the rest of a row, in that of the layout.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, BinaryArray};

use crate::Error;
use crate::element::{ARRAY, OBJECT};

pub(crate) const REST: u16 = 0xFFFF;
pub(crate) const NESTED: u16 = 0xFFFE;
/// In place of an array's type: some of its elements are arrays themselves.
pub(crate) const ARRAYS: u8 = 0x84;
/// In place of a type: no field, but the layouts of a list's elements.
pub(crate) const LISTS: u8 = 0x85;

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
    /// An array whose elements lie in the columns of a list.
    List {
        /// The number of the list's column, counted from the batch's first.
        column: usize,
        /// The layouts of all elements of the list in this batch, each that of a document whose only field has no name.
        layouts: Arc<[Layout]>,
        /// Whether it has arrays among its elements.
        has_arrays: bool,
    },
}

impl Content {
    /// The BSON element type of the value.
    #[must_use]
    pub fn element(&self) -> u8 {
        match self {
            Self::Object(_) => OBJECT,
            Self::Value { element, .. } => *element,
            Self::List { .. } => ARRAY,
        }
    }
}

/// Where a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the column of this number, counted from the batch's first.
    Column(usize),
    /// In the rest of the row.
    Rest,
}

/// More levels than any document that was taken has.
const MOST_LEVELS: usize = 200;

/// The layouts of lists' elements, by the numbers of their columns.
type Lists = HashMap<usize, Arc<[Layout]>>;

/// What of a batch is needed to read layouts.
struct Parser {
    n_columns: usize,
    lists: Lists,
}

impl Parser {
    fn layout(&self, left: &mut &[u8]) -> Result<Layout, Error> {
        Ok(Layout { fields: self.fields(left, 0)? })
    }

    fn whole_layout(&self, bytes: &[u8]) -> Result<Layout, Error> {
        let mut left = bytes;
        let layout = self.layout(&mut left)?;
        if left.is_empty() { Ok(layout) } else { Err(damaged()) }
    }

    /// Reads what stands in front of the first layout.
    fn lists(&mut self, left: &mut &[u8]) -> Result<(), Error> {
        while let Some(([LISTS, column @ .., n_layouts], rest)) = left.split_first_chunk::<4>() {
            *left = rest;
            let column = usize::from(u16::from_le_bytes(*column));
            // How many columns a list has is for its reader to find out.
            let inside = Self { n_columns: usize::from(NESTED), lists: Lists::new() };
            let layouts: Vec<Layout> = (0..*n_layouts).map(|_| inside.layout(left)).collect::<Result<_, Error>>()?;
            self.lists.insert(column, layouts.into());
        }
        Ok(())
    }

    fn fields(&self, left: &mut &[u8], level: usize) -> Result<Vec<Entry>, Error> {
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
            let content = match u16::from_le_bytes(*source) {
                NESTED if *element == OBJECT => Content::Object(self.fields(left, level + 1)?),
                source => self.value(*element, source)?,
            };
            fields.push(Entry { name, content });
        }
    }

    fn value(&self, element: u8, source: u16) -> Result<Content, Error> {
        let has_arrays = element == ARRAYS;
        let element = if has_arrays { ARRAY } else { element };
        let column = usize::from(source);
        Ok(match self.lists.get(&column) {
            _ if source == REST => Content::Value { element, source: Source::Rest, has_arrays },
            _ if column >= self.n_columns => return Err(damaged()),
            Some(layouts) if element == ARRAY => Content::List { column, layouts: Arc::clone(layouts), has_arrays },
            _ => Content::Value { element, source: Source::Column(column), has_arrays },
        })
    }
}

/// The layouts of a batch: the column [`LAYOUTS`](crate::LAYOUTS) up to its first empty cell. `n_columns` are all columns
/// of the batch.
pub fn layouts(column: &BinaryArray, n_columns: usize) -> Result<Vec<Layout>, Error> {
    let mut parser = Parser { n_columns, lists: Lists::new() };
    let cells = (0..column.len()).map(|row| column.value(row)).take_while(|bytes| !bytes.is_empty());
    let layout = |(row, mut bytes): (usize, &[u8])| {
        if row == 0 {
            parser.lists(&mut bytes)?;
        }
        parser.whole_layout(bytes)
    };
    cells.enumerate().map(layout).collect()
}

pub(crate) fn damaged() -> Error {
    Error::new("the layout of a document is damaged")
}
