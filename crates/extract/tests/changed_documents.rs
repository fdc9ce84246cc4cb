//! Files of documents with bytes changed at random: an import refuses them or gives documents that can be read, and never
//! panics or takes long.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../tabular/tests/changed/mod.rs"]
mod changed;

use std::path::Path;

use bson::Document;
use extract::{Options, import_documents};
use store::Store;

/// How many documents came in, each of which can be read.
fn imported(path: &Path, store: &Store) -> Option<usize> {
    let imported = import_documents("notes", path, store, &Options::default()).ok()?;
    let (_, batches) = store.read("notes").unwrap();
    let bytes: Vec<_> = batches.iter().flat_map(|batch| documents::raw_documents(batch).unwrap()).collect();
    assert_eq!(imported.rows, bytes.len() as u64);
    for bytes in &bytes {
        Document::from_reader(bytes.as_slice()).unwrap();
    }
    Some(bytes.len())
}

#[test]
fn changed_documents_never_panic_and_never_take_long() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(folder.path()).unwrap();
    for (file, n) in [("dump.bson", 4), ("packed.bson.gz", 4), ("lines.ndjson", 4), ("array.json", 4), ("rows.csv", 2)]
    {
        assert_eq!(imported(&corpus.join(file), &store), Some(n), "{file}");
    }
    changed::try_changed(&corpus, |path| _ = imported(path, &store));
}
