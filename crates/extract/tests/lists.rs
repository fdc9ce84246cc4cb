//! Arrays of alike elements in a bank's files: of several blocks, and with more documents behind them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use bson::{Bson, Document};
use extract::{Before, Options, add_documents, import_documents};
use store::Store;

fn line(n: usize) -> String {
    let item = |at: usize| format!(r#"{{"kind": "k{}", "n": {at}, "in": {{"w": "w"}}}}"#, (n + at) % 7);
    let items: Vec<String> = (0..n / 3 % 4).map(item).collect();
    format!(r#"{{"_id": {n}, "items": [{}], "tags": ["a", "b{}"]}}"#, items.join(", "), n % 3)
}

fn lines(numbers: std::ops::Range<usize>) -> String {
    numbers.map(line).collect::<Vec<_>>().join("\n")
}

/// Checks some of the documents, and that there are so many.
fn check(store: &Store, places: &[usize], n: usize) {
    let (_, batches) = store.read("notes").unwrap();
    let raw: Vec<Vec<u8>> = batches.iter().flat_map(|batch| documents::raw_documents(batch).unwrap()).collect();
    assert_eq!(raw.len(), n);
    for at in places {
        let document = Document::from_reader(raw[*at].as_slice()).unwrap();
        assert_eq!(Bson::Document(document), pipeline::read(&line(*at)).unwrap());
    }
}

#[test]
fn lists_are_kept_block_by_block() {
    let folder = tempfile::tempdir().unwrap();
    let (bank, file) = (folder.path().join("bank"), folder.path().join("notes.ndjson"));
    fs_err::write(&file, lines(0..70_000)).unwrap();
    let store = Store::create_or_open(&bank).unwrap();
    assert_eq!(import_documents("notes", &file, &store, &Options::default()).unwrap().rows, 70_000);
    let (schema, _) = store.read("notes").unwrap();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["layout", "layouts", "rest", "_id:int", "items:list", "tags:list"]);
    assert_eq!(schema.metadata().get("banksphere.documents").map(String::as_str), Some("2"));
    check(&store, &[0, 1, 2, 3, 9, 65_535, 65_536, 69_999], 70_000);
    // Opened anew, and added to.
    let odd = "{\"_id\": -1, \"items\": [[1]], \"tags\": 5}";
    fs_err::write(&file, format!("{}\n{odd}", lines(70_000..70_010))).unwrap();
    let store = Store::open(&bank).unwrap();
    let added = add_documents("notes", &file, Before::Kept, &store, &Options::default()).unwrap();
    assert_eq!((added.rows, added.added), (70_011, 11));
    check(&Store::open(&bank).unwrap(), &[0, 3, 65_537, 70_000, 70_009], 70_011);
}
