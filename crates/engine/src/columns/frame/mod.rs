//! Rows as columns: what a pipeline gives that ends on columns, without a document in between.
//!
//! In: pieces of columns, in the order of the rows ([`make`]), or documents of any shape as they lie ([`loose`]).
//! Out: a [`Frame`]: names, and by piece and name Arrow arrays as they are stored, or values where no type holds them all.
//! Invariant: [`Frame::documents`] are the documents that the pipeline gives; what an array lacks is null in them. A frame
//! owns what it holds, but for stored bytes, which stay mapped while it lives.

mod gather;
mod loose;
mod make;
mod piece;
mod typed;
mod windowed;

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use bson::{Bson, Document};

pub(crate) use gather::taken;
pub(crate) use make::{Columns, each_piece, in_order, of_prefix};
pub(crate) use piece::array_of;
pub(crate) use windowed::Windowed;

use self::loose::LooseRows;
use super::stored::{RowSet, Typed, values};
use crate::Error;
use crate::stage::size::{self, LIMIT_BYTES};
use crate::value::Value;

/// Rows in one piece, at most.
pub(crate) const PIECE_ROWS: usize = 65_536;

/// Rows as columns.
pub struct Frame {
    content: Content,
    /// Whose stored bytes are among the columns.
    stored: Vec<Arc<Typed>>,
}

enum Content {
    /// Columns in a tree.
    Columns {
        /// In the order of the documents.
        fields: Vec<(String, Field)>,
        /// In the order in which they are first seen.
        seen: Vec<(String, Field)>,
        pieces: Vec<Piece>,
    },
    /// Documents of any shape, kept as columns.
    Loose(LooseRows),
    /// The same in the order of a window, with what was computed for them.
    Windowed(Box<Windowed>),
}

/// What a field of the rows is.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// A column of the frame, by its number.
    Column(usize),
    /// An object that every row has, and its fields.
    Object(Vec<(String, Field)>),
}

/// Some rows.
pub(crate) struct Piece {
    pub(crate) n_rows: usize,
    pub(crate) columns: Vec<Column>,
}

/// A column of a piece.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Array(ArrayRef),
    Values(Vec<Value>),
}

/// The rows of a column in one piece.
#[derive(Debug)]
pub enum Part<'a> {
    /// Values of one type; a null is a null.
    Array(Cow<'a, ArrayRef>),
    /// Values of any types; `None` is missing.
    Values(Cow<'a, [Option<Bson>]>),
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("fields", &self.fields()).field("n_rows", &self.n_rows()).finish_non_exhaustive()
    }
}

impl Frame {
    pub(crate) fn of_columns(fields: Vec<(String, Field)>, pieces: Vec<Piece>, stored: Vec<Arc<Typed>>) -> Self {
        let seen = seen(&fields, &pieces);
        Self { content: Content::Columns { fields, seen, pieces }, stored }
    }

    pub(crate) fn of_documents(typed: &Arc<Typed>, places: Vec<(usize, usize)>) -> Result<Self, Error> {
        Ok(Self { content: Content::Loose(LooseRows::new(typed, places)?), stored: vec![Arc::clone(typed)] })
    }

    pub(crate) fn of_windows(rows: Windowed) -> Self {
        Self { stored: vec![rows.typed()], content: Content::Windowed(Box::new(rows)) }
    }

    /// How many rows there are.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        (0..self.n_pieces()).map(|piece| self.n_rows_of(piece)).sum()
    }

    /// How many pieces the rows come in.
    #[must_use]
    pub fn n_pieces(&self) -> usize {
        match &self.content {
            Content::Columns { pieces, .. } => pieces.len(),
            Content::Loose(rows) => rows.n_pieces(),
            Content::Windowed(rows) => rows.n_pieces(),
        }
    }

    /// The rows of a piece.
    #[must_use]
    pub fn n_rows_of(&self, piece: usize) -> usize {
        match &self.content {
            Content::Columns { pieces, .. } => pieces[piece].n_rows,
            Content::Loose(rows) => rows.places(piece).len(),
            Content::Windowed(rows) => rows.rows(piece).len(),
        }
    }

    /// The fields of the rows, in the order in which they are first seen.
    #[must_use]
    pub fn fields(&self) -> &[(String, Field)] {
        match &self.content {
            Content::Columns { seen, .. } => seen,
            Content::Loose(rows) => rows.fields(),
            Content::Windowed(_) => &[],
        }
    }

    /// The rows of a column in a piece.
    pub fn part(&self, piece: usize, column: usize) -> Result<Part<'_>, Error> {
        match &self.content {
            Content::Columns { pieces, .. } => Ok(match &pieces[piece].columns[column] {
                Column::Array(array) => Part::Array(Cow::Borrowed(array)),
                Column::Values(values) => Part::Values(Cow::Borrowed(values)),
            }),
            Content::Loose(rows) => rows.part(piece, column),
            Content::Windowed(_) => {
                Err(Error::new("documents that are put together later were asked for their columns"))
            }
        }
    }

    /// Checks that the stored bytes are still there. To be called before they are read some time later.
    pub fn check_length(&self) -> Result<(), Error> {
        self.stored.iter().try_for_each(|typed| typed.check_length())
    }

    /// Whether no document can be larger than it may be.
    pub(crate) fn has_small_documents(&self) -> bool {
        match &self.content {
            // They were taken in as documents.
            Content::Loose(_) => true,
            // Their columns are not known.
            Content::Windowed(_) => false,
            Content::Columns { fields, pieces, .. } => {
                let largest = |piece: &Piece| {
                    let of: Vec<usize> = piece.columns.iter().map(Column::largest).collect();
                    fields.iter().map(|(_, field)| field.largest(&of)).fold(0, usize::saturating_add)
                };
                pieces.iter().map(largest).max().unwrap_or(0) < LIMIT_BYTES / 2
            }
        }
    }

    /// The documents of some rows of a piece.
    pub fn documents(&self, piece: usize, rows: std::ops::Range<usize>) -> Result<Vec<Document>, Error> {
        match &self.content {
            Content::Columns { fields, pieces, .. } => Ok(pieces[piece].documents(fields, rows)),
            Content::Loose(loose) => loose.documents(piece, rows),
            Content::Windowed(windowed) => windowed.documents(piece, rows),
        }
    }
}

impl Field {
    /// No value is larger than this, where those of each column are not larger than `of`.
    fn largest(&self, of: &[usize]) -> usize {
        match self {
            Self::Column(column) => of[*column],
            Self::Object(fields) => fields.iter().map(|(_, field)| field.largest(of)).fold(0, usize::saturating_add),
        }
    }
}

impl Column {
    /// No value is larger than this.
    fn largest(&self) -> usize {
        match self {
            Self::Values(values) => values.iter().flatten().map(size::of).max().unwrap_or(0),
            Self::Array(array) => match array.data_type() {
                DataType::Utf8 => array.as_string::<i32>().iter().flatten().map(str::len).max().unwrap_or(0),
                DataType::Binary => array.as_binary::<i32>().iter().flatten().map(<[u8]>::len).max().unwrap_or(0),
                DataType::Dictionary(..) => Self::Array(Arc::clone(array.as_any_dictionary().values())).largest(),
                _ => size_of::<Bson>(),
            },
        }
    }

    /// Some of the rows.
    pub(crate) fn slice(&self, start: usize, n_rows: usize) -> Self {
        match self {
            Self::Array(array) => Self::Array(array.slice(start, n_rows)),
            Self::Values(values) => Self::Values(values[start..start + n_rows].to_vec()),
        }
    }
}

impl Part<'_> {
    /// The values; `None` is missing.
    #[must_use]
    pub fn values(&self) -> Cow<'_, [Option<Bson>]> {
        match self {
            Self::Array(array) => Cow::Owned(all_values(array)),
            Self::Values(values) => Cow::Borrowed(values),
        }
    }
}

fn all_values(array: &ArrayRef) -> Vec<Value> {
    values(array, &RowSet { start: 0, len: array.len(), selection: None })
}

impl Piece {
    fn documents(&self, fields: &[(String, Field)], rows: std::ops::Range<usize>) -> Vec<Document> {
        let columns: Vec<Cow<[Value]>> =
            (0..self.columns.len()).map(|column| self.values(column, rows.clone())).collect();
        (0..rows.len()).map(|row| document(fields, &|column| columns[column][row].clone())).collect()
    }

    /// The values of a column in some rows.
    pub(crate) fn values(&self, column: usize, rows: std::ops::Range<usize>) -> Cow<'_, [Value]> {
        match &self.columns[column] {
            Column::Array(array) => {
                let rows = RowSet { start: rows.start, len: rows.len(), selection: None };
                Cow::Owned(values(array, &rows))
            }
            Column::Values(values) => Cow::Borrowed(&values[rows]),
        }
    }

    /// A column, where it is an array.
    fn array(&self, column: usize) -> Option<&dyn Array> {
        match &self.columns[column] {
            Column::Array(array) => Some(array.as_ref()),
            Column::Values(_) => None,
        }
    }

    /// Roughly the bytes that it holds.
    pub(crate) fn bytes(&self) -> usize {
        let of = |column: &Column| match column {
            Column::Array(array) => array.get_array_memory_size(),
            Column::Values(values) => values.iter().flatten().map(in_memory).sum(),
        };
        self.columns.iter().map(of).sum()
    }
}

fn in_memory(value: &Bson) -> usize {
    size_of::<Value>() + size::of_value_in_memory(value)
}

fn document(fields: &[(String, Field)], value: &dyn Fn(usize) -> Value) -> Document {
    let mut document = Document::new();
    for (name, field) in fields {
        match field {
            Field::Column(column) => {
                if let Some(value) = value(*column) {
                    document.insert(name.as_str(), value);
                }
            }
            Field::Object(inner) => {
                document.insert(name.as_str(), Bson::Document(self::document(inner, value)));
            }
        }
    }
    document
}

/// The fields that some row has, in the order in which they are first seen.
fn seen(fields: &[(String, Field)], pieces: &[Piece]) -> Vec<(String, Field)> {
    let first = |(_, field): &(String, Field)| match field {
        Field::Column(column) => first_present(*column, pieces),
        Field::Object(_) => pieces.iter().any(|piece| piece.n_rows > 0).then_some(0),
    };
    let mut found: Vec<_> = fields.iter().filter_map(|field| Some((first(field)?, field))).collect();
    found.sort_by_key(|(row, _)| *row);
    found.into_iter().map(|(_, field)| field.clone()).collect()
}

/// The first row that has a value in a column.
fn first_present(column: usize, pieces: &[Piece]) -> Option<usize> {
    let mut before = 0;
    for piece in pieces {
        let found = match &piece.columns[column] {
            Column::Array(_) => (piece.n_rows > 0).then_some(0),
            Column::Values(values) => values.iter().position(Option::is_some),
        };
        if let Some(row) = found {
            return Some(before + row);
        }
        before += piece.n_rows;
    }
    None
}
