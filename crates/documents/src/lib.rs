//! Documents of any shape as record batches of typed columns, and back, byte for byte.
//!
//! In: raw BSON documents. Out: batches whose schema a [`Draft`] makes from the first documents, written by an
//! [`Encoder`]; and of such batches, documents, raw bytes or single values, by a [`Reader`].
//!
//! What a batch has:
//! - `layout`, a number for each row: which fields its document has, in which order, of which types, and where the value of
//!   each lies. Rows that are alike share a layout.
//! - `layouts`: at row `n`, the layout with the number `n` of this batch.
//! - a column `path:list` for each path that holds arrays of which enough lies in columns: of each element the number of its
//!   layout, columns, and the rest. An element is kept as a document whose only field has no name.
//! - a column `path:type` for each path that holds values of that type often enough, null where it does not.
//! - `rest`: the bytes of all other values, in the order of the layout.
//!
//! Invariant: the layout alone says what is there. A column's null says nothing on whether the field is missing, null, of
//! another type or in `rest`. A null in a document takes no space.

mod builder;
mod column;
mod decode;
mod draft;
mod element;
mod encode;
mod layout;
mod list;
mod regular;

pub use column::{Kind, LAYOUT, LAYOUTS, check_version, is_columns};
pub use decode::{Elements, Reader, array_elements, array_fields, raw_documents};
pub use draft::Draft;
pub use encode::Encoder;
pub use layout::{Content, Entry, Layout, Source, layouts};
pub use regular::{Absence, Listed, Regular, has_plain_elements, listed, regular, top_names};

/// Bytes that are not what this crate writes, or no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
