//! What the store learns of a collection while it is written: the range of each integer column, and the order token.
//!
//! In: the batches as they are written. Out: metadata for the schema, under [`MIN`], [`MAX`] and [`ORDER`].

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};

use crate::{ID, MAX, MIN, ORDER};

pub(crate) struct Statistics {
    names: Vec<String>,
    ranges: Vec<Option<(i64, i64)>>,
    id: Option<(usize, blake3::Hasher)>,
}

impl Statistics {
    pub(crate) fn new(schema: &Schema) -> Self {
        let id = schema.metadata.get(ID).and_then(|name| schema.index_of(name).ok());
        Self {
            names: schema.fields().iter().map(|field| field.name().clone()).collect(),
            ranges: vec![None; schema.fields().len()],
            id: id.map(|index| (index, blake3::Hasher::new())),
        }
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) {
        for (column, known) in batch.columns().iter().zip(&mut self.ranges) {
            *known = match (*known, range(column)) {
                (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
                (known, found) => known.or(found),
            };
        }
        if let Some((index, hasher)) = &mut self.id
            && !add_ids(batch.column(*index), hasher)
        {
            self.id = None;
        }
    }

    pub(crate) fn finish(self) -> BTreeMap<String, String> {
        let mut metadata = BTreeMap::new();
        for (name, range) in self.names.iter().zip(&self.ranges) {
            if let Some((min, max)) = range {
                metadata.insert(format!("{MIN}{name}"), min.to_string());
                metadata.insert(format!("{MAX}{name}"), max.to_string());
            }
        }
        if let Some((_, hasher)) = self.id {
            metadata.insert(ORDER.to_owned(), hasher.finalize().to_hex()[..32].to_owned());
        }
        metadata
    }
}

/// Takes ids into the order token; false where it could not tell them from others.
fn add_ids(ids: &ArrayRef, hasher: &mut blake3::Hasher) -> bool {
    let data = ids.to_data();
    if data.null_count() > 0 {
        return false;
    }
    // Invariant: the bytes are those of the rows alone, however the array is sliced.
    if let Some(width) = data.data_type().primitive_width() {
        hasher.update(&data.buffers()[0][data.offset() * width..(data.offset() + data.len()) * width]);
    } else if let Some(texts) = ids.as_string_opt::<i32>() {
        for text in texts.iter().flatten() {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    } else {
        return false;
    }
    true
}

fn range(column: &ArrayRef) -> Option<(i64, i64)> {
    match column.data_type() {
        DataType::Int8 => range_of::<Int8Type>(column),
        DataType::Int16 => range_of::<Int16Type>(column),
        DataType::Int32 => range_of::<Int32Type>(column),
        DataType::Int64 => range_of::<Int64Type>(column),
        DataType::UInt8 => range_of::<UInt8Type>(column),
        DataType::UInt16 => range_of::<UInt16Type>(column),
        _ => None,
    }
}

fn range_of<T: ArrowPrimitiveType>(column: &ArrayRef) -> Option<(i64, i64)>
where
    T::Native: Into<i64> + Ord,
{
    let column = column.as_primitive::<T>();
    let (min, max) = match column.nulls().filter(|nulls| nulls.null_count() > 0) {
        // Values that are folded from one that is there, unlike references that are compared, are taken many at a time.
        None => {
            let first = *column.values().first()?;
            let values = || column.values().iter().copied();
            (values().fold(first, Ord::min), values().fold(first, Ord::max))
        }
        Some(nulls) => {
            let mut there =
                column.values().iter().zip(nulls).filter(|(_, is_there)| *is_there).map(|(value, _)| *value);
            let first = there.next()?;
            there.fold((first, first), |(min, max), value| (min.min(value), max.max(value)))
        }
    };
    Some((min.into(), max.into()))
}
