//! Why a chart could not be drawn.

use std::fmt;

use diagnostic::{Diagnostic, nearest, quote};

/// Why a chart could not be drawn. Everything else in this crate always succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    diagnostic: Diagnostic,
}

/// What kept a chart from being drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The analysis answers with a table only.
    NoChart,
    /// The chart names a column that the table does not have.
    UnknownColumn,
    /// The picture could not be encoded.
    Encoding,
}

impl Error {
    pub(crate) fn no_chart(analysis: &str) -> Self {
        let diagnostic = Diagnostic::new(format!("analysis `{}` has no chart", quote(analysis)));
        Self { kind: ErrorKind::NoChart, diagnostic }
    }

    pub(crate) fn unknown_column<'a>(analysis: &str, column: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let (name, wrong) = (quote(analysis), quote(column));
        let message = format!("the chart of analysis `{name}` names column `{wrong}`, which its table does not have");
        let diagnostic = Diagnostic::new(message).hint(nearest("column", column, known));
        Self { kind: ErrorKind::UnknownColumn, diagnostic }
    }

    pub(crate) fn encoding(reason: &str) -> Self {
        let diagnostic = Diagnostic::new(format!("cannot encode the chart: {}", quote(reason)));
        Self { kind: ErrorKind::Encoding, diagnostic }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What is wrong.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// What is wrong, to be kept.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.diagnostic
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Error {}
