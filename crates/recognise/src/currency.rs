//! Amounts in other currencies than dollars, as their cells or the names of their columns say.
//!
//! In: the columns that count money. Out: a line that names them. Invariant: no amount is converted.

use contract::Unit;

use crate::describe::Drafter;
use crate::finish::Note;
use crate::fold;
use crate::lists::names;

/// The words and signs of currencies, each with the sign that is told.
const CURRENCIES: [(&str, &str); 24] = [
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
    ("brl", "R$"),
    ("kr", "kr"),
    ("sek", "kr"),
    ("nok", "kr"),
    ("dkk", "kr"),
    ("zł", "zł"),
    ("pln", "zł"),
    ("czk", "Kč"),
];

/// That amounts in another currency are shown with the sign of dollars; nothing where all are in dollars, or where it is not said.
pub(crate) fn note(drafter: &Drafter<'_>) -> Option<Note> {
    let money = drafter.plan.kept().filter(|position| drafter.unit_of_numbers(*position) == Unit::Dollars);
    let found = money.filter_map(|position| {
        let header = drafter.table.columns[position].header.as_str();
        let beside = drafter.notations[position].currency.as_deref();
        let sign = beside.map_or_else(|| of_name(header), of_cells)?;
        Some((sign, header.to_owned()))
    });
    let (signs, headers): (Vec<&str>, Vec<String>) = found.unzip();
    let first = signs.first()?;
    let currency = if signs.iter().all(|sign| sign == first) { first } else { "other currencies" };
    let verb = if headers.len() == 1 { "is" } else { "are" };
    let text = format!("{} {verb} in {currency}; amounts are shown with `$`, and none is converted", names(&headers));
    Some(Note { text, is_doubt: true })
}

/// The currency beside the numbers of a column.
fn of_cells(sign: &str) -> Option<&'static str> {
    let sign = sign.to_lowercase();
    if sign == "r$" {
        return Some("R$");
    }
    CURRENCIES.iter().find(|(word, _)| sign.trim_end_matches('.') == *word).map(|(_, told)| *told)
}

/// The currency that a name says: `Saldo (€)`, `balance_eur`.
fn of_name(header: &str) -> Option<&'static str> {
    let words = fold::words(header);
    let says = |word: &str| {
        let is_sign = !word.chars().all(char::is_alphabetic);
        (is_sign && header.contains(word)) || words.iter().any(|one| one == word)
    };
    CURRENCIES.iter().find(|(word, _)| says(word)).map(|(_, told)| *told)
}

#[cfg(test)]
mod tests {
    use super::{of_cells, of_name};

    #[test]
    fn a_currency_is_told_by_its_sign_or_its_word() {
        let named =
            ["Saldo (€)", "balance_eur", "SaldoEUR", "Limit [GBP]", "Balance", "Country", "Limit ($)", "Kredi TL"];
        let found = named.map(of_name);
        assert_eq!(found, [Some("€"), Some("€"), Some("€"), Some("£"), None, None, None, Some("₺")]);
        assert_eq!(
            ["€", "USD", "$", "R$", "Rs.", "kr"].map(of_cells),
            [Some("€"), None, None, Some("R$"), Some("₹"), Some("kr")]
        );
    }
}
