//! The bank behind a `Bank`, shared by everything that came out of it: its collections, topics and tables.
//!
//! In: a place, or what is to be imported. Out: an [`Opened`] that runs work on it until it is closed.
//! Invariant: each piece of work has a flag of its own, so one that was interrupted spoils no other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bank::{Access, Bank, Error, Explained, Place, Talk, TemporaryFolder};
use catalog::Catalog;
use pipeline::Pipeline;
use pyo3::prelude::*;

use crate::errors;
use crate::work::{self, Ear};

/// A bank, open until it is closed.
pub(crate) struct Opened {
    place: Place,
    timeout: Option<Duration>,
    catalog: Arc<Catalog>,
    state: Mutex<State>,
}

/// What changes in the life of an opened bank.
struct State {
    /// None once it is closed.
    home: Option<Arc<Bank>>,
    /// What its last import found.
    found: Option<Found>,
    /// Its folder, where nobody named one. Behind `home`, so that its files are let go before they are gone.
    temporary: Option<TemporaryFolder>,
}

/// What an import found: where its data came from, and facts on it, each a label with a value.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) source: String,
    pub(crate) facts: Vec<(String, String)>,
}

/// A bank that an import filled.
pub(crate) struct Filled {
    pub(crate) home: Bank,
    pub(crate) temporary: Option<TemporaryFolder>,
    pub(crate) found: Option<Found>,
}

/// Banks in temporary folders, to be closed before the interpreter ends without dropping them.
static TEMPORARY: Mutex<Vec<Weak<Opened>>> = Mutex::new(Vec::new());

impl Opened {
    /// Opens the bank that is there; notices become warnings.
    pub(crate) fn open(
        py: Python<'_>,
        place: Place,
        timeout: Option<Duration>,
        catalog: Arc<Catalog>,
    ) -> PyResult<Arc<Self>> {
        let open = |talk: &Talk<'_>| {
            let access = Access { timeout, cancel: Some(Arc::clone(talk.cancel)), notice: talk.say };
            Bank::open(&place, access)
        };
        let home = work::talk(py, Ear::Warnings, open)?.map_err(|error| match &place {
            Place::Folder(folder) => errors::of_file(py, &error, folder),
            Place::Server(_) => errors::of_home(py, &error),
        })?;
        let filled = Filled { home, temporary: None, found: None };
        Ok(Self::of(place, timeout, catalog, filled))
    }

    /// A bank that was just filled.
    pub(crate) fn of(place: Place, timeout: Option<Duration>, catalog: Arc<Catalog>, filled: Filled) -> Arc<Self> {
        let is_temporary = filled.temporary.is_some();
        let state = State { home: Some(Arc::new(filled.home)), found: filled.found, temporary: filled.temporary };
        let opened = Arc::new(Self { place, timeout, catalog, state: Mutex::new(state) });
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

    /// After which time a server gives up.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// What can be asked of it.
    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// What its last import found, if this is where it was imported.
    pub(crate) fn found(&self) -> Option<Found> {
        self.state().found.clone()
    }

    /// Whether it was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.state().home.is_none()
    }

    /// The bank, or the refusal of one that was closed.
    pub(crate) fn home(&self) -> PyResult<Arc<Bank>> {
        self.state().home.clone().ok_or_else(|| {
            let place = &self.place;
            errors::usage(format!("the bank `{place}` is closed\nhint: `banksphere.open(…)` opens it again"))
        })
    }

    /// Runs work on it, until Ctrl-C.
    pub(crate) fn run<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&Bank) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let home = self.home()?;
        work::run(py, |cancel| work(&home.until(cancel)))
    }

    /// The account of a pipeline: the embedded engine's, or the server's.
    pub(crate) fn explain(&self, py: Python<'_>, collection: &str, pipeline: &Pipeline) -> PyResult<Explained> {
        self.run(py, |home| bank::explain(home, collection, pipeline))
    }

    /// Takes what an import made of it. A bank that was closed meanwhile stays so.
    pub(crate) fn refill(&self, filled: Filled) {
        let mut state = self.state();
        if state.home.is_some() {
            state.home = Some(Arc::new(filled.home));
            state.found = filled.found.or(state.found.take());
        }
    }

    /// Lets go of it; a temporary one is gone.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        let (home, temporary) = (state.home.take(), state.temporary.take());
        drop(state);
        // A connection's end waits for its threads, so nobody waits for the lock meanwhile.
        drop((home, temporary));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the banks in temporary folders that are still open.
pub(crate) fn close_temporary() {
    let banks = std::mem::take(&mut *TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner));
    banks.iter().filter_map(Weak::upgrade).for_each(|opened| opened.close());
}
