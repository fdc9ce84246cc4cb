//! What a server did for a pipeline, and which indexes help it, as a user reads it.

use bson::doc;
use mongod::Client;

use crate::program::Program;

/// Rows of which one in a thousand is looked for: long to scan, short to find.
const LOOK: &str = "[{$match: {a: 7}}, {$group: {_id: '$b', n: {$sum: 1}}}]";

fn bank(test: &str) -> Option<(Program, String)> {
    let uri = mongod::bank(test)?;
    let client = Client::connect(&uri).unwrap();
    for part in 0..6 {
        let row = |n: i32| doc! { "_id": part * 10_000 + n, "a": n % 1_000, "b": n % 3 };
        let rows: Vec<_> = (0..10_000).map(row).collect();
        client.command(doc! { "insert": "rows", "documents": rows }).unwrap();
    }
    Some((Program::new(), uri))
}

#[test]
fn explain_tells_what_was_scanned() {
    let Some((program, uri)) = bank("explain_tells_what_was_scanned") else { return };
    let shown = program.fine(&["explain", "rows", LOOK, "--bank", &uri]);
    let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["Stage", "On", "Keys", "Documents", "Returned", "Time", "(ms)"]);
    assert_eq!(lines[2][..4], ["COLLSCAN", "–", "60,000", "60"]);
    let last = shown.lines().last().unwrap();
    assert!(last.ends_with("ms; looked at 0 keys and 60,000 documents for 3 rows"), "{last}");

    let json = program.fine(&["explain", "rows", LOOK, "--json", "--bank", &uri]);
    assert_eq!(json.lines().count(), 1);
    assert!(json.contains("\"explainVersion\"") && json.contains("\"COLLSCAN\""), "{json}");
}

#[test]
fn an_index_that_helps_is_kept_if_asked_for() {
    let Some((program, uri)) = bank("an_index_that_helps_is_kept_if_asked_for") else { return };
    let ask = ["indexes", "rows", LOOK, "--bank", &uri];
    let verdict = |shown: &str| shown.lines().last().unwrap().split("  ").last().unwrap().trim().to_owned();
    let shown = program.fine(&ask);
    assert!(shown.contains(" rows: a ") && shown.contains(" 60,000 "), "{shown}");
    assert!(verdict(&shown).starts_with("helps: ") && verdict(&shown).ends_with(" times as fast"), "{shown}");

    let (code, _, said) = program.run(&[&ask[..], &["--create"]].concat());
    assert_eq!((code, said.as_str()), (Some(0), "created a_1 on rows\n"));
    assert_eq!(verdict(&program.fine(&ask)), "there as a_1");
    let explained = program.fine(&["explain", "rows", LOOK, "--bank", &uri]);
    assert!(explained.contains("IXSCAN") && explained.contains("index a_1"), "{explained}");
}

#[test]
fn where_no_index_could_help_that_is_said() {
    let Some((program, uri)) = bank("where_no_index_could_help_that_is_said") else { return };
    let (code, shown, said) = program.run(&["indexes", "rows", "[{$sortByCount: '$a'}]", "--bank", &uri]);
    assert_eq!((code, shown.as_str()), (Some(0), ""));
    assert_eq!(said, "no index could help: nothing is matched, sorted or joined by a field of a collection\n");
    program.fine(&["sample", "10", "-o", "sample.csv"]);
    program.fine(&["import", "sample.csv"]);
    let said = program.fails(&["indexes"]);
    assert!(said.starts_with("error: `bank.sphere` is a folder: its engine scans columns"), "{said}");
}

#[test]
fn reading_makes_nothing() {
    let Some(uri) = mongod::bank("reading_makes_nothing") else { return };
    let program = Program::new();
    let (code, shown, said) = program.run(&["info", "--bank", &uri]);
    assert_eq!(code, Some(0), "{said}");
    assert!(shown.starts_with("MongoDB ") && shown.trim_end().ends_with(", database reading_makes_nothing"), "{shown}");
    assert!(said.starts_with("notice: the bank is empty"), "{said}");
    for args in [
        &["segment"][..],
        &["aggregate", "rows", "[]"],
        &["explain", "rows", "[]"],
        &["report"],
        &["indexes", "rows", "[]"],
    ] {
        let said = program.fails(&[args, &["--bank", &uri]].concat());
        assert!(said.contains("in this bank: it is empty"), "{args:?}: {said}");
    }
    let there = Client::connect(&uri).unwrap().command(doc! { "listCollections": 1 }).unwrap();
    assert!(there.get_document("cursor").unwrap().get_array("firstBatch").unwrap().is_empty(), "{there}");
}
