//! How a command fails: what is printed, and the exit code.
//!
//! In: any crate's error. Out: a few lines on stderr, or one JSON object where the command writes JSON; and an exit code.

use bank::ErrorKind;
use diagnostic::{Diagnostic, Hint};
use serde_json::{Map, Value};

use crate::output;
use crate::spell::spell;

/// Why a command ended early.
pub(crate) enum Failure {
    /// It could not run.
    CouldNotRun(bank::Error),
    /// It ran and found faults, already printed.
    Found,
    /// Ctrl-C; nothing was changed.
    Interrupted,
    /// The reader of our output stopped reading, which is no fault.
    PipeClosed,
}

impl Failure {
    /// A call that cannot be done as it was said.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::of(Diagnostic::new(message))
    }

    /// The same, with what to do.
    pub(crate) fn hinted(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::of(Diagnostic::new(message).hint(hint))
    }

    /// The same, with all that is known of it.
    pub(crate) fn of(diagnostic: Diagnostic) -> Self {
        Self::CouldNotRun(bank::Error::new(ErrorKind::Usage, diagnostic))
    }

    /// Prints the failure and gives its exit code.
    pub(crate) fn report(self, is_json: bool) -> u8 {
        match self {
            Self::CouldNotRun(error) if is_json => {
                output::tell(&json(&error));
                2
            }
            Self::CouldNotRun(error) => {
                output::tell(&format!("error: {}", error.render(spell)));
                2
            }
            Self::Found => 1,
            Self::Interrupted => {
                output::tell("interrupted: nothing was changed");
                130
            }
            Self::PipeClosed => 0,
        }
    }
}

/// One object on one line; what is not known is absent.
fn json(error: &bank::Error) -> String {
    let mut first = object(error.diagnostic());
    if !error.others().is_empty() {
        let others = error.others().iter().map(|other| Value::Object(object(other)));
        first.insert("others".to_owned(), Value::Array(others.collect()));
    }
    Value::Object(Map::from_iter([("error".to_owned(), Value::Object(first))])).to_string()
}

fn object(diagnostic: &Diagnostic) -> Map<String, Value> {
    let hint = diagnostic.to_do().map(|hint| match hint {
        Hint::Text(text) => text.clone(),
        Hint::Action(action) => spell(action),
    });
    let known = [
        ("message", Some(Value::from(diagnostic.message()))),
        ("place", diagnostic.place().map(Value::from)),
        ("hint", hint.map(Value::from)),
        ("code", diagnostic.error_code().map(Value::from)),
        ("codeName", diagnostic.error_code_name().map(Value::from)),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        bank::Error::from(error).into()
    }
}

impl From<bank::Error> for Failure {
    fn from(error: bank::Error) -> Self {
        match error.kind() {
            ErrorKind::Cancelled => Self::Interrupted,
            ErrorKind::PipeClosed => Self::PipeClosed,
            _ => Self::CouldNotRun(error),
        }
    }
}

impl From<pipeline::Error> for Failure {
    fn from(error: pipeline::Error) -> Self {
        bank::Error::from(error).into()
    }
}

impl From<pipeline::RunError> for Failure {
    fn from(error: pipeline::RunError) -> Self {
        bank::Error::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_what_is_known() {
        let known = Diagnostic::new("no \u{1b}")
            .at("stage 1")
            .hint_at(diagnostic::Action::Import)
            .code(2)
            .code_name("BadValue");
        assert_eq!(
            json(&bank::Error::new(ErrorKind::Question, known)),
            r#"{"error":{"message":"no \u001b","place":"stage 1","hint":"`banksphere import FILE.csv` loads a file","code":2,"codeName":"BadValue"}}"#
        );
        assert_eq!(json(&bank::Error::new(ErrorKind::Usage, Diagnostic::new("no"))), r#"{"error":{"message":"no"}}"#);
    }
}
