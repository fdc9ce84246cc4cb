//! Decimal arithmetic with IEEE's specials: sums, products, quotients, remainders and rounding to a place.

use bigdecimal::num_bigint::{BigInt, BigUint, Sign};
use bigdecimal::num_traits::{Signed, Zero};
use bigdecimal::{BigDecimal, RoundingMode};

use super::{DIGITS, Decimal};

#[expect(clippy::should_implement_trait, reason = "plain names, as for the other numbers; none of them is an operator")]
impl Decimal {
    /// The sum.
    #[must_use]
    pub fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Infinity { negative: a }, Self::Infinity { negative: b }) if a != b => Self::NaN,
            (Self::Infinity { .. }, _) => self,
            (_, Self::Infinity { .. }) => other,
            _ => Self::from_big(&(self.big() + other.big()), self.is_negative() && other.is_negative()),
        }
    }

    /// The difference.
    #[must_use]
    pub fn subtract(self, other: Self) -> Self {
        self.add(other.negate())
    }

    /// The number with its sign turned.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::NaN => self,
            Self::Infinity { negative } => Self::Infinity { negative: !negative },
            Self::Finite { negative, coefficient, exponent } => {
                Self::Finite { negative: !negative, coefficient, exponent }
            }
        }
    }

    /// The magnitude.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.is_negative() { self.negate() } else { self }
    }

    /// The product.
    #[must_use]
    pub fn multiply(self, other: Self) -> Self {
        let negative = self.is_negative() != other.is_negative();
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Finite { exponent: a, .. }, Self::Finite { exponent: b, .. }) => {
                if self.is_zero() || other.is_zero() {
                    // A zero keeps the exponent too, which the big numbers drop.
                    return Self::clamped(negative, 0, i64::from(a) + i64::from(b));
                }
                Self::from_big(&(self.big() * other.big()), negative)
            }
            _ if self.is_zero() || other.is_zero() => Self::NaN,
            _ => Self::Infinity { negative },
        }
    }

    /// The quotient; by zero it is an infinity, or NaN for 0/0.
    #[must_use]
    pub fn divide(self, other: Self) -> Self {
        let negative = self.is_negative() != other.is_negative();
        let (a, b) = match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) | (Self::Infinity { .. }, Self::Infinity { .. }) => return Self::NaN,
            (Self::Infinity { .. }, _) => return Self::Infinity { negative },
            (_, Self::Infinity { .. }) => return Self::Finite { negative, coefficient: 0, exponent: -6176 },
            (
                Self::Finite { coefficient: a, exponent: a_exponent, .. },
                Self::Finite { coefficient: b, exponent: b_exponent, .. },
            ) => ((a, i64::from(a_exponent)), (b, i64::from(b_exponent))),
        };
        if b.0 == 0 {
            return if a.0 == 0 { Self::NaN } else { Self::Infinity { negative } };
        }
        let preferred = a.1 - b.1;
        // 34 digits of quotient, one to round by and one that stands for all below.
        let shift = 2 * DIGITS + 2;
        let scaled = BigUint::from(a.0) * BigUint::from(10u32).pow(shift);
        let mut quotient = &scaled / BigUint::from(b.0);
        let mut exponent = preferred - i64::from(shift);
        if (&scaled % BigUint::from(b.0)).is_zero() {
            (quotient, exponent) = toward_preferred(quotient, exponent, preferred);
        } else {
            quotient = quotient * 10u32 + 1u32;
            exponent -= 1;
        }
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Self::from_big(&BigDecimal::new(BigInt::from_biguint(sign, quotient), -exponent), negative)
    }

    /// The remainder of the division rounded toward zero; it has the dividend's sign.
    #[must_use]
    pub fn modulo(self, other: Self) -> Self {
        match (self, other) {
            (Self::NaN | Self::Infinity { .. }, _) | (_, Self::NaN) => Self::NaN,
            (_, Self::Infinity { .. }) => self,
            _ if other.is_zero() => Self::NaN,
            _ => {
                let (a, b) = (self.big(), other.big());
                let scale = a.fractional_digit_count().max(b.fractional_digit_count());
                let whole = |value: &BigDecimal| value.with_scale(scale).into_bigint_and_scale().0;
                let remainder = whole(&a) % whole(&b);
                Self::from_big(&BigDecimal::new(remainder, scale), self.is_negative())
            }
        }
    }

    /// Rounds to `places` digits behind the point (negative: before it), with just that exponent in the result; NaN
    /// where that takes more than 34 digits.
    #[must_use]
    pub fn quantize(self, places: i64, mode: RoundingMode) -> Self {
        let Self::Finite { negative, .. } = self else { return self };
        let rounded = self.big().with_scale_round(places, mode);
        if rounded.digits() > u64::from(DIGITS) {
            return Self::NaN;
        }
        let result = Self::from_big(&rounded, negative);
        match result {
            Self::Finite { exponent, .. } if i64::from(exponent) != -places => Self::NaN,
            _ => result,
        }
    }

    /// Rounds to `places` digits, leaving alone what has no more of them.
    #[must_use]
    pub fn quantized_to(self, places: i64, mode: RoundingMode) -> Self {
        match self {
            Self::Finite { exponent, .. } if i64::from(exponent) < -places => self.quantize(places, mode),
            _ => self,
        }
    }
}

/// Takes zeros off an exact quotient until its exponent is the preferred one.
fn toward_preferred(mut quotient: BigUint, mut exponent: i64, preferred: i64) -> (BigUint, i64) {
    let ten = BigUint::from(10u32);
    while exponent < preferred && (&quotient % &ten).is_zero() {
        quotient /= &ten;
        exponent += 1;
    }
    debug_assert!(!BigInt::from(quotient.clone()).is_negative());
    (quotient, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn results_have_the_preferred_exponent() {
        assert_eq!(decimal("1.10").add(decimal("2")).to_string(), "3.10");
        assert_eq!(decimal("1.5").multiply(decimal("2.0")).to_string(), "3.00");
        assert_eq!(decimal("0.1").multiply(decimal("0E-14")).to_string(), "0E-15");
        assert_eq!(decimal("6").divide(decimal("3")).to_string(), "2");
        assert_eq!(decimal("6.00").divide(decimal("3")).to_string(), "2.00");
        assert_eq!(decimal("1").divide(decimal("8")).to_string(), "0.125");
        assert_eq!(decimal("1E+50").subtract(decimal("1")).to_string(), "1.000000000000000000000000000000000E+50");
        assert_eq!(decimal("1").divide(decimal("3")).to_string(), "0.3333333333333333333333333333333333");
        assert_eq!(decimal("2").divide(decimal("3")).to_string(), "0.6666666666666666666666666666666667");
        assert_eq!(decimal("-5.5").modulo(decimal("2")).to_string(), "-1.5");
        assert_eq!(decimal("1.25").quantize(1, RoundingMode::HalfEven).to_string(), "1.2");
        assert_eq!(decimal("1250").quantize(-2, RoundingMode::HalfEven).to_string(), "1.2E+3");
        assert_eq!(decimal("1.25").quantize(3, RoundingMode::HalfEven).to_string(), "1.250");
    }

    #[test]
    fn specials_follow_ieee() {
        let infinity = decimal("Infinity");
        assert!(infinity.subtract(infinity).is_nan());
        assert!(infinity.multiply(Decimal::ZERO).is_nan());
        assert_eq!(decimal("-1").divide(Decimal::ZERO).to_string(), "-Infinity");
        assert!(Decimal::ZERO.divide(Decimal::ZERO).is_nan());
        assert!(infinity.modulo(decimal("2")).is_nan());
        assert_eq!(decimal("2").modulo(infinity).to_string(), "2");
        assert_eq!(decimal("9E+6144").multiply(decimal("10")).to_string(), "Infinity");
        assert_eq!(decimal("-0").add(decimal("0")).to_string(), "0");
        assert_eq!(decimal("-0").add(decimal("-0")).to_string(), "-0");
    }
}
