//! Values as users write them, and the values that they mean.
//!
//! In: a text, and what it is compared with. Out: a value of the type: `$5,000`, `10k` and `30 %` are numbers, a category is
//! meant in any case, with a plain hyphen for a dash, or by how sentences speak of it (`women`, `closed`).
//! Invariant: a word that could mean two values means neither.

use bson::Bson;
use pipeline::{Error, FieldType, nearest};

use super::Subject;
use crate::{Dimension, Unit};

/// An answer has no more commas, parentheses and words such as `and` in it.
const MOST_ENDS: usize = 8;

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind a sign: a comma between digits belongs to a number.
    Alone,
    /// In a list: a comma ends it, but inside an amount of dollars.
    List,
}

/// The text as a value of the subject's type.
pub(super) fn typed(name: &str, subject: &Subject, text: String, quoted: bool) -> Result<Bson, Error> {
    if text == "null" && !quoted {
        return Ok(Bson::Null);
    }
    if let Subject::Field { field_type: FieldType::Date, .. } = subject {
        return date(&text).ok_or_else(|| {
            let error = Error::input(format!("`{name}` is a date, and `{}` is not", diagnostic::quote(&text)));
            error.hint("a date is like `2026-01-31`")
        });
    }
    let known = subject.known();
    if !subject.is_text() {
        let unit = known.map_or(Unit::Count, |dimension| dimension.unit);
        let is_whole = matches!(subject, Subject::Field { field_type: FieldType::Int | FieldType::Long, .. });
        if (is_whole || unit == Unit::Dollars) && may_be_thousands(&text) {
            let error = Error::input(format!("`{text}` may be a number with a fraction, or one of thousands"));
            let whole = text.replace('.', "");
            return Err(error.hint(match text.matches('.').count() {
                1 => format!("`{whole}` is one of thousands, `{}` the other", with_less_digits(&text)),
                _ => format!("thousands stand without points: `{whole}`"),
            }));
        }
        return number(&text, unit).ok_or_else(|| {
            let error = Error::input(format!("`{name}` is a number, and `{}` is not", diagnostic::quote(&text)));
            if means_no_answer(&text) {
                return error.hint(format!("`{name}=null` means no answer"));
            }
            if text.contains(['€', '£', '¥', '₹']) {
                return error.hint("no amount is converted: a number stands without its currency, like `5000`");
            }
            error.hint(match unit {
                Unit::Dollars => "a number is like `45`, `2.5`, `$5,000` or `10k`",
                Unit::Share | Unit::Ratio => "a number is like `0.25` or `25%`",
                _ => "a number is like `45` or `2.5`",
            })
        });
    }
    let Some(dimension) = known.filter(|dimension| !dimension.order.is_empty()) else {
        return Ok(Bson::String(text));
    };
    if let Some(value) = meant(dimension, &text) {
        return Ok(value.clone());
    }
    if let Some(missing) = dimension.missing.as_ref().filter(|_| means_no_answer(&text)) {
        return Ok(missing.clone());
    }
    let hint = nearest("value", &text, dimension.order.iter().filter_map(Bson::as_str));
    Err(Error::input(format!("`{name}` has no value `{}`", diagnostic::quote(&text))).hint(hint))
}

/// The one value of a dimension that a text means.
pub(super) fn meant<'a>(dimension: &'a Dimension, text: &str) -> Option<&'a Bson> {
    let order = &dimension.order;
    let only = |is_meant: &dyn Fn(&str) -> bool| {
        let mut found = order.iter().filter(|value| value.as_str().is_some_and(is_meant));
        found.next().filter(|_| found.next().is_none())
    };
    if let Some(exact) = order.iter().find(|value| value.as_str() == Some(text)) {
        return Some(exact);
    }
    let said = folded(text);
    let phrase = |value: &str| {
        let phrase = folded(&dimension.group(value));
        // `revolvers (who carry a balance)`
        let short = phrase.split(" (").next().unwrap_or(&phrase);
        phrase == said || short == said || phrase.replace("customers", "").trim() == said
    };
    if order.iter().any(|value| value.as_str().is_some_and(|value| folded(value) == said)) {
        return only(&|value| folded(value) == said);
    }
    if order.iter().any(|value| value.as_str().is_some_and(phrase)) {
        return only(&phrase);
    }
    let alike = |words: &&[&str]| words.contains(&said.as_str());
    if let Some(words) = ALIKE.iter().find(|words| alike(words)) {
        let names = |value: &str| words.contains(&folded(value).as_str());
        let is_told = |value: &str| names(value) || words.contains(&folded(&dimension.group(value)).as_str());
        return only(&is_told);
    }
    if dimension.closed.is_empty() {
        return None;
    }
    let is_closed = |value: &str| dimension.closed.iter().any(|closed| closed.as_str() == Some(value));
    let is_missing = |value: &str| dimension.missing.as_ref().and_then(Bson::as_str) == Some(value);
    match said.as_str() {
        "closed" | "left" | "churned" | "exited" | "attrited" => only(&is_closed),
        "open" | "active" | "existing" | "stayed" => only(&|value| !is_closed(value) && !is_missing(value)),
        _ => None,
    }
}

/// Whether a word is one of those by which people ask for customers without an answer.
pub(super) fn means_no_answer(text: &str) -> bool {
    ["unknown", "missing", "none", "na", "n/a", "nan", "empty", "blank"].contains(&folded(text).as_str())
}

/// Refuses a part of a whole that is twice the whole or more, and so is likely meant in percent.
pub(super) fn refuse_percent(name: &str, value: &Bson) -> Result<(), Error> {
    let Some(number) = as_number(value).filter(|number| *number >= 2.0) else { return Ok(()) };
    let error = Error::input(format!("`{name}` is a part of one, and `{number}` would be {} %", number * 100.0));
    Err(error.hint(format!("{number} % is written `{number}%` or `{}`", number / 100.0)))
}

/// Words that mean the same, of which a file has one and a user types another.
const ALIKE: [&[&str]; 2] = [&["female", "females", "woman", "women"], &["male", "males", "man", "men"]];

/// A text as two are compared: without case, dashes as hyphens without spaces around them, one space between words.
fn folded(text: &str) -> String {
    let plain: String =
        text.to_lowercase().chars().map(|c| if matches!(c, '–' | '—' | '−') { '-' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").replace(" - ", "-")
}

/// Where an unquoted value ends: at a comma, before ` and ` or ` or `, or at the parenthesis that it stands in.
pub(super) fn end_of_value(rest: &str, in_parenthesis: bool, place: Place) -> usize {
    let (mut at, mut n_open, mut before) = (0, 0_usize, ' ');
    for c in rest.chars() {
        let ends = c == ')' && in_parenthesis && n_open == 0 && before != '\\';
        if (c == ',' && !is_thousands(rest, at, place)) || ends || is_before_word(rest, at) {
            return at;
        }
        match c {
            // A pattern may have one that stands for itself: `\(`.
            '(' if before != '\\' => n_open += 1,
            ')' if before != '\\' => n_open = n_open.saturating_sub(1),
            _ => {}
        }
        before = c;
        at += c.len_utf8();
    }
    rest.len()
}

/// Where a value may end, in which commas, parentheses and words such as `and` may stand: the furthest place first.
pub(super) fn ends_of_value(rest: &str) -> Vec<usize> {
    let is_end = |(at, c): &(usize, char)| matches!(c, ',' | ')') || is_before_word(rest, *at);
    let inside = rest.char_indices().filter(is_end).map(|(at, _)| at);
    let mut ends: Vec<usize> = inside.chain([rest.len()]).take(MOST_ENDS).collect();
    ends.reverse();
    ends
}

/// Whether `and` or `or` follows behind the blank at this place.
fn is_before_word(rest: &str, at: usize) -> bool {
    let start = rest[at..].trim_start();
    let follows = |word: &str| {
        let behind = start.get(word.len()..).unwrap_or_default();
        start.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
            && (behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == '('))
    };
    start.len() < rest.len() - at && (follows("and") || follows("or"))
}

/// Whether the comma at `at` stands between a number's digits: `$2,500`; in a list only where a `$` says so.
fn is_thousands(rest: &str, at: usize, place: Place) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let is_inside = rest[..at].ends_with(|c: char| c.is_ascii_digit()) && digits(&rest[at + 1..]) == 3;
    let dollars = rest[..at].trim_start_matches(|c: char| c != '$');
    is_inside && (place == Place::Alone || dollars.len() > 1)
}

/// A number with a fraction of three digits as one that has fewer or more, so that it is no number of thousands: `1.5`, `2.5550`.
fn with_less_digits(text: &str) -> String {
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
    let (number, rest) = text.split_at(end);
    let short = number.trim_end_matches('0').trim_end_matches('.');
    if short.len() < number.len() { format!("{short}{rest}") } else { format!("{number}0{rest}") }
}

/// Whether points may stand between thousands: `1.000`, `12.500.000`.
fn may_be_thousands(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-', '$', ' ']).trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
    let mut groups = text.split('.');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let are_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let is_first = (1..=3).contains(&first.len()) && are_digits(first) && !first.starts_with('0');
    is_first && !rest.is_empty() && rest.iter().all(|group| group.len() == 3 && are_digits(group))
}

/// The part of a list that may be one number or several: `40,000`, where no blank stands behind the comma.
pub(super) fn one_or_several(list: &str) -> Option<&str> {
    let are_thousands = |text: &&str| {
        let mut groups = text.split(',');
        let first = groups.next().unwrap_or_default();
        let is_group = |group: &str| group.len() == 3 && group.chars().all(|c| c.is_ascii_digit());
        (1..=3).contains(&first.len()) && first.chars().all(|c| c.is_ascii_digit()) && groups.all(is_group)
    };
    // Behind a `$` commas belong to the number.
    let parts = list.split_whitespace().map(|part| part.split('$').next().unwrap_or(part));
    parts.map(|part| part.trim_matches(',')).filter(|part| part.contains(',')).find(are_thousands)
}

/// `2026-01-31`, as its midnight in UTC.
fn date(text: &str) -> Option<Bson> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let date = bson::DateTime::builder().year(year).month(month).day(day).build().ok()?;
    Some(Bson::DateTime(date))
}

/// A number of money as filters take it: `10000`, `$10,000`, `10k`.
#[must_use]
pub fn read_money(text: &str) -> Option<f64> {
    as_number(&number(text.trim(), Unit::Dollars)?)
}

/// A share as filters take it: `0.2`, `20%`.
#[must_use]
pub fn read_share(text: &str) -> Option<f64> {
    as_number(&number(text.trim(), Unit::Share)?)
}

fn number(text: &str, unit: Unit) -> Option<Bson> {
    if let Ok(number) = text.parse::<i32>() {
        return Some(Bson::Int32(number));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(Bson::Int64(number));
    }
    let plain = || text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Bson::Double);
    amount(text, unit).or_else(plain)
}

/// `$5,000`, `10k`, `2.5m`, and `25%` of what is a share.
fn amount(text: &str, unit: Unit) -> Option<Bson> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let rest = if unit == Unit::Dollars { rest.strip_prefix('$').unwrap_or(rest) } else { rest };
    let scales: [(&[char], i32); 4] = [(&['k', 'K'], 3), (&['m', 'M'], 6), (&['b', 'B'], 9), (&['%'], -2)];
    let cut = scales.into_iter().find_map(|(ends, scale)| Some((rest.strip_suffix(ends)?.trim_end(), scale)));
    let (digits, scale) = cut.unwrap_or((rest, 0));
    if scale < 0 && !matches!(unit, Unit::Share | Unit::Ratio) {
        return None;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty() && are_digits(first))?;
    let is_grouped = whole.contains(',');
    if !groups.all(|group| group.len() == 3 && are_digits(group)) || (is_grouped && first.len() > 3) {
        return None;
    }
    if !are_digits(fraction) {
        return None;
    }
    // Read in one step, so that it is the double nearest to what was written.
    let number: f64 = format!("{sign}{}.{fraction}0e{scale}", whole.replace(',', "")).parse().ok()?;
    if number.fract() == 0.0 && number.abs() < 9e15 {
        let whole = number as i64;
        return Some(i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32));
    }
    Some(Bson::Double(number)).filter(|_| number.is_finite())
}

/// The first number of a range and the letter that stands behind its last, where that stands not behind the first, which would lie
/// below the last with it, too: `10` and `k` of `10` and `20k`.
pub(super) fn without_scale<'t>(low: &'t str, high: &'t str) -> Option<(&'t str, char)> {
    let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '$');
    let numbers =
        |text: &'t str| text.split(|c: char| !is_of_number(c)).find(|part| part.contains(|c: char| c.is_ascii_digit()));
    let value = |number: &str| number.trim_start_matches('$').replace(',', "").parse::<f64>().ok();
    let (first, last) = (numbers(low)?, numbers(high)?);
    let behind = low.split_once(first)?.1.trim_start();
    let scale = high.trim_end().chars().last().filter(|c| matches!(c.to_ascii_lowercase(), 'k' | 'm'))?;
    let is_scaled = behind.starts_with(['k', 'K', 'm', 'M']);
    let (small, large) = (value(first)?, value(last)?);
    (!is_scaled && small > 0.0 && small <= large).then_some((first, scale))
}

/// Whether the second value is smaller than the first, of numbers and of dates.
pub(super) fn is_descending(first: &Bson, second: &Bson) -> bool {
    match (first, second) {
        (Bson::DateTime(first), Bson::DateTime(second)) => first > second,
        _ => matches!((as_number(first), as_number(second)), (Some(first), Some(second)) if first > second),
    }
}

fn as_number(value: &Bson) -> Option<f64> {
    match value {
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => Some(*number as f64),
        Bson::Double(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_shares_are_read_as_they_are_typed() {
        for (text, number) in
            [("10000", 10_000.0), ("$10,000", 10_000.0), (" 10k", 10_000.0), ("2.5m", 2_500_000.0), ("-5", -5.0)]
        {
            assert_eq!(read_money(text), Some(number), "{text}");
        }
        for (text, number) in [("0.2", 0.2), ("20%", 0.2), ("5", 5.0)] {
            assert_eq!(read_share(text), Some(number), "{text}");
        }
        assert!(["20%", "ten", "nan", "inf", "1,00"].into_iter().all(|text| read_money(text).is_none()));
        assert!(["$5", "nan", ""].into_iter().all(|text| read_share(text).is_none()));
    }
}
