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
        ("'banksphere'", "`banksphere` is a name that BankSphere keeps for itself, and is not written"),
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
    // The database that is open may be named, and no other.
    let database = uri.split('?').next().and_then(|uri| uri.rsplit('/').next()).unwrap();
    for stage in ["$out: {db: 'DB', coll: 'own'}", "$merge: {into: {db: 'DB', coll: 'own'}}"] {
        let told = run(&bank, "visits", &format!("[{{{}}}]", stage.replace("DB", database))).unwrap();
        assert_eq!(told.1, ["written into `own`"]);
        let refused = run(&bank, "visits", &format!("[{{{}}}]", stage.replace("DB", "other"))).unwrap_err();
        assert!(refused.contains("it names another database, and a bank is one"), "{refused}");
    }
    assert_eq!(rows(&bank, "own").len(), 3);
    // What brings its documents along runs over no collection.
    assert_eq!(run(&bank, "visits", "[{$documents: [{a: 1}]}]").unwrap().0, [doc! {"a": 1}]);
}

/// What we keep for ourselves is read and written by no question, and imported by no user.
#[test]
fn our_own_collections_are_out_of_reach() {
    let folder = tempfile::tempdir().unwrap();
    let uri = mongod::bank("our_own_collections_are_out_of_reach");
    let places = std::iter::once(Place::Folder(folder.path().join("b.sphere")));
    for place in places.chain(uri.map(|uri| Place::named(uri.as_ref()).unwrap())) {
        let bank = bank(place.clone(), folder.path());
        for name in ["banksphere", "banksphere.x"] {
            let refusal = format!("`{name}` is a name that BankSphere keeps for itself, and is not read");
            for stage in [
                format!("{{$unionWith: '{name}'}}"),
                format!("{{$unionWith: {{coll: 'visits', pipeline: [{{$unionWith: '{name}'}}]}}}}"),
                format!("{{$lookup: {{from: '{name}', localField: 'k', foreignField: 'k', as: 'o'}}}}"),
                format!("{{$lookup: {{from: '{name}', pipeline: [], as: 'o'}}}}"),
                format!(
                    "{{$graphLookup: {{from: '{name}', startWith: '$k', connectFromField: 'k', connectToField: 'k', as: 'o'}}}}"
                ),
                format!("{{$facet: {{f: [{{$lookup: {{from: '{name}', pipeline: [], as: 'o'}}}}]}}}}"),
            ] {
                let refused = run(&bank, "visits", &format!("[{stage}]")).unwrap_err();
                assert_eq!(refused.lines().next(), Some(refusal.as_str()), "{stage}");
            }
            assert!(run(&bank, name, "[]").unwrap_err().starts_with(&refusal));
            let file = folder.path().join("visits.ndjson");
            let source = ImportSource::Documents { name, file: Source::from(file.as_path()), appends: false };
            let import = Import { source, as_of: None, found: &|_| {} };
            let cancel = Arc::new(AtomicBool::new(false));
            let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
            let refused = bank::import(Some(place.clone()), &import, &Limits::default(), &talk).err().unwrap();
            assert!(refused.to_string().starts_with(&refusal.replace("read", "written")), "{refused}");
        }
    }
}

#[test]
fn a_server_refuses_a_field_that_no_document_has_as_a_folder_does() {
    let Some(uri) = mongod::bank("a_server_refuses_a_field_that_no_document_has") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.ndjson");
    // Behind the first documents there is a field that these lack.
    let lines: Vec<String> = (0..1_500).map(|id| format!("{{\"_id\": {id}, \"branch\": {{\"n\": 1}}}}")).collect();
    fs_err::write(&file, lines.join("\n") + "\n{\"_id\": 1500, \"late\": 1}\n").unwrap();
    let banks = [Place::Folder(folder.path().join("b.sphere")), Place::named(uri.as_ref()).unwrap()].map(|place| {
        let source = ImportSource::Documents { name: "many", file: Source::from(file.as_path()), appends: false };
        let import = Import { source, as_of: None, found: &|_| {} };
        let cancel = Arc::new(AtomicBool::new(false));
        let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
        let imported = bank::import(Some(place), &import, &Limits::default(), &talk).unwrap();
        imported.open(&Opening::default()).unwrap().strict()
    });
    let asked = |text: &str| {
        let [here, there] = [0, 1].map(|at| banks[at].query(text, None, "many").map(drop).map_err(|e| e.to_string()));
        assert_eq!(here, there, "{text}");
        here
    };
    assert!(asked("[{$group: {_id: '$brnch'}}]").unwrap_err().starts_with("unknown field `brnch` in `$group`"));
    asked("[{$match: {late: 1}}, {$group: {_id: '$lat'}}]").unwrap_err();
    asked("[{$group: {_id: '$branch'}}, {$match: {late: 1}}]").unwrap_err();
    for text in
        ["[{$match: {late: 1}}]", "[{$sort: {'branch.n': 1, _id: 1}}]", "[{$set: {x: 1}}, {$match: {x: 1}}]", "[]"]
    {
        asked(text).unwrap();
    }
}
