//! Stored columns: Arrow arrays, read as codes, numbers or values for some rows of a batch.
//!
//! In: record batches in the layout that the store writes. Out: [`Typed`], whose columns know their path, type, range
//! and dictionary. Invariant: every column has one type in all batches. Where it lacks a value, [`Stored::absence`] says
//! what stands there: in a contract's columns null, in those of documents of any shape ([`super::loose`]) perhaps nothing.

use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType, UInt8Type, UInt16Type,
};
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, Metadata, SchemaRef, TimeUnit};
use bson::oid::ObjectId;
use bson::{Bson, DateTime};
use documents::Absence;
use pipeline::ast::Path;

use super::loose::Loose;
use super::shape::{Absent, Lane, Numbers};
use super::sums::Exponents;
use crate::Error;
use crate::value::Value;
use crate::verify::{Checked, Verify};

/// A collection of typed columns.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) columns: Vec<Stored>,
    /// Private, so that no bytes are read past [`Self::array`].
    batches: Vec<RecordBatch>,
    pub(crate) n_rows: usize,
    /// The column that is also the document's `_id`.
    pub(crate) id: Option<usize>,
    /// Equal for collections whose rows lie in the same order by their `id`.
    pub(crate) order: Option<String>,
    /// Of documents of any shape: how their fields lie in the columns.
    pub(crate) loose: Option<Loose>,
    checked: Checked,
}

/// One stored column.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) path: Path,
    pub(crate) kind: StoredKind,
    pub(crate) absence: Absence,
    /// Its number in the batches; none of its own has a whole field of documents of any shape.
    place: Option<usize>,
    declared: Option<(i64, i64)>,
    range: OnceLock<Option<(i64, i64)>>,
    /// By batch.
    exponents: Vec<OnceLock<Exponents>>,
}

/// What a stored column holds.
#[derive(Debug)]
pub(crate) enum StoredKind {
    Bool,
    Int,
    Long,
    Double,
    Text,
    /// Text by code, with the one dictionary of all batches.
    Dictionary(Arc<[Value]>),
    Date,
    ObjectId,
    /// What documents of any shape have at a field, put together from all columns that hold some of it.
    Field,
}

/// Some rows of one batch: a range, or a selection inside the range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowSet<'a> {
    pub(crate) start: usize,
    pub(crate) len: usize,
    /// Positions counted from `start`, rising.
    pub(crate) selection: Option<&'a [u32]>,
}

impl RowSet<'_> {
    fn pick<T: Copy, U>(&self, values: &[T], f: impl Fn(T) -> U) -> Vec<U> {
        let values = &values[self.start..self.start + self.len];
        match self.selection {
            None => values.iter().map(|value| f(*value)).collect(),
            Some(selection) => selection.iter().map(|i| f(values[*i as usize])).collect(),
        }
    }

    pub(crate) fn positions(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match self.selection {
            None => Box::new(self.start..self.start + self.len),
            Some(selection) => Box::new(selection.iter().map(|i| self.start + *i as usize)),
        }
    }

    fn nulls(&self, array: &dyn Array) -> Option<Vec<bool>> {
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
        Some(self.positions().map(|row| nulls.is_null(row)).collect())
    }
}

impl Typed {
    pub(crate) fn new(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Result<Self, Error> {
        let metadata = schema.metadata();
        let columns = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                Stored::new(index, field.name(), field.data_type(), declared(metadata, field.name()), &batches)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let id = match metadata.get("banksphere.id") {
            None => None,
            Some(name) => Some(schema.index_of(name).map_err(|_| {
                Error::new(format!("the collection's schema names `{name}` as its `_id`, but has no such column"))
            })?),
        };
        let n_rows = batches.iter().map(RecordBatch::num_rows).sum();
        let order = metadata.get("banksphere.order").cloned();
        Ok(Self { columns, batches, n_rows, id, order, loose: None, checked: Checked::default() })
    }

    /// Of documents of any shape, kept as columns. `checked` is asked for columns by their number in the batches.
    pub(crate) fn of_documents(schema: &SchemaRef, batches: Vec<RecordBatch>, loose: Loose, checked: Checked) -> Self {
        let columns = loose.columns(schema, &batches);
        let n_rows = batches.iter().map(RecordBatch::num_rows).sum();
        Self { columns, batches, n_rows, id: None, order: None, loose: Some(loose), checked }
    }

    /// The same columns, whose bytes are verified before they are first read.
    pub(crate) fn verified_by(mut self, verify: Arc<dyn Verify>) -> Self {
        self.checked = Checked::by(verify, self.batches.len(), self.columns.len());
        self
    }

    /// Checks that the stored bytes are still there.
    pub(crate) fn check_length(&self) -> Result<(), Error> {
        self.checked.check_length()
    }

    /// The rows of each batch.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = usize> + '_ {
        self.batches.iter().map(RecordBatch::num_rows)
    }

    /// A column of a batch, verified: the only way to its bytes.
    pub(crate) fn array(&self, batch: usize, column: usize) -> Result<&ArrayRef, Error> {
        let stored = &self.columns[column];
        let place = stored.place.ok_or_else(|| Error::new(format!("`{}` is no column of its own", stored.path)))?;
        self.checked.check(batch, place, || stored.path.to_string())?;
        Ok(self.batches[batch].column(place))
    }

    /// A column of a list's elements by its number in the list, verified.
    pub(crate) fn in_list(&self, batch: usize, list: usize, place: usize) -> Result<&ArrayRef, Error> {
        let elements = self.list(batch, list)?.values().as_struct_opt();
        let column = elements.and_then(|elements| elements.columns().get(place));
        column.ok_or_else(|| Error::new("a list lacks a column"))
    }

    /// A list by its number in the batches, verified.
    pub(crate) fn list(&self, batch: usize, list: usize) -> Result<&ListArray, Error> {
        self.physical(batch, list)?
            .as_list_opt::<i32>()
            .ok_or_else(|| Error::new("a column that should be one is no list"))
    }

    /// The schema of the batches.
    pub(crate) fn schema(&self) -> Option<SchemaRef> {
        self.batches.first().map(RecordBatch::schema)
    }

    /// A column by its number in the batches, verified.
    pub(crate) fn physical(&self, batch: usize, place: usize) -> Result<&ArrayRef, Error> {
        self.checked.check(batch, place, || self.batches[batch].schema().field(place).name().clone())?;
        Ok(self.batches[batch].column(place))
    }

    /// The values of any column.
    pub(crate) fn values(&self, batch: usize, column: usize, rows: &RowSet) -> Result<Vec<Value>, Error> {
        let stored = &self.columns[column];
        if let (StoredKind::Field, Some(loose)) = (&stored.kind, &self.loose) {
            return loose.fields(self, batch, stored.path.head(), rows);
        }
        let mut values = values(self.array(batch, column)?, rows);
        match (stored.absence, &self.loose) {
            (Absence::Missing, _) => values.iter_mut().filter(|value| **value == Some(Bson::Null)).for_each(|value| {
                *value = None;
            }),
            (Absence::Either, Some(loose)) => {
                loose.drop_missing(self, batch, stored.path.segments(), rows, &mut values)?;
            }
            _ => {}
        }
        Ok(values)
    }

    /// The least and greatest value of an integer column: as declared, else found by one pass when first asked for.
    pub(crate) fn range(&self, column: usize) -> Result<Option<(i64, i64)>, Error> {
        let stored = &self.columns[column];
        if stored.declared.is_some() {
            return Ok(stored.declared);
        }
        if let Some(range) = stored.range.get() {
            return Ok(*range);
        }
        let found = range_of((0..self.batches.len()).map(|batch| self.array(batch, column)))?;
        Ok(*stored.range.get_or_init(|| found))
    }

    /// Whether row `i` here and row `i` there have the same id, batch by batch.
    pub(crate) fn is_aligned_with(&self, other: &Self) -> bool {
        self.order.is_some()
            && self.order == other.order
            && self.has_id_in_every_row()
            && other.has_id_in_every_row()
            && self.sizes().eq(other.sizes())
    }

    /// Nulls may lie elsewhere in the same order: only of the ids themselves does it tell.
    fn has_id_in_every_row(&self) -> bool {
        self.id.is_some_and(|id| self.columns[id].absence == Absence::Never)
    }
}

impl Stored {
    fn new(
        index: usize,
        name: &str,
        data_type: &DataType,
        declared: Option<(i64, i64)>,
        batches: &[RecordBatch],
    ) -> Result<Self, Error> {
        let path = Path::new(name).ok_or_else(|| Error::new(format!("`{name}` is not a field path")))?;
        let kind = match data_type {
            DataType::Boolean => StoredKind::Bool,
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => StoredKind::Int,
            DataType::Int64 => StoredKind::Long,
            DataType::Float64 => StoredKind::Double,
            DataType::Utf8 => StoredKind::Text,
            DataType::Timestamp(TimeUnit::Millisecond, _) => StoredKind::Date,
            DataType::Dictionary(key, value)
                if matches!(**key, DataType::UInt8 | DataType::UInt16) && **value == DataType::Utf8 =>
            {
                one_dictionary(index, batches).map_or(StoredKind::Text, StoredKind::Dictionary)
            }
            other => return Err(Error::new(format!("column `{name}` has the type {other}, which no field can have"))),
        };
        if let Some(batch) = batches.iter().find(|batch| batch.column(index).data_type() != data_type) {
            let found = batch.column(index).data_type();
            return Err(Error::new(format!("column `{name}` is {data_type} by its schema, but {found} in a batch")));
        }
        let is_nullable = batches.iter().any(|batch| batch.column(index).null_count() > 0);
        let absence = if is_nullable { Absence::Null } else { Absence::Never };
        Ok(Self::at(path, kind, absence, Some(index), batches.len()).within(declared))
    }

    /// A column of this kind at a place in the batches.
    pub(crate) fn at(path: Path, kind: StoredKind, absence: Absence, place: Option<usize>, n_batches: usize) -> Self {
        let exponents = (0..n_batches).map(|_| OnceLock::new()).collect();
        Self { path, kind, absence, place, declared: None, range: OnceLock::new(), exponents }
    }

    /// The same, with the range that its integers were declared to have.
    pub(crate) fn within(self, declared: Option<(i64, i64)>) -> Self {
        Self { declared, ..self }
    }

    /// What stands where it has no value, if that is the same everywhere.
    pub(crate) fn absent(&self) -> Option<Absent> {
        match self.absence {
            Absence::Never => Some(Absent::Never),
            Absence::Null => Some(Absent::Null),
            Absence::Missing => Some(Absent::Missing),
            Absence::Either => None,
        }
    }

    /// The exponents of a batch's doubles, found when first asked for.
    pub(crate) fn exponents(&self, batch: usize, array: &ArrayRef) -> Option<Exponents> {
        let values = array.as_primitive_opt::<Float64Type>()?.values();
        Some(*self.exponents.get(batch)?.get_or_init(|| Exponents::of(values)))
    }
}

/// The range of integers that a schema's metadata declares for a column.
pub(crate) fn declared(metadata: &Metadata, name: &str) -> Option<(i64, i64)> {
    let bound = |end: &str| metadata.get(&format!("banksphere.{end}.{name}"))?.parse().ok();
    bound("min").zip(bound("max"))
}

/// The least and greatest of the integers in these arrays.
pub(crate) fn range_of<'a>(
    arrays: impl Iterator<Item = Result<&'a ArrayRef, Error>>,
) -> Result<Option<(i64, i64)>, Error> {
    let mut found: Option<(i64, i64)> = None;
    for array in arrays {
        let array = array?;
        let all = RowSet { start: 0, len: array.len(), selection: None };
        let nulls = all.nulls(array);
        for (row, value) in ints(array, &all).iter().enumerate() {
            if nulls.as_ref().is_none_or(|nulls| !nulls[row]) {
                let (min, max) = found.unwrap_or((*value, *value));
                found = Some((min.min(*value), max.max(*value)));
            }
        }
    }
    Ok(found)
}

/// The dictionary of a column, if all batches share it.
pub(crate) fn one_dictionary(index: usize, batches: &[RecordBatch]) -> Option<Arc<[Value]>> {
    one_dictionary_of(batches.iter().map(|batch| batch.column(index)))
}

/// The dictionary of arrays, if all share it.
pub(crate) fn one_dictionary_of<'a>(mut arrays: impl Iterator<Item = &'a ArrayRef> + Clone) -> Option<Arc<[Value]>> {
    let values = |array: &ArrayRef| array.as_any_dictionary_opt().map(|array| array.values().clone());
    let Some(first) = arrays.clone().next() else { return Some(Arc::from([])) };
    let dictionary = values(first)?;
    let is_shared = |other: &ArrayRef| Arc::ptr_eq(other, &dictionary) || other.to_data() == dictionary.to_data();
    if !arrays.all(|array| values(array).is_some_and(|other| is_shared(&other))) {
        return None;
    }
    let all = RowSet { start: 0, len: dictionary.len(), selection: None };
    Some(self::values(&dictionary, &all).into())
}

/// The codes of a column that has a dictionary, is boolean, or whose integers lie in `min..min + n`; null is code `n`.
pub(crate) fn codes(array: &ArrayRef, rows: &RowSet, min: i64, n: usize) -> Vec<u16> {
    let minimum = min as i32;
    let mut codes = match array.data_type() {
        DataType::Boolean => rows.positions().map(|row| u16::from(array.as_boolean().value(row))).collect(),
        DataType::Dictionary(key, _) if **key == DataType::UInt8 => {
            rows.pick(array.as_dictionary::<UInt8Type>().keys().values(), u16::from)
        }
        DataType::Dictionary(..) => rows.pick(array.as_dictionary::<UInt16Type>().keys().values(), |code| code),
        // Wrapping: an integer outside the range becomes a code outside the domain, which the caller refuses.
        DataType::Int8 => {
            rows.pick(array.as_primitive::<Int8Type>().values(), |x| i32::from(x).wrapping_sub(minimum) as u16)
        }
        DataType::Int16 => {
            rows.pick(array.as_primitive::<Int16Type>().values(), |x| i32::from(x).wrapping_sub(minimum) as u16)
        }
        DataType::UInt8 => {
            rows.pick(array.as_primitive::<UInt8Type>().values(), |x| i32::from(x).wrapping_sub(minimum) as u16)
        }
        DataType::UInt16 => {
            rows.pick(array.as_primitive::<UInt16Type>().values(), |x| i32::from(x).wrapping_sub(minimum) as u16)
        }
        DataType::Int32 => rows.pick(array.as_primitive::<Int32Type>().values(), |x| {
            u16::try_from(x.wrapping_sub(minimum) as u32).unwrap_or(u16::MAX)
        }),
        _ => rows.pick(&ints(array, &RowSet { start: 0, len: array.len(), selection: None }), |x| {
            u16::try_from(x.wrapping_sub(min)).unwrap_or(u16::MAX)
        }),
    };
    if let Some(nulls) = rows.nulls(array) {
        codes.iter_mut().zip(nulls).filter(|(_, null)| *null).for_each(|(code, _)| *code = n as u16);
    }
    codes
}

/// The bytes of a column that has one for each row and no nulls, and whether they are signed.
pub(crate) fn bytes(array: &ArrayRef) -> Option<(&[u8], bool)> {
    if array.null_count() > 0 {
        return None;
    }
    match array.data_type() {
        DataType::Int8 => Some((array.as_primitive::<Int8Type>().values().inner().as_slice(), true)),
        DataType::UInt8 => Some((array.as_primitive::<UInt8Type>().values().inner().as_slice(), false)),
        DataType::Dictionary(key, _) if **key == DataType::UInt8 => {
            Some((array.as_dictionary::<UInt8Type>().keys().values().inner().as_slice(), false))
        }
        _ => None,
    }
}

/// The numbers of an int, long or double column.
pub(crate) fn numbers(array: &ArrayRef, rows: &RowSet) -> Numbers {
    let absent = rows.nulls(array).map(Into::into);
    let lane = match array.data_type() {
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            Lane::Double(match rows.selection {
                None => values.slice(rows.start, rows.len),
                Some(_) => rows.pick(values, |x| x).into(),
            })
        }
        _ => Lane::Int(ints(array, rows)),
    };
    Numbers { lane, absent }
}

fn ints(array: &ArrayRef, rows: &RowSet) -> ScalarBuffer<i64> {
    match array.data_type() {
        DataType::Int8 => rows.pick(array.as_primitive::<Int8Type>().values(), i64::from).into(),
        DataType::Int16 => rows.pick(array.as_primitive::<Int16Type>().values(), i64::from).into(),
        DataType::Int32 => rows.pick(array.as_primitive::<Int32Type>().values(), i64::from).into(),
        DataType::UInt8 => rows.pick(array.as_primitive::<UInt8Type>().values(), i64::from).into(),
        DataType::UInt16 => rows.pick(array.as_primitive::<UInt16Type>().values(), i64::from).into(),
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>().values();
            match rows.selection {
                None => values.slice(rows.start, rows.len),
                Some(_) => rows.pick(values, |x| x).into(),
            }
        }
        _ => ScalarBuffer::from(vec![0; rows.selection.map_or(rows.len, <[u32]>::len)]),
    }
}

/// The values of any column.
pub(crate) fn values(array: &ArrayRef, rows: &RowSet) -> Vec<Value> {
    let each = |value: &dyn Fn(usize) -> Bson| -> Vec<Value> {
        rows.positions().map(|row| Some(if array.is_null(row) { Bson::Null } else { value(row) })).collect()
    };
    match array.data_type() {
        DataType::Boolean => each(&|row| Bson::Boolean(array.as_boolean().value(row))),
        DataType::Float64 => each(&|row| Bson::Double(array.as_primitive::<Float64Type>().value(row))),
        DataType::Int64 => each(&|row| Bson::Int64(array.as_primitive::<Int64Type>().value(row))),
        DataType::Int32 => each(&|row| Bson::Int32(array.as_primitive::<Int32Type>().value(row))),
        DataType::Int16 => each(&|row| Bson::Int32(i32::from(array.as_primitive::<Int16Type>().value(row)))),
        DataType::Int8 => each(&|row| Bson::Int32(i32::from(array.as_primitive::<Int8Type>().value(row)))),
        DataType::UInt16 => each(&|row| Bson::Int32(i32::from(array.as_primitive::<UInt16Type>().value(row)))),
        DataType::UInt8 => each(&|row| Bson::Int32(i32::from(array.as_primitive::<UInt8Type>().value(row)))),
        DataType::Utf8 => each(&|row| Bson::String(array.as_string::<i32>().value(row).to_owned())),
        DataType::Binary => {
            each(&|row| Bson::String(String::from_utf8_lossy(array.as_binary::<i32>().value(row)).into_owned()))
        }
        DataType::FixedSizeBinary(12) => each(&|row| {
            let bytes = array.as_fixed_size_binary().value(row).try_into();
            Bson::ObjectId(ObjectId::from_bytes(bytes.unwrap_or_default()))
        }),
        DataType::Timestamp(..) => {
            let array = array.as_primitive::<TimestampMillisecondType>();
            each(&|row| Bson::DateTime(DateTime::from_millis(array.value(row))))
        }
        DataType::Dictionary(..) => dictionary_values(array, rows),
        _ => rows.positions().map(|_| Some(Bson::Null)).collect(),
    }
}

fn dictionary_values(array: &ArrayRef, rows: &RowSet) -> Vec<Value> {
    let texts = array.as_any_dictionary().values();
    let all = RowSet { start: 0, len: texts.len(), selection: None };
    let texts = values(texts, &all);
    codes(array, rows, 0, texts.len())
        .into_iter()
        .map(|code| texts.get(usize::from(code)).cloned().unwrap_or(Some(Bson::Null)))
        .collect()
}
