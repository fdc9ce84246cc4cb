//! What is asked of a place, whether or not it can be opened: whether its files are as they were written, and that a day or a
//! collection goes.
//!
//! In: a [`Place`]. Out: [`Checked`], or the collections that went, with their rows.
//! Invariant: a collection of customers under a contract goes with all that belongs to it, or stays.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use contract::{CUSTOMERS, TRANSACTIONS};
use diagnostic::Diagnostic;
use jiff::civil::Date;
use mongo::Server;
use store::{CheckOptions, DAYS, Store};

use crate::{Error, ErrorKind, Place, Talk, adopt, views};

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// How many files were looked at.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is not as it was written, each with its file.
    pub damaged: Vec<Diagnostic>,
}

/// The day that a text names, such as `2026-06-30`.
pub fn day(text: &str) -> Result<Date, Error> {
    let refused = |message: String, hint: &str| Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint));
    let shown = diagnostic::quote(text);
    let is_plain = text.len() == "2026-06-30".len() && text.starts_with(|c: char| c.is_ascii_digit());
    match text.parse::<Date>() {
        Ok(day) if is_plain && (DAYS.0..=DAYS.1).contains(&day) => Ok(day),
        Ok(_) if is_plain => Err(refused(
            format!("the day `{shown}` is out of range"),
            &format!("days of a bank lie between {} and {}", DAYS.0, DAYS.1),
        )),
        _ => Err(refused(format!("`{shown}` is not a day"), "a day reads as year, month and day: `2026-06-30`")),
    }
}

/// Looks at every byte of a bank, of all its days.
pub fn check(place: &Place, talk: &Talk<'_>) -> Result<Checked, Error> {
    let folder = folder(place, "checks its own data: `db.customers.validate()` in mongosh")?;
    let progress = |done: u64, of: u64| talk.step("", done, Some(of), "bytes");
    let found = Store::open(folder)?.check(&CheckOptions { progress: &progress, cancel: talk.cancel })?;
    let damaged = found.damaged.into_iter().map(|damage| damage.error.into_diagnostic()).collect();
    Ok(Checked { files: found.files, bytes: found.bytes, damaged })
}

/// Takes a day out of a bank; gives the collections that had a state of it, each with its rows.
pub fn drop_day(place: &Place, day: Date) -> Result<Vec<(String, u64)>, Error> {
    match place {
        Place::Folder(folder) => {
            let store = Store::open(folder)?;
            let of_day = store.collections_on(Some(day)).into_iter().filter(|info| info.as_of == day);
            let gone: Vec<(String, u64)> = of_day.map(|info| (info.name, info.rows)).collect();
            require_day(place, day, gone.is_empty(), &store.days())?;
            store.drop_day(day)?;
            Ok(gone)
        }
        Place::Server(uri) => {
            let server = Server::connect(uri, mongo::Options { timeout: None, cancel: None })?;
            let mut gone = Vec::new();
            for collection in server.collections()? {
                let kept = collection.snapshots.iter().map(|kept| (kept.as_of.to_string(), kept.rows));
                let states = kept.chain(collection.as_of.map(|live| (live, collection.documents)));
                let rows = states.into_iter().find(|(as_of, _)| *as_of == day.to_string()).map(|(_, rows)| rows);
                gone.extend(rows.map(|rows| (collection.name.clone(), rows)));
            }
            require_day(place, day, gone.is_empty(), &server.days()?)?;
            server.drop_day(day, &AtomicBool::new(false))?;
            Ok(gone)
        }
    }
}

/// What [`drop_collection`] took out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// A view, which held no documents.
    View,
    /// Collections, each with the rows of its newest state.
    Collections(Vec<(String, u64)>),
}

/// Takes a collection or a view out of a bank, a collection of all its days; of customers under a contract, all collections
/// of that.
pub fn drop_collection(place: &Place, name: &str) -> Result<Dropped, Error> {
    match place {
        Place::Folder(folder) => {
            let store = Store::open(folder)?;
            if views::take_out(&store, name)? {
                return Ok(Dropped::View);
            }
            let is_under_contract = extract::quality(&store).is_some();
            let infos = store.collections();
            let there = infos.iter().map(|info| (info.name.as_str(), info.rows, is_under_contract));
            let gone = gone(name, &there.collect::<Vec<_>>())?;
            store.drop_collections(&names(&gone))?;
            if gone.iter().any(|(name, _)| name == contract::CUSTOMERS) && store.note(adopt::NOTE).is_some() {
                store.set_note(adopt::NOTE, None)?;
            }
            Ok(Dropped::Collections(gone))
        }
        Place::Server(uri) => {
            let server = Server::connect(uri, mongo::Options { timeout: None, cancel: None })?;
            if server.drop_view(name)? {
                return Ok(Dropped::View);
            }
            let (source, sizes) = (server.source()?, server.collections()?);
            let is_foreign = |found: &mongo::Found| found.name == name && found.state.is_none();
            if source.collections().iter().any(is_foreign) {
                let message = format!("the collection `{name}` on the server was not loaded by BankSphere");
                let hint = "drop it yourself if it is not needed: `db.getCollection(…).drop()` in mongosh";
                return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
            }
            let rows = |name: &str| sizes.iter().find(|size| size.name == name).map_or(0, |size| size.documents);
            let is_under_contract = |found: &mongo::Found| found.shape == mongo::Shape::Contract;
            let there = source.collections().iter().map(|found| {
                let name = found.name.as_str();
                (name, rows(name), is_under_contract(found))
            });
            let gone = gone(name, &there.collect::<Vec<_>>())?;
            drop(source);
            server.drop_collections(&names(&gone), &AtomicBool::new(false))?;
            Ok(Dropped::Collections(gone))
        }
    }
}

fn names(gone: &[(String, u64)]) -> Vec<&str> {
    gone.iter().map(|(name, _)| name.as_str()).collect()
}

/// What goes with a collection; `there` are all with their rows, and whether they are of a bank with a contract.
fn gone(name: &str, there: &[(&str, u64, bool)]) -> Result<Vec<(String, u64)>, Error> {
    let refused =
        |message: String, hint: String| Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
    let Some((_, _, is_under_contract)) = there.iter().find(|(one, ..)| *one == name) else {
        let message = format!("no collection `{}` in this bank", diagnostic::quote(name));
        return refused(message, diagnostic::nearest("collection", name, there.iter().map(|(one, ..)| *one)));
    };
    let is_part = *is_under_contract && name == TRANSACTIONS;
    if is_part {
        let message = format!("`{TRANSACTIONS}` is a part of the bank's customers and does not go alone");
        return refused(message, format!("drop `{CUSTOMERS}`, and both go"));
    }
    let goes = |one: &str| one == name || (*is_under_contract && name == CUSTOMERS && one == TRANSACTIONS);
    Ok(there.iter().filter(|(one, ..)| goes(one)).map(|(one, rows, _)| ((*one).to_owned(), *rows)).collect())
}

/// Refuses a day that the bank has nothing of.
fn require_day(place: &Place, day: Date, is_empty: bool, days: &[Date]) -> Result<(), Error> {
    if !is_empty {
        return Ok(());
    }
    let diagnostic = Diagnostic::new(format!("`{place}` has nothing of the day {day}"));
    Err(Error::new(ErrorKind::Question, diagnostic.hint_days(days)))
}

/// The folder, or the refusal of a server, which does it its own way.
fn folder<'a>(place: &'a Place, way: &str) -> Result<&'a Path, Error> {
    match place {
        Place::Folder(folder) => Ok(folder),
        Place::Server(uri) => Err(Error::new(
            ErrorKind::Usage,
            Diagnostic::new(format!("`{uri}` is not a folder")).hint(format!("a server {way}")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_that_no_bank_has_are_refused_in_words() {
        assert!(day("2026-06-30").is_ok() && day("9998-12-31").is_ok());
        for (text, told) in [
            ("9999-12-31", "the day `9999-12-31` is out of range"),
            ("0000-01-01", "the day `0000-01-01` is out of range"),
            ("-001-01-01", "`-001-01-01` is not a day"),
            ("-2026-06-30", "`-2026-06-30` is not a day"),
            ("2026-02-30", "`2026-02-30` is not a day"),
            ("2026-06-30T12:00", "`2026-06-30T12:00` is not a day"),
            ("yesterday", "`yesterday` is not a day"),
        ] {
            assert_eq!(day(text).unwrap_err().diagnostic().message(), told);
        }
    }
}
