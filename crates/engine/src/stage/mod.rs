//! Stages: what turns a stream of documents into another.
//!
//! In: stages, documents, and a [`Context`] with the time and the other collections. Out: documents, made one by one as
//! they are asked for where the stage allows it (`$match $project $unwind $lookup …`), else once all have come
//! (`$group $sort $facet …`). Invariant: nothing is read before the first document is asked for; behind an error
//! nothing that comes counts.

mod add_fields;
pub(crate) mod bucket;
mod bucket_auto;
mod by_place;
mod count;
mod densify;
mod documents;
mod facet;
mod fill;
mod granularity;
mod graph_lookup;
mod group;
mod lookup;
mod lookup_pipeline;
mod matching;
mod nested;
mod order;
pub(crate) mod places;
mod project;
mod redact;
mod replace_root;
mod sample;
pub(crate) mod size;
mod sort;
mod sort_by_count;
#[cfg(test)]
pub(crate) mod testing;
mod union_with;
mod unwind;

use std::collections::HashSet;
use std::sync::Arc;

use bson::{DateTime, Document};
use pipeline::Notices;
use pipeline::ast::{Effect, Stage, Unchecked};

use crate::value::depth;
use crate::{Brake, Collator, Error, place, window};
use places::Together;

pub use by_place::{ByPlace, Values};
pub use order::SortOrder;

/// A stream of documents, which may go to another thread.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Document, Error>> + Send + 'a>;

/// The collections that stages may reach.
pub trait Collections: Send + Sync {
    /// The documents of a collection, in its order; of an unknown one, none.
    fn documents(&self, name: &str) -> Rows<'_>;

    /// A collection's documents by their place, of which the fields at the top that are wanted are made; `None` where they
    /// are not stored so that one can be found.
    fn by_place(&self, _name: &str, _wanted: Option<HashSet<String>>) -> Option<Box<dyn ByPlace>> {
        None
    }

    /// Whether stages over a collection run on columns, as far as they go: then nothing is won by keeping its documents.
    fn is_columnar(&self, _name: &str) -> bool {
        false
    }

    /// What the pipeline inside a stage gives over a collection: in row mode, unless the collections know a faster way.
    fn answer<'a>(&'a self, name: &str, stages: &'a [Stage], ctx: &'a Context) -> Rows<'a> {
        run_inside(stages, 0, ctx.brake.watch(self.documents(name)), ctx)
    }
}

/// What stages know beyond their documents.
#[derive(Clone)]
pub struct Context {
    /// `$$NOW`.
    pub now: DateTime,
    /// For `$lookup` and `$unionWith`.
    pub collections: Arc<dyn Collections>,
    /// Holds them to the limits of the run.
    pub brake: Brake,
    /// How the run compares strings.
    pub collator: Collator,
    /// Takes what the user should know beside the rows.
    pub notices: Notices,
}

impl Context {
    /// Without limits.
    #[must_use]
    pub fn new(now: DateTime, collections: Arc<dyn Collections>) -> Self {
        Self { now, collections, brake: Brake::default(), collator: Collator::default(), notices: Notices::default() }
    }
}

/// Runs stages, one after the other.
#[must_use]
pub fn run<'a>(stages: &'a [Stage], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    run_each(stages, rows, ctx, |_, _, rows| rows)
}

/// The same of stages inside another one, whose errors name them; `n_before` others of their pipeline ran already.
pub(crate) fn run_inside<'a>(stages: &'a [Stage], n_before: usize, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    run_each(stages, rows, ctx, |at, stages, rows| place::in_stages(n_before + at, stages, rows))
}

/// `made` is what becomes of the rows that a stage makes, which stands behind so many.
fn run_each<'a>(
    stages: &'a [Stage],
    rows: Rows<'a>,
    ctx: &'a Context,
    made: impl Fn(usize, &'a [Stage], Rows<'a>) -> Rows<'a>,
) -> Rows<'a> {
    let (mut rows, mut together) = (rows, Together::default());
    for at in 0..stages.len() {
        rows = made(at, &stages[at..=at], together.next(&stages[at..], rows, ctx));
    }
    Box::new(ctx.brake.watch(rows).map(|row| size::check(depth::check_row(row?)?)))
}

/// Runs one stage. `after` are the stages that follow: a `$sort` keeps no more rows than they will look at.
#[must_use]
pub fn apply<'a>(stage: &'a Stage, after: &'a [Stage], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let (now, brake) = (ctx.now, &ctx.brake);
    // Whatever a stage does, it asks for documents, and gives up at the first that is an error.
    let rows = brake.watch(rows);
    let rows = match stage {
        Stage::Match(predicate) => matching::run(predicate, rows, now),
        Stage::Project(projection) => project::run(projection, rows, now),
        Stage::AddFields(fields, _) => add_fields::run(fields, rows, now),
        Stage::Unset(paths) => project::unset(paths, rows),
        Stage::Group { id, fields } => group::run(id, fields, rows, ctx),
        Stage::Sort(keys) => sort::run(keys, sort::limit_after(after), rows, brake),
        Stage::Limit(n) => Box::new(rows.take(usize::try_from(*n).unwrap_or(usize::MAX))),
        Stage::Skip(n) => skip(*n, rows),
        Stage::Count(field) => count::run(field, rows),
        Stage::SortByCount(expr) => sort_by_count::run(expr, rows, now),
        Stage::Unwind(unwind) => unwind::run(unwind, rows),
        Stage::Lookup(lookup) => lookup::run(lookup, after, rows, ctx),
        Stage::Facet(facets) => facet::run(facets, rows, ctx),
        Stage::Bucket { group_by, boundaries, default, output } => {
            let bucket = bucket::Bucket { group_by, boundaries, default: default.as_ref(), output };
            bucket::run(bucket, rows, ctx)
        }
        Stage::BucketAuto { group_by, buckets, output, granularity } => {
            let bucket =
                bucket_auto::BucketAuto { group_by, n_buckets: *buckets, output, granularity: granularity.as_deref() };
            bucket_auto::run(bucket, rows, ctx)
        }
        Stage::ReplaceRoot(expr, _) => replace_root::run(expr, rows, now),
        Stage::LookupPipeline(lookup) => lookup_pipeline::run(lookup, rows, ctx),
        Stage::GraphLookup(graph) => graph_lookup::run(graph, rows, ctx),
        Stage::UnionWith { collection, pipeline } => union_with::run(collection.as_deref(), pipeline, rows, ctx),
        Stage::Redact(expr) => redact::run(expr, rows, ctx),
        Stage::Sample(n) => sample::run(*n, rows, ctx),
        Stage::Documents(expr) => documents::run(expr, ctx),
        Stage::Densify(densify) => densify::run(densify, rows, ctx),
        Stage::Fill(fill) => fill::run(fill, rows, ctx),
        Stage::Out(_) | Stage::Merge(_) => {
            failed(Error::new(format!("`{}` writes into a collection, which cannot be done here", stage.name())))
        }
        Stage::Unchecked(stage) => unchecked(stage),
        Stage::SetWindowFields { partition_by, sort_by, output } => {
            window::run(partition_by.as_ref(), sort_by, output, rows, ctx)
        }
    };
    let rows: Rows<'a> = if may_nest(stage) { Box::new(rows.map(|row| checked(row?))) } else { rows };
    watched(stage, after, rows, ctx)
}

/// A document between two stages.
fn checked(row: Document) -> Result<Document, Error> {
    size::check_between(depth::check_between(row)?)
}

/// The rows that a stage makes, metered in its name.
fn watched<'a>(stage: &Stage, after: &[Stage], rows: Rows<'a>, ctx: &Context) -> Rows<'a> {
    let rows = ctx.brake.metered(stage.name(), rows);
    if after.len() % STAGES_A_STACK == STAGES_A_STACK - 1 { on_enough_stack(rows) } else { rows }
}

/// Each stage asks the one before for its documents from inside its own call: a thousand stages are as many calls.
const STAGES_A_STACK: usize = 16;
/// What so many stages take, and the deepest expression on top.
const STACK_BYTES: usize = 1 << 20;

/// The rows, made on a new piece of stack where little is left of this one.
fn on_enough_stack(mut rows: Rows<'_>) -> Rows<'_> {
    Box::new(std::iter::from_fn(move || stacker::maybe_grow(STACK_BYTES, 4 * STACK_BYTES, || rows.next())))
}

/// Whether documents may leave the stage with more levels than those that came, or that lie in a collection.
fn may_nest(stage: &Stage) -> bool {
    let facts = stage.facts();
    match facts.effect {
        Effect::Hides => !matches!(stage, Stage::Count(_)),
        Effect::Changes => !facts.writes.is_empty(),
        Effect::Selects | Effect::Adds => false,
    }
}

/// `$skip`. Errors are not skipped.
pub(crate) fn skip(n: u64, rows: Rows<'_>) -> Rows<'_> {
    let mut left = n;
    Box::new(rows.filter(move |row| {
        let is_skipped = left > 0 && row.is_ok();
        left -= u64::from(is_skipped);
        !is_skipped
    }))
}

/// A stage that needs all its input before it has any output: `work` runs when the first document is asked for.
pub(crate) fn deferred<'a>(work: impl FnOnce() -> Result<Vec<Document>, Error> + Send + 'a) -> Rows<'a> {
    Box::new(std::iter::once_with(work).flat_map(all_or_error))
}

/// Documents that are all there, or the error in their place.
pub(crate) fn all_or_error<'a>(result: Result<Vec<Document>, Error>) -> Rows<'a> {
    match result {
        Ok(rows) => Box::new(rows.into_iter().map(Ok)),
        Err(error) => failed(error),
    }
}

/// Parsed for a server, such a stage never comes here.
fn unchecked<'a>(stage: &Unchecked) -> Rows<'a> {
    failed(Error::new(format!("the stage `{}` is not known here: only a server runs it", stage.name())))
}

/// An error in place of documents.
pub(crate) fn failed<'a>(error: Error) -> Rows<'a> {
    Box::new(std::iter::once(Err(error)))
}
