//! Files so long that they are read in pieces: what holds of short ones holds of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::cell::RefCell;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use extract::{Contract, Options, Quality, Reading, import_table};
use store::Store;
use tabular::{Row, Table};

const N: usize = 150_000;
const NUMBERED: &str = "title = 't'\n[columns.k]\nkind = 'whole'\nrange = [0, 99999999999]\nrole = 'customer_key'\n\
    numbered = true\n[columns.t]\nkind = 'text'\n[columns.n]\nkind = 'whole'\nrange = [0, 9]\n";
const KEYED: &str =
    "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.n]\nkind = 'whole'\nrange = [0, 9]\n";

/// Imports a file by a contract into a new bank.
fn import(contract: &str, content: &str, reading: &Reading<'_>) -> (Store, Result<Quality, String>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.csv");
    fs_err::write(&file, content).unwrap();
    let table = Table::open(&file, &tabular::Options::default()).unwrap();
    let store = Store::create_or_open(&folder.path().join("bank")).unwrap();
    let contract = Contract::parse("t.toml", contract).unwrap();
    let result = import_table(&contract, &table, reading, &store, &Options::default());
    let result = result.map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "DIR"));
    (store, result, folder)
}

#[test]
fn rows_are_numbered_through_all_pieces() {
    // Texts of two lines, so that pieces are cut inside of them.
    let row = |row: usize| format!("\"{row}\n\"\"x\"\"\",{}\n", row % 10);
    let content: String = std::iter::once("t,n\n".to_owned()).chain((0..N).map(row)).collect();
    let (store, result, _folder) = import(NUMBERED, &content, &Reading::default());
    assert_eq!(result.unwrap().rows, N as u64);
    let (_, batches) = store.read("customers").unwrap();
    let mut number = 0;
    for batch in &batches {
        let keys = batch.column(0).as_primitive::<Int64Type>();
        let texts = batch.column(1).as_string::<i32>();
        for (key, text) in keys.values().iter().zip(texts.iter().flatten()) {
            assert_eq!((*key, text), (number + 1, format!("{number}\n\"x\"").as_str()));
            number += 1;
        }
    }
    assert_eq!(number, N as i64);
}

#[test]
fn faults_have_their_lines_and_order_wherever_they_stand() {
    let row = |row: usize| match row {
        3 => "c3,many\n".to_owned(),
        70_000 => "c3x,1,2\n".to_owned(),
        140_000 => "c7,1\n".to_owned(),
        140_001 => "c140001,10\n".to_owned(),
        _ => format!("c{row},1\n"),
    };
    let content: String = std::iter::once("k,n\n\n".to_owned()).chain((0..N).map(row)).collect();
    let (_, result, _folder) = import(KEYED, &content, &Reading::default());
    let error = result.unwrap_err();
    let places: Vec<&str> = error.lines().filter_map(|line| line.strip_prefix("  at DIR/t.csv:")).collect();
    assert_eq!(places, ["6, column `n`", "70003", "140003, column `k`", "140004, column `n`"], "{error}");
    assert!(error.contains("the first one is at DIR/t.csv:10;"), "{error}");
    assert!(error.contains("4 faults in 4 rows: "), "{error}");

    let aside = RefCell::new(Vec::new());
    let set_aside = |row: &Row, _: &str| {
        aside.borrow_mut().push(String::from_utf8_lossy(&row[0]).into_owned());
        Ok(())
    };
    let reading = Reading { set_aside: Some(&set_aside), ..Reading::default() };
    let (store, result, _folder) = import(KEYED, &content, &reading);
    assert_eq!(result.unwrap().rows, N as u64 - 4);
    assert_eq!(aside.into_inner(), ["c3", "c3x", "c7", "c140001"]);
    let (_, batches) = store.read("customers").unwrap();
    assert_eq!(batches.iter().map(arrow_array::RecordBatch::num_rows).sum::<usize>(), N - 4);
}

#[test]
fn a_thread_that_others_wait_for_can_import() {
    let content: String = std::iter::once("k,n\n".to_owned()).chain((0..N).map(|row| format!("c{row},1\n"))).collect();
    for n_threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let (_, result, _folder) = pool.install(|| import(KEYED, &content, &Reading::default()));
        assert_eq!(result.unwrap().rows, N as u64);
    }
}
