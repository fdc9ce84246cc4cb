//! Where an import goes: into a folder at once, or through a temporary bank into a server's database.
//!
//! In: a place. Out: a store to import into, and [`Target::deliver`], which takes what is in it to where it belongs.
//! Invariant: whatever the place, the same contract, the same quality summary and the same hash of the content.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use engine::Engine;
use jiff::civil::Date;
use mongo::{Incoming, Loading, Outcome, Progress, Server, Shape, Step};
use store::{CollectionInfo, Store};
use tempfile::TempDir;

use crate::failure::Failure;
use crate::home::{Embedded, Home, Place, refuse_timeout};
use crate::{output, progress};

/// Where an import goes.
pub(crate) struct Target {
    /// What is imported comes in here.
    pub(crate) store: Store,
    pub(crate) server: Option<Server>,
    /// The store's folder, where it is not the bank itself.
    temporary: Option<TempDir>,
}

impl Target {
    /// Opens a place for writing; without one, a bank that is gone at the end. A server must answer before anything is
    /// read, so that a wrong password does not show after a long import.
    /// `timeout` is for the pipelines that are run there afterwards.
    pub(crate) fn open(
        place: Option<Place>,
        timeout: Option<Duration>,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Self, Failure> {
        let server = match place {
            Some(Place::Folder(folder)) => {
                refuse_timeout(timeout)?;
                return Ok(Self { store: Store::create_or_open(&folder)?, server: None, temporary: None });
            }
            Some(Place::Server(uri)) => {
                Some(Server::connect(&uri, mongo::Options { timeout, cancel: Some(Arc::clone(cancel)) })?)
            }
            None => {
                refuse_timeout(timeout)?;
                None
            }
        };
        let temporary = tempfile::Builder::new().prefix("banksphere-").tempdir()?;
        Ok(Self { store: Store::create_or_open(temporary.path())?, server, temporary: Some(temporary) })
    }

    /// Takes what was imported to the server, where it goes to one. Says whether the bank changed; `None` where the store
    /// is the bank and knows best.
    pub(crate) fn deliver(&self, as_of: Option<Date>, cancel: &AtomicBool) -> Result<Option<Outcome>, Failure> {
        let Some(server) = &self.server else { return Ok(None) };
        let (engine, infos) = (Embedded::engine(&self.store)?, self.store.collections());
        let is_card = bank::quality(&self.store).is_some();
        let incoming = infos.into_iter().map(|info| incoming(info, &engine, is_card, as_of)).collect();
        load(server, incoming, cancel).map(Some)
    }

    /// The bank that was imported into, and the folder that it needs as long as it is open.
    pub(crate) fn into_home(self) -> Result<(Home, Option<TempDir>), Failure> {
        match self.server {
            Some(server) => Ok((Home::Server(server), None)),
            None => Ok((Home::Embedded(Embedded::over(self.store)?), self.temporary)),
        }
    }
}

/// A collection of an embedded bank, on its way to a server.
pub(crate) fn incoming(info: CollectionInfo, engine: &Engine, is_card: bool, as_of: Option<Date>) -> Incoming<'_> {
    let documents = engine.collection(&info.name).into_iter().flat_map(engine::Collection::raw_documents);
    let is_card = is_card && [bank::CUSTOMERS, bank::TRANSACTIONS].contains(&info.name.as_str());
    Incoming {
        shape: if is_card { Shape::Card } else { Shape::Any },
        as_of,
        hash: Some(info.hash),
        rows: Some(info.rows),
        notes: info.notes,
        documents: Box::new(documents.map(|document| document.map_err(mongo::Error::of_source))),
        name: info.name,
    }
}

/// Loads collections into a server, shows how far it is, and says at which rate it went.
pub(crate) fn load(server: &Server, incoming: Vec<Incoming<'_>>, cancel: &AtomicBool) -> Result<Outcome, Failure> {
    let bar = progress::bar(Some(0), "documents");
    let tell = |progress: Progress<'_>| {
        bar.set_length(progress.of.unwrap_or(progress.documents));
        bar.set_position(progress.documents);
        let rate = report::count(bar.per_sec() as u64);
        bar.set_message(format!("{} {} at {rate} a second", word(progress.step), progress.collection));
    };
    let start = Instant::now();
    let outcome = server.load(incoming, &Loading { progress: &tell, cancel })?;
    bar.finish_and_clear();
    if let Outcome::Changed { documents, is_live } = outcome {
        let seconds = start.elapsed().as_secs_f64();
        let rate = report::count((documents as f64 / seconds) as u64);
        let documents = report::count(documents);
        output::say(&format!("{documents} documents loaded and checked in {seconds:.2} s, {rate} a second"));
        if !is_live {
            output::say("notice: a later day is live; what is of an earlier day is kept as a snapshot");
        }
    }
    Ok(outcome)
}

fn word(step: Step) -> &'static str {
    match step {
        Step::Sending => "sending",
        Step::Indexing => "indexing",
        Step::Checking => "checking",
        Step::KeepingSnapshot => "keeping the earlier",
    }
}
