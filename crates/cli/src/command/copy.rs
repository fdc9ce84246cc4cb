//! `banksphere copy`: collections from one bank to another, whichever of the two is a folder or a server.

use mongo::{Incoming, Outcome, Shape, Source};

use bank::{Copied, Options, Progress};

use crate::args::Copy;
use crate::failure::Failure;
use crate::home::{Home, Place};
use crate::target::{self, Target};
use crate::{interrupt, output, progress};

/// Runs the command.
pub(crate) fn run(args: &Copy) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let (from, to) = (Place::named(&args.from)?, Place::named(&args.to)?);
    if from == to {
        return Err(Failure::new(format!(
            "`{from}` cannot be copied onto itself\nhint: name another bank with `--to`"
        )));
    }
    let from = Home::at(&from, mongo::Options { timeout: None, cancel: Some(cancel.clone()) })?;
    let source = match &from {
        Home::Server(server) => Some(server.source()?),
        Home::Embedded(_) => None,
    };
    let collections = collections(&from, source.as_ref())?;
    let names: Vec<String> = collections.iter().map(|one| format!("`{}`", one.name)).collect();
    let outcome = match Target::open(Some(to), None, &cancel)? {
        Target { server: Some(server), .. } => {
            target::load(&server, collections, &cancel).map(|outcome| outcome != Outcome::Unchanged)
        }
        Target { store, .. } => {
            let bar = progress::bar(None, "documents");
            let tick = |progress: Progress| bar.set_position(progress.rows);
            let copied = into_folder(collections, &store, &Options { as_of: None, progress: &tick, cancel: &cancel });
            bar.finish_and_clear();
            copied
        }
    };
    // A wait that Ctrl-C ended comes back as whatever the other side made of it.
    interrupt::check(&cancel)?;
    match outcome? {
        _ if names.is_empty() => output::say("the bank is empty: there is nothing to copy"),
        true => output::say(&format!("copied {}", names.join(", "))),
        false => output::say("nothing changed: the bank has all"),
    }
    Ok(())
}

/// The collections of the bank that is copied.
fn collections<'a>(from: &'a Home, source: Option<&'a Source<'a>>) -> Result<Vec<Incoming<'a>>, Failure> {
    match (from, source) {
        (Home::Embedded(bank), _) => {
            let is_card = bank::quality(&bank.store).is_some();
            let incoming = bank.store.collections().into_iter().map(|info| {
                let as_of = Some(info.as_of);
                target::incoming(info, &bank.engine, is_card, as_of)
            });
            Ok(incoming.collect())
        }
        (Home::Server(_), Some(source)) => {
            for view in source.views() {
                output::say(&format!("notice: `{view}` is no plain collection and is not copied"));
            }
            source.collections().iter().map(|found| from_server(source, found)).collect()
        }
        (Home::Server(_), None) => Ok(Vec::new()),
    }
}

fn from_server<'a>(source: &'a Source<'a>, found: &mongo::Found) -> Result<Incoming<'a>, Failure> {
    Ok(Incoming {
        name: found.name.clone(),
        shape: found.shape,
        as_of: found.as_of,
        hash: None,
        rows: None,
        notes: found.notes.clone(),
        documents: Box::new(source.documents(&found.name)?),
    })
}

/// Puts collections into a folder: card data into typed columns, documents of any shape as they are. Says whether that
/// changed the bank.
fn into_folder(collections: Vec<Incoming<'_>>, store: &store::Store, options: &Options<'_>) -> Result<bool, Failure> {
    let (mut card_data, mut others) = (Vec::new(), Vec::new());
    for incoming in collections {
        let is_card = incoming.shape == Shape::Card;
        let copied = Copied {
            name: incoming.name,
            as_of: incoming.as_of,
            notes: incoming.notes,
            documents: Box::new(incoming.documents.map(|document| document.map_err(bank::Error::of_source))),
        };
        if is_card { card_data.push(copied) } else { others.push(copied) }
    }
    // By name, so `customers` comes before `transactions`; an import always loads both.
    let card_data = <[Copied<'_>; 2]>::try_from(card_data).ok();
    let outcome = bank::copy(card_data, others, store, options)?;
    Ok(outcome == store::Outcome::Changed)
}
