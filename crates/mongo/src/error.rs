//! Why the server gave no answer: a message, where there is one a hint, and the server's code.

use std::fmt;

use mongodb::error::{ErrorKind as DriverKind, WriteFailure};

/// What went wrong between us and the server.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    code: Option<i32>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The user's: a connection string, a name, a document.
    Input,
    /// The server said no: rights, a validator, a pipeline that fails on a document.
    Refused,
    /// Nobody answered, or not in time.
    Unreachable,
    /// The user stopped it.
    Cancelled,
    /// Ours.
    Bug,
}

impl Error {
    /// A mistake of the user's.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// Any.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), hint: None, code: None }))
    }

    /// Says what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Whose turn it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without the hint.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server's code for it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.0.code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// The driver's errors in our words: never its `Debug` text.
impl From<mongodb::error::Error> for Error {
    fn from(error: mongodb::error::Error) -> Self {
        let with_code = |kind, message: &str, code| {
            let mut this = Self::new(kind, message);
            this.0.code = Some(code);
            this
        };
        match error.kind.as_ref() {
            DriverKind::Command(refusal) => with_code(ErrorKind::Refused, &refusal.message, refusal.code),
            DriverKind::Write(WriteFailure::WriteError(refusal)) => {
                with_code(ErrorKind::Refused, &refusal.message, refusal.code)
            }
            DriverKind::InvalidArgument { message, .. } => Self::input(message.clone()),
            DriverKind::ServerSelection { message, .. } => Self::new(ErrorKind::Unreachable, message.clone()),
            _ => Self::new(ErrorKind::Unreachable, error.to_string()),
        }
    }
}

impl From<Error> for pipeline::RunError {
    fn from(error: Error) -> Self {
        Self { message: error.to_string(), code: error.code() }
    }
}
