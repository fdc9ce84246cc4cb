//! Numbers: `5` is an int, a long or a double, whichever is the first it fits in; `5.0` and `5e0` are doubles.

use bson::Bson;

use super::cursor::Cursor;
use crate::Error;

/// Reads a number, or a signed `Infinity` or `NaN`.
pub(super) fn number(cursor: &mut Cursor<'_>) -> Result<Bson, Error> {
    let start = cursor.at();
    let negative = match cursor.peek() {
        Some(sign @ ('-' | '+')) => {
            cursor.advance();
            sign == '-'
        }
        _ => false,
    };
    // The exponent's sign belongs to the number; nothing else may follow a digit or a letter directly.
    let body_at = cursor.at();
    cursor.take_while(|c| c.is_alphanumeric() || c == '.' || c == '_');
    let so_far = cursor.since(body_at);
    let is_hex = so_far.starts_with("0x") || so_far.starts_with("0X");
    if so_far.ends_with(['e', 'E']) && !is_hex && matches!(cursor.peek(), Some('-' | '+')) {
        cursor.advance();
        cursor.take_while(|c| c.is_alphanumeric() || c == '.' || c == '_');
    }
    let body = cursor.since(body_at);
    let value = if is_hex { hex(&body[2..], negative) } else { parse(body, negative) };
    value.ok_or_else(|| {
        let text = cursor.since(start);
        cursor.error_at(start, format!("`{text}` is not a number"))
    })
}

fn hex(digits: &str, negative: bool) -> Option<Bson> {
    let value = i64::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
    Some(integer(if negative { -value } else { value }))
}

/// The number that a sign and what follows it say.
pub(super) fn parse(body: &str, negative: bool) -> Option<Bson> {
    let sign = if negative { -1.0 } else { 1.0 };
    match body {
        "Infinity" => return Some(Bson::Double(sign * f64::INFINITY)),
        "NaN" => return Some(Bson::Double(f64::NAN)),
        _ => {}
    }
    if !is_decimal(body) {
        return None;
    }
    let is_whole = body.bytes().all(|b| b.is_ascii_digit());
    if is_whole
        && let Ok(size) = body.parse::<u64>()
        && let Ok(value) = i64::try_from(if negative { -i128::from(size) } else { i128::from(size) })
    {
        return Some(integer(value));
    }
    body.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| Bson::Double(sign * value))
}

/// The least wide integer that holds the value.
pub(super) fn integer(value: i64) -> Bson {
    i32::try_from(value).map_or(Bson::Int64(value), Bson::Int32)
}

/// Digits with an optional point and exponent; no leading zeros, which JavaScript would take for octal digits.
fn is_decimal(body: &str) -> bool {
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && !(whole.len() > 1 && whole.starts_with('0'))
        && exponent_fits
}
