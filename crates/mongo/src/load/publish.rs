//! Makes states live by writing the book, and lets the names for pasting follow.
//!
//! In: the book as it shall be. Out: the same on the server; views `customers` and `customers@2026-06-30`, each onto the
//! collection that holds the state, so that a pipeline can be pasted into mongosh.
//! Invariant: the book is replaced as one document, so all collections of an import become live at once. The views
//! follow one by one; where an import died among them, the next lets them follow.

use std::collections::BTreeMap;

use bson::{Document, doc};
use jiff::civil::Date;
use mongodb::options::{Acknowledgment, WriteConcern};

use super::book::Book;
use super::staging::drop_collection;
use super::writing::Writing;
use super::{BOOKKEEPING, plan};
use crate::Error;

/// The name of a collection's state on a day.
pub(crate) fn on_day(collection: &str, day: Date) -> String {
    format!("{collection}@{day}")
}

/// A name taken apart that means a collection's state on a day.
pub(crate) fn parse_on_day(name: &str) -> Option<(&str, Date)> {
    let (collection, day) = name.rsplit_once('@')?;
    let day: Date = day.parse().ok()?;
    (on_day(collection, day) == name).then_some((collection, day))
}

/// Makes a book the one that counts.
pub(crate) fn publish(writing: &Writing<'_>, book: &mut Book) -> Result<(), Error> {
    book.is_unsettled = true;
    write(writing, book)?;
    let writing = writing.to_the_end();
    settle(&writing, book).map_err(|error| {
        error
            .prevents("all of it is live, but the names for pasting into mongosh do not show it yet")
            .hint("the next import sees to them")
    })
}

/// Writes the book, durable on disk, and with it all that was written before.
pub(crate) fn write(writing: &Writing<'_>, book: &Book) -> Result<(), Error> {
    replace(writing, "bank", &book.print())
}

/// Replaces one of our own documents, durable on disk, and with it all that was written before.
pub(crate) fn replace(writing: &Writing<'_>, id: &str, document: &Document) -> Result<(), Error> {
    let ours = writing.database.collection::<Document>(BOOKKEEPING);
    writing.run(|| {
        let durably = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        ours.replace_one(doc! { "_id": id }, document).upsert(true).write_concern(durably).into_future()
    })?;
    Ok(())
}

/// Lets the names for pasting follow the book.
pub(crate) fn settle(writing: &Writing<'_>, book: &mut Book) -> Result<(), Error> {
    let wanted = names(book);
    let there = listed(writing)?;
    for (name, collection) in &wanted {
        match there.get(name) {
            _ if name == collection => {}
            Some(Listed::View(on)) if on == collection => {}
            Some(Listed::View(_)) => {
                writing.command(&doc! { "collMod": name, "viewOn": collection, "pipeline": [] })?;
            }
            Some(Listed::Collection) if plan::n_documents(name, writing)? > 0 => {
                return Err(Error::input(format!(
                    "`{name}` on the server holds documents that BankSphere did not load"
                ))
                .hint("drop or rename it"));
            }
            found => {
                if found.is_some() {
                    drop_collection(writing, name)?;
                }
                writing.command(&doc! { "create": name, "viewOn": collection, "pipeline": [] })?;
            }
        }
    }
    for (name, listed) in &there {
        if !wanted.contains_key(name) && is_ours(name, listed) {
            drop_collection(writing, name)?;
        }
    }
    book.is_unsettled = false;
    write(writing, book)
}

/// The names for pasting, each with the collection that it shows.
pub(crate) fn names(book: &Book) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for entry in book.entries.values() {
        for state in &entry.days {
            names.insert(on_day(&entry.name, state.as_of), state.collection.clone());
        }
        if let Some(newest) = entry.newest() {
            names.insert(entry.name.clone(), newest.collection.clone());
        }
    }
    names
}

/// Whether it is a view that we made: one onto a state of the collection whose name it has.
fn is_ours(name: &str, listed: &Listed) -> bool {
    let base = parse_on_day(name).map_or(name, |(base, _)| base);
    let Listed::View(on) = listed else { return false };
    on.starts_with(&format!("{BOOKKEEPING}.")) && on.ends_with(&format!(".{base}"))
}

/// What a name stands for on the server.
enum Listed {
    Collection,
    /// A view onto this collection that changes nothing.
    View(String),
}

fn listed(writing: &Writing<'_>) -> Result<BTreeMap<String, Listed>, Error> {
    let listed = writing.run(|| async {
        let mut cursor = writing.database.list_collections().await?;
        let mut listed = Vec::new();
        while cursor.advance().await? {
            listed.push(cursor.deserialize_current()?);
        }
        Ok(listed)
    })?;
    let of = |one: mongodb::results::CollectionSpecification| {
        let is_plain = one.options.pipeline.is_none_or(|pipeline| pipeline.is_empty());
        let on = one.options.view_on.filter(|_| is_plain);
        (one.name, on.map_or(Listed::Collection, Listed::View))
    };
    Ok(listed.into_iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_name_with_a_day_is_taken_apart() {
        let day = date(2026, 5, 31);
        assert_eq!(parse_on_day("customers@2026-05-31"), Some(("customers", day)));
        assert_eq!(parse_on_day("a@b@2026-05-31"), Some(("a@b", day)));
        for other in ["customers", "customers@", "customers@today", "customers@20260531", "customers@2026-02-30"] {
            assert_eq!(parse_on_day(other), None, "{other}");
        }
    }
}
