//! The one error of this crate: any other crate's, with its own words, and what sort of trouble it is.

use std::fmt;

/// Why a bank gave no answer. Printed on one or more lines: what, where, hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What sort of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A pipeline, a filter, or the name of an analysis, dimension, measure or collection.
    Question,
    /// A file, a row of it, or a bank's folder.
    Data,
    /// A server: its address, its rights, its time.
    Server,
    /// Something that this place or this call does not take.
    Usage,
    /// The caller's flag was raised; nothing was changed.
    Cancelled,
    /// Whoever was to read the output has gone.
    PipeClosed,
}

impl Error {
    /// Any error that prints itself well.
    pub fn new(kind: ErrorKind, error: impl fmt::Display) -> Self {
        Self { kind, message: error.to_string() }
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Says what could not be done for this reason.
    #[must_use]
    pub fn prevents(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::new(ErrorKind::PipeClosed, error),
            _ => Self::new(ErrorKind::Data, error),
        }
    }
}

impl From<pipeline::Error> for Error {
    fn from(error: pipeline::Error) -> Self {
        Self::new(ErrorKind::Question, error)
    }
}

impl From<pipeline::RunError> for Error {
    fn from(error: pipeline::RunError) -> Self {
        Self::new(if error.is_place_at_fault { ErrorKind::Server } else { ErrorKind::Question }, error)
    }
}

impl From<catalog::Faults> for Error {
    fn from(faults: catalog::Faults) -> Self {
        Self::new(ErrorKind::Question, faults)
    }
}

impl From<insight::Error> for Error {
    fn from(error: insight::Error) -> Self {
        Self::new(ErrorKind::Question, error)
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        Self::new(ErrorKind::Question, error)
    }
}

impl From<report::Error> for Error {
    fn from(error: report::Error) -> Self {
        Self::new(ErrorKind::Usage, error)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::new(ErrorKind::Data, error)
    }
}

impl From<extract::Error> for Error {
    fn from(error: extract::Error) -> Self {
        let kind = match error.kind() {
            extract::ErrorKind::Cancelled => ErrorKind::Cancelled,
            extract::ErrorKind::BrokenPipe => ErrorKind::PipeClosed,
            _ => ErrorKind::Data,
        };
        Self::new(kind, error)
    }
}

impl From<mongo::Error> for Error {
    fn from(error: mongo::Error) -> Self {
        let kind = match error.kind() {
            mongo::ErrorKind::Cancelled => ErrorKind::Cancelled,
            _ => ErrorKind::Server,
        };
        Self::new(kind, error)
    }
}
