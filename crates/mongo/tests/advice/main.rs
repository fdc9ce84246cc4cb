//! What a real server did for a pipeline, and which indexes help it: what the project's first notebook found by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot get as far as its question has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bson::{Document, doc};
use mongo::{Advice, Measure, Options, Question, Server, Uri, Verdict};
use mongod::Client;

/// The join of the notebook: who closed and is over 45, joined with what they do with their card.
const JOIN: &str = "[{$match: {Attrition_Flag: 'Attrited Customer', Customer_Age: {$gt: 45}}}, \
    {$lookup: {from: 'transactions', localField: 'CLIENTNUM', foreignField: 'CLIENTNUM', as: 't'}}, \
    {$unwind: '$t'}, {$group: {_id: '$Card_Category', limit: {$avg: '$t.Credit_Limit'}, n: {$sum: 1}}}]";
const CUSTOMERS: i32 = 4_000;

/// A bank as others load it: both collections, no index but that of `_id`.
fn bank(test: &str) -> Option<(String, Client)> {
    let uri = mongod::bank(test)?;
    let client = Client::connect(&uri).unwrap();
    let flag = |n: i32| if n % 5 == 0 { "Attrited Customer" } else { "Existing Customer" };
    let customer = |n: i32| {
        let card = ["Blue", "Silver", "Gold"][(n % 3) as usize];
        doc! { "_id": n, "CLIENTNUM": n, "Attrition_Flag": flag(n), "Customer_Age": 20 + n % 50, "Card_Category": card }
    };
    insert(&client, "customers", (0..CUSTOMERS).map(customer).collect());
    let transactions = |n: i32| doc! { "_id": n, "CLIENTNUM": n, "Credit_Limit": f64::from(n % 97) };
    insert(&client, "transactions", (0..CUSTOMERS).map(transactions).collect());
    Some((uri, client))
}

fn insert(client: &Client, collection: &str, documents: Vec<Document>) {
    client.command(doc! { "insert": collection, "documents": documents }).unwrap();
}

fn connect(uri: &str, options: Options) -> Server {
    Server::connect(&Uri::parse(uri).unwrap(), options).unwrap()
}

fn question(pipeline: &str) -> Question {
    Question { collection: "customers".to_owned(), pipeline: pipeline::parse_text(pipeline).unwrap() }
}

fn indexes(client: &Client, collection: &str) -> Vec<String> {
    let listed = client.command(doc! { "listIndexes": collection }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    batch.iter().map(|index| index.as_document().unwrap().get_str("name").unwrap().to_owned()).collect()
}

fn saved(advice: &Advice) -> Duration {
    advice.without.unwrap().time.unwrap().saturating_sub(advice.with.time.unwrap())
}

#[test]
fn the_join_wants_an_index_and_the_match_does_not() {
    let Some((uri, client)) = bank("the_join_wants_an_index_and_the_match_does_not") else { return };
    let server = connect(&uri, Options::default());
    let mut told = Vec::new();
    let advice = server.advise(&[question(JOIN)], |trial| told.push(trial.to_owned())).unwrap();
    let [join, matched] = &advice[..] else { panic!("two candidates: {advice:?}") };

    assert_eq!(join.candidate.to_string(), "transactions: CLIENTNUM");
    assert_eq!(join.verdict, Verdict::Helps);
    let Measure { time, documents, .. } = join.without.unwrap();
    // Each of the 320 whom the join concerns is looked for among all, and with the index, found.
    assert_eq!(documents, Some(4_000 + 320 * 4_000));
    assert_eq!((join.with.keys, join.with.documents), (Some(320), Some(4_320)));
    assert!(join.with.time.unwrap() * 5 < time.unwrap(), "{join:?}");

    // On top of that, the index on the fields of `$match` spares documents, and next to no time.
    assert_eq!(matched.candidate.to_string(), "customers: Attrition_Flag, Customer_Age");
    assert_eq!((matched.with.keys, matched.with.documents), (Some(640), Some(640)));
    assert!(saved(matched) * 10 < saved(join), "{advice:?}");

    assert_eq!(told[0], "without transactions: CLIENTNUM");
    for collection in ["customers", "transactions"] {
        assert_eq!(indexes(&client, collection), ["_id_"], "a trial leaves nothing");
    }
}

#[test]
fn an_index_that_is_there_is_measured_and_left_alone() {
    let Some((uri, client)) = bank("an_index_that_is_there_is_measured_and_left_alone") else { return };
    let server = connect(&uri, Options::default());
    let join = [question(&JOIN.replace("Customer_Age: {$gt: 45}", "_id: {$gte: 0}"))];
    client
        .command(
            doc! { "createIndexes": "transactions", "indexes": [{ "key": { "CLIENTNUM": "hashed" }, "name": "h" }] },
        )
        .unwrap();
    let advice = server.advise(&join, |_| ()).unwrap();
    let (there, other) = (&advice[0], &advice[1]);
    assert_eq!((there.candidate.name(), &there.verdict), ("CLIENTNUM_1".to_owned(), &Verdict::Exists("h".to_owned())));
    assert_eq!(there.without, None);
    assert_eq!(other.candidate.name(), "Attrition_Flag_1__id_1");

    server.create_index(&other.candidate).unwrap();
    assert_eq!(indexes(&client, "customers"), ["_id_", "Attrition_Flag_1__id_1"]);
    let advice = server.advise(&join, |_| ()).unwrap();
    assert!(advice.iter().all(|advice| matches!(advice.verdict, Verdict::Exists(_))), "{advice:?}");
    assert_eq!(indexes(&client, "transactions"), ["_id_", "h"]);
}

#[test]
fn what_takes_longer_than_the_limit_counts_as_that_long() {
    let Some((uri, _)) = bank("what_takes_longer_than_the_limit_counts_as_that_long") else { return };
    // Everybody, joined twice: 32 million documents to look at, or with an index 8,000.
    let all = "[{$lookup: {from: 'transactions', localField: 'CLIENTNUM', foreignField: 'CLIENTNUM', as: 't'}}, \
        {$lookup: {from: 'transactions', localField: 't.CLIENTNUM', foreignField: 'CLIENTNUM', as: 'u'}}, {$count: 'n'}]";
    let server = connect(&uri, Options { timeout: Some(Duration::from_secs(2)), cancel: None });
    let advice = server.advise(&[question(all)], |_| ()).unwrap();
    assert_eq!(advice[0].without, Some(Measure::default()), "{advice:?}");
    assert_eq!(advice[0].verdict, Verdict::Helps, "{advice:?}");
    // The limit holds for the server's account of a pipeline, too, which takes running it.
    let error = server.explain("customers", &question(all).pipeline).unwrap_err();
    assert_eq!(error.kind(), mongo::ErrorKind::TimedOut, "{error}");
}

#[test]
fn a_trial_that_was_stopped_leaves_no_index() {
    let Some((uri, client)) = bank("a_trial_that_was_stopped_leaves_no_index") else { return };
    let cancel = Arc::new(AtomicBool::new(false));
    let server = connect(&uri, Options { timeout: None, cancel: Some(Arc::clone(&cancel)) });
    // Ctrl-C is pressed when the first index is built.
    let stop = |trial: &str| cancel.store(trial.starts_with("with "), Ordering::SeqCst);
    let error = server.advise(&[question(JOIN)], stop).unwrap_err();
    assert_eq!(error.kind(), mongo::ErrorKind::Cancelled);
    assert_eq!(indexes(&client, "transactions"), ["_id_"]);

    // What a crash left goes when somebody tries again.
    let left = doc! { "key": { "Customer_Age": 1 }, "name": "banksphere_try_Customer_Age_1" };
    client.command(doc! { "createIndexes": "customers", "indexes": [left] }).unwrap();
    cancel.store(false, Ordering::SeqCst);
    server.advise(&[question("[{$match: {Card_Category: 'Gold'}}, {$count: 'n'}]")], |_| ()).unwrap();
    assert_eq!(indexes(&client, "customers"), ["_id_"]);
}

#[test]
fn an_index_on_trial_that_somebody_drops_is_told() {
    let Some((uri, client)) = bank("an_index_on_trial_that_somebody_drops_is_told") else { return };
    let server = connect(&uri, Options::default());
    let meddle = |trial: &str| {
        if trial.starts_with("with ") {
            client.command(doc! { "dropIndexes": "customers", "index": "*" }).unwrap();
        }
    };
    let error = server.advise(&[question("[{$match: {Card_Category: 'Gold'}}, {$count: 'n'}]")], meddle).unwrap_err();
    assert!(error.message().starts_with("the index on trial was dropped by another"), "{error}");
}

#[test]
fn each_step_of_a_server_is_told() {
    let Some((uri, client)) = bank("each_step_of_a_server_is_told") else { return };
    let server = connect(&uri, Options::default());
    let keys = |keys: Document, name: &str| doc! { "key": keys, "name": name };
    let index = keys(doc! { "Attrition_Flag": 1, "Customer_Age": 1 }, "flag_age");
    client.command(doc! { "createIndexes": "customers", "indexes": [index] }).unwrap();
    client
        .command(doc! { "createIndexes": "transactions", "indexes": [keys(doc! { "CLIENTNUM": 1 }, "client")] })
        .unwrap();

    let explain = server.explain("customers", &question(JOIN).pipeline).unwrap();
    assert_eq!((explain.keys(), explain.documents(), explain.returned()), (640, 640, 3));
    let step =
        |name: &str| explain.steps.iter().find(|step| step.stage == name).unwrap_or_else(|| panic!("{explain:?}"));
    assert_eq!(
        (step("IXSCAN").detail.as_str(), step("IXSCAN").keys, step("IXSCAN").returned),
        ("index flag_age", Some(320), 320)
    );
    assert_eq!(step("FETCH").documents, Some(320));
    // Which engine joins depends on the server's version; both tell the same.
    let join = explain.steps.iter().find(|step| step.detail.starts_with("transactions by CLIENTNUM")).unwrap();
    assert_eq!(
        (join.detail.as_str(), join.keys, join.documents),
        ("transactions by CLIENTNUM: index client", Some(320), Some(320))
    );

    let scanned = server.explain("customers", &question("[{$match: {Card_Category: 'Gold'}}]").pipeline).unwrap();
    let step = &scanned.steps[0];
    assert_eq!((step.stage.as_str(), step.documents, step.returned), ("COLLSCAN", Some(4_000), 1_333));
}
