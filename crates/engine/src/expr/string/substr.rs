//! `$substrBytes` (also `$substr`) and `$substrCP`: a part of a string, from a position, of a length.
//!
//! MongoDB: numbers and dates are made text first, null is ""; bytes: a negative length is "to the end", fractions
//! are cut off (a decimal is rounded half to even, and one that no long can hold counts as negative), and a cut through a
//! character is an error; code points: only whole numbers, none negative.

use bigdecimal::RoundingMode;
use bson::Bson;

use crate::Error;
use crate::expr::convert::to_text;
use crate::value::{Number, Value, type_name};

pub(in crate::expr) fn bytes(text: Option<&Bson>, start: Option<&Bson>, length: Option<&Bson>) -> Result<Value, Error> {
    let text = to_text(text)?;
    let (start, length) = (numeric(16_034, "starting index", start)?, numeric(16_035, "length", length)?);
    let start = position(start)?;
    let start = usize::try_from(start).map_err(|_| {
        Error::coded(50_752, format!("`$substrBytes`: starting index must be non-negative, found {start}"))
    })?;
    let length = position(length)?;
    // Behind the end there is nothing, and so no character to cut.
    if start >= text.len() {
        return Ok(Some(Bson::String(String::new())));
    }
    let end = usize::try_from(length).map_or(text.len(), |length| start.saturating_add(length).min(text.len()));
    if !text.is_char_boundary(start) {
        return Err(Error::coded(28_656, "`$substrBytes`: starting index is a UTF-8 continuation byte"));
    }
    match text.get(start..end) {
        Some(part) => Ok(Some(Bson::String(part.to_owned()))),
        None => Err(Error::coded(28_657, "`$substrBytes`: ending index is in the middle of a UTF-8 character")),
    }
}

pub(in crate::expr) fn code_points(
    text: Option<&Bson>,
    start: Option<&Bson>,
    length: Option<&Bson>,
) -> Result<Value, Error> {
    let text = to_text(text)?;
    let start = whole(34_450, "starting index", start)?;
    let length = whole(34_452, "length", length)?;
    let negative = |code, what| Error::coded(code, format!("`$substrCP`: {what} must be a nonnegative integer"));
    let length = usize::try_from(length).map_err(|_| negative(34_454, "length"))?;
    let start = usize::try_from(start).map_err(|_| negative(34_455, "starting index"))?;
    Ok(Some(Bson::String(text.chars().skip(start).take(length).collect())))
}

fn position(number: Number) -> Result<i64, Error> {
    match number {
        Number::Decimal(decimal) => Ok(decimal.to_i64(RoundingMode::HalfEven).unwrap_or(i64::MIN)),
        number => number.truncated(),
    }
}

fn numeric(code: i32, what: &str, value: Option<&Bson>) -> Result<Number, Error> {
    value.and_then(Number::of).ok_or_else(|| {
        Error::coded(code, format!("`$substrBytes`: {what} must be a numeric type, found {}", type_name(value)))
    })
}

/// A whole 32-bit number; `code` says that it is no number, the next one that it is not whole.
fn whole(code: i32, what: &str, value: Option<&Bson>) -> Result<i32, Error> {
    let number = value.and_then(Number::of).ok_or_else(|| {
        Error::coded(code, format!("`$substrCP`: {what} must be a numeric type, found {}", type_name(value)))
    })?;
    number.to_i32().ok_or_else(|| {
        Error::coded(code + 1, format!("`$substrCP`: {what} cannot be represented as a 32-bit integral value"))
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn bytes_are_cut_between_characters_only() {
        gives("{$substrBytes: ['abc', 1, 1]}", r#""b""#);
        gives("{$substrBytes: ['abc', 1, -1]}", r#""bc""#);
        gives("{$substr: ['abc', 1.9, 1]}", r#""b""#);
        gives("{$substrBytes: ['abc', 9, 1]}", r#""""#);
        gives("{$substrBytes: ['éa', 1, 1]}", "error 28656");
        gives("{$substrBytes: ['aé', 0, 2]}", "error 28657");
        gives("{$substrBytes: ['a', 'x', 2]}", "error 16034");
        gives("{$substrBytes: ['a', 0, 'x']}", "error 16035");
        gives("{$substrBytes: ['a', 0, NaN]}", "error 31109");
        gives("{$substrBytes: ['a', -1, 1]}", "error 50752");
        gives("{$substrBytes: ['abc', {$toDecimal: '1.5'}, {$toDecimal: '0.51'}]}", r#""c""#);
        gives("{$substrBytes: ['abc', {$toDecimal: '0.5'}, {$toDecimal: 'NaN'}]}", r#""abc""#);
        gives("{$substrBytes: ['abc', {$toDecimal: '-0.6'}, 1]}", "error 50752");
        gives("{$substrBytes: [null, 0, 1]}", r#""""#);
        gives("{$substrBytes: [12.5, 0, 3]}", r#""12.""#);
    }

    #[test]
    fn code_points_are_counted_whole() {
        gives("{$substrCP: ['éab', 1, 1]}", r#""a""#);
        gives("{$substrCP: ['éab', 1, 9]}", r#""ab""#);
        gives("{$substrCP: ['a', null, 1]}", "error 34450");
        gives("{$substrCP: ['a', 1.5, 1]}", "error 34451");
        gives("{$substrCP: ['a', 0, null]}", "error 34452");
        gives("{$substrCP: ['a', 0, 1.5]}", "error 34453");
        gives("{$substrCP: ['a', 0, -1]}", "error 34454");
        gives("{$substrCP: ['a', -1, 1]}", "error 34455");
        gives("{$substrCP: [true, 0, 1]}", "error 16007");
    }
}
