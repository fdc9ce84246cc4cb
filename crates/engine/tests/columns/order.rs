//! Collections are joined by their order only where their ids lie in the same one, as the store has seen it.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::UInt8Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use engine::{Collection, Engine};
use pipeline::{Run, parse_text};
use store::{Error, Store};

/// A bank of two collections with these ids and the number of each row, written and read back.
fn bank(ids: [ArrayRef; 2]) -> Engine {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::create_or_open(dir.path()).expect("a store");
    let mut commit = store.begin().expect("no other writer");
    for (name, ids) in ["customers", "transactions"].into_iter().zip(ids) {
        let numbers: ArrayRef = Arc::new(Int32Array::from_iter_values(0..ids.len() as i32));
        let fields =
            vec![Field::new("key", ids.data_type().clone(), true), Field::new("n", numbers.data_type().clone(), false)];
        let metadata = HashMap::from([(store::ID.to_owned(), "key".to_owned())]);
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![ids, numbers]).expect("a batch");
        commit.write::<Error>(name, schema, std::iter::once(Ok(batch))).expect("written");
    }
    commit.finish(None).expect("a bank");
    let mut engine = Engine::new();
    for name in ["customers", "transactions"] {
        let (schema, batches) = store.read(name).expect("a collection");
        engine.insert(name, Collection::from_batches(&schema, batches).expect("types that fields have"));
    }
    engine
}

/// Joins two collections by their ids: whether it took their order for the same, and the pairs of rows it found.
fn join(ids: [ArrayRef; 2]) -> (bool, Vec<(i32, i32)>) {
    let engine = bank(ids);
    let pipeline = parse_text(
        "[{$lookup: {from: 'transactions', localField: 'key', foreignField: 'key', as: 't'}}, {$unwind: '$t'}, \
          {$project: {n: 1, m: '$t.n'}}]",
    )
    .expect("a pipeline");
    let explain = engine.explain("customers", &pipeline).expect("it ran");
    let rows = engine.run("customers", &pipeline).expect("rows");
    let pair = |row: &bson::Document| (row.get_i32("n").expect("a number"), row.get_i32("m").expect("a number"));
    (explain.stages[0].how.starts_with("aligned join"), rows.iter().map(pair).collect())
}

fn texts(ids: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(ids.to_vec()))
}

#[test]
fn texts_in_the_same_order_are_joined_by_it() {
    let ids = || texts(&["b-1", "a-2", "c-3"]);
    assert_eq!(join([ids(), ids()]), (true, vec![(0, 0), (1, 1), (2, 2)]));
}

#[test]
fn texts_in_another_order_are_looked_up() {
    let ids = [texts(&["b-1", "a-2", "c-3"]), texts(&["a-2", "c-3", "b-1"])];
    assert_eq!(join(ids), (false, vec![(0, 2), (1, 0), (2, 1)]));
    // Where one text ends and the next begins counts, too.
    assert_eq!(join([texts(&["ab", "c"]), texts(&["a", "bc"])]), (false, Vec::new()));
    assert_eq!(join([texts(&["a", ""]), texts(&["", "a"])]), (false, vec![(0, 1), (1, 0)]));
}

#[test]
fn ids_of_which_the_order_says_too_little_are_looked_up() {
    let coded = |ids: [&str; 2]| -> ArrayRef { Arc::new(ids.into_iter().collect::<DictionaryArray<UInt8Type>>()) };
    assert_eq!(join([coded(["a", "b"]), coded(["b", "a"])]), (false, vec![(0, 1), (1, 0)]));
    let flags = |ids: [bool; 2]| -> ArrayRef { Arc::new(BooleanArray::from(ids.to_vec())) };
    assert_eq!(join([flags([true, false]), flags([false, true])]), (false, vec![(0, 1), (1, 0)]));
    let maybe = |ids: [Option<&str>; 2]| -> ArrayRef { Arc::new(StringArray::from(ids.to_vec())) };
    assert_eq!(join([maybe([None, Some("a")]), maybe([Some("a"), None])]), (false, vec![(0, 1), (1, 0)]));
    // The bytes below a null are those of the other's number.
    let numbers = |ids: [Option<i64>; 2]| -> ArrayRef { Arc::new(Int64Array::from(ids.to_vec())) };
    assert_eq!(join([numbers([None, Some(1)]), numbers([Some(0), Some(1)])]), (false, vec![(1, 1)]));
}
