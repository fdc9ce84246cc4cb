//! The part of a pipeline that runs on columns: a prefix, and behind groups and windows another over what they made.
//!
//! In: a typed collection and stages. Out: documents or a [`Frame`], and how many stages that covers. Invariant: a part that
//! stands behind another is made when the first has run, once; where its rows have no columns, their documents go on.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pipeline::ast::{Projection, Stage};

use super::frame::{self, Frame};
use super::lower::{End, Prefix};
use super::run::{self, Counts};
use super::stored::Typed;
use crate::Error;
use crate::collection::Collection;
use crate::place::Places;
use crate::stage::{Context, Rows};

/// A part of a pipeline on columns.
pub(crate) struct Chain {
    pub(crate) prefix: Prefix,
    pub(crate) counts: Counts,
    /// The stages behind, where what the prefix makes becomes columns again.
    rest: Option<Vec<Stage>>,
    n_stages: usize,
    ctx: Context,
    next: OnceLock<Next>,
}

/// What follows.
enum Next {
    Columns(Box<Chain>),
    /// Rows that no further stage takes on columns, until they are taken.
    Rows(Mutex<Option<Frame>>),
}

impl Chain {
    pub(crate) fn new(
        base: &Arc<Typed>,
        stages: &[Stage],
        ctx: &Context,
        collections: &dyn Fn(&str) -> Option<Collection>,
    ) -> Result<Self, Error> {
        let prefix = Prefix::new(base, stages, ctx, collections)?;
        let behind = &stages[prefix.n_stages()..];
        let goes_on = match &prefix.end {
            End::Window(_) => true,
            End::Group(_) => leads_to_window(behind),
            End::Top { .. } | End::Sort { .. } | End::Rows { .. } => false,
        };
        let counts = Counts::new(prefix.n_stages());
        let rest = goes_on.then(|| behind.to_vec());
        Ok(Self { prefix, counts, rest, n_stages: stages.len(), ctx: ctx.clone(), next: OnceLock::new() })
    }

    /// Has its errors name the stages in which they arise.
    pub(crate) fn place(&mut self, places: Places) {
        self.prefix.places = places;
    }

    /// How many stages it covers, as far as it has run.
    pub(crate) fn n_taken(&self) -> usize {
        let behind = match self.next.get() {
            Some(Next::Columns(next)) => next.n_taken(),
            _ => 0,
        };
        self.prefix.n_stages() + behind
    }

    /// What became of each stage that it covers, and the rows that left it.
    pub(crate) fn told(&self) -> Vec<(String, u64)> {
        let left = self.counts.rows_out.iter().map(|n| n.load(std::sync::atomic::Ordering::Relaxed));
        let mut told: Vec<(String, u64)> = self.prefix.how.iter().cloned().zip(left).collect();
        if let Some(Next::Columns(next)) = self.next.get() {
            told.extend(next.told());
        }
        told
    }

    /// Runs it as far as it goes on columns.
    pub(crate) fn rows(&self) -> Result<Rows<'_>, Error> {
        match self.next()? {
            None => run::run(&self.prefix, &self.counts),
            Some(Next::Columns(next)) => next.rows(),
            Some(Next::Rows(frame)) => Ok(match taken(frame) {
                Some(frame) => Box::new(frame.into_rows()),
                None => Box::new(std::iter::empty()),
            }),
        }
    }

    /// The same as columns, where they are the answer and no document can be larger than it may be. Else nothing is taken.
    pub(crate) fn frame(&self) -> Result<Option<Frame>, Error> {
        match self.next()? {
            None if self.prefix.n_stages() == self.n_stages => {
                Ok(Some(self.made()?).filter(Frame::has_small_documents))
            }
            None => Ok(None),
            Some(Next::Columns(next)) => next.frame(),
            Some(Next::Rows(_)) if self.prefix.n_stages() < self.n_stages => Ok(None),
            Some(Next::Rows(frame)) => {
                let mut held = frame.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(held.take_if(|frame| frame.has_small_documents()))
            }
        }
    }

    /// What the prefix makes of all its rows.
    fn made(&self) -> Result<Frame, Error> {
        frame::of_prefix(&self.prefix, &self.counts).map_err(|error| self.prefix.of_end(error))
    }

    fn next(&self) -> Result<Option<&Next>, Error> {
        let Some(rest) = &self.rest else { return Ok(None) };
        if let Some(next) = self.next.get() {
            return Ok(Some(next));
        }
        let made = self.made()?;
        let next = if rest.is_empty() { Err(made) } else { made.into_typed() };
        let next = match next {
            Ok(typed) => {
                let mut next = Self::new(&Arc::new(typed), rest, &self.ctx, &|_| None)?;
                next.place(self.prefix.places.behind(self.prefix.n_stages()));
                Next::Columns(Box::new(next))
            }
            Err(frame) => Next::Rows(Mutex::new(Some(frame))),
        };
        Ok(Some(self.next.get_or_init(|| next)))
    }
}

fn taken(frame: &Mutex<Option<Frame>>) -> Option<Frame> {
    frame.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Whether groups come to a `$setWindowFields`, behind stages that columns can run.
fn leads_to_window(behind: &[Stage]) -> bool {
    let is_passed = |stage: &&Stage| {
        matches!(
            stage,
            Stage::Match(_)
                | Stage::AddFields(..)
                | Stage::Project(Projection::Include { .. } | Projection::Exclude(_))
                | Stage::Unset(_)
        )
    };
    let n_passed = behind.iter().take_while(is_passed).count();
    matches!(behind.get(n_passed), Some(Stage::SetWindowFields { .. }))
}
