//! What a connection reads: resolved once, and the same until it ends, whatever is imported meanwhile.
//!
//! In: our book, and perhaps a day. Out: [`Session`], which says which collection a name stands for.
//! Invariant: the rows of an answer are all of the states that the session resolved; where that cannot be held (a session
//! without a lease, whose collections were dropped), there is an error and no rows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use pipeline::Pipeline;

use crate::collections::is_bookkeeping;
use crate::load::{Book, Entry, Hold, State, names, on_day, parse_on_day, read_book};
use crate::{Error, ErrorKind, Server};

/// How often we look again where an import came between the book and the lease.
const ATTEMPTS: usize = 20;

/// What a connection reads.
pub(crate) struct Session {
    pub(crate) book: Book,
    day: Option<Date>,
    names: BTreeMap<String, String>,
    hold: Option<Hold>,
}

/// The session of a connection and of all its clones, once it is resolved.
pub(crate) type Resolved = Arc<Mutex<Option<Arc<Session>>>>;

impl Server {
    /// What this connection reads; resolved at its first question, and anew after an import of its own. A database
    /// without a book has nothing to resolve.
    pub(crate) fn session(&self) -> Result<Arc<Session>, Error> {
        let mut resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = &*resolved {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(self.resolve()?);
        if !session.book.entries.is_empty() {
            *resolved = Some(Arc::clone(&session));
        }
        Ok(session)
    }

    /// Resolves anew at the next question.
    pub(crate) fn forget(&self) {
        let session = self.resolved.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(session);
    }

    fn book(&self) -> Result<Book, Error> {
        Book::parse(self.wait(read_book(&self.database))?.as_ref())
    }

    fn resolve(&self) -> Result<Session, Error> {
        for _ in 0..ATTEMPTS {
            let book = self.book()?;
            if book.entries.is_empty() {
                return Ok(Session::new(book, self.day, None));
            }
            let Some(hold) = Hold::take(&self.runtime, &self.database, book.revision) else {
                return Ok(Session::new(book, self.day, None));
            };
            let now = self.book()?;
            if book.states().all(|state| now.has(&state.collection)) {
                return Ok(Session::new(book, self.day, Some(hold)));
            }
        }
        Err(Error::new(ErrorKind::Refused, "the bank is imported anew faster than it can be opened")
            .at(self.hosts())
            .hint("try again when the imports are done"))
    }

    /// The days of which the bank has anything, the oldest first.
    pub fn days(&self) -> Result<Vec<Date>, Error> {
        Ok(self.session()?.book.days().into_iter().collect())
    }

    /// The bank as of a day: of each collection that has days, the newest state that is not later.
    pub fn on(&self, day: Date) -> Result<Self, Error> {
        let session = self.session()?;
        let days = session.book.days();
        if days.range(..=day).next().is_none() {
            let message = if days.is_empty() {
                format!("the bank has no days, so it cannot be read as of {day}")
            } else {
                format!("the bank has no day on or before {day}")
            };
            return Err(Error::input(message).hint_days(&days));
        }
        let mut on = self.clone();
        (on.day, on.resolved) = (Some(day), Resolved::default());
        Ok(on)
    }

    /// The contract of what is read; `None` where nothing in the database is under one.
    pub fn contract(&self) -> Result<Option<contract::Contract>, Error> {
        let session = self.session()?;
        let mut texts = session.live().filter_map(|(_, state)| session.contract_text(state));
        texts.next().map(|text| self.parsed(text)).transpose()
    }

    /// A contract that the database keeps.
    pub(crate) fn parsed(&self, text: &str) -> Result<contract::Contract, Error> {
        contract::Contract::parse("the contract in the bank", text).map_err(|faults| {
            Error::input(format!("the contract that the bank was imported under cannot be read: {faults}"))
                .at(self.hosts())
                .hint("use the version of BankSphere that wrote it, or newer")
        })
    }
}

impl Session {
    fn new(book: Book, day: Option<Date>, hold: Option<Hold>) -> Self {
        let mut names = names(&book);
        for entry in book.entries.values() {
            match entry.on(day) {
                Some(state) => names.insert(entry.name.clone(), state.collection.clone()),
                None => names.remove(&entry.name),
            };
        }
        Self { book, day, names, hold }
    }

    /// The collections that we loaded, each with the state that is read under its plain name.
    pub(crate) fn live(&self) -> impl Iterator<Item = (&str, &State)> {
        self.book.entries.values().filter_map(|entry| Some((entry.name.as_str(), entry.on(self.day)?)))
    }

    /// The names that stand for states, those with a day too.
    pub(crate) fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// The state that a name stands for.
    pub(crate) fn state(&self, name: &str) -> Option<&State> {
        let collection = self.names.get(name)?;
        self.book.states().find(|state| state.collection == *collection)
    }

    pub(crate) fn contract_text(&self, state: &State) -> Option<&str> {
        self.book.contracts.get(state.contract.as_ref()?).map(String::as_str)
    }

    /// The collection that a name stands for; one that we did not load stands for itself. What we keep for ourselves is none.
    pub(crate) fn resolve(&self, name: &str) -> Result<String, Error> {
        if is_bookkeeping(name) {
            let name = diagnostic::quote(name);
            let message = format!("`{name}` is a name that BankSphere keeps for itself, and is not read");
            return Err(Error::input(message).hint("name another collection"));
        }
        if let Some(collection) = self.names.get(name) {
            return Ok(collection.clone());
        }
        if let Some((_, state)) = self.dated(name)? {
            return Ok(state.collection.clone());
        }
        match (self.book.entries.get(name), self.day) {
            (Some(entry), Some(day)) => Err(no_state(entry, day)),
            _ => Ok(name.to_owned()),
        }
    }

    /// What a name like `customers@2026-05-31` means, of one of our collections: its newest state that is not later. With it
    /// comes the name of the state's own day.
    pub(crate) fn dated(&self, name: &str) -> Result<Option<(String, &State)>, Error> {
        let Some((base, day)) = parse_on_day(name) else { return Ok(None) };
        let Some(entry) = self.book.entries.get(base) else { return Ok(None) };
        let state = entry.on(Some(day)).ok_or_else(|| no_state(entry, day))?;
        Ok(Some((on_day(base, state.as_of), state)))
    }

    /// Whether a name on the server is a view of ours, or a collection of the first format; it is read by its state.
    pub(crate) fn is_ours(&self, name: &str) -> bool {
        let base = parse_on_day(name).map_or(name, |(base, _)| base);
        self.book.entries.contains_key(base)
    }

    /// Refuses a pipeline that writes into what an import of ours loaded, into a day, or into what we keep for ourselves.
    /// `database` is the one that is open.
    pub(crate) fn refuse_target(&self, pipeline: &Pipeline, database: &str) -> Result<(), Error> {
        let Some((_, target)) = pipeline.writes() else { return Ok(()) };
        let name = &target.collection;
        let refused = |why: &str| {
            let message = format!("a pipeline cannot write into `{}`: {why}", diagnostic::quote(name));
            Err(Error::input(message).hint("write into another collection of this database"))
        };
        if target.database.as_ref().is_some_and(|named| named != database) {
            return refused("it names another database, and a bank is one");
        }
        if is_bookkeeping(name) {
            return refused("it is what BankSphere keeps for itself");
        }
        if self.is_ours(name) || [contract::CUSTOMERS, contract::TRANSACTIONS].contains(&name.as_str()) {
            return refused("it was imported");
        }
        if name.contains('@') {
            return refused("it names a day");
        }
        Ok(())
    }

    /// The name that users know for a collection of ours.
    pub(crate) fn name_of(&self, collection: &str) -> Option<&str> {
        let named = self.names.iter().filter(|(_, one)| *one == collection).map(|(name, _)| name.as_str());
        named.min_by_key(|name| name.len())
    }

    /// The pipeline, and the collection that it is asked of, with the names of the collections that are read.
    pub(crate) fn resolved(&self, collection: &str, pipeline: &Pipeline) -> Result<(String, Pipeline), Error> {
        let mut pipeline = pipeline.clone();
        pipeline.try_rename_collections(&mut |name| self.resolve(name))?;
        Ok((self.resolve(collection)?, pipeline))
    }

    /// Whether what was read until now is all of what the session resolved. With a lease that is certain; without one we
    /// look whether it is still there.
    pub(crate) fn check(&self, server: &Server) -> Result<(), Error> {
        if self.names.is_empty() || self.hold.as_ref().is_some_and(Hold::is_held) {
            return Ok(());
        }
        let now = server.book()?;
        if self.book.states().all(|state| now.has(&state.collection)) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Refused, "the bank was imported anew, and what this session reads was dropped")
            .at(server.hosts())
            .hint("open the bank again; a user who may write is waited for"))
    }
}

/// The refusal of a day before all of a collection's.
fn no_state(entry: &Entry, day: Date) -> Error {
    let message = format!("there is no collection `{}` on {day} or before", entry.name);
    Error::input(message).hint_days(entry.days.iter().map(|state| state.as_of))
}
