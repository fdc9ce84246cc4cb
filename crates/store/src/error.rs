//! The one error of this crate: what is wrong, with which file, and what to do.

use std::fmt;
use std::path::Path;

/// What is wrong with a bank's folder. Printed on up to three lines: text, place, hint.
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
    /// The user asked for something that is not there, or cannot be.
    Input,
    /// Another process is writing.
    Locked,
    /// A file is not what was once written.
    Damaged,
    /// The operating system refused.
    Io,
    /// A caller broke a rule of this crate.
    Bug,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), place: None, hint: None }))
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message).hint("this is a fault of BankSphere itself: please report it")
    }

    /// A data file or manifest is not what was written. `what` completes "… is damaged: ".
    pub(crate) fn damaged(path: &Path, what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Damaged, format!("a file of the bank is damaged: {what}"))
            .at(path)
            .hint("restore the bank's folder from a backup, or import its files again into a new folder")
    }

    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.0.place.get_or_insert_with(|| path.display().to_string());
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

/// `fs_err` has put the operation and the path into the message.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let hint = match error.kind() {
            std::io::ErrorKind::PermissionDenied => Some("check the permissions of the bank's folder"),
            std::io::ErrorKind::StorageFull => Some("free some space: nothing was changed"),
            _ => None,
        };
        let this = Self::new(ErrorKind::Io, error.to_string());
        if let Some(hint) = hint { this.hint(hint) } else { this }
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
