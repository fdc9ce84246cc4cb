//! A block's column as an Arrow array, where one type holds its values.
//!
//! In: a column of a plan, and a block. Out: a [`Column`]: of a stored one its bytes as they lie, of a computed one an array of
//! the type of its values. Invariant: an array's nulls are nulls; a column with missing values is one of values.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::types::UInt16Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray, TimestampMillisecondArray,
    UInt16Array,
};
use arrow_buffer::NullBuffer;
use bson::Bson;

use super::super::block::Block;
use super::super::plan::{ColumnId, Plan, Source};
use super::super::shape::{Absent, Domain, Kind, Lane, NumberType, Shape};
use super::super::stored::StoredKind;
use super::Column;
use super::gather::taken;
use crate::Error;
use crate::value::Value;
use documents::Absence;

/// How the blocks of a column become arrays.
pub(crate) struct Maker {
    column: ColumnId,
    by: By,
}

enum By {
    /// The stored array, or some of its rows.
    Stored,
    /// The values by code, of which rows are taken.
    Codes(ArrayRef),
    /// Texts by code: a dictionary, and where its codes are null.
    Words(ArrayRef, Vec<bool>),
    Number(Shape),
    /// No type is known to hold all values.
    Values,
}

impl Maker {
    pub(crate) fn new(column: ColumnId, plan: &Plan) -> Self {
        let of = plan.column(column);
        let by = match (&of.source, &of.kind) {
            (Source::Stored { collection, index }, _) => {
                let stored = &plan.collections[*collection].columns[*index];
                let is_plain = matches!(stored.absence, Absence::Never | Absence::Null);
                if is_plain && !matches!(stored.kind, StoredKind::Field) { By::Stored } else { By::Values }
            }
            (_, Kind::Coded(domain)) => by_code(domain),
            (_, Kind::Number(shape)) if shape.absent != Absent::Missing => By::Number(*shape),
            _ => By::Values,
        };
        Self { column, by }
    }

    /// Whether it gives arrays.
    pub(crate) fn is_array(&self) -> bool {
        !matches!(self.by, By::Values)
    }

    /// The column of the rows of a block.
    pub(crate) fn make(&self, block: &mut Block) -> Result<Column, Error> {
        Ok(Column::Array(match &self.by {
            By::Stored => block.stored_array(self.column)?,
            By::Codes(values) => taken(values, block.codes(self.column)?.iter().map(|code| usize::from(*code)))?,
            By::Words(words, nulls) => {
                let codes = block.codes(self.column)?;
                let valid: NullBuffer = codes.iter().map(|code| !nulls[usize::from(*code)]).collect();
                let keys = UInt16Array::new(codes.to_vec().into(), Some(valid).filter(|valid| valid.null_count() > 0));
                Arc::new(DictionaryArray::<UInt16Type>::try_new(keys, Arc::clone(words)).map_err(|error| of(&error))?)
            }
            By::Number(shape) => {
                let numbers = block.numbers(self.column)?;
                let valid = numbers.absent.as_ref().map(|absent| absent.iter().map(|absent| !absent).collect());
                match &numbers.lane {
                    Lane::Double(values) => Arc::new(Float64Array::new(values.clone(), valid)),
                    Lane::Int(values) if shape.number == NumberType::Int => {
                        Arc::new(Int32Array::new(values.iter().map(|x| *x as i32).collect(), valid))
                    }
                    Lane::Int(values) => Arc::new(Int64Array::new(values.clone(), valid)),
                }
            }
            By::Values => return Ok(Column::Values(block.values(self.column)?.to_vec())),
        }))
    }
}

fn by_code(domain: &Domain) -> By {
    let values: Vec<Value> = domain.values().collect();
    let Some(array) = array_of(&values) else { return By::Values };
    let Some(words) = array.as_any().downcast_ref::<DictionaryArray<UInt16Type>>() else { return By::Codes(array) };
    // Its own codes are not the domain's: these name places in a list that has each value.
    let texts: StringArray = values.iter().map(|value| value.as_ref().and_then(Bson::as_str).or(Some(""))).collect();
    By::Words(Arc::new(texts), (0..words.len()).map(|code| words.is_null(code)).collect())
}

pub(super) fn of(error: &arrow_schema::ArrowError) -> Error {
    Error::new(format!("the columns of the rows cannot be put together: {error}"))
}

/// More different texts than these are no dictionary.
const MOST_WORDS: usize = u16::MAX as usize;

/// The array of values of one type, some perhaps null; nothing where they are of several types, missing, or of a type that no
/// column has. Texts of which there are few are a dictionary.
pub(crate) fn array_of(values: &[Value]) -> Option<ArrayRef> {
    let first = values.iter().find(|value| !matches!(value, Some(Bson::Null)))?.as_ref()?;
    macro_rules! collect {
        ($kind:ident, $array:ty) => {{
            let each = values.iter().map(|value| match value {
                Some(Bson::$kind(x)) => Some(Some(*x)),
                Some(Bson::Null) => Some(None),
                _ => None,
            });
            Some(Arc::new(each.collect::<Option<$array>>()?) as ArrayRef)
        }};
    }
    match first {
        Bson::Int32(_) => collect!(Int32, Int32Array),
        Bson::Int64(_) => collect!(Int64, Int64Array),
        Bson::Double(_) => collect!(Double, Float64Array),
        Bson::Boolean(_) => {
            let mut array = BooleanBuilder::with_capacity(values.len());
            for value in values {
                match value {
                    Some(Bson::Boolean(x)) => array.append_value(*x),
                    Some(Bson::Null) => array.append_null(),
                    _ => return None,
                }
            }
            Some(Arc::new(array.finish()))
        }
        Bson::DateTime(_) => {
            let each = values.iter().map(|value| match value {
                Some(Bson::DateTime(x)) => Some(Some(x.timestamp_millis())),
                Some(Bson::Null) => Some(None),
                _ => None,
            });
            Some(Arc::new(each.collect::<Option<TimestampMillisecondArray>>()?))
        }
        Bson::String(_) => texts(values),
        _ => None,
    }
}

fn texts(values: &[Value]) -> Option<ArrayRef> {
    let text = |value: &Value| match value {
        Some(Bson::String(_) | Bson::Null) => Some(()),
        _ => None,
    };
    values.iter().try_for_each(text)?;
    let mut words: HashMap<&str, u16> = HashMap::new();
    let mut list: Vec<&str> = Vec::new();
    let mut keys: Vec<Option<u16>> = Vec::with_capacity(values.len());
    for value in values {
        let Some(word) = value.as_ref().and_then(Bson::as_str) else {
            keys.push(None);
            continue;
        };
        if list.len() == MOST_WORDS && !words.contains_key(word) {
            let mut array = StringBuilder::new();
            for value in values {
                array.append_option(value.as_ref().and_then(Bson::as_str));
            }
            return Some(Arc::new(array.finish()));
        }
        keys.push(Some(*words.entry(word).or_insert_with(|| {
            list.push(word);
            (list.len() - 1) as u16
        })));
    }
    let words: ArrayRef = Arc::new(StringArray::from(list));
    Some(Arc::new(DictionaryArray::<UInt16Type>::try_new(UInt16Array::from(keys), words).ok()?))
}
