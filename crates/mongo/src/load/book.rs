//! Our book on the server: which collections we loaded, of which day, with which content, and their snapshots.
//!
//! In and out: the document `bank` of the collection `banksphere`. It says what is live; the collections themselves are
//! plain ones.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc};
use jiff::civil::Date;
use mongodb::Database;

use super::BOOKKEEPING;
use crate::Error;

/// The format that this version writes, and the newest that it reads.
const FORMAT: i32 = 1;

/// What we know of the collections that we loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Book {
    pub(crate) entries: BTreeMap<String, Entry>,
}

/// What we know of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) as_of: Date,
    /// Of the content, where it was known.
    pub(crate) hash: Option<String>,
    pub(crate) rows: u64,
    pub(crate) notes: BTreeMap<String, String>,
    /// Earlier states, the newest last.
    pub(crate) snapshots: Vec<Snapshot>,
}

/// What a collection holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One of the two collections of card data, under their contract.
    Card,
    /// Documents of any shape.
    Any,
}

/// An earlier state of a collection, kept as a collection of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The day that it describes.
    pub as_of: Date,
    /// Of its content, where it was known.
    pub hash: Option<String>,
    /// How many documents it has.
    pub rows: u64,
}

impl Snapshot {
    /// The collection that holds the state of that day.
    pub(crate) fn collection(name: &str, as_of: Date) -> String {
        format!("{BOOKKEEPING}.snapshot.{name}.{as_of}")
    }
}

/// The book as the database has it, for [`Book::parse`].
pub(crate) async fn read_book(database: &Database) -> Result<Option<Document>, mongodb::error::Error> {
    database.collection(BOOKKEEPING).find_one(doc! { "_id": "bank" }).await
}

impl Book {
    /// Reads the book; a database without one has an empty one. A book of a newer format is refused.
    pub(crate) fn parse(document: Option<&Document>) -> Result<Self, Error> {
        let Some(document) = document else { return Ok(Self::default()) };
        let format = document.get_i32("format").unwrap_or(0);
        if !(1..=FORMAT).contains(&format) {
            return Err(Error::input(format!(
                "the bank on the server was written in format {format}; this version knows up to {FORMAT}"
            ))
            .hint("use a newer version of BankSphere"));
        }
        let entries = document.get_document("collections").into_iter().flatten().map(|(name, entry)| {
            let entry = entry.as_document().and_then(|entry| Entry::parse(name, entry));
            entry.map(|entry| (name.clone(), entry)).ok_or_else(|| {
                Error::input(format!("the document `bank` in the collection `{BOOKKEEPING}` makes no sense")).hint(
                    "somebody changed it by hand; restore it, or remove it and import the data into another database",
                )
            })
        });
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    pub(crate) fn print(&self) -> Document {
        let entries: Document =
            self.entries.values().map(|entry| (entry.name.clone(), Bson::Document(entry.print()))).collect();
        doc! { "_id": "bank", "format": FORMAT, "collections": entries }
    }
}

impl Entry {
    pub(crate) fn parse(name: &str, document: &Document) -> Option<Self> {
        let snapshots = document.get_array("snapshots").ok()?.iter();
        let notes = document.get_document("notes").ok()?.iter();
        Some(Self {
            name: name.to_owned(),
            shape: match document.get_str("shape").ok()? {
                "card" => Shape::Card,
                "any" => Shape::Any,
                _ => return None,
            },
            as_of: document.get_str("as_of").ok()?.parse().ok()?,
            hash: document.get_str("hash").ok().map(str::to_owned),
            rows: document.get_i64("rows").ok()? as u64,
            notes: notes.filter_map(|(key, note)| Some((key.clone(), note.as_str()?.to_owned()))).collect(),
            snapshots: snapshots.map(|snapshot| Snapshot::parse(snapshot.as_document()?)).collect::<Option<_>>()?,
        })
    }

    pub(crate) fn print(&self) -> Document {
        let notes: Document = self.notes.iter().map(|(key, note)| (key.clone(), Bson::from(note.as_str()))).collect();
        let snapshots: Vec<Document> = self.snapshots.iter().map(Snapshot::print).collect();
        doc! {
            "shape": match self.shape { Shape::Card => "card", Shape::Any => "any" },
            "as_of": self.as_of.to_string(),
            "hash": self.hash.as_deref(),
            "rows": self.rows as i64,
            "notes": notes,
            "snapshots": snapshots,
        }
    }
}

impl Snapshot {
    fn parse(document: &Document) -> Option<Self> {
        Some(Self {
            as_of: document.get_str("as_of").ok()?.parse().ok()?,
            hash: document.get_str("hash").ok().map(str::to_owned),
            rows: document.get_i64("rows").ok()? as u64,
        })
    }

    fn print(&self) -> Document {
        doc! { "as_of": self.as_of.to_string(), "hash": self.hash.as_deref(), "rows": self.rows as i64 }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let entry = Entry {
            name: "customers".to_owned(),
            shape: Shape::Card,
            as_of: date(2026, 6, 30),
            hash: Some("ab".to_owned()),
            rows: 10_127,
            notes: BTreeMap::from([("source".to_owned(), "BankChurners.csv".to_owned())]),
            snapshots: vec![Snapshot { as_of: date(2026, 5, 31), hash: None, rows: 3 }],
        };
        let book = Book { entries: BTreeMap::from([(entry.name.clone(), entry)]) };
        assert_eq!(Book::parse(Some(&book.print())).unwrap(), book);
    }

    #[test]
    fn a_newer_book_is_refused() {
        let refused = Book::parse(Some(&doc! { "_id": "bank", "format": 2 })).unwrap_err();
        assert_eq!(refused.message(), "the bank on the server was written in format 2; this version knows up to 1");
    }
}
