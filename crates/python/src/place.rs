//! Where in a pipeline, or in rows of data, a value stands, for messages.
//!
//! In: the fields and elements that were entered on the way. Out: exceptions that name ``stage 2, `$match.Gender.$in.0` ``, as
//! the language's own messages have it.

use diagnostic::Diagnostic;
use pyo3::PyErr;
use pyo3::exceptions::PyTypeError;

use crate::errors;

/// Deeper than this no pipeline may be nested; a server has the same limit.
const DEEPEST: usize = 200;

/// The way from the outermost value to the one at hand.
pub(crate) struct Place {
    /// What the elements of the outermost list are.
    element: &'static str,
    steps: Vec<Step>,
}

impl Default for Place {
    fn default() -> Self {
        Self { element: "stage", steps: Vec::new() }
    }
}

enum Step {
    Field(String),
    Element(usize),
}

impl Place {
    /// In what an argument of this name says.
    pub(crate) fn of(argument: &str) -> Self {
        Self { steps: vec![Step::Field(argument.to_owned())], ..Self::default() }
    }

    /// Goes into a field and out of it again.
    pub(crate) fn within_field<T>(&mut self, name: &str, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.within(Step::Field(name.to_owned()), walk)
    }

    /// Goes into an element of a list and out of it again.
    pub(crate) fn within_element<T>(&mut self, index: usize, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.within(Step::Element(index), walk)
    }

    fn within<T>(&mut self, step: Step, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.steps.push(step);
        let found = walk(self);
        self.steps.pop();
        found
    }

    /// Of values that are no pipeline but rows of data.
    pub(crate) fn of_rows() -> Self {
        Self { element: "row", steps: Vec::new() }
    }

    /// Whether the values are rows of data.
    pub(crate) fn is_of_rows(&self) -> bool {
        self.element == "row"
    }

    pub(crate) fn is_too_deep(&self) -> bool {
        self.steps.len() > DEEPEST
    }

    /// What is wrong with a pipeline or with data, at this place.
    pub(crate) fn wrong(&self, message: &str, hint: &str) -> PyErr {
        if self.is_of_rows() {
            return errors::data(self.told(message, hint));
        }
        errors::question(self.told(message, hint))
    }

    /// A value of a type that has no place in a pipeline.
    pub(crate) fn wrong_type(&self, message: &str, hint: &str) -> PyErr {
        PyTypeError::new_err(self.told(message, hint).to_string())
    }

    fn told(&self, message: &str, hint: &str) -> Diagnostic {
        let told = Diagnostic::new(message).hint(hint);
        self.name().into_iter().fold(told, Diagnostic::at)
    }

    /// A list at the outermost is one of stages or rows, counted from one.
    fn name(&self) -> Option<String> {
        let (stage, rest) = match self.steps.as_slice() {
            [] => return None,
            [Step::Element(index), rest @ ..] => (Some(format!("{} {}", self.element, index + 1)), rest),
            rest => (None, rest),
        };
        let step = |step: &Step| match step {
            Step::Field(name) => name.clone(),
            Step::Element(index) => index.to_string(),
        };
        // The way into what holds itself is as long as it may be.
        let shown = rest.iter().take(12).map(step).collect::<Vec<_>>().join(".");
        let path = (!rest.is_empty()).then(|| format!("`{shown}{}`", if rest.len() > 12 { "…" } else { "" }));
        Some(stage.into_iter().chain(path).collect::<Vec<_>>().join(", "))
    }
}
