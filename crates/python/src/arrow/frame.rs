//! Columns of the engine → Arrow as Python's libraries have it, piece by piece.
//!
//! In: a frame. Out: its [`Shape`], then the batches of a piece.
//! Invariant: the types are those that the same rows have as documents ([`report::arrow::of_documents`]): small integers are 32 bits
//! wide, texts of a dictionary are texts, object ids their hexadecimal digits, and a column of nulls has no type.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Int8Type, Int16Type, TimestampMillisecondType, UInt8Type, UInt16Type,
};
use arrow_array::{Array, ArrayRef, Int32Array, NullArray, RecordBatch, RecordBatchOptions, StringArray, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use bank::{Frame, FrameField, FramePart};
use bson::Bson;
use bson::oid::ObjectId;
use rayon::prelude::*;
use report::arrow::{self, Kind};

/// The columns of a frame, each with its type.
pub(crate) struct Shape {
    schema: SchemaRef,
    columns: Vec<Shaped>,
}

/// A column with its type.
enum Shaped {
    /// The frame's arrays of that column.
    Array(usize, Kind),
    /// Its values, of any types.
    Values(usize, Kind),
    /// An object of arrays.
    Object(Vec<(String, Shaped)>),
    /// An object of which some field has no array.
    Documents(String, Kind),
}

type Values<'a> = Cow<'a, [Option<Bson>]>;

/// The values of a field in a piece.
pub(crate) fn values(frame: &Frame, piece: usize, field: usize) -> Result<Vec<Option<Bson>>, bank::FrameError> {
    let (name, field) = &frame.fields()[field];
    match field {
        FrameField::Column(column) => Ok(frame.part(piece, *column)?.values().into_owned()),
        FrameField::Object(_) => of_documents(frame, piece, name),
    }
}

fn of_documents(frame: &Frame, piece: usize, name: &str) -> Result<Vec<Option<Bson>>, bank::FrameError> {
    let documents = frame.documents(piece, 0..frame.n_rows_of(piece))?;
    Ok(documents.into_iter().map(|mut document| document.remove(name)).collect())
}

impl Shape {
    /// Looks through all rows.
    pub(crate) fn of(frame: &Frame) -> Result<Self, bank::FrameError> {
        let columns: Vec<Shaped> =
            frame.fields().par_iter().map(|(name, field)| shaped(frame, name, field)).collect::<Result<_, _>>()?;
        let fields = frame.fields().iter().zip(&columns).map(|((name, _), column)| {
            let data_type = column.data_type().map_err(|error| bank::FrameError::new(error.to_string()))?;
            Ok(arrow::marked(Field::new(arrow::printable(name), data_type, true), column.has_mixed()))
        });
        let schema = Arc::new(Schema::new(fields.collect::<Result<Vec<_>, bank::FrameError>>()?));
        Ok(Self { schema, columns })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows of a piece: several batches where one would have more text than 32-bit offsets reach.
    pub(crate) fn batches(&self, frame: &Frame, piece: usize) -> Result<Vec<RecordBatch>, ArrowError> {
        let mut batches = Vec::new();
        self.add(frame, piece, 0..frame.n_rows_of(piece), &mut batches)?;
        Ok(batches)
    }

    fn add(
        &self,
        frame: &Frame,
        piece: usize,
        rows: Range<usize>,
        batches: &mut Vec<RecordBatch>,
    ) -> Result<(), ArrowError> {
        let arrays: Vec<ArrayRef> =
            self.columns.par_iter().map(|column| column.array(frame, piece, &rows)).collect::<Result<_, _>>()?;
        let is_fitting =
            arrays.iter().zip(self.schema.fields()).all(|(array, field)| array.data_type() == field.data_type());
        if !is_fitting && rows.len() > 1 {
            let middle = rows.start + rows.len() / 2;
            self.add(frame, piece, rows.start..middle, batches)?;
            return self.add(frame, piece, middle..rows.end, batches);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        batches.push(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?);
        Ok(())
    }
}

fn shaped(frame: &Frame, name: &str, field: &FrameField) -> Result<Shaped, bank::FrameError> {
    match field {
        FrameField::Column(column) => {
            let mut kind = Kind::Null;
            for piece in 0..frame.n_pieces() {
                match frame.part(piece, *column)? {
                    FramePart::Array(array) if kind == Kind::Null => {
                        if array.null_count() < array.len() {
                            kind = of_array(array.data_type());
                        }
                    }
                    FramePart::Array(_) => {}
                    FramePart::Values(values) => kind.widen_by(values.iter().map(Option::as_ref)),
                }
            }
            let is_array = frame.n_pieces() > 0 && matches!(frame.part(0, *column)?, FramePart::Array(_));
            Ok(if is_array { Shaped::Array(*column, kind) } else { Shaped::Values(*column, kind.settled()) })
        }
        FrameField::Object(fields) => {
            let inner = fields.iter().map(|(name, field)| Ok((name.clone(), shaped(frame, name, field)?)));
            let inner = inner.collect::<Result<Vec<_>, bank::FrameError>>()?;
            if !fields.is_empty() && inner.iter().all(|(_, column)| column.is_of_arrays()) {
                return Ok(Shaped::Object(inner));
            }
            let mut kind = Kind::Null;
            for piece in 0..frame.n_pieces() {
                kind.widen_by(of_documents(frame, piece, name)?.iter().map(Option::as_ref));
            }
            Ok(Shaped::Documents(name.to_owned(), kind.settled()))
        }
    }
}

/// What the values of an array of the engine are.
fn of_array(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Boolean => Kind::Bool,
        DataType::Int64 => Kind::Int64,
        DataType::Float64 => Kind::Float64,
        DataType::Timestamp(..) => Kind::Date,
        DataType::FixedSizeBinary(_) => Kind::ObjectId,
        DataType::Utf8 | DataType::Binary | DataType::Dictionary(..) => Kind::Text,
        _ => Kind::Int32,
    }
}

impl Shaped {
    fn has_mixed(&self) -> bool {
        match self {
            Self::Array(..) => false,
            Self::Values(_, kind) | Self::Documents(_, kind) => kind.has_mixed(),
            Self::Object(fields) => fields.iter().any(|(_, field)| field.has_mixed()),
        }
    }

    fn is_of_arrays(&self) -> bool {
        match self {
            Self::Array(..) => true,
            Self::Values(..) | Self::Documents(..) => false,
            Self::Object(fields) => fields.iter().all(|(_, field)| field.is_of_arrays()),
        }
    }

    fn data_type(&self) -> Result<DataType, ArrowError> {
        match self {
            Self::Array(_, kind) | Self::Values(_, kind) | Self::Documents(_, kind) => {
                Ok(arrow::of_values(kind, &[])?.data_type().clone())
            }
            Self::Object(fields) => {
                let field =
                    |(name, column): &(String, Self)| Ok(Field::new(arrow::printable(name), column.data_type()?, true));
                Ok(DataType::Struct(fields.iter().map(field).collect::<Result<Vec<_>, ArrowError>>()?.into()))
            }
        }
    }

    fn array(&self, frame: &Frame, piece: usize, rows: &Range<usize>) -> Result<ArrayRef, ArrowError> {
        let of_values = |kind: &Kind, values: Values| {
            let values: Vec<Option<&Bson>> = values[rows.clone()].iter().map(Option::as_ref).collect();
            arrow::of_values(kind, &values)
        };
        match self {
            Self::Array(_, Kind::Null) => Ok(Arc::new(NullArray::new(rows.len()))),
            Self::Array(column, _) | Self::Values(column, _) => {
                match (frame.part(piece, *column).map_err(failed)?, self) {
                    (FramePart::Array(array), _) => Ok(readers(&array.slice(rows.start, rows.len()))),
                    (FramePart::Values(values), Self::Values(_, kind) | Self::Array(_, kind)) => {
                        of_values(kind, values)
                    }
                    (FramePart::Values(_), _) => Ok(Arc::new(NullArray::new(rows.len()))),
                }
            }
            Self::Documents(name, kind) => {
                of_values(kind, Cow::Owned(of_documents(frame, piece, name).map_err(failed)?))
            }
            Self::Object(fields) => {
                let arrays = fields.iter().map(|(_, field)| field.array(frame, piece, rows));
                let arrays = arrays.collect::<Result<Vec<_>, ArrowError>>()?;
                let fields: Vec<Field> =
                    fields.iter().zip(&arrays).map(|((name, _), array)| arrow::field(name, array)).collect();
                Ok(Arc::new(StructArray::try_new(fields.into(), arrays, None)?))
            }
        }
    }
}

fn failed(error: impl std::fmt::Display) -> ArrowError {
    ArrowError::ExternalError(error.to_string().into())
}

/// An array of the engine as readers have its values.
fn readers(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Int8 => widened::<Int8Type>(array),
        DataType::Int16 => widened::<Int16Type>(array),
        DataType::UInt8 => widened::<UInt8Type>(array),
        DataType::UInt16 => widened::<UInt16Type>(array),
        DataType::Timestamp(..) => {
            Arc::new(array.as_primitive::<TimestampMillisecondType>().clone().with_timezone("UTC"))
        }
        DataType::FixedSizeBinary(12) => {
            let ids = array.as_fixed_size_binary();
            let text = |id: Option<&[u8]>| id.and_then(|id| Some(ObjectId::from_bytes(id.try_into().ok()?).to_hex()));
            Arc::new(ids.iter().map(text).collect::<StringArray>())
        }
        DataType::Binary => {
            arrow::strings(array.as_binary::<i32>().iter().map(|text| text.map(String::from_utf8_lossy)).collect())
        }
        DataType::Dictionary(key, _) if **key == DataType::UInt8 => words::<UInt8Type>(array),
        DataType::Dictionary(..) => words::<UInt16Type>(array),
        _ => Arc::clone(array),
    }
}

fn widened<T: ArrowPrimitiveType>(array: &ArrayRef) -> ArrayRef
where
    T::Native: Into<i32>,
{
    let array = array.as_primitive::<T>();
    Arc::new(Int32Array::new(array.values().iter().map(|x| (*x).into()).collect(), array.nulls().cloned()))
}

/// The texts of a dictionary one by one.
fn words<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> ArrayRef {
    let array = array.as_dictionary::<K>();
    match array.downcast_dict::<StringArray>() {
        Some(words) => arrow::strings(words.into_iter().collect()),
        None => Arc::new(StringArray::new_null(array.len())),
    }
}
