//! Where a bank lives, and what is the same there: a folder with the embedded engine, or a database on a server.
//!
//! In: what the user said of the bank. Out: a [`Home`] that answers pipelines.
//! Invariant: opening a home creates nothing.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use engine::{Collection, Engine};
use mongo::{Server, Uri};
use pipeline::{Document, Pipeline, Run, RunError, Schemas};
use store::Store;

use crate::args::{BankArgs, RunArgs};
use crate::failure::Failure;
use crate::{output, secret};

/// Names the bank where the command line does not.
const BANK_VARIABLE: &str = "BANKSPHERE_URI";
/// The bank where nothing names one.
const DEFAULT_BANK: &str = "bank.sphere";

/// Where a bank is. Shown without any password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder of our own making.
    Folder(PathBuf),
    /// A database on a MongoDB server.
    Server(Uri),
}

impl Place {
    /// The bank that the user means: what was said, else what the environment says, else `bank.sphere` here.
    pub(crate) fn of(args: &BankArgs) -> Result<Self, Failure> {
        match &args.bank {
            Some(said) => Self::named(said),
            None => match std::env::var(BANK_VARIABLE) {
                Ok(text) if !text.is_empty() => uri(&text, BANK_VARIABLE).map(Self::Server),
                _ => Ok(Self::Folder(DEFAULT_BANK.into())),
            },
        }
    }

    /// The bank that `said` names: a connection string, `@FILE` with one, or a folder.
    pub(crate) fn named(said: &OsStr) -> Result<Self, Failure> {
        match said.to_str() {
            Some(text) if Uri::is_meant(text) => Ok(Self::Server(secret::reveal(text)?)),
            Some(text) if text.starts_with('@') => {
                let file = &text[1..];
                let text = fs_err::read_to_string(file).map_err(Failure::new)?;
                uri(&text, file).map(Self::Server)
            }
            _ => Ok(Self::Folder(said.into())),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Server(uri) => uri.fmt(f),
        }
    }
}

/// The connection string that was read from `source`.
fn uri(text: &str, source: &str) -> Result<Uri, Failure> {
    Uri::parse(text).map_err(|_| {
        Failure::new(format!(
            "`{source}` holds no connection string\nhint: a bank on a server reads `mongodb://host:27017/bank`"
        ))
    })
}

/// An opened bank.
pub(crate) enum Home {
    /// Memory-mapped files and the engine over them.
    Embedded(Embedded),
    /// A connection.
    Server(Server),
}

/// A bank in a folder.
pub(crate) struct Embedded {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
}

impl Home {
    /// Opens the bank that the user means.
    pub(crate) fn open(args: &RunArgs) -> Result<Self, Failure> {
        Self::at(&Place::of(&args.bank)?, mongo::Options { timeout: args.timeout, cancel: None })
    }

    /// Opens the bank that is there.
    pub(crate) fn at(place: &Place, options: mongo::Options) -> Result<Self, Failure> {
        match place {
            Place::Folder(folder) => {
                refuse_timeout(options.timeout)?;
                Embedded::over(Store::open(folder)?).map(Self::Embedded)
            }
            Place::Server(uri) => {
                let server = Server::connect(uri, options)?;
                if server.is_swapping()? {
                    output::say(
                        "notice: an import is just putting its collections in place, or died there: until the next \
                         import some may be old and some new",
                    );
                }
                Ok(Self::Server(server))
            }
        }
    }

    /// The schemas of its collections.
    pub(crate) fn schemas(&self) -> Result<Schemas, Failure> {
        match self {
            Self::Embedded(embedded) => Ok(embedded.engine.schemas()),
            Self::Server(server) => Ok(server.schemas()?),
        }
    }

    /// Runs a pipeline and hands over its rows one by one; a server's as they come.
    pub(crate) fn each(
        &self,
        collection: &str,
        pipeline: &Pipeline,
        mut row: impl FnMut(&Document) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self {
            Self::Embedded(embedded) => embedded.engine.run(collection, pipeline)?.iter().try_for_each(row),
            Self::Server(server) => server.each(collection, pipeline, |document| row(&document)),
        }
    }
}

impl Run for Home {
    fn run(&self, collection: &str, pipeline: &Pipeline) -> Result<Vec<Document>, RunError> {
        match self {
            Self::Embedded(embedded) => embedded.engine.run(collection, pipeline),
            Self::Server(server) => server.run(collection, pipeline),
        }
    }
}

impl Embedded {
    /// An engine over all collections of an open store.
    pub(crate) fn over(store: Store) -> Result<Self, Failure> {
        Ok(Self { engine: Self::engine(&store)?, store })
    }

    /// An engine over all collections of a store that somebody else holds.
    pub(crate) fn engine(store: &Store) -> Result<Engine, Failure> {
        let mut engine = Engine::new();
        for info in store.collections() {
            let (schema, batches) = store.read(&info.name)?;
            engine.insert(&info.name, Collection::from_batches(&schema, batches).map_err(Failure::new)?);
        }
        Ok(engine)
    }
}

/// Refuses a collection that the bank does not have.
pub(crate) fn require(schemas: &Schemas, collection: &str) -> Result<(), Failure> {
    if schemas.contains_key(collection) {
        return Ok(());
    }
    let message = format!("no collection `{collection}` in this bank");
    if schemas.is_empty() {
        return Err(Failure::new(format!("{message}: it is empty\nhint: `banksphere import FILE.csv` loads a file")));
    }
    let hint = pipeline::nearest("collection", collection, schemas.keys().map(String::as_str));
    Err(Failure::new(format!("{message}\nhint: {hint}")))
}

/// A folder has nobody who could give up: the limit would be a promise that is not kept.
pub(crate) fn refuse_timeout(timeout: Option<Duration>) -> Result<(), Failure> {
    match timeout {
        Some(_) => Err(Failure::new(
            "`--timeout` limits the time of a server, and this bank is a folder\n\
             hint: leave it out; Ctrl-C stops a command",
        )),
        None => Ok(()),
    }
}
