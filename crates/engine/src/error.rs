//! The one error of this crate: what went wrong while a well-formed pipeline ran, as a [`Diagnostic`], and where the fault lies.

use std::fmt;

use diagnostic::{Action, Diagnostic, quote};
use pipeline::RunError;

/// Why a pipeline gave no answer. One pointer wide, because every evaluation returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    diagnostic: Diagnostic,
    /// Where inside a stage, until the place of that stage is told: ``.pipeline`: stage 1, `$set` ``.
    inside: Option<String>,
}

/// Where the fault lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// In the pipeline, or in the values that it met; also a limit that it ran into.
    Pipeline,
    /// In what is stored: it is damaged, or cannot be read.
    Stored,
}

impl Error {
    /// An error that the server has, too, under this code.
    #[must_use]
    pub fn coded(code: i32, message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Pipeline, Diagnostic::new(message).code(code))
    }

    /// An error without a server's code.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::Pipeline, Diagnostic::new(message))
    }

    /// What is stored cannot be read.
    #[must_use]
    pub fn stored(diagnostic: Diagnostic) -> Self {
        Self::of(ErrorKind::Stored, diagnostic)
    }

    fn of(kind: ErrorKind, diagnostic: Diagnostic) -> Self {
        Self(Box::new(Inner { kind, diagnostic, inside: None }))
    }

    /// Says where, such as ``stage 3, `$group.avg_limit` ``; a place already there is kept.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        let place = match (self.0.inside.take(), place.into()) {
            (Some(inside), place) => format!("{}{inside}", place.trim_end_matches('`')),
            (None, place) => place,
        };
        self.0.diagnostic = self.0.diagnostic.at(place);
        self
    }

    /// Says that its place is one in the pipeline that a part of a stage is: the next place is that of the stage.
    #[must_use]
    pub(crate) fn inside(mut self, part: &str) -> Self {
        // Where something is stored is no place in a pipeline.
        if self.0.kind == ErrorKind::Stored {
            return self;
        }
        self.0.inside = self.0.diagnostic.take_place().map(|place| format!(".{}`: {place}", quote(part)));
        self
    }

    /// Says what to do; a hint already there is kept.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.diagnostic = self.0.diagnostic.hint(hint);
        self
    }

    /// Says what to do, as an action that each front spells as its users act; a hint already there is kept.
    #[must_use]
    pub fn hint_at(mut self, action: Action) -> Self {
        self.0.diagnostic = self.0.diagnostic.hint_at(action);
        self
    }

    /// Where the fault lies.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The server's code for it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.0.diagnostic.error_code()
    }

    /// What went wrong, where, and what to do.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0.diagnostic
    }

    /// The same, to climb on: with the name that the server gives to the code.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        match self.0.diagnostic.error_code() {
            Some(code) => self.0.diagnostic.code_name(pipeline::code_name(code)),
            None => self.0.diagnostic,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.diagnostic.fmt(f)
    }
}

impl std::error::Error for Error {}

impl From<Error> for RunError {
    fn from(error: Error) -> Self {
        let is_place_at_fault = error.kind() == ErrorKind::Stored;
        Self { diagnostic: error.into_diagnostic(), is_place_at_fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_its_name_and_the_place_reach_the_front() {
        let run = RunError::from(Error::coded(2, "can't $divide by zero").at("stage 1").at("stage 2"));
        assert_eq!((run.code(), run.diagnostic().error_code_name()), (Some(2), Some("BadValue")));
        assert_eq!(run.to_string(), "can't $divide by zero\n  at stage 1");
        assert!(!run.is_place_at_fault);
        let inner = Error::new("no").at("stage 2, `$set`").inside("a").at("stage 1, `$facet`").at("stage 2, `$limit`");
        assert_eq!(inner.to_string(), "no\n  at stage 1, `$facet.a`: stage 2, `$set`");
        let damaged = RunError::from(Error::stored(Diagnostic::new("damaged")));
        assert!(damaged.is_place_at_fault && damaged.diagnostic().error_code_name().is_none());
    }
}
