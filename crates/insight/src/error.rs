//! Why rows gave no answer.

use std::fmt;

use diagnostic::Diagnostic;

/// The rows are not what the analysis says that its pipelines give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Diagnostic);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Diagnostic::new(message))
    }

    /// What is wrong.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0
    }

    /// What is wrong, to be kept.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}
