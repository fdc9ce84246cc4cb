//! Joins that find nothing on a server since their keys are of different types.
//!
//! In: the rows of a pipeline as they come. Out: a notice behind the last of them, as the embedded engine gives it.
//! Invariant: nothing is asked of the server unless all that was seen of a `$lookup` is that it found nothing; and what is told
//! holds of all keys, not of some.

use std::collections::BTreeSet;
use std::sync::Arc;

use bson::{Bson, Document, doc};
use diagnostic::Diagnostic;
use pipeline::ast::{Lookup, Stage};
use pipeline::{Collation, Notices, Pipeline};

use crate::run::stages;
use crate::session::Session;
use crate::{Error, Server};

/// Keys that are looked at first, for most joins have some that can be equal.
const FIRST: i32 = 100;

/// The joins of a pipeline under way.
pub(crate) struct Joins {
    /// The collection, and the pipeline, as the session resolved them.
    collection: String,
    pipeline: Pipeline,
    /// Where its `$lookup`s stand of which nothing was seen but that they found nothing.
    empty: Vec<usize>,
}

impl Joins {
    pub(crate) fn of(collection: &str, pipeline: &Pipeline) -> Self {
        let is_lookup = |(at, stage): (usize, &Stage)| matches!(stage, Stage::Lookup(_)).then_some(at);
        let empty = pipeline.stages.iter().enumerate().filter_map(is_lookup).collect();
        Self { collection: collection.to_owned(), pipeline: pipeline.clone(), empty }
    }

    /// Looks at a row.
    pub(crate) fn see(&mut self, row: &Document) {
        if self.empty.is_empty() {
            return;
        }
        let Self { pipeline, empty, .. } = self;
        empty.retain(|at| match &pipeline.stages[*at] {
            Stage::Lookup(lookup) => found_nothing(lookup, row),
            _ => false,
        });
    }

    /// Asks the server, and tells what it finds. An answer that is whole is no worse without a notice, so errors are none.
    /// `given` is the pipeline with the names that users know.
    pub(crate) fn tell(&self, server: &Server, session: &Session, given: &Pipeline, notices: &Notices) {
        for at in &self.empty {
            let (Stage::Lookup(lookup), Some(Stage::Lookup(named))) =
                (&self.pipeline.stages[*at], given.stages.get(*at))
            else {
                continue;
            };
            let found = self.notice(server, *at, lookup, named);
            if let (Ok(Some(notice)), Ok(())) = (found, session.check(server)) {
                notices.add(notice);
            }
        }
    }

    /// What is to be told of a join: first by some keys of both sides, then by all. Of keys that are arrays nothing is told, for
    /// their elements are keys.
    fn notice(&self, server: &Server, at: usize, lookup: &Lookup, named: &Lookup) -> Result<Option<Diagnostic>, Error> {
        let prefix = stages(&Pipeline::of(self.pipeline.stages[..at].to_vec()));
        let (local, foreign) = (lookup.local.to_string(), lookup.foreign.to_string());
        let by = |limit: Option<i32>| {
            let collation = self.pipeline.collation.as_ref();
            let here = types(server, (&self.collection, prefix.clone()), &local, limit, collation)?;
            let there = types(server, (&lookup.from, Vec::new()), &foreign, limit, collation)?;
            let has_arrays = here.contains("array") || there.contains("array");
            Ok::<_, Error>(pipeline::keys::differ(named, &here, &there).filter(|_| !has_arrays))
        };
        if by(Some(FIRST))?.is_none() { Ok(None) } else { by(None) }
    }
}

/// Whether the row has the array of the join, and nothing in it.
fn found_nothing(lookup: &Lookup, row: &Document) -> bool {
    let mut value = None;
    let mut document = Some(row);
    for segment in lookup.target.segments() {
        value = document.and_then(|document| document.get(segment));
        document = value.and_then(Bson::as_document);
    }
    matches!(value, Some(Bson::Array(found)) if found.is_empty())
}

/// The types of the values at a path, but for null and what is missing.
fn types(
    server: &Server,
    (collection, mut stages): (&str, Vec<Document>),
    path: &str,
    limit: Option<i32>,
    collation: Option<&Collation>,
) -> Result<BTreeSet<String>, Error> {
    stages.push(doc! { "$match": { path: { "$ne": null } } });
    stages.extend(limit.map(|limit| doc! { "$limit": limit }));
    stages.push(doc! { "$group": { "_id": { "$type": format!("${path}") } } });
    let mut cursor = server.cursor(collection, stages, collation)?;
    let mut types = BTreeSet::new();
    let runtime = Arc::clone(&server.runtime);
    while runtime.block_on(server.patiently(server.timeout(), cursor.advance()))? {
        let found: Document = cursor.deserialize_current().map_err(Error::from)?;
        types.extend(found.get_str("_id").ok().filter(|name| !matches!(*name, "missing" | "null")).map(str::to_owned));
    }
    // The driver ends a cursor by a task of its own.
    let _entered = runtime.enter();
    drop(cursor);
    Ok(types)
}
