//! The one trait of everything that can run a pipeline: the embedded engine, or a MongoDB server.
//!
//! In: a collection's name and a pipeline, under [`Limits`] that the runner was given. Out: [`Rows`], a stream that outlives
//! the call.
//! Invariant: behind an error no row counts; the caller that collects the rows decides how much memory they take.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bson::Document;
use diagnostic::Diagnostic;

use crate::Pipeline;

/// Collections that answer pipelines.
pub trait Run {
    /// Runs `pipeline` over the collection of that name and gives its rows as they are made.
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError>;

    /// The same, with all rows collected.
    fn run(&self, collection: &str, pipeline: &Pipeline) -> Result<Vec<Document>, RunError> {
        self.rows(collection, pipeline)?.collect()
    }
}

/// What a run may use. The default limits nothing.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The time until the last row; an error of code 50 (`MaxTimeMSExpired`) behind it.
    pub time: Option<Duration>,
    /// The bytes that may be held between stages, roughly; an error of code 146 or 292 beyond. Rows that the caller keeps are
    /// the caller's.
    pub memory: Option<u64>,
    /// Stops it from outside.
    pub cancel: CancellationToken,
}

/// A request to stop, shared by all clones: once cancelled, it stays so.
#[derive(Clone, Debug, Default)]
pub struct CancellationToken(Arc<AtomicBool>);

impl CancellationToken {
    /// Not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops what holds a clone of this token, soon.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The flag behind it, for signal handlers and other libraries.
    #[must_use]
    pub fn flag(&self) -> &Arc<AtomicBool> {
        &self.0
    }
}

/// The token over a flag that is raised elsewhere.
impl From<Arc<AtomicBool>> for CancellationToken {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}

/// The rows of a run, made as they are asked for. Borrows nothing, and may go to another thread.
pub struct Rows {
    rows: Box<dyn Iterator<Item = Result<Document, RunError>> + Send>,
    notices: Notices,
}

/// What a run has to say beside its rows: shared by all clones, each notice once.
#[derive(Clone, Debug, Default)]
pub struct Notices(Arc<Mutex<Vec<Diagnostic>>>);

impl Notices {
    /// Adds one, unless it was said before.
    pub fn add(&self, notice: Diagnostic) {
        let mut notices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }

    /// All until now.
    #[must_use]
    pub fn all(&self) -> Vec<Diagnostic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Rows {
    /// The rows of an iterator.
    #[must_use]
    pub fn new(rows: impl Iterator<Item = Result<Document, RunError>> + Send + 'static) -> Self {
        Self { rows: Box::new(rows), notices: Notices::default() }
    }

    /// Rows that were collected elsewhere.
    #[must_use]
    pub fn of(rows: Vec<Document>) -> Self {
        Self::new(rows.into_iter().map(Ok))
    }

    /// The same rows, with what the run has to say about them.
    #[must_use]
    pub fn with_notices(mut self, notices: Notices) -> Self {
        self.notices = notices;
        self
    }

    /// What the user should know about the answer, such as a join that finds nothing because the types of its keys differ.
    /// Complete when the last row was taken; a clone can be kept for then.
    #[must_use]
    pub fn notices(&self) -> &Notices {
        &self.notices
    }
}

impl Iterator for Rows {
    type Item = Result<Document, RunError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("notices", &self.notices).finish_non_exhaustive()
    }
}

/// Why a pipeline that was well formed gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// What happened, and where, with the server's code and its name (`$divide` by zero 2, bad `$convert` 241, …).
    pub diagnostic: Diagnostic,
    /// Whether the place is at fault, not the pipeline: a server that did not answer, or a file that is damaged.
    pub is_place_at_fault: bool,
}

impl RunError {
    /// The pipeline's fault, or that of the rows it met.
    #[must_use]
    pub fn of_pipeline(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, is_place_at_fault: false }
    }

    /// The fault of the place where the collections lie.
    #[must_use]
    pub fn of_place(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, is_place_at_fault: true }
    }

    /// The server's code for it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.diagnostic.error_code()
    }

    /// What happened, where, and what to do.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// The same, to climb on.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.diagnostic
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for RunError {}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    struct Two;

    impl Run for Two {
        fn rows(&self, collection: &str, _pipeline: &Pipeline) -> Result<Rows, RunError> {
            if collection.is_empty() {
                return Err(RunError::of_place(Diagnostic::new("nothing there")));
            }
            let failure = RunError::of_pipeline(Diagnostic::new("broken").code(2));
            let second = if collection == "broken" { Err(failure) } else { Ok(doc! { "a": 2 }) };
            Ok(Rows::new([Ok(doc! { "a": 1 }), second].into_iter()))
        }
    }

    #[test]
    fn collected_rows_are_all_or_an_error() {
        let pipeline = Pipeline::of(Vec::new());
        assert_eq!(Two.run("fine", &pipeline), Ok(vec![doc! { "a": 1 }, doc! { "a": 2 }]));
        assert_eq!(Two.run("broken", &pipeline).map_err(|error| error.code()), Err(Some(2)));
        assert!(Two.run("", &pipeline).is_err_and(|error| error.is_place_at_fault));
    }

    #[test]
    fn notices_come_once_and_clones_share_them() {
        let rows = Rows::of(Vec::new()).with_notices(Notices::default());
        let kept = rows.notices().clone();
        (0..2).for_each(|_| rows.notices().add(Diagnostic::new("said")));
        drop(rows);
        assert_eq!(kept.all(), [Diagnostic::new("said")]);
    }

    #[test]
    fn a_token_is_cancelled_for_all_its_clones() {
        let token = CancellationToken::new();
        let limits = Limits { cancel: token.clone(), ..Limits::default() };
        assert!(!limits.cancel.is_cancelled());
        token.cancel();
        assert!(limits.cancel.is_cancelled() && CancellationToken::from(Arc::clone(token.flag())).is_cancelled());
    }
}
