//! Fields that no document of a collection of any shape has, on a server.
//!
//! In: a pipeline, and a collection on a server. Out: the same error as in a folder for the first field that no document has.
//! Invariant: the first documents tell most names; only for a name that they lack the server is asked for a document that has it,
//! and it stops at the first. So a pipeline that is not refused costs no whole pass over the collection; one that is costs two, the
//! second for the names that are near.

use mongo::Server;
use pipeline::{Pipeline, Schema, Schemas};

use crate::Error;
use crate::folder::FIRST_DOCUMENTS;

/// Documents with more different names than these have keys for fields, so that none is called unknown.
const MOST_NAMES: u32 = 2_000;

/// The error, if there is one.
pub(crate) fn fault(
    server: &Server,
    pipeline: &Pipeline,
    collection: &str,
    schemas: &Schemas,
) -> Result<Option<pipeline::Error>, Error> {
    let Some(Schema::Any) = schemas.get(collection) else { return Ok(None) };
    let Some(mut names) = server.names_in_first(collection, Some(FIRST_DOCUMENTS as u32), MOST_NAMES)? else {
        return Ok(None);
    };
    // An empty collection has no fields that could be misspelt.
    if names.is_empty() {
        return Ok(None);
    }
    loop {
        let Err(fault) = pipeline::check_names(pipeline, names.iter().map(String::as_str), schemas) else {
            return Ok(None);
        };
        let Some(name) = fault.unknown_field().map(|path| path.head().to_owned()) else { return Ok(Some(fault)) };
        // What an earlier stage made has its own fields.
        if names.contains(&name) {
            return Ok(Some(fault));
        }
        if !server.has_field(collection, &name)? {
            let Some(all) = server.names_in_first(collection, None, MOST_NAMES)? else { return Ok(None) };
            return Ok(pipeline::check_names(pipeline, all.iter().map(String::as_str), schemas).err());
        }
        names.insert(name);
    }
}
