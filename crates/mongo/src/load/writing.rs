//! A connection for writing: to the primary, with majority, patient with a server that is briefly away.
//!
//! Invariant: every wait ends soon after the user's Ctrl-C or the loss of the lease.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bson::{Document, doc};
use mongodb::Database;
use mongodb::error::{ErrorKind as DriverKind, RETRYABLE_WRITE_ERROR, WriteFailure};
use mongodb::options::{DatabaseOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern};

use super::lease::Lease;
use crate::{Error, ErrorKind, Server};

/// How often we look whether to stop.
const LOOK: Duration = Duration::from_millis(100);
/// How often an action is tried whose connection broke, each time after a longer pause. Before each attempt the driver
/// itself looks for a primary, for 30 seconds unless the connection string says otherwise; where it finds none, that is
/// the end.
const ATTEMPTS: u32 = 6;
const PAUSE: Duration = Duration::from_millis(500);

/// The server's codes for "not now": no primary at the moment, or a node that is going down.
const NOT_NOW: [i32; 11] = [6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435];

/// A database to write to.
pub(crate) struct Writing<'a> {
    pub(crate) server: &'a Server,
    pub(crate) database: Database,
    cancel: &'a AtomicBool,
    lost: Arc<AtomicBool>,
}

impl<'a> Writing<'a> {
    pub(crate) fn new(server: &'a Server, cancel: &'a AtomicBool) -> Self {
        let options = DatabaseOptions::builder()
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .read_concern(ReadConcern::majority())
            .write_concern(WriteConcern::majority())
            .build();
        let database = server.database.client().database_with_options(server.database.name(), options);
        Self { server, database, cancel, lost: Arc::default() }
    }

    /// Stops also when the lease is lost.
    pub(crate) fn under(mut self, lease: &Lease) -> Self {
        self.lost = lease.lost();
        self
    }

    /// The same, but nothing stops it: for what must not end in the middle.
    pub(crate) fn to_the_end(&self) -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self { server: self.server, database: self.database.clone(), cancel: &NEVER, lost: Arc::default() }
    }

    /// Why to stop, if so.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled, "cancelled: the live collections are as they were"));
        }
        if self.lost.load(Ordering::Relaxed) {
            return Err(Lease::lost_error());
        }
        Ok(())
    }

    /// Runs an action until it succeeds, fails for good, or has failed too often because the server was away. What it
    /// does must be right to do twice: an answer may be lost after the deed.
    pub(crate) fn run<T, F>(&self, action: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, mongodb::error::Error>>,
    {
        self.wait_for(patiently(|_| action()))?.map_err(|error| self.server.explained(error))
    }

    /// Waits for anything, looking now and then whether to stop.
    pub(crate) fn wait_for<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        self.server.runtime.block_on(async {
            let mut future = std::pin::pin!(future);
            loop {
                self.check()?;
                if let Ok(output) = tokio::time::timeout(LOOK, future.as_mut()).await {
                    return Ok(output);
                }
            }
        })
    }

    /// Runs a command that writes, on this database.
    pub(crate) fn command(&self, command: &Document) -> Result<Document, Error> {
        self.run(|| self.database.run_command(with_majority(command)).into_future())
    }
}

fn with_majority(command: &Document) -> Document {
    let mut command = command.clone();
    command.insert("writeConcern", doc! { "w": "majority" });
    command
}

/// Tries again while the server is only away; the action is told the number of the attempt.
pub(crate) async fn patiently<T, F>(action: impl Fn(u32) -> F) -> Result<T, mongodb::error::Error>
where
    F: Future<Output = Result<T, mongodb::error::Error>>,
{
    let mut attempt = 1;
    loop {
        match action(attempt).await {
            Err(error) if is_away(&error) && attempt < ATTEMPTS => {
                tokio::time::sleep(PAUSE * attempt).await;
                attempt += 1;
            }
            result => return result,
        }
    }
}

/// Whether the error says that no server could take it just now, so that it may go well if tried again.
pub(crate) fn is_away(error: &mongodb::error::Error) -> bool {
    // A label that the driver also gives to the fruitless search for a server.
    let is_retryable = error.contains_label(RETRYABLE_WRITE_ERROR);
    let is_search = matches!(error.kind.as_ref(), DriverKind::ServerSelection { .. });
    is_retryable && !is_search
        || match error.kind.as_ref() {
            DriverKind::Io(_) | DriverKind::ConnectionPoolCleared { .. } => true,
            DriverKind::Command(refusal) => NOT_NOW.contains(&refusal.code),
            DriverKind::Write(WriteFailure::WriteConcernError(refusal)) => NOT_NOW.contains(&refusal.code),
            DriverKind::InsertMany(refusals) => {
                refusals.write_concern_error.as_ref().is_some_and(|refusal| NOT_NOW.contains(&refusal.code))
            }
            _ => false,
        }
}
