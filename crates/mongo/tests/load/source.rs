//! Something to load: a sample bank, or documents written in the test.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use bson::{Bson, Document, RawDocumentBuf, doc};
use engine::{Collection, Engine};
use mongo::{Incoming, Loading, Options, Outcome, Server, Shape, Uri};
use mongod::Client;
use store::{CollectionInfo, Store};

/// A sample bank in a folder, opened.
pub(crate) struct Sample {
    store: Store,
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Sample {
    pub(crate) fn new(n: u64, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create_or_open(folder.path()).unwrap();
        extract::load_sample(n, seed, &store, &extract::Options::default()).unwrap();
        let mut engine = Engine::new();
        for info in store.collections() {
            let (schema, batches) = store.read(&info.name).unwrap();
            engine.insert(&info.name, Collection::from_batches(&schema, batches).unwrap());
        }
        Self { store, engine, _folder: folder }
    }

    /// Both collections, as of a day.
    pub(crate) fn incoming(&self, day: &str) -> Vec<Incoming<'_>> {
        let day = day.parse().unwrap();
        let incoming = |info: CollectionInfo| Incoming {
            shape: Shape::Contract,
            as_of: Some(day),
            hash: Some(info.hash),
            rows: Some(info.rows),
            made_from: None,
            notes: info.notes,
            documents: Box::new(self.documents(&info.name).map(Ok)),
            name: info.name,
        };
        self.store.collections().into_iter().map(incoming).collect()
    }

    pub(crate) fn documents(&self, name: &str) -> impl Iterator<Item = RawDocumentBuf> + '_ {
        self.engine.collection(name).unwrap().unwrap().raw_documents().map(Result::unwrap)
    }
}

/// Documents of any shape, as a collection.
pub(crate) fn any_shape<'a>(name: &str, documents: Vec<Document>) -> Incoming<'a> {
    let documents: Vec<RawDocumentBuf> =
        documents.into_iter().map(|document| RawDocumentBuf::try_from(document).unwrap()).collect();
    Incoming {
        name: name.to_owned(),
        shape: Shape::Any,
        as_of: None,
        hash: Some(format!("{documents:?}")),
        rows: Some(documents.len() as u64),
        made_from: None,
        notes: BTreeMap::new(),
        documents: Box::new(documents.into_iter().map(Ok)),
    }
}

pub(crate) fn connect(uri: &str) -> Server {
    Server::connect(&Uri::parse(uri).unwrap(), Options::default()).unwrap()
}

/// The names that users see: those of the collections that hold states, and of the book, aside.
pub(crate) fn names(client: &Client) -> Vec<String> {
    let listed = client.command(doc! { "listCollections": 1, "nameOnly": true }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    let name = |one: &Bson| one.as_document().unwrap().get_str("name").unwrap().to_owned();
    let mut names: Vec<String> = batch.iter().map(name).collect();
    names.retain(|name| !name.starts_with("banksphere") && !name.starts_with("system."));
    names.sort();
    names
}

/// The collections that hold states, sorted.
pub(crate) fn generations(client: &Client) -> Vec<String> {
    let listed = client.command(doc! { "listCollections": 1, "nameOnly": true }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    let name = |one: &Bson| one.as_document().unwrap().get_str("name").unwrap().to_owned();
    let mut names: Vec<String> = batch.iter().map(name).filter(|name| name.starts_with("banksphere.")).collect();
    names.sort();
    names
}

/// The collection that a name for pasting shows.
pub(crate) fn behind(client: &Client, name: &str) -> String {
    let listed = client.command(doc! { "listCollections": 1, "filter": { "name": name } }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    let options = batch[0].as_document().unwrap().get_document("options").unwrap();
    options.get_str("viewOn").unwrap().to_owned()
}

/// Our book.
pub(crate) fn book(client: &Client) -> Document {
    client.aggregate("banksphere", vec![doc! { "$match": { "_id": "bank" } }]).unwrap().remove(0)
}

/// Loads without progress, not to be stopped.
pub(crate) fn load(server: &Server, incoming: Vec<Incoming<'_>>) -> Result<Outcome, mongo::Error> {
    server.load(
        incoming,
        &Loading { contract: &contract::Contract::card(), progress: &|_| {}, cancel: &AtomicBool::new(false) },
    )
}
