//! Rows of stored arrays put together anew.
//!
//! In: arrays of one type, and for each row wanted which of them has it and where. Out: one array.
//! Invariant: as the rows were, nulls among them; dictionaries with the same words share them.
//!
//! Why not by the crate `arrow-select`: compiled for speed it takes a minute of processor time, for a dozen types of which
//! none lies here.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, FixedSizeBinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMillisecondType, UInt8Type, UInt16Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, PrimitiveArray};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;

use crate::Error;

/// Some rows of an array.
pub(crate) fn taken(array: &ArrayRef, rows: impl Iterator<Item = usize>) -> Result<ArrayRef, Error> {
    let places: Vec<(usize, usize)> = rows.map(|row| (0, row)).collect();
    gathered(&[array.as_ref()], &places)
}

/// Rows of several arrays of one type: of each row the array that has it, and its place there.
pub(crate) fn gathered(arrays: &[&dyn Array], places: &[(usize, usize)]) -> Result<ArrayRef, Error> {
    let Some(first) = arrays.first() else { return Err(Error::new("rows of no array were asked for")) };
    Ok(match first.data_type() {
        DataType::Int8 => numbers::<Int8Type>(arrays, places),
        DataType::Int16 => numbers::<Int16Type>(arrays, places),
        DataType::Int32 => numbers::<Int32Type>(arrays, places),
        DataType::Int64 => numbers::<Int64Type>(arrays, places),
        DataType::UInt8 => numbers::<UInt8Type>(arrays, places),
        DataType::UInt16 => numbers::<UInt16Type>(arrays, places),
        DataType::Float64 => numbers::<Float64Type>(arrays, places),
        DataType::Timestamp(..) => numbers::<TimestampMillisecondType>(arrays, places),
        DataType::Boolean => {
            let of: Vec<&BooleanArray> = arrays.iter().map(|array| array.as_boolean()).collect();
            let values = places.iter().map(|(array, row)| of[*array].values().value(*row)).collect();
            Arc::new(BooleanArray::new(values, valid(arrays, places)))
        }
        DataType::Utf8 => {
            let mut made = StringBuilder::with_capacity(places.len(), 0);
            for (array, row) in places {
                let of = arrays[*array].as_string::<i32>();
                made.append_option(of.is_valid(*row).then(|| of.value(*row)));
            }
            Arc::new(made.finish())
        }
        DataType::Binary => {
            let mut made = BinaryBuilder::with_capacity(places.len(), 0);
            for (array, row) in places {
                let of = arrays[*array].as_binary::<i32>();
                made.append_option(of.is_valid(*row).then(|| of.value(*row)));
            }
            Arc::new(made.finish())
        }
        DataType::FixedSizeBinary(size) => {
            let mut made = FixedSizeBinaryBuilder::with_capacity(places.len(), *size);
            for (array, row) in places {
                let of = arrays[*array].as_fixed_size_binary();
                if of.is_valid(*row) {
                    made.append_value(of.value(*row)).map_err(|error| Error::new(error.to_string()))?;
                } else {
                    made.append_null();
                }
            }
            Arc::new(made.finish())
        }
        DataType::Dictionary(key, _) if **key == DataType::UInt8 => words::<UInt8Type>(arrays, places)?,
        DataType::Dictionary(key, _) if **key == DataType::UInt16 => words::<UInt16Type>(arrays, places)?,
        other => return Err(Error::new(format!("rows of the type {other} cannot be put together"))),
    })
}

/// Where the rows have values; nothing where all have.
fn valid(arrays: &[&dyn Array], places: &[(usize, usize)]) -> Option<NullBuffer> {
    if arrays.iter().all(|array| array.null_count() == 0) {
        return None;
    }
    Some(places.iter().map(|(array, row)| arrays[*array].is_valid(*row)).collect())
}

fn numbers<T: ArrowPrimitiveType>(arrays: &[&dyn Array], places: &[(usize, usize)]) -> ArrayRef {
    let of: Vec<&PrimitiveArray<T>> = arrays.iter().map(|array| array.as_primitive::<T>()).collect();
    let values: Vec<T::Native> = match of.as_slice() {
        [one] => {
            let values = one.values();
            places.iter().map(|(_, row)| values[*row]).collect()
        }
        of => {
            let of: Vec<&[T::Native]> = of.iter().map(|array| array.values().as_ref()).collect();
            places.iter().map(|(array, row)| of[*array][*row]).collect()
        }
    };
    let data_type = arrays[0].data_type().clone();
    let made = PrimitiveArray::<T>::new(ScalarBuffer::from(values), valid(arrays, places));
    Arc::new(made.with_data_type(data_type))
}

/// Codes where all dictionaries are the same, else texts.
fn words<K: ArrowDictionaryKeyType>(arrays: &[&dyn Array], places: &[(usize, usize)]) -> Result<ArrayRef, Error> {
    let of: Vec<&DictionaryArray<K>> = arrays.iter().map(|array| array.as_dictionary::<K>()).collect();
    let words = of[0].values();
    let is_shared = |other: &ArrayRef| Arc::ptr_eq(other, words) || other.to_data() == words.to_data();
    if of.iter().skip(1).all(|array| is_shared(array.values())) {
        let keys: Vec<&dyn Array> = of.iter().map(|array| array.keys() as &dyn Array).collect();
        let keys = numbers::<K>(&keys, places);
        let made = DictionaryArray::<K>::try_new(keys.as_primitive::<K>().clone(), Arc::clone(words));
        return Ok(Arc::new(made.map_err(|error| Error::new(error.to_string()))?));
    }
    let texts: Vec<_> = of.iter().map(|array| (array, array.values().as_string::<i32>())).collect();
    let mut made = StringBuilder::with_capacity(places.len(), 0);
    for (array, row) in places {
        let (codes, words) = texts[*array];
        made.append_option(codes.key(*row).map(|code| words.value(code)));
    }
    Ok(Arc::new(made.finish()))
}
