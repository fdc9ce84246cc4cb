//! A database as a source of collections, for copying.
//!
//! In: a server. Out: its collections with what our book says of them, and their documents in the order of their `_id`.
//! Invariant: who reads a stream to its end has read one state of the bank: an import that ends meanwhile is an error.

use std::collections::{BTreeMap, VecDeque};

use bson::{Document, RawDocumentBuf, doc};
use jiff::civil::Date;
use mongodb::Cursor;

use crate::collections::BOOKKEEPING;
use crate::load::{Book, Shape, is_pending, read_book};
use crate::{Error, ErrorKind, Server};

/// Documents fetched before they are handed over one by one.
const AT_A_TIME: usize = 1_000;

/// A database to copy from.
pub struct Source<'a> {
    server: &'a Server,
    book: Book,
    collections: Vec<Found>,
    views: Vec<String>,
}

/// A collection to copy.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// What it holds: card data only where an import of ours put it.
    pub shape: Shape,
    /// The day that it describes, where an import of ours wrote it down.
    pub as_of: Option<Date>,
    /// What was remembered with it.
    pub notes: BTreeMap<String, String>,
}

impl Server {
    /// Whether an import is just putting its collections in place, or died there.
    pub fn is_swapping(&self) -> Result<bool, Error> {
        self.wait(is_pending(&self.database))
    }

    /// Opens the database for copying.
    pub fn source(&self) -> Result<Source<'_>, Error> {
        if self.is_swapping()? {
            return Err(Error::new(
                ErrorKind::Refused,
                "an import is just putting its collections in place, or died there",
            )
            .at(self.hosts())
            .hint("try again; if it died, the next import completes it"));
        }
        let book = Book::parse(self.wait(read_book(&self.database))?.as_ref())?;
        let (mut collections, mut views) = (Vec::new(), Vec::new());
        for (name, kind) in self.wait(async { kinds(&self.database).await })? {
            let is_ours = name == BOOKKEEPING || name.starts_with(&format!("{BOOKKEEPING}."));
            if is_ours || name.starts_with("system.") {
                continue;
            }
            if kind != "collection" {
                views.push(name);
                continue;
            }
            let entry = book.entries.get(&name);
            collections.push(Found {
                shape: entry.map_or(Shape::Any, |entry| entry.shape),
                as_of: entry.map(|entry| entry.as_of),
                notes: entry.map(|entry| entry.notes.clone()).unwrap_or_default(),
                name,
            });
        }
        Ok(Source { server: self, book, collections, views })
    }
}

impl Source<'_> {
    /// The collections, by name.
    #[must_use]
    pub fn collections(&self) -> &[Found] {
        &self.collections
    }

    /// The names of views and the like, which hold no documents of their own.
    #[must_use]
    pub fn views(&self) -> &[String] {
        &self.views
    }

    /// The documents of a collection, in the order of their `_id`.
    pub fn documents(&self, name: &str) -> Result<impl Iterator<Item = Result<RawDocumentBuf, Error>> + '_, Error> {
        let collection = self.server.database.collection::<RawDocumentBuf>(name);
        let mut cursor = self.server.wait(async { collection.find(doc! {}).sort(doc! { "_id": 1 }).await })?;
        let mut fetched = VecDeque::new();
        let mut is_done = false;
        Ok(std::iter::from_fn(move || {
            if fetched.is_empty() && !is_done {
                match self.fetch(&mut cursor, &mut fetched) {
                    Ok(()) => is_done = fetched.is_empty(),
                    Err(error) => {
                        is_done = true;
                        return Some(Err(error));
                    }
                }
                if is_done && let Err(error) = self.check_unchanged() {
                    return Some(Err(error));
                }
            }
            fetched.pop_front().map(Ok)
        }))
    }

    /// Fetches the next documents; none at the end.
    fn fetch(&self, cursor: &mut Cursor<RawDocumentBuf>, into: &mut VecDeque<RawDocumentBuf>) -> Result<(), Error> {
        self.server.wait(async {
            while into.len() < AT_A_TIME && cursor.advance().await? {
                into.push_back(cursor.current().to_owned());
            }
            Ok(())
        })
    }

    fn check_unchanged(&self) -> Result<(), Error> {
        let is_swapping = self.server.is_swapping()?;
        let book = Book::parse(self.server.wait(read_book(&self.server.database))?.as_ref())?;
        if book == self.book && !is_swapping {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Refused, "an import changed the bank while it was read")
            .at(self.server.hosts())
            .hint("try again"))
    }
}

/// The names of all collections, sorted, each with what it is.
async fn kinds(database: &mongodb::Database) -> Result<Vec<(String, String)>, mongodb::error::Error> {
    let list = doc! { "listCollections": 1, "nameOnly": true, "authorizedCollections": true };
    let mut cursor = database.run_cursor_command(list).await?.with_type::<Document>();
    let mut kinds = Vec::new();
    while cursor.advance().await? {
        let listed = cursor.deserialize_current()?;
        let text = |name| listed.get_str(name).unwrap_or_default().to_owned();
        kinds.push((text("name"), text("type")));
    }
    kinds.sort();
    Ok(kinds)
}
