//! What a runner says to a statement: rows, or a refusal.

use bson::Document;
use pipeline::print::{Format, document};

/// An answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// All rows.
    Rows(Vec<Document>),
    /// None, and why.
    Refused(Refusal),
}

/// Why there are no rows.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// MongoDB's code, where one is named.
    pub code: Option<i32>,
    /// In the runner's words.
    pub message: String,
}

impl Answer {
    /// A refusal.
    #[must_use]
    pub fn refused(code: Option<i32>, message: impl Into<String>) -> Self {
        Self::Refused(Refusal { code, message: message.into() })
    }

    /// On one line, for people.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Rows(rows) if rows.is_empty() => "nothing".to_owned(),
            Self::Rows(rows) => rows.iter().map(|row| document(row, Format::Canonical)).collect::<Vec<_>>().join(" "),
            Self::Refused(Refusal { code: Some(code), message }) => format!("error {code}: {message}"),
            Self::Refused(Refusal { code: None, message }) => format!("an error: {message}"),
        }
    }
}

impl From<pipeline::RunError> for Answer {
    fn from(error: pipeline::RunError) -> Self {
        Self::refused(error.code(), error.to_string())
    }
}

impl From<pipeline::Error> for Answer {
    fn from(error: pipeline::Error) -> Self {
        Self::refused(error.error_code(), error.to_string())
    }
}
