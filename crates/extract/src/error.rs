//! The one error of this crate: what is wrong with the data, where, and what to do.

use std::fmt;

/// Why nothing was imported. Printed on up to three lines: text, place, hint.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<String>,
    hint: Option<String>,
}

/// What sort of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The file, or a row of it, is not as the contract says.
    Input,
    /// The caller's flag was raised.
    Cancelled,
    /// Whoever was to read the output has gone, as in `… | head`.
    BrokenPipe,
    /// The bank's folder, or the operating system, refused.
    Store,
    /// A fault of this crate.
    Bug,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), place: None, hint: None }))
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message).hint("this is a fault of BankSphere itself: please report it")
    }

    /// What the bank says from which documents are copied.
    #[must_use]
    pub fn of_source(error: impl fmt::Display) -> Self {
        Self::input(error.to_string())
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled: the bank is as it was")
    }

    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place.get_or_insert_with(|| place.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is wrong, without place and hint.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

/// The store's errors name their place and hint in their own text.
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::new(ErrorKind::Store, error.to_string())
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
