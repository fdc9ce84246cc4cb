//! All that is wrong with what was read whole, such as a file, told at once.

use std::fmt;

use crate::{Action, Diagnostic};

/// All that is wrong, each fault with its place, in the order in which it was found. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    first: Diagnostic,
    others: Vec<Diagnostic>,
}

impl Faults {
    /// The faults that were found; `None` where there are none.
    #[must_use]
    pub fn of(found: Vec<Diagnostic>) -> Option<Self> {
        let mut found = found.into_iter();
        Some(Self { first: found.next()?, others: found.collect() })
    }

    /// The first of them.
    #[must_use]
    pub fn first(&self) -> &Diagnostic {
        &self.first
    }

    /// All but the first.
    #[must_use]
    pub fn others(&self) -> &[Diagnostic] {
        &self.others
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Changes the first of them.
    #[must_use]
    pub fn map_first(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        Self { first: change(self.first), ..self }
    }

    /// With one more, behind all others.
    #[must_use]
    pub fn and(mut self, last: Diagnostic) -> Self {
        self.others.push(last);
        self
    }

    /// Says what could not be done for the first of them.
    #[must_use]
    pub fn prevents(self, what: &str) -> Self {
        self.map_first(|first| first.prevents(what))
    }

    /// All of them as text, apart by an empty line. `spell` words the actions as the front's users know them.
    #[must_use]
    pub fn render(&self, spell: impl Fn(&Action) -> String) -> String {
        self.iter().map(|fault| fault.render(&spell)).collect::<Vec<_>>().join("\n\n")
    }
}

impl From<Diagnostic> for Faults {
    fn from(first: Diagnostic) -> Self {
        Self { first, others: Vec::new() }
    }
}

/// The text of them, with the actions in plain words.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Action::to_string))
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_are_told() {
        assert_eq!(Faults::of(Vec::new()), None);
        let faults =
            Faults::of(vec![Diagnostic::new("a").hint_at(Action::Import), Diagnostic::new("b").at("f: k")]).unwrap();
        assert_eq!(faults.to_string(), "a\nhint: import a file into it\n\nb\n  at f: k");
        assert_eq!(faults.clone().prevents("no catalog").first().message(), "no catalog: a");
        assert_eq!((faults.iter().count(), faults.others().len()), (2, 1));
    }
}
