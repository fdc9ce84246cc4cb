//! Decimals as text, both ways.

use std::fmt;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};

use super::Decimal;

impl Decimal {
    /// Reads `12`, `-1.5`, `1e3`, `.5`, `Infinity`, `inf`, `NaN` in any case; digits beyond 34 are rounded.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = split_sign(text);
        if rest.eq_ignore_ascii_case("inf") || rest.eq_ignore_ascii_case("infinity") {
            return Some(Self::Infinity { negative });
        }
        if rest.eq_ignore_ascii_case("nan") {
            return Some(Self::NaN);
        }
        let (digits, exponent) = parse_number(rest)?;
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let digits = BigInt::parse_bytes(digits.as_bytes(), 10)?;
        let value = BigDecimal::new(BigInt::from_biguint(sign, digits.into_parts().1), exponent.checked_neg()?);
        Some(Self::from_big(&value, negative))
    }
}

/// Splits off a leading sign.
fn split_sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// Reads an unsigned decimal number: its digits without the point, and the power of ten they stand for. `None` unless
/// there is at least one digit and nothing else.
pub(crate) fn parse_number(text: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => {
            let (negative, digits) = split_sign(&text[at + 1..]);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            // Beyond this the value is zero or infinite anyway, and must not take memory.
            let power = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000);
            (&text[..at], if negative { -power } else { power })
        }
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let valid = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| (digits, exponent - fraction.len() as i64))
}

/// IEEE's scientific string, which is MongoDB's: plain where the exponent is not positive and the number not tiny.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, coefficient, exponent) = match *self {
            Self::NaN => return f.write_str("NaN"),
            Self::Infinity { negative } => return f.write_str(if negative { "-Infinity" } else { "Infinity" }),
            Self::Finite { negative, coefficient, exponent } => (negative, coefficient, exponent),
        };
        let digits = coefficient.to_string();
        let adjusted = exponent + digits.len() as i32 - 1;
        if negative {
            f.write_str("-")?;
        }
        if exponent > 0 || adjusted < -6 {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{point}{rest}E{adjusted:+}");
        }
        let places = exponent.unsigned_abs() as usize;
        if places == 0 {
            return f.write_str(&digits);
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        write!(f, "{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_and_written_as_the_server_does() {
        for (text, expected) in [
            ("1", "1"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("+1.50", "1.50"),
            ("1e3", "1E+3"),
            ("0.0000001", "1E-7"),
            ("0.000001", "0.000001"),
            ("0.00", "0.00"),
            ("12345678901234567890123456789012345", "1.234567890123456789012345678901234E+34"),
            ("INF", "Infinity"),
            ("-infinity", "-Infinity"),
            ("nan", "NaN"),
            ("1e7000", "Infinity"),
            ("1e-7000", "0E-6176"),
            ("1e99999999999999999999", "Infinity"),
        ] {
            assert_eq!(Decimal::parse(text).map(|d| d.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "-", ".", "1e", "1e+", "0x1", "1 ", " 1", "1_0", "--1", "1.2.3", "e5"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }
}
