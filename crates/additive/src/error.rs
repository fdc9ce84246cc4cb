//! The one error of this crate: what is wrong with the columns, the outcomes or a model, and what to do.
//!
//! In: a message. Out: an [`Error`], of which a caller can ask whether it was itself that stopped the work.

use std::fmt;

use diagnostic::Diagnostic;

/// What is wrong with what was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq)]
struct Inner {
    is_cancelled: bool,
    diagnostic: Diagnostic,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { is_cancelled: false, diagnostic: Diagnostic::new(message) }))
    }

    pub(crate) fn cancelled() -> Self {
        Self(Box::new(Inner { is_cancelled: true, diagnostic: Diagnostic::new("training was stopped") }))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.diagnostic = self.0.diagnostic.hint(hint);
        self
    }

    /// Whether the caller stopped the work.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled
    }

    /// What went wrong and what to do, for a front.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.0.diagnostic
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.diagnostic.fmt(f)
    }
}

impl std::error::Error for Error {}

/// The name of a column or a category, for a message.
pub(crate) fn named(name: &str) -> String {
    format!("`{}`", diagnostic::quote(name))
}
