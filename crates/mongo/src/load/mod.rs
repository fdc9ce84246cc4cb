//! Loads collections into the server's database: all of them, or none.
//!
//! In: collections as streams of raw documents, each with its day and the hash of its content. Out: [`Outcome`]. How it
//! goes, each step only after the one before: take the writer's [`lease`]; sweep what a dead import left
//! ([`generation`]); [`staging`]: create collections of this import's own, send, index, read back and compare;
//! [`publish`]: name them in the book, and let the names for pasting follow.
//! Invariant: until the book is replaced nothing that is live has changed; what it named before stays for those who read it.

mod batches;
mod book;
mod book_1;
mod digest;
mod generation;
mod lease;
mod plan;
mod publish;
mod reader;
mod refusal;
mod shard;
mod staging;
mod swap;
mod validator;
mod writing;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use bson::RawDocumentBuf;
use contract::Contract;
use jiff::civil::Date;

pub(crate) use book::{Book, Entry, State, read_book};
pub use book::{Shape, Snapshot};
pub(crate) use publish::{names, on_day, parse_on_day};
pub(crate) use reader::Hold;
pub(crate) use shard::is_router;
pub(crate) use swap::is_pending;

use crate::collections::BOOKKEEPING;
use crate::{Error, ErrorKind, Server};
use lease::Lease;
use writing::Writing;

/// A collection on its way to the server.
pub struct Incoming<'a> {
    /// Its name.
    pub name: String,
    /// Whether it is one of the collections of a contract, or documents of any shape.
    pub shape: Shape,
    /// The day that the data describes; without one, today, or that of what is live if that is later.
    pub as_of: Option<Date>,
    /// Equal for equal content, where it is known: then it is not loaded twice.
    pub hash: Option<String>,
    /// How many documents there are, where that is known: then there must be so many.
    pub rows: Option<u64>,
    /// The state that it was made from, by what [`Found::state`](crate::Found::state) says; it is refused where another took its
    /// place meanwhile.
    pub made_from: Option<String>,
    /// What to remember with it, such as where it came from.
    pub notes: BTreeMap<String, String>,
    /// The documents. Where one has no `_id`, it is given one.
    pub documents: Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + 'a>,
}

/// How a load is to go.
#[derive(Clone, Copy)]
pub struct Loading<'a> {
    /// What the collections hold that are under a contract.
    pub contract: &'a Contract,
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
}

/// What a load did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The collections are there.
    Changed {
        /// Documents loaded, in all of them.
        documents: u64,
        /// Whether all of them are live. One of an earlier day than what is live is kept under its day.
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
            let _ = sweep_own(&writing.to_the_end(), lease.token());
        }
        lease.release(&writing, is_reachable);
        self.forget();
        outcome.map_err(|error| if is_reachable { error } else { error.at(self.hosts()) })
    }

    /// Drops all states of a day: at once where no session reads them, else with the next import or drop after the last
    /// session. Gives how many there were.
    pub fn drop_day(&self, day: Date, cancel: &AtomicBool) -> Result<usize, Error> {
        self.drop_states(cancel, |book| {
            if !book.days().contains(&day) {
                return Err(Error::input(format!("the bank has no state of {day}")).hint_days(book.days()));
            }
            Ok(book.drop_day(day))
        })
    }

    /// Drops collections that an import of ours put there, with all their days, as [`Self::drop_day`] drops a day.
    pub fn drop_collections(&self, names: &[&str], cancel: &AtomicBool) -> Result<usize, Error> {
        self.drop_states(cancel, |book| Ok(names.iter().map(|name| book.drop_collection(name)).sum()))
    }

    /// Takes states out of the book, and lets what held them go.
    fn drop_states(
        &self,
        cancel: &AtomicBool,
        drop: impl FnOnce(&mut Book) -> Result<usize, Error>,
    ) -> Result<usize, Error> {
        // What this session itself reads does not keep the states.
        self.forget();
        let writing = Writing::new(self, cancel);
        let lease = Lease::take(&writing)?;
        let writing = writing.under(&lease);
        let dropped = drop_under(&lease, &writing, drop);
        lease.release(&writing, !matches!(&dropped, Err(error) if error.kind() == ErrorKind::Unreachable));
        self.forget();
        dropped
    }
}

fn load_under(
    lease: &Lease,
    writing: &Writing<'_>,
    incoming: Vec<Incoming<'_>>,
    loading: &Loading<'_>,
) -> Result<Outcome, Error> {
    let mut book = tidied(writing)?;
    let incoming = plan::changes(&book, incoming, loading.contract, writing)?;
    if incoming.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    swap::modernize(writing, lease, &mut book)?;
    book.revision += 1;
    let (mut n_documents, mut is_live) = (0, true);
    let mut next = book.clone();
    for (incoming, mut state) in incoming {
        let (name, shape) = (incoming.name.clone(), incoming.shape);
        let live = book.entries.get(&name).and_then(book::Entry::newest);
        is_live &= live.is_none_or(|live| live.as_of <= state.as_of);
        state.collection = generation::name(&name, state.as_of, lease.token());
        let predecessor = live.map_or(name.as_str(), |live| live.collection.as_str());
        state.rows = staging::fill(writing, &state.collection, predecessor, incoming, loading)?;
        n_documents += state.rows;
        if shape == Shape::Contract {
            state.contract = Some(next.keep_contract(loading.contract.text()));
        }
        next.put(&name, shape, state);
    }
    // Only who still holds the lease may publish: where it was lost, another import may have begun.
    lease.renew(writing)?;
    publish::publish(writing, &mut next)?;
    // All is live: what cannot be dropped now is dropped by the next import.
    let _ = generation::drop_retired(&writing.to_the_end(), &mut next);
    Ok(Outcome::Changed { documents: n_documents, is_live })
}

fn drop_under(
    lease: &Lease,
    writing: &Writing<'_>,
    drop: impl FnOnce(&mut Book) -> Result<usize, Error>,
) -> Result<usize, Error> {
    let mut book = tidied(writing)?;
    swap::modernize(writing, lease, &mut book)?;
    book.revision += 1;
    let n = drop(&mut book)?;
    lease.renew(writing)?;
    publish::publish(writing, &mut book)?;
    generation::drop_retired(&writing.to_the_end(), &mut book)?;
    Ok(n)
}

/// The book, after what dead imports left was completed, swept or dropped.
fn tidied(writing: &Writing<'_>) -> Result<Book, Error> {
    swap::complete(writing)?;
    let mut book = Book::parse(writing.run(|| read_book(&writing.database))?.as_ref())?;
    generation::sweep(writing, &book, None)?;
    if book.is_unsettled {
        publish::settle(&writing.to_the_end(), &mut book)?;
    }
    generation::drop_retired(writing, &mut book)?;
    Ok(book)
}

/// Drops what a load that failed has filled.
fn sweep_own(writing: &Writing<'_>, token: &str) -> Result<(), Error> {
    let book = Book::parse(writing.run(|| read_book(&writing.database))?.as_ref())?;
    generation::sweep(writing, &book, Some(token))
}
