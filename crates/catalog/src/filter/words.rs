//! Comparisons in words: `age over 45`, `income is missing`, `card is not gold`.
//!
//! In: what stands behind a name. Out: the sign that the words stand for, or the predicate of customers without an answer.
//! Invariant: words are read as the sign that says the same; a category that is called `missing` is an answer.

use pipeline::ast::{Comparison, Predicate};

use super::Reader;
use super::category::is_end_of_part;
use super::subject::{Subject, unanswered};
use super::value::{means_no_answer, meant};
use crate::Dimension;

/// The words of an order, with the sign that they stand for.
const WORDS: [(&str, (&str, Comparison)); 8] = [
    ("at least", (">=", Comparison::Gte)),
    ("at most", ("<=", Comparison::Lte)),
    ("more than", (">", Comparison::Gt)),
    ("less than", ("<", Comparison::Lt)),
    ("over", (">", Comparison::Gt)),
    ("above", (">", Comparison::Gt)),
    ("under", ("<", Comparison::Lt)),
    ("below", ("<", Comparison::Lt)),
];

/// Whether a text begins with the words of an order.
pub(super) fn starts_with_order(text: &str) -> bool {
    let text = text.to_lowercase();
    let text = text.strip_prefix("is ").unwrap_or(&text);
    WORDS.iter().any(|(words, _)| text.strip_prefix(words).is_some_and(|behind| behind.starts_with(' ')))
}

impl Reader<'_> {
    /// The sign that the words which come next stand for; they are taken. `is` may stand before an order, and by itself for `=`.
    pub(super) fn comparison_in_words(&mut self) -> Option<(&'static str, Comparison)> {
        let is = self.word("is");
        let is_not = is && self.word("not");
        let order = WORDS.into_iter().find(|(words, _)| !is_not && self.word(words)).map(|(_, sign)| sign);
        order.or(match (is, is_not) {
            (true, true) => Some(("!=", Comparison::Ne)),
            (true, false) => Some(("=", Comparison::Eq)),
            _ => None,
        })
    }

    /// `is missing`, `is not missing`: whether a customer gave no answer; none where something else is said.
    pub(super) fn without_answer(&mut self, subject: &Subject) -> Option<Predicate> {
        let before = self.at;
        if self.word("is") {
            let is_not = self.word("not");
            self.skip_spaces();
            let rest = self.rest();
            let length = rest.find(|c: char| !c.is_alphabetic() && c != '/').unwrap_or(rest.len());
            let (word, known) = (&rest[..length], subject.known());
            let is_other = |dimension: &Dimension| meant(dimension, word).is_some_and(|one| !dimension.is_missing(one));
            let is_answer = || known.is_some_and(is_other);
            if (word == "null" || means_no_answer(word)) && is_end_of_part(&rest[length..]) && !is_answer() {
                self.at += length;
                return Some(unanswered(subject, is_not));
            }
        }
        self.at = before;
        None
    }
}
