//! How a command fails: what is printed, and the exit code.
//!
//! In: any crate's error. Out: a few lines on stderr and an exit code.

use std::fmt::Display;

use crate::output;

/// Why a command ended early.
pub(crate) enum Failure {
    /// It could not run: a message, with place and hint where there are any.
    CouldNotRun(String),
    /// It ran and found faults, already printed.
    Found,
    /// Ctrl-C; nothing was changed.
    Interrupted,
    /// Whoever read our output stopped reading, which is their right.
    PipeClosed,
}

impl Failure {
    /// Any error that prints itself well.
    pub(crate) fn new(error: impl Display) -> Self {
        Self::CouldNotRun(error.to_string())
    }

    /// Prints the failure and gives its exit code.
    pub(crate) fn report(self) -> u8 {
        match self {
            Self::CouldNotRun(message) => {
                output::say(&format!("error: {message}"));
                2
            }
            Self::Found => 1,
            Self::Interrupted => {
                output::say("interrupted: nothing was changed");
                130
            }
            Self::PipeClosed => 0,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        bank::Error::from(error).into()
    }
}

impl From<bank::Error> for Failure {
    fn from(error: bank::Error) -> Self {
        match error.kind() {
            bank::ErrorKind::Cancelled => Self::Interrupted,
            bank::ErrorKind::PipeClosed => Self::PipeClosed,
            _ => Self::new(error),
        }
    }
}

impl From<pipeline::Error> for Failure {
    fn from(error: pipeline::Error) -> Self {
        Self::new(error)
    }
}

impl From<pipeline::RunError> for Failure {
    fn from(error: pipeline::RunError) -> Self {
        Self::new(error)
    }
}

impl From<mongo::Error> for Failure {
    fn from(error: mongo::Error) -> Self {
        bank::Error::from(error).into()
    }
}

impl From<extract::Error> for Failure {
    fn from(error: extract::Error) -> Self {
        bank::Error::from(error).into()
    }
}
