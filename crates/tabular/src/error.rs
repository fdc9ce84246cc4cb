//! The one error of this crate.

use std::{fmt, io};

use diagnostic::Diagnostic;

/// Why a file cannot be read as a table.
#[derive(Debug)]
pub enum Error {
    /// The file is not as a table should be.
    Refused(Diagnostic),
    /// The caller stopped it.
    Cancelled,
    /// The operating system refused; `fs_err` has put the operation and the path into the message.
    Io(io::Error),
}

impl Error {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::Refused(Diagnostic::new(message))
    }

    pub(crate) fn at(self, place: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.at(place))
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.hint(hint))
    }

    fn map(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        if let Self::Refused(diagnostic) = self { Self::Refused(change(diagnostic)) } else { self }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(refused) => refused,
            Err(error) => Self::Io(error),
        }
    }
}

/// For readers that other crates call, and which can only give errors of the system: [`Error::from`] takes it out again.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        if let Error::Io(error) = error { error } else { Self::other(error) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(diagnostic) => diagnostic.fmt(f),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
