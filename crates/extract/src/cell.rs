//! Reads one cell of a file by its column's contract.
//!
//! In: the cell's bytes, and how the numbers of its column are written. Out: a code, a number, a text or a date within the
//! contract; or `None`, and what is wrong is said in `fault.rs`.

use diagnostic::quote;
use jiff::civil::date;
use tabular::Notation;

use crate::block::Cells;
use crate::numbers::{add_decimals, add_wholes};
use crate::shape::{Read, Reader};
use crate::span::{Span, Spans};

/// Whether the cell is a null: nothing stands there, or a word for no answer; nor is that a spelling of a category.
pub(crate) fn is_null(reader: &Reader, cell: &[u8]) -> bool {
    let is_word = |kind: &Read| matches!(kind, Read::Category(words) if words.has_empty());
    reader.is_nullable
        && ((cell.trim_ascii().is_empty() && !(cell.is_empty() && is_word(&reader.kind)))
            || reader.missing.iter().any(|missing| **missing == *cell))
}

/// Adds what a cell says to its column; `None` where it breaks the contract.
#[inline]
pub(crate) fn push<'a>(
    reader: &Reader,
    notation: Option<&Notation>,
    into: &mut Cells,
    cell: impl Into<Span<'a>>,
) -> Option<()> {
    let cell = cell.into();
    match (into, &reader.kind) {
        (Cells::Category(into), Read::Category(words)) => into.push(words.code(cell)?),
        (Cells::Int(into), Read::Int { min, max, .. }) => {
            let range = i64::from(*min)..=i64::from(*max);
            into.push(read_whole(reader, notation, cell).filter(|number| range.contains(number))? as i32);
        }
        (Cells::Long(into), Read::Long { min, max }) => {
            into.push(read_whole(reader, notation, cell).filter(|number| (min..=max).contains(&number))?);
        }
        (Cells::Decimal(into), Read::Decimal { min, max }) => {
            into.push(read_decimal(reader, notation, cell).filter(|number| (min..=max).contains(&number))?);
        }
        (Cells::Text(into), Read::Text) => into.push(std::str::from_utf8(cell.bytes()).ok()?),
        (Cells::Date(into), Read::Date { format }) => into.push(day(cell.bytes(), format.as_deref())?),
        _ => return None,
    }
    Some(())
}

/// Adds what cells of a column say, none of which may be a null; `None` where one breaks the contract, and then the column has
/// cells more that say nothing. `are_plain` says whether numbers are to be read together, which is given up where some cannot.
pub(crate) fn push_all(
    reader: &Reader,
    notation: Option<&Notation>,
    into: &mut Cells,
    cells: Spans<'_>,
    are_plain: &mut bool,
) -> Option<()> {
    *are_plain = *are_plain
        && match (&mut *into, &reader.kind) {
            (Cells::Int(into), Read::Int { min, max, .. }) if is_plain(reader, notation) => {
                add_wholes(cells, &(*min..=*max), reader.is_key, into)
            }
            (Cells::Decimal(into), Read::Decimal { min, max }) if reader.scale.is_none() && notation.is_none() => {
                add_decimals(cells, &(*min..=*max), into)
            }
            _ => false,
        };
    if *are_plain {
        return Some(());
    }
    if reader.is_key && cells.iter().any(|cell| cell.len() == 0 || loses_zeros(cell.bytes())) {
        return None;
    }
    match (into, &reader.kind) {
        (Cells::Category(into), Read::Category(words)) => words.add_codes(cells, into),
        (Cells::Int(into), Read::Int { min, max, .. }) if is_plain(reader, notation) => {
            let range = i64::from(*min)..=i64::from(*max);
            let number = |cell: Span<'_>| cell.digits().or_else(|| read_other_whole(reader, notation, cell.bytes()));
            extend(
                into,
                cells
                    .iter()
                    .map(|cell| number(cell).filter(|number| range.contains(number)).map(|number| number as i32)),
            )
        }
        (Cells::Decimal(into), Read::Decimal { min, max }) if reader.scale.is_none() && notation.is_none() => {
            let number = |cell: Span<'_>| cell.decimal().or_else(|| decimal(cell.bytes()));
            extend(into, cells.iter().map(|cell| number(cell).filter(|number| (min..=max).contains(&number))))
        }
        (into, _) => cells.iter().try_for_each(|cell| push(reader, notation, into, cell)),
    }
}

/// Adds values; `None` where there was none for some, which are added as zeros. To stop there would cost a look at the
/// capacity for each.
fn extend<T: Default>(into: &mut Vec<T>, values: impl Iterator<Item = Option<T>>) -> Option<()> {
    let mut are_all = true;
    into.extend(values.map(|value| {
        are_all &= value.is_some();
        value.unwrap_or_default()
    }));
    are_all.then_some(())
}

/// The whole number of a cell, scaled.
#[inline]
fn read_whole(reader: &Reader, notation: Option<&Notation>, cell: Span<'_>) -> Option<i64> {
    if reader.is_key && loses_zeros(cell.bytes()) {
        return None;
    }
    let plain = if is_plain(reader, notation) { cell.digits() } else { None };
    plain.or_else(|| read_other_whole(reader, notation, cell.bytes()))
}

/// Whether a cell of digits alone is their number.
fn is_plain(reader: &Reader, notation: Option<&Notation>) -> bool {
    // So it is in every notation but percent.
    reader.scale.is_none() && notation.is_none_or(|notation| !notation.percent)
}

#[inline(never)]
fn read_other_whole(reader: &Reader, notation: Option<&Notation>, cell: &[u8]) -> Option<i64> {
    let Some(scale) = reader.scale else {
        return notation.map_or_else(|| whole(cell), |notation| notation.whole(cell));
    };
    let number = number(notation, cell)? * scale;
    let rounded = number.round();
    // A product may be off by what doubles are; a part of one is no rounding.
    let is_whole = (number - rounded).abs() <= 1e-9 * number.abs().max(1.0) && rounded.abs() < 9e15;
    is_whole.then_some(rounded as i64)
}

/// Whether digits begin with a zero, which a number of a customer would lose: `007` and `7` are two customers.
pub(crate) fn loses_zeros(cell: &[u8]) -> bool {
    !matches!(cell, [b'1'..=b'9', ..]) && matches!(cell.trim_ascii(), [b'0', b'0'..=b'9', ..])
}

/// The decimal number of a cell, scaled.
#[inline]
fn read_decimal(reader: &Reader, notation: Option<&Notation>, cell: Span<'_>) -> Option<f64> {
    if reader.scale.is_none()
        && notation.is_none()
        && let Some(number) = cell.decimal()
    {
        return Some(number);
    }
    let number = number(notation, cell.bytes())?;
    Some(reader.scale.map_or(number, |scale| number * scale))
}

fn number(notation: Option<&Notation>, cell: &[u8]) -> Option<f64> {
    notation.map_or_else(|| decimal(cell), |notation| notation.number(cell))
}

/// At most fifteen digits with a point among them or none, which is nearly all that files hold: the digits are a double exactly,
/// so is the power of ten, and of two exact doubles the quotient is the nearest one.
fn few_decimals(cell: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    if cell.len() > 16 || !cell.first()?.is_ascii_digit() {
        return None;
    }
    let (mut number, mut point) = (0_u64, None);
    for (place, byte) in cell.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            number = 10 * number + u64::from(digit);
        } else if *byte == b'.' && point.is_none() {
            point = Some(place);
        } else {
            return None;
        }
    }
    match point {
        Some(place) => Some(number as f64 / POWERS[cell.len() - 1 - place]),
        None if cell.len() <= 15 => Some(number as f64),
        None => None,
    }
}

/// A whole number, mostly a minus and digits: `5`, `-5`, `5.0`.
pub(crate) fn whole(cell: &[u8]) -> Option<i64> {
    digits(cell).or_else(|| Notation::PLAIN.whole(cell))
}

/// A minus and digits, nothing else.
fn digits(cell: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match cell {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut number = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        // Counted downwards, since the least number has no positive twin.
        number = number.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))?;
    }
    if is_negative { Some(number) } else { number.checked_neg() }
}

/// A decimal number: digits with at most one point, perhaps a sign, perhaps an exponent. No `inf`, no `NaN`.
pub(crate) fn decimal(cell: &[u8]) -> Option<f64> {
    few_decimals(cell).or_else(|| any_decimal(cell))
}

fn any_decimal(cell: &[u8]) -> Option<f64> {
    let starts_like_one = matches!(cell, [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..]);
    let number: Option<f64> = if starts_like_one { std::str::from_utf8(cell).ok()?.parse().ok() } else { None };
    number.or_else(|| Notation::PLAIN.number(cell)).filter(|number| number.is_finite())
}

/// A day, as the milliseconds of its midnight in UTC.
fn day(cell: &[u8], format: Option<&str>) -> Option<i64> {
    let day = contract::read_day(cell, format)?;
    i64::try_from(day.duration_since(date(1970, 1, 1)).as_millis()).ok()
}

/// A cell as a message shows it: on one line, not too long.
pub(crate) fn shown(cell: &[u8]) -> String {
    const MOST: usize = 60;
    let text = String::from_utf8_lossy(&cell[..cell.len().min(4 * MOST)]);
    let mut shown: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    quote(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_numbers() {
        for (text, number) in [
            ("0", 0),
            ("-5", -5),
            ("007", 7),
            ("+5", 5),
            ("5.0", 5),
            (" 5 ", 5),
            ("1291.00", 1291),
            ("999999999999999999", 999_999_999_999_999_999),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(whole(text.as_bytes()), Some(number), "{text}");
        }
        for text in ["", "-", "5.5", "1e3", "0x1", "９", "1,000", "9223372036854775808", "--1"] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
        for (text, number) in
            [("12691", 12_691.0), ("0.061", 0.061), ("-3.5", -3.5), ("9.3448e-05", 9.3448e-5), (".5", 0.5), (" 5", 5.0)]
        {
            assert_eq!(decimal(text.as_bytes()), Some(number));
        }
        for text in ["", "-", ".", "inf", "-inf", "NaN", "1e999", "1,5", "1.2.3", "$5"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_number_of_few_digits_is_the_nearest_double() {
        let mut state = 1_u64;
        for n_digits in (1..=16).cycle().take(40_000) {
            let mut text = String::new();
            for _ in 0..n_digits {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push(char::from(b'0' + (state >> 33) as u8 % 10));
            }
            let whole = text.parse::<i64>().unwrap();
            assert_eq!(digits(text.as_bytes()), Some(whole));
            for place in [None, Some((state >> 40) as usize % n_digits + 1)] {
                let mut text = text.clone();
                if let Some(place) = place {
                    text.insert(place, '.');
                }
                let expected = text.parse::<f64>().unwrap();
                assert_eq!(decimal(text.as_bytes()).map(f64::to_bits), Some(expected.to_bits()), "{text}");
            }
        }
    }

    #[test]
    fn days_are_kept_as_their_midnights() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("1970-01-02", 86_400_000),
            ("1969-12-31", -86_400_000),
            ("2024-02-29", 1_709_164_800_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ] {
            assert_eq!(day(text.as_bytes(), None), Some(expected), "{text}");
        }
        for text in
            ["", "2023-02-29", "2026-1-31", "2026-01-31T00", "31.01.2026", "2026/01/31", "20260131  ", "-026-01-01"]
        {
            assert_eq!(day(text.as_bytes(), None), None, "{text}");
        }
    }

    #[test]
    fn a_long_or_strange_cell_is_shown_on_one_line() {
        assert_eq!(shown(b"a\n\"b\""), "a\\n\"b\"");
        assert_eq!(shown("x".repeat(99).as_bytes()), format!("{}…", "x".repeat(60)));
        assert_eq!(shown(b"caf\xe9"), "caf\u{fffd}");
        assert!(shown("x".repeat(9_000_000).as_bytes()).len() < 70);
    }
}
