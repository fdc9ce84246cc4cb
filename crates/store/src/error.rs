//! The one error of this crate: what is wrong, with which file, and what to do.

use std::fmt;
use std::path::Path;

use diagnostic::Diagnostic;
use jiff::civil::Date;

/// What is wrong with a bank's folder.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    diagnostic: Diagnostic,
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
    /// The caller stopped it.
    Cancelled,
    /// A caller broke a rule of this crate.
    Bug,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, diagnostic: Diagnostic::new(message) }))
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message).hint("this is a fault of BankSphere itself: please report it")
    }

    /// A data file is not what was written. `what` completes "… is damaged: ".
    pub(crate) fn damaged(path: &Path, what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Damaged, format!("a file of the bank is damaged: {what}"))
            .at(path)
            .hint("import the same file again, which heals it, or restore the bank's folder from a backup")
    }

    /// In the place of a file that the bank makes itself there is something else.
    pub(crate) fn not_a_file(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::input(format!("`{name}` in the bank's folder is a link or a folder, and not a file"))
            .at(path)
            .hint("remove it; the bank makes its own")
    }

    /// The manifest is not what was written, so the bank cannot be opened, not even to import into it.
    pub(crate) fn damaged_manifest(path: &Path, what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Damaged, format!("a file of the bank is damaged: {what}"))
            .at(path)
            .hint("restore the bank's folder from a backup, or import its files again into a new folder")
    }

    pub(crate) fn at(self, path: &Path) -> Self {
        self.map(|diagnostic| diagnostic.at(shown(path)))
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.hint(hint))
    }

    pub(crate) fn hint_days(self, days: &[Date]) -> Self {
        self.map(|diagnostic| diagnostic.hint_days(days))
    }

    fn map(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.0.diagnostic = change(self.0.diagnostic);
        self
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Message, place and hint.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0.diagnostic
    }

    /// Message, place and hint.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.0.diagnostic
    }
}

/// A path for a message: whole, but without control characters.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// `fs_err` has put the operation and the path into the message.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let hint = match error.kind() {
            std::io::ErrorKind::PermissionDenied => Some("check the permissions of the bank's folder"),
            std::io::ErrorKind::StorageFull => Some("free some space: nothing was changed"),
            _ => None,
        };
        let this = Self::new(ErrorKind::Io, diagnostic::in_words(&error));
        if let Some(hint) = hint { this.hint(hint) } else { this }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.diagnostic.fmt(f)
    }
}

impl std::error::Error for Error {}
