//! The one error of this crate: a [`Diagnostic`], and beside it the kind of mistake and the way to the place in the pipeline.

use std::fmt;

use diagnostic::{Action, Diagnostic};

use crate::ast::Path;
use crate::{codes, read};

pub use diagnostic::nearest;

/// What is wrong with a pipeline. Boxed, for errors climb through deep recursions, whose frames grow with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    diagnostic: Diagnostic,
    /// The way to the place, innermost first: it grows while the error climbs out of the parser.
    steps: Vec<Step>,
    /// Whether the innermost step is the name of a stage or an operator that is none.
    is_unknown: bool,
    /// The field that no document has, if that is the mistake.
    unknown_field: Option<Path>,
    /// How many of the steps are part of the diagnostic's place already.
    n_settled: usize,
}

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No server would take it either: the user has to change it.
    Input,
    /// MongoDB has it, we do not yet.
    Unsupported,
}

/// One step down into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value of this key.
    Key(String),
    /// The element of an array, from 0.
    Element(usize),
}

impl Error {
    /// The user wrote something that no server would take.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message.into())
    }

    /// The user wrote something that MongoDB takes and we do not yet.
    #[must_use]
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message.into())
    }

    fn new(kind: ErrorKind, message: String) -> Self {
        let diagnostic = Diagnostic::new(message);
        let (steps, is_unknown, unknown_field, n_settled) = (Vec::new(), false, None, 0);
        Self(Box::new(Inner { kind, diagnostic, steps, is_unknown, unknown_field, n_settled }))
    }

    /// The user wrote the name of a stage or an operator, as `what` says, that no server has as far as we know.
    pub(crate) fn unknown(what: &str, name: &str) -> Self {
        let mut error = Self::input(format!("unknown {what} `{name}`"));
        error.0.is_unknown = true;
        error
    }

    /// The user named a field that the documents do not have, in a stage if one is named.
    pub(crate) fn unknown_field_in(path: &Path, stage: &str) -> Self {
        let place = if stage.is_empty() { String::new() } else { format!(" in `{stage}`") };
        let mut error = Self::input(format!("unknown field `{path}`{place}"));
        error.0.unknown_field = Some(path.clone());
        error
    }

    /// The field that the documents do not have, if that is the mistake.
    #[must_use]
    pub fn unknown_field(&self) -> Option<&Path> {
        self.0.unknown_field.as_ref()
    }

    /// The name of a stage or an operator that no server has as far as we know, if that is the mistake.
    #[must_use]
    pub fn unknown_name(&self) -> Option<&str> {
        match self.0.steps.first() {
            Some(Step::Key(name)) if self.0.is_unknown => Some(name),
            _ => None,
        }
    }

    /// Says where, such as ``stage 3, `$group.avg_limit.$avg` ``; a place already there is kept.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.0.diagnostic = self.0.diagnostic.at(place);
        self
    }

    /// Says what to do; a hint already there is kept.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.diagnostic = self.0.diagnostic.hint(hint);
        self
    }

    /// Says what to do, as an action that each front spells as its users act; a hint already there is kept.
    #[must_use]
    pub fn hint_at(mut self, action: Action) -> Self {
        self.0.diagnostic = self.0.diagnostic.hint_at(action);
        self
    }

    /// Puts where the pipeline came from (a file) before the place.
    #[must_use]
    pub fn within(mut self, source: &str) -> Self {
        self.0.diagnostic = self.0.diagnostic.within(source);
        self
    }

    /// Keeps the code that a MongoDB server gives for the same mistake, and its name; a code already there is kept.
    #[must_use]
    pub fn code(mut self, code: i32) -> Self {
        self.0.diagnostic = self.0.diagnostic.code(code).code_name(codes::code_name(code));
        self
    }

    /// Says that the trouble lies in the value of this key: a field or an operator.
    pub(crate) fn under(mut self, key: &str) -> Self {
        self.0.steps.push(Step::Key(key.to_owned()));
        self
    }

    /// Says that the trouble lies in this element of an array, from 0.
    pub(crate) fn in_element(mut self, at: usize) -> Self {
        self.0.steps.push(Step::Element(at));
        self
    }

    /// Makes a place of the steps so far.
    pub(crate) fn settled(self) -> Self {
        let trail = self.trail();
        let place = if trail.is_empty() { trail } else { format!("`{trail}`") };
        self.settled_as(&place)
    }

    /// Makes a place of the steps so far, inside the stage at this index.
    pub(crate) fn settled_in_stage(self, at: usize) -> Self {
        let trail = self.trail();
        let number = at + 1;
        let place = if trail.is_empty() { format!("stage {number}") } else { format!("stage {number}, `{trail}`") };
        self.in_element(at).settled_as(&place)
    }

    fn settled_as(mut self, place: &str) -> Self {
        self.0.n_settled = self.0.steps.len();
        if !place.is_empty() {
            self.0.diagnostic = self.0.diagnostic.within(place);
        }
        self
    }

    /// The steps that are not yet part of a place: `$group.n.$sums`, `$or[1].age`.
    fn trail(&self) -> String {
        let mut trail = String::new();
        for step in self.0.steps[self.0.n_settled..].iter().rev() {
            match step {
                Step::Key(key) => {
                    if !trail.is_empty() {
                        trail.push('.');
                    }
                    trail.push_str(&diagnostic::quote(key));
                }
                Step::Element(at) => trail.extend(["[", &at.to_string(), "]"]),
            }
        }
        trail
    }

    /// Shows the lines of the text in question, with a mark under the place; an excerpt already there is kept.
    #[must_use]
    pub(crate) fn excerpt(mut self, excerpt: String) -> Self {
        self.0.diagnostic = self.0.diagnostic.excerpt(excerpt);
        self
    }

    /// Shows where in `text` the place lies, if the pipeline was read from it.
    #[must_use]
    pub fn shown_in(self, text: &str) -> Self {
        read::shown_in(text, self)
    }

    /// The way to the place, from the outside in.
    pub(crate) fn steps(&self) -> Vec<&Step> {
        self.0.steps.iter().rev().collect()
    }

    /// What kind of mistake it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.diagnostic.message()
    }

    /// The code that a MongoDB server gives for the same mistake, where we are sure of it.
    #[must_use]
    pub fn error_code(&self) -> Option<i32> {
        self.0.diagnostic.error_code()
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.0.diagnostic.place()
    }

    /// Message, place, hint and code.
    #[must_use]
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0.diagnostic
    }

    /// Message, place, hint and code, for an error of another crate.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        self.0.diagnostic
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.diagnostic.fmt(f)
    }
}

impl std::error::Error for Error {}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        error.0.diagnostic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_written_from_the_outside_in() {
        let error = Error::input("no").under("age").in_element(1).under("$or").under("$match").settled_in_stage(2);
        assert_eq!(error.place(), Some("stage 3, `$match.$or[1].age`"));
        let outer = error.under("adults").under("$facet").settled_in_stage(0).within("p.json");
        assert_eq!(outer.place(), Some("p.json: stage 1, `$facet.adults`: stage 3, `$match.$or[1].age`"));
        assert_eq!(Error::input("no").settled().place(), None);
    }

    #[test]
    fn a_code_brings_its_name() {
        let name = |code| Error::input("no").code(code).into_diagnostic().error_code_name().map(str::to_owned);
        assert_eq!(name(15).as_deref(), Some("Overflow"));
        assert_eq!(name(15_952).as_deref(), Some("Location15952"));
    }
}
