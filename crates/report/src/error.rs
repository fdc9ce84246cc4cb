//! Why a chart could not be drawn.

use std::fmt;

/// Why a chart could not be drawn. Everything else in this crate always succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The analysis answers with a table only.
    NoChart {
        /// The analysis' name.
        analysis: String,
    },
    /// The chart names a column that the table does not have.
    UnknownColumn {
        /// The analysis' name.
        analysis: String,
        /// The column that the chart names.
        column: String,
        /// The columns that the table has.
        known: Vec<String>,
    },
    /// The picture could not be encoded.
    Encoding(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChart { analysis } => write!(f, "analysis `{analysis}` has no chart"),
            Self::UnknownColumn { analysis, column, known } => write!(
                f,
                "the chart of analysis `{analysis}` names column `{column}`, which its table does not have\n\
                 hint: its columns are {}",
                known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::Encoding(reason) => write!(f, "cannot encode the chart: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
