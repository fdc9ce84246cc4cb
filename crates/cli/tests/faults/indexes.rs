//! Faults while an index is on trial.

use bson::{Document, doc};
use mongod::Server;

use crate::harness::{Harness, client, slow, slow_no_more, slowable};

const TRIAL: &str = "banksphere_try_a_1";
const INDEXES: [&str; 3] = ["indexes", "rows", "[{$match: {a: 1}}, {$count: 'n'}]"];

#[test]
fn ctrl_c_takes_the_index_on_trial_away() {
    let Some(server) = slowable("ctrl_c_takes_the_index_on_trial_away", 0) else { return };
    let bank = with_rows(&server);
    slow(&server, "aggregate", 0, 500);
    let mut running = bank.start(&INDEXES);
    running.until("an index is on trial", || names(&server).contains(&TRIAL.to_owned()));
    running.signal("INT");
    let said = running.end();
    assert_eq!((said.code, said.stderr.trim_end()), (Some(130), "interrupted: nothing was changed"));
    assert_eq!(names(&server), ["_id_"]);
}

#[test]
fn what_a_killed_trial_left_goes_with_the_next() {
    let Some(server) = slowable("what_a_killed_trial_left_goes_with_the_next", 0) else { return };
    let bank = with_rows(&server);
    slow(&server, "aggregate", 0, 500);
    let mut running = bank.start(&INDEXES);
    running.until("an index is on trial", || names(&server).contains(&TRIAL.to_owned()));
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    assert_eq!(names(&server), ["_id_", TRIAL]);
    slow_no_more(&server);
    let said = bank.run(&INDEXES).fine();
    assert!(said.contains("rows: a"), "{said}");
    assert_eq!(names(&server), ["_id_"]);
}

/// By default a server would wait for every member to build it.
#[test]
fn an_index_is_tried_while_a_member_is_down() {
    let Some(mut set) = slowable("an_index_is_tried_while_a_member_is_down", 3) else { return };
    let bank = with_rows(&set);
    let primary = set.primary().unwrap();
    set.kill(primary).unwrap();
    set.primary().unwrap();
    let said = bank.start(&INDEXES).end().fine();
    assert!(said.contains("rows: a"), "{said}");
    assert_eq!(names(&set), ["_id_"]);
}

/// The names of the indexes.
fn names(server: &Server) -> Vec<String> {
    let listed = client(server, "bank").command(doc! { "listIndexes": "rows" }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    batch.iter().map(|index| index.as_document().unwrap().get_str("name").unwrap().to_owned()).collect()
}

/// A bank with some rows.
fn with_rows(server: &Server) -> Harness {
    let rows: Vec<Document> = (0..1_000).map(|id| doc! { "_id": id, "a": id % 10 }).collect();
    client(server, "bank")
        .command(doc! { "insert": "rows", "documents": rows, "writeConcern": { "w": "majority" } })
        .unwrap();
    Harness::new(server.uri("bank"))
}
