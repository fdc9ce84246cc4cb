//! One run of a pipeline over a collection: made ready, started, and its rows taken as they are asked for.
//!
//! In: a collection, folded stages, and a [`Context`]. Out: [`Running`], an iterator of documents that owns all it needs, and
//! so outlives the call that made it; or an [`Explain`] of what became of each stage.
//! Invariant: the stages of the collection's view run first, as they are: no stage of the user's is moved before them, so
//! that neither a row nor an error nor a count tells of what the view hides.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bson::{DateTime, Document};
use pipeline::ast::Stage;
use pipeline::{Notices, Pipeline};
use self_cell::self_cell;

use crate::collection::Collection;
use crate::columns::{self, Chain, Frame};
use crate::explain::{Explain, StageReport};
use crate::place::{Origin, Places};
use crate::rewrite::rewrite;
use crate::stage::places::{Together, n_together};
use crate::stage::{self, Collections, Context, Rows};
use crate::{Error, constants};

/// Everything that a run needs, and counts.
pub(crate) struct Prepared {
    collection: Option<Collection>,
    stages: Vec<Stage>,
    /// How many of the stages are the view's.
    n_view: usize,
    rewrites: Vec<&'static str>,
    /// What runs on columns.
    chain: Option<Chain>,
    /// Rows read by what does not run on columns, and rows that left each stage there.
    rows_read: AtomicU64,
    rows_out: Vec<AtomicU64>,
    ctx: Context,
    places: Places,
}

self_cell! {
    struct Cell {
        owner: Prepared,
        #[not_covariant]
        dependent: Rows,
    }
}

/// A run whose rows are made as they are asked for. It ends behind its first error.
pub(crate) struct Running(Option<Cell>);

/// Finds another collection.
type Find<'a> = &'a dyn Fn(&str) -> Option<Collection>;

/// How many stages stand before the first that must run together with others.
fn n_before_places(stages: &[Stage]) -> usize {
    (0..stages.len()).find(|&at| n_together(&stages[at..]) > 0).unwrap_or(stages.len())
}

impl Prepared {
    /// `stages` are folded; a collection that is not there has no documents.
    pub(crate) fn new(
        collection: Option<&Collection>,
        stages: &[Stage],
        ctx: Context,
        find: Find,
    ) -> Result<Self, Error> {
        let collator = ctx.collator.clone();
        collator.within(|| Self::made_ready(collection, stages, ctx, find))
    }

    fn made_ready(collection: Option<&Collection>, stages: &[Stage], ctx: Context, find: Find) -> Result<Self, Error> {
        let view = collection.map_or(&[][..], |collection| &collection.view().stages);
        // What a handle hides it hides by bytes, whatever the collation: then its rows come as it shows them.
        let (columns, view) = if ctx.collator.is_simple() || view.is_empty() {
            (collection.map(Collection::columns), view)
        } else {
            (None, &[][..])
        };
        let typed = columns.transpose()?.flatten();
        let view = constants::fold(&Pipeline::of(view.to_vec()), ctx.now)?.stages;
        let n_view = view.len();
        let (rewritten, rewrites) = rewrite(stages, typed.is_some());
        let stages: Vec<Stage> = view.into_iter().chain(rewritten).collect();
        let chain = match typed {
            // Columns do not know the places of fields that come back.
            Some(typed) => Some(Chain::new(typed, &stages[..n_before_places(&stages)], &ctx, find)?),
            None => None,
        };
        Ok(Self {
            collection: collection.cloned(),
            n_view,
            rewrites,
            rows_read: AtomicU64::new(0),
            rows_out: stages.iter().map(|_| AtomicU64::new(0)).collect(),
            chain,
            stages,
            ctx,
            places: Places::default(),
        })
    }

    /// The same run, whose errors name the stage in which they arose: one of those that were `given`. Behind what a handle hides
    /// none is named, for it might be the handle's.
    pub(crate) fn placed_in(mut self, given: &[Stage], origin: &Origin) -> Self {
        if self.n_view == 0 {
            self.places = Places::new(given, origin, &self.stages);
        }
        if let Some(chain) = &mut self.chain {
            chain.place(self.places.clone());
        }
        self
    }

    /// Starts it. What needs all its rows on columns has them when this returns.
    fn rows(&self) -> Result<Rows<'_>, Error> {
        self.ctx.collator.within(|| self.started())
    }

    fn started(&self) -> Result<Rows<'_>, Error> {
        let mut rows = match (&self.chain, &self.collection) {
            (Some(chain), _) => chain.rows()?,
            (None, Some(collection)) if self.n_view == 0 => {
                counted(collection.documents(self.ctx.now, &self.ctx.brake), &self.rows_read)
            }
            (None, Some(collection)) => counted(collection.all_documents(), &self.rows_read),
            (None, None) => Box::new(std::iter::empty()),
        };
        let mut together = Together::default();
        for at in self.n_taken()..self.stages.len() {
            let made = self.places.rows(at..at + 1, together.next(&self.stages[at..], rows, &self.ctx));
            rows = counted(made, &self.rows_out[at]);
        }
        // An empty list of stages still sees to the size of the documents.
        let last = self.stages.len().saturating_sub(1);
        Ok(self.places.rows(last..self.stages.len(), stage::run(&[], rows, &self.ctx)))
    }

    /// What the user should know beside the rows.
    pub(crate) fn notices(&self) -> &Notices {
        &self.ctx.notices
    }

    fn n_taken(&self) -> usize {
        self.chain.as_ref().map_or(0, Chain::n_taken)
    }

    /// The rows as columns, where the answer is on columns to its end; what they hold is shown to be no larger than documents
    /// may be.
    pub(crate) fn frame(&self) -> Result<Option<Frame>, Error> {
        let Some(chain) = &self.chain else { return Ok(None) };
        if n_before_places(&self.stages) < self.stages.len() {
            return Ok(None);
        }
        self.ctx.collator.within(|| chain.frame())
    }

    /// Runs it, and tells what became of each of its stages; of a view nothing is told, not even that it is there.
    pub(crate) fn explain(self) -> Result<Explain, Error> {
        // Rows are let go one by one: only their number is wanted.
        let rows = self.rows()?;
        self.ctx.collator.within(|| { rows }.try_for_each(|row| row.map(drop)))?;
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut rows_out: Vec<u64> = self.rows_out.iter().map(get).collect();
        let mut rows_read = get(&self.rows_read);
        let mut how = vec!["row mode".to_owned(); self.stages.len()];
        let mut columns_read = Vec::new();
        if let Some(chain) = &self.chain {
            rows_read += get(&chain.counts.rows_read);
            columns_read = columns::columns_read(&chain.prefix, self.n_view);
            for (at, told) in chain.told().into_iter().enumerate() {
                (how[at], rows_out[at]) = told;
            }
        }
        let rows_read = if self.n_view > 0 { rows_out[self.n_view - 1] } else { rows_read };
        let mut rows_in = rows_read;
        let mut stages = Vec::new();
        for ((stage, how), rows_out) in self.stages.iter().zip(how).zip(rows_out).skip(self.n_view) {
            stages.push(StageReport { stage: stage.name(), how, rows_in, rows_out });
            rows_in = rows_out;
        }
        Ok(Explain { rewrites: self.rewrites, stages, rows_read, columns_read, notices: self.ctx.notices.all() })
    }
}

impl Running {
    /// Starts a run.
    pub(crate) fn of(prepared: Prepared) -> Result<Self, Error> {
        Ok(Self(Some(Cell::try_new(prepared, Prepared::rows)?)))
    }
}

impl Iterator for Running {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.0.as_mut()?.with_dependent_mut(|run, rows| run.ctx.collator.within(|| rows.next()));
        // At its end, or behind an error, it lets go of all that it holds.
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        next
    }
}

/// How many documents a collection shows.
pub(crate) fn count(collection: &Collection) -> Result<u64, Error> {
    let ctx = Context::new(DateTime::now(), Arc::new(NoCollections));
    let prepared = Prepared::new(Some(collection), &[Stage::Count("n".to_owned())], ctx, &|_| None)?;
    let counted = Running::of(prepared)?.next().transpose()?;
    let n = counted
        .and_then(|row| row.get("n").and_then(crate::value::Number::of))
        .and_then(crate::value::Number::to_whole);
    Ok(n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

/// For runs that reach no other collection.
pub(crate) struct NoCollections;

impl Collections for NoCollections {
    fn documents(&self, _: &str) -> Rows<'_> {
        Box::new(std::iter::empty())
    }
}

fn counted<'a>(rows: Rows<'a>, count: &'a AtomicU64) -> Rows<'a> {
    Box::new(rows.inspect(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    }))
}
