//! How texts speak of the outcome: as closure, unless the contract has another word for it.
//!
//! In: the contract's word, such as `bad`, and a text of the catalog or of a finding that speaks of closure. Out: the same text
//! with that word. Invariant: without a word of the contract's nothing changes.

use contract::{Contract, Role};

/// The words for the outcome of a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeWords(Option<String>);

/// What texts say of closure, and what they say in its place; `{}` is the word, `{C}` the same with a capital. The longer stand before
/// those that are parts of them.
const PHRASES: [(&str, &str); 35] = [
    ("Closure rate", "Rate of {} customers"),
    ("closure rate", "rate of {} customers"),
    ("Who closed their account", "Who is {}"),
    ("who closed their account", "who is {}"),
    ("closed their account", "are {}"),
    ("How many closed", "How many are {}"),
    ("either still there or has left (the account was closed)", "either {} or not"),
    ("tells closed from open accounts best", "tells {} customers from others best"),
    ("tell closed accounts from open ones", "tell {} customers from others"),
    ("among closed accounts than among open ones", "among {} customers than among others"),
    ("closed and open accounts", "{} and other customers"),
    ("number of closed accounts", "number of {} customers"),
    ("before an account is closed", "before a customer is {}"),
    ("accounts closed", "customers became {}"),
    ("an account is being closed", "a customer becomes {}"),
    ("closed accounts", "{} customers"),
    ("closed account ", "{} customer "),
    ("tells closure", "tells {} customers apart"),
    ("Closed accounts", "{C} customers"),
    ("Share of closures", "Share of all {} customers"),
    ("share of closures", "share of all {} customers"),
    ("Most closures at", "Most {} customers at"),
    ("Fewest closures at", "Fewest {} customers at"),
    ("tells closed from open accounts by more", "tells {} customers from others by more"),
    ("is closure frequent", "are {} customers frequent"),
    ("closures range from", "their part ranges from"),
    ("Closures by", "{C} customers by"),
    ("closures by", "{} customers by"),
    ("evidence for closure", "evidence for being {}"),
    ("with closure", "with being {}"),
    ("from closure", "from being {}"),
    ("closure is most", "being {} is most"),
    ("Attrition", "{C} customers"),
    ("Closures", "{C} customers"),
    ("closures", "{} customers"),
];

/// The heading of a count of those who closed their account.
const CLOSED: &str = "Closed";

impl OutcomeWords {
    /// Those of a contract.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        Self(contract.role(Role::Closed).and_then(|column| column.outcome.clone()))
    }

    /// A text that speaks of closure, with the contract's word for the outcome.
    #[must_use]
    pub fn say(&self, text: &str) -> String {
        let Some(word) = &self.0 else { return text.to_owned() };
        let capital = capital(word);
        if text == CLOSED {
            return capital;
        }
        let put = |text: String, (closure, other): &(&str, &str)| {
            if text.contains(closure) {
                text.replace(closure, &other.replace("{}", word).replace("{C}", &capital))
            } else {
                text
            }
        };
        PHRASES.iter().fold(text.to_owned(), put)
    }

    /// The same in place.
    pub fn reword(&self, text: &mut String) {
        if self.0.is_some() {
            *text = self.say(text);
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_speak_of_the_outcome_by_its_word() {
        let words = OutcomeWords(Some("bad".to_owned()));
        for (text, told) in [
            ("Closed", "Bad"),
            ("Closures by housing", "Bad customers by housing"),
            ("Of 1,000 customers 300 closed their account: 30.0 %.", "Of 1,000 customers 300 are bad: 30.0 %."),
            ("The closure rate is highest among", "The rate of bad customers is highest among"),
            ("What goes with closure", "What goes with being bad"),
        ] {
            assert_eq!(words.say(text), told);
            // What was said once is not said otherwise the second time.
            assert_eq!(words.say(told), told);
            assert_eq!(OutcomeWords::default().say(text), text);
        }
    }
}
