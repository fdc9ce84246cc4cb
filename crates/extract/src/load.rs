//! Puts blocks of customers into the bank: all collections of the contract side by side, one commit.
//!
//! In: blocks of one contract. Out: its collections, its text, and the quality of what came in. Invariant: all or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_schema::ArrowError;
use contract::{Contract, Rule, Side};
use diagnostic::{Action, quote};
use jiff::civil::Date;
use store::{CollectionInfo, Commit, Outcome, Store, Writer};

use crate::block::Block;
use crate::quality::{Quality, Tally};
use crate::shape::Shape;
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
    /// Opens a file, with the caller's flag in hand.
    pub(crate) fn reading<T>(
        &self,
        open: impl FnOnce(&tabular::Options<'_>) -> Result<T, tabular::Error>,
    ) -> Result<T, Error> {
        let is_cancelled = || self.cancel.load(Ordering::Relaxed);
        Ok(open(&tabular::Options { is_cancelled: &is_cancelled, ..tabular::Options::default() })?)
    }

    /// To be asked before each block.
    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if self.cancel.load(Ordering::Relaxed) { Err(Error::cancelled()) } else { Ok(()) }
    }
}

/// Card data on its way into a commit. Dropping it leaves the bank as it was.
pub(crate) struct Loader {
    shape: Arc<Shape>,
    customers: Writer,
    transactions: Option<Writer>,
    tally: Tally,
    accepted: Vec<String>,
    told: Vec<String>,
    doubts: Vec<String>,
    pub(crate) n_rows: u64,
}

impl Loader {
    pub(crate) fn begin(shape: &Arc<Shape>, store: &Store, commit: &Commit<'_>) -> Result<Self, Error> {
        let names = store.collections().into_iter().map(|collection| collection.name);
        let taken = names.into_iter().find(|name| [CUSTOMERS, TRANSACTIONS].contains(&name.as_str()));
        if let Some(name) = taken
            && !holds_card_data(store)
        {
            let message = format!("the bank's collection `{name}` holds documents that are not card data");
            return Err(Error::input(message).hint("import the card data into another bank"));
        }
        // A contract that cannot be read any more is replaced by one that can.
        if let Ok(Some(there)) = contract_of(store) {
            shape.contract.check_beside(&there).map_err(Error::of_source)?;
        }
        let writer = |name, side| {
            let mut writer = commit.writer(name, shape.schema(side))?;
            writer.contract(shape.contract.text());
            Ok::<_, Error>(writer)
        };
        let transactions = shape.contract.has_transactions().then(|| writer(TRANSACTIONS, Side::Transactions));
        Ok(Self {
            customers: writer(CUSTOMERS, Side::Customers)?,
            transactions: transactions.transpose()?,
            tally: Tally::new(shape),
            accepted: Vec::new(),
            told: Vec::new(),
            doubts: Vec::new(),
            shape: Arc::clone(shape),
            n_rows: 0,
        })
    }

    /// Sets the day that the data describes, in place of the commit's.
    pub(crate) fn as_of(&mut self, day: Date) {
        self.customers.as_of(day);
        if let Some(transactions) = &mut self.transactions {
            transactions.as_of(day);
        }
    }

    pub(crate) fn add(&mut self, block: &Block) -> Result<(), Error> {
        fn write(writer: &mut Writer, block: &Block, side: Side) -> Result<(), Error> {
            let batch = block.batch(side);
            let bug = |error: ArrowError| Error::bug(format!("the block cannot be made: {error}"));
            Ok(writer.write(&batch.map_err(bug)?)?)
        }
        let Self { customers, transactions, tally, .. } = self;
        let (written, ()) = rayon::join(
            || {
                let (customers, transactions) = rayon::join(
                    || write(customers, block, Side::Customers),
                    || transactions.as_mut().map_or(Ok(()), |writer| write(writer, block, Side::Transactions)),
                );
                customers.and(transactions)
            },
            || tally.add(block),
        );
        written?;
        self.n_rows += block.n_rows() as u64;
        Ok(())
    }

    /// Says of rules that all rows keep them, so that they need not be tested.
    pub(crate) fn trust(&mut self, is_kept: impl Fn(&Rule) -> bool) {
        self.tally.trust(is_kept);
    }

    /// Keeps in mind which rules rows may break although that is a fault, and what else the user accepted, as answers tell it.
    pub(crate) fn accept(&mut self, rules: &[String], told: Vec<String>) {
        self.accepted = rules.to_vec();
        self.told = told;
    }

    /// Keeps in mind what is to be doubted in the data as they are shown.
    pub(crate) fn doubt(&mut self, doubts: Vec<String>) {
        self.doubts = doubts;
    }

    /// Adds the collections to the commit.
    pub(crate) fn add_to(
        mut self,
        commit: &mut Commit<'_>,
        source: String,
        notices: Vec<String>,
    ) -> Result<Quality, Error> {
        let mut quality = self.tally.finish(source, notices);
        quality.accepted = accepted(&self.shape.contract, &quality, &self.accepted);
        quality.accepted.append(&mut self.told);
        quality.doubts = self.doubts;
        let text = serde_json::to_string(&quality)
            .map_err(|error| Error::bug(format!("the quality summary cannot be kept: {error}")))?;
        self.customers.note(QUALITY, text);
        commit.add(self.customers)?;
        if let Some(transactions) = self.transactions {
            commit.add(transactions)?;
        }
        Ok(quality)
    }

    /// Adds the collections to the commit, which ends with them.
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

/// What was accepted, where rows make use of it.
fn accepted(contract: &Contract, quality: &Quality, names: &[String]) -> Vec<String> {
    let rules = contract.rules.iter().zip(&quality.consistency);
    let is_used = |(rule, found): &(&contract::Rule, &crate::quality::Consistency)| {
        found.broken > 0 && rule.name.as_ref().is_some_and(|name| names.contains(name))
    };
    let told = |(rule, found): (&contract::Rule, &crate::quality::Consistency)| {
        let verb = if found.broken == 1 { "breaks" } else { "break" };
        format!("accepted: {} of {} rows {verb} the rule {}", found.broken, quality.rows, rule.words)
    };
    rules.filter(is_used).map(told).collect()
}

/// The note that keeps an import's quality summary with the customers.
pub(crate) const QUALITY: &str = "quality";

/// Whether the bank's customers are those of a contract, and no documents of any shape.
pub(crate) fn holds_card_data(store: &Store) -> bool {
    store.collections().iter().any(|collection| collection.name == CUSTOMERS && collection.notes.contains_key(QUALITY))
}

/// The quality summary of the card data in the bank, as its import left it; `None` where there is none.
#[must_use]
pub fn quality(store: &Store) -> Option<Quality> {
    quality_on(store, None)
}

/// The quality summary of the card data as of a day.
#[must_use]
pub fn quality_on(store: &Store, day: Option<Date>) -> Option<Quality> {
    quality_in(&customers_on(store, day)?.notes)
}

fn customers_on(store: &Store, day: Option<Date>) -> Option<CollectionInfo> {
    store.collections_on(day).into_iter().find(|collection| collection.name == CUSTOMERS)
}

/// The quality summary among the notes on a collection of customers.
#[must_use]
pub fn quality_in(notes: &BTreeMap<String, String>) -> Option<Quality> {
    serde_json::from_str(notes.get(QUALITY)?).ok()
}

/// The contract that the bank's customers follow; `None` where it has none, or only documents of any shape. Refused where
/// it cannot be read, and where an earlier version of this program imported the customers in another shape.
pub fn contract_of(store: &Store) -> Result<Option<Contract>, Error> {
    contract_on(store, None)
}

/// The contract that the bank's customers followed as of a day: the one that their state of that day was imported under. See
/// [`contract_of`].
pub fn contract_on(store: &Store, day: Option<Date>) -> Result<Option<Contract>, Error> {
    let customers = customers_on(store, day).filter(|customers| customers.notes.contains_key(QUALITY));
    let Some(customers) = customers else { return Ok(None) };
    if let Some(text) = customers.contract {
        return Contract::parse(CONTRACT_PLACE, &text).map(Some).map_err(|faults| {
            let fault = faults.first().clone().prevents("the bank's contract cannot be read");
            Error::of_source(fault).hint("use the version of BankSphere that wrote it, or import the file again")
        });
    }
    // A bank of the first format: card data without the text of its contract.
    let card = Contract::card();
    let schema = store.read_on(CUSTOMERS, day)?.schema;
    let mut names = card.columns_of(Side::Customers).map(|(_, column)| column.name.as_str());
    if let Some(name) = names.find(|name| schema.field_with_name(name).is_err()) {
        let message = format!(
            "an earlier version of BankSphere imported these customers: `{}` is not among their fields",
            quote(name)
        );
        return Err(Error::input(message).hint_at(Action::ImportAgain));
    }
    drop(names);
    Ok(Some(card))
}

/// What messages call the contract that travels with a bank.
const CONTRACT_PLACE: &str = "the bank's contract";
