//! A small table of numbers for the tests of the store: written, read, damaged and looked at from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, UInt8Type};
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use jiff::civil::{Date, date};
use store::{BLOCK_ROWS, CheckOptions, Damage, Error, Outcome, Store};

pub const DAY: Option<Date> = Some(date(2026, 1, 31));

pub fn schema() -> SchemaRef {
    let text = DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8));
    let fields = vec![Field::new("n", DataType::Int32, false), Field::new("kind", text, false)];
    Arc::new(Schema::new_with_metadata(fields, [(store::ID, "n")]))
}

/// Rows `first..first + n_rows`, in blocks.
pub fn batches(first: i32, n_rows: usize) -> Vec<Result<RecordBatch, Error>> {
    let kinds = Arc::new(StringArray::from(vec!["even", "odd"]));
    let rows: Vec<i32> = (first..first + n_rows as i32).collect();
    let block = |rows: &[i32]| {
        let keys = UInt8Array::from_iter_values(rows.iter().map(|n| (n % 2) as u8));
        let kind = DictionaryArray::<UInt8Type>::new(keys, kinds.clone());
        let columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(rows.to_vec())), Arc::new(kind)];
        Ok(RecordBatch::try_new(schema(), columns).unwrap())
    };
    rows.chunks(BLOCK_ROWS).map(block).collect()
}

pub fn put(store: &Store, name: &str, first: i32, n_rows: usize, as_of: Option<Date>) -> Outcome {
    let mut commit = store.begin().unwrap();
    commit.write::<Error>(name, schema(), batches(first, n_rows).into_iter()).unwrap();
    commit.finish(as_of).unwrap()
}

pub fn numbers(store: &Store, name: &str) -> Vec<i32> {
    let (_, batches) = store.read(name).unwrap();
    batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int32Type>().values().to_vec()).collect()
}

/// What a check finds: collection and message of each damaged file.
pub fn damage(store: &Store) -> Vec<String> {
    let options = CheckOptions { progress: &|_, _| {}, cancel: &AtomicBool::new(false) };
    let checked = store.check(&options).unwrap();
    let text = |damage: &Damage| {
        let message = damage.error.diagnostic().message();
        format!("{}: {}", damage.collection, message.trim_start_matches("a file of the bank is damaged: "))
    };
    checked.damaged.iter().map(text).collect()
}

pub fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

/// Writes the bank's manifest as format 2 had it, with changes: no checksum, and no contract but one for all states.
pub fn make_format_2(dir: &Path, change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>)) {
    let path = dir.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs_err::read(&path).unwrap()).unwrap();
    let fields = manifest.as_object_mut().unwrap();
    fields.insert("format".to_owned(), 2.into());
    assert!(fields.remove("checksum").is_some());
    fields.remove("contracts");
    for snapshots in fields["collections"].as_object_mut().unwrap().values_mut() {
        for snapshot in snapshots.as_array_mut().unwrap() {
            snapshot.as_object_mut().unwrap().remove("contract");
        }
    }
    change(fields);
    fs_err::write(path, serde_json::to_string_pretty(&manifest).unwrap()).unwrap();
}

/// A bank of one collection `c` with rows 0 to 99, and the path of its data file.
pub fn small(dir: &Path) -> PathBuf {
    let store = Store::create_or_open(dir).unwrap();
    assert_eq!(put(&store, "c", 0, 100, DAY), Outcome::Changed);
    dir.join(&store.collections()[0].files[0])
}

pub fn alter(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs_err::read(path).unwrap();
    change(&mut bytes);
    fs_err::write(path, bytes).unwrap();
}

pub fn message(result: Result<impl Sized, Error>) -> String {
    result.err().expect("an error").to_string()
}
