//! A bank's folder seen from outside: what is written is read, whatever happens in between.

mod bench;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt8Type;
use arrow_array::{RecordBatch, StringArray};
use bench::{DAY, alter, batches, damage, files, message, numbers, put, schema, small};
use jiff::civil::date;
use store::{BLOCK_ROWS, Error, ErrorKind, Outcome, Store};

#[test]
fn what_is_written_is_read_in_blocks_with_ranges_and_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    let n_rows = BLOCK_ROWS * 2 + 5;
    let mut commit = store.begin().unwrap();
    let mut a = commit.writer("a", schema()).unwrap();
    let mut b = commit.writer("b", schema()).unwrap();
    for batch in batches(7, n_rows) {
        let batch = batch.unwrap();
        a.write(&batch).unwrap();
        b.write(&batch).unwrap();
    }
    a.note("source", "a.csv");
    commit.add(a).unwrap();
    commit.add(b).unwrap();
    assert_eq!(commit.finish(DAY).unwrap(), Outcome::Changed);

    for store in [&store, &Store::open(dir.path()).unwrap()] {
        let (schema, batches) = store.read("a").unwrap();
        assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [BLOCK_ROWS, BLOCK_ROWS, 5]);
        assert_eq!(numbers(store, "a"), (7..7 + n_rows as i32).collect::<Vec<_>>());
        let kind = batches[2].column(1).as_dictionary::<UInt8Type>();
        assert_eq!(kind.downcast_dict::<StringArray>().unwrap().into_iter().next(), Some(Some("odd")));
        assert_eq!(schema.metadata["banksphere.id"], "n");
        assert_eq!(schema.metadata["banksphere.min.n"], "7");
        assert_eq!(schema.metadata["banksphere.max.n"], (6 + n_rows).to_string());
        assert_eq!(schema.metadata["banksphere.order"], store.read("b").unwrap().0.metadata["banksphere.order"]);
        assert_eq!(batches[0].schema(), schema);
        let info = &store.collections()[0];
        assert_eq!((info.rows, info.as_of, info.notes["source"].as_str()), (n_rows as u64, DAY.unwrap(), "a.csv"));
        assert!(damage(store).is_empty());
    }
    put(&store, "b", 8, n_rows, DAY);
    let order = |name| store.read(name).unwrap().0.metadata["banksphere.order"].clone();
    assert_ne!(order("a"), order("b"));
}

#[test]
fn batches_of_a_block_are_read_without_a_copy() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    put(&store, "c", 0, BLOCK_ROWS + 1, DAY);
    let (_, batches) = store.read("c").unwrap();
    let address = |i: usize| batches[i].column(0).to_data().buffers()[0].as_ptr() as usize;
    let distance = address(1) - address(0);
    let bytes = store.collections()[0].bytes as usize;
    assert!(distance >= BLOCK_ROWS * 4 && distance < bytes, "both lie in one map: {distance} of {bytes}");
}

#[test]
fn blocks_share_one_dictionary_and_a_code_outside_of_it_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    // Large enough that a read does not hash the whole file.
    put(&store, "c", 0, BLOCK_ROWS * 60, DAY);
    let (_, batches) = store.read("c").unwrap();
    let values = |i: usize| batches[i].column(1).as_dictionary::<UInt8Type>().values();
    assert!(Arc::ptr_eq(values(0), values(59)));
    let codes = batches[59].column(1).as_dictionary::<UInt8Type>().keys().values();
    assert_eq!(codes[..4], [0, 1, 0, 1]);
    let distance = codes.as_ptr() as usize - batches[0].column(0).to_data().buffers()[0].as_ptr() as usize;
    let path = dir.path().join(&store.collections()[0].files[0]);
    drop(batches);
    alter(&path, |bytes| {
        let numbers: Vec<u8> = (0_i32..100).flat_map(i32::to_le_bytes).collect();
        let first = bytes.windows(400).position(|window| window == numbers).unwrap();
        bytes[first + distance + 7] = 99;
    });
    let store = Store::open(dir.path()).unwrap();
    let text = message(store.read("c"));
    assert!(text.contains("is damaged: ") && text.contains("dictionary key 99 at index 7"), "{text}");
    assert_eq!(damage(&store), ["c: column `kind` of block 59 is not what was written"]);
}

#[test]
fn the_same_content_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let manifest = fs_err::read(dir.path().join("manifest.json")).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(put(&store, "c", 0, 100, DAY), Outcome::Unchanged);
    assert_eq!(put(&store, "c", 0, 100, None), Outcome::Unchanged);
    assert_eq!(fs_err::read(dir.path().join("manifest.json")).unwrap(), manifest);
    assert_eq!(files(dir.path()).len(), 3, "{:?}", files(dir.path()));
}

#[test]
fn snapshots_are_ordered_by_their_day_and_the_newest_is_read() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let store = Store::open(dir.path()).unwrap();
    put(&store, "c", 500, 3, Some(date(2026, 2, 28)));
    assert_eq!(numbers(&store, "c"), [500, 501, 502]);
    put(&store, "c", 900, 3, Some(date(2025, 12, 31)));
    assert_eq!(numbers(&store, "c"), [500, 501, 502]);
    assert_eq!(store.collections()[0].files.len(), 3);
    put(&store, "c", 600, 1, Some(date(2026, 2, 28)));
    assert_eq!(numbers(&store, "c"), [600], "a second import of a day supersedes the first");
    assert_eq!(store.collections()[0].files.len(), 3);
    put(&store, "c", 700, 1, None);
    assert_eq!(numbers(&store, "c"), [700], "without a day, what is written last is read");
}

#[test]
fn an_empty_collection_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    put(&store, "c", 0, 0, DAY);
    let (schema, batches) = Store::open(dir.path()).unwrap().read("c").unwrap();
    assert_eq!((schema.fields().len(), batches.len()), (2, 0));
}

#[test]
fn a_dropped_commit_leaves_the_bank_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let before = files(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let mut commit = store.begin().unwrap();
    commit.write::<Error>("c", schema(), batches(50, 9).into_iter()).unwrap();
    let mut writer = commit.writer("new", schema()).unwrap();
    writer.write(batches(1, 1)[0].as_ref().unwrap()).unwrap();
    drop(commit);
    assert_eq!(store.begin().err().map(|error| error.kind()), Some(ErrorKind::Locked), "the writer holds the lock");
    drop(writer);
    assert_eq!(files(dir.path()), before);
    assert!(!dir.path().join("new").exists());
    assert_eq!(numbers(&Store::open(dir.path()).unwrap(), "c").len(), 100);
}

#[test]
fn leftovers_of_a_crash_are_swept_and_strangers_files_stay() {
    let dir = tempfile::tempdir().unwrap();
    let data = small(dir.path());
    // A writer died: while writing; after renaming a data file; before renaming the manifest.
    let orphan = "2026-03-31-0123456789abcdef.arrow";
    fs_err::create_dir_all(dir.path().join("other")).unwrap();
    for left in ["c/writing.tmp", &format!("c/{orphan}"), &format!("other/{orphan}"), "manifest.json.tmp"] {
        fs_err::write(dir.path().join(left), "half").unwrap();
    }
    let left = ["c/writing.tmp", &format!("c/{orphan}"), "other/", &format!("other/{orphan}"), "manifest.json.tmp"];
    // Names that nothing has any more, and one cut short, are no trouble.
    let intent = format!("{}\nc/writing-7.tmp\nnew/\nc/writ", left.join("\n"));
    fs_err::write(dir.path().join("writer.intent"), intent).unwrap();
    for kept in ["c/mine.arrow", "c/notes.txt", "readme.txt"] {
        fs_err::write(dir.path().join(kept), "keep").unwrap();
    }
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(numbers(&store, "c").len(), 100, "a reader sees the old bank");
    assert!(files(dir.path()).contains(&orphan.to_owned()), "a reader sweeps nothing");
    drop(store.begin().unwrap());
    let data = data.file_name().unwrap().to_str().unwrap();
    assert_eq!(files(dir.path()), [data, "manifest.json", "mine.arrow", "notes.txt", "readme.txt", "writer.lock"]);
    assert!(!dir.path().join("other").exists());
}

#[test]
fn one_writer_at_a_time_and_readers_go_on() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let (first, second) = (Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap());
    let commit = first.begin().unwrap();
    let error = second.begin().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Locked);
    let text = error.to_string();
    assert!(text.contains(&format!("is being written to by process {} (", std::process::id())), "{text}");
    assert!(text.contains(" since 2") && text.contains("writer.lock\nhint: wait until"), "{text}");
    assert_eq!(numbers(&second, "c").len(), 100);
    drop(commit);
    drop(second.begin().unwrap());
}

#[test]
fn a_reader_keeps_its_point_in_time() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let (reader, writer) = (Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap());
    put(&writer, "c", 5, 1, DAY);
    put(&writer, "c", 6, 1, DAY);
    drop(writer.begin().unwrap());
    assert_eq!(numbers(&reader, "c").len(), 100, "though its file was superseded and swept");
    assert_eq!(numbers(&writer, "c"), [6]);
    assert_eq!(numbers(&Store::open(dir.path()).unwrap(), "c"), [6]);
}

#[test]
fn folders_that_are_no_bank_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs_err::write(at("file"), "").unwrap();
    fs_err::create_dir(at("empty")).unwrap();
    fs_err::create_dir(at("full")).unwrap();
    fs_err::write(at("full/thesis.txt"), "").unwrap();
    assert!(message(Store::open(&at("nope"))).starts_with("there is no bank at `"));
    assert!(message(Store::open(&at("empty"))).contains("it holds no `manifest.json`\nhint: check the path"));
    assert!(message(Store::open(&at("file"))).contains("there is no bank at `"));
    assert!(message(Store::create_or_open(&at("file"))).contains("is a file: a bank is a folder"));
    assert!(message(Store::create_or_open(&at("full"))).contains("holds other files and no bank"));
    let store = Store::create_or_open(&at("empty")).unwrap();
    assert!(store.collections().is_empty());
    drop(store.begin().unwrap());
    Store::create_or_open(&at("empty")).unwrap();
    small(&at("full-path/that/is/made"));
}

#[test]
fn names_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let text = message(store.read("d"));
    assert!(text.starts_with("there is no collection `d`") && text.ends_with("hint: the collections here are `c`"));
    let commit = store.begin().unwrap();
    for name in ["", "../up", "a/b", ".hidden", "dot.", "sp ace", "$cmd", &"x".repeat(101)] {
        assert!(message(commit.writer(name, schema())).contains("cannot be a collection's name"), "{name}");
    }
    assert!(message(commit.writer("C", schema())).starts_with("the collection `C` differs from `c` only by case"));
}

#[test]
fn a_block_that_breaks_the_layout_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    let commit = store.begin().unwrap();
    let mut writer = commit.writer("c", schema()).unwrap();
    let short = batches(0, 5).remove(0).unwrap();
    writer.write(&short).unwrap();
    assert_eq!(writer.write(&short).unwrap_err().kind(), ErrorKind::Bug);
}

/// A caller's own error.
struct Text(String);
impl From<Error> for Text {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

#[test]
fn a_failing_source_stops_the_commit() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let mut commit = store.begin().unwrap();
    let failing = [batches(0, 1).remove(0).map_err(|error| error.to_string()), Err("line 7".to_owned())];
    let outcome = commit.write("c", schema(), failing.into_iter().map(|batch| batch.map_err(Text)));
    assert_eq!(outcome.unwrap_err().0, "line 7");
    drop(commit);
    assert_eq!(numbers(&store, "c").len(), 100);
}

#[test]
fn a_damaged_manifest_is_named() {
    let cases: [(&str, &str); 6] = [
        ("", "it is malformed at line 1, column 0"),
        ("{\"format\": 1, \"collections\": {\"c\": [{\"as_of\"", "it is malformed at line 1"),
        ("{\"format\": 1, \"collections\": {\"c\": []}}", "the snapshots of `c` are malformed"),
        ("{\"format\": 1, \"collections\": {\"../c\": []}}", "`../c` cannot be a collection's name"),
        ("{\"collections\": {}}", "it does not say its format"),
        ("{\"format\": 1, \"collections\": {}, \"extra\": 1}", "it is malformed at line 1, column"),
    ];
    for (text, what) in cases {
        let dir = tempfile::tempdir().unwrap();
        small(dir.path());
        fs_err::write(dir.path().join("manifest.json"), text).unwrap();
        let found = message(Store::open(dir.path()));
        assert!(found.starts_with(&format!("a file of the bank is damaged: {what}")), "{found}");
        assert!(found.contains("manifest.json\nhint: restore"), "{found}");
    }
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    fs_err::write(dir.path().join("manifest.json"), "{\"format\": 5, \"more\": true}").unwrap();
    let found = message(Store::open(dir.path()));
    assert!(found.starts_with("the bank was written in format 5; this version knows up to 4"), "{found}");
}

#[test]
fn every_damage_of_a_data_file_is_an_error_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    let path = small(dir.path());
    let whole = fs_err::read(&path).unwrap();
    let expect = |what: &str| {
        let found = message(Store::open(dir.path()).unwrap().read("c"));
        assert!(found.starts_with("a file of the bank is damaged: ") && found.contains(what), "{found}");
        assert!(found.contains(path.to_str().unwrap()) && found.contains("\nhint: "), "{found}");
    };
    alter(&path, |bytes| bytes.truncate(bytes.len() - 1));
    expect("were written");
    alter(&path, Vec::clear);
    expect("it has 0 bytes");
    fs_err::write(&path, vec![b'x'; whole.len()]).unwrap();
    expect("it is not a whole Arrow file");
    fs_err::remove_file(&path).unwrap();
    expect("it is gone");
    // One bit after the other, all over the file: never a panic, always an error.
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs_err::write(&path, bytes).unwrap();
        expect("");
    }
    fs_err::write(&path, whole).unwrap();
    assert_eq!(numbers(&Store::open(dir.path()).unwrap(), "c").len(), 100);
}
