//! Our book on the server: which collections we loaded, of which days, with which content, and where each state lies.
//!
//! In and out: the document `bank` of the collection `banksphere`. Replacing it is what makes an import live: a session
//! reads it once and asks the collections that it names, which no import changes.
//! Invariant: each entry has at least one day, the newest last.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, DateTime, Document, doc};
use jiff::civil::Date;
use mongodb::Database;
use mongodb::options::{ReadPreference, SelectionCriteria};

use super::{BOOKKEEPING, book_1};
use crate::Error;

/// The format that this version writes, and the newest that it reads.
const FORMAT: i32 = 2;

/// What we know of the collections that we loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Book {
    /// How many imports made it; a reader's lease holds what one of them named.
    pub(crate) revision: i64,
    pub(crate) entries: BTreeMap<String, Entry>,
    /// The texts of the contracts that states name, by their hash.
    pub(crate) contracts: BTreeMap<String, String>,
    /// What no longer counts, and may still be read.
    pub(crate) retired: Vec<Retired>,
    /// Whether the names for pasting may still show what counted before.
    pub(crate) is_unsettled: bool,
}

/// What we know of one collection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    /// Its state on each day, the newest last.
    pub(crate) days: Vec<State>,
}

/// A collection as it was on a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) as_of: Date,
    /// The collection that holds it.
    pub(crate) collection: String,
    /// Of the content, where it was known.
    pub(crate) hash: Option<String>,
    pub(crate) rows: u64,
    pub(crate) notes: BTreeMap<String, String>,
    /// Which of the book's contracts it is under.
    pub(crate) contract: Option<String>,
}

/// A state that was superseded or dropped; its collection stays for a while.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Retired {
    pub(crate) collection: String,
    /// By this import.
    pub(crate) revision: i64,
    pub(crate) since: DateTime,
    /// Whether it is just being dropped: from here on no session may begin to read it.
    pub(crate) is_going: bool,
}

/// What a collection holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One of the collections of a contract.
    Contract,
    /// Documents of any shape.
    Any,
}

/// An earlier state of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The day that it describes.
    pub as_of: Date,
    /// How many documents it has.
    pub rows: u64,
}

/// The book as the database has it, for [`Book::parse`]; from the primary, where there is one.
pub(crate) async fn read_book(database: &Database) -> Result<Option<Document>, mongodb::error::Error> {
    let primary = SelectionCriteria::ReadPreference(ReadPreference::PrimaryPreferred { options: None });
    database.collection(BOOKKEEPING).find_one(doc! { "_id": "bank" }).selection_criteria(primary).await
}

impl Book {
    /// Reads the book; a database without one has an empty one. A book of a newer format is refused.
    pub(crate) fn parse(document: Option<&Document>) -> Result<Self, Error> {
        let Some(document) = document else { return Ok(Self::default()) };
        let book = match document.get_i32("format").unwrap_or(0) {
            1 => book_1::parse(document),
            FORMAT => parse(document),
            format => {
                return Err(Error::input(format!(
                    "the bank on the server was written in format {format}; this version knows up to {FORMAT}"
                ))
                .hint("use a newer version of BankSphere"));
            }
        };
        book.ok_or_else(|| {
            Error::input(format!("the document `bank` in the collection `{BOOKKEEPING}` is malformed"))
                .hint("it was changed by hand; restore it, or remove it and import the data into another database")
        })
    }

    pub(crate) fn print(&self) -> Document {
        let entries: Document =
            self.entries.values().map(|entry| (entry.name.clone(), Bson::Document(entry.print()))).collect();
        let retired: Vec<Document> = self.retired.iter().map(Retired::print).collect();
        let used: BTreeSet<&str> = self.states().filter_map(|state| state.contract.as_deref()).collect();
        let contracts = self.contracts.iter().filter(|(hash, _)| used.contains(hash.as_str()));
        let contracts: Document = contracts.map(|(hash, text)| (hash.clone(), Bson::from(text.as_str()))).collect();
        doc! {
            "_id": "bank",
            "format": FORMAT,
            "revision": self.revision,
            "is_unsettled": self.is_unsettled,
            "collections": entries,
            "retired": retired,
            "contracts": contracts,
        }
    }

    /// All states of all collections.
    pub(crate) fn states(&self) -> impl Iterator<Item = &State> {
        self.entries.values().flat_map(|entry| &entry.days)
    }

    /// The days of which it holds anything.
    pub(crate) fn days(&self) -> BTreeSet<Date> {
        self.states().map(|state| state.as_of).collect()
    }

    /// Whether a session may read this collection.
    pub(crate) fn has(&self, collection: &str) -> bool {
        self.states().any(|state| state.collection == collection)
            || self.retired.iter().any(|retired| retired.collection == collection && !retired.is_going)
    }

    /// Puts a state in its place; of one day the last import counts.
    pub(crate) fn put(&mut self, name: &str, shape: Shape, state: State) {
        let new = || Entry { name: name.to_owned(), shape, days: Vec::new() };
        let days = &mut self.entries.entry(name.to_owned()).or_insert_with(new).days;
        let before = days.iter().position(|one| one.as_of == state.as_of).map(|at| days.remove(at));
        days.push(state);
        days.sort_by_key(|one| one.as_of);
        if let Some(before) = before {
            self.retire(before, DateTime::now());
        }
    }

    /// Takes a day out, which may go at once; gives how many states it had.
    pub(crate) fn drop_day(&mut self, day: Date) -> usize {
        let mut gone = Vec::new();
        for entry in self.entries.values_mut() {
            gone.extend(entry.days.extract_if(.., |state| state.as_of == day));
        }
        self.entries.retain(|_, entry| !entry.days.is_empty());
        let n = gone.len();
        for state in gone {
            self.retire(state, DateTime::from_millis(0));
        }
        n
    }

    /// Takes a collection out with all its days, which may go at once; gives how many states it had.
    pub(crate) fn drop_collection(&mut self, name: &str) -> usize {
        let gone = self.entries.remove(name).map(|entry| entry.days).unwrap_or_default();
        let n = gone.len();
        for state in gone {
            self.retire(state, DateTime::from_millis(0));
        }
        n
    }

    fn retire(&mut self, state: State, since: DateTime) {
        let State { collection, .. } = state;
        let revision = self.revision;
        self.retired.push(Retired { collection, revision, since, is_going: false });
    }

    /// Keeps a contract's text; gives what states name it by.
    pub(crate) fn keep_contract(&mut self, text: &str) -> String {
        let hash = blake3::hash(text.as_bytes()).to_hex()[..16].to_owned();
        self.contracts.insert(hash.clone(), text.to_owned());
        hash
    }
}

impl Entry {
    /// What is live.
    pub(crate) fn newest(&self) -> Option<&State> {
        self.days.last()
    }

    /// The newest state that is not later than a day.
    pub(crate) fn on(&self, day: Option<Date>) -> Option<&State> {
        self.days.iter().rfind(|state| day.is_none_or(|day| state.as_of <= day))
    }

    fn print(&self) -> Document {
        let days: Vec<Document> = self.days.iter().map(State::print).collect();
        doc! { "shape": match self.shape { Shape::Contract => "contract", Shape::Any => "any" }, "days": days }
    }

    fn parse(name: &str, document: &Document) -> Option<Self> {
        let shape = match document.get_str("shape").ok()? {
            "contract" => Shape::Contract,
            "any" => Shape::Any,
            _ => return None,
        };
        let days = document.get_array("days").ok()?.iter();
        let days: Vec<State> = days.map(|state| State::parse(state.as_document()?)).collect::<Option<_>>()?;
        (!days.is_empty()).then(|| Self { name: name.to_owned(), shape, days })
    }
}

impl State {
    fn print(&self) -> Document {
        let notes: Document = self.notes.iter().map(|(key, note)| (key.clone(), Bson::from(note.as_str()))).collect();
        doc! {
            "as_of": self.as_of.to_string(),
            "collection": &self.collection,
            "hash": self.hash.as_deref(),
            "rows": self.rows as i64,
            "notes": notes,
            "contract": self.contract.as_deref(),
        }
    }

    fn parse(document: &Document) -> Option<Self> {
        let notes = document.get_document("notes").ok()?.iter();
        Some(Self {
            as_of: document.get_str("as_of").ok()?.parse().ok()?,
            collection: document.get_str("collection").ok()?.to_owned(),
            hash: document.get_str("hash").ok().map(str::to_owned),
            rows: document.get_i64("rows").ok()? as u64,
            notes: notes.filter_map(|(key, note)| Some((key.clone(), note.as_str()?.to_owned()))).collect(),
            contract: document.get_str("contract").ok().map(str::to_owned),
        })
    }
}

impl Retired {
    fn print(&self) -> Document {
        let Self { collection, revision, since, is_going } = self;
        doc! { "collection": collection, "revision": revision, "since": since, "is_going": is_going }
    }

    fn parse(document: &Document) -> Option<Self> {
        Some(Self {
            collection: document.get_str("collection").ok()?.to_owned(),
            revision: document.get_i64("revision").ok()?,
            since: *document.get_datetime("since").ok()?,
            is_going: document.get_bool("is_going").ok()?,
        })
    }
}

fn parse(document: &Document) -> Option<Book> {
    let entries = document.get_document("collections").ok()?.iter().map(|(name, entry)| {
        let entry = Entry::parse(name, entry.as_document()?)?;
        Some((name.clone(), entry))
    });
    let retired = document.get_array("retired").ok()?.iter();
    let contracts = document.get_document("contracts").ok()?.iter();
    Some(Book {
        revision: document.get_i64("revision").ok()?,
        entries: entries.collect::<Option<_>>()?,
        contracts: contracts
            .map(|(hash, text)| Some((hash.clone(), text.as_str()?.to_owned())))
            .collect::<Option<_>>()?,
        retired: retired.map(|one| Retired::parse(one.as_document()?)).collect::<Option<_>>()?,
        is_unsettled: document.get_bool("is_unsettled").ok()?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn state(day: i8, collection: &str) -> State {
        State {
            as_of: date(2026, 6, day),
            collection: collection.to_owned(),
            hash: Some("ab".to_owned()),
            rows: 10_127,
            notes: BTreeMap::from([("source".to_owned(), "BankChurners.csv".to_owned())]),
            contract: None,
        }
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let mut book = Book { revision: 3, is_unsettled: true, ..Book::default() };
        let contract = Some(book.keep_contract("title = \"x\""));
        book.put("customers", Shape::Contract, State { contract, ..state(5, "a") });
        book.put("customers", Shape::Contract, State { hash: None, ..state(6, "b") });
        book.put("branches", Shape::Any, state(5, "c"));
        book.put("branches", Shape::Any, state(5, "d"));
        let printed = book.print();
        // A server keeps milliseconds.
        assert_eq!(Book::parse(Some(&printed)).unwrap().print(), printed);
        assert_eq!(Book::parse(Some(&printed)).unwrap().entries, book.entries);
    }

    #[test]
    fn a_newer_book_is_refused() {
        let refused = Book::parse(Some(&doc! { "_id": "bank", "format": 3 })).unwrap_err();
        assert_eq!(refused.message(), "the bank on the server was written in format 3; this version knows up to 2");
        let refused = Book::parse(Some(&doc! { "_id": "bank", "format": 2 })).unwrap_err();
        assert_eq!(refused.message(), "the document `bank` in the collection `banksphere` is malformed");
    }

    /// The days of `customers` with their collections, and what is retired.
    fn shown(book: &Book) -> String {
        let days = book.entries.get("customers").map(|entry| {
            let days = entry.days.iter().map(|state| format!("{} {}", state.as_of.day(), state.collection));
            days.collect::<Vec<_>>().join(", ")
        });
        let retired: Vec<&str> = book.retired.iter().map(|one| one.collection.as_str()).collect();
        format!("{} | {}", days.unwrap_or_default(), retired.join(", "))
    }

    #[test]
    fn the_newest_day_is_live_and_of_one_day_the_last_import_counts() {
        let mut book = Book::default();
        let mut put = |day, collection: &str| {
            book.put("customers", Shape::Contract, state(day, collection));
            shown(&book)
        };
        assert_eq!(put(5, "a"), "5 a | ");
        assert_eq!(put(7, "b"), "5 a, 7 b | ");
        assert_eq!(put(6, "c"), "5 a, 6 c, 7 b | ");
        assert_eq!(put(5, "d"), "5 d, 6 c, 7 b | a");
        let on = |day| book.entries["customers"].on(day).map(|state| state.collection.clone());
        assert_eq!(on(None).as_deref(), Some("b"));
        assert_eq!(on(Some(date(2026, 6, 6))).as_deref(), Some("c"));
        assert_eq!(on(Some(date(2026, 6, 4))), None);
        assert_eq!(book.drop_day(date(2026, 6, 7)), 1);
        assert_eq!(shown(&book), "5 d, 6 c | a, b");
        assert!(book.has("a") && book.has("d") && !book.has("x"));
        book.drop_day(date(2026, 6, 5));
        book.drop_day(date(2026, 6, 6));
        assert_eq!(shown(&book), " | a, b, d, c");
    }
}
