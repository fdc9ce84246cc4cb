//! Days and their generations: what a session reads, what names show, and when a collection goes.

use bson::{DateTime, doc};
use jiff::civil::date;
use mongo::{Outcome, Server};
use mongod::Client;
use pipeline::{Pipeline, Run as _, Schema, parse_text};

use crate::source::{Sample, any_shape, behind, book, connect, generations, load, names};

fn count(server: &Server, name: &str) -> i32 {
    server.run(name, &parse_text("[{$count: 'n'}]").unwrap()).unwrap()[0].get_i32("n").unwrap()
}

#[test]
fn each_day_can_be_read() {
    let Some(uri) = mongod::bank("each_day_can_be_read") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    for (n, day, is_live) in
        [(100, "2026-05-31", true), (200, "2026-06-30", true), (300, "2026-06-30", true), (50, "2026-04-30", false)]
    {
        let outcome = load(&server, Sample::new(n, 1).incoming(day)).unwrap();
        assert_eq!(outcome, Outcome::Changed { documents: 2 * n, is_live });
    }
    let days = [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)];
    assert_eq!(server.days().unwrap(), days);
    for (name, n) in [
        ("customers", 300),
        ("customers@2026-06-30", 300),
        ("customers@2026-05-31", 100),
        ("transactions@2026-04-30", 50),
    ] {
        assert_eq!(count(&server, name), n, "{name}");
        // The same name in mongosh.
        assert_eq!(client.command(doc! { "count": name }).unwrap().get_i32("n").unwrap(), n, "{name}");
    }
    // As of a day: the newest state that is not later.
    assert_eq!(count(&server.on(date(2026, 6, 15)).unwrap(), "customers"), 100);
    assert_eq!(count(&server.on(date(2027, 1, 1)).unwrap(), "customers"), 300);
    let error = server.on(date(2026, 4, 29)).err().unwrap();
    let days = "\nhint: the days here are 2026-04-30, 2026-05-31, 2026-06-30";
    assert_eq!(error.to_string(), format!("the bank has no day on or before 2026-04-29{days}"));
    for (name, n) in [("customers@2026-06-29", 100), ("customers@2026-11-30", 300), ("transactions@2026-05-01", 50)] {
        assert_eq!(count(&server, name), n, "{name}");
    }
    let error = server.run("customers@2026-04-29", &Pipeline::default()).unwrap_err();
    let told = format!("there is no collection `customers` on 2026-04-29 or before{days}");
    assert_eq!(error.diagnostic().to_string(), told);
    assert!(!error.is_place_at_fault);
}

#[test]
fn days_are_compared_in_one_pipeline_that_can_be_pasted() {
    let Some(uri) = mongod::bank("days_are_compared_in_one_pipeline") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    load(&server, Sample::new(400, 1).incoming("2026-05-31")).unwrap();
    load(&server, Sample::new(500, 2).incoming("2026-06-30")).unwrap();
    let join = |day: &str| {
        format!(
            "{{$lookup: {{from: 'transactions{day}', localField: 'CLIENTNUM', foreignField: 'CLIENTNUM', as: 't'}}}}, {{$unwind: '$t'}}"
        )
    };
    let text = format!(
        "[{}, {{$set: {{day: 'new'}}}}, {{$unionWith: {{coll: 'customers@2026-05-31', pipeline: [{}, {{$set: {{day: 'old'}}}}]}}}}, \
         {{$group: {{_id: '$day', n: {{$sum: 1}}, limits: {{$sum: '$t.Credit_Limit'}}}}}}, {{$sort: {{_id: 1}}}}]",
        join(""),
        join("@2026-05-31"),
    );
    let pipeline = parse_text(&text).unwrap();
    let ours = server.run("customers", &pipeline).unwrap();
    assert_eq!(ours.iter().map(|row| row.get_i32("n").unwrap()).collect::<Vec<_>>(), [500, 400]);
    let pasted = pipeline::print::to_bson(&pipeline)
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| stage.as_document().unwrap().clone())
        .collect();
    assert_eq!(client.aggregate("customers", pasted).unwrap(), ours);
    // What a user reads names what he asked, not where it lies; the join goes by the index.
    let explained = server.explain("customers", &pipeline).unwrap();
    let details: Vec<&str> = explained.steps.iter().map(|step| step.detail.as_str()).collect();
    assert!(details.iter().any(|detail| detail.starts_with("transactions ")), "{details:?}");
    assert!(!details.iter().any(|detail| detail.contains("banksphere.")), "{details:?}");
}

#[test]
fn names_for_pasting_use_the_indexes() {
    let Some(uri) = mongod::bank("names_for_pasting_use_the_indexes") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    load(&server, Sample::new(2_000, 1).incoming("2026-06-30")).unwrap();
    let lookup = doc! { "$lookup": { "from": "transactions", "localField": "CLIENTNUM", "foreignField": "CLIENTNUM", "as": "t" } };
    let pipeline = vec![lookup, doc! { "$unwind": "$t" }, doc! { "$count": "n" }];
    let before = std::time::Instant::now();
    assert_eq!(client.aggregate("customers", pipeline).unwrap()[0].get_i32("n").unwrap(), 2_000);
    // Scanned, that would be four million documents.
    assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
    let stats = client.aggregate(&behind(&client, "transactions"), vec![doc! { "$indexStats": {} }]).unwrap();
    let key = stats.iter().find(|index| index.get_str("name").unwrap() == "CLIENTNUM_1").unwrap();
    assert_eq!(key.get_document("accesses").unwrap().get_i64("ops").unwrap(), 2_000);
    let explain = client.command(doc! { "explain": { "find": "customers", "filter": { "CLIENTNUM": 5 } } }).unwrap();
    assert!(format!("{explain}").contains("IXSCAN"), "{explain}");
}

#[test]
fn a_session_reads_what_it_resolved_and_holds_it() {
    let Some(uri) = mongod::bank("a_session_reads_what_it_resolved") else { return };
    let (client, writer) = (Client::connect(&uri).unwrap(), connect(&uri));
    let one = |k: i32| vec![any_shape("a", vec![doc! { "_id": k }]), any_shape("b", vec![doc! { "_id": k }])];
    load(&writer, one(1)).unwrap();
    let session = connect(&uri);
    let read = |server: &Server, name: &str| server.run(name, &Pipeline::default()).unwrap()[0].get_i32("_id").unwrap();
    assert_eq!(read(&session, "a"), 1);
    let leases =
        || client.command(doc! { "count": "banksphere", "query": { "_id": { "$regex": "^reader" } } }).unwrap();
    assert_eq!(leases().get_i32("n").unwrap(), 1);
    load(&writer, one(2)).unwrap();
    make_old(&client);
    load(&writer, one(3)).unwrap();
    assert_eq!((read(&session, "a"), read(&session, "b")), (1, 1), "the session holds what it resolved");
    assert_eq!((read(&writer, "a"), read(&connect(&uri), "b")), (3, 3), "a new one reads the new state");

    drop(session);
    drop(writer);
    assert_eq!(leases().get_i32("n").unwrap(), 0, "a lease ends with its session");
    make_old(&client);
    load(&connect(&uri), one(4)).unwrap();
    // What the fourth import superseded stays for a while, what was superseded before has gone.
    assert_eq!(generations(&client).len(), 4);
}

/// As if all that was superseded had been so for a long time.
fn make_old(client: &Client) {
    let old = doc! { "$set": { "retired.$[].since": DateTime::from_millis(0) } };
    client.command(doc! { "update": "banksphere", "updates": [{ "q": { "_id": "bank" }, "u": old }] }).unwrap();
}

#[test]
fn a_session_without_its_lease_says_that_it_lost_the_bank() {
    let Some(uri) = mongod::bank("a_session_without_its_lease") else { return };
    let (client, writer) = (Client::connect(&uri).unwrap(), connect(&uri));
    let one = |k: i32| vec![any_shape("a", vec![doc! { "_id": k }])];
    load(&writer, one(1)).unwrap();
    let session = connect(&uri);
    session.run("a", &Pipeline::default()).unwrap();
    load(&writer, one(2)).unwrap();
    make_old(&client);
    // Its lease ran out (the machine slept), and an import dropped what it read.
    client
        .command(doc! { "delete": "banksphere", "deletes": [{ "q": { "_id": { "$regex": "^reader" } }, "limit": 0 }] })
        .unwrap();
    load(&connect(&uri), one(3)).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(12));
    let error = session.run("a", &Pipeline::default()).unwrap_err();
    assert_eq!(error.diagnostic().message(), "the bank was imported anew, and what this session reads was dropped");
    assert!(error.is_place_at_fault);
}

#[test]
fn a_day_is_dropped() {
    let Some(uri) = mongod::bank("a_day_is_dropped") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    load(&server, Sample::new(10, 1).incoming("2026-05-31")).unwrap();
    load(&server, Sample::new(20, 1).incoming("2026-06-30")).unwrap();
    let never = std::sync::atomic::AtomicBool::new(false);
    let error = server.drop_day(date(2026, 6, 1), &never).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bank has no state of 2026-06-01\nhint: the days here are 2026-05-31, 2026-06-30"
    );
    assert_eq!(server.drop_day(date(2026, 6, 30), &never).unwrap(), 2);
    assert_eq!((server.days().unwrap(), count(&server, "customers")), (vec![date(2026, 5, 31)], 10));
    assert_eq!(names(&client), ["customers", "customers@2026-05-31", "transactions", "transactions@2026-05-31"]);
    assert_eq!(generations(&client).len(), 2, "its collections are gone");
    // Another session reads the last day: it stays until that ends.
    let other = connect(&uri);
    assert_eq!(count(&other, "customers"), 10);
    assert_eq!(server.drop_day(date(2026, 5, 31), &never).unwrap(), 2);
    assert_eq!((count(&other, "customers"), server.days().unwrap()), (10, vec![]));
    drop(other);
    assert!(server.drop_day(date(2026, 5, 31), &never).is_err());
    assert_eq!((names(&client), generations(&client)), (vec![], vec![]));
}

/// What a server has that the first format was written to.
#[test]
fn a_bank_of_the_first_format_is_read_and_taken_over() {
    let Some(uri) = mongod::bank("a_bank_of_the_first_format") else { return };
    let client = Client::connect(&uri).unwrap();
    let fill = |name: &str, k: i32| client.command(doc! { "insert": name, "documents": [{ "_id": k }] }).unwrap();
    for name in ["customers", "transactions"] {
        fill(name, 2);
        fill(&format!("banksphere.snapshot.{name}.2026-05-31"), 1);
    }
    fill("branches", 7);
    let snapshots = vec![doc! { "as_of": "2026-05-31", "hash": "may", "rows": 1_i64 }];
    let card = doc! { "shape": "card", "as_of": "2026-06-30", "hash": "june", "rows": 1_i64, "notes": {}, "snapshots": snapshots };
    let any = doc! { "shape": "any", "as_of": "2026-06-30", "hash": "x", "rows": 1_i64, "notes": {}, "snapshots": [] };
    let collections = doc! { "customers": card.clone(), "transactions": card, "branches": any };
    let bank = doc! { "_id": "bank", "format": 1, "collections": collections };
    client.command(doc! { "insert": "banksphere", "documents": [bank] }).unwrap();

    let ids = |server: &Server| {
        ["customers", "customers@2026-05-31", "branches"]
            .map(|name| server.run(name, &Pipeline::default()).unwrap()[0].get_i32("_id").unwrap())
    };
    let server = connect(&uri);
    assert_eq!(ids(&server), [2, 1, 7]);
    let Some(Schema::Fields(fields)) = server.schemas().unwrap().remove("transactions") else { panic!("no schema") };
    assert!(fields.iter().any(|field| field.path == "Months_Inactive_12_mon"), "where it lay then");
    assert_eq!(names(&client), ["branches", "customers", "transactions"], "reading changes nothing");

    load(&connect(&uri), vec![any_shape("d", vec![doc! { "_id": 5 }])]).unwrap();
    assert_eq!(ids(&connect(&uri)), [2, 1, 7]);
    assert_eq!(book(&client).get_i32("format").unwrap(), 2);
    for name in ["branches", "customers", "transactions"] {
        assert!(behind(&client, name).starts_with("banksphere.2026-06-30."));
    }
    assert_eq!(behind(&client, "customers@2026-05-31"), "banksphere.snapshot.customers.2026-05-31");
}

/// The moment between two renames, in which an import of the first format died.
#[test]
fn a_swap_of_the_first_format_is_completed() {
    let Some(uri) = mongod::bank("a_swap_of_the_first_format") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    for (name, id) in
        [("a", "new"), ("b", "old"), ("banksphere.staging.b.1", "new"), ("banksphere.staging.c.0", "half")]
    {
        client.command(doc! { "insert": name, "documents": [{ "_id": id }] }).unwrap();
    }
    let entry =
        doc! { "shape": "any", "as_of": "2026-06-30", "hash": "new", "rows": 1_i64, "notes": {}, "snapshots": [] };
    let intent = doc! {
        "_id": "swap",
        "renames": [{ "from": "banksphere.staging.a.1", "to": "a" }, { "from": "banksphere.staging.b.1", "to": "b" }],
        "entries": { "a": entry.clone(), "b": entry },
    };
    client.command(doc! { "insert": "banksphere", "documents": [intent] }).unwrap();
    assert!(server.is_swapping().unwrap());
    assert_ne!(load(&server, vec![any_shape("d", vec![doc! { "_id": 1 }])]).unwrap(), Outcome::Unchanged);
    for name in ["a", "b"] {
        assert_eq!(client.aggregate(name, vec![]).unwrap(), [doc! { "_id": "new" }]);
    }
    assert_eq!((generations(&client).len(), server.is_swapping().unwrap()), (3, false));
}

/// Each contract travels with the states that were imported under it.
#[test]
fn a_second_contract_is_kept_beside_its_data() {
    let Some(uri) = mongod::bank("a_second_contract_is_kept") else { return };
    let (client, server) = (Client::connect(&uri).unwrap(), connect(&uri));
    assert!(server.contract().unwrap().is_none());
    let text = "title = \"A gym\"\n[columns.member]\nkind = \"text\"\nrole = \"customer_key\"\n\
        [columns.visits]\nkind = \"whole\"\nrange = [0, 99]\n";
    let gym = contract::Contract::parse("gym.toml", text).unwrap();
    let never = std::sync::atomic::AtomicBool::new(false);
    let loading = mongo::Loading { contract: &gym, progress: &|_| {}, cancel: &never };
    let member = |visits: i32| {
        let mut incoming = any_shape("customers", vec![doc! { "_id": "m1", "member": "m1", "visits": visits }]);
        incoming.shape = mongo::Shape::Contract;
        incoming
    };
    let error = server.load(vec![member(100)], &loading).unwrap_err();
    let refused = "the validator of `customers` refused the customer \"m1\": `visits` is 100, but must be at most 99";
    assert_eq!(error.message(), refused);
    server.load(vec![member(7)], &loading).unwrap();
    let kept = connect(&uri).contract().unwrap().unwrap();
    assert_eq!((kept.text(), kept.key().name.as_str()), (text, "member"));
    let indexes = client.command(doc! { "listIndexes": behind(&client, "customers") }).unwrap();
    assert!(format!("{indexes}").contains("member_1"), "{indexes}");
    // The same rows under another contract are not the same data.
    let changed = contract::Contract::parse("gym.toml", &text.replace("99", "50")).unwrap();
    let outcome = server.load(vec![member(7)], &mongo::Loading { contract: &changed, ..loading }).unwrap();
    assert_ne!(outcome, Outcome::Unchanged);
    assert_eq!(server.contract().unwrap().unwrap().text(), changed.text());
    assert_eq!(book(&client).get_document("contracts").unwrap().len(), 1);
}
