//! How the strings of a run are compared: by their bytes, or by the rules of a language.
//!
//! In: the [`Collation`] of a pipeline. Out: a [`Collator`], and while work is done under it ([`within`]), the order of two
//! strings and their keys.
//! Invariant: [`crate::value::compare`] and [`crate::value::Key`], on which every order and every equality rests, ask here and
//! nowhere else. So whatever compares values compares strings as the run says, and only [`by_bytes`] leaves that.
//! Why on the thread and not as an argument: as in [`crate::meter`]. Values are compared in sorts, sets, keys and expressions alike,
//! and a call that forgot the argument would be an answer that is wrong.

#[cfg(feature = "collation")]
mod rules;
#[cfg(not(feature = "collation"))]
mod without;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::Arc;

use pipeline::Collation;

use crate::Error;

#[cfg(feature = "collation")]
use rules::Rules;
#[cfg(not(feature = "collation"))]
use without::Rules;

thread_local! {
    static COLLATOR: RefCell<Collator> = const { RefCell::new(Collator(None)) };
}

/// Compares strings; by their bytes, unless it was made of a collation.
#[derive(Clone, Default)]
pub struct Collator(Option<Arc<Rules>>);

impl Collator {
    /// Makes it ready. A collation whose rules are not here is refused by name.
    pub fn of(collation: Option<&Collation>) -> Result<Self, Error> {
        let collation = collation.filter(|collation| !collation.is_simple());
        collation.map(|collation| Rules::of(collation).map(Arc::new)).transpose().map(Self)
    }

    /// Whether strings are compared by their bytes.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        self.0.is_none()
    }

    /// Does work that compares strings so.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let there = COLLATOR.with_borrow(|there| (!there.is_same(self)).then(|| there.clone()));
        if there.is_some() {
            COLLATOR.set(self.clone());
        }
        let _back = Back(there);
        work()
    }

    fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl std::fmt::Debug for Collator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collator").field("is_simple", &self.is_simple()).finish()
    }
}

/// What was there before, which comes back also where the work panics.
struct Back(Option<Collator>);

impl Drop for Back {
    fn drop(&mut self) {
        if let Some(there) = self.0.take() {
            COLLATOR.set(there);
        }
    }
}

/// Does work that compares strings by their bytes, whatever the run says.
pub(crate) fn by_bytes<T>(work: impl FnOnce() -> T) -> T {
    Collator::default().within(work)
}

/// The order of two strings.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    COLLATOR.with_borrow(|collator| match &collator.0 {
        None => a.cmp(b),
        Some(rules) => rules.compare(a, b),
    })
}

/// What of a string two that are equal share; `None` where that is the string itself.
pub(crate) fn key(text: &str) -> Option<Box<[u8]>> {
    COLLATOR.with_borrow(|collator| collator.0.as_ref().map(|rules| rules.key(text)))
}

/// Whether the work at hand compares strings by their bytes.
pub(crate) fn is_simple() -> bool {
    COLLATOR.with_borrow(Collator::is_simple)
}

#[cfg(all(test, feature = "collation"))]
mod tests {
    use super::*;

    fn collator(text: &str) -> Collator {
        let option = pipeline::read(text).expect("a value");
        let collation = Collation::parse(&option).expect("a collation");
        Collator::of(collation.as_ref()).expect("rules that are there")
    }

    /// The strings, sorted under a collation.
    fn sorted(text: &str, words: &str) -> String {
        let mut words: Vec<&str> = words.split(' ').collect();
        collator(text).within(|| words.sort_by(|a, b| compare(a, b)));
        words.join(" ")
    }

    #[test]
    fn languages_have_their_orders() {
        assert_eq!(sorted("{locale: 'simple'}", "b ä a B z"), "B a b z ä");
        assert_eq!(sorted("{locale: 'de'}", "z ä b B a A"), "a A ä b B z");
        assert_eq!(sorted("{locale: 'sv'}", "ö z ä b å a"), "a b z å ä ö");
        assert_eq!(sorted("{locale: 'de@collation=phonebook'}", "af ä ad"), "ad ä af");
        assert_eq!(sorted("{locale: 'es@collation=traditional'}", "cz ch d"), "cz ch d");
        assert_eq!(sorted("{locale: 'en', caseFirst: 'upper'}", "a A b B"), "A a B b");
        assert_eq!(sorted("{locale: 'en', numericOrdering: true}", "a10 a9 a1"), "a1 a9 a10");
        // What is not said is as the locale has it.
        assert_eq!(sorted("{locale: 'da'}", "a A b B"), "A a B b");
        assert_eq!(sorted("{locale: 'da', caseFirst: 'off'}", "A a B b"), "a A b B");
        assert_eq!(sorted("{locale: 'fr_CA'}", "cote coté côte côté"), "cote côte coté côté");
        assert_eq!(sorted("{locale: 'fr_CA', backwards: false}", "cote coté côte côté"), "cote coté côte côté");
        assert_eq!(sorted("{locale: 'fr', backwards: true}", "cote coté côte côté"), "cote côte coté côté");
    }

    #[test]
    fn keys_are_equal_where_strings_are_and_lie_as_these_do() {
        let words = ["", "a", "A", "á", "ab", "a b", "a-b", "b", "10", "9", "ß", "ss", "\u{0}", "é", "e\u{301}"];
        for strength in 1..=5 {
            let collator = collator(&format!("{{locale: 'en', strength: {strength}, alternate: 'shifted'}}"));
            collator.within(|| {
                for a in words {
                    for b in words {
                        assert_eq!(key(a).cmp(&key(b)), compare(a, b), "{a:?} and {b:?} at strength {strength}");
                    }
                }
            });
        }
    }

    #[test]
    fn what_was_there_comes_back() {
        let strong = collator("{locale: 'en', strength: 1}");
        let is_equal = || compare("a", "A").is_eq();
        assert!(strong.within(|| is_equal() && !by_bytes(is_equal) && is_equal()));
        assert!(!is_equal() && is_simple());
    }

    #[test]
    fn rules_that_are_not_here_are_refused_by_name() {
        for text in [
            "{locale: 'en@collation=search'}",
            "{locale: 'sv', backwards: true}",
            "{locale: 'haw'}",
            "{locale: 'sv@collation=standard'}",
        ] {
            let collation = Collation::parse(&pipeline::read(text).unwrap()).unwrap();
            assert!(Collator::of(collation.as_ref()).is_err(), "{text}");
        }
    }
}
