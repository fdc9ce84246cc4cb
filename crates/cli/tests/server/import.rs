//! Imports into a server, and what their user is told.

use std::process::Command;
use std::time::{Duration, Instant};

use bson::doc;
use mongod::Client;

use crate::program::Program;

fn count(client: &Client, name: &str) -> i32 {
    client.command(doc! { "count": name }).unwrap().get_i32("n").unwrap()
}

fn names(client: &Client) -> Vec<String> {
    let listed = client.command(doc! { "listCollections": 1, "nameOnly": true }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    let name = |one: &bson::Bson| one.as_document().unwrap().get_str("name").unwrap().to_owned();
    let mut names: Vec<String> = batch.iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn an_import_says_what_it_found_and_how_fast_it_was() {
    let Some(uri) = mongod::bank("an_import_says_what_it_found") else { return };
    let program = Program::new();
    program.fine(&["sample", "2000", "-o", "sample.csv"]);
    let (code, stdout, said) = program.run(&["import", "sample.csv", "--bank", &uri, "--as-of", "2026-06-30"]);
    assert_eq!((code, stdout.as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("data quality of sample.csv\n  Rows "), "{said}");
    assert!(said.contains("\n4,000 documents loaded and checked in "), "{said}");
    assert!(said.ends_with("\nimported 2,000 customers\n"), "{said}");
    let (_, _, said) = program.run(&["import", "sample.csv", "--bank", &uri, "--as-of", "2026-05-31"]);
    assert!(
        said.contains("\nnotice: a later day is live; what is of an earlier day is kept under that day\n"),
        "{said}"
    );
    let info = program.fine(&["info", "--bank", &uri]);
    assert!(info.contains(", as of 2026-06-30\n"), "{info}");
    assert!(info.contains("\n  day 2026-05-31: 2,000 documents\n"), "{info}");
    let (_, _, said) = program.run(&["import", "sample.csv", "--bank", &uri, "--as-of", "2026-06-30"]);
    assert!(said.ends_with("\nnothing changed: the bank has all 2,000 customers\n"), "{said}");
}

#[test]
fn documents_of_any_shape_are_imported_too() {
    let Some(uri) = mongod::bank("documents_of_any_shape_are_imported_too") else { return };
    let program = Program::new();
    fs_err::write(program.path("branches.ndjson"), "{_id: 1, city: 'Basel'}\n{_id: 2, city: 'Bern', size: 5}\n")
        .unwrap();
    let (code, _, said) = program.run(&["import", "--into", "branches", "branches.ndjson", "--bank", &uri]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("\n2 documents in `branches`\n"), "{said}");
    let rows = program.fine(&["aggregate", "branches", "[{$sort: {_id: 1}}]", "--bank", &uri]);
    assert_eq!(rows, "{\"_id\": 1, \"city\": \"Basel\"}\n{\"_id\": 2, \"city\": \"Bern\", \"size\": 5}\n");
}

#[test]
fn documents_are_added_and_collections_dropped() {
    let Some(uri) = mongod::bank("documents_are_added_and_collections_dropped") else { return };
    let program = Program::new();
    let write = |name: &str, text: &str| fs_err::write(program.path(name), text).unwrap();
    write("may.ndjson", "{_id: 1, n: 1}\n{_id: 2, n: 2}\n");
    write("june.ndjson", "{_id: 3, n: 3}\n{n: 4}\n");
    write("again.ndjson", "{_id: 5}\n{_id: NumberLong(2)}\n");
    let import = |file: &str, more: &[&str]| {
        let (code, _, said) =
            program.run(&[&["import", "--into", "visits", file, "--append", "--bank", &uri], more].concat());
        (code, said)
    };
    let (code, said) = import("june.ndjson", &[]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with("error: there is no collection `visits` to add documents to\n"), "{said}");
    program.fine(&["import", "--into", "visits", "may.ndjson", "--bank", &uri, "--as-of", "2026-05-31"]);
    let (code, said) = import("june.ndjson", &["--as-of", "2026-06-30"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("\nadded 2 documents to `visits`, which has 4 now\n"), "{said}");
    let rows =
        |name: &str| program.fine(&["aggregate", name, "[{$group: {_id: null, n: {$sum: '$n'}}}]", "--bank", &uri]);
    assert_eq!(rows("visits"), "{\"_id\": null, \"n\": 10}\n");
    assert_eq!(rows("visits@2026-05-31"), "{\"_id\": null, \"n\": 3}\n");
    let (code, said) = import("again.ndjson", &[]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with("error: the collection `visits` has a document with the `_id` `2` already\n"), "{said}");
    assert_eq!(rows("visits"), "{\"_id\": null, \"n\": 10}\n");
    // Customers go with all that their contract is about, and what we did not load stays.
    program.fine(&["sample", "20", "-o", "sample.csv"]);
    program.fine(&["import", "sample.csv", "--bank", &uri]);
    let (code, _, said) = program.run(&["import", "--into", "customers", "may.ndjson", "--append", "--bank", &uri]);
    assert_eq!(code, Some(2));
    assert!(said.contains("holds the bank's customers, which follow a contract"), "{said}");
    let client = Client::connect(&uri).unwrap();
    client.command(doc! { "insert": "foreign", "documents": [{ "_id": 1 }] }).unwrap();
    for (name, told) in [
        ("foreign", "error: the collection `foreign` on the server was not loaded by BankSphere\n"),
        ("transactions", "error: `transactions` is a part of the bank's customers and does not go alone\n"),
        ("vists", "error: no collection `vists` in this bank\n"),
    ] {
        let (code, _, said) = program.run(&["drop", name, "--bank", &uri]);
        assert_eq!(code, Some(2));
        assert!(said.starts_with(told), "{said}");
    }
    let (_, _, said) = program.run(&["drop", "visits", "--bank", &uri]);
    assert_eq!(said, "dropped `visits` (4 documents)\n");
    let (_, _, said) = program.run(&["drop", "customers", "--bank", &uri]);
    assert_eq!(said, "dropped `customers` (20 documents), `transactions` (20 documents)\n");
    assert_eq!(names(&client), ["banksphere", "foreign", "system.views"]);
}

#[test]
fn a_join_of_keys_of_other_types_says_so() {
    let Some(uri) = mongod::bank("a_join_of_keys_of_other_types_says_so") else { return };
    let program = Program::new();
    let write = |name: &str, text: &str| fs_err::write(program.path(name), text).unwrap();
    write("cust.ndjson", "{_id: 1, cid: 700000001}\n{_id: 2, cid: 700000002}\n{_id: 3}\n");
    write("tx.ndjson", "{_id: 1, cid: '700000001', n: 700000001}\n{_id: 2, cid: null}\n");
    for (name, file) in [("cust", "cust.ndjson"), ("tx", "tx.ndjson")] {
        program.fine(&["import", "--into", name, file, "--bank", &uri]);
        program.fine(&["import", "--into", name, file, "--bank", "b.sphere"]);
    }
    let lookup =
        |field: &str| format!("{{$lookup: {{from: 'tx', localField: 'cid', foreignField: '{field}', as: 't'}}}}");
    let notice = "notice: `$lookup` finds nothing in `tx`: `cid` is int here, `cid` is string there\n";
    let keyed = "{$match: {_id: {$lt: 3}}}";
    for (pipeline, told) in [
        (format!("[{keyed}, {}]", lookup("cid")), notice),
        (format!("[{keyed}, {}, {{$unwind: '$t'}}]", lookup("cid")), notice),
        (format!("[{keyed}, {}, {{$unwind: '$t'}}, {{$count: 'n'}}]", lookup("cid")), notice),
        (format!("[{}, {{$unwind: '$t'}}]", lookup("n")), ""),
        (format!("[{{$match: {{_id: 9}}}}, {}]", lookup("cid")), ""),
    ] {
        let [(code, rows, said), on_server] =
            ["b.sphere", &uri].map(|bank| program.run(&["aggregate", "cust", &pipeline, "--bank", bank]));
        assert_eq!((code, said.as_str()), (Some(0), told), "{pipeline}");
        assert_eq!(on_server, (code, rows, said), "{pipeline}");
    }
}

#[test]
fn a_bad_row_stops_an_import_before_the_server_hears_of_it() {
    let Some(uri) = mongod::bank("a_bad_row_stops_an_import") else { return };
    let program = Program::new();
    let csv = program.fine(&["sample", "20"]);
    fs_err::write(program.path("bad.csv"), csv.replacen("Blue", "Bluu", 1)).unwrap();
    let said = program.fails(&["import", "bad.csv", "--bank", &uri]);
    assert!(said.starts_with("error: `Bluu` is not a known category\n  at bad.csv:"), "{said}");
    assert_eq!(names(&Client::connect(&uri).unwrap()), Vec::<String>::new());
}

#[test]
fn ctrl_c_leaves_the_live_collections_and_nothing_else() {
    let Some(uri) = mongod::bank("ctrl_c_leaves_the_live_collections") else { return };
    let (program, client) = (Program::new(), Client::connect(&uri).unwrap());
    program.fine(&["analyze", "--sample", "100", "--bank", &uri]);
    let mut child = program.start(&["analyze", "--sample", "200000", "--bank", &uri, "--report", "second.html"]);
    let start = Instant::now();
    let held = |client: &Client| names(client).iter().filter(|name| name.starts_with("banksphere.")).count();
    while held(&client) <= 2 {
        assert!(start.elapsed() < Duration::from_mins(2), "the load never began");
        assert!(child.try_wait().unwrap().is_none(), "the load ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.ends_with("interrupted: nothing was changed\n"), "{said}");
    assert_eq!(held(&client), 2);
    assert_eq!(count(&client, "customers"), 100);
    assert_eq!(count(&client, "banksphere"), 1, "the lease is given back");
    assert!(!program.path("second.html").exists());
}
