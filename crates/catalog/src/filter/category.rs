//! Categories by themselves: `closed`, `women`, `'Gold'`, without a name and a sign before them.
//!
//! In: the rest of a filter. Out: a predicate, nothing where no category is meant, or the error that several are.
//! Invariant: what is the name of a field or of a role is never taken for a category.

use bson::Bson;
use contract::Role;
use pipeline::Error;
use pipeline::ast::{Comparison, Predicate};

use super::Reader;
use super::subject::compare;
use super::value::{self, Place, end_of_value};
use crate::{Catalog, Dimension};

impl Reader<'_> {
    /// `closed`, `women`: a category by its own words, without a name before it; none where they are no category's.
    pub(super) fn category(&mut self) -> Result<Option<Predicate>, Error> {
        let (rest, catalog) = (self.rest(), self.catalog);
        let (taken, words) = quoted_category(rest).unwrap_or_else(|| {
            let words = rest[..end_of_value(rest, true, Place::Alone)].trim_end();
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
            [(dimension, value)] => {
                self.at += taken.len();
                let subject = self.subject(&dimension.name)?;
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

    /// The error for two categories without a word between them: `women closed`.
    fn two_categories(&self, words: &str) -> Option<Error> {
        let blanks = words.match_indices(' ').map(|(at, _)| (words[..at].trim(), words[at..].trim()));
        let is_category = |words: &str| !words.is_empty() && !categories(self.catalog, words).is_empty();
        let (first, second) = blanks.into_iter().find(|(first, second)| is_category(first) && is_category(second))?;
        let error = Error::input(format!("a word is missing between `{first}` and `{second}`")).at(self.place(self.at));
        Some(error.hint(format!(
            "`{first} and {second}` are customers who are both, `{first} or {second}` those who are one of them"
        )))
    }
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
