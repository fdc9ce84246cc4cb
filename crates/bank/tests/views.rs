//! Views, in a folder and on a server: the same rows, and the same refusals with the same codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Dropped, Error, Import, ImportSource, Opening, Place, Source, Talk};
use bson::{Document, doc};
use pipeline::{Collation, Limits};

const PEOPLE: &str = "{\"_id\": 1, \"s\": \"a\"}\n{\"_id\": 2, \"s\": \"A\"}\n{\"_id\": 3, \"s\": \"b\"}\n";

/// Starts the server of all tests before a folder is written to: a process that is started meanwhile holds the writer's lock
/// for a moment.
fn start_server() {
    let _ = mongod::bank("views_in_a_folder");
}

/// Imports documents into a collection.
fn import(place: &Place, name: &str, text: &str, folder: &Path) -> Result<Bank, Error> {
    let file = folder.join("documents.ndjson");
    fs_err::write(&file, text).unwrap();
    let source = ImportSource::Documents { name, file: Source::from(file.as_path()), appends: false };
    let import = Import { source, as_of: Some("2026-05-31".parse().unwrap()), found: &|_| {} };
    let cancel = Arc::new(AtomicBool::new(false));
    let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
    bank::import(Some(place.clone()), &import, &Limits::default(), &talk)?.open(&Opening::default())
}

fn collation(text: &str) -> Option<Collation> {
    Collation::parse(&pipeline::read(text).unwrap()).unwrap()
}

/// Makes a view; gives the code of the refusal.
fn view(bank: &Bank, name: &str, on: &str, pipeline: &str, under: &str) -> Result<(), Option<i32>> {
    let query = bank.query(pipeline, None, on).unwrap().under(collation(under)).unwrap();
    bank.create_view(name, &query).map_err(|error| error.diagnostic().error_code())
}

/// The rows, or the code of the refusal.
fn run(bank: &Bank, collection: &str, text: &str, under: &str) -> Result<Vec<Document>, Option<i32>> {
    let query = bank.query(text, None, collection).and_then(|query| query.under(collation(under)));
    let rows = query.and_then(|query| bank.rows(&query)).map_err(|error| error.diagnostic().error_code())?;
    rows.collect::<Result<Vec<_>, _>>().map_err(|error| error.code())
}

fn n(bank: &Bank, collection: &str) -> i32 {
    run(bank, collection, "[{$count: 'n'}]", "null").unwrap().first().map_or(0, |row| row.get_i32("n").unwrap())
}

const NONE: &str = "null";
const BASE: &str = "{locale: 'en', strength: 1}";

fn is_as_a_collection(place: &Place, folder: &Path) {
    let bank = import(place, "people", PEOPLE, folder).unwrap();
    view(&bank, "lower", "people", "[{$match: {s: 'a'}}, {$set: {seen: true}}]", NONE).unwrap();
    // On a server, the name of what was imported is a view already.
    run(&bank, "people", "[{$out: 'plain'}]", NONE).unwrap();
    view(&bank, "same", "plain", "[{$match: {s: 'a'}}]", BASE).unwrap();
    assert_eq!(run(&bank, "lower", "[]", NONE), Ok(vec![doc! {"_id": 1, "s": "a", "seen": true}]));
    assert_eq!((n(&bank, "same"), n(&bank, "lower"), n(&bank, "people")), (2, 1, 3));
    // A view compares as it says, whatever is asked behind it.
    assert_eq!(run(&bank, "same", "[{$match: {s: 'A'}}, {$count: 'n'}]", NONE), Ok(vec![doc! {"n": 2}]));
    assert_eq!(run(&bank, "same", "[{$count: 'n'}]", BASE), Ok(vec![doc! {"n": 2}]));
    assert_eq!(run(&bank, "same", "[]", "{locale: 'en', strength: 2}"), Err(Some(167)));
    assert_eq!(run(&bank, "lower", "[]", BASE), Err(Some(167)));
    // Other pipelines read it.
    for (text, under, rows) in [
        ("[{$unionWith: 'lower'}, {$count: 'n'}]", NONE, vec![doc! {"n": 4}]),
        ("[{$unionWith: {coll: 'same', pipeline: [{$match: {s: 'b'}}]}}, {$count: 'n'}]", BASE, vec![doc! {"n": 3}]),
        (
            "[{$match: {_id: 2}}, {$lookup: {from: 'same', localField: 's', foreignField: 's', as: 'o'}}, {$project: {o: '$o._id'}}]",
            BASE,
            vec![doc! {"_id": 2, "o": [1, 2]}],
        ),
        (
            "[{$match: {_id: 1}}, {$lookup: {from: 'lower', let: {s: '$s'}, pipeline: [{$match: {$expr: {$eq: ['$s', '$$s']}}}], as: 'o'}}, {$project: {o: '$o.seen'}}]",
            NONE,
            vec![doc! {"_id": 1, "o": [true]}],
        ),
        (
            "[{$match: {_id: 1}}, {$graphLookup: {from: 'lower', startWith: '$s', connectFromField: 'x', connectToField: 's', as: 'o'}}, {$project: {o: '$o._id'}}]",
            NONE,
            vec![doc! {"_id": 1, "o": [1]}],
        ),
    ] {
        assert_eq!(run(&bank, "people", text, under), Ok(rows), "{text}");
    }
    assert_eq!(run(&bank, "people", "[{$unionWith: 'lower'}]", BASE), Err(Some(167)));
    assert_eq!(
        run(&bank, "people", "[{$lookup: {from: 'same', localField: 's', foreignField: 's', as: 'o'}}]", NONE),
        Err(Some(167))
    );
    // It shows what its collection holds by then, and nothing where that is gone.
    let bank = import(place, "people", &PEOPLE.replace('b', "a"), folder).unwrap();
    assert_eq!(n(&bank, "lower"), 2);
    assert_eq!(
        bank::drop_collection(place, "people").map_err(|error| error.to_string()),
        Ok(Dropped::Collections(vec![("people".to_owned(), 3)]))
    );
    let bank = Bank::open(place, &Opening::default()).unwrap();
    assert_eq!(n(&bank, "lower"), 0);
    // Dropped, it is no more.
    assert_eq!(bank::drop_collection(place, "lower").unwrap(), Dropped::View);
    assert!(Bank::open(place, &Opening::default()).unwrap().require("lower").is_err());
}

fn is_refused(place: &Place, folder: &Path) {
    let bank = import(place, "people", PEOPLE, folder).unwrap();
    view(&bank, "one", "people", "[{$match: {s: 'a'}}]", NONE).unwrap();
    for (name, on, text, under, code) in [
        ("one", "people", "[]", NONE, Some(48)),
        ("people", "people", "[]", NONE, None),
        ("customers", "people", "[]", NONE, None),
        ("x@2026-05-31", "people", "[]", NONE, None),
        ("two", "people", "[{$out: 'z'}]", NONE, Some(167)),
        ("two", "people", "[{$merge: 'z'}]", NONE, Some(167)),
        ("two", "people", "[{$documents: [{a: 1}]}]", NONE, Some(73)),
        ("two", "one", "[]", BASE, Some(167)),
        ("two", "people", "[{$unionWith: 'one'}]", BASE, Some(167)),
        ("self", "people", "[{$unionWith: 'self'}]", NONE, Some(5)),
        ("banksphere.view", "people", "[]", NONE, None),
        ("system.views", "people", "[]", NONE, None),
        ("two", "people", "db.people.find({}, {k: {$elemMatch: {$eq: 1}}})", NONE, None),
        ("two", "people", "db.people.countDocuments({})", NONE, None),
        ("two", "people", "db.people.aggregate([], {maxTimeMS: 5})", NONE, None),
        ("two", "people", "db.people.aggregate([]).explain()", NONE, None),
    ] {
        let refused = view(&bank, name, on, text, under).expect_err(name);
        assert!(code.is_none() || refused == code, "{name} on {on}, {text}: {refused:?}");
    }
    // Two that read each other.
    view(&bank, "first", "people", "[{$unionWith: 'second'}]", NONE).unwrap();
    assert_eq!(view(&bank, "second", "first", "[]", NONE), Err(Some(5)));
    // Nothing is written into a view.
    for stage in ["{$out: 'one'}", "{$merge: 'one'}"] {
        assert_eq!(run(&bank, "people", &format!("[{stage}]"), NONE), Err(Some(166)), "{stage}");
    }
    assert!(import(place, "one", PEOPLE, folder).is_err());
    // On a server, the imported collection is a view itself.
    let mut highest = 1;
    let refused = loop {
        let (on, name) =
            (if highest == 1 { "one".to_owned() } else { format!("v{highest}") }, format!("v{}", highest + 1));
        if let Err(code) = view(&bank, &name, &on, "[]", NONE).and_then(|()| run(&bank, &name, "[]", NONE)) {
            break code;
        }
        highest += 1;
    };
    assert!(refused == Some(165) && (18..=19).contains(&highest), "{refused:?} at {highest}");
}

#[test]
fn a_view_in_a_folder_is_read_as_a_collection() {
    start_server();
    let folder = tempfile::tempdir().unwrap();
    is_as_a_collection(&Place::Folder(folder.path().join("b.sphere")), folder.path());
}

#[test]
fn a_view_on_a_server_is_read_as_a_collection() {
    let Some(uri) = mongod::bank("a_view_on_a_server_is_read_as_a_collection") else { return };
    let folder = tempfile::tempdir().unwrap();
    is_as_a_collection(&Place::named(uri.as_ref()).unwrap(), folder.path());
}

#[test]
fn a_folder_refuses_what_is_no_view() {
    start_server();
    let folder = tempfile::tempdir().unwrap();
    is_refused(&Place::Folder(folder.path().join("b.sphere")), folder.path());
}

#[test]
fn a_server_refuses_the_same() {
    let Some(uri) = mongod::bank("a_server_refuses_the_same_views") else { return };
    let folder = tempfile::tempdir().unwrap();
    is_refused(&Place::named(uri.as_ref()).unwrap(), folder.path());
}

#[test]
fn a_view_is_of_no_day_and_survives_the_days() {
    start_server();
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("b.sphere"));
    let bank = import(&place, "people", PEOPLE, folder.path()).unwrap();
    view(&bank, "old", "people@2026-05-31", "[{$match: {s: {$ne: 'b'}}}]", NONE).unwrap();
    view(&bank, "both", "people", "[{$unionWith: 'old'}]", NONE).unwrap();
    assert_eq!((n(&bank, "old"), n(&bank, "both")), (2, 5));
    let later = bank.on("2026-06-30".parse().unwrap()).unwrap();
    assert_eq!(n(&later, "both"), 5);
    assert_eq!(bank.days().unwrap().len(), 1);
    let holdings = bank.inventory().unwrap().collections;
    let told: Vec<(&str, &str)> = holdings.iter().map(|one| (one.name.as_str(), one.size.as_str())).collect();
    assert_eq!(told[0], ("both", "a view on people, 1 stage"));
    assert_eq!(told[1], ("old", "a view on people@2026-05-31, 1 stage"));
}
