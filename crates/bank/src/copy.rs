//! Collections from one bank to another, whichever of the two is a folder or a server.
//!
//! In: an opened bank and a place. Out: [`Copy`]; the contract under which collections were adopted goes with them.
//! Invariant: the place gets all of the collections, or none.

use contract::Contract;
use diagnostic::{Action, Diagnostic};
use engine::Engine;
use extract::{Copied, Options, Progress};
use mongo::{Incoming, Shape, Source};
use pipeline::Limits;

use crate::bank::Home;
use crate::target::{Target, incoming, load};
use crate::written::is_beside_the_days;
use crate::{Bank, Error, ErrorKind, Place, Talk, adopt, views};

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The names of the collections.
    pub collections: Vec<String>,
    /// Whether the bank that was written to had not all of it before.
    pub has_changed: bool,
}

impl Bank {
    /// Copies its collections, as of its day, into another bank: all or none.
    pub fn copy_to(&self, to: Place, talk: &Talk<'_>) -> Result<Copy, Error> {
        if *self.place() == to {
            let message = format!("`{to}` cannot be copied onto itself");
            return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint_at(Action::NameTarget)));
        }
        let from = self.until(talk.cancel);
        let source = match &from.home {
            Home::Server(server) => Some(server.source()?),
            Home::Folder(_) => None,
        };
        let engine = match &from.home {
            Home::Folder(folder) => Some(folder.current()?),
            Home::Server(_) => None,
        };
        let incoming = collections(&from, engine.as_ref(), source.as_ref(), talk.say)?;
        if let (true, Some(day)) = (incoming.is_empty(), self.day()) {
            let message = format!("there is nothing to copy: nothing is of {day} or before");
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint_days(self.days()?)));
        }
        let collections = incoming.iter().map(|one| one.name.clone()).collect();
        // Documents of any shape need none, and the card's does them no harm.
        let contract = from.contract().cloned().unwrap_or_else(Contract::card);
        let target = Target::open(Some(to), &Limits::default(), talk)?;
        let copied = if let Some(server) = &target.server {
            load(server, &contract, incoming, talk)
        } else {
            let tick = |progress: Progress| talk.step("", progress.rows, None, "documents");
            into_folder(
                &contract,
                incoming,
                &target.store,
                &Options { as_of: None, progress: &tick, cancel: talk.cancel },
            )
        };
        // A wait that the caller ended comes back as whatever the other side made of it.
        if talk.is_cancelled() {
            return Err(Error::cancelled());
        }
        let has_changed = copied?;
        if let Some(contract) = self.contract().filter(|_| self.is_adopted()) {
            match &target.server {
                Some(server) => server.adopt(contract.text())?,
                None => target.store.set_note(adopt::NOTE, Some(contract.text()))?,
            }
        }
        Ok(Copy { collections, has_changed })
    }
}

/// The collections of the bank that is copied.
fn collections<'a>(
    from: &'a Bank,
    engine: Option<&'a Engine>,
    source: Option<&'a Source<'a>>,
    say: &dyn Fn(&str),
) -> Result<Vec<Incoming<'a>>, Error> {
    match (&from.home, engine, source) {
        (Home::Folder(folder), Some(engine), _) => {
            for view in views::of(folder.store())?.keys() {
                say(&format!("notice: `{view}` is a view and is not copied"));
            }
            let is_under_contract = from.contract().is_some() && !from.is_adopted();
            let incoming = folder.collections().into_iter().map(|info| {
                // What a pipeline wrote is of no day; a copy of it is of today.
                let as_of = (!is_beside_the_days(&info)).then_some(info.as_of);
                incoming(info, engine, is_under_contract, as_of)
            });
            Ok(incoming.collect())
        }
        (Home::Server(_), _, Some(source)) => {
            for view in source.views() {
                say(&format!("notice: `{view}` is no plain collection and is not copied"));
            }
            source.collections().iter().map(|found| from_server(source, found)).collect()
        }
        (Home::Server(_), _, None) | (Home::Folder(_), None, _) => Ok(Vec::new()),
    }
}

fn from_server<'a>(source: &'a Source<'a>, found: &mongo::Found) -> Result<Incoming<'a>, Error> {
    Ok(Incoming {
        name: found.name.clone(),
        shape: found.shape,
        as_of: found.as_of,
        hash: None,
        rows: None,
        made_from: None,
        notes: found.notes.clone(),
        documents: Box::new(source.documents(&found.name)?),
    })
}

/// What the other bank says.
pub(crate) fn of_source(error: mongo::Error) -> extract::Error {
    extract::Error::of_source(error.into_diagnostic())
}

/// Puts collections into a folder: those under a contract into typed columns, documents of any shape as they are. Says whether
/// that changed the bank.
fn into_folder(
    contract: &Contract,
    collections: Vec<Incoming<'_>>,
    store: &store::Store,
    options: &Options<'_>,
) -> Result<bool, Error> {
    let (mut under_contract, mut others) = (Vec::new(), Vec::new());
    for incoming in collections {
        let is_under_contract = incoming.shape == Shape::Contract;
        let copied = Copied {
            name: incoming.name,
            as_of: incoming.as_of,
            notes: incoming.notes,
            documents: Box::new(incoming.documents.map(|document| document.map_err(of_source))),
        };
        if is_under_contract { under_contract.push(copied) } else { others.push(copied) }
    }
    // By name, so `customers` comes before `transactions`; an import always loads both.
    let customers =
        (!under_contract.is_empty()).then_some(extract::Customers { contract, collections: under_contract });
    let outcome = extract::copy(customers, others, store, options)?;
    Ok(outcome == store::Outcome::Changed)
}
