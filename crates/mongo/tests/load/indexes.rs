//! Every index that an import makes earns its keep: the catalog's pipelines use it, and without it they read far more.

use bson::{Bson, Document, doc};
use catalog::Catalog;
use contract::Contract;
use mongod::Client;
use pipeline::{Pipeline, Run as _, print};

use crate::source::{Sample, behind, connect, load};

/// How often the server has used the collection's index on the customer's number.
fn uses(client: &Client, collection: &str) -> i64 {
    let stats = client.aggregate(&behind(client, collection), vec![doc! { "$indexStats": {} }]).unwrap();
    let index = stats.iter().find(|index| index.get_str("name").unwrap() == "CLIENTNUM_1").unwrap();
    index.get_document("accesses").unwrap().get_i64("ops").unwrap()
}

/// The sum of a figure wherever the server's explanation has it.
fn sum(explained: &Bson, figure: &str) -> i64 {
    match explained {
        Bson::Document(document) => {
            let here = match document.get(figure) {
                Some(Bson::Int32(n)) => i64::from(*n),
                Some(Bson::Int64(n)) => *n,
                _ => 0,
            };
            here + document.values().map(|inner| sum(inner, figure)).sum::<i64>()
        }
        Bson::Array(elements) => elements.iter().map(|inner| sum(inner, figure)).sum(),
        _ => 0,
    }
}

fn explain(client: &Client, pipeline: &Pipeline) -> Document {
    let aggregate = doc! { "aggregate": "customers", "pipeline": print::to_bson(pipeline), "cursor": {} };
    client.command(doc! { "explain": aggregate, "verbosity": "executionStats" }).unwrap()
}

#[test]
fn the_catalog_uses_every_index() {
    let Some(uri) = mongod::bank("the_catalog_uses_every_index") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    load(&server, Sample::new(1_000, 1).incoming("2026-06-30")).unwrap();
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    assert_eq!((uses(&client, "customers"), uses(&client, "transactions")), (0, 0));

    let mut joining = 0;
    for analysis in catalog.analyses() {
        for (collection, pipeline) in analysis.queries() {
            server.run(collection, pipeline).unwrap();
            joining += i64::from(print::extended_json(pipeline).contains("$lookup"));
        }
    }
    assert!(joining > 10, "most analyses join");
    assert_eq!(uses(&client, "transactions"), 1_000 * joining, "a look-up a customer in each join");

    // One customer, by its number.
    let number = client.aggregate("customers", vec![doc! { "$limit": 1 }]).unwrap()[0].get_i32("CLIENTNUM").unwrap();
    let filter = catalog.filter(&format!("CLIENTNUM={number}")).unwrap();
    let one = catalog.analysis("overview").unwrap().with_filter(&filter);
    server.run("customers", &one.queries()[0].1).unwrap();
    assert!(uses(&client, "customers") > 0);
}

#[test]
fn without_the_index_a_join_reads_all_for_each() {
    let Some(uri) = mongod::bank("without_the_index_a_join_reads_all") else { return };
    let (server, client) = (connect(&uri), Client::connect(&uri).unwrap());
    load(&server, Sample::new(300, 1).incoming("2026-06-30")).unwrap();
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    let analysis = catalog.analysis("credit_by_income").unwrap();
    let (_, pipeline) = &analysis.queries()[0];
    let examined = || sum(&explain(&client, pipeline).into(), "totalDocsExamined");
    let with = examined();
    client.command(doc! { "dropIndexes": behind(&client, "transactions"), "index": "CLIENTNUM_1" }).unwrap();
    let without = examined();
    assert!(with <= 2 * 300, "{with} documents");
    assert!(without >= 300 * 300, "{without} documents");
}
