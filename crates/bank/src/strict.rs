//! Fields that no document of a collection of any shape has, on a server.
//!
//! In: a pipeline, and a collection on a server. Out: the same error as in a folder for the first field that no document has.
//! Invariant: the first documents tell most names; only for a name that they lack the server is asked for a document that has it,
//! and it stops at the first. So a pipeline that is not refused costs no whole pass over a collection; one that is costs two, the
//! second for the names that are near.

use std::collections::BTreeMap;

use mongo::Server;
use pipeline::{Pipeline, Schema, Schemas, Shapes};

use crate::Error;
use crate::folder::FIRST_DOCUMENTS;

/// Documents with more different names than these have keys for fields, so that none is called unknown.
const MOST_NAMES: u32 = 2_000;

/// The names of fields, each with whether it ever holds fields or elements, by collection.
type Names<'a> = BTreeMap<&'a str, BTreeMap<String, bool>>;

/// The error, if there is one.
pub(crate) fn fault(
    server: &Server,
    pipeline: &Pipeline,
    collection: &str,
    schemas: &Schemas,
) -> Result<Option<pipeline::Error>, Error> {
    let read = pipeline.collections().into_iter().chain([collection]);
    let of_any_shape = read.filter(|name| matches!(schemas.get(*name), Some(Schema::Any)));
    let mut known = Names::new();
    for name in of_any_shape {
        let names = server.names_in_first(name, Some(FIRST_DOCUMENTS as u32), MOST_NAMES)?;
        // An empty collection has no fields that could be misspelt.
        known.extend(names.filter(|names| !names.is_empty()).map(|names| (name, names)));
    }
    while let Some(fault) = found(pipeline, collection, schemas, &known) {
        let Some(path) = fault.unknown_field() else { return Ok(Some(fault)) };
        let is_deep = path.segments().len() > 1;
        let mut is_news = false;
        for (name, names) in &mut known {
            // What an earlier stage made has its own fields.
            let is_known = names.get(path.head()).is_some_and(|has_parts| *has_parts || !is_deep);
            if !is_known && server.has_field(name, &path.to_string())? {
                names.insert(path.head().to_owned(), is_deep);
                is_news = true;
            }
        }
        if !is_news {
            for (name, names) in &mut known {
                let Some(all) = server.names_in_first(name, None, MOST_NAMES)? else { return Ok(None) };
                *names = all;
            }
            return Ok(found(pipeline, collection, schemas, &known));
        }
    }
    Ok(None)
}

fn found(pipeline: &Pipeline, collection: &str, schemas: &Schemas, known: &Names<'_>) -> Option<pipeline::Error> {
    let mut shapes = Shapes::from(schemas);
    for (name, names) in known {
        shapes.set_names(name, names.iter().map(|(name, has_parts)| (name.as_str(), *has_parts)));
    }
    pipeline::check_shapes(pipeline, collection, &shapes).err()
}
