//! Imports a file of documents of any shape as a collection beside the contract's own.
//!
//! In: Extended JSON documents one after the other or in one array, mongodump's BSON, or a table whose rows become documents.
//! Out: a collection of typed columns (the crate `documents`), out of which each document comes as it was, perhaps after
//! those that were there. The first one that cannot be read stops the import with its place in the file, and the bank is
//! as before.
//! Invariant: each has an `_id` as its first field, and none comes twice, as on a server.

mod before;
mod blocks;
mod dump;
mod identity;
mod pieces;
mod rows;
mod text;
mod written;

use bson::{Bson, Document};
use diagnostic::quote;
use pipeline::limits::{MAX_STORED_DEPTH, is_deeper_than};
use rayon::prelude::*;
use store::{BLOCK_ROWS, Store};
use tabular::{Content, Source};

use crate::load::{Options, Progress, holds_card_data};
use crate::seen::Hashes;
use crate::{CUSTOMERS, Error, TRANSACTIONS};

pub use before::{Before, not_there};
pub(crate) use blocks::Blocks;
use identity::Identified;
pub use written::{Written, refuse_imported};

/// A server takes no larger document.
const MOST_BYTES: usize = 16 << 20;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedDocuments {
    /// How many documents the collection has.
    pub rows: u64,
    /// How many of them came in.
    pub added: u64,
    /// What was assumed, a sentence each.
    pub notices: Vec<String>,
}

/// A file of documents under way.
trait Documents: Sync {
    /// A document as the file has it, with its place.
    type Raw: Sync;

    /// The next one; `None` at the end.
    fn next(&mut self) -> Result<Option<Self::Raw>, Error>;
    /// What it says.
    fn read(&self, raw: &Self::Raw) -> Result<Read, Error>;
    /// Refuses what was lost when it was read; `bytes` are those of what it says.
    fn check(&self, _raw: &Self::Raw, _bytes: &[u8]) -> Result<(), Error> {
        Ok(())
    }
    /// Its place in messages.
    fn place(&self, raw: &Self::Raw) -> String;
    /// How much of the file is read, from 0 to 1.
    fn fraction(&self) -> f64;
    /// Where the first document with this `_id` is, found by reading the file again.
    fn first_with(&self, id: &[u8]) -> Option<String>;
}

/// A document that was read, as BSON, and whether a number of it became a Decimal128.
struct Read {
    bytes: Vec<u8>,
    has_decimal: bool,
}

impl Read {
    /// Of a document that is not nested too deeply, and has no number that became a Decimal128.
    fn of(document: &Document) -> Result<Self, Error> {
        if document.values().any(|value| is_deeper_than(value, MAX_STORED_DEPTH - 1)) {
            return Err(Error::input(format!("the document is nested in more than {MAX_STORED_DEPTH} levels")));
        }
        let bytes =
            document.to_vec().map_err(|error| Error::input(format!("the document cannot be kept as BSON: {error}")))?;
        Ok(Self { bytes, has_decimal: false })
    }
}

/// A document ready to be kept.
struct Taken {
    bytes: Vec<u8>,
    /// The key of its `_id`.
    id: Vec<u8>,
    has_decimal: bool,
}

/// The note that keeps where a collection came from.
const SOURCE: &str = "source";
/// Names of files that are remembered together have so many bytes.
const MOST_BYTES_OF_NAMES: usize = 200;

/// Imports a file of documents as the collection `name`, in place of what it held.
pub fn import_documents<'a>(
    name: &str,
    source: impl Into<Source<'a>>,
    store: &Store,
    options: &Options<'_>,
) -> Result<ImportedDocuments, Error> {
    add_documents(name, source, Before::Replaced, store, options)
}

/// Imports a file of documents as the collection `name`, after what it held before.
pub fn add_documents<'a>(
    name: &str,
    source: impl Into<Source<'a>>,
    before: Before<'_>,
    store: &Store,
    options: &Options<'_>,
) -> Result<ImportedDocuments, Error> {
    refuse_card_data(name, store)?;
    options.as_of.map_or(Ok(()), store::check_day)?;
    if matches!(before, Before::Kept) {
        before::require(name, store, options.as_of)?;
    }
    let source = source.into();
    let import = Import { name, before, store, options };
    match options.reading(|reading| Content::open(source, reading))? {
        Content::Json(text) => import.run(text::Texts::open(&text)?, &text.input.name, Vec::new()),
        Content::Dump(input) => import.run(dump::Dump::open(&input)?, &input.name, Vec::new()),
        Content::Table(table) => {
            let notes = table.notes().to_vec();
            import.run(rows::TableRows::open(&table, || options.check_cancelled())?, &table.input().name, notes)
        }
    }
}

/// An import under way.
struct Import<'a> {
    name: &'a str,
    before: Before<'a>,
    store: &'a Store,
    options: &'a Options<'a>,
}

impl Import<'_> {
    fn run(
        self,
        mut documents: impl Documents,
        file: &str,
        mut notices: Vec<String>,
    ) -> Result<ImportedDocuments, Error> {
        let mut commit = self.store.begin()?;
        let mut blocks = Blocks::new(self.name, &mut commit);
        let there = self.before.write(self.name, self.store, &mut blocks, self.options)?;
        let (mut added, mut n_decimal, mut seen) = (0, 0_u64, Hashes::new());
        loop {
            self.options.check_cancelled()?;
            let mut block = Vec::new();
            while block.len() < BLOCK_ROWS
                && let Some(raw) = documents.next()?
            {
                block.push(raw);
            }
            if block.is_empty() {
                break;
            }
            let first = there.rows + added + 1;
            let numbered = block.par_iter().enumerate().map(|(at, raw)| (raw, first + at as u64));
            let taken: Vec<Result<Taken, Error>> =
                numbered.map(|(raw, number)| taken(&documents, raw, number)).collect();
            let taken = taken.into_iter().collect::<Result<Vec<Taken>, Error>>()?;
            n_decimal += taken.iter().filter(|one| one.has_decimal).count() as u64;
            refuse_known(self.name, &documents, &block, &taken, there.seen.as_ref())?;
            for (raw, Taken { bytes, id, .. }) in block.iter().zip(taken) {
                if !seen.insert(&id) {
                    return Err(duplicate(&documents, raw, &bytes, &id));
                }
                blocks.add(bytes, || documents.place(raw))?;
            }
            added += block.len() as u64;
            (self.options.progress)(Progress { rows: added, fraction: documents.fraction() });
        }
        if n_decimal > 0 {
            let them = if n_decimal == 1 { "1 document has" } else { "documents have" };
            let n = if n_decimal == 1 { String::new() } else { format!("{n_decimal} ") };
            notices.push(format!("{n}{them} whole numbers beyond 64 bits, which became Decimal128"));
        }
        let mut writer = blocks.finish()?;
        writer.note(SOURCE, sources(there.source, file));
        commit.add(writer)?;
        commit.finish(self.options.as_of)?;
        Ok(ImportedDocuments { rows: there.rows + added, added, notices })
    }
}

/// What is remembered of where the documents came from.
fn sources(before: Option<String>, file: &str) -> String {
    match before {
        None => file.to_owned(),
        Some(before)
            if before.split(", ").any(|one| one == file) || before.len() + file.len() > MOST_BYTES_OF_NAMES =>
        {
            before
        }
        Some(before) => format!("{before}, {file}"),
    }
}

/// Refuses an `_id` that a document has which was there before.
fn refuse_known<D: Documents>(
    name: &str,
    documents: &D,
    block: &[D::Raw],
    taken: &[Taken],
    there: Option<&Hashes>,
) -> Result<(), Error> {
    let Some(there) = there else { return Ok(()) };
    let Some((raw, one)) = block.iter().zip(taken).find(|(_, one)| there.contains(&one.id)) else { return Ok(()) };
    let shown = shown_id(&one.bytes);
    Err(Error::input(format!("the collection `{}` has a document with the `_id` {shown} already", quote(name)))
        .at(documents.place(raw))
        .duplicate_key()
        .hint("nothing was added; give each document an `_id` of its own, or none"))
}

/// Refuses to put documents of any shape where the bank's card data lies.
pub(crate) fn refuse_card_data(name: &str, store: &Store) -> Result<(), Error> {
    if [CUSTOMERS, TRANSACTIONS].contains(&name) && holds_card_data(store) {
        return Err(holds_customers(name));
    }
    Ok(())
}

/// The refusal of documents in a collection that follows a contract.
#[must_use]
pub fn holds_customers(name: &str) -> Error {
    Error::input(format!("the collection `{name}` holds the bank's customers, which follow a contract"))
        .hint("choose another name for the documents; customers come in as a file of all of them, by the contract")
}

fn duplicate<D: Documents>(documents: &D, raw: &D::Raw, bytes: &[u8], id: &[u8]) -> Error {
    let shown = shown_id(bytes);
    let error =
        Error::input(format!("the `_id` {shown} is in the file twice")).at(documents.place(raw)).duplicate_key();
    match documents.first_with(id) {
        Some(place) => {
            error.hint(format!("the first one is at {place}; give each document an `_id` of its own, or none"))
        }
        None => error,
    }
}

/// The `_id` of a document as messages show it.
fn shown_id(bytes: &[u8]) -> String {
    Document::from_reader(bytes).ok().and_then(|document| document.get("_id").map(shown)).unwrap_or_default()
}

/// A value as messages show it.
pub(crate) fn shown(value: &Bson) -> String {
    format!("`{}`", quote(&value.to_string()))
}

/// The document as raw BSON, with its `_id` in front; `number` is its place in the collection, from 1.
fn taken<D: Documents>(documents: &D, raw: &D::Raw, number: u64) -> Result<Taken, Error> {
    let at = || documents.place(raw);
    let Read { bytes, has_decimal } = documents.read(raw)?;
    documents.check(raw, &bytes)?;
    let Identified { bytes, id } = identity::identified(bytes, number).map_err(|error| error.at(at()))?;
    if bytes.len() > MOST_BYTES {
        let message = format!("the document has {} bytes; a document may have 16 MB", bytes.len());
        return Err(Error::input(message).at(at()).hint("split it into several documents"));
    }
    Ok(Taken { bytes, id, has_decimal })
}
