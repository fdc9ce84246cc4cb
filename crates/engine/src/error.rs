//! Why a well-formed pipeline gave no answer.

use std::fmt;

/// What happened, with MongoDB's error code if it has one, and where in the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What happened.
    pub message: String,
    /// The server's code for it.
    pub code: Option<i32>,
    /// Where in the pipeline.
    pub place: Option<String>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
