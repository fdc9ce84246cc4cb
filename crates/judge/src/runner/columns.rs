//! Documents into typed columns, in the layout of a bank's files.
//!
//! In: documents. Out: a collection of columns, or `None` where a field is missing somewhere or has two types, or where no
//! other field repeats the `_id`. What is laid out in several ways in a bank (narrow integers, dictionaries, several
//! batches) is so here, too.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow_array::types::{UInt8Type, UInt16Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMillisecondArray, UInt8Array, UInt16Array,
};
use arrow_schema::{Field, Schema};
use bson::{Bson, Document};
use engine::Collection;

/// Few, so that small collections have several batches.
const BATCH_ROWS: usize = 64;

/// The documents as columns, if they are regular.
pub(super) fn typed(documents: &[Document]) -> Option<Collection> {
    let cells: Vec<Vec<(String, &Bson)>> =
        documents.iter().map(|document| flat("", document)).collect::<Option<_>>()?;
    let (first, rest) = cells.split_first()?;
    let is_regular = |row: &&Vec<(String, &Bson)>| row.iter().map(|cell| &cell.0).eq(first.iter().map(|cell| &cell.0));
    if !rest.iter().all(|row| is_regular(&row)) || first.first()?.0 != "_id" {
        return None;
    }
    let column = |place: usize| cells.iter().map(|row| row[place].1).collect::<Vec<&Bson>>();
    let ids = column(0);
    let places = 1..first.len();
    let id = places.clone().find(|place| column(*place) == ids)?;
    let n_batches = documents.len().div_ceil(BATCH_ROWS);
    let mut arrays: Vec<Vec<ArrayRef>> = vec![Vec::new(); n_batches];
    let mut fields = Vec::new();
    let mut metadata = HashMap::from([("banksphere.id".to_owned(), first[id].0.clone())]);
    if ids.iter().collect::<Vec<_>>().windows(2).all(|pair| as_int(pair[0]) < as_int(pair[1])) {
        metadata.insert("banksphere.order".to_owned(), format!("{ids:?}"));
    }
    for place in places {
        let batches = Column::new(&column(place))?.batches();
        fields.push(Field::new(first[place].0.as_str(), batches.first()?.data_type().clone(), true));
        arrays.iter_mut().zip(batches).for_each(|(batch, array)| batch.push(array));
    }
    let schema = Arc::new(Schema::new(fields).with_metadata(metadata));
    let batches = arrays.into_iter().map(|arrays| RecordBatch::try_new(Arc::clone(&schema), arrays).ok());
    Collection::from_batches(&schema, batches.collect::<Option<_>>()?).ok()
}

/// The fields by dotted path; `None` for a shape that has no columns.
fn flat<'d>(prefix: &str, document: &'d Document) -> Option<Vec<(String, &'d Bson)>> {
    let mut cells = Vec::new();
    for (name, value) in document {
        let path = format!("{prefix}{name}");
        match value {
            _ if name.is_empty() || name.contains(['.', '$']) => return None,
            Bson::Document(inner) if !inner.is_empty() => cells.extend(flat(&format!("{path}."), inner)?),
            value => cells.push((path, value)),
        }
    }
    Some(cells)
}

fn as_int(value: &Bson) -> Option<i32> {
    value.as_i32()
}

/// The values of a column of one type; `None` is null.
enum Column {
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    Long(Vec<Option<i64>>),
    Double(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
    Date(Vec<Option<i64>>),
}

impl Column {
    fn new(values: &[&Bson]) -> Option<Self> {
        fn each<T>(values: &[&Bson], of: impl Fn(&Bson) -> Option<T>) -> Option<Vec<Option<T>>> {
            let cell = |value: &&Bson| if **value == Bson::Null { Some(None) } else { of(value).map(Some) };
            values.iter().map(cell).collect()
        }
        match values.iter().find(|value| ***value != Bson::Null)? {
            Bson::Boolean(_) => each(values, Bson::as_bool).map(Self::Bool),
            Bson::Int32(_) => each(values, Bson::as_i32).map(Self::Int),
            Bson::Int64(_) => each(values, Bson::as_i64).map(Self::Long),
            Bson::Double(_) => each(values, Bson::as_f64).map(Self::Double),
            Bson::String(_) => each(values, |value| value.as_str().map(str::to_owned)).map(Self::Text),
            Bson::DateTime(_) => {
                each(values, |value| value.as_datetime().map(|date| date.timestamp_millis())).map(Self::Date)
            }
            _ => None,
        }
    }

    /// In the narrowest layout, as an import writes it.
    fn batches(&self) -> Vec<ArrayRef> {
        match self {
            Self::Bool(values) => chunks(values, |part| Arc::new(BooleanArray::from(part))),
            Self::Int(values) => ints(values),
            Self::Long(values) => chunks(values, |part| Arc::new(Int64Array::from(part))),
            Self::Double(values) => chunks(values, |part| Arc::new(Float64Array::from(part))),
            Self::Text(values) => texts(values),
            Self::Date(values) => chunks(values, |part| Arc::new(TimestampMillisecondArray::from(part))),
        }
    }
}

fn chunks<T: Clone>(values: &[T], array: impl Fn(Vec<T>) -> ArrayRef) -> Vec<ArrayRef> {
    values.chunks(BATCH_ROWS).map(|part| array(part.to_vec())).collect()
}

fn ints(values: &[Option<i32>]) -> Vec<ArrayRef> {
    macro_rules! narrow {
        ($type:ty, $array:ty) => {
            let narrow: Option<Vec<Option<$type>>> =
                values.iter().map(|value| value.map(<$type>::try_from).transpose().ok()).collect();
            if let Some(narrow) = narrow {
                return chunks(&narrow, |part| Arc::new(<$array>::from(part)));
            }
        };
    }
    narrow!(u8, UInt8Array);
    narrow!(i8, Int8Array);
    narrow!(u16, UInt16Array);
    narrow!(i16, Int16Array);
    chunks(values, |part| Arc::new(Int32Array::from(part)))
}

/// Few different texts become codes, many stay texts.
fn texts(values: &[Option<String>]) -> Vec<ArrayRef> {
    let distinct: BTreeSet<&str> = values.iter().filter_map(Option::as_deref).collect();
    let distinct: Vec<&str> = distinct.into_iter().collect();
    let code = |value: &Option<String>| value.as_deref().and_then(|text| distinct.binary_search(&text).ok());
    let dictionary: ArrayRef = Arc::new(StringArray::from(distinct.clone()));
    match distinct.len() {
        0..=6 => chunks(values, |part| {
            let keys: UInt8Array = part.iter().map(|value| code(value).map(|code| code as u8)).collect();
            Arc::new(DictionaryArray::<UInt8Type>::new(keys, Arc::clone(&dictionary)))
        }),
        7..=12 => chunks(values, |part| {
            let keys: UInt16Array = part.iter().map(|value| code(value).map(|code| code as u16)).collect();
            Arc::new(DictionaryArray::<UInt16Type>::new(keys, Arc::clone(&dictionary)))
        }),
        _ => chunks(values, |part| Arc::new(StringArray::from(part))),
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;
    use engine::Engine;
    use pipeline::{Pipeline, Run as _, Schema};

    use super::*;

    #[test]
    fn regular_documents_come_back_from_columns() {
        let documents: Vec<Document> = (0..150)
            .map(|i| {
                let text = if i % 7 == 0 { Bson::Null } else { Bson::from(format!("text {}", i % 5)) };
                doc! { "_id": i, "k": i, "o": { "a": f64::from(i) / 3.0, "b": i64::from(i) << 40 }, "t": text }
            })
            .collect();
        let collection = typed(&documents).unwrap();
        assert!(matches!(collection.schema(), Schema::Fields(_)));
        let mut engine = Engine::new();
        engine.insert("c", collection);
        assert_eq!(engine.run("c", &Pipeline::default()).unwrap(), documents);
    }

    #[test]
    fn irregular_documents_have_no_columns() {
        assert!(typed(&[doc! { "_id": 1, "k": 1, "x": 1 }, doc! { "_id": 2, "k": 2 }]).is_none());
        assert!(typed(&[doc! { "_id": 1, "k": 1, "x": 1 }, doc! { "_id": 2, "k": 2, "x": 1.5 }]).is_none());
        assert!(typed(&[doc! { "_id": 1, "x": 2 }]).is_none());
        assert!(typed(&[doc! { "_id": 1, "k": 1, "x": [1] }]).is_none());
    }
}
