//! Renames by which collections of the first format get the names of today, and swaps of that format that were cut.
//!
//! A server cannot rename two collections at once. So the intent is written first; what is cut between two renames is
//! completed by the next import, and readers can tell ([`is_pending`]).

use bson::{Bson, Document, doc};
use mongodb::Database;

use super::book::Book;
use super::lease::Lease;
use super::staging::is_not_there;
use super::writing::Writing;
use super::{BOOKKEEPING, book_1, generation, publish};
use crate::Error;

/// What is to become of collections, in the document `swap` as long as it is not done.
struct Intent {
    renames: Vec<(String, String)>,
    after: After,
}

/// The book afterwards.
enum After {
    /// All of it.
    Book(Book),
    /// Entries of the first format, beside those that are there.
    Entries(Document),
}

/// Whether a swap is under way or was cut.
pub(crate) async fn is_pending(database: &Database) -> Result<bool, mongodb::error::Error> {
    Ok(database.collection::<Document>(BOOKKEEPING).find_one(doc! { "_id": "swap" }).await?.is_some())
}

/// Gives collections that lie under the names that users know (the first format's) names of their own, so that these
/// names can become views.
pub(crate) fn modernize(writing: &Writing<'_>, lease: &Lease, book: &mut Book) -> Result<(), Error> {
    let mut renames = Vec::new();
    for entry in book.entries.values_mut() {
        for state in entry.days.iter_mut().filter(|state| state.collection == entry.name) {
            let own = generation::name(&entry.name, state.as_of, lease.token());
            renames.push((std::mem::replace(&mut state.collection, own.clone()), own));
        }
    }
    if renames.is_empty() {
        return Ok(());
    }
    lease.renew(writing)?;
    let renames: Vec<Document> = renames.iter().map(|(from, to)| doc! { "from": from, "to": to }).collect();
    let intent = doc! { "_id": "swap", "renames": renames, "book": book.print() };
    publish::replace(writing, "swap", &intent)?;
    complete(&writing.to_the_end())?;
    publish::settle(&writing.to_the_end(), book)
}

/// Completes the swap that is pending, if one is.
pub(crate) fn complete(writing: &Writing<'_>) -> Result<(), Error> {
    let ours = writing.database.collection::<Document>(BOOKKEEPING);
    let Some(pending) = writing.run(|| ours.find_one(doc! { "_id": "swap" }).into_future())? else { return Ok(()) };
    let mut book = Book::parse(writing.run(|| super::read_book(&writing.database))?.as_ref())?;
    let Some(intent) = Intent::parse(&pending) else { return Err(malformed()) };
    for (from, to) in &intent.renames {
        rename(writing, from, to)?;
    }
    match intent.after {
        After::Book(after) => book = after,
        After::Entries(entries) => book_1::add(&mut book, &entries).ok_or_else(malformed)?,
    }
    book.is_unsettled = true;
    publish::write(writing, &book)?;
    writing.run(|| ours.delete_one(doc! { "_id": "swap" }).into_future())?;
    Ok(())
}

fn malformed() -> Error {
    Error::input(format!("the document `swap` in the collection `{BOOKKEEPING}` is malformed"))
        .hint("it was written by another version, or by hand: use the version that wrote it")
}

/// Renames in place of what is there. Where the source is gone, it was renamed before.
fn rename(writing: &Writing<'_>, from: &str, to: &str) -> Result<(), Error> {
    let database = writing.database.name();
    let admin = writing.database.client().database("admin");
    let command = doc! {
        "renameCollection": format!("{database}.{from}"),
        "to": format!("{database}.{to}"),
        "dropTarget": true,
        "writeConcern": { "w": "majority" },
    };
    writing.run(|| async {
        match admin.run_command(command.clone()).await {
            Err(error) if is_not_there(&error) => Ok(()),
            result => result.map(drop),
        }
    })
}

impl Intent {
    fn parse(document: &Document) -> Option<Self> {
        let rename = |rename: &Bson| {
            let rename = rename.as_document()?;
            Some((rename.get_str("from").ok()?.to_owned(), rename.get_str("to").ok()?.to_owned()))
        };
        let after = match document.get_document("book") {
            Ok(book) => After::Book(Book::parse(Some(book)).ok()?),
            Err(_) => After::Entries(document.get_document("entries").ok()?.clone()),
        };
        Some(Self { renames: document.get_array("renames").ok()?.iter().map(rename).collect::<Option<_>>()?, after })
    }
}
