//! What went wrong, where, and what to do: the one value behind every crate's error.
//!
//! In: a message, and what is known beside it: a place, a hint, a server's code. Out: a [`Diagnostic`] that climbs unchanged to
//! the front, which alone makes text of it.
//! Invariant: nothing is cut out of a text again; what a front needs to know has a field of its own. Text from data is
//! quoted by [`quote`], so no message carries control characters or megabytes.
//!
//! ```
//! use diagnostic::{Action, Diagnostic};
//!
//! let wrong = Diagnostic::new("there is no bank at `b.sphere`").hint_at(Action::Import);
//! assert_eq!(wrong.to_string(), "there is no bank at `b.sphere`\nhint: import a file into it");
//! ```

mod excerpt;
mod faults;
mod hint;
mod io;
mod list;
mod nearest;
mod quote;

use std::fmt;

pub use excerpt::excerpt;
pub use faults::Faults;
pub use hint::{Action, Hint};
pub use io::in_words;
pub use list::{counted, in_doubt, list};
pub use nearest::{near, nearest};
pub use quote::{printable, quote};

/// What went wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic(Box<Inner>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Inner {
    message: String,
    place: Option<String>,
    excerpt: Option<String>,
    hint: Option<Hint>,
    code: Option<i32>,
    code_name: Option<String>,
}

impl Diagnostic {
    /// Just a message: lower case, no full stop, back-ticks round what the user wrote.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), ..Inner::default() }))
    }

    /// Says where, such as ``stage 3, `$group.n` `` or `b.csv:7, column Age`; a place already there is kept.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place.get_or_insert_with(|| place.into());
        self
    }

    /// Takes the place away, for one that says more.
    pub fn take_place(&mut self) -> Option<String> {
        self.0.place.take()
    }

    /// Puts where the whole came from (a file) before the place.
    #[must_use]
    pub fn within(mut self, source: &str) -> Self {
        self.0.place = Some(match self.0.place.take() {
            Some(place) => format!("{source}: {place}"),
            None => source.to_owned(),
        });
        self
    }

    /// Shows the lines of the text in question, with a mark under the place; an excerpt already there is kept.
    #[must_use]
    pub fn excerpt(mut self, excerpt: impl Into<String>) -> Self {
        self.0.excerpt.get_or_insert_with(|| excerpt.into());
        self
    }

    /// Says what to do, in words that are right in every front; a hint already there is kept, and no words are none.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        if !hint.is_empty() {
            self.0.hint.get_or_insert(Hint::Text(hint));
        }
        self
    }

    /// Says what to do, as an action that each front spells as its users act; a hint already there is kept.
    #[must_use]
    pub fn hint_at(mut self, action: Action) -> Self {
        self.0.hint.get_or_insert(Hint::Action(action));
        self
    }

    /// Says which days there are to choose from, if any: all of them where they are few, else where they are listed.
    #[must_use]
    pub fn hint_days(self, days: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        let days: Vec<String> = days.into_iter().map(|day| day.to_string()).collect();
        match days.len() {
            0 => self,
            1..=10 => self.hint(format!("the days here are {}", days.join(", "))),
            _ => self.hint_at(Action::ChooseDay),
        }
    }

    /// Keeps the code that a MongoDB server gives for the same mistake; one already there is kept.
    #[must_use]
    pub fn code(mut self, code: i32) -> Self {
        self.0.code.get_or_insert(code);
        self
    }

    /// Keeps the name that a MongoDB server gives to the code; one already there is kept.
    #[must_use]
    pub fn code_name(mut self, name: impl Into<String>) -> Self {
        self.0.code_name.get_or_insert_with(|| name.into());
        self
    }

    /// Says what could not be done for this reason.
    #[must_use]
    pub fn prevents(mut self, what: &str) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// What to do.
    #[must_use]
    pub fn to_do(&self) -> Option<&Hint> {
        self.0.hint.as_ref()
    }

    /// The code that a MongoDB server gives for the same mistake, where we are sure of it.
    #[must_use]
    pub fn error_code(&self) -> Option<i32> {
        self.0.code
    }

    /// The name that a MongoDB server gives to the code, such as `DuplicateKey`.
    #[must_use]
    pub fn error_code_name(&self) -> Option<&str> {
        self.0.code_name.as_deref()
    }

    /// The text of it, on lines: message, place, excerpt, hint. `spell` words the actions as the front's users know them.
    #[must_use]
    pub fn render(&self, spell: impl Fn(&Action) -> String) -> String {
        let Inner { message, place, excerpt, hint, .. } = &*self.0;
        let mut text = message.clone();
        if let Some(place) = place {
            text.extend(["\n  at ", place]);
        }
        for line in excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
            text.extend(["\n    ", line]);
        }
        match hint {
            Some(Hint::Text(hint)) => text.extend(["\nhint: ", hint]),
            Some(Hint::Action(action)) => text.extend(["\nhint: ", &spell(action)]),
            None => {}
        }
        text
    }
}

/// The text of it, with the actions in plain words.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Action::to_string))
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_printed_on_lines() {
        let all = Diagnostic::new("unknown field `x`")
            .at("stage 1")
            .at("stage 2")
            .excerpt("[{$match: {x: 1}}]\n           ^")
            .hint("a")
            .hint_at(Action::Import)
            .code(3)
            .code(4);
        let lines =
            ["unknown field `x`", "  at p.json: stage 1", "    [{$match: {x: 1}}]", "               ^", "hint: a"];
        assert_eq!(all.clone().within("p.json").to_string(), lines.join("\n"));
        assert_eq!((all.error_code(), all.place()), (Some(3), Some("stage 1")));
        assert_eq!(all.prevents("no report").message(), "no report: unknown field `x`");
    }

    #[test]
    fn days_are_named_where_they_are_few() {
        let hint = |n: usize| Diagnostic::new("no").hint_days(1..=n).to_do().cloned();
        assert_eq!(hint(0), None);
        assert_eq!(hint(2), Some(Hint::Text("the days here are 1, 2".to_owned())));
        assert_eq!(hint(11), Some(Hint::Action(Action::ChooseDay)));
    }

    #[test]
    fn each_front_spells_an_action_its_own_way() {
        let wrong = Diagnostic::new("it is empty").hint_at(Action::Import);
        let spell = |action: &Action| match action {
            Action::Import => "`banksphere import FILE.csv`".to_owned(),
            other => other.to_string(),
        };
        assert_eq!(wrong.render(spell), "it is empty\nhint: `banksphere import FILE.csv`");
    }
}
