//! The one error of this crate: all that is wrong with the data, and what sort of trouble it is.

use std::fmt;

use diagnostic::{Action, Diagnostic, Faults};

/// Why nothing was imported.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    faults: Faults,
}

/// What sort of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The file, or a row of it, is not as the contract says.
    Input,
    /// The caller's flag was raised.
    Cancelled,
    /// What was to read the output has gone, as in `… | head`.
    BrokenPipe,
    /// The bank's folder, or the operating system, refused.
    Store,
    /// A fault of this crate.
    Bug,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, faults: Diagnostic::new(message).into() }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message).hint("this is a fault of BankSphere itself: please report it")
    }

    /// What the bank says from which documents are copied.
    #[must_use]
    pub fn of_source(diagnostic: Diagnostic) -> Self {
        Self { kind: ErrorKind::Input, faults: diagnostic.into() }
    }

    /// What is wrong with the rows of a file, or with its header.
    pub(crate) fn of_rows(faults: Faults) -> Self {
        Self { kind: ErrorKind::Input, faults }
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled: the bank is as it was")
    }

    pub(crate) fn at(self, place: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.at(place))
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.hint(hint))
    }

    pub(crate) fn hint_at(self, action: Action) -> Self {
        self.map(|diagnostic| diagnostic.hint_at(action))
    }

    /// Says that a server would refuse the same key twice.
    pub(crate) fn duplicate_key(self) -> Self {
        self.map(duplicate_key)
    }

    /// Changes the first of its faults.
    fn map(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        Self { faults: self.faults.map_first(change), ..self }
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The first of its faults, without place and hint.
    #[must_use]
    pub fn message(&self) -> &str {
        self.faults.first().message()
    }

    /// All that is wrong.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// All that is wrong.
    #[must_use]
    pub fn into_faults(self) -> Faults {
        self.faults
    }
}

/// Adds the code with which a server refuses the same key twice.
pub(crate) fn duplicate_key(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.code(11_000).code_name("DuplicateKey")
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self { kind: ErrorKind::Store, faults: error.into_diagnostic().into() }
    }
}

impl From<tabular::Error> for Error {
    fn from(error: tabular::Error) -> Self {
        match error {
            tabular::Error::Refused(diagnostic) => Self { kind: ErrorKind::Input, faults: diagnostic.into() },
            tabular::Error::Cancelled => Self::cancelled(),
            tabular::Error::Io(error) => error.into(),
        }
    }
}

/// `fs_err` has put the operation and the path into the message.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let is_broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self::new(if is_broken_pipe { ErrorKind::BrokenPipe } else { ErrorKind::Store }, diagnostic::in_words(&error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.faults.fmt(f)
    }
}

impl std::error::Error for Error {}
