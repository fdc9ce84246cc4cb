//! Names of collections that BankSphere keeps for itself: `banksphere`, and what begins with `banksphere.`.
//!
//! In: the names in a question, or the name of a collection that is to be written. Out: nothing, or the refusal.
//! Invariant: on a server such a collection is neither read nor written by any question; in a folder none is made, and one
//! that an earlier version made is read.

use diagnostic::{Diagnostic, quote};
use pipeline::{Pipeline, Schemas};

use crate::{Error, ErrorKind};

/// Refuses a question that reads such a collection.
pub(crate) fn refuse_in(pipeline: &Pipeline, collection: &str, schemas: &Schemas) -> Result<(), Error> {
    let others = pipeline.collections();
    let mut names = std::iter::once(collection).chain(others);
    match names.find(|name| mongo::is_bookkeeping(name) && !schemas.contains_key(*name)) {
        Some(name) => Err(refused(name, "read")),
        None => Ok(()),
    }
}

/// Refuses to write into such a collection, or to make one.
pub(crate) fn refuse_new(name: &str) -> Result<(), Error> {
    if mongo::is_bookkeeping(name) { Err(refused(name, "written")) } else { Ok(()) }
}

fn refused(name: &str, what: &str) -> Error {
    let message = format!("`{}` is a name that BankSphere keeps for itself, and is not {what}", quote(name));
    Error::new(ErrorKind::Question, Diagnostic::new(message).hint("name another collection"))
}
