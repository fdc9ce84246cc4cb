//! Why the server gave no answer: one diagnostic, and what kind of trouble it is.

use std::fmt;

use diagnostic::{Action, Diagnostic};

/// What went wrong between us and the server.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    diagnostic: Diagnostic,
}

/// What kind of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The user has to change something: a connection string, a name, a document.
    Input,
    /// The server said no: rights, a validator, a pipeline that fails on a document.
    Refused,
    /// No server answered, or the connection broke.
    Unreachable,
    /// The time limit came first.
    TimedOut,
    /// The user stopped it.
    Cancelled,
    /// A fault of this crate.
    Bug,
}

impl Error {
    /// A mistake of the user's.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// Any.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, diagnostic: Diagnostic::new(message) }))
    }

    /// Says what could not be done for this reason; place, hint and code stay.
    pub(crate) fn prevents(self, what: &str) -> Self {
        self.map(|diagnostic| diagnostic.prevents(what))
    }

    /// Says where: a host and port; a place already there is kept.
    pub(crate) fn at(self, place: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.at(place))
    }

    /// Says what to do about it; a hint already there is kept.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.hint(hint))
    }

    /// Says what to do about it, as an action that each front spells.
    pub(crate) fn hint_at(self, action: Action) -> Self {
        self.map(|diagnostic| diagnostic.hint_at(action))
    }

    /// Says which days there are to choose from.
    pub(crate) fn hint_days(self, days: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        self.map(|diagnostic| diagnostic.hint_days(days))
    }

    /// Keeps the server's code for it, and the server's name of the code.
    pub(crate) fn with_code(self, code: i32, name: Option<&str>) -> Self {
        let name = name.filter(|name| !name.is_empty());
        let name = name.map_or_else(|| pipeline::code_name(code).into_owned(), str::to_owned);
        self.map(|diagnostic| diagnostic.code(code).code_name(name))
    }

    fn map(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.0.diagnostic = change(self.0.diagnostic);
        self
    }

    /// What the source of documents says, when one is loaded from elsewhere.
    #[must_use]
    pub fn of_source(diagnostic: Diagnostic) -> Self {
        Self(Box::new(Inner { kind: ErrorKind::Input, diagnostic }))
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without place and hint.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.diagnostic.message()
    }

    /// The server's code for it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.0.diagnostic.error_code()
    }

    /// All that is known of it.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0.diagnostic
    }

    /// The same, to climb on.
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

impl From<Error> for pipeline::RunError {
    fn from(error: Error) -> Self {
        let is_place_at_fault = match error.kind() {
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Cancelled | ErrorKind::Bug => true,
            ErrorKind::Refused => error.code().is_none_or(crate::driver::is_about_the_server),
            ErrorKind::Input => false,
        };
        Self { diagnostic: error.into_diagnostic(), is_place_at_fault }
    }
}
