//! Names and values without what people write in different ways.
//!
//! In: a column's name, or a cell. Out: what is compared. Invariant: folding what was folded changes nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A column's name without case, accents, blanks and signs.
pub(crate) fn name(text: &str) -> String {
    plain(text).filter(|c| c.is_alphanumeric()).collect()
}

/// A value without case, blanks, `_` and `-`. Other kinds of blanks stay: what ends in one is another text.
pub(crate) fn value(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '\t' | '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The words of a column's name, folded: `NumOf_products 12` has four.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_start = before.is_none_or(|before| {
            let is_hump = before.is_lowercase() && c.is_uppercase();
            // The last capital of several begins a word: `ABCName`.
            let ends_capitals = before.is_uppercase() && c.is_uppercase();
            let is_last = ends_capitals && chars.peek().is_some_and(|next| next.is_lowercase());
            let is_digit = before.is_numeric() != c.is_numeric() && before.is_numeric();
            !before.is_alphanumeric() || is_hump || is_last || is_digit
        });
        if c.is_alphanumeric() || is_combining_mark(c) {
            if is_start || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        }
        before = Some(c);
    }
    words.iter().map(|word| name(word)).filter(|word| !word.is_empty()).collect()
}

fn plain(text: &str) -> impl Iterator<Item = char> {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // What has no accent to take off, and what lower case puts on: the Turkish dotted capital.
    letters.filter(|c| !is_combining_mark(*c)).flat_map(|c| {
        let text = match c {
            'ı' => "i",
            'ß' => "ss",
            'ø' => "o",
            'æ' => "ae",
            'œ' => "oe",
            'ł' => "l",
            _ => "",
        };
        text.chars().chain(text.is_empty().then_some(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_their_letters() {
        for (text, folded) in [
            ("Customer_ID", "customerid"),
            (" customer-id\t", "customerid"),
            ("Límite crédito", "limitecredito"),
            ("YAŞI", "yasi"),
            ("İl", "il"),
            ("Straße", "strasse"),
            ("Unnamed: 0", "unnamed0"),
            ("#!", ""),
            ("年齢", "年齢"),
        ] {
            assert_eq!(name(text), folded, "{text}");
            assert_eq!(name(folded), folded);
        }
    }

    #[test]
    fn values_keep_their_accents_and_strange_blanks() {
        assert_eq!(value(" Post-Graduate"), "postgraduate");
        assert_eq!(value("$40K - $60K"), "$40k$60k");
        assert_ne!(value("Single\u{a0}"), value("Single"));
        assert_ne!(value("si"), value("sí"));
    }

    #[test]
    fn names_have_words() {
        for (text, expected) in [
            ("NumOf_products 12", &["num", "of", "products", "12"][..]),
            ("HasCrCard", &["has", "cr", "card"]),
            ("CASH_ADVANCE_TRX", &["cash", "advance", "trx"]),
            ("ABCName", &["abc", "name"]),
            ("inactivo12meses", &["inactivo12", "meses"]),
            ("PAY_0", &["pay", "0"]),
            ("années", &["annees"]),
            ("", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
