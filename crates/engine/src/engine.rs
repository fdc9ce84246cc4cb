//! The engine: named collections, and pipelines run over them.
//!
//! A run is `fold constants → rewrite → lower → run`: [`crate::rewrite`] makes the pipeline cheaper, [`crate::columns`] takes its first
//! stages where the collection has typed columns, [`crate::stage`] runs the others document by document.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bson::{DateTime, Document};
use pipeline::ast::{Projection, Stage};
use pipeline::{Pipeline, Run, RunError, Schemas};

use crate::collection::{Collection, Rows};
use crate::columns::{self, Counts, Prefix, Typed};
use crate::constants;
use crate::explain::{Explain, StageReport};
use crate::rewrite::rewrite;
use crate::stage::{self, Collections, Context};
use crate::{Brake, Error};

/// Collections that answer pipelines.
#[derive(Debug, Default)]
pub struct Engine {
    collections: BTreeMap<String, Arc<Collection>>,
    now: Option<DateTime>,
    cancel: Option<Arc<AtomicBool>>,
}

impl Engine {
    /// Without collections.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `$$NOW`, which is else the time at which a pipeline is started.
    #[must_use]
    pub fn with_now(mut self, now: DateTime) -> Self {
        self.now = Some(now);
        self
    }

    /// The same engine over the same collections, which gives up when the flag is raised.
    #[must_use]
    pub fn until(&self, cancel: &Arc<AtomicBool>) -> Self {
        Self { collections: self.collections.clone(), now: self.now, cancel: Some(Arc::clone(cancel)) }
    }

    /// Adds a collection, in place of one of the same name.
    pub fn insert(&mut self, name: &str, collection: Collection) {
        self.collections.insert(name.to_owned(), Arc::new(collection));
    }

    /// A collection by its name.
    #[must_use]
    pub fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.get(name).map(Arc::as_ref)
    }

    /// What is known of each collection's documents.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        self.collections.iter().map(|(name, collection)| (name.clone(), collection.schema())).collect()
    }

    /// Runs a pipeline and tells what became of each of its stages.
    pub fn explain(&self, collection: &str, pipeline: &Pipeline) -> Result<Explain, Error> {
        Ok(self.answer(collection, pipeline)?.1)
    }

    fn answer(&self, collection: &str, pipeline: &Pipeline) -> Result<(Vec<Document>, Explain), Error> {
        let brake = self.cancel.as_deref().map(Brake::on).unwrap_or_default();
        let now = self.now.unwrap_or_else(DateTime::now);
        let pipeline = constants::fold(pipeline, now)?;
        let base = self.collections.get(collection).map(|collection| &collection.rows);
        let typed = base.and_then(Rows::typed);
        let (stages, rewrites) = rewrite(&pipeline.stages, typed.is_some());
        let ctx = Context { now, collections: self, brake };
        let find = |name: &str| self.collections.get(name)?.rows.typed();
        let prefix = typed.map(|typed: &Typed| Prefix::new(typed, &stages, (now, brake), &find)).transpose()?;
        let n_taken = prefix.as_ref().map_or(0, Prefix::n_stages);
        let counts = Counts::new(n_taken);
        let read = Rc::new(Cell::new(0));
        let rows = match &prefix {
            Some(prefix) => columns::run(prefix, &counts)?,
            None => counted(self.documents(collection), &read),
        };
        let (documents, left) = run_rows(&stages[n_taken..], rows, &ctx)?;
        let mut explain = Explain { rewrites, stages: Vec::new(), rows_read: read.get(), columns_read: Vec::new() };
        let mut how = vec!["row mode".to_owned(); stages.len()];
        let mut rows_out: Vec<u64> = Vec::new();
        if let Some(prefix) = &prefix {
            explain.rows_read = counts.rows_read.into_inner();
            explain.columns_read = columns::columns_read(prefix);
            how[..n_taken].clone_from_slice(&prefix.how);
            rows_out.extend(counts.rows_out.into_iter().map(std::sync::atomic::AtomicU64::into_inner));
        }
        rows_out.extend(left);
        let mut rows_in = explain.rows_read;
        for ((stage, how), rows_out) in stages.iter().zip(how).zip(rows_out) {
            explain.stages.push(StageReport { stage: name(stage), how, rows_in, rows_out });
            rows_in = rows_out;
        }
        Ok((documents, explain))
    }
}

impl Run for Engine {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<pipeline::Rows, RunError> {
        Ok(pipeline::Rows::of(self.answer(collection, pipeline)?.0))
    }
}

impl Collections for Engine {
    fn documents(&self, name: &str) -> stage::Rows<'_> {
        match self.collections.get(name) {
            Some(collection) => collection.documents(),
            None => Box::new(std::iter::empty()),
        }
    }
}

/// Runs stages document by document; also gives how many rows left each.
fn run_rows<'a>(
    stages: &'a [Stage],
    rows: stage::Rows<'a>,
    ctx: &'a Context<'a>,
) -> Result<(Vec<Document>, Vec<u64>), Error> {
    let mut rows = rows;
    let mut counts = Vec::new();
    for (at, stage) in stages.iter().enumerate() {
        let count = Rc::new(Cell::new(0));
        rows = counted(stage::apply(stage, &stages[at + 1..], rows, ctx), &count);
        counts.push(count);
    }
    // An empty list of stages still sees to the size of the documents.
    let documents = stage::run(&[], rows, ctx).collect::<Result<Vec<_>, Error>>()?;
    Ok((documents, counts.iter().map(|count| count.get()).collect()))
}

fn counted<'a>(rows: stage::Rows<'a>, count: &Rc<Cell<u64>>) -> stage::Rows<'a> {
    let count = Rc::clone(count);
    Box::new(rows.inspect(move |_| count.set(count.get() + 1)))
}

fn name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Match(_) => "$match",
        Stage::Project(Projection::Include { .. }) => "$project",
        Stage::Project(Projection::Exclude(_)) | Stage::Unset(_) => "$unset",
        Stage::AddFields(_) => "$addFields",
        Stage::Group { .. } => "$group",
        Stage::Sort(_) => "$sort",
        Stage::Limit(_) => "$limit",
        Stage::Skip(_) => "$skip",
        Stage::Count(_) => "$count",
        Stage::SortByCount(_) => "$sortByCount",
        Stage::Unwind(_) => "$unwind",
        Stage::Lookup(_) => "$lookup",
        Stage::Facet(_) => "$facet",
        Stage::Bucket { .. } => "$bucket",
        Stage::BucketAuto { .. } => "$bucketAuto",
        Stage::ReplaceRoot(_) => "$replaceRoot",
        Stage::UnionWith { .. } => "$unionWith",
        Stage::SetWindowFields { .. } => "$setWindowFields",
    }
}
