//! Data as Python has it, wherever a file can stand: a path, a data frame of any library, or a list of dicts.
//!
//! In: an argument. Out: [`Data`], which the work makes a [`Held`] of, whose [`Source`] an import reads.
//! Invariant: a data frame's stream is taken once, off Python's lock, a batch at a time; none of its library need be known.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchOptions, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use bank::{CustomersFile, Error, ImportSource, Source, Talk};
use bson::{Bson, Document};
use diagnostic::{Diagnostic, quote};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyTuple};
use tabular::{Options, Values};

use crate::{arguments, arrow, errors, from_python};

/// The method by which a data frame gives its rows.
const METHOD: &str = "__arrow_c_stream__";

/// Rows that become text at once.
const BATCH: usize = 8192;

/// Data as it was given.
pub(crate) enum Data {
    File(PathBuf),
    Frame(RecordBatchStreamReader),
    Documents(Vec<Document>),
}

/// What data becomes.
#[derive(Clone, Copy)]
pub(crate) enum What<'a> {
    Customers,
    /// A collection of documents.
    Documents {
        name: &'a str,
        appends: bool,
    },
}

/// The same, so that it can be read more than once.
pub(crate) enum Held {
    File(PathBuf),
    Values(Values),
}

impl Data {
    pub(crate) fn given(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<Self> {
        if let Some(method) = value.getattr_opt(METHOD)? {
            return stream(&method).map(Self::Frame);
        }
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            return from_python::documents(value, argument).map(Self::Documents);
        }
        let wrong = |_| arguments::wrong_type(value, argument, "a str, a path, a data frame or a list of dicts");
        arguments::path(value, argument).map(Self::File).map_err(wrong)
    }

    /// The file's path, if it is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        if let Self::File(file) = self { Some(file.clone()) } else { None }
    }

    /// A table of customers.
    pub(crate) fn table(self, talk: &Talk<'_>) -> Result<Held, Error> {
        match self {
            Self::File(file) => Ok(Held::File(file)),
            Self::Frame(frame) => values(talk, |options| Values::of_batches(frame, options)),
            Self::Documents(documents) => {
                let batches = batches(&documents)?;
                values(talk, |options| Values::of_batches(batches, options))
            }
        }
    }

    /// Documents of any shape.
    pub(crate) fn documents(self, talk: &Talk<'_>) -> Result<Held, Error> {
        let Self::Documents(documents) = self else { return self.table(talk) };
        let mut bytes = Vec::with_capacity(documents.len());
        for (at, document) in documents.into_iter().enumerate() {
            bytes.push(document.to_vec().map_err(|error| {
                let told = Diagnostic::new(format!("the document cannot be kept as BSON: {error}"));
                Error::new(bank::ErrorKind::Data, told.at(format!("list, document {}", at + 1)))
            })?);
        }
        values(talk, |options| Values::of_documents(bytes, options))
    }
}

impl<'a> What<'a> {
    pub(crate) fn hold(self, data: Data, talk: &Talk<'_>) -> Result<Held, Error> {
        match self {
            Self::Customers => data.table(talk),
            Self::Documents { .. } => data.documents(talk),
        }
    }

    pub(crate) fn of(self, file: Source<'a>) -> ImportSource<'a> {
        match self {
            Self::Customers => ImportSource::Customers(CustomersFile::new(file)),
            Self::Documents { name, appends } => ImportSource::Documents { name, file, appends },
        }
    }
}

impl Held {
    pub(crate) fn source(&self) -> Source<'_> {
        match self {
            Self::File(file) => Source::Path(file),
            Self::Values(values) => Source::Values(values),
        }
    }
}

fn values(talk: &Talk<'_>, hold: impl FnOnce(&Options<'_>) -> Result<Values, tabular::Error>) -> Result<Held, Error> {
    let is_cancelled = || talk.cancel.load(Ordering::SeqCst);
    Ok(Held::Values(hold(&Options { is_cancelled: &is_cancelled, ..Options::default() })?))
}

/// The batches of a data frame.
fn stream(method: &Bound<'_, PyAny>) -> PyResult<RecordBatchStreamReader> {
    let py = method.py();
    let refused = |error: PyErr| {
        // What is no fault of the data, such as an interrupt, stays what it is.
        if !error.is_instance_of::<PyException>(py) {
            return error;
        }
        let reason = error.value(py).to_string();
        let message = format!("the data frame cannot be handed over: {}", reason.lines().next().unwrap_or_default());
        let hint = "each column has values of one type; in pandas `frame[\"name\"].astype(str)` makes texts of them";
        let raised = errors::of(Error::new(bank::ErrorKind::Data, Diagnostic::new(message).hint(hint)));
        raised.set_cause(py, Some(error));
        raised
    };
    let capsule = method.call0().map_err(refused)?;
    let capsule = capsule.cast::<PyCapsule>().map_err(|error| refused(error.into()))?;
    let pointer = capsule.pointer_checked(Some(arrow::STREAM)).map_err(refused)?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: by Arrow's PyCapsule interface a capsule of that name holds a valid stream, which the capsule keeps alive; that
    // name was just checked, Python's lock is held, and `from_raw` moves the stream out and leaves a released one behind.
    #[expect(unsafe_code, reason = "what another library made can only be reached by its address; see SAFETY")]
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) };
    reader.map_err(|error| {
        let message = format!("the data frame cannot be read: {}", quote(&error.to_string()));
        errors::of(Error::new(bank::ErrorKind::Data, Diagnostic::new(message).hint("give a table of named columns")))
    })
}

type Batches = RecordBatchIterator<std::vec::IntoIter<Result<RecordBatch, ArrowError>>>;

/// The documents as a table of texts.
fn batches(documents: &[Document]) -> Result<Batches, Error> {
    let mut names: Vec<String> = Vec::new();
    for name in documents.iter().flat_map(Document::keys) {
        if !names.iter().any(|known| known == name) {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        return Err(Error::new(bank::ErrorKind::Data, Diagnostic::new("the list is empty")));
    }
    let fields: Vec<Field> = names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut batches = Vec::new();
    for (number, rows) in documents.chunks(BATCH).enumerate() {
        let column = |name: &String| {
            let cells = rows.iter().enumerate().map(|(at, row)| cell(row, name, number * BATCH + at + 1));
            let array: StringArray = cells.collect::<Result<Vec<Option<String>>, Error>>()?.into();
            Ok(Arc::new(array) as ArrayRef)
        };
        let columns = names.iter().map(column).collect::<Result<Vec<_>, Error>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        batches.push(RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options));
    }
    Ok(RecordBatchIterator::new(batches.into_iter(), schema))
}

/// A value as a cell; `None` where there is none.
fn cell(row: &Document, name: &str, number: usize) -> Result<Option<String>, Error> {
    Ok(match row.get(name) {
        None | Some(Bson::Null | Bson::Undefined) => None,
        Some(Bson::Double(value)) => (!value.is_nan()).then(|| value.to_string()),
        Some(Bson::String(text) | Bson::Symbol(text)) => Some(text.clone()),
        Some(Bson::Boolean(value)) => Some(value.to_string()),
        Some(Bson::Int32(value)) => Some(value.to_string()),
        Some(Bson::Int64(value)) => Some(value.to_string()),
        Some(Bson::Decimal128(value)) => Some(value.to_string()),
        Some(Bson::ObjectId(id)) => Some(id.to_hex()),
        Some(Bson::DateTime(moment)) => Timestamp::from_millisecond(moment.timestamp_millis()).ok().map(|moment| {
            let moment = moment.to_zoned(TimeZone::UTC).datetime();
            if moment.time() == jiff::civil::Time::midnight() { moment.date().to_string() } else { moment.to_string() }
        }),
        Some(_) => {
            let message = format!("the field `{}` holds more than one value", quote(name));
            let hint = "a table has one value a field; `bank.import_documents(…)` takes documents of any shape";
            let place = format!("list, row {number}");
            return Err(Error::new(bank::ErrorKind::Data, Diagnostic::new(message).at(place).hint(hint)));
        }
    })
}
