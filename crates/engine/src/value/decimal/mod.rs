//! Decimal128: IEEE 754 decimals of 34 digits, taken apart for computing and put together again.
//!
//! In and out: `bson::Decimal128` (BID layout) or text. Invariant: a coefficient has at most 34 digits, every result
//! is rounded half to even, exponents follow IEEE's preferred ones (`1.10 + 2` is `3.10`).
//!
//! Why not keep `BigDecimal` throughout: it knows neither -0, NaN nor infinities, and allocates; only sums and products
//! that outgrow 34 digits pass through it.

mod arithmetic;
mod functions;
mod text;
mod trigonometry;

use std::cmp::Ordering;

use bigdecimal::num_bigint::{BigInt, BigUint, Sign};
use bigdecimal::{BigDecimal, RoundingMode};

/// A decimal number.
#[derive(Clone, Copy, Debug)]
pub enum Decimal {
    /// Not a number.
    NaN,
    /// An infinity.
    Infinity {
        /// Minus infinity.
        negative: bool,
    },
    /// `±coefficient · 10^exponent`.
    Finite {
        /// Below zero, or -0.
        negative: bool,
        /// Less than 10^34.
        coefficient: u128,
        /// From -6176 to 6111.
        exponent: i32,
    },
}

/// Most digits of a coefficient.
pub(crate) const DIGITS: u32 = 34;
const MAX_EXPONENT: i64 = 6111;
const MIN_EXPONENT: i64 = -6176;
const BIAS: i32 = 6176;
const COEFFICIENT_LIMIT: u128 = 10u128.pow(DIGITS);

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self::Finite { negative: false, coefficient: 0, exponent: 0 };

    /// Takes a BSON decimal apart. A coefficient beyond 34 digits is not canonical and stands for zero.
    #[must_use]
    pub fn from_bson(value: bson::Decimal128) -> Self {
        let bits = u128::from_le_bytes(value.bytes());
        let negative = bits >> 127 == 1;
        let combination = (bits >> 122) & 0x1f;
        if combination == 0x1f {
            return Self::NaN;
        }
        if combination == 0x1e {
            return Self::Infinity { negative };
        }
        let large = combination >> 3 == 3;
        let exponent = ((bits >> if large { 111 } else { 113 }) & 0x3fff) as i32 - BIAS;
        let coefficient = if large { 0 } else { bits & ((1 << 113) - 1) };
        Self::Finite { negative, coefficient: if coefficient < COEFFICIENT_LIMIT { coefficient } else { 0 }, exponent }
    }

    /// The BSON decimal.
    #[must_use]
    pub fn to_bson(self) -> bson::Decimal128 {
        let sign = |negative: bool| u128::from(negative) << 127;
        let bits = match self {
            Self::NaN => 0x1f << 122,
            Self::Infinity { negative } => sign(negative) | (0x1e << 122),
            Self::Finite { negative, coefficient, exponent } => {
                sign(negative) | (((exponent + BIAS) as u128) << 113) | coefficient
            }
        };
        bson::Decimal128::from_bytes(bits.to_le_bytes())
    }

    /// A whole number.
    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        Self::Finite { negative: value < 0, coefficient: u128::from(value.unsigned_abs()), exponent: 0 }
    }

    /// A double, rounded to 15 digits, which is what MongoDB means by converting one.
    ///
    /// MongoDB: 0.1 becomes 0.100000000000000 and 1.0 becomes 1.00000000000000, zeros and all.
    #[must_use]
    pub fn from_f64(value: f64) -> Self {
        if value.is_nan() {
            Self::NaN
        } else if value.is_infinite() {
            Self::Infinity { negative: value < 0.0 }
        } else if value == 0.0 {
            Self::Finite { negative: value.is_sign_negative(), coefficient: 0, exponent: 0 }
        } else {
            Self::parse(&format!("{value:.14e}")).unwrap_or(Self::NaN)
        }
    }

    /// A double, exactly or rounded to 34 digits; what sums and averages use.
    #[must_use]
    pub fn from_f64_precise(value: f64) -> Self {
        if !value.is_finite() || value == 0.0 {
            return Self::from_f64(value);
        }
        let exact = exact(value).normalized();
        let whole = exact.fractional_digit_count() < 0;
        Self::from_big(&if whole { exact.with_scale(0) } else { exact }, false)
    }

    /// The nearest double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::NaN => f64::NAN,
            Self::Infinity { negative: false } => f64::INFINITY,
            Self::Infinity { negative: true } => f64::NEG_INFINITY,
            Self::Finite { negative, coefficient, exponent } => {
                let magnitude = format!("{coefficient}e{exponent}").parse().unwrap_or(f64::NAN);
                if negative { -magnitude } else { magnitude }
            }
        }
    }

    /// The whole part of the number as rounded by `mode`, where it fits an `i64`.
    #[must_use]
    pub fn to_i64(self, mode: RoundingMode) -> Option<i64> {
        let Self::Finite { negative, coefficient, exponent } = self.quantized_to(0, mode) else { return None };
        let magnitude = i128::try_from(coefficient.checked_mul(10u128.checked_pow(u32::try_from(exponent).ok()?)?)?);
        let magnitude = magnitude.ok()?;
        i64::try_from(if negative { -magnitude } else { magnitude }).ok()
    }

    /// Whether it is 0 or -0 of any exponent.
    #[must_use]
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Finite { coefficient: 0, .. })
    }

    /// Whether it is not a number.
    #[must_use]
    pub fn is_nan(self) -> bool {
        matches!(self, Self::NaN)
    }

    /// Whether it is an infinity.
    #[must_use]
    pub fn is_infinite(self) -> bool {
        matches!(self, Self::Infinity { .. })
    }

    /// Whether its sign is minus, also of -0.
    #[must_use]
    pub fn is_negative(self) -> bool {
        matches!(self, Self::Infinity { negative: true } | Self::Finite { negative: true, .. })
    }

    /// Orders decimals as MongoDB orders numbers: NaN lowest, -0 equal to 0.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::NaN, Self::NaN) => Ordering::Equal,
            (Self::NaN, _) => Ordering::Less,
            (_, Self::NaN) => Ordering::Greater,
            _ => match (self.rank(), other.rank()) {
                (a, b) if a != b => a.cmp(&b),
                (-1 | 1, _) => self.big().cmp(&other.big()),
                _ => Ordering::Equal,
            },
        }
    }

    /// -2 and 2 for the infinities, else the sign.
    fn rank(self) -> i8 {
        match self {
            Self::NaN | Self::Finite { coefficient: 0, .. } => 0,
            Self::Infinity { negative } => {
                if negative {
                    -2
                } else {
                    2
                }
            }
            Self::Finite { negative, .. } => {
                if negative {
                    -1
                } else {
                    1
                }
            }
        }
    }

    /// Compares with a double exactly: 0.1 is not decimal 0.1.
    #[must_use]
    pub fn compare_f64(self, other: f64) -> Ordering {
        if self.is_nan() || other.is_nan() {
            return other.is_nan().cmp(&self.is_nan());
        }
        // Rounding keeps order, so only a tie of the rounded values needs the exact ones.
        match self.to_f64().partial_cmp(&other) {
            Some(Ordering::Equal) | None => {}
            Some(order) => return order,
        }
        if other == 0.0 || other.is_infinite() {
            return self.compare(Self::from_f64(other));
        }
        if self.is_infinite() {
            return self.compare(Self::ZERO);
        }
        self.big().cmp(&exact(other))
    }

    /// The exact value of a finite decimal, 0 for the others.
    pub(crate) fn big(self) -> BigDecimal {
        match self {
            Self::Finite { negative, coefficient, exponent } => {
                let sign = if negative { Sign::Minus } else { Sign::Plus };
                let digits = BigInt::from_biguint(sign, BigUint::from(coefficient));
                BigDecimal::new(digits, -i64::from(exponent))
            }
            _ => BigDecimal::from(0),
        }
    }

    /// The decimal nearest to an exact value, half to even, with the exponent kept where 34 digits allow it; beyond
    /// the range it is an infinity or a zero. `negative_zero` is the sign if the value is (or becomes) zero.
    pub(crate) fn from_big(value: &BigDecimal, negative_zero: bool) -> Self {
        // Why not `with_precision_round`: it loses a carry through all digits (1E+300 less a half came out as zero).
        let excess = value.digits().saturating_sub(u64::from(DIGITS));
        let rounded = match i64::try_from(excess) {
            Ok(excess) if excess > 0 => {
                value.with_scale_round(value.fractional_digit_count() - excess, RoundingMode::HalfEven)
            }
            _ => value.clone(),
        };
        let (digits, scale) = rounded.into_bigint_and_scale();
        let zero = digits.sign() == Sign::NoSign;
        let negative = if zero { negative_zero } else { digits.sign() == Sign::Minus };
        let mut coefficient = u128::try_from(digits.magnitude()).unwrap_or(0);
        let mut exponent = scale.saturating_neg();
        if coefficient >= COEFFICIENT_LIMIT {
            // Rounding carried through to a digit more, which is a 1 before zeros.
            coefficient /= 10;
            exponent += 1;
        }
        if exponent < MIN_EXPONENT && !zero {
            let lifted = value.with_scale_round(-MIN_EXPONENT, RoundingMode::HalfEven);
            let coefficient = u128::try_from(lifted.into_bigint_and_scale().0.magnitude()).unwrap_or(0);
            return Self::Finite { negative, coefficient, exponent: MIN_EXPONENT as i32 };
        }
        Self::clamped(negative, coefficient, exponent)
    }

    /// Brings an exponent into range: padding the coefficient with zeros, or overflowing to infinity.
    pub(super) fn clamped(negative: bool, mut coefficient: u128, mut exponent: i64) -> Self {
        if coefficient == 0 {
            return Self::Finite { negative, coefficient, exponent: exponent.clamp(MIN_EXPONENT, MAX_EXPONENT) as i32 };
        }
        while exponent > MAX_EXPONENT {
            if coefficient >= COEFFICIENT_LIMIT / 10 {
                return Self::Infinity { negative };
            }
            coefficient *= 10;
            exponent -= 1;
        }
        Self::Finite { negative, coefficient, exponent: exponent.max(MIN_EXPONENT) as i32 }
    }

    /// The same number with trailing zeros taken off the coefficient, which is one form for all equal numbers.
    #[must_use]
    pub fn reduced(self) -> Self {
        let Self::Finite { negative, mut coefficient, mut exponent } = self else { return self };
        if coefficient == 0 {
            return Self::ZERO;
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        Self::Finite { negative, coefficient, exponent }
    }
}

/// The exact value of a finite double.
fn exact(value: f64) -> BigDecimal {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) & 0x7ff;
    let (mantissa, power) = if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased as i32 - 1075) };
    let sign = if value < 0.0 { Sign::Minus } else { Sign::Plus };
    let mantissa = BigInt::from_biguint(sign, BigUint::from(mantissa));
    if power >= 0 {
        BigDecimal::new(mantissa << power, 0)
    } else {
        BigDecimal::new(mantissa * BigInt::from(5).pow(power.unsigned_abs()), i64::from(-power))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_bson(text.parse().unwrap())
    }

    #[test]
    fn every_decimal_survives_being_taken_apart() {
        for text in ["0", "-0", "1.10", "-1E+3", "9.999999999999999999999999999999999E+6144", "1E-6176", "Infinity"] {
            let bson: bson::Decimal128 = text.parse().unwrap();
            assert_eq!(decimal(text).to_bson(), bson);
            assert_eq!(decimal(text).to_string(), text);
        }
        assert!(decimal("NaN").is_nan());
        assert_eq!(Decimal::NaN.to_bson(), "NaN".parse().unwrap());
    }

    #[test]
    fn doubles_become_fifteen_digits() {
        assert_eq!(Decimal::from_f64(0.1).to_string(), "0.100000000000000");
        assert_eq!(Decimal::from_f64(1.0).to_string(), "1.00000000000000");
        assert_eq!(Decimal::from_f64(5e-324).to_string(), "4.94065645841247E-324");
        assert_eq!(Decimal::from_f64(-0.0).to_string(), "-0");
        assert_eq!(Decimal::from_f64_precise(-20.0).to_string(), "-20");
        assert_eq!(Decimal::from_f64_precise(1e20).to_string(), "100000000000000000000");
        assert_eq!(Decimal::from_f64_precise(0.1).to_string(), "0.1000000000000000055511151231257827");
        assert_eq!(Decimal::from_f64_precise(1e300).to_string(), "1.000000000000000052504760255204420E+300");
    }

    #[test]
    fn comparing_with_doubles_is_exact() {
        assert_eq!(decimal("0.1").compare_f64(0.1), Ordering::Less);
        assert_eq!(decimal("0.5").compare_f64(0.5), Ordering::Equal);
        assert_eq!(decimal("1E+400").compare_f64(f64::MAX), Ordering::Greater);
        assert_eq!(decimal("1E+400").compare_f64(f64::INFINITY), Ordering::Less);
        assert_eq!(decimal("NaN").compare_f64(f64::NAN), Ordering::Equal);
        assert_eq!(decimal("NaN").compare_f64(1.0), Ordering::Less);
        assert_eq!(decimal("1").compare_f64(f64::NAN), Ordering::Greater);
        assert_eq!(decimal("-1E-6000").compare_f64(0.0), Ordering::Less);
    }

    #[test]
    fn whole_parts_fit_or_do_not() {
        assert_eq!(decimal("-9223372036854775808").to_i64(RoundingMode::Down), Some(i64::MIN));
        assert_eq!(decimal("9223372036854775808").to_i64(RoundingMode::Down), None);
        assert_eq!(decimal("1.9").to_i64(RoundingMode::Down), Some(1));
        assert_eq!(decimal("2.5").to_i64(RoundingMode::HalfEven), Some(2));
        assert_eq!(decimal("1E+6000").to_i64(RoundingMode::Down), None);
        assert_eq!(decimal("1E+3").to_i64(RoundingMode::Down), Some(1000));
    }
}
