//! Why the server gave no answer: a message, where, a hint where there is one, and the server's code.

use std::fmt;

/// What went wrong between us and the server. Printed on up to three lines: what, where, hint.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<String>,
    hint: Option<String>,
    code: Option<i32>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The user's: a connection string, a name, a document.
    Input,
    /// The server said no: rights, a validator, a pipeline that fails on a document.
    Refused,
    /// Nobody answered, or the connection broke.
    Unreachable,
    /// The time limit came first.
    TimedOut,
    /// The user stopped it.
    Cancelled,
    /// Ours.
    Bug,
}

impl Error {
    /// A mistake of the user's.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// Any.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), place: None, hint: None, code: None }))
    }

    /// Says what could not be done for this reason; place, hint and code stay.
    pub(crate) fn prevents(mut self, what: &str) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// Says where: a host and port; a place already there is kept.
    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place.get_or_insert_with(|| place.into());
        self
    }

    /// Says what to do about it; a hint already there is kept.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Keeps the server's code for it.
    pub(crate) fn with_code(mut self, code: i32) -> Self {
        self.0.code = Some(code);
        self
    }

    /// What the source of documents says, when one is loaded from elsewhere.
    pub fn of_source(error: impl fmt::Display) -> Self {
        Self::input(error.to_string())
    }

    /// Whose turn it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without place and hint.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server's code for it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.0.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(place) = &self.0.place {
            write!(f, "\n  at {place}")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<Error> for pipeline::RunError {
    fn from(error: Error) -> Self {
        let is_place_at_fault = match error.kind() {
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Cancelled | ErrorKind::Bug => true,
            ErrorKind::Refused => error.code().is_none_or(crate::driver::is_about_the_server),
            ErrorKind::Input => false,
        };
        let Inner { message, place, hint, code, .. } = *error.0;
        let mut diagnostic = diagnostic::Diagnostic::new(message);
        if let Some(place) = place {
            diagnostic = diagnostic.at(place);
        }
        if let Some(hint) = hint {
            diagnostic = diagnostic.hint(hint);
        }
        if let Some(code) = code {
            diagnostic = diagnostic.code(code);
        }
        Self { diagnostic, is_place_at_fault }
    }
}
