//! A bank's file that is damaged while the bank is open: an error that says so, each of its parts once.

use bank::{Bank, Place, Query};

use crate::bench::bank;

/// What the rows of all customers say, if they cannot be read.
fn refusal(bank: &Bank) -> Option<String> {
    let pipeline = pipeline::parse_text("[{$group: {_id: '$Plan', n: {$sum: 1}}}]").expect("a pipeline");
    match bank.rows(&Query::of_analysis("customers", &pipeline)) {
        Ok(rows) => rows.collect::<Result<Vec<_>, _>>().err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

#[test]
fn a_file_that_was_cut_since_it_was_read_is_not_read_again() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("club.sphere");
    let bank = bank(Some(Place::Folder(path.clone())));
    assert_eq!(refusal(&bank), None);
    let files = fs_err::read_dir(path.join("customers")).expect("the collection's folder");
    for file in files {
        let file = file.expect("a file").path();
        fs_err::OpenOptions::new().write(true).open(file).and_then(|file| file.set_len(64)).expect("it can be cut");
    }
    let refusal = refusal(&bank).expect("it was cut");
    assert!(refusal.starts_with("a file of the bank is damaged: it has 64 bytes now, but "), "{refusal}");
    for part in ["\n  at ", "\nhint: "] {
        assert_eq!(refusal.matches(part).count(), 1, "{refusal}");
    }
}
