//! Files that are not what was written: always an error, never a wrong number; and healed by the same import.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use bench::{DAY, alter, damage, make_format_2, message, numbers, put, small};
use jiff::civil::date;
use store::{BLOCK_ROWS, CheckOptions, ErrorKind, Outcome, Store};

/// So many rows make a file of more than 16 MB, which no reader looks at in whole.
const MANY: usize = BLOCK_ROWS * 60;

/// A bank of one large collection, and the path of its data file.
fn large(dir: &Path) -> PathBuf {
    let store = Store::create_or_open(dir).unwrap();
    put(&store, "c", 0, MANY, DAY);
    let path = dir.join(&store.collections()[0].files[0]);
    assert!(fs_err::metadata(&path).unwrap().len() > 16 << 20);
    path
}

/// Where the numbers of a block begin in the data file: a place that 64 divides.
fn numbers_of_block(bytes: &[u8], block: usize) -> usize {
    let first = (block * BLOCK_ROWS) as i32;
    let wanted: Vec<u8> = (first..first + 16).flat_map(i32::to_le_bytes).collect();
    64 * bytes.chunks(64).position(|piece| piece == wanted).unwrap()
}

#[test]
fn flipped_bits_in_a_large_file_are_an_error_of_their_block_and_column() {
    let dir = tempfile::tempdir().unwrap();
    let path = large(dir.path());
    alter(&path, |bytes| {
        let at = numbers_of_block(bytes, 31);
        bytes[at + 4 * 50_000] ^= 1;
    });
    let store = Store::open(dir.path()).unwrap();
    let contents = store.read_on("c", None).unwrap();
    let (verifier, other) = (contents.verifier.clone(), store.read_on("c", DAY).unwrap().verifier);
    assert!(verifier.has_checksums());
    for block in 0..60 {
        verifier.verify(block, 1).unwrap();
        if block != 31 {
            verifier.verify(block, 0).unwrap();
        }
    }
    for _ in 0..2 {
        let text = message(verifier.verify(31, 0));
        assert!(
            text.starts_with("a file of the bank is damaged: column `n` of block 31 is not what was written"),
            "{text}"
        );
        assert!(text.contains(path.to_str().unwrap()) && text.contains("\nhint: import the same file again"), "{text}");
        assert!(other.verify(31, 0).is_err());
    }
    assert!(message(store.read("c")).contains("column `n` of block 31"), "who asks no verifier gets no rows");
    assert_eq!(damage(&store), ["c: column `n` of block 31 is not what was written"]);
    for (block, column) in [(60, 0), (0, 2)] {
        assert_eq!(verifier.verify(block, column).unwrap_err().kind(), ErrorKind::Bug);
    }
}

#[cfg(unix)]
#[test]
fn what_was_verified_is_not_looked_at_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = large(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let first = store.read_on("c", None).unwrap();
    first.verifier.verify(3, 0).unwrap();
    let second = store.read_on("c", DAY).unwrap();
    // In place, so that the map sees it.
    let bytes = fs_err::read(&path).unwrap();
    let file = fs_err::OpenOptions::new().write(true).open(&path).unwrap();
    for block in [3, 4] {
        std::os::unix::fs::FileExt::write_at(file.file(), &[9], numbers_of_block(&bytes, block) as u64 + 9).unwrap();
    }
    second.verifier.verify(3, 0).unwrap();
    assert!(second.verifier.verify(4, 0).is_err());
}

#[test]
fn a_check_finds_a_flipped_bit_at_each_place_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = small(dir.path());
    let store = Store::open(dir.path()).unwrap();
    put(&store, "c", 5, 3, Some(date(2026, 2, 28)));
    put(&store, "d", 5, 3, DAY);
    let other = dir.path().join(&store.collections()[1].files[0]);
    let (whole, other_whole) = (fs_err::read(&path).unwrap(), fs_err::read(&other).unwrap());
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs_err::write(&path, bytes).unwrap();
        assert_eq!(damage(&store).len(), 1, "byte {at}: every one belongs to the frame or to a column");
    }
    fs_err::remove_file(&path).unwrap();
    alter(&other, |bytes| bytes.truncate(100));
    let found = damage(&store);
    assert!(found[0] == "c: it is gone" && found[1].starts_with("d: it has 100 bytes, but "), "{found:?}");
    fs_err::write(&path, whole).unwrap();
    fs_err::write(&other, other_whole).unwrap();
    assert!(damage(&store).is_empty());
}

#[test]
fn a_check_tells_how_far_it_is_and_stops_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    large(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let (told, cancel) = (RefCell::new(Vec::new()), AtomicBool::new(false));
    let progress = |done, total| told.borrow_mut().push((done, total));
    let checked = store.check(&CheckOptions { progress: &progress, cancel: &cancel }).unwrap();
    let bytes = store.collections()[0].bytes;
    assert_eq!((checked.files, checked.bytes), (1, bytes));
    let told = told.into_inner();
    assert!(told.len() > 60 && told.is_sorted() && *told.last().unwrap() == (bytes, bytes), "{told:?}");

    let stop = |done: u64, _| cancel.store(done > bytes / 2, Ordering::Relaxed);
    let error = store.check(&CheckOptions { progress: &stop, cancel: &cancel }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn a_file_that_is_cut_while_it_is_mapped_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = large(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let contents = store.read_on("c", None).unwrap();
    contents.verifier.verify(59, 0).unwrap();
    fs_err::OpenOptions::new().write(true).open(&path).unwrap().set_len(4096).unwrap();
    for block in [0, 59] {
        let text = message(contents.verifier.verify(block, 0));
        assert!(text.contains("is damaged: it has 4096 bytes now, but "), "{text}");
    }
    assert!(contents.verifier.check_length().is_err() && store.read_on("c", None).is_err());
    assert!(message(store.read("c")).contains("it has 4096 bytes now"));
}

#[test]
fn importing_the_same_again_heals_what_is_damaged_and_nothing_else() {
    type Harm = fn(&Path);
    let harms: [Harm; 4] = [
        |path| fs_err::remove_file(path).unwrap(),
        |path| alter(path, |bytes| bytes.truncate(200)),
        |path| alter(path, |bytes| *bytes.last_mut().unwrap() ^= 1),
        |path| {
            alter(path, |bytes| {
                let at = numbers_of_block(bytes, 0);
                bytes[at + 40] ^= 1;
            });
        },
    ];
    for harm in harms {
        for day in [None, DAY] {
            let dir = tempfile::tempdir().unwrap();
            let path = small(dir.path());
            let store = Store::open(dir.path()).unwrap();
            harm(&path);
            assert_eq!(put(&store, "c", 0, 100, day), Outcome::Changed);
            assert_eq!(numbers(&store, "c"), (0..100).collect::<Vec<_>>());
            assert_eq!((store.days(), damage(&store).len()), (vec![DAY.unwrap()], 0));
            assert_eq!(put(&store, "c", 0, 100, day), Outcome::Unchanged);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = large(dir.path());
    let store = Store::open(dir.path()).unwrap();
    alter(&path, |bytes| {
        let at = numbers_of_block(bytes, 40);
        bytes[at] ^= 1;
    });
    assert_eq!(put(&store, "c", 0, MANY, DAY), Outcome::Changed);
    assert!(damage(&store).is_empty());
}

/// Writes the bank's manifest as format 1 had it: no checksums of blocks, no contract, no history.
fn make_format_1(dir: &Path) {
    make_format_2(dir, |manifest| {
        manifest.insert("format".to_owned(), 1.into());
        manifest.remove("superseded");
        for snapshots in manifest["collections"].as_object_mut().unwrap().values_mut() {
            for snapshot in snapshots.as_array_mut().unwrap() {
                assert!(snapshot.as_object_mut().unwrap().remove("blocks").is_some());
            }
        }
    });
}

#[test]
fn a_bank_of_format_1_is_read_and_its_next_commit_writes_todays() {
    let dir = tempfile::tempdir().unwrap();
    let path = small(dir.path());
    make_format_1(dir.path());
    let manifest = || fs_err::read_to_string(dir.path().join("manifest.json")).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert!(manifest().contains("\"format\": 1") && !manifest().contains("blocks"));
    assert_eq!((numbers(&store, "c").len(), store.days()), (100, vec![DAY.unwrap()]));
    let verifier = store.read_on("c", None).unwrap().verifier;
    assert!(!verifier.has_checksums(), "it says that it cannot verify");
    verifier.verify(0, 0).unwrap();
    let whole = fs_err::read(&path).unwrap();
    for at in (0..whole.len()).step_by(5) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs_err::write(&path, bytes).unwrap();
        assert_eq!(damage(&store).len(), 1, "byte {at}: the hash of the whole file is there");
        assert!(Store::open(dir.path()).unwrap().read("c").is_err());
    }
    fs_err::write(&path, &whole).unwrap();
    assert!(damage(&store).is_empty());

    // A new collection: the manifest is of today's format, the old snapshot as it was.
    put(&store, "d", 7, 1, DAY);
    let store = Store::open(dir.path()).unwrap();
    assert!(manifest().contains("\"format\": 3"));
    assert!(!store.read_on("c", None).unwrap().verifier.has_checksums());
    assert!(store.read_on("d", None).unwrap().verifier.has_checksums());
    // The same content again: no change, but now there are checksums.
    assert_eq!(put(&store, "c", 0, 100, DAY), Outcome::Unchanged);
    assert!(Store::open(dir.path()).unwrap().read_on("c", None).unwrap().verifier.has_checksums());
    assert_eq!(numbers(&store, "c").len(), 100);
}

#[test]
fn a_damaged_file_of_format_1_is_healed_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = small(dir.path());
    make_format_1(dir.path());
    alter(&path, |bytes| {
        let at = numbers_of_block(bytes, 0);
        bytes[at] ^= 1;
    });
    let store = Store::open(dir.path()).unwrap();
    assert!(message(store.read("c")).contains("its content is not what was written"));
    assert_eq!(put(&store, "c", 0, 100, None), Outcome::Changed);
    assert_eq!(numbers(&store, "c").len(), 100);
}

#[test]
fn checksums_of_the_manifest_that_do_not_fit_the_file_are_damage() {
    for blocks in [serde_json::json!([""]), serde_json::json!([])] {
        let dir = tempfile::tempdir().unwrap();
        small(dir.path());
        make_format_2(dir.path(), |manifest| manifest["collections"]["c"][0]["blocks"] = blocks);
        let error = message(Store::open(dir.path()).and_then(|store| store.read("c")));
        assert!(error.contains("its checksums in the manifest are not those of its blocks"), "{error}");
    }
    let dir = tempfile::tempdir().unwrap();
    large(dir.path());
    make_format_2(dir.path(), |manifest| manifest["collections"]["c"][0]["blocks"][7] = "0".repeat(32).into());
    let store = Store::open(dir.path()).unwrap();
    let contents = store.read_on("c", None).unwrap();
    assert_eq!(contents.batches[7].column(0).as_primitive::<Int32Type>().value(0), 7 * BLOCK_ROWS as i32);
    assert!(contents.verifier.verify(7, 0).is_err() && contents.verifier.verify(6, 0).is_ok());
}

#[test]
fn a_flipped_bit_at_each_place_of_the_manifest_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    let path = dir.path().join("manifest.json");
    let whole = fs_err::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs_err::write(&path, bytes).unwrap();
        assert!(Store::open(dir.path()).is_err(), "byte {at}");
    }
    let text = String::from_utf8(whole).unwrap();
    fs_err::write(&path, text.replace("\"rows\": 100", "\"rows\": 101")).unwrap();
    let error = message(Store::open(dir.path()));
    let told = "a file of the bank is damaged: its content is not what was written";
    assert!(error.starts_with(told) && error.contains("manifest.json\nhint: restore the bank's folder"), "{error}");
}
