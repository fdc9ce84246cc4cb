//! What a database holds: its collections, their schemas, sizes and indexes.
//!
//! Invariant: looking never creates a collection. Names that begin with `system.` are the server's, [`BOOKKEEPING`] and
//! what begins with it are ours; neither is shown.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc};
use pipeline::{Schema, Schemas};

use crate::load::{Snapshot, parse_on_day};
use crate::session::Session;
use crate::{Error, Server};

/// The collection in which an import writes down what it loaded; beside it lie the collections that hold states, whose
/// names begin with this and a dot.
pub(crate) const BOOKKEEPING: &str = "banksphere";

/// Whether a collection is the one for bookkeeping, or one beside it.
#[must_use]
pub fn is_bookkeeping(name: &str) -> bool {
    name.strip_prefix(BOOKKEEPING).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What is known of a collection without reading its documents.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectionInfo {
    /// Its name.
    pub name: String,
    /// How many documents it has, from the server's own count.
    pub documents: u64,
    /// Bytes of its documents, uncompressed.
    pub bytes: u64,
    /// The day that the data describes, where an import of ours wrote it down.
    pub as_of: Option<String>,
    /// Its other days, the newest last.
    pub snapshots: Vec<Snapshot>,
    /// Its indexes, each with its keys as `name: direction`.
    pub indexes: Vec<Index>,
}

/// An index.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its keys with their directions (1, -1, `"hashed"`).
    pub keys: Document,
    /// Whether it leaves documents out (partial, sparse) or is hidden from queries.
    pub is_limited: bool,
}

impl Server {
    /// The schema of each collection, and of each of its days. What an import of ours loaded is as its contract says; of
    /// everything else the documents may differ.
    pub fn schemas(&self) -> Result<Schemas, Error> {
        let session = self.session()?;
        let mut schemas: Schemas = self.names(&session)?.into_iter().map(|name| (name, Schema::Any)).collect();
        for (text, names) in by_contract(&session) {
            let of_contract = self.parsed(text)?.schemas();
            for name in names {
                let base = parse_on_day(name).map_or(name, |(base, _)| base);
                if let (Some(schema), Some(known)) = (schemas.get_mut(name), of_contract.get(base)) {
                    schema.clone_from(known);
                }
            }
        }
        Ok(schemas)
    }

    /// The same, and of names that mean a day's newest state although no state is of that very day.
    pub fn schemas_with(&self, names: &[&str]) -> Result<Schemas, Error> {
        let (session, mut schemas) = (self.session()?, self.schemas()?);
        for name in names {
            if !schemas.contains_key(*name)
                && let Some((known, _)) = session.dated(name)?
                && let Some(schema) = schemas.get(&known).cloned()
            {
                schemas.insert((*name).to_owned(), schema);
            }
        }
        Ok(schemas)
    }

    /// What is known of each collection, by name.
    pub fn collections(&self) -> Result<Vec<CollectionInfo>, Error> {
        let session = self.session()?;
        let info = |name: String| {
            let stats = self.storage(&session.resolve(&name)?)?;
            let live = session.state(&name);
            let days = session.book.entries.get(&name).into_iter().flat_map(|entry| &entry.days);
            let others = days.filter(|state| live.is_none_or(|live| live.as_of != state.as_of));
            Ok(CollectionInfo {
                documents: number(&stats, "count"),
                bytes: number(&stats, "size"),
                as_of: live.map(|state| state.as_of.to_string()),
                snapshots: others.map(|state| Snapshot { as_of: state.as_of, rows: state.rows }).collect(),
                indexes: self.indexes(&name)?,
                name,
            })
        };
        self.collection_names()?.into_iter().map(info).collect()
    }

    /// The indexes of a collection; a view has none.
    pub(crate) fn indexes(&self, collection: &str) -> Result<Vec<Index>, Error> {
        let collection = self.session()?.resolve(collection)?;
        let listed = self.wait(async {
            let mut cursor = self.database.collection::<Document>(&collection).list_indexes().await?;
            let mut indexes = Vec::new();
            while cursor.advance().await? {
                let index = cursor.deserialize_current()?;
                let options = index.options.unwrap_or_default();
                let is_limited = options.partial_filter_expression.is_some()
                    || [options.sparse, options.hidden].contains(&Some(true));
                indexes.push(Index { name: options.name.unwrap_or_default(), keys: index.keys, is_limited });
            }
            Ok(indexes)
        });
        match listed {
            Err(error) if matches!(error.code(), Some(NOT_FOR_VIEWS | VIEW_TOO_DEEP)) => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// The names of the collections without their days, sorted.
    pub(crate) fn collection_names(&self) -> Result<Vec<String>, Error> {
        let session = self.session()?;
        let is_day = |name: &str| session.names().contains_key(name) && parse_on_day(name).is_some();
        Ok(self.names(&session)?.into_iter().filter(|name| !is_day(name)).collect())
    }

    /// All names that can be asked, sorted.
    fn names(&self, session: &Session) -> Result<Vec<String>, Error> {
        let there = self.wait(async { self.database.list_collection_names().authorized_collections(true).await })?;
        let is_others =
            |name: &&String| !name.starts_with("system.") && !is_bookkeeping(name) && !session.is_ours(name);
        let mut names: Vec<String> = there.iter().filter(is_others).cloned().collect();
        let held = session.names().iter().filter(|(_, collection)| there.contains(collection));
        names.extend(held.map(|(name, _)| name.clone()));
        names.sort();
        Ok(names)
    }

    /// The server's count and size of a collection; nothing of a view.
    fn storage(&self, collection: &str) -> Result<Document, Error> {
        let stats = self.wait(async {
            let collection = self.database.collection::<Document>(collection);
            let mut cursor = collection.aggregate([doc! { "$collStats": { "storageStats": {} } }]).await?;
            if cursor.advance().await? { cursor.deserialize_current() } else { Ok(Document::new()) }
        });
        match stats {
            Ok(stats) => Ok(stats.get_document("storageStats").cloned().unwrap_or_default()),
            Err(error) if matches!(error.code(), Some(NOT_FOR_VIEWS | VIEW_TOO_DEEP)) => Ok(Document::new()),
            Err(error) => Err(error),
        }
    }
}

/// The names that stand for states, by the text of the contract that these are under.
fn by_contract(session: &Session) -> BTreeMap<&str, Vec<&str>> {
    let mut by_contract: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in session.names().keys() {
        if let Some(text) = session.state(name).and_then(|state| session.contract_text(state)) {
            by_contract.entry(text).or_default().push(name);
        }
    }
    by_contract
}

/// `CommandNotSupportedOnView`
const NOT_FOR_VIEWS: i32 = 166;
/// `ViewDepthLimitExceeded`
const VIEW_TOO_DEEP: i32 = 165;

/// A count, whichever type the server chose for it.
pub(crate) fn number(document: &Document, field: &str) -> u64 {
    match document.get(field) {
        Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Double(n)) => *n as u64,
        _ => 0,
    }
}
