//! Comparisons in words: `age over 45`, `income is missing`, `card is not gold`.
//!
//! In: what stands behind a name. Out: the sign that the words stand for, or the predicate of customers without an answer, or with one.
//! Invariant: words are read as the sign that says the same; a category that is called `missing` is an answer.

use pipeline::ast::{Comparison, Predicate};

use super::Reader;
use super::category::is_end_of_part;
use super::subject::{Subject, unanswered};
use super::value::{means_no_answer, meant};
use crate::Dimension;

/// The words of comparisons, with the sign that they stand for.
const WORDS: [(&str, Sign); 12] = [
    ("no more than", ("<=", Comparison::Lte)),
    ("no less than", (">=", Comparison::Gte)),
    ("at least", (">=", Comparison::Gte)),
    ("at most", ("<=", Comparison::Lte)),
    ("more than", (">", Comparison::Gt)),
    ("greater than", (">", Comparison::Gt)),
    ("less than", ("<", Comparison::Lt)),
    ("equal to", ("=", Comparison::Eq)),
    ("over", (">", Comparison::Gt)),
    ("above", (">", Comparison::Gt)),
    ("under", ("<", Comparison::Lt)),
    ("below", ("<", Comparison::Lt)),
];

/// A sign, as messages name it, and what it asks for.
type Sign = (&'static str, Comparison);

/// What stands before a comparison in words: `is`, `is not`, `not`, or nothing.
#[derive(Clone, Copy)]
pub(super) struct Verb {
    is: bool,
    pub(super) is_not: bool,
}

impl Verb {
    pub(super) fn is_none(self) -> bool {
        !self.is && !self.is_not
    }
}

/// The rest of a text behind the words of a comparison, if it begins with some.
pub(super) fn behind_words(text: &str) -> Option<&str> {
    WORDS.iter().find_map(|(words, _)| behind_word(text, words))
}

/// The rest of a text behind `is`, `equals` and `not`, and whether it begins with one of them.
pub(super) fn behind_verb(text: &str) -> (&str, bool) {
    let behind = behind_word(text, "is").or_else(|| behind_word(text, "equals")).unwrap_or(text);
    let rest = behind_word(behind, "not").unwrap_or(behind);
    (rest, rest.len() < text.len())
}

/// Whether a text begins with a comparison: by a sign, by words, or by `is`.
pub(super) fn starts_comparison(text: &str) -> bool {
    let (rest, has_verb) = behind_verb(text.trim_start());
    has_verb
        || rest.starts_with(['=', '!', '<', '>', '≠', '≤', '≥', '~'])
        || behind_words(rest).is_some()
        || ["in", "between"].iter().any(|word| behind_word(rest, word).is_some())
}

fn behind_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    (start.eq_ignore_ascii_case(word) && rest.starts_with(' ')).then(|| rest.trim_start())
}

/// Whether this word asks for customers with an answer, or for those without.
pub(super) fn is_of_answers(word: &str) -> bool {
    is_no_answer(word) || word.eq_ignore_ascii_case("known")
}

fn is_no_answer(word: &str) -> bool {
    word.eq_ignore_ascii_case("null") || means_no_answer(word)
}

impl Reader<'_> {
    /// What comes next of `is`, `equals` and `not`; it is taken.
    pub(super) fn verb(&mut self) -> Verb {
        let is = self.word("is") || self.word("equals");
        Verb { is, is_not: self.word("not") }
    }

    /// The comparison that comes next, behind a verb or by a sign; it is taken.
    pub(super) fn compared(&mut self, verb: Verb, subject: &Subject) -> Option<Sign> {
        if verb.is_none()
            && let Some(sign) = self.comparison_sign()
        {
            return Some(sign);
        }
        let is_equal = if verb.is_not { ("!=", Comparison::Ne) } else { ("=", Comparison::Eq) };
        self.skip_spaces();
        // An answer may have such words itself: `less than $40K`.
        let has_words = behind_words(self.rest()).is_some();
        if has_words && self.answer_ahead(subject) {
            return Some(is_equal);
        }
        if let Some((_, sign)) = WORDS.into_iter().find(|(words, _)| self.word(words)) {
            return Some(if verb.is_not { denied(sign) } else { sign });
        }
        (!verb.is_none()).then_some(is_equal)
    }

    /// `is missing`, `is not missing`, `is known`: whether a customer gave no answer; none where something else is said.
    pub(super) fn without_answer(&mut self, subject: &Subject) -> Option<Predicate> {
        let before = self.at;
        if self.word("is") {
            let is_not = self.word("not");
            self.skip_spaces();
            let rest = self.rest();
            let length = rest.find(|c: char| !c.is_alphabetic() && c != '/').unwrap_or(rest.len());
            let (word, known) = (&rest[..length], subject.known());
            if word.eq_ignore_ascii_case("known") && is_end_of_part(&rest[length..]) {
                self.at += length;
                return Some(unanswered(subject, !is_not));
            }
            let is_other = |dimension: &Dimension| meant(dimension, word).is_some_and(|one| !dimension.is_missing(one));
            let is_answer = || known.is_some_and(is_other);
            if is_no_answer(word) && is_end_of_part(&rest[length..]) && !is_answer() {
                self.at += length;
                return Some(unanswered(subject, is_not));
            }
        }
        self.at = before;
        None
    }
}

/// The sign of those who have an answer and do not meet this one.
fn denied((_, comparison): Sign) -> Sign {
    match comparison {
        Comparison::Eq => ("!=", Comparison::Ne),
        Comparison::Ne => ("=", Comparison::Eq),
        Comparison::Gt => ("<=", Comparison::Lte),
        Comparison::Gte => ("<", Comparison::Lt),
        Comparison::Lt => (">=", Comparison::Gte),
        Comparison::Lte => (">", Comparison::Gt),
    }
}
