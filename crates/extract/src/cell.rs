//! Reads one cell of the bank's file by its column's contract.
//!
//! In: the cell's bytes. Out: a code, a whole number or a decimal number within the contract, or a [`Fault`].

use std::borrow::Cow;

use crate::columns::{Column, Kind, UNKNOWN};

/// What is wrong with a cell, and what may help.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// The code of a known category.
pub(crate) fn category(categories: &[&str], cell: &[u8]) -> Option<u8> {
    categories.iter().position(|category| category.as_bytes() == cell).map(|code| code as u8)
}

/// A whole number: an optional minus and digits, nothing else.
pub(crate) fn whole(cell: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match cell {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    // 18 digits cannot overflow; what is longer is out of every range of the contract.
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut number = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    Some(if is_negative { -number } else { number })
}

/// A decimal number: digits with at most one point, perhaps a minus, perhaps an exponent. No `inf`, no `NaN`.
pub(crate) fn decimal(cell: &[u8]) -> Option<f64> {
    let starts_like_one = matches!(cell, [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..]);
    let number: f64 = if starts_like_one { std::str::from_utf8(cell).ok()?.parse().ok()? } else { return None };
    number.is_finite().then_some(number)
}

/// Why a cell is refused.
pub(crate) fn fault(column: &Column, cell: &[u8]) -> Fault {
    let text = shown(cell);
    let blank = cell.trim_ascii().is_empty();
    match column.kind {
        Kind::Category(categories) => category_fault(categories, cell, &text),
        Kind::Whole(..) | Kind::Decimal(..) if blank => {
            Fault { message: "the cell is empty; a number belongs here".to_owned(), hint: None }
        }
        Kind::Whole(min, max, _) => match whole(cell) {
            Some(_) => out_of_range(&text, &min.to_string(), &max.to_string()),
            None => Fault { message: format!("`{text}` is not a whole number"), hint: number_hint(cell) },
        },
        Kind::Decimal(min, max, _) => match decimal(cell) {
            Some(_) => out_of_range(&text, &min.to_string(), &max.to_string()),
            None => Fault { message: format!("`{text}` is not a number"), hint: number_hint(cell) },
        },
    }
}

fn out_of_range(text: &str, min: &str, max: &str) -> Fault {
    Fault { message: format!("`{text}` is out of range: from {min} to {max} can be"), hint: None }
}

fn number_hint(cell: &[u8]) -> Option<String> {
    let hint = if cell.trim_ascii().len() < cell.len() {
        "remove the blanks round the number"
    } else if cell.contains(&b',') || cell.contains(&b'\'') {
        "write numbers without thousands separators and with a decimal point, such as `1438.3`"
    } else if cell.first().is_some_and(|first| matches!(first, b'$' | b'+')) {
        "write the number alone, without sign or currency"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

fn category_fault(categories: &[&str], cell: &[u8], text: &str) -> Fault {
    if cell.trim_ascii().is_empty() {
        let hint = categories.contains(&UNKNOWN).then(|| format!("a missing answer is written `{UNKNOWN}`"));
        return Fault { message: "the cell is empty; a category belongs here".to_owned(), hint };
    }
    let near = |category: &&&str| category.as_bytes().eq_ignore_ascii_case(cell.trim_ascii());
    let hint = match categories.iter().find(near) {
        Some(category) => format!("write it exactly as `{category}`"),
        None => pipeline::nearest("value", text, categories.iter().copied()),
    };
    Fault { message: format!("`{text}` is not a known category"), hint: Some(hint) }
}

/// A cell as a message shows it: on one line, not too long.
pub(crate) fn shown(cell: &[u8]) -> String {
    const MOST: usize = 60;
    let text: Cow<'_, str> = String::from_utf8_lossy(cell);
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown.replace("\\'", "'").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_numbers() {
        for (text, number) in [("0", 0), ("-5", -5), ("007", 7), ("999999999999999999", 999_999_999_999_999_999)] {
            assert_eq!(whole(text.as_bytes()), Some(number));
        }
        for text in ["", "-", "+5", "5.0", " 5", "5 ", "1e3", "0x1", "９", "1,000", "9999999999999999999"] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
        for (text, number) in [("12691", 12_691.0), ("0.061", 0.061), ("-3.5", -3.5), ("9.3448e-05", 9.3448e-5)] {
            assert_eq!(decimal(text.as_bytes()), Some(number));
        }
        for text in ["", "-", ".", ".5", "inf", "-inf", "NaN", "1e999", "1,5", "1.2.3", "$5", " 5"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_long_or_strange_cell_is_shown_on_one_line() {
        assert_eq!(shown(b"a\n\"b\""), "a\\n\"b\"");
        assert_eq!(shown("x".repeat(99).as_bytes()), format!("{}…", "x".repeat(60)));
        assert_eq!(shown(b"caf\xe9"), "caf\u{fffd}");
    }
}
