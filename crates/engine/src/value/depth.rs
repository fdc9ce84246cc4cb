//! How deep values may be nested while a pipeline runs.
//!
//! In: values that an expression or a stage made. Out: the same, or the server's error (15, `Overflow`).
//! Invariant: what `$let` and `$reduce` bind, and what leaves a stage, is nested in [`MOST_LEVELS`] at most. What is
//! made between two of these checks is only as much deeper as the statement's own text is, so comparing, copying and
//! dropping any value fits on the stack of a thread of rayon.

use std::borrow::Cow;

use bson::{Bson, Document};
use pipeline::limits::{MAX_DEPTH, is_deeper_than};

use crate::Error;

/// MongoDB: newer servers hold what `$reduce` gathers to twice the limit of a document, older ones end in a crash.
const MOST_LEVELS: usize = 2 * MAX_DEPTH;

/// Refuses a value that is nested deeper than values may be between stages. What is borrowed was looked at before.
pub(crate) fn check(value: Option<Cow<'_, Bson>>) -> Result<Option<Cow<'_, Bson>>, Error> {
    match &value {
        Some(Cow::Owned(made)) if is_deeper_than(made, MOST_LEVELS) => Err(too_deep(MOST_LEVELS)),
        _ => Ok(value),
    }
}

/// Refuses a document that a stage made deeper than documents may be between stages.
pub(crate) fn check_between(document: Document) -> Result<Document, Error> {
    within(document, MOST_LEVELS)
}

/// Refuses a row that is nested deeper than a document may be.
pub(crate) fn check_row(document: Document) -> Result<Document, Error> {
    within(document, MAX_DEPTH)
}

fn within(document: Document, levels: usize) -> Result<Document, Error> {
    if document.values().any(|value| is_deeper_than(value, levels - 1)) {
        return Err(too_deep(levels));
    }
    Ok(document)
}

fn too_deep(levels: usize) -> Error {
    Error::coded(15, format!("a document is nested in more than {levels} levels"))
}
