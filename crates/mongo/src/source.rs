//! A database as a source of collections, for copying.
//!
//! In: a server. Out: its collections with what our book says of them, and their documents in the order of their `_id`.
//! Invariant: all streams give what the session resolved, whatever is imported meanwhile.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bson::{Document, RawDocumentBuf, doc};
use jiff::civil::Date;
use mongodb::Cursor;

use crate::collections::is_bookkeeping;
use crate::load::{Shape, State, is_pending};
use crate::session::Session;
use crate::{Error, ErrorKind, Server};

/// Documents fetched before they are handed over one by one.
const AT_A_TIME: usize = 1_000;

/// A database to copy from.
pub struct Source<'a> {
    server: &'a Server,
    session: Arc<Session>,
    collections: Vec<Found>,
    views: Vec<String>,
}

/// A collection to copy.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// What it holds: data under a contract only where an import of ours put it.
    pub shape: Shape,
    /// The day that it describes, where an import of ours wrote it down.
    pub as_of: Option<Date>,
    /// What was remembered with it.
    pub notes: BTreeMap<String, String>,
    /// What its state is called; another import gives it another name.
    pub state: Option<String>,
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
        let session = self.session()?;
        let found = |(name, state): (&str, &State)| Found {
            name: name.to_owned(),
            shape: if state.contract.is_some() { Shape::Contract } else { Shape::Any },
            as_of: Some(state.as_of),
            notes: state.notes.clone(),
            state: Some(state.collection.clone()),
        };
        let mut collections: Vec<Found> = session.live().map(found).collect();
        let mut views = Vec::new();
        for (name, kind) in self.wait(async { kinds(&self.database).await })? {
            if is_bookkeeping(&name) || name.starts_with("system.") || session.is_ours(&name) {
                continue;
            }
            if kind == "collection" {
                collections.push(Found { name, shape: Shape::Any, as_of: None, notes: BTreeMap::new(), state: None });
            } else {
                views.push(name);
            }
        }
        collections.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Source { server: self, session, collections, views })
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
        let collection = self.server.database.collection::<RawDocumentBuf>(&self.session.resolve(name)?);
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
                if is_done && let Err(error) = self.session.check(self.server) {
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
