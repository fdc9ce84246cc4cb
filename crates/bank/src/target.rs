//! Where an import goes: into a folder at once, or through a temporary bank into a server's database.
//!
//! In: a place, and what is imported. Out: [`Imported`], which opens what came of it.
//! Invariant: whatever the place, the same contract, the same quality summary and the same hash of the content.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use contract::{CUSTOMERS, Contract, TRANSACTIONS};
use diagnostic::Diagnostic;
use engine::Engine;
use extract::{Before, ImportedDocuments, Options, Progress, Quality, Source};
use jiff::civil::Date;
use mongo::{Incoming, Loading, Server, Shape};
use pipeline::Limits;
use store::{CollectionInfo, Store};

use crate::bank::Opening;
use crate::folder::Folder;
use crate::leftovers::TemporaryFolder;
use crate::{Bank, CustomersFile, Error, ErrorKind, Place, Talk, reserved, views};

/// What is imported, and as of which day.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// Where it comes from.
    pub source: ImportSource<'a>,
    /// The day that the data describes; today in UTC where none is named.
    pub as_of: Option<Date>,
    /// Told what was found in customers, before they are delivered.
    pub found: &'a dyn Fn(&Quality),
}

/// Where an import comes from.
#[derive(Clone, Copy, Debug)]
pub enum ImportSource<'a> {
    /// A file of customers.
    Customers(CustomersFile<'a>),
    /// So many generated customers.
    Sample {
        /// How many.
        n: u64,
        /// The generator's seed.
        seed: u64,
    },
    /// Documents of any shape.
    Documents {
        /// The collection that they become, or come into.
        name: &'a str,
        /// The file.
        file: Source<'a>,
        /// Whether what the collection holds stays, and they come after it.
        appends: bool,
    },
}

/// What an import made.
pub struct Imported {
    /// How many customers, or documents of the collection.
    pub rows: u64,
    /// How many of them came in.
    pub added: u64,
    /// Whether the bank changed; not so where it had all of this already.
    pub has_changed: bool,
    /// What was found in customers.
    pub quality: Option<Quality>,
    target: Target,
}

impl Imported {
    /// Opens the bank that was imported into; a temporary one is gone when it is closed.
    pub fn open(self, opening: &Opening<'_>) -> Result<Bank, Error> {
        let Target { place, store, server, temporary } = self.target;
        match server {
            Some(server) => Bank::of_server(place, server, opening),
            None => Bank::of_store(place, Arc::new(store), opening, temporary),
        }
    }
}

/// Imports into a place; without one, into a bank that is gone at the end. `limits` are for what a server runs meanwhile.
pub fn import(place: Option<Place>, import: &Import<'_>, limits: &Limits, talk: &Talk<'_>) -> Result<Imported, Error> {
    if let ImportSource::Documents { name, .. } = import.source {
        reserved::refuse_new(name)?;
    }
    let target = Target::open(place, limits, talk)?;
    let (total, unit) = match import.source {
        ImportSource::Customers(_) | ImportSource::Documents { .. } => (None, "rows"),
        ImportSource::Sample { n, .. } => (Some(n), "customers"),
    };
    let before = target.customers_of(import.as_of);
    let tick = |progress: Progress| talk.step("", progress.rows, total, unit);
    let options = Options { as_of: import.as_of, progress: &tick, cancel: talk.cancel };
    let quality = match import.source {
        ImportSource::Customers(file) => file.import(target.contract().as_ref(), &target.store, &options)?,
        ImportSource::Sample { n, seed } => extract::load_sample(n, seed, &target.store, &options)?,
        ImportSource::Documents { name, file, appends } => {
            let (documents, made_from) = target.documents(name, file, appends, &options)?;
            documents.notices.iter().for_each(|notice| (talk.say)(&format!("notice: {notice}")));
            let has_changed = target.deliver(import.as_of, made_from.as_deref(), talk)?.unwrap_or(true);
            if [CUSTOMERS, TRANSACTIONS].contains(&name) {
                (talk.say)(&format!(
                    "notice: `{name}` holds documents of any shape now: pipelines can be run over it, and topics and the report \
                     answer once its fields have a meaning by a contract that is adopted"
                ));
            }
            return Ok(Imported { rows: documents.rows, added: documents.added, has_changed, quality: None, target });
        }
    };
    (import.found)(&quality);
    if let Some(before) = before.filter(|before| *before != quality.rows) {
        (talk.say)(&format!(
            "notice: of that day there were {}; the {} of this file take their place",
            report::counted(before, "customer"),
            report::count(quality.rows)
        ));
    }
    let has_changed = target.deliver(import.as_of, None, talk)?.unwrap_or(quality.changed);
    Ok(Imported { rows: quality.rows, added: quality.rows, has_changed, quality: Some(quality), target })
}

/// What is written to.
pub(crate) struct Target {
    place: Place,
    /// What is imported comes in here.
    pub(crate) store: Store,
    pub(crate) server: Option<Server>,
    /// The store's folder, where it is not the bank itself. Behind the store, whose files are let go first.
    temporary: Option<TemporaryFolder>,
}

impl Target {
    /// Opens a place for writing. A server must answer before anything is read, so that a wrong password does not show
    /// after a long import.
    pub(crate) fn open(place: Option<Place>, limits: &Limits, talk: &Talk<'_>) -> Result<Self, Error> {
        let (server, place) = match place {
            Some(Place::Folder(folder)) => {
                let store = Store::create_or_open(&folder)?;
                return Ok(Self { place: Place::Folder(folder), store, server: None, temporary: None });
            }
            Some(Place::Server(uri)) => {
                let options = mongo::Options { timeout: limits.time, cancel: Some(Arc::clone(talk.cancel)) };
                (Some(Server::connect(&uri, options)?), Some(Place::Server(uri)))
            }
            None => (None, None),
        };
        let temporary = TemporaryFolder::new()?;
        let folder = temporary.bank();
        let store = Store::create_or_open(&folder)?;
        let place = place.unwrap_or(Place::Folder(folder));
        Ok(Self { place, store, server, temporary: Some(temporary) })
    }

    /// How many customers a folder has of that very day; today unless one is named.
    fn customers_of(&self, day: Option<Date>) -> Option<u64> {
        let day = day.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
        let infos = self.store.collections();
        infos.iter().find(|info| info.name == CUSTOMERS && info.as_of == day).map(|info| info.rows)
    }

    /// The contract of the customers that are there. What cannot be read is imported anew; what follows the card's contract of
    /// an earlier version follows today's from now on.
    fn contract(&self) -> Option<Contract> {
        let there = match &self.server {
            Some(server) => server.contract().ok().flatten(),
            None => extract::contract_of(&self.store).ok().flatten(),
        }?;
        let card = Contract::card();
        let first_line = |contract: &Contract| contract.text().lines().next().map(str::to_owned);
        Some(if first_line(&there) == first_line(&card) { card } else { there })
    }

    /// Reads documents into the store, where they are to be appended after those that the bank has. Also gives the server's
    /// state that they were appended to.
    fn documents(
        &self,
        name: &str,
        file: Source<'_>,
        appends: bool,
        options: &Options<'_>,
    ) -> Result<(ImportedDocuments, Option<String>), Error> {
        if self.server.is_none() {
            views::refuse_as_target(&self.store, name)?;
        }
        let read = |before| extract::add_documents(name, file, before, &self.store, options);
        let Some(server) = self.server.as_ref().filter(|_| appends) else {
            return Ok((read(if appends { Before::Kept } else { Before::Replaced })?, None));
        };
        let on = options.as_of.map(|day| server.on(day)).transpose()?;
        let source = on.as_ref().unwrap_or(server).source()?;
        let Some(found) = source.collections().iter().find(|found| found.name == name) else {
            let names: Vec<&str> = source.collections().iter().map(|found| found.name.as_str()).collect();
            return Err(extract::not_there(name, &names, options.as_of).into());
        };
        if found.shape == Shape::Contract {
            return Err(extract::holds_customers(name).into());
        }
        if found.state.is_none() {
            let message = format!("the collection `{name}` on the server was not loaded by BankSphere");
            let hint = "add the documents by the program that loaded it";
            return Err(Error::new(ErrorKind::Server, Diagnostic::new(message).hint(hint)));
        }
        let documents = source.documents(name)?.map(|document| document.map_err(crate::copy::of_source));
        let from = found.notes.get("source").cloned();
        Ok((read(Before::Copied { documents: Box::new(documents), source: from })?, found.state.clone()))
    }

    /// Takes what was imported to the server, where it goes to one. Says whether the bank changed; `None` where the store
    /// is the bank and knows best.
    fn deliver(&self, as_of: Option<Date>, made_from: Option<&str>, talk: &Talk<'_>) -> Result<Option<bool>, Error> {
        let Some(server) = &self.server else { return Ok(None) };
        let (engine, infos) = (Folder::engine_over(&self.store, None)?, self.store.collections());
        let is_under_contract = extract::quality(&self.store).is_some();
        let incoming = infos.into_iter().map(|info| Incoming {
            made_from: made_from.map(str::to_owned),
            ..incoming(info, &engine, is_under_contract, as_of)
        });
        let incoming = incoming.collect();
        let contract = extract::contract_of(&self.store)?.unwrap_or_else(Contract::card);
        load(server, &contract, incoming, talk).map(Some)
    }
}

/// Reads a contract's file.
pub fn read_contract(file: &Path) -> Result<Contract, Error> {
    let text = fs_err::read_to_string(file)?;
    Contract::parse(&file.display().to_string(), &text).map_err(|faults| Error::new(ErrorKind::Data, faults))
}

/// A collection of a folder, on its way to a server.
pub(crate) fn incoming(
    info: CollectionInfo,
    engine: &Engine,
    is_under_contract: bool,
    as_of: Option<Date>,
) -> Incoming<'_> {
    let documents: Box<dyn Iterator<Item = _>> = match engine.collection(&info.name) {
        Ok(collection) => Box::new(collection.into_iter().flat_map(|collection| collection.raw_documents())),
        Err(error) => Box::new(std::iter::once(Err(error))),
    };
    let is_under_contract = is_under_contract && [CUSTOMERS, TRANSACTIONS].contains(&info.name.as_str());
    Incoming {
        shape: if is_under_contract { Shape::Contract } else { Shape::Any },
        as_of,
        hash: Some(info.hash),
        rows: Some(info.rows),
        made_from: None,
        notes: info.notes,
        documents: Box::new(
            documents.map(|document| document.map_err(|error| mongo::Error::of_source(error.into_diagnostic()))),
        ),
        name: info.name,
    }
}

/// Loads collections into a server, and says at which rate it went. Says whether the bank changed.
pub(crate) fn load(
    server: &Server,
    contract: &Contract,
    incoming: Vec<Incoming<'_>>,
    talk: &Talk<'_>,
) -> Result<bool, Error> {
    let tell = |progress: mongo::Progress<'_>| {
        let what = format!("{} {}", word(progress.step), progress.collection);
        talk.step(&what, progress.documents, Some(progress.of.unwrap_or(progress.documents)), "documents");
    };
    let start = Instant::now();
    let outcome = server.load(incoming, &Loading { contract, progress: &tell, cancel: talk.cancel })?;
    if let mongo::Outcome::Changed { documents, is_live } = outcome {
        let seconds = start.elapsed().as_secs_f64();
        let rate = report::count((documents as f64 / seconds) as u64);
        let documents = report::counted(documents, "document");
        (talk.say)(&format!("{documents} loaded and checked in {seconds:.2} s, {rate} a second"));
        if !is_live {
            (talk.say)("notice: a later day is live; what is of an earlier day is kept under that day");
        }
    }
    Ok(outcome != mongo::Outcome::Unchanged)
}

fn word(step: mongo::Step) -> &'static str {
    match step {
        mongo::Step::Sending => "sending",
        mongo::Step::Indexing => "indexing",
        mongo::Step::Checking => "checking",
    }
}
