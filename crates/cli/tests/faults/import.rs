//! Faults in the middle of an import: the old customers stay live until all of the new ones are there.

use std::time::{Duration, Instant};

use bson::doc;
use mongod::{Client, READER, Server, Setup};

use crate::bank::{Contents, NEW, OLD, import_when_free, n_staged, staging, with_customers};
use crate::harness::{Harness, Running, is_running, slow, slow_no_more, slowable};

#[test]
fn no_server() {
    let bank = Harness::new("mongodb://127.0.0.1:1/bank");
    bank.run(&["sample", "10", "-o", NEW]).fine();
    bank.run(&["import", NEW]).failed(&["error: no server answers", "hint: check that the server runs"]);
}

#[test]
fn a_server_killed_for_good() {
    let Some(mut server) = slowable("a_server_killed_for_good", 0) else { return };
    let (bank, old, new) = with_customers(&server);
    let running = import_halfway(&bank, &server);
    server.kill(0).unwrap();
    let start = Instant::now();
    running.end().failed(&["error: no server answers", "  at 127.0.0.1:", "hint: check that the server runs"]);
    // Longer than an election takes, and not much longer.
    assert!(start.elapsed() < Duration::from_mins(2), "took {:?}", start.elapsed());

    server.restart(0).unwrap();
    assert_eq!(Contents::on(&server), old);
    import_when_free(&bank);
    assert_eq!((Contents::on(&server), staging(&server)), (new, vec![]));
}

#[test]
fn a_server_killed_and_started_again() {
    let Some(mut server) = slowable("a_server_killed_and_started_again", 0) else { return };
    let (bank, old, new) = with_customers(&server);
    let running = import_halfway(&bank, &server);
    server.kill(0).unwrap();
    server.restart(0).unwrap();
    // It may go on; or find that the server lost what it had confirmed, for a server on its own confirms before the disk.
    let said = running.end();
    if said.code == Some(0) {
        assert_eq!(Contents::on(&server), new);
    } else {
        said.failed(&["error: ", "hint: "]);
        assert_eq!(Contents::on(&server), old);
        import_when_free(&bank);
    }
    assert_eq!((Contents::on(&server), staging(&server)), (new, vec![]));
}

#[test]
fn a_server_killed_right_after_an_import() {
    let Some(mut server) = slowable("a_server_killed_right_after_an_import", 0) else { return };
    let (bank, _, new) = with_customers(&server);
    bank.run(&["import", NEW]).fine();
    server.kill(0).unwrap();
    server.restart(0).unwrap();
    assert_eq!(Contents::on(&server), new);
}

#[test]
fn a_primary_killed_in_mid_import() {
    let Some(mut set) = slowable("a_primary_killed_in_mid_import", 3) else { return };
    let (bank, _, new) = with_customers(&set);
    let running = import_halfway(&bank, &set);
    let primary = set.primary().unwrap();
    set.kill(primary).unwrap();
    running.end().fine();
    assert_eq!((Contents::on(&set), staging(&set)), (new, vec![]));
}

#[test]
fn an_import_that_is_killed() {
    let Some(server) = slowable("an_import_that_is_killed", 0) else { return };
    let (bank, old, new) = with_customers(&server);
    let running = import_halfway(&bank, &server);
    running.signal("KILL");
    slow_no_more(&server);
    assert_eq!(running.end().code, None);
    assert_eq!(Contents::on(&server), old);
    import_when_free(&bank);
    assert_eq!((Contents::on(&server), staging(&server)), (new, vec![]));
}

/// The moment in which the new customers are live and the names for pasting follow, and import and server die together.
#[test]
fn names_for_pasting_cut_in_half() {
    let Some(mut server) = slowable("names_for_pasting_cut_in_half", 0) else { return };
    let (bank, old, new) = with_customers(&server);
    slow(&server, "collMod", 1, 60_000);
    let mut running = bank.start(&["import", NEW]);
    running.until("the second name", || is_running(&server, "collMod") && Contents::on(&server) != old);
    running.signal("KILL");
    assert_eq!(running.end().code, None);
    server.kill(0).unwrap();
    server.restart(0).unwrap();
    let live = Contents::on(&server);
    assert!(live.is_between(&old, &new), "{live:?}");
    // A session reads what is live, whatever the names for pasting show.
    let joined = "[{$lookup: {from: 'transactions', localField: 'CLIENTNUM', foreignField: 'CLIENTNUM', as: 't'}}, \
        {$unwind: '$t'}, {$count: 'n'}]";
    assert_eq!(bank.run(&["aggregate", "customers", joined]).fine(), "{\"n\": 6000}\n");
    import_when_free(&bank);
    assert_eq!((Contents::on(&server), staging(&server)), (new, vec![]));
}

#[test]
fn an_interrupted_import() {
    let Some(server) = slowable("an_interrupted_import", 0) else { return };
    let (bank, old, new) = with_customers(&server);
    let running = import_halfway(&bank, &server);
    running.signal("INT");
    let said = running.end();
    assert_eq!((said.code, said.stdout.as_str()), (Some(130), ""), "{}", said.stderr);
    assert!(said.stderr.ends_with("interrupted: nothing was changed\n"), "{}", said.stderr);
    assert_eq!((Contents::on(&server), staging(&server)), (old, vec![]));
    // Its lease is given back, so the next need not wait.
    slow_no_more(&server);
    bank.run(&["import", NEW]).fine();
    assert_eq!(Contents::on(&server), new);
}

#[test]
fn two_at_once() {
    let Some(server) = slowable("two_at_once", 0) else { return };
    let (bank, _, new) = with_customers(&server);
    let running = import_halfway(&bank, &server);
    let owner = format!("process {}", running.pid());
    bank.run(&["import", OLD]).failed(&["error: the bank is being written to by ", &owner, "hint: wait until"]);
    slow_no_more(&server);
    running.end().fine();
    assert_eq!((Contents::on(&server), staging(&server)), (new, vec![]));
}

#[test]
fn a_full_disk() {
    let setup = Setup { disk_mb: Some(512), ..Setup::default() };
    let Some(mut server) = mongod::own("a_full_disk", &setup) else { return };
    let (bank, old, new) = with_customers(&server);
    server.fill_disk().unwrap();
    let stderr = bank.run(&["import", NEW]).failed(&["error: ", "hint: "]);
    // A server that cannot write its journal ends itself; before that, it says why it cannot do what it is told.
    let has_ended = Client::connect(&server.uri("bank")).is_err();
    let is_told = stderr.contains("the server's disk is full") && stderr.contains("hint: make room on the server");
    assert!(has_ended || is_told, "{stderr}");
    server.kill(0).unwrap();
    server.free_disk().unwrap();
    server.restart(0).unwrap();
    assert_eq!(Contents::on(&server), old);
    import_when_free(&bank);
    assert_eq!((Contents::on(&server), staging(&server)), (new, vec![]));
}

#[test]
fn a_validator_that_refuses_a_document() {
    let Some(uri) = mongod::bank("a_validator_that_refuses_a_document") else { return };
    let bank = Harness::new(&uri);
    let file = |k: &[i32]| {
        let lines = k.iter().zip(0..).map(|(k, id)| format!("{{\"_id\": {id}, \"k\": {k}}}\n"));
        fs_err::write(bank.folder.path().join("rows.ndjson"), lines.collect::<String>()).unwrap();
    };
    file(&[1, 2]);
    bank.run(&["import", "--into", "rows", "rows.ndjson"]).fine();
    let rule = doc! { "$jsonSchema": { "properties": { "k": { "bsonType": "int", "maximum": 50 } } } };
    let server = Client::connect(&uri).unwrap();
    let listed = server.command(doc! { "listCollections": 1, "filter": { "name": "rows" } }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    let behind = batch[0].as_document().unwrap().get_document("options").unwrap().get_str("viewOn").unwrap();
    server.command(doc! { "collMod": behind, "validator": rule }).unwrap();

    file(&[3, 4, 51]);
    let said = bank.run(&["import", "--into", "rows", "rows.ndjson"]);
    said.failed(&[
        "the validator of `rows` refused the document with `_id` 2",
        "`k` is 51, but must be at most 50",
        "hint: ",
    ]);
    assert_eq!(server.aggregate("rows", vec![]).unwrap(), [doc! { "_id": 0, "k": 1 }, doc! { "_id": 1, "k": 2 }]);
}

#[test]
fn a_user_who_may_only_read() {
    let setup = Setup { users: true, ..Setup::default() };
    let Some(server) = mongod::own("a_user_who_may_only_read", &setup) else { return };
    let owner = Harness::new(server.uri("bank"));
    owner.run(&["sample", "300", "-o", OLD]).fine();
    owner.run(&["import", OLD]).fine();
    let reader = Harness::new(server.uri_as(READER, "bank"));
    let count = ["aggregate", "customers", "[{$count: 'n'}]"];
    assert_eq!(reader.run(&count).fine(), "{\"n\": 300}\n");
    reader.run(&["sample", "60", "-o", NEW]).fine();
    let said = reader.run(&["import", NEW]);
    said.failed(&["error: this user has no right to run ", "on the database `bank`", "hint: "]);
    assert_eq!(reader.run(&count).fine(), "{\"n\": 300}\n");
    // What is trained is told, and not kept.
    let said = reader.run(&["why", "why_views", "--repeats", "1"]);
    let notice = "notice: the models are not kept with the bank: this user has no right to run ";
    assert!(said.stderr.contains(notice), "{}", said.stderr);
    assert!(said.fine().contains("In hindsight"));
}

/// An import of the new customers, some of which are on the server; the rest is slow to get there.
fn import_halfway(bank: &Harness, server: &Server) -> Running {
    slow(server, "insert", 2, 3_000);
    let mut running = bank.start(&["import", NEW]);
    running.until("some documents are there", || n_staged(server) > 0 && is_running(server, "insert"));

    running
}
