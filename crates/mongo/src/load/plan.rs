//! Decides what a load has to do, before a document is sent.
//!
//! In: the book and the collections that come. Out: those that change something, each with its entry for the book.
//! Invariant: a collection that we did not load is never replaced, unless it is empty.

use bson::doc;
use contract::{CUSTOMERS, Contract};

use super::Incoming;
use super::book::{Book, Entry, Shape, State};
use super::publish::parse_on_day;
use super::writing::Writing;
use crate::collections::{BOOKKEEPING, is_bookkeeping};
use crate::{Error, ErrorKind};

/// The collections that change something, each with what the book will say of it, save where it lies.
pub(crate) fn changes<'a>(
    book: &Book,
    incoming: Vec<Incoming<'a>>,
    contract: &Contract,
    writing: &Writing<'_>,
) -> Result<Vec<(Incoming<'a>, State)>, Error> {
    let newest = book.states().map(|state| state.as_of).max();
    let today = jiff::Zoned::now().date();
    let default_day = newest.map_or(today, |newest| newest.max(today));
    check_contract(book, &incoming, contract)?;
    let mut changes = Vec::new();
    for incoming in incoming {
        check_name(&incoming.name)?;
        let entry = book.entries.get(&incoming.name);
        check_replaceable(&incoming, entry, writing)?;
        check_made_from(&incoming, entry)?;
        if is_there(&incoming, book, contract, writing)? {
            continue;
        }
        let state = State {
            as_of: incoming.as_of.unwrap_or(default_day),
            collection: String::new(),
            hash: incoming.hash.clone(),
            rows: incoming.rows.unwrap_or_default(),
            notes: incoming.notes.clone(),
            contract: None,
        };
        changes.push((incoming, state));
    }
    Ok(changes)
}

fn check_name(name: &str) -> Result<(), Error> {
    let is_state = parse_on_day(name).is_some();
    if is_bookkeeping(name) || is_state || name.starts_with("system.") || name.is_empty() || name.contains(['$', '\0'])
    {
        let name = diagnostic::quote(name);
        return Err(Error::input(format!("`{name}` cannot be a collection's name")).hint(format!(
            "choose another: names that begin with `{BOOKKEEPING}.` or `system.` have an owner, `$` is reserved, and a name \
             that ends like `@2026-06-30` means the state of a day"
        )));
    }
    Ok(())
}

/// Refuses customers that cannot be a day of the bank whose newest customers the server has.
fn check_contract(book: &Book, incoming: &[Incoming<'_>], contract: &Contract) -> Result<(), Error> {
    let customers = book.entries.get(CUSTOMERS).and_then(Entry::newest);
    let text = customers.and_then(|state| book.contracts.get(state.contract.as_ref()?));
    // A contract that cannot be read any more is replaced by one that can.
    let there = text.and_then(|text| Contract::parse("the contract in the bank", text).ok());
    match there {
        Some(there) if incoming.iter().any(|incoming| incoming.shape == Shape::Contract) => {
            contract.check_beside(&there).map_err(Error::of_source)
        }
        _ => Ok(()),
    }
}

/// Refuses to replace what BankSphere did not load.
fn check_replaceable(incoming: &Incoming<'_>, entry: Option<&Entry>, writing: &Writing<'_>) -> Result<(), Error> {
    let name = &incoming.name;
    match entry {
        Some(entry) if entry.shape == incoming.shape => Ok(()),
        Some(entry) => {
            let (what, hint) = match entry.shape {
                Shape::Contract => ("the bank's customer data", "choose another name for the documents"),
                Shape::Any => ("documents under no contract", "import the customers into another database"),
            };
            Err(Error::input(format!("the collection `{name}` holds {what}")).hint(hint))
        }
        None if n_documents(name, writing)? == 0 => Ok(()),
        None => Err(Error::input(format!("the collection `{name}` on the server was not loaded by BankSphere"))
            .hint("choose another database or another name, or drop the collection yourself if it is not needed")),
    }
}

/// Refuses what was made from a state that is not the one any more.
fn check_made_from(incoming: &Incoming<'_>, entry: Option<&Entry>) -> Result<(), Error> {
    let Some(made_from) = &incoming.made_from else { return Ok(()) };
    if entry.and_then(|entry| entry.on(incoming.as_of)).is_some_and(|state| state.collection == *made_from) {
        return Ok(());
    }
    let message = format!("another import changed the collection `{}` meanwhile", incoming.name);
    Err(Error::new(ErrorKind::Refused, message).hint("nothing was changed; try again"))
}

/// Whether the server has all of this already. The number of documents is looked at too, since others may write to the
/// server.
fn is_there(incoming: &Incoming<'_>, book: &Book, contract: &Contract, writing: &Writing<'_>) -> Result<bool, Error> {
    let (Some(entry), Some(_)) = (book.entries.get(&incoming.name), &incoming.hash) else { return Ok(false) };
    let state = match incoming.as_of {
        Some(day) => entry.days.iter().find(|state| state.as_of == day),
        None => entry.newest(),
    };
    let Some(state) = state.filter(|state| state.hash == incoming.hash) else { return Ok(false) };
    let text = state.contract.as_ref().and_then(|hash| book.contracts.get(hash));
    if incoming.shape == Shape::Contract && text.is_none_or(|text| text != contract.text()) {
        return Ok(false);
    }
    Ok(Some(n_documents(&state.collection, writing)?) == incoming.rows)
}

/// As the collection's metadata has it.
pub(crate) fn n_documents(name: &str, writing: &Writing<'_>) -> Result<u64, Error> {
    let counted = writing.run(|| writing.database.run_command(doc! { "count": name }).into_future())?;
    let n = counted.get_i32("n").map(i64::from).or_else(|_| counted.get_i64("n"));
    n.map(|n| n as u64)
        .map_err(|_| Error::new(ErrorKind::Bug, format!("the server does not say how many documents `{name}` has")))
}
