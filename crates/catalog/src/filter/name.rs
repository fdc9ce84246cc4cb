//! Names in a filter: of a field, a dimension or a role, as it is written, in any case, as the file has it, or as tables head it.
//!
//! In: the rest of a filter. Out: the name that comes next, and what it means. Invariant: of names that begin alike the longest is taken.

use pipeline::Error;

use super::Reader;
use super::category::is_end_of_part;
use super::subject::{Subject, not_filtered};
use super::words::{behind_verb, behind_words, is_of_answers};

impl<'a> Reader<'a> {
    /// The name that comes next, with what it means.
    pub(super) fn named(&mut self) -> Result<(&'a str, Subject), Error> {
        self.skip_spaces();
        let (name, length) = self.next_name();
        if name.is_empty() {
            return Err(self.unexpected("the name of a field or dimension"));
        }
        let subject = self.subject(name).map_err(|error| error.at(self.place(self.at)))?;
        if let Some(person) = self.catalog.person_in(&subject.reads()) {
            return Err(not_filtered(person).at(self.place(self.at)));
        }
        self.at += length;
        Ok((name, subject))
    }

    /// The text that would be a name, if one comes next, and how long it is with what it is quoted by: a name that has blanks or
    /// signs in it stands in back-ticks, in double quotes, or as it is.
    pub(super) fn next_name(&self) -> (&'a str, usize) {
        let rest = self.rest();
        for quote in ['`', '"'] {
            let quoted = rest.strip_prefix(quote).and_then(|inner| inner.split_once(quote));
            if let Some((name, _)) = quoted.filter(|(name, _)| quote == '`' || self.knows(name)) {
                return (name, name.len() + 2);
            }
        }
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let fields = self.catalog.fields.iter().flat_map(|field| {
            [field.path.as_str(), field.label.as_str()].into_iter().chain(self.catalog.headers(field))
        });
        let dimensions = self.catalog.dimensions.iter().flat_map(|one| [one.name.as_str(), one.label.as_str()]);
        let ends_here = |length: &usize| !rest[*length..].starts_with(is_of_name);
        let known = fields.chain(dimensions).filter_map(|name| length_of(name, rest)).filter(ends_here);
        let role = if rest.starts_with('<') { rest.find('>').map(|at| at + 1) } else { None };
        let plain = || rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
        let length = known.max().or(role).unwrap_or_else(plain);
        (&rest[..length], length)
    }

    /// The error for a name that stands by itself.
    pub(super) fn no_answer(&self, name: &str, subject: &Subject) -> Option<Error> {
        if !is_end_of_part(self.rest()) {
            return None;
        }
        let example = subject.example();
        let error = Error::input(format!("`{name}` is a column, and it is not said which of its answers are meant"));
        Some(error.at(self.place(self.at)).hint(format!("a part of a filter is like `{name}{example}`")))
    }

    /// Whether something has this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        let catalog = self.catalog;
        let is_dimension = || catalog.dimensions.iter().any(|dimension| dimension.name == name);
        catalog.field(name).is_some() || is_dimension() || catalog.called(name).is_some()
    }

    /// Whether a comparison of numbers stands behind the name that comes next: then a number is meant, and no group.
    pub(super) fn is_compared(&self, name: &str) -> bool {
        let behind = self.rest().strip_prefix(name).unwrap_or_default().trim_start();
        let (rest, has_verb) = behind_verb(behind);
        let is_word = |word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        // A number is no group, either.
        let value = if is_word("in ") { &rest[3..] } else { rest.trim_start_matches(['=', '!', '≠']) };
        let is_number = (has_verb || value.len() < rest.len())
            && value.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '$');
        let is_missing = || has_verb && rest.split_whitespace().next().is_some_and(is_of_answers);
        let is_order = behind_words(rest).is_some() || rest.starts_with(['<', '>', '≤', '≥']) || is_word("between");
        is_order || is_number || is_missing()
    }
}

/// How many bytes of the text the name takes, in any case and perhaps with blanks for `_`, if it stands at its start.
fn length_of(name: &str, text: &str) -> Option<usize> {
    let mut rest = text.chars();
    let is_next =
        |c: char| rest.next().is_some_and(|next| (c == '_' && next == ' ') || next.to_lowercase().eq(c.to_lowercase()));
    (!name.is_empty() && name.chars().all(is_next)).then(|| text.len() - rest.as_str().len())
}
