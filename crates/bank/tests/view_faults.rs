//! Views of a folder that cannot be read, stand on nothing, or read a field that no document has.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Dropped, Import, ImportSource, Opening, Place, Source, Talk};
use pipeline::Limits;
use store::Store;

const PEOPLE: &str = "{\"_id\": 1, \"s\": \"a\"}\n{\"_id\": 2, \"s\": \"b\"}\n";

/// A bank with one collection, `people`.
fn bank(folder: &Path) -> (Place, Bank) {
    let place = Place::Folder(folder.join("b.sphere"));
    let file = folder.join("documents.ndjson");
    fs_err::write(&file, PEOPLE).unwrap();
    let source = ImportSource::Documents { name: "people", file: Source::from(file.as_path()), appends: false };
    let import = Import { source, as_of: None, found: &|_| {} };
    let cancel = Arc::new(AtomicBool::new(false));
    let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
    let imported = bank::import(Some(place.clone()), &import, &Limits::default(), &talk).unwrap();
    (place, imported.open(&Opening::default()).unwrap())
}

/// The number of rows, or the error with its hint.
fn run(bank: &Bank, collection: &str, text: &str) -> Result<usize, String> {
    let query = bank.query(text, None, collection).map_err(|error| error.to_string())?;
    let rows = bank.rows(&query).map_err(|error| error.to_string())?;
    Ok(rows.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?.len())
}

/// What is said beside the rows.
fn notices(bank: &Bank, collection: &str, text: &str) -> Vec<String> {
    let query = bank.query(text, None, collection).unwrap();
    let rows = bank.rows(&query).unwrap();
    let told = rows.notices().clone();
    rows.for_each(|row| drop(row.unwrap()));
    told.all().iter().map(ToString::to_string).collect()
}

fn view(bank: &Bank, name: &str, on: &str, text: &str) -> Result<(), String> {
    bank.create_view(name, &bank.query(text, None, on).unwrap()).map_err(|error| error.to_string())
}

/// Puts a view into the folder as a later version may write one.
fn add_from_later_version(place: &Place) {
    let Place::Folder(folder) = place else { panic!("a folder") };
    let store = Store::open(folder).unwrap();
    let mut kept = pipeline::read_document(&store.note("views").unwrap()).unwrap();
    let stages = bson::bson!([{ "$stageOfTomorrow": {} }]);
    kept.insert("later", bson::doc! { "viewOn": "people", "pipeline": stages });
    let with = pipeline::print::document(&kept, pipeline::print::Format::Canonical);
    store.begin().unwrap().note("views", Some(&with)).unwrap();
}

#[test]
fn a_view_of_a_later_version_fails_only_the_questions_that_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let (place, first) = bank(folder.path());
    view(&first, "one", "people", "[{$match: {s: 'a'}}]").unwrap();
    add_from_later_version(&place);

    let bank = Bank::open(&place, &Opening::default()).unwrap();
    assert_eq!(run(&bank, "people", "[]"), Ok(2));
    assert_eq!(run(&bank, "one", "[]"), Ok(1));
    for (collection, text) in [("later", "[]"), ("people", "[{$unionWith: 'later'}]")] {
        let error = run(&bank, collection, text).unwrap_err();
        assert!(error.contains("the view `later` cannot be read") && error.contains("$stageOfTomorrow"), "{error}");
        assert!(error.contains("use the version of BankSphere that wrote it"), "{error}");
    }
    // No view stands on it, and it is kept as it is when another is made.
    assert!(view(&bank, "two", "later", "[]").unwrap_err().contains("the view `later` cannot be read"));
    view(&bank, "two", "one", "[]").unwrap();
    let Place::Folder(path) = &place else { panic!("a folder") };
    assert!(Store::open(path).unwrap().note("views").unwrap().contains("$stageOfTomorrow"));
    assert_eq!(bank::drop_collection(&place, "later").unwrap(), Dropped::View);
    assert_eq!(run(&Bank::open(&place, &Opening::default()).unwrap(), "two", "[]"), Ok(1));
}

#[test]
fn a_view_whose_collection_is_gone_gives_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (place, first) = bank(folder.path());
    view(&first, "one", "people", "[{$match: {s: 'a'}}]").unwrap();
    view(&first, "two", "one", "[]").unwrap();
    assert!(notices(&first, "two", "[]").is_empty());
    bank::drop_collection(&place, "people").unwrap();
    let bank = Bank::open(&place, &Opening::default()).unwrap();
    assert_eq!(run(&bank, "two", "[]"), Ok(0));
    let told = notices(&bank, "two", "[]").join("\n");
    assert!(told.contains("there is no collection `people`, which the view `one` reads"), "{told}");
}

#[test]
fn a_strict_question_is_refused_a_field_that_no_document_of_the_view_has() {
    let folder = tempfile::tempdir().unwrap();
    let (place, first) = bank(folder.path());
    view(&first, "renamed", "people", "[{$project: {letter: '$s'}}]").unwrap();
    let bank = Bank::open(&place, &Opening::default()).unwrap();
    assert_eq!(run(&bank, "renamed", "[{$match: {leter: 'a'}}]"), Ok(0));
    let told = notices(&bank, "renamed", "[{$match: {leter: 'a'}}]").join("\n");
    assert!(told.contains("`leter`") && told.contains("`letter`"), "{told}");
    let strict = bank.strict();
    assert_eq!(run(&strict, "renamed", "[{$match: {letter: 'a'}}]"), Ok(1));
    let error = run(&strict, "renamed", "[{$match: {leter: 'a'}}]").unwrap_err();
    assert!(error.contains("`leter`") && error.contains("`letter`"), "{error}");
}
