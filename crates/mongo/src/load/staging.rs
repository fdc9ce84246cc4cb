//! Builds a collection beside the live one: created with its validator, filled, indexed, and read back.
//!
//! In: a collection's documents. Out: a collection of this import's own that holds exactly these, durable on a majority.
//! Invariant: what comes back from the server is, document by document and bit by bit, what was sent; else it fails. A
//! server keeps documents in the order in which they arrive, so one batch is under way at a time: then `$first`, `$limit` and
//! ties of a `$sort` answer as in a folder. Meanwhile the next batch is read and cut, which is also the back-pressure.

use bson::{Document, RawDocumentBuf, doc};
use contract::Contract;
use mongodb::Collection;
use mongodb::error::{ErrorKind as DriverKind, Result as DriverResult};
use tokio::task::JoinSet;

use super::batches::Batches;
use super::book::Shape;
use super::digest::Digest;
use super::refusal::{Known, is_there_already, refusal};
use super::writing::{Writing, patiently};
use super::{Incoming, Loading, Progress, Step, shard, validator};
use crate::{Error, ErrorKind};

const NAMESPACE_EXISTS: i32 = 48;
const NAMESPACE_NOT_FOUND: i32 = 26;

/// A collection being filled.
struct Staging<'a> {
    collection: &'a str,
    /// The name that users will know.
    name: &'a str,
    /// Under this contract, or under none.
    contract: Option<&'a Contract>,
}

/// Fills a collection with documents, in the place of `predecessor`, whose options and indexes it takes over; gives
/// their number. What is left of a failure is [`super::generation::sweep`]'s.
pub(crate) fn fill(
    writing: &Writing<'_>,
    collection: &str,
    predecessor: &str,
    incoming: Incoming<'_>,
    loading: &Loading<'_>,
) -> Result<u64, Error> {
    let Incoming { name, shape, rows, documents, .. } = incoming;
    let contract = (shape == Shape::Contract).then_some(loading.contract);
    let this = Staging { collection, name: &name, contract };
    let tell = |step, documents| (loading.progress)(Progress { collection: &name, step, documents, of: rows });
    let hello = writing.run(|| writing.database.run_command(doc! { "hello": 1 }).into_future())?;
    let is_router = shard::is_router(&hello);
    let key = contract.map(|contract| contract.key().name.as_str());
    let indexes = indexes(writing, predecessor, key, is_router)?;
    this.create(writing, predecessor)?;
    if let Some(key) = key.filter(|_| is_router) {
        this.shard(writing, key)?;
    }
    let sent = this.send(writing, documents, &|n| tell(Step::Sending, n))?;
    if let Some(rows) = rows
        && sent.n_documents != rows
    {
        let message = format!("`{name}` gave {} instead of {rows}", diagnostic::counted(sent.n_documents, "document"));
        return Err(Error::new(ErrorKind::Input, message).hint("it was changed meanwhile; try again"));
    }
    if !indexes.is_empty() {
        tell(Step::Indexing, 0);
        let build = crate::indexes::build(collection, indexes, &hello);
        writing.command(&build).map_err(|error| index_error(error, &name))?;
    }
    let told = |n| tell(Step::Checking, n);
    let kept = writing.run(|| this.read_back(writing, &told))?;
    if kept == sent {
        return Ok(sent.n_documents);
    }
    let message = format!("the server holds {} documents of `{name}` that are not what was sent", kept.n_documents);
    Err(Error::new(ErrorKind::Refused, message)
        .hint("nothing was changed; see the server's log, and whether a document holds a timestamp of zero"))
}

impl Staging<'_> {
    /// Creates the collection: under its contract, or as the one that it replaces.
    fn create(&self, writing: &Writing<'_>, predecessor: &str) -> Result<(), Error> {
        let mut create = doc! { "create": self.collection };
        match self.contract.and_then(|contract| validator::validator(contract, self.name)) {
            Some(validator) => create.insert("validator", validator).map_or((), drop),
            None => create.extend(options(writing, predecessor)?),
        }
        match writing.command(&create) {
            Err(error) if error.code() == Some(NAMESPACE_EXISTS) => Ok(()),
            result => result.map(drop),
        }
    }

    fn shard(&self, writing: &Writing<'_>, key: &str) -> Result<(), Error> {
        let admin = writing.database.client().database("admin");
        let shards = writing.run(|| admin.run_command(doc! { "listShards": 1 }).into_future())?;
        let n_shards = shards.get_array("shards").map_or(1, Vec::len) as i32;
        for command in shard::commands(writing.database.name(), self.collection, key, n_shards) {
            // Routers see to the majority themselves here.
            writing.run(|| admin.run_command(command.clone()).into_future())?;
        }
        Ok(())
    }

    /// Sends the documents in their order, and gives the digest of what was sent.
    fn send(
        &self,
        writing: &Writing<'_>,
        documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + '_>,
        tell: &dyn Fn(u64),
    ) -> Result<Digest, Error> {
        let collection = writing.database.collection::<RawDocumentBuf>(self.collection);
        let runtime = &writing.server.runtime;
        let key = self.contract.map(|contract| contract.key().name.clone());
        let known = Known { collection: self.name.to_owned(), key };
        let mut batches = Batches::new(documents);
        let mut under_way = JoinSet::new();
        let mut n_sent = 0;
        let result = loop {
            let batch = match batches.next() {
                Ok(batch) => batch,
                Err(error) => break Err(error),
            };
            match drain(writing, &mut under_way) {
                Ok(n) => n_sent += n,
                Err(error) => break Err(error),
            }
            tell(n_sent);
            if batch.is_empty() {
                break Ok(batches.digest());
            }
            under_way.spawn_on(insert(collection.clone(), known.clone(), batch), runtime.handle());
        };
        // What is under way must not arrive after the collection is dropped, which would make it anew.
        runtime.block_on(async { while under_way.join_next().await.is_some() {} });
        result
    }

    /// Reads everything back, as a majority has it.
    async fn read_back(&self, writing: &Writing<'_>, tell: &dyn Fn(u64)) -> DriverResult<Digest> {
        let mut digest = Digest::default();
        let mut cursor = writing.database.collection::<RawDocumentBuf>(self.collection).find(doc! {}).await?;
        while cursor.advance().await? {
            digest.add(cursor.current());
            if digest.n_documents.is_multiple_of(10_000) {
                tell(digest.n_documents);
            }
        }
        Ok(digest)
    }
}

/// Waits for what is under way; gives the number of documents that arrived.
fn drain(writing: &Writing<'_>, under_way: &mut JoinSet<Result<u64, Error>>) -> Result<u64, Error> {
    let mut n = 0;
    while !under_way.is_empty() {
        if let Some(done) = writing.wait_for(under_way.join_next())? {
            n +=
                done.map_err(|error| Error::new(ErrorKind::Bug, format!("a batch ended without an answer: {error}")))??;
        }
    }
    writing.check()?;
    Ok(n)
}

/// Inserts a batch, again where the server was away; what a lost attempt had inserted is there already.
async fn insert(
    collection: Collection<RawDocumentBuf>,
    known: Known,
    batch: Vec<RawDocumentBuf>,
) -> Result<u64, Error> {
    let (to, documents) = (&collection, &batch);
    let inserted = patiently(|attempt| async move {
        match to.insert_many(documents).ordered(false).await {
            Err(error) if attempt > 1 && is_there_already(&error) => Ok(()),
            result => result.map(drop),
        }
    });
    match inserted.await {
        Ok(()) => Ok(batch.len() as u64),
        Err(error) => Err(refusal(error, &known, &batch)),
    }
}

/// Drops a collection, which may be gone already.
pub(crate) fn drop_collection(writing: &Writing<'_>, name: &str) -> Result<(), Error> {
    match writing.command(&doc! { "drop": name }) {
        Err(error) if error.code() != Some(NAMESPACE_NOT_FOUND) => Err(error),
        _ => Ok(()),
    }
}

/// The options of the live collection, such as a validator that its owner gave it.
fn options(writing: &Writing<'_>, live: &str) -> Result<Document, Error> {
    let filter = doc! { "listCollections": 1, "filter": { "name": live } };
    let listed = writing.run(|| writing.database.run_command(filter.clone()).into_future())?;
    let batch = listed.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    let found = batch.ok().and_then(|batch| batch.first()?.as_document());
    match found {
        None => Ok(Document::new()),
        Some(found) => match found.get_str("type").unwrap_or("collection") {
            "collection" => Ok(found.get_document("options").cloned().unwrap_or_default()),
            other => Err(Error::input(format!("`{live}` is a {other} on the server, which BankSphere did not make"))
                .hint("choose another name")),
        },
    }
}

/// The indexes that the collection shall have: ours, and those that were given to its predecessor.
fn indexes(
    writing: &Writing<'_>,
    predecessor: &str,
    key: Option<&str>,
    is_router: bool,
) -> Result<Vec<Document>, Error> {
    let mut indexes = key.map(|key| our_index(key, is_router)).into_iter().collect::<Vec<_>>();
    let listed = match writing.run(|| writing.database.run_command(doc! { "listIndexes": predecessor }).into_future()) {
        Err(error) if error.code() == Some(NAMESPACE_NOT_FOUND) => return Ok(indexes),
        result => result?,
    };
    let batch = listed.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    for index in batch.into_iter().flatten().filter_map(bson::Bson::as_document) {
        let name = index.get_str("name").unwrap_or_default();
        let is_there = |ours: &Document| ours.get("key") == index.get("key") || ours.get("name") == index.get("name");
        if name != "_id_" && !name.starts_with("banksphere_try_") && !indexes.iter().any(is_there) {
            indexes.push(index.clone());
        }
    }
    Ok(indexes)
}

/// Joins go by the customer's key, and so does the search for one customer. It is unique; but a cluster that spreads by
/// its hash takes no unique index of it.
fn our_index(key: &str, is_router: bool) -> Document {
    let mut index = doc! { "key": { key: 1 }, "name": format!("{key}_1") };
    if !is_router {
        index.insert("unique", true);
    }
    index
}

fn index_error(error: Error, name: &str) -> Error {
    if error.kind() != ErrorKind::Refused {
        return error;
    }
    error.prevents(&format!("an index of `{name}` cannot be built")).hint("nothing was changed")
}

/// Whether a driver's error says that a collection is not there.
pub(crate) fn is_not_there(error: &mongodb::error::Error) -> bool {
    matches!(error.kind.as_ref(), DriverKind::Command(refusal) if refusal.code == NAMESPACE_NOT_FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_gets_no_unique_index() {
        let is_unique = |is_router| our_index("member", is_router).get_bool("unique").unwrap_or(false);
        assert_eq!((is_unique(false), is_unique(true)), (true, false));
        assert_eq!(our_index("member", true), doc! { "key": { "member": 1 }, "name": "member_1" });
    }
}
