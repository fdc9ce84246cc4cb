//! A collection in memory: typed columns in blocks, or documents of any shape.
//!
//! In: documents, or record batches in the layout of the bank's files. Out: a [`Collection`] that knows its schema and
//! gives back its documents. Always holds: the same documents, whichever way they are kept.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use bson::{Document, RawDocument, RawDocumentBuf};
use pipeline::{Field, FieldType, Schema};

use crate::Error;
use crate::columns::{StoredKind, Typed, document_rows};

/// Documents that can be queried.
#[derive(Debug)]
pub struct Collection {
    pub(crate) rows: Rows,
}

#[derive(Debug)]
pub(crate) enum Rows {
    /// Columns of one type each.
    Typed(Typed),
    /// One binary column `bson`: a raw document a row.
    Encoded(Vec<RecordBatch>),
    /// As they were given.
    Documents(Vec<Document>),
}

impl Rows {
    pub(crate) fn typed(&self) -> Option<&Typed> {
        match self {
            Self::Typed(typed) => Some(typed),
            Self::Encoded(_) | Self::Documents(_) => None,
        }
    }
}

impl Collection {
    /// Keeps documents as they are.
    #[must_use]
    pub fn from_documents(documents: Vec<Document>) -> Self {
        Self { rows: Rows::Documents(documents) }
    }

    /// Takes record batches as the bank's files hold them, without copying: either columns named by their field path,
    /// or a single binary column `bson`. Fails on types that no field can have.
    pub fn from_batches(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Result<Self, Error> {
        let is_encoded = schema.fields().len() == 1
            && schema.field(0).name() == "bson"
            && *schema.field(0).data_type() == DataType::Binary;
        let rows = if !is_encoded {
            Rows::Typed(Typed::new(schema, batches)?)
        } else if batches.iter().all(|batch| *batch.column(0).data_type() == DataType::Binary) {
            Rows::Encoded(batches)
        } else {
            return Err(Error::new("column `bson` is binary by its schema, but not in every batch"));
        };
        Ok(Self { rows })
    }

    /// What is known of the documents before one is read.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let Rows::Typed(typed) = &self.rows else { return Schema::Any };
        let field = |path: String, index: usize| {
            let column = &typed.columns[index];
            let field_type = match column.kind {
                StoredKind::Bool => FieldType::Bool,
                StoredKind::Int => FieldType::Int,
                StoredKind::Long => FieldType::Long,
                StoredKind::Double => FieldType::Double,
                StoredKind::Text | StoredKind::Dictionary(_) => FieldType::String,
                StoredKind::Date => FieldType::Date,
            };
            Field { path, field_type, nullable: column.nullable }
        };
        let id = typed.id.map(|index| field("_id".to_owned(), index));
        let rest = typed.columns.iter().enumerate().map(|(index, column)| field(column.path.to_string(), index));
        Schema::Fields(id.into_iter().chain(rest).collect())
    }

    /// How many documents there are.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        let n = match &self.rows {
            Rows::Typed(typed) => typed.n_rows,
            Rows::Encoded(batches) => batches.iter().map(RecordBatch::num_rows).sum(),
            Rows::Documents(documents) => documents.len(),
        };
        n as u64
    }

    /// The documents as BSON bytes, in their order, made as they are asked for: those of any shape byte for byte as they
    /// came.
    #[must_use]
    pub fn raw_documents(&self) -> Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + '_> {
        match &self.rows {
            Rows::Encoded(batches) => Box::new(cells(batches).map(|bytes| Ok(raw(bytes)?.to_owned()))),
            Rows::Typed(_) | Rows::Documents(_) => Box::new(self.documents().map(|document| {
                RawDocumentBuf::try_from(document?)
                    .map_err(|error| Error::new(format!("a document cannot be written as BSON: {error}")))
            })),
        }
    }

    /// The documents, in their order, made as they are asked for.
    pub(crate) fn documents(&self) -> Box<dyn Iterator<Item = Result<Document, Error>> + '_> {
        match &self.rows {
            Rows::Typed(typed) => document_rows(typed),
            Rows::Encoded(batches) => Box::new(cells(batches).map(decode)),
            Rows::Documents(documents) => Box::new(documents.iter().cloned().map(Ok)),
        }
    }
}

/// The raw documents of encoded batches.
fn cells(batches: &[RecordBatch]) -> impl Iterator<Item = &[u8]> {
    batches.iter().flat_map(|batch| {
        let cells = batch.column(0).as_binary::<i32>();
        (0..cells.len()).map(move |row| cells.value(row))
    })
}

fn decode(bytes: &[u8]) -> Result<Document, Error> {
    Document::try_from(raw(bytes)?).map_err(|error| unreadable(&error))
}

fn raw(bytes: &[u8]) -> Result<&RawDocument, Error> {
    RawDocument::from_bytes(bytes).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> Error {
    Error::new(format!("a stored document cannot be read: {error}"))
}
