//! What `$out` and `$merge` write, in a folder and on a server: into collections beside the days, and into no others.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Import, ImportSource, Opening, Place, Source, Talk};
use bson::{Document, doc};
use pipeline::Limits;

/// Imports documents as the collection `visits`, and opens the bank.
fn bank(place: Place, folder: &Path) -> Bank {
    let file = folder.join("visits.ndjson");
    fs_err::write(&file, "{\"_id\": 1, \"k\": 5}\n{\"_id\": 2, \"k\": 6}\n{\"_id\": 3, \"k\": 5}\n").unwrap();
    let source = ImportSource::Documents { name: "visits", file: Source::from(file.as_path()), appends: false };
    let as_of = Some("2026-05-31".parse().unwrap());
    let import = Import { source, as_of, found: &|_| {} };
    let cancel = Arc::new(AtomicBool::new(false));
    let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
    let imported = bank::import(Some(place), &import, &Limits::default(), &talk);
    imported.unwrap().open(&Opening::default()).unwrap()
}

/// The rows, and what is told beside them.
fn run(bank: &Bank, collection: &str, text: &str) -> Result<(Vec<Document>, Vec<String>), String> {
    let query = bank.query(text, None, collection).map_err(|error| error.to_string())?;
    let rows = bank.rows(&query).map_err(|error| error.to_string())?;
    let notices = rows.notices().clone();
    let rows = rows.collect::<Result<Vec<_>, _>>().map_err(|error| error.diagnostic.to_string())?;
    Ok((rows, notices.all().iter().map(|notice| notice.message().to_owned()).collect()))
}

fn rows(bank: &Bank, collection: &str) -> Vec<Document> {
    run(bank, collection, "[{$sort: {_id: 1}}]").unwrap().0
}

const GROUPED: &str = "{$group: {_id: '$k', n: {$sum: 1}}}";

#[test]
fn a_folder_keeps_what_pipelines_write_beside_its_days() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("b.sphere"));
    let bank = bank(place.clone(), folder.path());
    let told = run(&bank, "visits", &format!("[{GROUPED}, {{$out: 'counts'}}]")).unwrap();
    assert_eq!(told, (vec![], vec!["2 documents written into `counts`".to_owned()]));
    // The session that wrote it sees it, and so does each later session, as of every day.
    let counts = [doc! {"_id": 5, "n": 2}, doc! {"_id": 6, "n": 1}];
    assert_eq!(rows(&bank, "counts"), counts);
    let opened = Bank::open(&place, &Opening::default()).unwrap();
    assert_eq!(rows(&opened, "counts"), counts);
    assert_eq!(rows(&opened.on("2026-06-01".parse().unwrap()).unwrap(), "counts"), counts);
    assert_eq!(opened.days().unwrap().len(), 1);
    // Merged into, then joined.
    let merge = "[{$match: {_id: {$gte: 2}}}, {$project: {_id: '$k', last: '$_id'}}, {$merge: 'counts'}]";
    assert_eq!(run(&bank, "visits", merge).unwrap().1, ["2 documents written into `counts`"]);
    let joined = "[{$match: {_id: 1}}, {$lookup: {from: 'counts', localField: 'k', foreignField: '_id', as: 'c'}}]";
    let (joined, _) = run(&bank, "visits", joined).unwrap();
    assert_eq!(joined, [doc! {"_id": 1, "k": 5, "c": [{"_id": 5, "n": 2, "last": 3}]}]);
    // An error changes nothing, and no rows are a collection too.
    let failing = "[{$merge: {into: 'counts', whenMatched: 'fail', whenNotMatched: 'insert'}}]";
    run(&bank, "counts", "[{$set: {n: 0}}, {$merge: {into: 'counts', whenMatched: [{$set: {_id: 9}}]}}]").unwrap_err();
    run(&bank, "counts", failing).unwrap_err();
    assert_eq!(rows(&bank, "counts")[0], doc! {"_id": 5, "n": 2, "last": 3});
    run(&bank, "visits", "[{$match: {k: 77}}, {$out: 'nothing'}]").unwrap();
    assert_eq!(rows(&bank, "nothing"), [] as [Document; 0]);
    assert_eq!(run(&bank, "nothing", "[{$count: 'n'}]").unwrap().0, [] as [Document; 0]);
}

#[test]
fn a_folder_refuses_what_was_imported_and_days() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank(Place::Folder(folder.path().join("b.sphere")), folder.path());
    for (target, reason) in [
        ("'visits'", "the collection `visits` was imported, and a pipeline cannot write into it"),
        ("'customers'", "the collection `customers` was imported, and a pipeline cannot write into it"),
        ("'counts@2026-05-31'", "`counts@2026-05-31` names a day, which nothing writes into"),
        ("{db: 'x', coll: 'y'}", "`$out` names the database `x`"),
        ("'manifest.json'", "`manifest.json` cannot be a collection's name: the bank has a file of that name"),
    ] {
        let refused = run(&bank, "visits", &format!("[{{$out: {target}}}]")).unwrap_err();
        assert_eq!(refused.lines().next(), Some(reason), "{target}");
    }
    let query = bank.query("[{$out: 'counts'}]", None, "visits").unwrap();
    let refused = bank.explain(&query).unwrap_err().to_string();
    assert!(refused.starts_with("`$out` writes into a collection, and here a pipeline is only tried"), "{refused}");
    assert_eq!(rows(&bank, "visits").len(), 3);
}

#[test]
fn a_collection_that_is_not_there_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank(Place::Folder(folder.path().join("b.sphere")), folder.path());
    let lookup = "[{$limit: 1}, {$lookup: {from: 'visit', localField: 'k', foreignField: 'k', as: 'o'}}]";
    let (found, notices) = run(&bank, "visits", lookup).unwrap();
    assert_eq!(found, [doc! {"_id": 1, "k": 5, "o": []}]);
    assert_eq!(notices, ["there is no collection `visit`, so nothing is found in it"]);
}

#[test]
fn a_server_writes_and_refuses_the_same() {
    let Some(uri) = mongod::bank("a_server_writes_and_refuses_the_same") else { return };
    let folder = tempfile::tempdir().unwrap();
    let bank = bank(Place::named(uri.as_ref()).unwrap(), folder.path());
    let told = run(&bank, "visits", &format!("[{GROUPED}, {{$out: 'counts'}}]")).unwrap();
    assert_eq!(told, (vec![], vec!["written into `counts`".to_owned()]));
    assert_eq!(rows(&bank, "counts"), [doc! {"_id": 5, "n": 2}, doc! {"_id": 6, "n": 1}]);
    for (target, reason) in [
        ("visits", "it was imported"),
        ("customers", "it was imported"),
        ("counts@2026-05-31", "it names a day"),
        ("banksphere", "it is what BankSphere keeps for itself"),
        ("banksphere.x", "it is what BankSphere keeps for itself"),
    ] {
        for stage in [format!("{{$out: '{target}'}}"), format!("{{$merge: {{into: '{target}'}}}}")] {
            let refused = run(&bank, "visits", &format!("[{stage}]")).unwrap_err();
            let expected = format!("a pipeline cannot write into `{target}`: {reason}");
            assert_eq!(refused.lines().next(), Some(expected.as_str()), "{stage}");
        }
    }
    // What brings its documents along runs over no collection.
    assert_eq!(run(&bank, "visits", "[{$documents: [{a: 1}]}]").unwrap().0, [doc! {"a": 1}]);
}
