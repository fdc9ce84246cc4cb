//! Runs a pipeline by the plain definitions alone: rows in, rows out, no columns.

use std::collections::BTreeMap;

use bson::{DateTime, Document};
use engine::stage::{self, Collections, Context, Rows};
use engine::{Error, constants};
use pipeline::{Pipeline, RunError};

/// Collections as they are.
struct Plain<'a>(&'a BTreeMap<String, Vec<Document>>);

impl Collections for Plain<'_> {
    fn documents(&self, name: &str) -> Rows<'_> {
        Box::new(self.0.get(name).into_iter().flatten().cloned().map(Ok))
    }
}

/// The rows of a pipeline over the collection `documents`.
pub(crate) fn run(
    collections: &BTreeMap<String, Vec<Document>>,
    pipeline: &Pipeline,
) -> Result<Vec<Document>, RunError> {
    let plain = Plain(collections);
    let ctx = Context { now: DateTime::now(), collections: &plain };
    constants::check(pipeline, ctx.now)?;
    let rows: Result<Vec<Document>, Error> = stage::run(&pipeline.stages, plain.documents("documents"), &ctx).collect();
    Ok(rows?)
}
