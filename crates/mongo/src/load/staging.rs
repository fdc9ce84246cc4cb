//! Builds a collection beside the live one: created with its validator, filled, indexed, and read back.
//!
//! In: a collection's documents. Out: [`Staging`], a collection that holds exactly these, durable on a majority.
//! Invariant: what comes back from the server is, document by document and bit by bit, what was sent; else it fails.

use bson::{Document, RawDocumentBuf, doc};
use mongodb::Collection;
use mongodb::error::{ErrorKind as DriverKind, Result as DriverResult};
use tokio::task::JoinSet;

use super::batches::Batches;
use super::book::Shape;
use super::digest::Digest;
use super::refusal::{is_there_already, refusal};
use super::writing::{Writing, patiently};
use super::{BOOKKEEPING, Incoming, Loading, Progress, Step, shard, validator};
use crate::{Error, ErrorKind};

/// Batches under way at once. While so many are, no further document is read: that is the back-pressure.
const IN_FLIGHT: usize = 4;
const NAMESPACE_EXISTS: i32 = 48;
const NAMESPACE_NOT_FOUND: i32 = 26;

/// A collection that waits to go live.
pub(crate) struct Staging {
    pub(crate) collection: String,
    pub(crate) n_documents: u64,
}

impl Staging {
    /// Builds it; what is left of a failure is [`sweep`]'s.
    pub(crate) fn fill(
        writing: &Writing<'_>,
        token: &str,
        incoming: Incoming<'_>,
        loading: &Loading<'_>,
    ) -> Result<Self, Error> {
        let mut this = Self { n_documents: 0, collection: format!("{BOOKKEEPING}.staging.{}.{token}", incoming.name) };
        let Incoming { name, shape, rows, documents, .. } = incoming;
        let tell = |step, documents| (loading.progress)(Progress { collection: &name, step, documents, of: rows });
        let hello = writing.run(|| writing.database.run_command(doc! { "hello": 1 }).into_future())?;
        let is_router = shard::is_router(&hello);
        let indexes = indexes(writing, &name, shape, is_router)?;
        this.create(writing, &name, shape)?;
        if is_router && shape == Shape::Card {
            this.shard(writing)?;
        }
        let sent = this.send(writing, &name, documents, &|n| tell(Step::Sending, n))?;
        this.n_documents = sent.n_documents;
        if let Some(rows) = rows
            && sent.n_documents != rows
        {
            let message = format!("`{name}` gave {} documents instead of {rows}", sent.n_documents);
            return Err(Error::new(ErrorKind::Input, message).hint("it was changed meanwhile; try again"));
        }
        if !indexes.is_empty() {
            tell(Step::Indexing, 0);
            let build = crate::indexes::build(&this.collection, indexes, &hello);
            writing.command(&build).map_err(|error| index_error(error, &name))?;
        }
        let told = |n| tell(Step::Checking, n);
        let kept = writing.run(|| this.read_back(writing, &told))?;
        if kept == sent {
            Ok(this)
        } else {
            Err(Error::new(
                ErrorKind::Refused,
                format!("the server holds {} documents of `{name}` that are not what was sent", kept.n_documents),
            )
            .hint("nothing was changed; see the server's log, and whether a document holds a timestamp of zero"))
        }
    }

    /// Creates the collection: card data under its contract, any other as the one that it replaces.
    fn create(&self, writing: &Writing<'_>, live: &str, shape: Shape) -> Result<(), Error> {
        let mut create = doc! { "create": &self.collection };
        match validator::validator(live).filter(|_| shape == Shape::Card) {
            Some(validator) => create.insert("validator", validator).map_or((), drop),
            None => create.extend(options(writing, live)?),
        }
        match writing.command(&create) {
            Err(error) if error.code() == Some(NAMESPACE_EXISTS) => Ok(()),
            result => result.map(drop),
        }
    }

    fn shard(&self, writing: &Writing<'_>) -> Result<(), Error> {
        let admin = writing.database.client().database("admin");
        let shards = writing.run(|| admin.run_command(doc! { "listShards": 1 }).into_future())?;
        let n_shards = shards.get_array("shards").map_or(1, Vec::len) as i32;
        for command in shard::commands(writing.database.name(), &self.collection, n_shards) {
            // Routers see to the majority themselves here.
            writing.run(|| admin.run_command(command.clone()).into_future())?;
        }
        Ok(())
    }

    /// Sends the documents, several batches at once, and gives the digest of what was sent.
    fn send(
        &self,
        writing: &Writing<'_>,
        live: &str,
        documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + '_>,
        tell: &dyn Fn(u64),
    ) -> Result<Digest, Error> {
        let collection = writing.database.collection::<RawDocumentBuf>(&self.collection);
        let runtime = &writing.server.runtime;
        let mut batches = Batches::new(documents);
        let mut under_way = JoinSet::new();
        let mut n_sent = 0;
        let result = loop {
            let batch = match batches.next() {
                Ok(batch) => batch,
                Err(error) => break Err(error),
            };
            let is_end = batch.is_empty();
            if !is_end {
                under_way.spawn_on(insert(collection.clone(), live.to_owned(), batch), runtime.handle());
            }
            let most = if is_end { 0 } else { IN_FLIGHT - 1 };
            match drain(writing, &mut under_way, most) {
                Ok(n) => n_sent += n,
                Err(error) => break Err(error),
            }
            tell(n_sent);
            if is_end {
                break Ok(batches.digest());
            }
        };
        // What is under way must not arrive after the collection is dropped, which would make it anew.
        runtime.block_on(async { while under_way.join_next().await.is_some() {} });
        result
    }

    /// Reads everything back, as a majority has it.
    async fn read_back(&self, writing: &Writing<'_>, tell: &dyn Fn(u64)) -> DriverResult<Digest> {
        let mut digest = Digest::default();
        let mut cursor = writing.database.collection::<RawDocumentBuf>(&self.collection).find(doc! {}).await?;
        while cursor.advance().await? {
            digest.add(cursor.current());
            if digest.n_documents.is_multiple_of(10_000) {
                tell(digest.n_documents);
            }
        }
        Ok(digest)
    }
}

/// Waits until at most `most` batches are under way; gives the number of documents that arrived meanwhile.
fn drain(writing: &Writing<'_>, under_way: &mut JoinSet<Result<u64, Error>>, most: usize) -> Result<u64, Error> {
    let mut n = 0;
    while under_way.len() > most {
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
    live: String,
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
        Err(error) => Err(refusal(error, &live, &batch)),
    }
}

/// Drops staging collections: those of one holder of the lease, or of all. A swap that was cut keeps its own.
pub(crate) fn sweep(writing: &Writing<'_>, token: Option<&str>) -> Result<(), Error> {
    if writing.run(|| super::is_pending(&writing.database))? {
        return Ok(());
    }
    for name in writing.run(|| writing.database.list_collection_names().into_future())? {
        let is_staging = name.strip_prefix(BOOKKEEPING).is_some_and(|rest| rest.starts_with(".staging."));
        if is_staging && token.is_none_or(|token| name.ends_with(token)) {
            drop_collection(writing, &name)?;
        }
    }
    Ok(())
}

/// Drops a collection, which may be gone already.
fn drop_collection(writing: &Writing<'_>, name: &str) -> Result<(), Error> {
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
            other => Err(Error::input(format!("`{live}` is a {other} on the server")).hint("choose another name")),
        },
    }
}

/// The indexes that the collection shall have: ours, and those that somebody gave to the live one.
fn indexes(writing: &Writing<'_>, live: &str, shape: Shape, is_router: bool) -> Result<Vec<Document>, Error> {
    let mut indexes = our_indexes(shape, is_router);
    let listed = match writing.run(|| writing.database.run_command(doc! { "listIndexes": live }).into_future()) {
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

/// Joins go by `CLIENTNUM`, and so does the search for one customer. It is unique; but a cluster that spreads by its
/// hash takes no unique index of it.
fn our_indexes(shape: Shape, is_router: bool) -> Vec<Document> {
    match (shape, is_router) {
        (Shape::Any, _) => Vec::new(),
        (Shape::Card, true) => vec![doc! { "key": { "CLIENTNUM": 1 }, "name": "CLIENTNUM_1" }],
        (Shape::Card, false) => vec![doc! { "key": { "CLIENTNUM": 1 }, "name": "CLIENTNUM_1", "unique": true }],
    }
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
        let is_unique = |is_router| our_indexes(Shape::Card, is_router)[0].get_bool("unique").unwrap_or(false);
        assert_eq!((is_unique(false), is_unique(true)), (true, false));
        assert_eq!(our_indexes(Shape::Any, false), Vec::<Document>::new());
    }
}
