//! The engine: named collections, and pipelines run over them.
//!
//! In: collections, open or to be opened when they are first asked for, and [`Limits`] for each run. Out: rows as a stream,
//! or what became of each stage.
//! Invariant: an engine is a handle that is cheap to clone; a run holds one of its own, so that it outlives its caller.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use bson::DateTime;
use pipeline::ast::Stage;
use pipeline::{CancellationToken, Collation, Limits, Notices, Pipeline, Run, RunError, Schema, Schemas};

use crate::collection::Collection;
use crate::columns::Frame;
use crate::explain::Explain;
use crate::run::{Prepared, Running};
use crate::stage::{self, ByPlace, Collections, Context};
use crate::view::{self, View};
use crate::{Brake, Collator, Error, meter, place};

/// Collections that answer pipelines.
///
/// ```
/// use engine::{Collection, Engine};
/// use pipeline::{Run, parse_text};
///
/// let mut engine = Engine::new();
/// engine.insert("customers", Collection::from_documents(vec![bson::doc! { "age": 41 }, bson::doc! { "age": 19 }]));
/// let rows = engine.rows("customers", &parse_text("[{$match: {age: {$gt: 20}}}]")?)?;
/// assert_eq!(rows.collect::<Result<Vec<_>, _>>()?, [bson::doc! { "age": 41 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Engine {
    collections: Arc<BTreeMap<String, Entry>>,
    now: Option<DateTime>,
    limits: Limits,
    /// What holds back the one run that has begun.
    begun: Option<Brake>,
}

/// What a pipeline gave.
#[derive(Debug)]
pub enum RowsOrColumns {
    /// Its rows as columns, and what is to be said of them.
    Columns(Frame, Notices),
    /// Its rows as documents.
    Rows(pipeline::Rows),
}

/// A collection, or the way to it.
#[derive(Clone, Debug)]
enum Entry {
    Open(Collection),
    Lazy(Arc<Lazy>),
    View(Arc<View>),
}

/// A collection that is opened when it is first asked for, once.
struct Lazy {
    open: Box<dyn Fn() -> Result<Collection, Error> + Send + Sync>,
    opened: OnceLock<Result<Collection, Error>>,
}

impl Entry {
    /// The collection; a view is none.
    fn open(&self) -> Result<Option<Collection>, Error> {
        match self {
            Self::Open(collection) => Ok(Some(collection.clone())),
            Self::Lazy(lazy) => lazy.opened.get_or_init(|| (lazy.open)()).clone().map(Some),
            Self::View(_) => Ok(None),
        }
    }

    /// The collection, if it is open already.
    fn opened(&self) -> Option<&Collection> {
        match self {
            Self::Open(collection) => Some(collection),
            Self::Lazy(lazy) => lazy.opened.get()?.as_ref().ok(),
            Self::View(_) => None,
        }
    }
}

impl std::fmt::Debug for Lazy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lazy").field("is_open", &self.opened.get().is_some()).finish_non_exhaustive()
    }
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

    /// The same engine over the same collections, whose runs have these limits, each anew.
    #[must_use]
    pub fn with_limits(&self, limits: Limits) -> Self {
        Self { limits, begun: None, ..self.clone() }
    }

    /// The same engine for one run that has several parts: they share its limits, whose time starts now, and its `$$NOW`.
    #[must_use]
    pub fn begun(&self) -> Self {
        let (now, brake) = self.start();
        Self { now: Some(now), begun: Some(brake), ..self.clone() }
    }

    /// The time of a run, and what holds it back.
    pub(crate) fn start(&self) -> (DateTime, Brake) {
        (self.now.unwrap_or_else(DateTime::now), self.begun.clone().unwrap_or_else(|| Brake::of(&self.limits)))
    }

    /// The same engine, which gives up when the flag is raised; its other limits stay.
    #[must_use]
    pub fn until(&self, cancel: &Arc<AtomicBool>) -> Self {
        let cancel = CancellationToken::from(Arc::clone(cancel));
        self.with_limits(Limits { cancel, ..self.limits.clone() })
    }

    /// Adds a collection, in place of one of the same name.
    pub fn insert(&mut self, name: &str, collection: Collection) {
        Arc::make_mut(&mut self.collections).insert(name.to_owned(), Entry::Open(collection));
    }

    /// Adds a collection that is opened when it is first asked for, in place of one of the same name; until then it costs
    /// nothing. An error of `open` is that of every question that needs the collection.
    pub fn insert_lazy(&mut self, name: &str, open: impl Fn() -> Result<Collection, Error> + Send + Sync + 'static) {
        let lazy = Lazy { open: Box::new(open), opened: OnceLock::new() };
        Arc::make_mut(&mut self.collections).insert(name.to_owned(), Entry::Lazy(Arc::new(lazy)));
    }

    /// Adds a view, in place of a collection of the same name: `pipeline` over the collection or the view `on`, which is looked
    /// for when the view is read.
    pub fn insert_view(&mut self, name: &str, on: &str, pipeline: Pipeline) {
        let view = View { on: on.to_owned(), pipeline };
        Arc::make_mut(&mut self.collections).insert(name.to_owned(), Entry::View(Arc::new(view)));
    }

    /// A view by its name.
    pub(crate) fn view(&self, name: &str) -> Option<&View> {
        match self.collections.get(name)? {
            Entry::View(view) => Some(view),
            Entry::Open(_) | Entry::Lazy(_) => None,
        }
    }

    /// The names of all collections and views, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.collections.keys().map(String::as_str)
    }

    /// A collection by its name, opened if it was not.
    pub fn collection(&self, name: &str) -> Result<Option<Collection>, Error> {
        self.collections.get(name).map_or(Ok(None), Entry::open)
    }

    /// What is known of a collection's documents; opens it.
    pub fn schema(&self, name: &str) -> Result<Option<Schema>, Error> {
        Ok(self.collection(name)?.map(|collection| collection.schema()))
    }

    /// What is known of each collection's documents, without opening any: of one that is not open, just that it is there.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        let schema = |entry: &Entry| entry.opened().map_or(Schema::Any, Collection::schema);
        self.collections.iter().map(|(name, entry)| (name.clone(), schema(entry))).collect()
    }

    /// The same, with the collections that a pipeline over `collection` reads opened: what it is to be checked against.
    pub fn schemas_for(&self, collection: &str, pipeline: &Pipeline) -> Result<Schemas, Error> {
        for name in std::iter::once(collection).chain(pipeline.collections()) {
            self.collection(name)?;
        }
        Ok(self.schemas())
    }

    /// Runs a pipeline and gives its rows as columns where the whole of it ran on columns, else as a stream of documents.
    pub fn rows_or_columns(&self, collection: &str, pipeline: &Pipeline) -> Result<RowsOrColumns, RunError> {
        let prepared = self.prepared(collection, pipeline)?;
        let notices = prepared.notices().clone();
        // What fails for a row that a limit may leave out is left to the rows, which stop in time.
        if let Ok(Some(frame)) = prepared.frame() {
            return Ok(RowsOrColumns::Columns(frame, notices));
        }
        let rows = Running::of(prepared)?.map(|row| row.map_err(RunError::from));
        Ok(RowsOrColumns::Rows(pipeline::Rows::new(rows).with_notices(notices)))
    }

    /// Runs a pipeline and tells what became of each of its stages; its rows are not kept.
    pub fn explain(&self, collection: &str, pipeline: &Pipeline) -> Result<Explain, Error> {
        self.prepared(collection, pipeline)?.explain()
    }

    fn prepared(&self, collection: &str, pipeline: &Pipeline) -> Result<Prepared, Error> {
        let (now, brake) = self.start();
        let asked = view::asked(self, collection, pipeline);
        let (on, whole, origin) = view::through(self, collection, &asked)?;
        view::check(self, &whole)?;
        let collator = Collator::of(whole.collation.as_ref())?;
        let fold = || place::folded(&whole.stages, &origin, now);
        let stages = collator.within(|| meter::within(&brake, "", fold))?;
        let collation = whole.collation;
        let others = Others { engine: self.clone(), now, brake: brake.clone(), collation, collator: collator.clone() };
        let ctx = Context { now, collections: Arc::new(others), brake, collator, notices: Notices::default() };
        // One that cannot be opened says so in row mode.
        let find = |name: &str| self.collection(name).ok()?;
        let prepared = Prepared::new(self.collection(&on)?.as_ref(), &stages, ctx, &find)?;
        Ok(prepared.placed_in(&stages, &origin))
    }
}

impl Run for Engine {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<pipeline::Rows, RunError> {
        let prepared = self.prepared(collection, pipeline)?;
        let notices = prepared.notices().clone();
        let rows = Running::of(prepared)?.map(|row| row.map_err(RunError::from));
        Ok(pipeline::Rows::new(rows).with_notices(notices))
    }
}

/// The collections that the stages of a run may reach, each as its handle shows it.
#[derive(Clone)]
struct Others {
    engine: Engine,
    now: DateTime,
    brake: Brake,
    collation: Option<Collation>,
    collator: Collator,
}

impl Others {
    /// What stages give over a view, or a collection.
    fn through<'a>(&'a self, name: &str, stages: &[Stage], ctx: &Context) -> Result<stage::Rows<'a>, Error> {
        let asked = Pipeline { stages: stages.to_vec(), collation: self.collation.clone() };
        let (on, whole, origin) = view::through(&self.engine, name, &asked)?;
        let stages = place::folded(&whole.stages, &origin, self.now)?;
        let find = |name: &str| self.engine.collection(name).ok()?;
        let collection = self.engine.collection(&on)?;
        let prepared = Prepared::new(collection.as_ref(), &stages, ctx.clone(), &find)?;
        Ok(Box::new(Running::of(prepared.placed_in(&stages, &origin))?))
    }
}

impl Collections for Others {
    fn documents(&self, name: &str) -> stage::Rows<'_> {
        if self.engine.view(name).is_some() {
            let (now, brake, collator) = (self.now, self.brake.clone(), self.collator.clone());
            let notices = Notices::default();
            let ctx = Context { now, collections: Arc::new(self.clone()), brake, collator, notices };
            return self.through(name, &[], &ctx).unwrap_or_else(stage::failed);
        }
        match self.engine.collection(name) {
            Ok(Some(collection)) => collection.documents(self.now, &self.brake),
            Ok(None) => Box::new(std::iter::empty()),
            Err(error) => stage::failed(error),
        }
    }

    fn by_place(&self, name: &str, wanted: Option<HashSet<String>>) -> Option<Box<dyn ByPlace>> {
        self.engine.collection(name).ok()??.by_place(wanted)
    }

    fn is_columnar(&self, name: &str) -> bool {
        let collection = self.engine.collection(name).ok().flatten();
        collection.is_some_and(|collection| collection.columns().is_ok_and(|columns| columns.is_some()))
    }

    /// As the engine runs any pipeline: on columns, as far as they go.
    fn answer<'a>(&'a self, name: &str, stages: &'a [Stage], ctx: &'a Context) -> stage::Rows<'a> {
        self.through(name, stages, ctx).unwrap_or_else(stage::failed)
    }
}
