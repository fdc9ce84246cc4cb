//! Every pipeline of the catalog, asked of the embedded engine and of a real server that holds the same bank.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use bson::{Document, RawDocumentBuf};
use catalog::Catalog;
use contract::Contract;
use engine::{Collection, Engine};
use judge::compare::{Freedom, rows_agree};
use mongo::{Incoming, Loading, Shape};
use pipeline::{Pipeline, Run as _};

/// A bank in columns, as an import writes it: the public file where there is one, else a generated bank.
fn bank() -> Engine {
    let folder = std::env::var_os("BANKSPHERE_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let file = folder.join("BankChurners.csv");
    let home = tempfile::tempdir().unwrap();
    let store = store::Store::create_or_open(home.path()).unwrap();
    if file.exists() {
        extract::import_customers(&extract::Contract::card(), &file, &store, &extract::Options::default()).unwrap();
    } else {
        extract::load_sample(3_000, 1, &store, &extract::Options::default()).unwrap();
    }
    let mut engine = Engine::new();
    for info in store.collections() {
        let (schema, batches) = store.read(&info.name).unwrap();
        engine.insert(&info.name, Collection::from_batches(&schema, batches).unwrap());
    }
    engine
}

fn connect(uri: &str) -> mongo::Server {
    mongo::Server::connect(&mongo::Uri::parse(uri).unwrap(), mongo::Options::default()).unwrap()
}

/// A collection as an import sends it.
fn incoming<'a>(engine: &Engine, name: &str) -> Incoming<'a> {
    let documents: Vec<Document> = engine.run(name, &Pipeline::default()).unwrap();
    let raw = documents.into_iter().map(|document| Ok(RawDocumentBuf::try_from(&document).unwrap()));
    Incoming {
        name: name.to_owned(),
        shape: Shape::Contract,
        as_of: None,
        hash: None,
        rows: None,
        made_from: None,
        notes: BTreeMap::new(),
        documents: Box::new(raw),
    }
}

/// Whether the last stage that decides on the order is a sort.
fn is_sorted(pipeline: &Pipeline) -> bool {
    let names: Vec<&str> = pipeline.stages.iter().map(pipeline::ast::Stage::name).collect();
    let last = |wanted: &[&str]| names.iter().rposition(|name| wanted.contains(name));
    last(&["$sort"]) > last(&["$group", "$sortByCount", "$bucketAuto", "$unionWith"])
}

#[test]
fn every_analysis_gives_the_same_rows_on_a_server() {
    let Some(uri) = mongod::bank("every_analysis_gives_the_same_rows_on_a_server") else { return };
    let (engine, server) = (bank(), connect(&uri));
    let incoming = ["customers", "transactions"].map(|name| incoming(&engine, name)).into();
    let contract = Contract::card();
    let loading = Loading { contract: &contract, progress: &|_| (), cancel: &AtomicBool::new(false) };
    server.load(incoming, &loading).unwrap();
    let catalog = Catalog::built_in(&contract).unwrap();
    let mut n_asked = 0;
    for analysis in catalog.analyses() {
        for (collection, pipeline) in analysis.queries() {
            let here = engine.run(collection, pipeline).unwrap();
            let there = server.run(collection, pipeline).unwrap();
            let free = Freedom { rows: !is_sorted(pipeline), arrays: false };
            let text = pipeline::print::mongosh(collection, pipeline);
            assert!(rows_agree(&there, &here, free), "{}\n{text}\nserver: {there:?}\nengine: {here:?}", analysis.name);
            assert!(!here.is_empty(), "{}: no rows\n{text}", analysis.name);
            n_asked += 1;
        }
    }
    assert!(n_asked > 30, "only {n_asked} pipelines");
}
