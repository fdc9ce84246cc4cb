//! Where an import goes: into a folder at once, or through a temporary bank into a server's database.
//!
//! In: a place. Out: a target to import into, and [`Target::deliver`], which takes what is in it to where it belongs.
//! Invariant: whatever the place, the same contract, the same quality summary and the same hash of the content.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::Engine;
use extract::{Options, Progress, Quality};
use jiff::civil::Date;
use mongo::{Incoming, Loading, Server, Shape};
use store::{CollectionInfo, Store};

use crate::bank::refuse_timeout;
use crate::leftovers::TemporaryFolder;
use crate::{Bank, Embedded, Error, Place, Talk};

/// Where an import goes.
pub struct Target {
    /// What is imported comes in here.
    pub(crate) store: Store,
    pub(crate) server: Option<Server>,
    /// The store's folder, where it is not the bank itself.
    temporary: Option<TemporaryFolder>,
}

/// What is imported.
#[derive(Clone, Copy, Debug)]
pub enum CardData<'a> {
    /// A CSV of card customers.
    Csv(&'a Path),
    /// So many generated customers.
    Sample {
        /// How many.
        n: u64,
        /// The generator's seed.
        seed: u64,
    },
}

impl Target {
    /// Opens a place for writing; without one, a bank that is gone at the end. A server must answer before anything is
    /// read, so that a wrong password does not show after a long import.
    /// `timeout` is for the pipelines that are run there afterwards.
    pub fn open(place: Option<Place>, timeout: Option<Duration>, talk: &Talk<'_>) -> Result<Self, Error> {
        let server = match place {
            Some(Place::Folder(folder)) => {
                refuse_timeout(timeout)?;
                return Ok(Self { store: Store::create_or_open(&folder)?, server: None, temporary: None });
            }
            Some(Place::Server(uri)) => {
                Some(Server::connect(&uri, mongo::Options { timeout, cancel: Some(Arc::clone(talk.cancel)) })?)
            }
            None => {
                refuse_timeout(timeout)?;
                None
            }
        };
        let temporary = TemporaryFolder::new()?;
        Ok(Self { store: Store::create_or_open(&temporary.bank())?, server, temporary: Some(temporary) })
    }

    /// Takes in card customers, of today where no day is named.
    pub fn take(&self, card_data: CardData<'_>, as_of: Option<Date>, talk: &Talk<'_>) -> Result<Quality, Error> {
        let (total, unit) = match card_data {
            CardData::Csv(_) => (None, "rows"),
            CardData::Sample { n, .. } => (Some(n), "customers"),
        };
        let tick = |progress: Progress| talk.step("", progress.rows, total, unit);
        let options = Options { as_of, progress: &tick, cancel: talk.cancel };
        Ok(match card_data {
            CardData::Csv(file) => extract::import_csv(file, &self.store, &options)?,
            CardData::Sample { n, seed } => extract::load_sample(n, seed, &self.store, &options)?,
        })
    }

    /// Takes in Extended JSON documents of any shape as the collection `name`; gives their number.
    pub fn take_documents(&self, name: &str, file: &Path, as_of: Option<Date>, talk: &Talk<'_>) -> Result<u64, Error> {
        let tick = |progress: Progress| talk.step("", progress.rows, None, "rows");
        Ok(extract::import_documents(
            name,
            file,
            &self.store,
            &Options { as_of, progress: &tick, cancel: talk.cancel },
        )?)
    }

    /// Takes what was imported to the server, where it goes to one. Says whether the bank changed; `None` where the store
    /// is the bank and knows best.
    pub fn deliver(&self, as_of: Option<Date>, talk: &Talk<'_>) -> Result<Option<bool>, Error> {
        let Some(server) = &self.server else { return Ok(None) };
        let (engine, infos) = (Embedded::engine(&self.store)?, self.store.collections());
        let is_card = extract::quality(&self.store).is_some();
        let incoming = infos.into_iter().map(|info| incoming(info, &engine, is_card, as_of)).collect();
        load(server, incoming, talk).map(Some)
    }

    /// The bank that was imported into, and the folder that it needs as long as it is open.
    pub fn into_home(self) -> Result<(Bank, Option<TemporaryFolder>), Error> {
        match self.server {
            Some(server) => Ok((Bank::Server(server), None)),
            None => Ok((Bank::Embedded(Embedded::over(self.store)?), self.temporary)),
        }
    }
}

/// A collection of an embedded bank, on its way to a server.
pub(crate) fn incoming(info: CollectionInfo, engine: &Engine, is_card: bool, as_of: Option<Date>) -> Incoming<'_> {
    let documents: Box<dyn Iterator<Item = _>> = match engine.collection(&info.name) {
        Ok(collection) => Box::new(collection.into_iter().flat_map(|collection| collection.raw_documents())),
        Err(error) => Box::new(std::iter::once(Err(error))),
    };
    let is_card = is_card && [extract::CUSTOMERS, extract::TRANSACTIONS].contains(&info.name.as_str());
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

/// Loads collections into a server, and says at which rate it went. Says whether the bank changed.
pub(crate) fn load(server: &Server, incoming: Vec<Incoming<'_>>, talk: &Talk<'_>) -> Result<bool, Error> {
    let tell = |progress: mongo::Progress<'_>| {
        let what = format!("{} {}", word(progress.step), progress.collection);
        talk.step(&what, progress.documents, Some(progress.of.unwrap_or(progress.documents)), "documents");
    };
    let start = Instant::now();
    let outcome = server.load(incoming, &Loading { progress: &tell, cancel: talk.cancel })?;
    if let mongo::Outcome::Changed { documents, is_live } = outcome {
        let seconds = start.elapsed().as_secs_f64();
        let rate = report::count((documents as f64 / seconds) as u64);
        let documents = report::count(documents);
        (talk.say)(&format!("{documents} documents loaded and checked in {seconds:.2} s, {rate} a second"));
        if !is_live {
            (talk.say)("notice: a later day is live; what is of an earlier day is kept as a snapshot");
        }
    }
    Ok(outcome != mongo::Outcome::Unchanged)
}

fn word(step: mongo::Step) -> &'static str {
    match step {
        mongo::Step::Sending => "sending",
        mongo::Step::Indexing => "indexing",
        mongo::Step::Checking => "checking",
        mongo::Step::KeepingSnapshot => "keeping the earlier",
    }
}
