//! A bank of many days: each is read as it was, in whole, whatever is written meanwhile.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use bench::{batches, damage, files, make_format_2, message, numbers, put, schema};
use jiff::civil::{Date, date};
use store::{Error, ErrorKind, Outcome, Store};

const JANUARY: Date = date(2026, 1, 31);
const FEBRUARY: Date = date(2026, 2, 28);
const MARCH: Date = date(2026, 3, 31);

/// The numbers of a collection as of a day.
fn numbers_on(store: &Store, name: &str, day: Date) -> Vec<i32> {
    let batches = store.read_on(name, Some(day)).unwrap().batches;
    batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int32Type>().values().to_vec()).collect()
}

/// The names of the bank's data files.
fn data_files(dir: &std::path::Path) -> Vec<String> {
    files(dir).into_iter().filter(|name| name.contains(".arrow")).collect()
}

/// `c` has states of January (1), February (2, 3) and March (4); `d` of February (9) alone.
fn bank(dir: &std::path::Path) -> Store {
    let store = Store::create_or_open(dir).unwrap();
    put(&store, "c", 4, 1, Some(MARCH));
    put(&store, "c", 1, 1, Some(JANUARY));
    put(&store, "c", 2, 2, Some(FEBRUARY));
    put(&store, "d", 9, 1, Some(FEBRUARY));
    store
}

#[test]
fn each_day_shows_the_newest_state_not_later_than_it() {
    let dir = tempfile::tempdir().unwrap();
    bank(dir.path());
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.days(), [JANUARY, FEBRUARY, MARCH]);
    assert_eq!(numbers_on(&store, "c", JANUARY), [1]);
    assert_eq!(numbers_on(&store, "c", date(2026, 2, 27)), [1]);
    assert_eq!(numbers_on(&store, "c", FEBRUARY), [2, 3]);
    assert_eq!(numbers_on(&store, "d", date(2030, 1, 1)), [9]);
    assert_eq!(numbers(&store, "c"), [4]);
    let info = |day| {
        let infos = store.collections_on(day);
        infos.into_iter().map(|info| (info.name, info.as_of, info.rows, info.files.len())).collect::<Vec<_>>()
    };
    assert_eq!(info(Some(JANUARY)), [("c".to_owned(), JANUARY, 1, 1)]);
    let february = [("c".to_owned(), FEBRUARY, 2, 2), ("d".to_owned(), FEBRUARY, 1, 1)];
    assert_eq!(info(Some(FEBRUARY)), february);
    assert_eq!(info(None), [("c".to_owned(), MARCH, 1, 3), ("d".to_owned(), FEBRUARY, 1, 1)]);
    assert_eq!(info(Some(date(2025, 12, 31))), []);
}

#[test]
fn a_day_that_a_collection_does_not_have_is_told_with_those_that_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = bank(dir.path());
    let text = message(store.read_on("c", Some(date(2025, 12, 31))));
    assert!(text.starts_with("there is no collection `c` on 2025-12-31 or before\n"), "{text}");
    assert!(text.ends_with("\nhint: the days here are 2026-01-31, 2026-02-28, 2026-03-31"), "{text}");
    let text = message(store.read_on("d", Some(JANUARY)));
    assert!(text.starts_with("there is no collection `d` on 2026-01-31 or before\n"), "{text}");
    let text = message(store.read_on("x", Some(JANUARY)));
    assert!(text.starts_with("there is no collection `x`\n") && text.ends_with("collections here are `c`"), "{text}");
}

#[test]
fn a_day_once_read_is_held_in_whole() {
    let dir = tempfile::tempdir().unwrap();
    let writer = bank(dir.path());
    let reader = Store::open(dir.path()).unwrap();
    assert_eq!(numbers_on(&reader, "d", FEBRUARY), [9]);
    put(&writer, "c", 77, 1, Some(FEBRUARY));
    put(&writer, "d", 88, 1, Some(FEBRUARY));
    drop(writer.begin().unwrap());
    assert_eq!(data_files(dir.path()).len(), 4, "the old ones are swept");
    assert_eq!(numbers_on(&reader, "c", FEBRUARY), [2, 3], "it belongs to what was read of `d`");
    assert_eq!(numbers_on(&writer, "c", FEBRUARY), [77]);
    // January and February name no swept file and a swept one: the latter is read as it is by now.
    let late = Store::open(dir.path()).unwrap();
    put(&writer, "c", 99, 1, Some(FEBRUARY));
    drop(writer.begin().unwrap());
    assert_eq!(numbers_on(&late, "c", JANUARY), [1]);
    assert_eq!((numbers_on(&late, "c", FEBRUARY), numbers_on(&late, "d", FEBRUARY)), (vec![99], vec![88]));
}

#[test]
fn a_dropped_day_goes_with_its_files_but_not_from_under_a_reader() {
    let dir = tempfile::tempdir().unwrap();
    let writer = bank(dir.path());
    let (holding, late) = (Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap());
    assert_eq!(numbers_on(&holding, "c", FEBRUARY), [2, 3]);
    writer.drop_day(FEBRUARY).unwrap();
    let names = data_files(dir.path());
    assert!(names.len() == 2 && !names.iter().any(|name| name.starts_with("2026-02-28")), "{names:?}");
    assert!(!dir.path().join("d").exists(), "its only state is gone");
    assert_eq!(writer.days(), [JANUARY, MARCH]);
    assert_eq!(numbers_on(&writer, "c", FEBRUARY), [1], "as of February it is what it was before");
    assert_eq!(numbers_on(&holding, "c", FEBRUARY), [2, 3]);
    assert_eq!(numbers_on(&holding, "d", FEBRUARY), [9]);
    assert_eq!(numbers_on(&late, "c", FEBRUARY), [1], "the manifest was read again");
    let text = message(writer.drop_day(FEBRUARY));
    assert!(text.starts_with("the bank has no day 2026-02-28 of its own"), "{text}");
    assert!(text.ends_with("hint: the days here are 2026-01-31, 2026-03-31"), "{text}");
    assert!(!dir.path().join("writer.intent").exists());
    writer.drop_day(JANUARY).unwrap();
    writer.drop_day(MARCH).unwrap();
    assert_eq!(Store::open(dir.path()).unwrap().days(), []);
    assert_eq!(files(dir.path()), ["manifest.json", "writer.lock"]);
}

#[test]
fn what_is_superseded_on_one_day_stays_on_another() {
    let dir = tempfile::tempdir().unwrap();
    let store = bank(dir.path());
    // The same content again, of a day whose old file is still in the history.
    put(&store, "c", 50, 1, Some(JANUARY));
    assert_eq!(put(&store, "c", 1, 1, Some(JANUARY)), Outcome::Changed);
    drop(store.begin().unwrap());
    drop(store.begin().unwrap());
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(numbers_on(&store, "c", JANUARY), [1]);
    assert_eq!(data_files(dir.path()).len(), 4);
}

#[test]
fn a_contract_travels_with_the_state_that_was_written_under_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = bank(dir.path());
    assert_eq!(contracts(&store), "");
    assert_eq!(put_under(&store, "title = \"Ours\"\n", 5, Some(JANUARY)), Outcome::Changed);
    assert_eq!(put_under(&store, "title = \"Ours\"\n", 5, Some(JANUARY)), Outcome::Unchanged);
    assert_eq!(put_under(&store, "title = \"Theirs\"\n", 6, Some(MARCH)), Outcome::Changed);
    let both = "2026-01-31 title = \"Ours\"\n2026-03-31 title = \"Theirs\"\n";
    assert_eq!(contracts(&store), both);
    assert_eq!(contracts(&Store::open(dir.path()).unwrap()), both);
    put(&store, "c", 7, 1, Some(MARCH));
    assert_eq!(contracts(&store), "2026-01-31 title = \"Ours\"\n", "and goes with it");
}

#[test]
fn the_same_content_under_another_contract_is_another_state() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    put_under(&store, "title = \"Ours\"\n", 5, Some(JANUARY));
    assert_eq!(put_under(&store, "title = \"Theirs\"\n", 5, Some(JANUARY)), Outcome::Changed);
    assert_eq!(contracts(&store), "2026-01-31 title = \"Theirs\"\n");
    assert_eq!((numbers_on(&store, "c", JANUARY), damage(&store)), (vec![5], vec![]));
    assert_eq!(put_under(&store, "title = \"Ours\"\n", 5, None), Outcome::Changed);
    let days = store.days();
    let said = format!("2026-01-31 title = \"Theirs\"\n{} title = \"Ours\"\n", days.last().unwrap());
    assert_eq!((days.len(), contracts(&store)), (2, said), "an import without a day leaves January as it is");
    drop(store.begin().unwrap());
    assert_eq!((numbers_on(&store, "c", JANUARY), numbers(&store, "c")), (vec![5], vec![5]));
}

/// A bank of format 2 had one contract for all that it held.
#[test]
fn the_contract_of_a_bank_of_format_2_is_that_of_each_of_its_states() {
    let dir = tempfile::tempdir().unwrap();
    put_under(&bank(dir.path()), "", 5, Some(JANUARY));
    make_format_2(dir.path(), |manifest| {
        manifest.insert("contract".to_owned(), "title = \"Ours\"\n".into());
    });
    let store = Store::open(dir.path()).unwrap();
    let days = contracts(&store);
    assert_eq!(days.matches("title = \"Ours\"\n").count(), store.days().len());
    put_under(&store, "title = \"Theirs\"\n", 6, Some(date(2026, 12, 31)));
    assert_eq!(contracts(&store), format!("{days}2026-12-31 title = \"Theirs\"\n"), "the earlier days keep theirs");
    let manifest = fs_err::read_to_string(dir.path().join("manifest.json")).unwrap();
    assert!(manifest.contains("\"format\": 3"));
}

/// Writes one row of `c` under a contract.
fn put_under(store: &Store, contract: &str, n: i32, day: Option<Date>) -> Outcome {
    let mut commit = store.begin().unwrap();
    let mut writer = commit.writer("c", schema()).unwrap();
    writer.contract(contract);
    writer.write(&batches(n, 1).remove(0).unwrap()).unwrap();
    commit.add(writer).unwrap();
    commit.finish(day).unwrap()
}

/// The contracts of `c`, each with the day of its state.
fn contracts(store: &Store) -> String {
    let states = store.days().into_iter().filter_map(|day| {
        let states = store.collections_on(Some(day)).into_iter();
        let contract =
            states.filter(|state| state.name == "c" && state.as_of == day).find_map(|state| state.contract)?;
        Some(format!("{day} {contract}"))
    });
    states.collect()
}

#[test]
fn a_day_that_no_calendar_of_ours_has_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = bank(dir.path());
    for day in [date(9999, 12, 31), date(9999, 1, 1), date(0, 12, 31), date(-44, 3, 15), Date::MIN, Date::MAX] {
        let mut commit = store.begin().unwrap();
        commit.write::<Error>("c", schema(), batches(0, 1).into_iter()).unwrap();
        let error = commit.finish(Some(day)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        let text = error.to_string();
        assert!(text.starts_with(&format!("the day {day} is out of range\nhint: ")), "{text}");

        let mut commit = store.begin().unwrap();
        let mut writer = commit.writer("c", schema()).unwrap();
        writer.as_of(day);
        assert_eq!(message(commit.add(writer)), text);
    }
    for day in [date(1, 1, 1), date(9998, 12, 31)] {
        assert_eq!(put(&store, "c", 0, 1, Some(day)), Outcome::Changed);
        assert_eq!(numbers_on(&Store::open(dir.path()).unwrap(), "c", day), [0]);
    }
}
