//! Rows as Arrow: for pandas, Polars, pyarrow, `DuckDB` and whatever else reads the Arrow C stream.
//!
//! In: record batches, made of rows by [`report::arrow`] or of the engine's columns here. Out: the capsules in which Python's
//! libraries hand them to each other without copying them.

mod alike;
mod frame;

use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

pub(crate) use self::alike::objects;
pub(crate) use self::frame::{Shape, values};
pub(crate) use report::arrow::{is_mixed, of_cells, of_documents};

/// The names by which readers know what is in a capsule.
pub(crate) const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

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
