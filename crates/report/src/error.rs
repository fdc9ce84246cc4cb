//! Why a chart could not be drawn, or a file of tables not be made.

use std::fmt;

use diagnostic::{Diagnostic, nearest, quote};

/// Why a chart could not be drawn, or a file of tables not be made. Everything else in this crate always succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    diagnostic: Diagnostic,
}

/// What kept a chart or a file from being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The analysis answers with a table only.
    NoChart,
    /// The chart names a column that the table does not have.
    UnknownColumn,
    /// The picture could not be encoded.
    Encoding,
    /// The kind of file has no room for the table.
    NoRoom,
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

    /// A table that a kind of file has no room for.
    pub(crate) fn no_room(table: &str, what: &str) -> Self {
        let diagnostic =
            Diagnostic::new(format!("`{}` has {what}", quote(table))).hint("`.csv` and `.parquet` have room for it");
        Self { kind: ErrorKind::NoRoom, diagnostic }
    }

    pub(crate) fn no_columns(table: &str) -> Self {
        let diagnostic = Diagnostic::new(format!("`{}` has no columns, and a file of Parquet has some", quote(table)));
        Self { kind: ErrorKind::NoRoom, diagnostic: diagnostic.hint("`.csv` and `.ndjson` hold nothing as well") }
    }

    pub(crate) fn one_table(n: usize) -> Self {
        let diagnostic = Diagnostic::new(format!("these are {n} tables, and a file of Parquet holds one"));
        Self {
            kind: ErrorKind::NoRoom,
            diagnostic: diagnostic.hint("name a file, of which each table gets its own, or one analysis"),
        }
    }

    pub(crate) fn unwritten(what: &str, reason: &str) -> Self {
        let diagnostic = Diagnostic::new(format!("cannot make the {what}: {}", quote(reason)));
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
