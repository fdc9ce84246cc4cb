//! Puts blocks of customers into the bank: both collections side by side, one commit.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_schema::ArrowError;
use jiff::civil::Date;
use store::{Commit, Outcome, Store, Writer};

use crate::block::{Block, schema};
use crate::columns::Side;
use crate::quality::{Quality, Tally};
use crate::{CUSTOMERS, Error, TRANSACTIONS};

/// How an import is to go.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The day that the data describes; without one, today.
    pub as_of: Option<Date>,
    /// Told now and then how far it is.
    pub progress: &'a dyn Fn(Progress),
    /// Raised by the caller to stop it, which leaves the bank as it was.
    pub cancel: &'a AtomicBool,
}

/// How far an import is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Rows so far.
    pub rows: u64,
    /// From 0 to 1.
    pub fraction: f64,
}

impl Default for Options<'_> {
    fn default() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self { as_of: None, progress: &|_| {}, cancel: &NEVER }
    }
}

impl Options<'_> {
    /// To be asked before each block.
    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if self.cancel.load(Ordering::Relaxed) { Err(Error::cancelled()) } else { Ok(()) }
    }
}

/// Card data on its way into a commit. Dropping it leaves the bank as it was.
pub(crate) struct Loader {
    customers: Writer,
    transactions: Writer,
    tally: Tally,
    pub(crate) n_rows: u64,
}

impl Loader {
    pub(crate) fn begin(store: &Store, commit: &Commit<'_>) -> Result<Self, Error> {
        let names = store.collections().into_iter().map(|collection| collection.name);
        let taken = names.into_iter().find(|name| [CUSTOMERS, TRANSACTIONS].contains(&name.as_str()));
        if let Some(name) = taken
            && !holds_card_data(store)
        {
            let message = format!("the bank's collection `{name}` holds documents that are not card data");
            return Err(Error::input(message).hint("import the card data into another bank"));
        }
        let customers = commit.writer(CUSTOMERS, schema(Side::Customer))?;
        let transactions = commit.writer(TRANSACTIONS, schema(Side::Transaction))?;
        Ok(Self { customers, transactions, tally: Tally::new(), n_rows: 0 })
    }

    /// Sets the day that the data describes, in place of the commit's.
    pub(crate) fn as_of(&mut self, day: Date) {
        self.customers.as_of(day);
        self.transactions.as_of(day);
    }

    pub(crate) fn add(&mut self, block: &Block) -> Result<(), Error> {
        let arrow = |error: ArrowError| Error::bug(format!("the block cannot be made: {error}"));
        self.customers.write(&block.batch(Side::Customer).map_err(arrow)?)?;
        self.transactions.write(&block.batch(Side::Transaction).map_err(arrow)?)?;
        self.tally.add(block);
        self.n_rows += block.n_rows() as u64;
        Ok(())
    }

    /// Adds both collections to the commit.
    pub(crate) fn add_to(
        mut self,
        commit: &mut Commit<'_>,
        source: String,
        notices: Vec<String>,
    ) -> Result<Quality, Error> {
        let quality = self.tally.finish(source, notices);
        let text = serde_json::to_string(&quality)
            .map_err(|error| Error::bug(format!("the quality summary cannot be kept: {error}")))?;
        self.customers.note(QUALITY, text);
        commit.add(self.customers)?;
        commit.add(self.transactions)?;
        Ok(quality)
    }

    /// Adds both collections to the commit, which ends with them.
    pub(crate) fn finish(
        self,
        mut commit: Commit<'_>,
        source: String,
        notices: Vec<String>,
        as_of: Option<Date>,
    ) -> Result<Quality, Error> {
        let mut quality = self.add_to(&mut commit, source, notices)?;
        quality.changed = commit.finish(as_of)? == Outcome::Changed;
        Ok(quality)
    }
}

/// The note that keeps an import's quality summary with the customers.
pub(crate) const QUALITY: &str = "quality";

/// Whether the bank's two collections are there, and not others of their names.
pub(crate) fn holds_card_data(store: &Store) -> bool {
    store.collections().iter().any(|collection| collection.name == CUSTOMERS && collection.notes.contains_key(QUALITY))
}

/// The quality summary of the card data in the bank, as its import left it; `None` where there is none.
#[must_use]
pub fn quality(store: &Store) -> Option<Quality> {
    let customers = store.collections().into_iter().find(|collection| collection.name == CUSTOMERS)?;
    quality_in(&customers.notes)
}

/// The quality summary among the notes on a collection of customers.
#[must_use]
pub fn quality_in(notes: &BTreeMap<String, String>) -> Option<Quality> {
    serde_json::from_str(notes.get(QUALITY)?).ok()
}
