//! A connection to one database of a server.
//!
//! In: a connection string and [`Options`]. Out: [`Server`], through which everything else of this crate asks.
//! Invariant: every wait ends soon after the caller raises its flag, or after the time limit where there is one.

use std::future::{Future, IntoFuture as _};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bson::{Document, doc};
use jiff::civil::Date;
use mongodb::action::{Action as _, RunCommand};
use mongodb::event::EventHandler;
use mongodb::event::sdam::SdamEvent;
use mongodb::options::{ClientOptions, ReadPreference, SelectionCriteria};
use mongodb::{Client, Database};
use pipeline::Pipeline;
use tokio::runtime::Runtime;

use crate::session::Resolved;
use crate::{Error, ErrorKind, Uri, Version};

/// How long we wait for a first sign of life, where the connection string does not say. Later on the driver's own 30
/// seconds hold, in which a replica set finds itself a new primary.
const FIRST_ANSWER: Duration = Duration::from_secs(5);
/// How long beyond the time limit we wait for the server to say that it gave up.
const GRACE: Duration = Duration::from_secs(5);
/// How often a wait looks whether the user wants to stop.
const TICK: Duration = Duration::from_millis(50);
/// The name under which operators find us in their logs and in `db.currentOp()`.
pub(crate) const APP_NAME: &str = "banksphere";

/// How pipelines are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The server gives up a pipeline after this time; without one, never.
    pub timeout: Option<Duration>,
    /// Raised when the user wants to stop: what is waited for is given up, and the server ends it.
    pub cancel: Option<Arc<AtomicBool>>,
}

/// A database on a server.
#[derive(Clone)]
pub struct Server {
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) database: Database,
    pub(crate) options: Options,
    hosts: String,
    version: Version,
    last_failure: LastFailure,
    /// The day as of which the bank is read; without one, the newest.
    pub(crate) day: Option<Date>,
    pub(crate) resolved: Resolved,
    /// Behind all that may still ask the server when it goes.
    _farewell: Arc<Farewell>,
}

/// Ends the driver's work with the last clone of a connection, before the runtime that it works on goes: what is still
/// under way there (a cursor that is being closed) would find the other half of the driver gone, and panic.
struct Farewell {
    client: Client,
    runtime: Arc<Runtime>,
}

/// How long the end of a connection may take.
const FAREWELL: Duration = Duration::from_millis(500);

impl Drop for Farewell {
    fn drop(&mut self) {
        // Inside of asynchronous work there is no waiting.
        if tokio::runtime::Handle::try_current().is_err() {
            let shutdown = self.client.clone().shutdown().into_future();
            // What does not end in time ends with the process.
            let _ = self.runtime.block_on(async { tokio::time::timeout(FAREWELL, shutdown).await });
        }
    }
}

/// Why the driver last failed to reach a server, which its own errors tell only as `Debug` text.
type LastFailure = Arc<Mutex<Option<mongodb::error::Error>>>;

impl Server {
    /// Connects to the database that the connection string names, and asks the server for a sign of life.
    pub fn connect(uri: &Uri, options: Options) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Error::new(ErrorKind::Bug, format!("no thread can be started: {error}")))?;
        let mut client = runtime
            .block_on(async { ClientOptions::parse(uri.reveal()).await })
            .map_err(|error| refused(uri, error))?;
        let Some(name) = client.default_database.clone() else {
            return Err(Error::input(format!("`{uri}` names no database"))
                .hint("add the database after the host: `mongodb://host:27017/bank`"));
        };
        client.app_name.get_or_insert_with(|| APP_NAME.to_owned());
        let first_answer = client.server_selection_timeout.unwrap_or(FIRST_ANSWER);
        let last_failure = LastFailure::default();
        client.sdam_event_handler = Some(remember(&last_failure));
        let hosts = client.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let runtime = Arc::new(runtime);
        let client = {
            // The driver starts its tasks on the runtime that it is made in.
            let _entered = runtime.enter();
            Client::with_options(client)?
        };
        let mut this = Self {
            database: client.database(&name),
            _farewell: Arc::new(Farewell { client, runtime: Arc::clone(&runtime) }),
            runtime,
            options,
            hosts,
            version: Version::new(""),
            last_failure,
            day: None,
            resolved: Resolved::default(),
        };
        let about = this.first_answer(first_answer)?;
        this.version = Version::new(about.get_str("version").unwrap_or_default());
        Ok(this)
    }

    /// The same connection for one piece of work, which is given up when the flag is raised: another one's flag, raised
    /// before, does not end it.
    #[must_use]
    pub fn until(&self, cancel: &Arc<AtomicBool>) -> Self {
        let options = Options { cancel: Some(Arc::clone(cancel)), ..self.options.clone() };
        Self { options, ..self.clone() }
    }

    /// The same connection, whose pipelines may take that long.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        Self { options: Options { timeout: Some(time), ..self.options.clone() }, ..self.clone() }
    }

    /// The database's name.
    #[must_use]
    pub fn database_name(&self) -> &str {
        self.database.name()
    }

    /// The hosts of the connection string, each with its port.
    #[must_use]
    pub fn hosts(&self) -> &str {
        &self.hosts
    }

    /// The server's version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Refuses a pipeline that needs a newer server, or that would end this one.
    pub(crate) fn require(&self, pipeline: &Pipeline) -> Result<(), Error> {
        self.version.require(pipeline)?;
        pipeline::gathered::check(pipeline).map_err(|error| Error::of_source(error.into_diagnostic()))
    }

    /// Runs a command on the database, on a member that the connection string's read preference allows.
    pub fn command(&self, command: Document) -> Result<Document, Error> {
        let preference = self.database.selection_criteria().cloned();
        let run = self.database.run_command(command);
        self.wait(async { run.optional(preference, RunCommand::selection_criteria).await })
    }

    /// Waits for the driver, but not beyond Ctrl-C or the time limit.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = Result<T, mongodb::error::Error>>) -> Result<T, Error> {
        self.runtime.block_on(self.patiently(self.options.timeout, work))
    }

    /// Waits for what may take longer than a pipeline: only Ctrl-C ends it.
    pub(crate) fn wait_long<T>(
        &self,
        work: impl Future<Output = Result<T, mongodb::error::Error>>,
    ) -> Result<T, Error> {
        self.runtime.block_on(self.patiently(None, work))
    }

    /// The same inside asynchronous code. What is given up is dropped, so its connection is closed and the server stops
    /// working on it.
    pub(crate) async fn patiently<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = Result<T, mongodb::error::Error>>,
    ) -> Result<T, Error> {
        let start = Instant::now();
        let mut work = pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(TICK, work.as_mut()).await {
                return done.map_err(|error| self.explained(error));
            }
            if self.options.cancel.as_ref().is_some_and(|cancel| cancel.load(Ordering::SeqCst)) {
                return Err(Error::new(ErrorKind::Cancelled, "interrupted"));
            }
            if limit.is_some_and(|limit| start.elapsed() > limit + GRACE) {
                return Err(Error::new(ErrorKind::TimedOut, "the server does not answer, also beyond the time limit")
                    .at(&self.hosts)
                    .hint("see whether the server is overloaded or stopped"));
            }
        }
    }

    /// The driver's error in our words, with the place and, where no server could be had, the reason.
    pub(crate) fn explained(&self, error: mongodb::error::Error) -> Error {
        match error.kind.as_ref() {
            mongodb::error::ErrorKind::ServerSelection { .. } => self.unreachable(),
            _ => Error::from(error).at(&self.hosts),
        }
    }

    /// Why no server could be had.
    fn unreachable(&self) -> Error {
        let reason = self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let error = reason.map_or_else(
            || {
                Error::new(ErrorKind::Unreachable, "no server answers that can take the command")
                    .hint("see whether the replica set has a primary and is named as in the connection string")
            },
            Error::from,
        );
        error.at(&self.hosts)
    }

    /// What the server says about itself; the first thing that we ask, so a wrong password shows here. Any member of a
    /// replica set may answer, also while there is no primary.
    fn first_answer(&self, patience: Duration) -> Result<Document, Error> {
        let any_member = SelectionCriteria::ReadPreference(ReadPreference::Nearest { options: None });
        let ask = self.database.run_command(doc! { "buildInfo": 1 });
        let asked = self.patiently(None, async { ask.selection_criteria(any_member).await });
        let answer = self.runtime.block_on(async { tokio::time::timeout(patience, asked).await });
        answer.unwrap_or_else(|_| Err(self.unreachable()))
    }
}

/// Why the driver does not take a connection string.
fn refused(uri: &Uri, error: mongodb::error::Error) -> Error {
    let error = Error::from(error);
    let reason = uri.without_secrets(error.message());
    let error = Error::new(error.kind(), format!("the connection string is refused: {reason}")).at(uri.to_string());
    if uri.has_secret() {
        return error.hint("reserved characters of a password are escaped: `@` is %40, `/` %2F, `:` %3A");
    }
    error
}

/// Keeps the last reason for which a server could not be reached; an answer clears it.
fn remember(last_failure: &LastFailure) -> EventHandler<SdamEvent> {
    let last_failure = Arc::clone(last_failure);
    EventHandler::callback(move |event| {
        let mut last = last_failure.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            SdamEvent::ServerHeartbeatFailed(event) => *last = Some(event.failure),
            SdamEvent::ServerHeartbeatSucceeded(_) => *last = None,
            _ => {}
        }
    })
}
