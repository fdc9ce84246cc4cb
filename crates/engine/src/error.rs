//! The one error of this crate: what went wrong while a well-formed pipeline ran, with the server's code where it has
//! one, and where it happened if known.

use std::fmt;

use pipeline::RunError;

/// Why a pipeline gave no answer. One pointer wide, because every evaluation returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    message: String,
    code: Option<i32>,
    place: Option<String>,
}

impl Error {
    /// An error that the server has, too, under this code.
    #[must_use]
    pub fn coded(code: i32, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), code: Some(code), place: None }))
    }

    /// An error without a server's code.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), code: None, place: None }))
    }

    /// Says where, such as ``stage 3, `$group.avg_limit` ``; a place already there is kept.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place.get_or_insert_with(|| place.into());
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server's code for it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.0.code
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.place {
            Some(place) => write!(f, "\n  at {place}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for RunError {
    fn from(error: Error) -> Self {
        Self { message: error.to_string(), code: error.0.code, is_homes: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_the_place_reach_the_front() {
        let error = Error::coded(2, "can't $divide by zero").at("stage 1").at("stage 2");
        let run = RunError::from(error);
        assert_eq!(run.code, Some(2));
        assert_eq!(run.message, "can't $divide by zero\n  at stage 1");
    }
}
