//! Decides what a load has to do, before a document is sent.
//!
//! In: the book and the collections that come. Out: those that change something, each with its entry for the book.
//! Invariant: a collection that we did not load is never replaced, unless it is empty.

use bson::doc;
use jiff::civil::Date;

use super::book::{Book, Entry, Shape};
use super::writing::Writing;
use super::{BOOKKEEPING, Incoming};
use crate::{Error, ErrorKind};

/// Collections to load, each with what the book will say of it.
pub(crate) struct Plan<'a>(Vec<(Incoming<'a>, Entry)>);

impl<'a> Plan<'a> {
    pub(crate) fn new(book: &Book, incoming: Vec<Incoming<'a>>, writing: &Writing<'_>) -> Result<Self, Error> {
        let newest = book.entries.values().map(|entry| entry.as_of).max();
        let today = jiff::Zoned::now().date();
        let default_day = newest.map_or(today, |newest| newest.max(today));
        let mut changes = Vec::new();
        for incoming in incoming {
            check_name(&incoming.name)?;
            let live = book.entries.get(&incoming.name);
            check_replaceable(&incoming, live, writing)?;
            if is_there(&incoming, live, writing)? {
                continue;
            }
            let entry = Entry {
                name: incoming.name.clone(),
                shape: incoming.shape,
                as_of: incoming.as_of.unwrap_or(default_day),
                hash: incoming.hash.clone(),
                rows: incoming.rows.unwrap_or_default(),
                notes: incoming.notes.clone(),
                snapshots: Vec::new(),
            };
            changes.push((incoming, entry));
        }
        Ok(Self(changes))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_parts(self) -> Vec<(Incoming<'a>, Entry)> {
        self.0
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    let is_ours = name == BOOKKEEPING || name.strip_prefix(BOOKKEEPING).is_some_and(|rest| rest.starts_with('.'));
    if is_ours || name.starts_with("system.") || name.is_empty() || name.contains(['$', '\0']) {
        return Err(Error::input(format!("`{name}` cannot be a collection's name")).hint(format!(
            "choose another: names that begin with `{BOOKKEEPING}.` or `system.` have an owner, and `$` is reserved"
        )));
    }
    Ok(())
}

/// Refuses to destroy what somebody else put there.
fn check_replaceable(incoming: &Incoming<'_>, live: Option<&Entry>, writing: &Writing<'_>) -> Result<(), Error> {
    let name = &incoming.name;
    match live {
        Some(live) if live.shape == incoming.shape => Ok(()),
        Some(live) => {
            let (what, hint) = match live.shape {
                Shape::Card => ("the bank's card data", "choose another name for the documents"),
                Shape::Any => ("documents that are not card data", "import the card data into another database"),
            };
            Err(Error::input(format!("the collection `{name}` holds {what}")).hint(hint))
        }
        None if n_documents(name, writing)? == 0 => Ok(()),
        None => Err(Error::input(format!("the collection `{name}` on the server was not loaded by BankSphere"))
            .hint("choose another database or another name, or drop the collection yourself if nobody needs it")),
    }
}

/// Whether the server has all of this already. The number of documents is looked at too, since others may write to the
/// server.
fn is_there(incoming: &Incoming<'_>, live: Option<&Entry>, writing: &Writing<'_>) -> Result<bool, Error> {
    let (Some(live), Some(_)) = (live, &incoming.hash) else { return Ok(false) };
    let is_live = live.hash == incoming.hash && incoming.as_of.is_none_or(|day: Date| day == live.as_of);
    if is_live {
        return Ok(Some(n_documents(&incoming.name, writing)?) == incoming.rows);
    }
    let is_snapshot = live.snapshots.iter().any(|one| Some(one.as_of) == incoming.as_of && one.hash == incoming.hash);
    Ok(is_snapshot)
}

/// As the collection's metadata has it.
fn n_documents(name: &str, writing: &Writing<'_>) -> Result<u64, Error> {
    let counted = writing.run(|| writing.database.run_command(doc! { "count": name }).into_future())?;
    let n = counted.get_i32("n").map(i64::from).or_else(|_| counted.get_i64("n"));
    n.map(|n| n as u64)
        .map_err(|_| Error::new(ErrorKind::Bug, format!("the server does not say how many documents `{name}` has")))
}
