//! Loads collections into the server's database: all of them, or none.
//!
//! In: collections as streams of raw documents, each with its day and the hash of its content. Out: [`Outcome`]. How it
//! goes, each step only after the one before: take the writer's [`lease`]; sweep what a dead import left ([`swap`]);
//! [`staging`]: create beside the live collection, send, index, read back and compare; keep what was live as a snapshot;
//! [`swap`] the new collections in.
//! Invariant: until the swap nothing that is live has changed, and a swap that was cut is completed by the next import.

mod batches;
mod book;
mod digest;
mod lease;
mod plan;
mod refusal;
mod shard;
mod staging;
mod swap;
mod validator;
mod writing;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use bson::RawDocumentBuf;
use jiff::civil::Date;

pub(crate) use book::{Book, Entry, read_book};
pub use book::{Shape, Snapshot};
pub(crate) use shard::is_router;
pub(crate) use swap::is_pending;

use crate::collections::BOOKKEEPING;
use crate::{Error, ErrorKind, Server};
use lease::Lease;
use plan::Plan;
use staging::Staging;
use writing::Writing;

/// A collection on its way to the server.
pub struct Incoming<'a> {
    /// Its name.
    pub name: String,
    /// Whether it is one of the two collections of card data, or documents of any shape.
    pub shape: Shape,
    /// The day that the data describes; without one, today, or that of what is live if that is later.
    pub as_of: Option<Date>,
    /// Equal for equal content, where it is known: then it is not loaded twice.
    pub hash: Option<String>,
    /// How many documents there are, where that is known: then there must be so many.
    pub rows: Option<u64>,
    /// What to remember with it, such as where it came from.
    pub notes: BTreeMap<String, String>,
    /// The documents. Where one has no `_id`, it is given one.
    pub documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + 'a>,
}

/// How a load is to go.
#[derive(Clone, Copy)]
pub struct Loading<'a> {
    /// Told now and then how far it is.
    pub progress: &'a dyn Fn(Progress<'_>),
    /// Raised by the caller to stop it, which leaves the live collections as they were.
    pub cancel: &'a AtomicBool,
}

/// How far a load is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The collection under way.
    pub collection: &'a str,
    /// What is being done with it.
    pub step: Step,
    /// Documents done in this step.
    pub documents: u64,
    /// Documents of the collection, where that is known.
    pub of: Option<u64>,
}

/// The steps that take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Documents go to the server.
    Sending,
    /// The server builds the indexes.
    Indexing,
    /// Documents come back to be compared with what was sent.
    Checking,
    /// The server copies what was live until now.
    KeepingSnapshot,
}

/// What a load did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The collections are there.
    Changed {
        /// Documents loaded, in all of them.
        documents: u64,
        /// Whether all of them are live. One of an earlier day than what is live is kept as a snapshot.
        is_live: bool,
    },
    /// All of it was there already.
    Unchanged,
}

impl Server {
    /// Loads collections, all of them or none, each in place of what it held.
    pub fn load(&self, incoming: Vec<Incoming<'_>>, loading: &Loading<'_>) -> Result<Outcome, Error> {
        let writing = Writing::new(self, loading.cancel);
        let lease = Lease::take(&writing)?;
        let writing = writing.under(&lease);
        let outcome = load_under(&lease, &writing, incoming, loading);
        let is_reachable = !matches!(&outcome, Err(error) if error.kind() == ErrorKind::Unreachable);
        if outcome.is_err() && is_reachable {
            // Best effort: what stays is swept by the next import.
            let _ = staging::sweep(&writing.to_the_end(), Some(lease.token()));
        }
        lease.release(&writing, is_reachable);
        outcome.map_err(|error| if is_reachable { error } else { error.at(self.hosts()) })
    }
}

fn load_under(
    lease: &Lease,
    writing: &Writing<'_>,
    incoming: Vec<Incoming<'_>>,
    loading: &Loading<'_>,
) -> Result<Outcome, Error> {
    swap::complete(writing)?;
    staging::sweep(writing, None)?;
    let book = Book::parse(writing.run(|| read_book(&writing.database))?.as_ref())?;
    let plan = Plan::new(&book, incoming, writing)?;
    if plan.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    let mut staged = Vec::new();
    for (incoming, mut entry) in plan.into_parts() {
        let staging = Staging::fill(writing, lease.token(), incoming, loading)?;
        entry.rows = staging.n_documents;
        staged.push((staging, entry));
    }
    let documents = staged.iter().map(|(staging, _)| staging.n_documents).sum();
    let is_earlier = |entry: &Entry| book.entries.get(&entry.name).is_some_and(|live| entry.as_of < live.as_of);
    let is_live = !staged.iter().any(|(_, entry)| is_earlier(entry));
    swap::swap(writing, lease, &book, staged, loading)?;
    Ok(Outcome::Changed { documents, is_live })
}
