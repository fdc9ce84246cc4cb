//! What a database holds: its collections, their schemas, sizes and indexes.
//!
//! Invariant: looking never creates anything. Names that begin with `system.` are the server's, [`BOOKKEEPING`] and what
//! begins with it are ours; neither is shown.

use bson::{Bson, Document, doc};
use pipeline::{Schema, Schemas};

use crate::load::{Book, Shape, Snapshot, read_book};
use crate::{Error, Server};

/// The collection in which an import writes down what it loaded; beside it lie staging and snapshot collections whose
/// names begin with this and a dot.
pub(crate) const BOOKKEEPING: &str = "banksphere";

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
    /// Earlier states that imports of ours kept, the newest last.
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
    /// The schema of each collection. Card data that an import of ours loaded is as its contract says; of everything
    /// else the documents may differ.
    pub fn schemas(&self) -> Result<Schemas, Error> {
        let imported = self.imported()?;
        let mut contract = extract::Contract::card().schemas();
        let schema = |name: String| {
            let is_card = imported.entries.get(&name).is_some_and(|entry| entry.shape == Shape::Card);
            let known = is_card.then(|| contract.remove(&name)).flatten();
            (name, known.unwrap_or(Schema::Any))
        };
        Ok(self.collection_names()?.into_iter().map(schema).collect())
    }

    /// What is known of each collection, by name.
    pub fn collections(&self) -> Result<Vec<CollectionInfo>, Error> {
        let imported = self.imported()?;
        let info = |name: String| {
            let stats = self.storage(&name)?;
            Ok(CollectionInfo {
                documents: number(&stats, "count"),
                bytes: number(&stats, "size"),
                as_of: imported.entries.get(&name).map(|entry| entry.as_of.to_string()),
                snapshots: imported.entries.get(&name).map(|entry| entry.snapshots.clone()).unwrap_or_default(),
                indexes: self.indexes(&name)?,
                name,
            })
        };
        self.collection_names()?.into_iter().map(info).collect()
    }

    /// The indexes of a collection; a view has none.
    pub(crate) fn indexes(&self, collection: &str) -> Result<Vec<Index>, Error> {
        let listed = self.wait(async {
            let mut cursor = self.database.collection::<Document>(collection).list_indexes().await?;
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
            Err(error) if error.code() == Some(NOT_FOR_VIEWS) => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// The names of the collections, sorted.
    pub(crate) fn collection_names(&self) -> Result<Vec<String>, Error> {
        let mut names =
            self.wait(async { self.database.list_collection_names().authorized_collections(true).await })?;
        let ours =
            |name: &str| name.strip_prefix(BOOKKEEPING).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        names.retain(|name| !name.starts_with("system.") && !ours(name));
        names.sort();
        Ok(names)
    }

    /// The collections that imports of ours wrote down.
    fn imported(&self) -> Result<Book, Error> {
        Book::parse(self.wait(read_book(&self.database))?.as_ref())
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
            Err(error) if error.code() == Some(NOT_FOR_VIEWS) => Ok(Document::new()),
            Err(error) => Err(error),
        }
    }
}

/// `CommandNotSupportedOnView`
const NOT_FOR_VIEWS: i32 = 166;

/// A count, whichever type the server chose for it.
pub(crate) fn number(document: &Document, field: &str) -> u64 {
    match document.get(field) {
        Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Double(n)) => *n as u64,
        _ => 0,
    }
}
