//! The bank behind a `Bank`, shared by everything that came out of it: its collections, topics and tables.
//!
//! In: a place, or what is to be imported. Out: an [`Opened`] that runs work on it until it is closed.
//! Invariant: each piece of work has a flag of its own, so one that was interrupted spoils no other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bank::{Bank, Contract, Error, Explained, Opening, Place, Query, Talk};
use catalog::Catalog;
use jiff::civil::Date;
use pipeline::{Limits, Pipeline};
use pyo3::prelude::*;

use crate::data::{Data, What};
use crate::work::{self, Ear};
use crate::{errors, opening};

/// A bank, open until it is closed.
pub(crate) struct Opened {
    place: Place,
    options: Options,
    catalog: Arc<Catalog>,
    /// None once it is closed. What came out of it keeps no clone of it.
    bank: Mutex<Option<Bank>>,
}

/// How a bank was opened, and is opened again.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// A folder of further dimensions, measures and analyses.
    pub(crate) catalog: Option<PathBuf>,
    /// The contract by which collections are read that another program loaded.
    pub(crate) contract: Option<Arc<Contract>>,
    /// The day that is asked about.
    pub(crate) day: Option<Date>,
    /// What each pipeline may use.
    pub(crate) limits: Limits,
}

impl Options {
    /// The same for a piece of work, which its flag ends.
    pub(crate) fn opening<'a>(&'a self, talk: &Talk<'a>) -> Opening<'a> {
        let limits = Limits { cancel: Arc::clone(talk.cancel).into(), ..self.limits.clone() };
        let (catalog, contract) = (self.catalog.as_deref(), self.contract.as_deref());
        Opening { catalog, contract, day: self.day, limits, notice: talk.say }
    }
}

/// Banks in temporary folders, to be closed before the interpreter ends without dropping them.
static TEMPORARY: Mutex<Vec<Weak<Opened>>> = Mutex::new(Vec::new());

impl Opened {
    /// Opens the bank that is there; notices become warnings.
    pub(crate) fn open(py: Python<'_>, place: &Place, options: Options) -> PyResult<Arc<Self>> {
        let open = |talk: &Talk<'_>| Bank::open(place, &options.opening(talk));
        let bank = work::talk(py, Ear::Warnings, open)?.map_err(|error| match place {
            Place::Folder(folder) => errors::of_file(py, &error, folder),
            Place::Server(_) => errors::of_home(py, &error),
        })?;
        Ok(Self::of(bank, options))
    }

    /// A bank that was just opened.
    pub(crate) fn of(bank: Bank, options: Options) -> Arc<Self> {
        let (place, catalog, is_temporary) = (bank.place().clone(), Arc::clone(bank.catalog()), bank.is_temporary());
        let opened = Arc::new(Self { place, options, catalog, bank: Mutex::new(Some(bank)) });
        if is_temporary {
            let mut temporary = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
            temporary.retain(|opened| opened.strong_count() > 0);
            temporary.push(Arc::downgrade(&opened));
        }
        opened
    }

    /// Where it is, without any password.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// How it was opened.
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// What can be asked of it.
    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The folder of the catalog's further entries.
    pub(crate) fn catalog_folder(&self) -> Option<&Path> {
        self.options.catalog.as_deref()
    }

    /// Whether it was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_none()
    }

    /// The bank, or the refusal of one that was closed.
    pub(crate) fn bank(&self) -> PyResult<Bank> {
        self.lock().clone().ok_or_else(|| {
            let place = &self.place;
            errors::usage_hinted(format!("the bank `{place}` is closed"), "`banksphere.open(…)` opens it again")
        })
    }

    /// Runs work on it, until Ctrl-C.
    pub(crate) fn run<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&Bank) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let bank = self.bank()?;
        work::run(py, |cancel| work(&bank.until(cancel)))
    }

    /// The account of a pipeline: the embedded engine's, or the server's.
    pub(crate) fn explain(&self, py: Python<'_>, collection: &str, pipeline: &Pipeline) -> PyResult<Explained> {
        self.run(py, |bank| bank.explain(&Query::of_analysis(collection, pipeline)))
    }

    /// Imports into this bank, and opens what it is then.
    pub(crate) fn import(
        &self,
        py: Python<'_>,
        data: Data,
        what: What<'_>,
        as_of: Option<Date>,
        progress: bool,
    ) -> PyResult<u64> {
        self.bank()?;
        let place = self.place().clone();
        let file = data.file();
        let work = |talk: &Talk<'_>| {
            let held = what.hold(data, talk)?;
            opening::import(Some(place), what.of(held.source()), as_of, &self.options, talk)
        };
        let imported = work::talk(py, Ear::bar(py, progress)?, work)?;
        let (filled, rows) = imported.map_err(|error| errors::of_data(py, &error, file.as_deref()))?;
        self.refill(filled);
        Ok(rows)
    }

    /// Drops something of this bank, and opens what is left.
    pub(crate) fn take_out(
        &self,
        py: Python<'_>,
        drop: impl FnOnce(&Place) -> Result<Vec<(String, u64)>, Error> + Send,
    ) -> PyResult<BTreeMap<String, u64>> {
        self.bank()?;
        let (place, options) = (self.place(), self.options());
        let work = |talk: &Talk<'_>| {
            let gone = drop(place)?;
            Bank::open(place, &options.opening(talk)).map(|left| (left, gone))
        };
        let (left, gone) = work::talk(py, Ear::Warnings, work)?.map_err(errors::of)?;
        self.refill(left);
        Ok(gone.into_iter().collect())
    }

    /// Takes what an import made of it. A bank that was closed meanwhile stays so.
    fn refill(&self, filled: Bank) {
        let mut bank = self.lock();
        if let Some(old) = &*bank {
            // A bank of the import's own knows nothing of a temporary folder.
            *bank = Some(filled.keeping(old));
        }
    }

    /// Lets go of it; a temporary one is gone.
    pub(crate) fn close(&self) {
        let bank = self.lock().take();
        // A connection's end waits for its threads, so nothing waits for the lock meanwhile.
        drop(bank);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Bank>> {
        self.bank.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the banks in temporary folders that are still open.
pub(crate) fn close_temporary() {
    let banks = std::mem::take(&mut *TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner));
    banks.iter().filter_map(Weak::upgrade).for_each(|opened| opened.close());
}
