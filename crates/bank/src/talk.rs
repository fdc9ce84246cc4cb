//! What long work tells its caller, and how the caller stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The caller's ears, and its hand on the brake.
pub struct Talk<'a> {
    /// Told what the user should know, one line at a time.
    pub say: &'a dyn Fn(&str),
    /// Told now and then how far it is.
    pub progress: &'a dyn Fn(Step<'_>),
    /// Raised by the caller to stop, which leaves the bank as it was.
    pub cancel: &'a Arc<AtomicBool>,
}

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// What is being done, such as `sending customers`; may be empty.
    pub what: &'a str,
    /// How many are done.
    pub done: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
    /// What is counted: `rows`.
    pub unit: &'a str,
}

impl Talk<'_> {
    /// Whether the caller wants to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::SeqCst)
    }

    /// Tells how far it is.
    pub fn step(&self, what: &str, done: u64, of: Option<u64>, unit: &str) {
        (self.progress)(Step { what, done, of, unit });
    }
}
