//! An opened bank, and what is the same wherever it lies: in a folder with the embedded engine, or on a server.
//!
//! In: a [`Place`]. Out: a [`Bank`] that answers pipelines.
//! Invariant: opening a home creates nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use engine::{Collection, Engine};
use mongo::Server;
use pipeline::{Document, Pipeline, Rows, Run, RunError, Schemas};
use store::Store;

use crate::{Error, ErrorKind, Place};

/// How a bank is opened.
#[derive(Clone)]
pub struct Access<'a> {
    /// A server gives up a pipeline after this time; a folder takes no limit.
    pub timeout: Option<Duration>,
    /// Raised when the user wants to stop.
    pub cancel: Option<Arc<AtomicBool>>,
    /// Told what the user should know, one line at a time.
    pub notice: &'a dyn Fn(&str),
}

impl Default for Access<'_> {
    fn default() -> Self {
        Self { timeout: None, cancel: None, notice: &|_| {} }
    }
}

/// An opened bank.
pub enum Bank {
    /// Memory-mapped files and the engine over them.
    Embedded(Embedded),
    /// A connection.
    Server(Server),
}

/// A bank in a folder.
pub struct Embedded {
    /// Its files.
    pub store: Arc<Store>,
    /// The engine over all of its collections.
    pub engine: Engine,
}

impl Bank {
    /// Opens the bank that is there.
    pub fn open(place: &Place, access: Access<'_>) -> Result<Self, Error> {
        match place {
            Place::Folder(folder) => {
                refuse_timeout(access.timeout)?;
                Embedded::over(Store::open(folder)?).map(Self::Embedded)
            }
            Place::Server(uri) => {
                let server = Server::connect(uri, mongo::Options { timeout: access.timeout, cancel: access.cancel })?;
                if server.is_swapping()? {
                    (access.notice)(
                        "notice: an import is just putting its collections in place, or died there: until the next \
                         import some may be old and some new",
                    );
                }
                Ok(Self::Server(server))
            }
        }
    }

    /// The same bank for one piece of work, which is given up when the flag is raised. What it gives up with is an error
    /// of any kind: the caller knows its flag.
    #[must_use]
    pub fn until(&self, cancel: &Arc<AtomicBool>) -> Self {
        match self {
            Self::Embedded(bank) => {
                Self::Embedded(Embedded { store: Arc::clone(&bank.store), engine: bank.engine.until(cancel) })
            }
            Self::Server(server) => Self::Server(server.until(cancel)),
        }
    }

    /// The schemas of its collections.
    pub fn schemas(&self) -> Result<Schemas, Error> {
        match self {
            Self::Embedded(embedded) => Ok(embedded.engine.schemas()),
            Self::Server(server) => Ok(server.schemas()?),
        }
    }

    /// Runs a pipeline and hands over its rows one by one; a server's as they come.
    pub fn each<E: From<RunError> + From<mongo::Error>>(
        &self,
        collection: &str,
        pipeline: &Pipeline,
        mut row: impl FnMut(&Document) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Embedded(embedded) => {
                embedded.engine.rows(collection, pipeline)?.try_for_each(|document| row(&document?))
            }
            Self::Server(server) => server.each(collection, pipeline, |document| row(&document)),
        }
    }
}

impl Run for Bank {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError> {
        match self {
            Self::Embedded(embedded) => embedded.engine.rows(collection, pipeline),
            Self::Server(server) => server.rows(collection, pipeline),
        }
    }
}

impl Embedded {
    /// An engine over all collections of an open store.
    pub fn over(store: Store) -> Result<Self, Error> {
        Ok(Self { engine: Self::engine(&store)?, store: Arc::new(store) })
    }

    /// An engine over all collections of a store that somebody else holds.
    pub fn engine(store: &Store) -> Result<Engine, Error> {
        let mut engine = Engine::new();
        for info in store.collections() {
            let (schema, batches) = store.read(&info.name)?;
            let collection = Collection::from_batches(&schema, batches);
            engine.insert(&info.name, collection.map_err(|error| Error::new(ErrorKind::Data, error))?);
        }
        Ok(engine)
    }
}

/// Refuses a collection that the bank does not have.
pub fn require(schemas: &Schemas, collection: &str) -> Result<(), Error> {
    if schemas.contains_key(collection) {
        return Ok(());
    }
    let message = format!("no collection `{collection}` in this bank");
    if schemas.is_empty() {
        let hint = "`banksphere import FILE.csv` loads a file";
        return Err(Error::new(ErrorKind::Question, format!("{message}: it is empty\nhint: {hint}")));
    }
    let hint = pipeline::nearest("collection", collection, schemas.keys().map(String::as_str));
    Err(Error::new(ErrorKind::Question, format!("{message}\nhint: {hint}")))
}

/// A folder has nobody who could give up: the limit would be a promise that is not kept.
pub(crate) fn refuse_timeout(timeout: Option<Duration>) -> Result<(), Error> {
    match timeout {
        Some(_) => Err(Error::new(
            ErrorKind::Usage,
            "`--timeout` limits the time of a server, and this bank is a folder\n\
             hint: leave it out; Ctrl-C stops a command",
        )),
        None => Ok(()),
    }
}
