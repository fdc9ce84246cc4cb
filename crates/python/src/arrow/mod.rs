//! Rows as Arrow: for pandas, Polars, pyarrow, `DuckDB` and whatever else reads the Arrow C stream.
//!
//! In: the rows of any pipeline, or an answer's table. Out: one record batch, and the capsules in which Python's
//! libraries hand it to each other without copying it.
//! Invariant: rows of any shape give a batch; every column has one type, in which missing and null are both null.

mod alike;
mod array;
mod decimal;
mod frame;
mod kind;

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, RecordBatchOptions, RecordBatchReader,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use bson::{Bson, Document};
use catalog::Unit;
use insight::Cell;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rayon::prelude::*;

pub(crate) use self::alike::objects;
pub(crate) use self::frame::{Shape, values};
use self::kind::Kind;

/// The names by which readers know what is in a capsule.
pub(crate) const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// The mark of a column whose values have several types, in its field's metadata, with what is said of their form.
const MIXED: &str = "banksphere.mixed";
const FORM: &str = "texts as they are, other values as Extended JSON";

/// The rows of a pipeline: a column a field, each of the type that all of its values have.
pub(crate) fn of_documents(fields: &[String], rows: &[Document]) -> Result<RecordBatch, ArrowError> {
    let column = |values: &Vec<Option<&Bson>>| {
        let kind = Kind::of(values.iter().copied());
        Ok((array::of_values(&kind, values)?, kind.has_mixed()))
    };
    let columns: Vec<(ArrayRef, bool)> =
        transposed(fields, rows).par_iter().map(column).collect::<Result<_, ArrowError>>()?;
    let (columns, are_mixed): (Vec<ArrayRef>, Vec<bool>) = columns.into_iter().unzip();
    let marked = fields
        .iter()
        .zip(&columns)
        .zip(are_mixed)
        .map(|((name, column), is_mixed)| marked(field(name, column), is_mixed));
    let marked = marked.collect();
    of_columns(marked, columns, rows.len())
}

/// A field, with the mark of a column whose values have several types where it is one.
fn marked(field: Field, is_mixed: bool) -> Field {
    if is_mixed { field.with_metadata(HashMap::from([(MIXED.to_owned(), FORM.to_owned())])) } else { field }
}

/// Whether the values of a column have several types, for which Arrow has none but text.
pub(crate) fn is_mixed(field: &Field) -> bool {
    field.metadata().contains_key(MIXED)
}

/// The values column by column. Why row by row: documents lie scattered, and each is fetched from memory once.
fn transposed<'a>(fields: &[String], rows: &'a [Document]) -> Vec<Vec<Option<&'a Bson>>> {
    let places: HashMap<&str, usize> = fields.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let mut columns = vec![vec![None; rows.len()]; fields.len()];
    for (row, document) in rows.iter().enumerate() {
        for (at, (name, value)) in document.iter().enumerate() {
            // Most documents have the same fields in the same order.
            let place = if fields.get(at) == Some(name) { Some(at) } else { places.get(name.as_str()).copied() };
            if let Some(column) = place.and_then(|place| columns.get_mut(place)) {
                column[row] = Some(value);
            }
        }
    }
    columns
}

/// A table of cells: text, whole numbers, or numbers.
pub(crate) fn of_cells(table: &insight::Table) -> Result<RecordBatch, ArrowError> {
    let column = |(place, column): (usize, &insight::Column)| {
        let cells: Vec<&Cell> = table.rows.iter().map(|row| &row[place]).collect();
        of_column(&cells, column.unit)
    };
    let columns = table.columns.iter().enumerate().map(column).collect();
    batch(table.columns.iter().map(|column| column.name.as_str()), columns, table.rows.len())
}

/// The unit decides where no cell does.
fn of_column(cells: &[&Cell], unit: Unit) -> ArrayRef {
    let (mut has_text, mut has_number, mut has_integer) = (false, false, false);
    for cell in cells {
        match cell {
            Cell::Missing | Cell::Hidden => {}
            Cell::Text(_) => has_text = true,
            Cell::Number(_) => has_number = true,
            Cell::Integer(_) => has_integer = true,
        }
    }
    let is_empty = !(has_text || has_number || has_integer);
    if has_text || (is_empty && unit == Unit::Text) {
        let text = |cell: &&Cell| match cell {
            Cell::Missing | Cell::Hidden => None,
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(value) => Some(value.to_string()),
            Cell::Number(value) => Some(value.to_string()),
        };
        return array::strings(cells.iter().map(text).collect());
    }
    if has_number || (is_empty && unit != Unit::Count) {
        let number = |cell: &&Cell| match cell {
            Cell::Integer(value) => Some(*value as f64),
            Cell::Number(value) => Some(*value),
            Cell::Missing | Cell::Hidden | Cell::Text(_) => None,
        };
        return Arc::new(cells.iter().map(number).collect::<Float64Array>());
    }
    let integer = |cell: &&Cell| match cell {
        Cell::Integer(value) => Some(*value),
        _ => None,
    };
    Arc::new(cells.iter().map(integer).collect::<Int64Array>())
}

fn batch<'a>(
    names: impl Iterator<Item = &'a str>,
    columns: Vec<ArrayRef>,
    n_rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = names.zip(&columns).map(|(name, column)| field(name, column)).collect();
    of_columns(fields, columns, n_rows)
}

fn of_columns(fields: Vec<Field>, columns: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
}

/// A field for a column; C's strings end at a null character.
fn field(name: &str, column: &ArrayRef) -> Field {
    Field::new(printable(name), column.data_type().clone(), true)
}

fn printable(name: &str) -> String {
    name.replace('\0', "\u{2400}")
}

/// The batch as a reader of one.
pub(crate) fn reader(batch: &RecordBatch) -> impl RecordBatchReader + Send + 'static {
    RecordBatchIterator::new([Ok(batch.clone())], batch.schema())
}

/// Batches as a stream that a library of Python may take.
pub(crate) fn stream(
    py: Python<'_>,
    reader: impl RecordBatchReader + Send + 'static,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// A schema alone.
pub(crate) fn schema<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|error| failed(&error))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// Rows of any shape have an Arrow form; what goes wrong is a fault of ours, or has no room.
pub(crate) fn failed(reason: &impl std::fmt::Display) -> PyErr {
    PyRuntimeError::new_err(format!("these rows have no Arrow form: {reason}\nhint: fewer rows or fields may have"))
}

/// The name of a column's type, as pyarrow has it but for `float64` and `decimal128`.
pub(crate) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "null".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Int32 => "int32".to_owned(),
        DataType::Int64 => "int64".to_owned(),
        DataType::Float64 => "float64".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 => "string".to_owned(),
        DataType::Binary | DataType::LargeBinary => "binary".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal128({precision}, {scale})"),
        DataType::Timestamp(TimeUnit::Millisecond, _) => "timestamp[ms, UTC]".to_owned(),
        DataType::List(element) => format!("list<{}>", type_name(element.data_type())),
        DataType::Struct(fields) => {
            let field = |field: &Arc<Field>| format!("{}: {}", field.name(), type_name(field.data_type()));
            format!("struct<{}>", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
