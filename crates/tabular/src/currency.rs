//! Currencies other than dollars: how cells and names of columns write them, and how it is told.
//!
//! In: the sign beside a number, the words of a name. Out: the sign that is told. Invariant: dollars of any name are none of them.

/// The words and signs of currencies, each with the sign that is told.
const CURRENCIES: [(&str, &str); 25] = [
    ("€", "€"),
    ("eur", "€"),
    ("euro", "€"),
    ("euros", "€"),
    ("£", "£"),
    ("gbp", "£"),
    ("¥", "¥"),
    ("jpy", "¥"),
    ("cny", "¥"),
    ("₺", "₺"),
    ("try", "₺"),
    ("tl", "₺"),
    ("₹", "₹"),
    ("inr", "₹"),
    ("rs", "₹"),
    ("chf", "CHF"),
    ("R$", "R$"),
    ("brl", "R$"),
    ("kr", "kr"),
    ("sek", "kr"),
    ("nok", "kr"),
    ("dkk", "kr"),
    ("zł", "zł"),
    ("pln", "zł"),
    ("czk", "Kč"),
];

/// The currency of a sign beside numbers; none where that is of dollars, or unknown.
#[must_use]
pub fn of_sign(sign: &str) -> Option<&'static str> {
    let sign = sign.to_lowercase();
    CURRENCIES.iter().find(|(word, _)| sign.trim_end_matches('.') == word.to_lowercase()).map(|(_, told)| *told)
}

/// The currency that a name says, of which `words` are the words in small letters: `Saldo (€)`, `balance_eur`.
#[must_use]
pub fn of_name(name: &str, words: &[String]) -> Option<&'static str> {
    let says = |word: &str| {
        let is_sign = !word.chars().all(char::is_alphabetic);
        (is_sign && name.contains(word)) || words.iter().any(|one| one == word)
    };
    CURRENCIES.iter().find(|(word, _)| says(word)).map(|(_, told)| *told)
}

/// Whether a text says that there are dollars, of which `words` are the words in small letters: `Limit ($)`, `limit_usd`.
#[must_use]
pub fn says_dollars(text: &str, words: &[String]) -> bool {
    let is_real = |(at, _): (usize, &str)| text[..at].ends_with(['R', 'r']);
    let has_sign = text.match_indices('$').any(|at| !is_real(at));
    has_sign || words.iter().any(|word| ["usd", "dollar", "dollars"].contains(&word.as_str()))
}

/// What is doubtful in columns of these currencies, named as `columns` says: how they are shown. None where there are none.
#[must_use]
pub fn doubt(currencies: &[&str], columns: &str) -> Option<String> {
    let first = currencies.first()?;
    let currency = if currencies.iter().all(|one| one == first) { first } else { "other currencies" };
    let verb = if currencies.len() == 1 { "is" } else { "are" };
    Some(format!("{columns} {verb} in {currency}; amounts are shown with `$`, and none is converted"))
}

#[cfg(test)]
mod tests {
    use super::{doubt, of_name, of_sign, says_dollars};

    #[test]
    fn a_currency_is_told_by_its_sign_or_its_word() {
        let of = |name: &str, words: &[&str]| {
            of_name(name, &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of("Saldo (€)", &["saldo"]), Some("€"));
        assert_eq!(of("balance_eur", &["balance", "eur"]), Some("€"));
        assert_eq!(of("Limit [GBP]", &["limit", "gbp"]), Some("£"));
        assert_eq!(of("Country", &["country"]), None);
        assert_eq!(of("Limit ($)", &["limit"]), None);
        assert_eq!(of("Saldo (R$)", &["saldo", "r"]), Some("R$"));
        let found = ["€", "USD", "$", "R$", "Rs.", "kr"].map(of_sign);
        assert_eq!(found, [Some("€"), None, None, Some("R$"), Some("₹"), Some("kr")]);
    }

    #[test]
    fn dollars_are_said_by_their_sign_or_their_word() {
        let says = |name: &str, words: &[&str]| {
            says_dollars(name, &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert!(says("Limit ($)", &["limit"]) && says("limit_usd", &["limit", "usd"]) && says("$40K - $60K", &[]));
        assert!(!says("Limit", &["limit"]) && !says("Saldo (€)", &["saldo"]));
        assert!(!says("Saldo (R$)", &["saldo", "r"]) && says("US$ 40", &[]) && says("R$ 40, $ 8", &[]));
    }

    #[test]
    fn several_currencies_are_not_told_as_one() {
        let told = |currencies: &[&str]| doubt(currencies, "`a`").unwrap_or_default();
        assert_eq!(told(&["€"]), "`a` is in €; amounts are shown with `$`, and none is converted");
        assert_eq!(told(&["€", "£"]), "`a` are in other currencies; amounts are shown with `$`, and none is converted");
        assert_eq!(doubt(&[], "`a`"), None);
    }
}
