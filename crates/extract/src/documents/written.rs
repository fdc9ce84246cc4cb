//! A collection that a pipeline wrote: it belongs to no day, and stands beside them.
//!
//! In: documents that have an `_id` each, one by one, and a commit that holds the writer's lock. Out: the collection, for that
//! commit. Invariant: memory holds one block; it is in the bank with the commit's end, all of it or nothing.

use bson::Document;
use diagnostic::quote;
use store::{Commit, NO_DAY, Store, Writer};

use super::{Blocks, SOURCE, holds_customers};
use crate::load::holds_card_data;
use crate::{CUSTOMERS, Error, TRANSACTIONS};

/// A collection that is being written, in place of what an earlier pipeline wrote there.
pub struct Written<'a, 'b> {
    blocks: Blocks<'a, 'b>,
    n_documents: u64,
}

impl<'a, 'b> Written<'a, 'b> {
    /// Begins. What was imported stays: such a collection is refused.
    pub fn new(name: &'a str, store: &Store, commit: &'a mut Commit<'b>) -> Result<Self, Error> {
        refuse_imported(name, store)?;
        Ok(Self { blocks: Blocks::new(name, commit), n_documents: 0 })
    }

    /// Takes the next document.
    pub fn add(&mut self, document: &Document) -> Result<(), Error> {
        self.n_documents += 1;
        let n = self.n_documents;
        let bytes =
            document.to_vec().map_err(|error| Error::input(format!("a document cannot be kept as BSON: {error}")))?;
        self.blocks.add(bytes, || format!("document {n}"))
    }

    /// The collection, for its commit.
    pub fn finish(self) -> Result<Writer, Error> {
        let mut writer = self.blocks.finish()?;
        writer.as_of(NO_DAY);
        writer.note(SOURCE, "a pipeline");
        Ok(writer)
    }
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
