//! Values as text: what string operators make of numbers, dates and null, and the two spellings of a double.

use bson::Bson;

use crate::Error;
use crate::expr::date::iso_text;
use crate::value::{Decimal, type_name};

/// A value as a string operator takes it.
///
/// MongoDB: null and missing are ""; a double has but six digits here (`$toString` gives them all); bool, objectId and
/// everything nested are errors (16007).
pub(in crate::expr) fn to_text(value: Option<&Bson>) -> Result<String, Error> {
    Ok(match value {
        None | Some(Bson::Null | Bson::Undefined) => String::new(),
        Some(Bson::String(text) | Bson::Symbol(text) | Bson::JavaScriptCode(text)) => text.clone(),
        Some(Bson::Int32(x)) => x.to_string(),
        Some(Bson::Int64(x)) => x.to_string(),
        Some(Bson::Double(x)) => short_double_text(*x),
        Some(Bson::Decimal128(x)) => Decimal::from_bson(*x).to_string(),
        Some(Bson::DateTime(date)) => iso_text(date.timestamp_millis())?,
        Some(Bson::Timestamp(stamp)) => crate::expr::date::timestamp_text(*stamp),
        other => {
            return Err(Error::coded(16_007, format!("can't convert from BSON type {} to String", type_name(other))));
        }
    })
}

/// All the digits that tell a double from its neighbours: `0.1`, `1`, `1e+16`, `NaN`.
///
/// MongoDB: of two texts that are as short and as near, the one with the even last digit.
pub(in crate::expr) fn double_text(value: f64) -> String {
    if !value.is_finite() {
        return special(value, ["NaN", "Infinity", "-Infinity"]);
    }
    let shortest = format!("{value:e}");
    if shortest.len() >= SHORTEST_TIE && (value * FRACTION_OF_A_TIE).fract() == 0.0 {
        let n_digits = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
        let even = format!("{value:.*e}", n_digits - 1);
        if even.parse() == Ok(value) {
            return spelled(&even, 16);
        }
    }
    spelled(&shortest, 16)
}

/// A text of 15 digits or fewer is no other double's, so there is no tie among such; with point and exponent it has so many bytes.
const SHORTEST_TIE: usize = 19;
/// What lies in the middle of two texts of at most 17 digits has at most 18 itself, and so no more than 18 binary places.
const FRACTION_OF_A_TIE: f64 = 262_144.0;

/// Six digits at most, as C's `%g`.
fn short_double_text(value: f64) -> String {
    if !value.is_finite() {
        return special(value, ["nan", "inf", "-inf"]);
    }
    spelled(&format!("{value:.5e}"), 6)
}

fn special(value: f64, [nan, plus, minus]: [&str; 3]) -> String {
    if value.is_nan() {
        nan
    } else if value > 0.0 {
        plus
    } else {
        minus
    }
    .to_owned()
}

/// Turns Rust's `1.25e2` into C's spelling: plain from 1e-4 up to `10^plain`, else with a signed exponent of at least
/// two digits; trailing zeros go.
fn spelled(scientific: &str, plain: i32) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    if exponent < -4 || exponent >= plain {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let minus = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{minus}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (whole, fraction) = digits.split_at(whole);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_have_the_spelling_of_the_server() {
        for (value, long, short) in [
            (0.1, "0.1", "0.1"),
            (1.0, "1", "1"),
            (-0.0, "-0", "-0"),
            (1e15, "1000000000000000", "1e+15"),
            (1e16, "1e+16", "1e+16"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "1e-05", "1e-05"),
            (123_456.789, "123456.789", "123457"),
            (9_007_199_254_740_992.0, "9007199254740992", "9.0072e+15"),
            (1.0 / 3.0, "0.3333333333333333", "0.333333"),
            (5e-324, "5e-324", "4.94066e-324"),
            (999_999.5, "999999.5", "1e+06"),
            (1e15 + 0.25, "1000000000000000.2", "1e+15"),
            (930_540_007_455_329.0 + 0.25, "930540007455329.2", "9.3054e+14"),
            (8_796_093_022_208.0 + 0.0625, "8796093022208.062", "8.79609e+12"),
            (1e15 + 0.75, "1000000000000000.8", "1e+15"),
            (f64::NAN, "NaN", "nan"),
            (f64::NEG_INFINITY, "-Infinity", "-inf"),
        ] {
            assert_eq!(double_text(value), long);
            assert_eq!(short_double_text(value), short);
        }
    }
}
