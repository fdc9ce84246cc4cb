//! Values of a known kind → an Arrow array.
//!
//! Invariant: every value is held by the kind, or is null or missing. Of values of several types a text may look like another
//! value's text; nothing else is lost.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, LargeBinaryArray,
    LargeStringArray, ListArray, NullArray, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Field};
use bson::Bson;
use pipeline::print;

use super::decimal;
use super::kind::{Fields, Kind};

/// Beyond this, 32-bit offsets do not reach.
const MOST_BYTES: usize = i32::MAX as usize;

/// The array of all values; `None` is missing.
pub fn of_values(kind: &Kind, values: &[Option<&Bson>]) -> Result<ArrayRef, ArrowError> {
    Ok(match kind {
        Kind::Null => Arc::new(NullArray::new(values.len())),
        Kind::Bool => Arc::new(values.iter().map(|value| value.and_then(Bson::as_bool)).collect::<BooleanArray>()),
        Kind::Int32 => Arc::new(values.iter().map(|value| value.and_then(Bson::as_i32)).collect::<Int32Array>()),
        Kind::Int64 => Arc::new(values.iter().map(|value| whole(*value)).collect::<Int64Array>()),
        Kind::Float64 => Arc::new(values.iter().map(|value| number(*value)).collect::<Float64Array>()),
        Kind::Decimal(before, scale) => {
            let array: Decimal128Array = values.iter().map(|value| unscaled(*value, *scale)).collect();
            // Kinds keep to Arrow's digits.
            Arc::new(array.with_precision_and_scale((before + scale) as u8, *scale as i8)?)
        }
        Kind::Text | Kind::ObjectId | Kind::Mixed => strings(values.iter().map(|value| text((*value)?)).collect()),
        Kind::Date => {
            let dates = values.iter().map(|value| value.and_then(Bson::as_datetime));
            let millis: TimestampMillisecondArray =
                dates.map(|date| date.map(|date| date.timestamp_millis())).collect();
            Arc::new(millis.with_timezone("UTC"))
        }
        Kind::Binary => binaries(values),
        Kind::List(element) => lists(element, values)?,
        // Without fields it would be mixed.
        Kind::Struct(fields) => structs(fields, values)?,
    })
}

fn whole(value: Option<&Bson>) -> Option<i64> {
    match value? {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        _ => None,
    }
}

fn number(value: Option<&Bson>) -> Option<f64> {
    match value? {
        Bson::Int32(value) => Some(f64::from(*value)),
        Bson::Int64(value) => Some(*value as f64),
        Bson::Double(value) => Some(*value),
        Bson::Decimal128(value) => value.to_string().parse().ok(),
        _ => None,
    }
}

fn unscaled(value: Option<&Bson>, scale: u32) -> Option<i128> {
    match value? {
        Bson::Decimal128(value) => decimal::parts(value)?.at_scale(scale),
        Bson::Int32(value) => i128::from(*value).checked_mul(10_i128.checked_pow(scale)?),
        Bson::Int64(value) => i128::from(*value).checked_mul(10_i128.checked_pow(scale)?),
        _ => None,
    }
}

/// A text as it is, an object id as its digits, any other value as Extended JSON.
fn text(value: &Bson) -> Option<Cow<'_, str>> {
    match value {
        Bson::Null | Bson::Undefined => None,
        Bson::String(text) | Bson::Symbol(text) => Some(Cow::Borrowed(text)),
        Bson::ObjectId(id) => Some(Cow::Owned(id.to_hex())),
        Bson::Document(fields) => Some(Cow::Owned(print::document(fields, print::Format::Relaxed))),
        other => Some(Cow::Owned(print::value(other))),
    }
}

/// Texts, with offsets as wide as they need.
#[must_use]
pub fn strings<T: AsRef<str>>(texts: Vec<Option<T>>) -> ArrayRef {
    let n_bytes: usize = texts.iter().flatten().map(|text| text.as_ref().len()).sum();
    if n_bytes <= MOST_BYTES {
        Arc::new(texts.into_iter().collect::<StringArray>())
    } else {
        Arc::new(texts.into_iter().collect::<LargeStringArray>())
    }
}

fn binaries(values: &[Option<&Bson>]) -> ArrayRef {
    let mut bytes: Vec<Option<&[u8]>> = Vec::with_capacity(values.len());
    for value in values {
        bytes.push(if let Some(Bson::Binary(binary)) = value { Some(&binary.bytes) } else { None });
    }
    if bytes.iter().flatten().map(|bytes| bytes.len()).sum::<usize>() <= MOST_BYTES {
        Arc::new(bytes.into_iter().collect::<BinaryArray>())
    } else {
        Arc::new(bytes.into_iter().collect::<LargeBinaryArray>())
    }
}

fn lists(element: &Kind, values: &[Option<&Bson>]) -> Result<ArrayRef, ArrowError> {
    let mut offsets: Vec<i32> = vec![0];
    let mut elements: Vec<Option<&Bson>> = Vec::new();
    for value in values {
        if let Some(Bson::Array(list)) = value {
            elements.extend(list.iter().map(Some));
        }
        let end = i32::try_from(elements.len()).map_err(|_| ArrowError::OffsetOverflowError(elements.len()))?;
        offsets.push(end);
    }
    let valid: NullBuffer = values.iter().map(|value| matches!(value, Some(Bson::Array(_)))).collect();
    let elements = of_values(element, &elements)?;
    let field = Arc::new(Field::new("item", elements.data_type().clone(), true));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(Arc::new(ListArray::try_new(field, offsets, elements, Some(valid))?))
}

fn structs(fields: &Fields, values: &[Option<&Bson>]) -> Result<ArrayRef, ArrowError> {
    let (mut columns, mut schema) = (Vec::new(), Vec::new());
    for (name, kind) in fields.iter() {
        let column: Vec<Option<&Bson>> =
            values.iter().map(|value| value.and_then(Bson::as_document)?.get(name)).collect();
        let column = of_values(kind, &column)?;
        schema.push(super::field(name, &column));
        columns.push(column);
    }
    let valid: NullBuffer = values.iter().map(|value| matches!(value, Some(Bson::Document(_)))).collect();
    Ok(Arc::new(StructArray::try_new(schema.into(), columns, Some(valid))?))
}
