//! Documents that are there already, to which a file's are added.
//!
//! In: the collection as the store or another place has it. Out: the same documents in the new state, before those of the
//! file.
//! Invariant: their bytes stay as they are, and every `_id` of theirs is known when those of the file come.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use diagnostic::{nearest, quote};
use jiff::civil::Date;
use store::{BLOCK_ROWS, CollectionInfo, Store};

use super::blocks::Blocks;
use crate::load::Options;
use crate::seen::Hashes;
use crate::{Error, ids};

/// What a collection held before.
pub enum Before<'a> {
    /// Nothing that counts: the file takes its place.
    Replaced,
    /// What the store has of it as of the day of the import, or of the newest.
    Kept,
    /// What another place has of it, with the file that it came from.
    Copied {
        /// The documents.
        documents: crate::Documents<'a>,
        /// Where they came from.
        source: Option<String>,
    },
}

/// What was written of it.
#[derive(Default)]
pub(super) struct Written {
    pub(super) rows: u64,
    /// The `_id`s; none where nothing was there.
    pub(super) seen: Option<Hashes>,
    pub(super) source: Option<String>,
}

impl Before<'_> {
    /// Writes them. The store's writer is at work already, so that no other import comes between.
    pub(super) fn write(
        self,
        name: &str,
        store: &Store,
        blocks: &mut Blocks<'_, '_>,
        options: &Options<'_>,
    ) -> Result<Written, Error> {
        match self {
            Self::Replaced => Ok(Written::default()),
            Self::Kept => kept(name, store, blocks, options),
            Self::Copied { documents, source } => copied(documents, source, blocks, options),
        }
    }
}

/// The collection as the store has it as of a day, or the refusal of adding to what is not there.
pub(super) fn require(name: &str, store: &Store, day: Option<Date>) -> Result<CollectionInfo, Error> {
    let infos = store.collections_on(day);
    let names: Vec<&str> = infos.iter().map(|info| info.name.as_str()).collect();
    infos.iter().find(|info| info.name == name).cloned().ok_or_else(|| not_there(name, &names, day))
}

fn kept(name: &str, store: &Store, blocks: &mut Blocks<'_, '_>, options: &Options<'_>) -> Result<Written, Error> {
    // What was committed since the store was opened counts too.
    let now = Store::open(store.dir())?;
    let info = require(name, &now, options.as_of)?;
    let contents = now.read_on(name, options.as_of)?;
    contents.verifier.verify_all()?;
    let mut seen = Hashes::new();
    for batch in &contents.batches {
        options.check_cancelled()?;
        for document in raw_documents(name, batch)? {
            remember(&mut seen, &document);
            blocks.add(document, || quote(name))?;
        }
    }
    Ok(Written { rows: info.rows, seen: Some(seen), source: info.notes.get(super::SOURCE).cloned() })
}

/// The documents of a block as they came in.
fn raw_documents(name: &str, batch: &RecordBatch) -> Result<Vec<Vec<u8>>, Error> {
    let refused = || Error::input(format!("the collection `{}` holds no documents of any shape", quote(name)));
    if ::documents::is_columns(&batch.schema()) {
        return ::documents::raw_documents(batch).map_err(|error| Error::bug(error.to_string()));
    }
    let column = batch.columns().first().and_then(|column| column.as_binary_opt::<i32>()).ok_or_else(refused)?;
    Ok(column.iter().flatten().map(<[u8]>::to_vec).collect())
}

fn copied(
    documents: crate::Documents<'_>,
    source: Option<String>,
    blocks: &mut Blocks<'_, '_>,
    options: &Options<'_>,
) -> Result<Written, Error> {
    let (mut seen, mut rows) = (Hashes::new(), 0);
    for document in documents {
        let document = document?;
        rows += 1;
        if rows % BLOCK_ROWS as u64 == 0 {
            options.check_cancelled()?;
        }
        remember(&mut seen, document.as_bytes());
        blocks.add(document.as_bytes().to_vec(), || format!("document {rows}"))?;
    }
    Ok(Written { rows, seen: Some(seen), source })
}

fn remember(seen: &mut Hashes, document: &[u8]) {
    if let Some(id) = ids::key(document) {
        seen.insert(&id);
    }
}

/// The refusal of adding to what is not there.
#[must_use]
pub fn not_there(name: &str, names: &[&str], day: Option<Date>) -> Error {
    let on = day.map(|day| format!(" on {day} or before")).unwrap_or_default();
    let hint = format!(
        "{}; an import that appends nothing makes a new one",
        nearest("collection", name, names.iter().copied())
    );
    Error::input(format!("there is no collection `{}`{on} to add documents to", quote(name))).hint(hint)
}
