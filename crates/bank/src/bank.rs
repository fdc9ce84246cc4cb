//! The session: an opened bank, and all that a front does with it, wherever it lies.
//!
//! ```text
//! Place ──► Bank { contract, catalog, day, limits } ──► rows(&Query) ─► Rows
//!                                                  └──► answer(&Request) ─► Answers ─► Report
//! ```
//!
//! In: a [`Place`] and an [`Opening`]. Out: a [`Bank`]; nothing else opens stores, engines or servers.
//! Invariant: opening a bank creates nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use catalog::Catalog;
use contract::Contract;
use diagnostic::{Action, Diagnostic};
use engine::RowsOrColumns;
use extract::Quality;
use jiff::civil::Date;
use mongo::Server;
use pipeline::{CancellationToken, Limits, Notices, Pipeline, Rows, Run, RunError, Schemas};
use store::Store;

use crate::folder::Folder;
use crate::leftovers::TemporaryFolder;
use crate::{Error, ErrorKind, Place, Query, adopt, found, memory, reserved, strict, views, written};

/// How a bank is opened.
#[derive(Clone)]
pub struct Opening<'a> {
    /// A folder of further dimensions, measures and analyses.
    pub catalog: Option<&'a Path>,
    /// The contract under which collections that another program loaded are read; without one, that under which they were
    /// adopted.
    pub contract: Option<&'a Contract>,
    /// The day that is asked about: each collection in its newest state not later than that. Without one, the newest.
    pub day: Option<Date>,
    /// What each pipeline may use; of memory, in a folder, half of the machine's where nothing is said.
    pub limits: Limits,
    /// Told what the user should know, one line at a time.
    pub notice: &'a dyn Fn(&str),
}

impl Default for Opening<'_> {
    fn default() -> Self {
        Self { catalog: None, contract: None, day: None, limits: Limits::default(), notice: &|_| {} }
    }
}

/// An opened bank. Cheap to clone.
#[derive(Clone)]
pub struct Bank {
    place: Place,
    pub(crate) home: Home,
    contract: Option<Arc<Contract>>,
    /// Whether the customers are in collections that another program loaded.
    is_adopted: bool,
    catalog: Arc<Catalog>,
    catalog_folder: Option<PathBuf>,
    day: Option<Date>,
    limits: Limits,
    quality: Option<Arc<Quality>>,
    /// Whether a pipeline may read no field that no document has.
    is_strict: bool,
    /// The columns that pipelines read although they name persons.
    pub(crate) knowingly: Arc<[String]>,
    /// Behind `home`, so that its files are let go before they are gone.
    temporary: Option<Arc<TemporaryFolder>>,
}

/// Where the collections lie.
#[derive(Clone)]
pub(crate) enum Home {
    /// Memory-mapped files and the engine over them.
    Folder(Folder),
    /// A connection.
    Server(Arc<Server>),
}

impl Bank {
    /// Opens the bank that is there.
    pub fn open(place: &Place, opening: &Opening<'_>) -> Result<Self, Error> {
        match place {
            Place::Folder(folder) => Self::of_store(place.clone(), Arc::new(Store::open(folder)?), opening, None),
            Place::Server(uri) => {
                let options = mongo::Options {
                    timeout: opening.limits.time,
                    cancel: Some(Arc::clone(opening.limits.cancel.flag())),
                };
                Self::of_server(place.clone(), Server::connect(uri, options)?, opening)
            }
        }
    }

    /// The bank that a store is.
    pub(crate) fn of_store(
        place: Place,
        store: Arc<Store>,
        opening: &Opening<'_>,
        temporary: Option<TemporaryFolder>,
    ) -> Result<Self, Error> {
        let home = Home::Folder(Folder::over(store, opening.day)?);
        Self::new(place, home, opening, temporary)
    }

    /// The bank that a database is.
    pub(crate) fn of_server(place: Place, server: Server, opening: &Opening<'_>) -> Result<Self, Error> {
        let server = match opening.day {
            Some(day) => server.on(day)?,
            None => server,
        };
        if opening.limits.memory.is_some() {
            let diagnostic =
                Diagnostic::new("a limit of memory is kept in folders alone, and this bank is on a server");
            return Err(Error::new(ErrorKind::Usage, diagnostic.hint("a server has limits of its own")));
        }
        if server.is_swapping()? {
            (opening.notice)(
                "notice: an import is just putting its collections in place, or died there: until the next import some \
                 may be old and some new",
            );
        }
        Self::new(place, Home::Server(Arc::new(server)), opening, None)
    }

    fn new(place: Place, home: Home, opening: &Opening<'_>, temporary: Option<TemporaryFolder>) -> Result<Self, Error> {
        let (own, quality) = home.customers()?;
        if own.is_some() && opening.contract.is_some() {
            let message = "the customers of this bank were imported under a contract, and are read by that one";
            return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint("leave the contract out")));
        }
        let catalog = open_catalog(own.as_ref(), opening.catalog)?;
        let mut limits = opening.limits.clone();
        if matches!(home, Home::Folder(_)) {
            limits.memory = limits.memory.or_else(memory::half);
        }
        let bank = Self {
            place,
            home,
            contract: own.map(Arc::new),
            is_adopted: false,
            catalog: Arc::new(catalog),
            catalog_folder: opening.catalog.map(Path::to_owned),
            day: opening.day,
            limits,
            quality: quality.map(Arc::new),
            is_strict: false,
            knowingly: Arc::default(),
            temporary: temporary.map(Arc::new),
        };
        match (&bank.contract, opening.contract) {
            (None, Some(given)) => bank.under(&bank.over(given, None)?),
            (None, None) => match bank.home.adopted()? {
                Some(text) => match adopt::kept(&text) {
                    Ok(contract) => bank.under(&contract),
                    // So that another can be adopted.
                    Err(error) => {
                        (opening.notice)(&format!("notice: {}", error.diagnostic()));
                        Ok(bank)
                    }
                },
                None => Ok(bank),
            },
            (Some(_), _) => Ok(bank),
        }
    }

    /// The same bank, whose collections are read under a contract that is adopted over them.
    pub(crate) fn under(&self, contract: &Contract) -> Result<Self, Error> {
        let catalog = open_catalog(Some(contract), self.catalog_folder.as_deref())?;
        let contract = Some(Arc::new(catalog.contract().clone()));
        Ok(Self { contract, is_adopted: true, catalog: Arc::new(catalog), ..self.clone() })
    }

    /// The same bank for one piece of work, which is given up when the flag is raised. What it gives up with is an error
    /// of any kind: the caller knows its flag.
    #[must_use]
    pub fn until(&self, cancel: &Arc<AtomicBool>) -> Self {
        let limits = Limits { cancel: CancellationToken::from(Arc::clone(cancel)), ..self.limits.clone() };
        let home = match &self.home {
            Home::Folder(folder) => Home::Folder(folder.clone()),
            Home::Server(server) => Home::Server(Arc::new(server.until(cancel))),
        };
        Self { home, limits, ..self.clone() }
    }

    /// The same bank, which refuses a pipeline that reads a field which no document has; otherwise that is a notice.
    #[must_use]
    pub fn strict(&self) -> Self {
        Self { is_strict: true, ..self.clone() }
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// The error for a field that a pipeline reads and that no document of a collection of any shape has. A server is only
    /// asked where that is refused: it would have to read all documents.
    pub(crate) fn fault(
        &self,
        pipeline: &Pipeline,
        collection: &str,
        schemas: &Schemas,
    ) -> Result<Option<pipeline::Error>, Error> {
        match &self.home {
            Home::Folder(folder) => folder.fault(pipeline, collection, schemas),
            Home::Server(server) if self.is_strict => strict::fault(server, pipeline, collection, schemas),
            Home::Server(_) => Ok(None),
        }
    }

    /// The same bank, which reads what `other` reads knowingly, and keeps its temporary folder, where that lies in one.
    #[must_use]
    pub fn keeping(mut self, other: &Self) -> Self {
        self.knowingly = Arc::clone(&other.knowingly);
        self.temporary = self.temporary.or_else(|| other.temporary.clone());
        self
    }

    /// Where it is, without any password.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What can be asked of it.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The contract that its customers follow; none where only documents of any shape were imported.
    #[must_use]
    pub fn contract(&self) -> Option<&Contract> {
        self.contract.as_deref()
    }

    /// Whether its customers are in collections that another program loaded.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        self.is_adopted
    }

    /// The day that is asked about, where one was named.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.day
    }

    /// What each pipeline may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What the import of its customers found.
    #[must_use]
    pub fn quality(&self) -> Option<&Quality> {
        self.quality.as_deref()
    }

    /// Whether it is gone with its last clone.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// The days of which the bank has a state of its own, the newest last.
    pub fn days(&self) -> Result<Vec<Date>, Error> {
        match &self.home {
            Home::Folder(folder) => Ok(folder.store().days()),
            Home::Server(server) => Ok(server.days()?),
        }
    }

    /// The same bank as of another day, under the contract of that day's customers.
    pub fn on(&self, day: Date) -> Result<Self, Error> {
        let home = match &self.home {
            Home::Folder(folder) => Home::Folder(Folder::over(folder.shared_store(), Some(day))?),
            Home::Server(server) => Home::Server(Arc::new(server.on(day)?)),
        };
        let (contract, quality) = home.customers()?;
        if contract.is_none() && self.is_adopted {
            return Ok(Self { home, day: Some(day), ..self.clone() });
        }
        let catalog = if contract.as_ref() == self.contract() {
            Arc::clone(&self.catalog)
        } else {
            Arc::new(open_catalog(contract.as_ref(), self.catalog_folder.as_deref())?)
        };
        Ok(Self {
            home,
            contract: contract.map(Arc::new),
            is_adopted: false,
            catalog,
            day: Some(day),
            quality: quality.map(Arc::new),
            ..self.clone()
        })
    }

    /// The schemas of its collections.
    pub fn schemas(&self) -> Result<Schemas, Error> {
        self.schemas_with(&[])
    }

    /// The schemas of its collections, with those that `names` mean as of other days.
    pub(crate) fn schemas_with(&self, names: &[&str]) -> Result<Schemas, Error> {
        match &self.home {
            Home::Folder(folder) => folder.schemas(names),
            Home::Server(server) => Ok(server.schemas_with(names)?),
        }
    }

    /// Refuses a collection that the bank does not have.
    pub fn require(&self, collection: &str) -> Result<(), Error> {
        let schemas = self.schemas_with(&[collection])?;
        reserved::refuse_in(&Pipeline::default(), collection, &schemas)?;
        match self.day {
            Some(day) if schemas.is_empty() => Err(self.nothing_of(day, collection)?),
            _ => require(&schemas, collection),
        }
    }

    /// The error for a day before all of the bank's.
    fn nothing_of(&self, day: Date, collection: &str) -> Result<Error, Error> {
        let name = diagnostic::quote(collection);
        let message = format!("no collection `{name}` in this bank: nothing is of {day} or before");
        Ok(Error::new(ErrorKind::Question, Diagnostic::new(message).hint_days(self.days()?)))
    }

    /// Runs a pipeline; its rows come as they are made. Where it reads a collection that is not there, as a server does, that
    /// is told.
    pub fn rows(&self, query: &Query) -> Result<Rows, Error> {
        let rows = self.run(query, |bank| found::rows(bank, query))?;
        self.tell(query, rows.notices())?;
        Ok(rows)
    }

    /// The same, as columns where the answer is on columns to its end.
    pub fn rows_or_columns(&self, query: &Query) -> Result<RowsOrColumns, Error> {
        if query.taken.is_some() || query.said.counts {
            return self.rows(query).map(RowsOrColumns::Rows);
        }
        let made = self.run(query, |bank| match &bank.home {
            Home::Folder(folder) if query.pipeline.writes().is_none() => {
                let engine = folder.engine_for(&query.collection, &query.pipeline, &bank.limits);
                let engine = engine.map_err(|error| written::of_place(&error))?;
                engine.rows_or_columns(&query.collection, &query.pipeline)
            }
            _ => Run::rows(bank, &query.collection, &query.pipeline).map(RowsOrColumns::Rows),
        })?;
        match &made {
            RowsOrColumns::Columns(_, notices) => self.tell(query, notices)?,
            RowsOrColumns::Rows(rows) => self.tell(query, rows.notices())?,
        }
        Ok(made)
    }

    /// Runs a query, under the limits that its text has beside the bank's.
    fn run<T>(&self, query: &Query, run: impl Fn(&Self) -> Result<T, RunError>) -> Result<T, Error> {
        if query.explains() {
            let diagnostic = Diagnostic::new("the text asks for an account of the pipeline, and not for its rows");
            return Err(Error::new(
                ErrorKind::Question,
                diagnostic.hint("leave `explain` out of the text, or explain it"),
            ));
        }
        let made = match query.said.max_time {
            Some(time) => run(&self.within(time)),
            None => run(self),
        };
        made.map_err(|refusal| query.said.better(refusal))
    }

    /// Says what is known of a query before its rows.
    fn tell(&self, query: &Query, notices: &Notices) -> Result<(), Error> {
        query.notices.iter().for_each(|notice| notices.add(notice.clone()));
        let mut names = query.pipeline.collections();
        names.push(&query.collection);
        let by_views = self.read_by_views(&names)?;
        names.extend(by_views.keys().map(String::as_str));
        if names.len() > 1 {
            let schemas = self.schemas_with(&names)?;
            let absent: BTreeSet<&str> = names.into_iter().filter(|name| !schemas.contains_key(*name)).collect();
            for name in absent {
                notices.add(nothing_in(&schemas, name, by_views.get(name)));
            }
        }
        Ok(())
    }

    /// What is read through the views among `names`, each with the view that reads it.
    pub(crate) fn read_by_views(&self, names: &[&str]) -> Result<BTreeMap<String, String>, Error> {
        match &self.home {
            Home::Folder(folder) => {
                let reached = views::reached(&views::of(folder.store())?, names);
                Ok(reached.into_iter().filter_map(|(name, by)| Some((name, by?))).collect())
            }
            Home::Server(server) => Ok(server.read_by_views(names)?),
        }
    }

    /// The same bank, whose pipelines may take no longer than that.
    pub(crate) fn within(&self, time: Duration) -> Self {
        let time = self.limits.time.map_or(time, |limit| limit.min(time));
        let home = match &self.home {
            Home::Folder(folder) => Home::Folder(folder.clone()),
            Home::Server(server) => Home::Server(Arc::new(server.within(time))),
        };
        Self { home, limits: Limits { time: Some(time), ..self.limits.clone() }, ..self.clone() }
    }
}

impl Home {
    /// The text of the contract under which its collections were adopted.
    fn adopted(&self) -> Result<Option<String>, Error> {
        match self {
            Self::Folder(folder) => Ok(folder.store().note(adopt::NOTE)),
            Self::Server(server) => Ok(server.adopted()?),
        }
    }

    /// The contract of the customers as of its day, and what their import found.
    fn customers(&self) -> Result<(Option<Contract>, Option<Quality>), Error> {
        match self {
            Self::Folder(folder) => {
                let (store, day) = (folder.store(), folder.day());
                // Refuses card banks of the first format, whose fields lie elsewhere.
                Ok((extract::contract_on(store, day)?, extract::quality_on(store, day)))
            }
            Self::Server(server) => {
                let source = server.source()?;
                let customers = source.collections().iter().find(|found| found.name == contract::CUSTOMERS);
                let quality = customers.and_then(|found| extract::quality_in(&found.notes));
                let is_under_contract = customers.is_some_and(|found| found.shape == mongo::Shape::Contract);
                let contract = if is_under_contract { server.contract()? } else { None };
                Ok((contract, quality))
            }
        }
    }
}

impl Run for Bank {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError> {
        match &self.home {
            Home::Folder(folder) if pipeline.writes().is_some() => {
                written::into_folder(folder, collection, pipeline, &self.limits)
            }
            Home::Folder(folder) => {
                let engine = folder.engine_for(collection, pipeline, &self.limits);
                engine.map_err(|error| written::of_place(&error))?.rows(collection, pipeline)
            }
            Home::Server(server) => {
                let rows = server.rows(collection, pipeline)?;
                if let Some((_, target)) = pipeline.writes() {
                    rows.notices().add(written::told_of_server(&target.collection));
                }
                Ok(rows)
            }
        }
    }
}

/// The catalog of a contract (the card's where there is none), with the user's folder beside it.
pub fn open_catalog(contract: Option<&Contract>, folder: Option<&Path>) -> Result<Catalog, Error> {
    let built_in = match contract {
        Some(contract) => Catalog::built_in(contract)?,
        None => Catalog::built_in(&Contract::card())?,
    };
    match folder {
        Some(folder) => Ok(built_in.with_folder(folder)?),
        None => Ok(built_in),
    }
}

/// What is told of a pipeline that reads a collection which is not there, by a view perhaps.
fn nothing_in(schemas: &Schemas, collection: &str, by: Option<&String>) -> Diagnostic {
    let by = by.map_or_else(String::new, |view| format!(", which the view `{}` reads", diagnostic::quote(view)));
    let message = format!("there is no collection `{}`{by}, so nothing is found in it", diagnostic::quote(collection));
    Diagnostic::new(message).hint(diagnostic::nearest("collection", collection, schemas.keys().map(String::as_str)))
}

/// Refuses a collection that is not among those.
pub(crate) fn require(schemas: &Schemas, collection: &str) -> Result<(), Error> {
    if schemas.contains_key(collection) {
        return Ok(());
    }
    let message = format!("no collection `{}` in this bank", diagnostic::quote(collection));
    let diagnostic = if schemas.is_empty() {
        Diagnostic::new(format!("{message}: it is empty")).hint_at(Action::Import)
    } else {
        let hint = diagnostic::nearest("collection", collection, schemas.keys().map(String::as_str));
        Diagnostic::new(message).hint(hint)
    };
    Err(Error::new(ErrorKind::Question, diagnostic))
}
