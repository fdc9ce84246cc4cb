//! A collection that a pipeline wrote: it belongs to no day, and stands beside them.
//!
//! In: documents that have an `_id` each, and a commit that holds the writer's lock. Out: the collection, as that commit's.
//! Invariant: it is in the bank with the commit's end, all of it or nothing.

use arrow_array::RecordBatch;
use arrow_array::builder::{ArrayBuilder as _, BinaryBuilder};
use bson::Document;
use diagnostic::quote;
use store::{BLOCK_ROWS, Commit, NO_DAY, Store};

use super::{MOST_BYTES_A_BLOCK, SOURCE, holds_customers, made, schema};
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
    let mut writer = commit.writer(name, schema())?;
    writer.as_of(NO_DAY);
    writer.note(SOURCE, "a pipeline");
    let mut column = BinaryBuilder::new();
    let mut block = |column: &mut BinaryBuilder| {
        let batch = RecordBatch::try_new(schema(), vec![std::sync::Arc::new(column.finish())]).map_err(made)?;
        Ok::<(), Error>(writer.write(&batch)?)
    };
    for document in documents {
        let bytes =
            document.to_vec().map_err(|error| Error::input(format!("a document cannot be kept as BSON: {error}")))?;
        if column.values_slice().len() + bytes.len() > MOST_BYTES_A_BLOCK {
            return Err(Error::input(format!("{BLOCK_ROWS} documents in a row have more than 2 GB")));
        }
        column.append_value(bytes);
        if column.len() == BLOCK_ROWS {
            block(&mut column)?;
        }
    }
    if column.len() > 0 {
        block(&mut column)?;
    }
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
