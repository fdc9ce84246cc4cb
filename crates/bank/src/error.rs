//! The one error of this crate: what any other crate's error says, whole, and what sort of trouble it is.

use std::fmt;

use diagnostic::{Action, Diagnostic, Faults};

/// Why a bank gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    faults: Faults,
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
    /// The reader of the output has gone.
    PipeClosed,
}

impl Error {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind, faults: impl Into<Faults>) -> Self {
        Self(Box::new(Inner { kind, faults: faults.into() }))
    }

    /// The caller raised the flag.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, Diagnostic::new("interrupted"))
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What went wrong, where, and what to do.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        self.0.faults.first()
    }

    /// What else is wrong, where several faults are told at once.
    #[must_use]
    pub fn others(&self) -> &[Diagnostic] {
        self.0.faults.others()
    }

    /// Puts where it came from, such as an option, before the place.
    #[must_use]
    pub fn within(mut self, source: &str) -> Self {
        self.0.faults = self.0.faults.map_first(|first| first.within(source));
        self
    }

    /// With one fault more, behind all others.
    #[must_use]
    pub(crate) fn and(mut self, last: Diagnostic) -> Self {
        self.0.faults = self.0.faults.and(last);
        self
    }

    /// Says what could not be done for this reason.
    #[must_use]
    pub fn prevents(mut self, what: &str) -> Self {
        self.0.faults = self.0.faults.prevents(what);
        self
    }

    /// All of it as text, the faults apart by an empty line; `spell` words the actions as the front's users know them.
    #[must_use]
    pub fn render(&self, spell: impl Fn(&Action) -> String) -> String {
        self.0.faults.render(spell)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Action::to_string))
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::BrokenPipe => ErrorKind::PipeClosed,
            _ => ErrorKind::Data,
        };
        Self::new(kind, Diagnostic::new(diagnostic::in_words(&error)))
    }
}

impl From<pipeline::Error> for Error {
    fn from(error: pipeline::Error) -> Self {
        Self::new(ErrorKind::Question, error.into_diagnostic())
    }
}

impl From<pipeline::RunError> for Error {
    fn from(error: pipeline::RunError) -> Self {
        let kind = if error.is_place_at_fault { ErrorKind::Server } else { ErrorKind::Question };
        Self::new(kind, error.into_diagnostic())
    }
}

/// The faults of a catalog.
impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::new(ErrorKind::Question, faults)
    }
}

impl From<insight::Error> for Error {
    fn from(error: insight::Error) -> Self {
        Self::new(ErrorKind::Question, error.into_diagnostic())
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        pipeline::RunError::from(error).into()
    }
}

impl From<report::Error> for Error {
    fn from(error: report::Error) -> Self {
        Self::new(ErrorKind::Usage, error.into_diagnostic())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        let kind = if error.kind() == store::ErrorKind::Cancelled { ErrorKind::Cancelled } else { ErrorKind::Data };
        Self::new(kind, error.into_diagnostic())
    }
}

impl From<extract::Error> for Error {
    fn from(error: extract::Error) -> Self {
        let kind = match error.kind() {
            extract::ErrorKind::Cancelled => ErrorKind::Cancelled,
            extract::ErrorKind::BrokenPipe => ErrorKind::PipeClosed,
            _ => ErrorKind::Data,
        };
        Self::new(kind, error.into_faults())
    }
}

impl From<tabular::Error> for Error {
    fn from(error: tabular::Error) -> Self {
        extract::Error::from(error).into()
    }
}

impl From<mongo::Error> for Error {
    fn from(error: mongo::Error) -> Self {
        let kind = match error.kind() {
            mongo::ErrorKind::Cancelled => ErrorKind::Cancelled,
            _ => ErrorKind::Server,
        };
        Self::new(kind, error.into_diagnostic())
    }
}
