//! A writer killed at any moment leaves the old bank or the new one, whole, and no lock.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use store::{BLOCK_ROWS, CheckOptions, Error, Store};

/// Names the bank's folder to the process that is to be killed.
const DIR: &str = "BANKSPHERE_TEST_KILLED";

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, false)]))
}

/// Replaces both collections by rows that all have that number.
fn write(store: &Store, number: i32) {
    let rows: ArrayRef = Arc::new(Int32Array::from(vec![number; BLOCK_ROWS]));
    let batch = RecordBatch::try_new(schema(), vec![rows]).unwrap();
    let mut commit = store.begin().unwrap();
    for name in ["a", "b"] {
        commit.write::<Error>(name, schema(), vec![Ok(batch.clone()), Ok(batch.clone())].into_iter()).unwrap();
    }
    commit.finish(None).unwrap();
}

/// The one number of a collection.
fn number(store: &Store, name: &str) -> i32 {
    let (_, batches) = store.read(name).unwrap();
    let numbers = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int32Type>().values());
    let mut numbers: Vec<i32> = numbers.copied().collect();
    assert_eq!(numbers.len(), 2 * BLOCK_ROWS);
    numbers.dedup();
    assert_eq!(numbers.len(), 1, "a mixture of two commits");
    numbers[0]
}

/// How many files lie in the bank.
fn names(dir: &Path) -> usize {
    let entries = fs_err::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { names(&path) } else { 1 }).sum()
}

#[test]
fn a_killed_writer_leaves_the_old_bank_or_the_new() {
    if let Some(dir) = std::env::var_os(DIR) {
        let store = Store::open(Path::new(&dir)).unwrap();
        for number in 1.. {
            write(&store, number);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    write(&Store::create_or_open(dir.path()).unwrap(), 0);
    for round in 0..12 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_killed_writer_leaves_the_old_bank_or_the_new"])
            .env(DIR, dir.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // However slow the machine is: killed while it writes, and not before.
        let manifest = || fs_err::read(dir.path().join("manifest.json")).unwrap();
        let before = manifest();
        while manifest() == before {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(7 * round));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let store = Store::open(dir.path()).unwrap();
        assert!(number(&store, "a") > 0);
        assert_eq!(number(&store, "a"), number(&store, "b"));
        let options = CheckOptions { progress: &|_, _| {}, cancel: &AtomicBool::new(false) };
        assert!(store.check(&options).unwrap().damaged.is_empty());
        write(&store, -1);
        assert_eq!((number(&store, "a"), number(&store, "b")), (-1, -1), "the next writer goes on");
        drop(store.begin().unwrap());
        assert_eq!(names(dir.path()), 4, "and nothing of the killed one is left: a manifest, a lock, two data files");
    }
}
