//! Conversions to int, long, double and decimal.
//!
//! MongoDB: fractions are cut off; what does not fit, NaN and infinities to a whole number are errors; strings must be
//! numbers from the first to the last character, without spaces, and whole for int and long.

use bigdecimal::RoundingMode;
use bson::Bson;

use crate::value::{Decimal, Number};

/// Why a conversion failed; all such failures have one code, which `onError` catches.
pub(super) type Failure = String;

pub(super) fn to_int(value: &Bson) -> Option<Result<Bson, Failure>> {
    let long = match value {
        Bson::DateTime(_) => return None,
        Bson::String(text) => whole_text(text, i64::from(i32::MIN), i64::from(i32::MAX)),
        Bson::Double(x) if *x > f64::from(i32::MAX) || *x < f64::from(i32::MIN) => Err(overflow()),
        other => to_long(other)?.map(|long| long.as_i64().unwrap_or(i64::MAX)),
    };
    Some(long.and_then(|long| i32::try_from(long).map(Bson::Int32).map_err(|_| overflow())))
}

pub(super) fn to_long(value: &Bson) -> Option<Result<Bson, Failure>> {
    Some(
        match value {
            Bson::Boolean(x) => Ok(i64::from(*x)),
            Bson::DateTime(date) => Ok(date.timestamp_millis()),
            Bson::String(text) => whole_text(text, i64::MIN, i64::MAX),
            other => whole_part(Number::of(other)?),
        }
        .map(Bson::Int64),
    )
}

pub(super) fn to_double(value: &Bson) -> Option<Result<Bson, Failure>> {
    Some(
        match value {
            Bson::Boolean(x) => Ok(f64::from(u8::from(*x))),
            Bson::DateTime(date) => Ok(date.timestamp_millis() as f64),
            Bson::String(text) => double_from(text),
            other => match Number::of(other)? {
                Number::Decimal(decimal) => {
                    let double = decimal.to_f64();
                    let lost = (double.is_infinite() && !decimal.is_infinite()) || is_underflow(double, decimal);
                    if lost { Err(overflow()) } else { Ok(double) }
                }
                number => Ok(number.to_f64()),
            },
        }
        .map(Bson::Double),
    )
}

pub(super) fn to_decimal(value: &Bson) -> Option<Result<Bson, Failure>> {
    Some(
        match value {
            Bson::Boolean(x) => Ok(Decimal::from_i64(i64::from(*x))),
            Bson::DateTime(date) => Ok(Decimal::from_i64(date.timestamp_millis())),
            Bson::String(text) => decimal_from(text),
            other => Ok(Number::of(other)?.to_decimal()),
        }
        .map(|decimal| Bson::Decimal128(decimal.to_bson())),
    )
}

/// The number without its fraction, where it fits a long.
pub(super) fn whole_part(number: Number) -> Result<i64, Failure> {
    match number {
        Number::Int(x) => Ok(i64::from(x)),
        Number::Long(x) => Ok(x),
        Number::Double(x) if x.is_nan() => Err(not_whole("NaN")),
        Number::Double(x) if x.is_infinite() => Err(not_whole("infinity")),
        Number::Double(x) => crate::value::number::whole(x.trunc()).ok_or_else(overflow),
        Number::Decimal(x) if x.is_nan() => Err(not_whole("NaN")),
        Number::Decimal(x) if x.is_infinite() => Err(not_whole("infinity")),
        Number::Decimal(x) => x.to_i64(RoundingMode::Down).ok_or_else(overflow),
    }
}

fn overflow() -> Failure {
    "conversion would overflow target type".to_owned()
}

fn not_whole(what: &str) -> Failure {
    format!("attempt to convert {what} value to integer type")
}

fn bad_text(text: &str) -> Failure {
    format!("failed to parse number `{text}`")
}

/// A non-zero decimal whose double is zero or not normal.
fn is_underflow(double: f64, decimal: Decimal) -> bool {
    !decimal.is_zero() && double.abs() < f64::MIN_POSITIVE
}

fn whole_text(text: &str, min: i64, max: i64) -> Result<i64, Failure> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad_text(text));
    }
    text.parse().ok().filter(|long| (min..=max).contains(long)).ok_or_else(|| bad_text(text))
}

fn double_from(text: &str) -> Result<f64, Failure> {
    if let Some(double) = c_double(text) {
        return double;
    }
    let decimal = Decimal::parse(text).ok_or_else(|| bad_text(text))?;
    if decimal.is_nan() {
        return Ok(f64::NAN);
    }
    // The digits beyond a decimal's 34 may matter, so the text is read again.
    let double: f64 = text.parse().map_err(|_| bad_text(text))?;
    let overflows = double.is_infinite() && has_digit(text, '0'..='9');
    let underflows = double.abs() < f64::MIN_POSITIVE && has_digit(text, '1'..='9');
    if overflows || underflows { Err(bad_text(text)) } else { Ok(double) }
}

/// What C's reader takes beyond decimal numbers: `-0x1.8p3`, `nan(7)`; `None` for all other texts.
///
/// MongoDB: a text that starts with `0x` is refused before that reader sees it; behind a sign, or as `0X`, it is not.
fn c_double(text: &str) -> Option<Result<f64, Failure>> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = rest.to_ascii_lowercase();
    let payload = lower.strip_prefix("nan(").and_then(|inside| inside.strip_suffix(')'));
    if payload.is_some_and(|inside| inside.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
        return Some(Ok(f64::NAN));
    }
    let digits = lower.strip_prefix("0x").filter(|_| !text.starts_with("0x"))?;
    let (mantissa, exponent) = digits.split_once('p').map_or((digits, Some(0)), |(mantissa, exponent)| {
        let has_digits = exponent.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_digit());
        (mantissa, exponent.parse::<i32>().ok().filter(|_| has_digits))
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0_f64;
    let mut is_zero = true;
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = digit.to_digit(16)?;
        is_zero &= digit == 0;
        value = value * 16.0 + f64::from(digit);
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = exponent?.saturating_sub(4 * i32::try_from(fraction.len()).ok()?);
    // In two steps, since 2^-1100 is no double.
    let half = exponent / 2;
    let value = sign * value * 2.0_f64.powi(half) * 2.0_f64.powi(exponent - half);
    let is_in_range = is_zero || (value.is_finite() && value.abs() >= f64::MIN_POSITIVE);
    Some(if is_in_range { Ok(value) } else { Err(bad_text(text)) })
}

fn decimal_from(text: &str) -> Result<Decimal, Failure> {
    let decimal = Decimal::parse(text).ok_or_else(|| bad_text(text))?;
    let overflows = decimal.is_infinite() && has_digit(text, '0'..='9');
    let underflows = decimal.is_zero() && has_digit(text, '1'..='9');
    if overflows || underflows { Err(bad_text(text)) } else { Ok(decimal) }
}

/// Whether one of these digits stands before the exponent.
fn has_digit(text: &str, digits: std::ops::RangeInclusive<char>) -> bool {
    text.chars().take_while(|c| !matches!(c, 'e' | 'E')).any(|c| digits.contains(&c))
}
