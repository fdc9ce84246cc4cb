//! The one error of this crate: a [`Diagnostic`] of what is wrong with the data, and what sort of trouble it is.

use std::fmt;

use diagnostic::{Action, Diagnostic};

/// Why nothing was imported.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    diagnostic: Diagnostic,
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
        Self { kind, diagnostic: Diagnostic::new(message) }
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
        Self { kind: ErrorKind::Input, diagnostic }
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
        self.map(|diagnostic| diagnostic.code(11_000).code_name("DuplicateKey"))
    }

    fn map(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        Self { diagnostic: change(self.diagnostic), ..self }
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What is wrong, without place and hint.
    #[must_use]
    pub fn message(&self) -> &str {
        self.diagnostic.message()
    }

    /// All that is known of it.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// All that is known of it.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.diagnostic
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self { kind: ErrorKind::Store, diagnostic: error.into_diagnostic() }
    }
}

/// `fs_err` has put the operation and the path into the message.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let is_broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self::new(if is_broken_pipe { ErrorKind::BrokenPipe } else { ErrorKind::Store }, error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Error {}
