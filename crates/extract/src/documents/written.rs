//! A collection that a pipeline wrote: it belongs to no day, and stands beside them.
//!
//! In: documents that have an `_id` each, and a commit that holds the writer's lock. Out: the collection, as that commit's.
//! Invariant: it is in the bank with the commit's end, all of it or nothing.

use bson::Document;
use diagnostic::quote;
use store::{Commit, NO_DAY, Store};

use super::{Blocks, SOURCE, holds_customers};
use crate::load::holds_card_data;
use crate::{CUSTOMERS, Error, TRANSACTIONS};

/// Writes documents as the collection `name`, in place of what an earlier pipeline wrote there. What was imported stays:
/// such a collection is refused.
pub fn write_documents(
    name: &str,
    documents: &[Document],
    store: &Store,
    commit: &mut Commit<'_>,
) -> Result<(), Error> {
    refuse_imported(name, store)?;
    let mut blocks = Blocks::new(name, commit);
    for (at, document) in documents.iter().enumerate() {
        let bytes =
            document.to_vec().map_err(|error| Error::input(format!("a document cannot be kept as BSON: {error}")))?;
        blocks.add(bytes, || format!("document {}", at + 1))?;
    }
    let mut writer = blocks.finish()?;
    writer.as_of(NO_DAY);
    writer.note(SOURCE, "a pipeline");
    Ok(commit.add(writer)?)
}

/// Refuses to write where something was imported.
pub fn refuse_imported(name: &str, store: &Store) -> Result<(), Error> {
    if [CUSTOMERS, TRANSACTIONS].contains(&name) && holds_card_data(store) {
        return Err(holds_customers(name));
    }
    let has_day = |info: &store::CollectionInfo| info.name == name && info.as_of != NO_DAY;
    if store.collections().iter().any(has_day) || [CUSTOMERS, TRANSACTIONS].contains(&name) {
        return Err(Error::input(format!(
            "the collection `{}` was imported, and a pipeline cannot write into it",
            quote(name)
        ))
        .hint("write into another collection"));
    }
    Ok(())
}
