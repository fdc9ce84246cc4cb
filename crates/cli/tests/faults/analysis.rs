//! Faults in the middle of an analysis.

use std::time::{Duration, Instant};

use bson::{Document, doc};
use mongod::Server;

use crate::harness::{Harness, client, is_running, slow, slow_no_more, slowable, until};

/// Takes minutes: a hundred million numbers.
const ENDLESS: &str =
    "[{$project: {n: {$range: [0, 100000]}}}, {$unwind: '$n'}, {$group: {_id: {$mod: ['$n', 7]}, n: {$sum: '$n'}}}]";

#[test]
fn a_slow_server_and_a_time_limit() {
    let Some(server) = slowable("a_slow_server_and_a_time_limit", 0) else { return };
    let bank = with_rows(&server);
    let start = Instant::now();
    let said = bank.run(&["aggregate", "rows", ENDLESS, "--timeout", "1s"]);
    said.failed(&[
        "error: the server gave up: it took longer than the time limit",
        "hint: allow it more with `--timeout`",
    ]);
    assert!(start.elapsed() < Duration::from_secs(15), "took {:?}", start.elapsed());
    until("the server stops its work", || !is_running(&server, "aggregate"));
}

#[test]
fn a_server_that_falls_silent() {
    let Some(mut server) = slowable("a_server_that_falls_silent", 0) else { return };
    let bank = with_rows(&server);
    let mut running = bank.start(&["aggregate", "rows", ENDLESS, "--timeout", "2s"]);
    running.until("the server works on it", || is_running(&server, "aggregate"));
    server.pause(0).unwrap();
    let start = Instant::now();
    running.end().failed(&["error: the server does not answer, also beyond the time limit", "hint: "]);
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}

#[test]
fn an_interrupted_pipeline_ends_on_the_server_too() {
    let Some(server) = slowable("an_interrupted_pipeline_ends_on_the_server_too", 0) else { return };
    let bank = with_rows(&server);
    let mut running = bank.start(&["aggregate", "rows", ENDLESS]);
    running.until("the server works on it", || is_running(&server, "aggregate"));
    running.signal("INT");
    let start = Instant::now();
    let said = running.end();
    assert!(said.code != Some(0) && said.stdout.is_empty(), "{said:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
    until("the server stops its work", || !is_running(&server, "aggregate"));
}

#[test]
fn a_primary_killed_while_it_computes_is_made_up_for() {
    const QUESTION: [&str; 3] =
        ["aggregate", "rows", "[{$group: {_id: {$mod: ['$k', 3]}, n: {$sum: 1}}}, {$sort: {_id: 1}}]"];
    let Some(mut set) = slowable("a_primary_killed_while_it_computes_is_made_up_for", 3) else { return };
    let bank = with_rows(&set);
    let before = bank.run(&QUESTION).fine();
    slow(&set, "aggregate", 0, 60_000);
    let mut running = bank.start(&QUESTION);
    running.until("the primary works on it", || is_running(&set, "aggregate"));
    let primary = set.primary().unwrap();
    set.kill(primary).unwrap();
    assert_eq!(running.end().fine(), before);
}

#[test]
fn a_primary_killed_while_it_sends_rows_is_told() {
    let Some(mut set) = slowable("a_primary_killed_while_it_sends_rows_is_told", 3) else { return };
    let bank = with_rows(&set);
    let question = ["aggregate", "rows", "[{$sort: {_id: 1}}]"];
    let rows = bank.run(&question).fine();
    assert_eq!(rows.lines().count(), 1_000);
    slow(&set, "getMore", 0, 60_000);
    let mut running = bank.start(&question);
    running.until("the primary sends rows", || is_running(&set, "getMore"));
    let primary = set.primary().unwrap();
    set.kill(primary).unwrap();
    // Rows that are out cannot be taken back, so it is not begun anew, and the user is told.
    running.end().failed(&["error: ", "hint: run it again"]);
    assert!(bank.run(&question).fine() == rows, "the new primary has other rows");
}

#[test]
fn an_operator_that_the_server_lacks_is_refused_by_name() {
    let Some(server) = slowable("an_operator_that_the_server_lacks_is_refused_by_name", 0) else { return };
    let version = client(&server, "admin").command(doc! { "buildInfo": 1 }).unwrap();
    if version.get_str("version").unwrap() >= "7" {
        return; // It lacks nothing that we know.
    }
    let bank = with_rows(&server);
    // Nothing is asked of the server: it would be slow.
    slow(&server, "aggregate", 0, 60_000);
    let median = "[{$group: {_id: null, m: {$percentile: {input: '$k', p: [0.5], method: 'approximate'}}}}]";
    bank.run(&["aggregate", "rows", median]).failed(&["error: `$percentile` needs MongoDB 7.0", "this server is 6."]);
    slow_no_more(&server);
}

/// A bank with a thousand rows.
fn with_rows(server: &Server) -> Harness {
    let rows: Vec<Document> = (0..1_000).map(|id| doc! { "_id": id, "k": id * 37 % 101 }).collect();
    let insert = doc! { "insert": "rows", "documents": rows, "writeConcern": { "w": "majority", "j": true } };
    client(server, "bank").command(insert).unwrap();
    Harness::new(server.uri("bank"))
}
