//! One writer at a time, and what becomes of an import that was stopped or died.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use bson::{DateTime, Document, doc};
use mongo::{ErrorKind, Loading};
use mongod::Client;

use crate::source::{Sample, any_shape, book, connect, generations, load, names};

/// A lease of somebody else's that ends so many seconds from now.
fn lease(client: &Client, seconds: i64) {
    let expires = DateTime::from_system_time(SystemTime::now()).timestamp_millis() + 1_000 * seconds;
    let holder = doc! {
        "owner": "somebody",
        "host": "teller-7",
        "pid": 4711_i64,
        "since": DateTime::from_millis(1_782_000_000_000),
        "expires": DateTime::from_millis(expires),
    };
    let update = doc! { "q": { "_id": "writer" }, "u": { "$set": holder }, "upsert": true };
    client.command(doc! { "update": "banksphere", "updates": [update] }).unwrap();
}

#[test]
fn a_second_import_is_told_who_writes() {
    let Some(uri) = mongod::bank("a_second_import_is_told_who_writes") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    lease(&client, 20);
    let error = load(&server, vec![any_shape("branches", vec![doc! { "_id": 1 }])]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.message(),
        "the bank is being written to by process 4711 on `teller-7` since 2026-06-21 00:00:00 UTC"
    );
    assert_eq!((names(&client), generations(&client)), (vec![], vec![]));
    // Its holder died: the lease has run out, and the next import goes through.
    lease(&client, -1);
    load(&server, vec![any_shape("branches", vec![doc! { "_id": 1 }])]).unwrap();
    let writer = client.aggregate("banksphere", vec![doc! { "$match": { "_id": "writer" } }]).unwrap();
    assert_eq!(writer, Vec::<Document>::new(), "the lease is given back");
}

#[test]
fn an_import_that_is_stopped_leaves_all_as_it_was() {
    let Some(uri) = mongod::bank("an_import_that_is_stopped") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    load(&server, Sample::new(100, 1).incoming("2026-06-30")).unwrap();
    let cancel = AtomicBool::new(false);
    let progress = |progress: mongo::Progress<'_>| {
        if progress.collection == "transactions" && progress.documents > 0 {
            cancel.store(true, Ordering::Relaxed);
        }
    };
    let sample = Sample::new(5_000, 2);
    let error = server
        .load(
            sample.incoming("2026-07-31"),
            &Loading { contract: &contract::Contract::card(), progress: &progress, cancel: &cancel },
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(generations(&client).len(), 2);
    assert_eq!(client.command(doc! { "count": "customers" }).unwrap().get_i32("n").unwrap(), 100);
    load(&server, sample.incoming("2026-07-31")).unwrap();
}

#[test]
fn an_import_that_lost_its_lease_stops_before_the_swap() {
    let Some(uri) = mongod::bank("an_import_that_lost_its_lease") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    load(&server, Sample::new(100, 1).incoming("2026-06-30")).unwrap();
    let progress = |progress: mongo::Progress<'_>| {
        if progress.collection == "transactions" {
            lease(&client, 60);
        }
    };
    let cancel = AtomicBool::new(false);
    let sample = Sample::new(200, 2);
    let error = server
        .load(
            sample.incoming("2026-07-31"),
            &Loading { contract: &contract::Contract::card(), progress: &progress, cancel: &cancel },
        )
        .unwrap_err();
    assert_eq!(error.message(), "the server was away for so long that another import may have begun");
    assert_eq!(client.command(doc! { "count": "customers" }).unwrap().get_i32("n").unwrap(), 100);
}

#[test]
fn what_a_dead_import_left_is_swept_and_its_names_follow() {
    let Some(uri) = mongod::bank("what_a_dead_import_left") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    load(&server, vec![any_shape("a", vec![doc! { "_id": "a" }]), any_shape("b", vec![doc! { "_id": "b" }])]).unwrap();
    // It died after the book, before the names for pasting: `a` shows what it showed before, `b` is not there yet.
    client.command(doc! { "create": "other", "viewOn": "elsewhere", "pipeline": [] }).unwrap();
    client.command(doc! { "collMod": "a", "viewOn": "banksphere.before.a", "pipeline": [] }).unwrap();
    client.command(doc! { "drop": "b" }).unwrap();
    client.command(doc! { "update": "banksphere", "updates": [{ "q": { "_id": "bank" }, "u": { "$set": { "is_unsettled": true } } }] }).unwrap();
    // Another died while it filled its collections; a collection of somebody else's has nearly such a name.
    let half = "banksphere.2026-06-30.0123456789abcdef01234567.a";
    for name in [half, "banksphere.staging.c.0", "banksphere.2026-06-30.mine.a"] {
        client.command(doc! { "insert": name, "documents": [{ "_id": "half" }] }).unwrap();
    }
    // Sessions do not look at these names.
    let pipeline = pipeline::Pipeline::default();
    let rows = |name| connect(&uri).stream(name, &pipeline).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!((rows("a"), rows("b")), (vec![doc! { "_id": "a" }], vec![doc! { "_id": "b" }]));

    load(&server, vec![any_shape("d", vec![doc! { "_id": 1 }])]).unwrap();
    for name in ["a", "b"] {
        assert_eq!(client.aggregate(name, vec![]).unwrap(), [doc! { "_id": name }]);
    }
    let left = generations(&client);
    assert!(left.len() == 4 && left.contains(&"banksphere.2026-06-30.mine.a".to_owned()), "{left:?}");
    assert!(names(&client).contains(&"other".to_owned()), "a view of somebody else's stays");
    assert!(!book(&client).get_bool("is_unsettled").unwrap());
}

#[test]
fn a_long_import_keeps_its_lease() {
    let Some(uri) = mongod::bank("a_long_import_keeps_its_lease") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    let expiry = || {
        let writer = client.aggregate("banksphere", vec![doc! { "$match": { "_id": "writer" } }]).unwrap();
        writer[0].get_datetime("expires").unwrap().timestamp_millis()
    };
    let renewed_by = std::cell::Cell::new(0);
    let progress = |progress: mongo::Progress<'_>| {
        if progress.documents == 1 && renewed_by.get() == 0 {
            let before = expiry();
            std::thread::sleep(Duration::from_millis(5_500));
            renewed_by.set(expiry() - before);
        }
    };
    let cancel = AtomicBool::new(false);
    server
        .load(
            vec![any_shape("a", vec![doc! { "_id": 1 }])],
            &Loading { contract: &contract::Contract::card(), progress: &progress, cancel: &cancel },
        )
        .unwrap();
    assert!(renewed_by.get() >= 4_000, "renewed by {} ms", renewed_by.get());
}
