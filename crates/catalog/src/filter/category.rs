//! Categories by themselves: `closed`, `women`, `'Gold'`, without a name and a sign before them.
//!
//! In: the rest of a filter. Out: a predicate, nothing where no category is meant, or the error that several are.
//! Invariant: what is the name of a field or of a role is never taken for a category, nor is a range of numbers, which may be of any column.

use bson::Bson;
use contract::Role;
use pipeline::Error;
use pipeline::ast::{Comparison, Predicate};

use super::Reader;
use super::joined::Part;
use super::subject::{Subject, compare};
use super::value::{self, Place, end_of_value, ends_of_value};
use super::words::{behind_words, starts_comparison};
use crate::{Catalog, Dimension};

impl Reader<'_> {
    /// `closed`, `women`: a category by its own words, without a name before it; none where they are no category's.
    pub(super) fn category(&mut self) -> Result<Option<Predicate>, Error> {
        let (rest, catalog) = (self.rest(), self.catalog);
        let (taken, words) = quoted_category(rest).unwrap_or_else(|| {
            let known = ends_of_value(rest).into_iter().map(|end| rest[..end].trim_end());
            let known = known.into_iter().find(|words| !categories(catalog, words).is_empty());
            let words = known.unwrap_or_else(|| rest[..end_of_value(rest, true, Place::Alone)].trim_end());
            (words, words)
        });
        let is_role = catalog.bare_role(words).is_some() && Role::named(words) != Some(Role::Closed);
        let found = categories(catalog, words);
        // A column that is called as one of its own answers means that answer.
        let is_own = |called: &Dimension| matches!(found.as_slice(), [(dimension, _)] if dimension.expr == called.expr);
        let is_other_name = self.knows(words)
            && !catalog.find_dimension(catalog.called(words).unwrap_or(words)).is_ok_and(|called| is_own(&called));
        if is_role || is_other_name {
            return Ok(None);
        }
        match found.as_slice() {
            [] => self.two_categories(words).map_or(Ok(None), Err),
            [(dimension, _)] if is_range(words) => {
                Err(self.of_no_column(words, &format!("{}={words}", dimension.name)))
            }
            [(dimension, value)] => {
                let at = self.at;
                self.at += taken.len();
                let subject = self.subject(&dimension.name)?;
                self.keep((&dimension.name, &subject), vec![(*value).clone()], false, at);
                self.last = self.last.take().map(Part::bare);
                Ok(Some(compare(&subject, Comparison::Eq, (*value).clone())))
            }
            several => {
                let names: Vec<String> = several.iter().map(|(dimension, _)| format!("`{}`", dimension.name)).collect();
                let (words, names) = (diagnostic::quote(words), diagnostic::list(&names));
                let error = Error::input(format!("`{words}` is an answer to {names}")).at(self.place(self.at));
                Err(error.hint(format!("say which is meant: `{}={words}`", several[0].0.name)))
            }
        }
    }

    /// Whether an answer to the subject comes next, as it is shown.
    pub(super) fn answer_ahead(&mut self, subject: &Subject) -> bool {
        let at = self.at;
        let is_ahead = self.known_answer(subject).is_some();
        self.at = at;
        is_ahead
    }

    /// An answer to the subject that comes next as it is shown, be there commas or words such as `and` in it; it is taken.
    pub(super) fn known_answer(&mut self, subject: &Subject) -> Option<String> {
        let dimension = subject.known().filter(|_| subject.is_text())?;
        let rest = self.rest();
        let is_one = |end: &usize| value::meant(dimension, rest[..*end].trim()).is_some();
        let taken = rest[..ends_of_value(rest).into_iter().find(is_one)?].trim_end();
        self.at += taken.len();
        Some(taken.trim().to_owned())
    }

    /// The refusal of a part that says not of which column it is.
    pub(super) fn of_no_column(&self, words: &str, like: &str) -> Error {
        let words = diagnostic::quote(words);
        let error = Error::input(format!("`{words}` is not said of a column, and numbers may be of any"));
        let like = match self.last_name {
            Some(name) if behind_words(&words).is_some() => format!("{name} {words}"),
            _ => like.to_owned(),
        };
        error.at(self.place(self.at)).hint(format!("say which is meant, like `{like}`"))
    }

    /// The error for a category with something behind it but `and` or `or`: `women closed`, `Gold card`.
    fn two_categories(&self, words: &str) -> Option<Error> {
        // The name of a column may begin as a category: `Open to buy`.
        let (name, _) = self.next_name();
        if name.contains(' ') && self.knows(name) {
            return None;
        }
        let (first, behind) = words.split_once(' ')?;
        // A column may be called as a category is: `active = 1`.
        if self.catalog.bare_role(first).is_some() && starts_comparison(behind) {
            return None;
        }
        let blanks = words.match_indices(' ').map(|(at, _)| (words[..at].trim(), words[at..].trim()));
        let blanks: Vec<(&str, &str)> = blanks.filter(|(first, _)| !first.is_empty() && !self.knows(first)).collect();
        let is_category = |words: &str| !categories(self.catalog, words).is_empty();
        let both = blanks.iter().find(|(first, second)| is_category(first) && is_category(second));
        let Some((first, second)) = both else {
            let (first, rest) = blanks.iter().rfind(|(first, _)| is_category(first))?;
            let (first, rest) = (diagnostic::quote(first), diagnostic::quote(rest));
            let error = Error::input(format!("`{rest}` is not understood behind `{first}`")).at(self.place(self.at));
            return Some(error.hint(format!("`{first}` stands alone, or goes on with `and` or `or`")));
        };
        let error = Error::input(format!("a word is missing between `{first}` and `{second}`")).at(self.place(self.at));
        Some(error.hint(format!(
            "`{first} and {second}` are customers who are both, `{first} or {second}` those who are one of them"
        )))
    }
}

/// Whether words are those of a range of numbers: `under 40`, `40-59`, `$120K +`, `10,000 and more`.
fn is_range(words: &str) -> bool {
    const BEFORE: [&str; 8] = ["under", "over", "up to", "less than", "more than", "fell by", "below", "above"];
    const WITHIN: [&str; 5] = ["k", "m", "to", "and", "more"];
    let words = words.to_lowercase();
    let rest =
        BEFORE.iter().fold(words.as_str(), |rest, before| rest.strip_prefix(before).unwrap_or(rest).trim_start());
    let mut letters = rest.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    rest.contains(|c: char| c.is_ascii_digit()) && letters.all(|word| WITHIN.contains(&word))
}

/// The dimensions that have an answer which these words mean, each with it.
fn categories<'c>(catalog: &'c Catalog, words: &str) -> Vec<(&'c Dimension, &'c Bson)> {
    let shown = catalog.dimensions.iter().filter(|dimension| catalog.names_a_person(dimension).is_none());
    shown.filter_map(|dimension| Some((dimension, value::meant(dimension, words)?))).collect()
}

/// What is in quotes by itself, with its quotes and without, where the filter ends behind it or goes on with another part.
fn quoted_category(rest: &str) -> Option<(&str, &str)> {
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let end = rest[1..].find(quote)? + 1;
    is_end_of_part(&rest[end + 1..]).then(|| (&rest[..=end], &rest[1..end]))
}

/// Whether the filter ends here, or goes on with another part.
pub(super) fn is_end_of_part(rest: &str) -> bool {
    let rest = rest.trim_start();
    let goes_on = |word: &&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    rest.is_empty() || rest.starts_with(')') || ["and ", "or "].iter().any(goes_on)
}
