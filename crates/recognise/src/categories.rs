//! The categories of a column, out of the values that it holds.
//!
//! In: a column of few values. Out: categories in their natural order, each with its spellings, missing answers last.
//! Invariant: what differs by case, blanks, `_` and `-` alone is one category; what ends in a blank of another kind is none, so that
//! the import refuses it with a hint.

use contract::{Contract, Role};
use toml::{Table as Keys, Value as Toml};

use crate::column::{Class, Column, Value};
use crate::fold;
use crate::table::{Table, trimmed};
use crate::words::small;

/// The value that stands for a missing answer.
pub(crate) const UNKNOWN: &str = "Unknown";
/// So many spellings of a missing answer are taken from a file.
const MOST_SPELLINGS: usize = 24;

/// A category under way.
#[derive(Clone, Debug)]
pub(crate) struct Category {
    pub(crate) value: String,
    /// As the file has it, where that is not the value.
    pub(crate) spellings: Vec<String>,
    pub(crate) n: u64,
    /// The codes of its values in the column.
    pub(crate) codes: Vec<usize>,
}

/// The categories of a column that are answers, in the order in which they are met.
pub(crate) fn categories(column: &Column) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    let values = column.few().unwrap_or_default();
    for (code, value) in values.iter().enumerate().filter(|(_, value)| is_category(value, values)) {
        let folded = fold::value(trimmed(value));
        match categories.iter_mut().find(|known| fold::value(&known.value) == folded) {
            Some(known) => {
                // The most frequent way to write it is the value.
                let is_better = value.n > known.codes.iter().map(|code| values[*code].n).max().unwrap_or(0);
                if is_better {
                    trimmed(value).clone_into(&mut known.value);
                }
                known.spellings.push(value.text.clone());
                known.n += value.n;
                known.codes.push(code);
            }
            None => categories.push(Category {
                value: trimmed(value).to_owned(),
                spellings: vec![value.text.clone()],
                n: value.n,
                codes: vec![code],
            }),
        }
    }
    for category in &mut categories {
        category.spellings.retain(|spelling| *spelling != category.value);
    }
    categories
}

/// Whether a value is a category: an answer that is no damage.
fn is_category(value: &Value, values: &[Value]) -> bool {
    let is_damage = matches!(value.class, Class::Blank | Class::Missing | Class::Error | Class::Total | Class::Invalid);
    let bare = value.text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
    let has_strange_blank =
        bare != trimmed(value) && values.iter().any(|other| fold::value(&other.text) == fold::value(bare));
    !is_damage && !has_strange_blank && !bare.is_empty()
}

/// How missing answers are written in a column, the empty cell among them.
pub(crate) fn missing(column: &Column) -> Vec<String> {
    let mut spellings: Vec<String> = Vec::new();
    for class in [Class::Blank, Class::Missing] {
        for value in column.spelled(class) {
            if !spellings.contains(&value.text) && spellings.len() < MOST_SPELLINGS {
                spellings.push(value.text.clone());
            }
        }
    }
    spellings
}

/// Sorts categories in their natural order: by the numbers that they stand for, in an order that is known, else the most
/// frequent first.
pub(crate) fn sort(
    table: &Table<'_>,
    position: usize,
    role: Option<Role>,
    card: &Contract,
    categories: &mut Vec<Category>,
) {
    let values: Vec<&str> = categories.iter().map(|category| category.value.as_str()).collect();
    let starts = table.pairs.starts(position).filter(|_| table.is_telling(position));
    let start = |category: &Category| starts.as_ref()?.get(*category.codes.first()?).copied().flatten();
    let of_card = role.and_then(|role| Some((role, card.role(role)?)));
    let place = |value: &str| {
        let (role, column) = of_card?;
        let known = table.synonyms.category(role, value)?;
        column.categories().iter().position(|category| category.value == known)
    };
    let keys: Option<Vec<f64>> = values
        .iter()
        .map(|value| place(value).map(|place| place as f64))
        .collect::<Option<Vec<f64>>>()
        .or_else(|| numbers(&values))
        .or_else(|| table.synonyms.order(&values).map(|order| order.iter().map(|place| *place as f64).collect()))
        .or_else(|| categories.iter().map(start).collect());
    let mut keyed: Vec<(f64, Category)> = match keys {
        Some(keys) => keys.into_iter().zip(categories.drain(..)).collect(),
        None => categories.drain(..).map(|category| (-(category.n as f64), category)).collect(),
    };
    keyed.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    categories.extend(keyed.into_iter().map(|(_, category)| category));
}

/// The numbers that values stand for; one that has words in place of a number comes last.
fn numbers(values: &[&str]) -> Option<Vec<f64>> {
    let numbers: Vec<Option<f64>> = values.iter().map(|value| leading_number(value)).collect();
    let n_words = numbers.iter().filter(|number| number.is_none()).count();
    let is_told = n_words == 0 || (n_words == 1 && values.len() > 2);
    is_told.then(|| numbers.into_iter().map(|number| number.unwrap_or(f64::INFINITY)).collect())
}

/// The number that a value begins with or stands for: `18-25`, `$40K - $60K`, `under 25`, `60+`.
fn leading_number(value: &str) -> Option<f64> {
    let start = value.find(|c: char| c.is_ascii_digit())?;
    let before = fold::value(&value[..start]);
    let rest = &value[start..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
    let number: f64 = rest[..end].replace(',', "").trim_end_matches('.').parse().ok()?;
    let behind = fold::value(&rest[end..]);
    let number = if behind.starts_with('k') { number * 1000.0 } else { number };
    let is_below = ["less", "under", "below", "<", "upto", "menos", "moins", "unter", "meno", "jusqu", "bis"]
        .iter()
        .any(|word| before.starts_with(word));
    let is_above =
        ["more", "over", "above", ">", "plus", "über", "más", "più"].iter().any(|word| before.starts_with(word));
    // The open ends come before and behind what begins with the same number.
    Some(number + if is_below { -0.5 } else { 0.0 } + if is_above { 0.5 } else { 0.0 })
}

/// The keys of a category.
pub(crate) fn keys(category: &Category, phrase: Option<String>, is_closed: bool) -> Toml {
    let mut keys = Keys::new();
    keys.insert("value".to_owned(), Toml::from(category.value.as_str()));
    if !category.spellings.is_empty() {
        keys.insert("spellings".to_owned(), texts(&category.spellings));
    }
    if let Some(phrase) = phrase {
        keys.insert("phrase".to_owned(), Toml::from(phrase));
    }
    if is_closed {
        keys.insert("closed".to_owned(), Toml::Boolean(true));
    }
    Toml::Table(keys)
}

/// The category of missing answers, beside others.
pub(crate) fn unknown(spellings: &[String], label: &str, others: &[Category]) -> Toml {
    let is_other = |text: &String| others.iter().any(|other| other.value == *text || other.spellings.contains(text));
    // A word for no answer that is none of the spellings may still be a value of another's.
    let value = if is_other(&UNKNOWN.to_owned()) { "(unknown)" } else { UNKNOWN };
    let spellings: Vec<String> = spellings.iter().filter(|text| *text != value && !is_other(text)).cloned().collect();
    let mut keys = Keys::new();
    keys.insert("value".to_owned(), Toml::from(value));
    if !spellings.is_empty() {
        keys.insert("spellings".to_owned(), texts(&spellings));
    }
    keys.insert("phrase".to_owned(), Toml::from(format!("customers of unknown {}", small(label))));
    keys.insert("missing".to_owned(), Toml::Boolean(true));
    Toml::Table(keys)
}

/// A list of texts.
pub(crate) fn texts(texts: &[String]) -> Toml {
    Toml::Array(texts.iter().map(|text| Toml::from(text.as_str())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_say_numbers_are_in_their_order() {
        let mut values = ["60+", "18-25", "under 18", "$120K +", "$80K - $120K", "26-59", "Less than $40K"];
        values.sort_by(|one, other| leading_number(one).unwrap().total_cmp(&leading_number(other).unwrap()));
        assert_eq!(values, ["under 18", "18-25", "26-59", "60+", "Less than $40K", "$80K - $120K", "$120K +"]);
        assert_eq!(numbers(&["30-39", "Retiree", "20-29"]), Some(vec![30.0, f64::INFINITY, 20.0]));
        assert_eq!(numbers(&["30-39", "Retiree"]), None);
        assert_eq!(leading_number("1.234.567"), None);
    }
}
