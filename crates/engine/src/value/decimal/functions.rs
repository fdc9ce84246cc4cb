//! Decimal roots, powers, exponentials and logarithms, to 34 digits.
//!
//! Each is computed as a fixed-point integer with many digits to spare and rounded once at the end.

use bigdecimal::num_bigint::{BigInt, BigUint, Sign};
use bigdecimal::num_traits::{Signed, ToPrimitive, Zero};
use bigdecimal::{BigDecimal, RoundingMode};

use super::{DIGITS, Decimal};

/// Decimal places of the fixed-point numbers inside.
pub(super) const PLACES: u32 = 120;

impl Decimal {
    /// The square root; NaN below zero.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let (coefficient, exponent) = match self {
            Self::Finite { coefficient: 0, negative, exponent } => {
                return Self::Finite { negative, coefficient: 0, exponent: exponent.div_euclid(2) };
            }
            Self::Finite { negative: false, coefficient, exponent } => (coefficient, exponent),
            Self::Infinity { negative: false } => return self,
            _ => return Self::NaN,
        };
        let preferred = exponent.div_euclid(2);
        let odd = u32::from(exponent.rem_euclid(2) == 1);
        let square = BigUint::from(coefficient) * BigUint::from(10u32).pow(2 * DIGITS + 4 + odd);
        let root = square.sqrt();
        let places = i64::from(DIGITS + 2) - i64::from(preferred);
        if &root * &root == square {
            let mut exact = BigDecimal::new(BigInt::from(root), places).normalized();
            if exact.fractional_digit_count() < -i64::from(preferred) {
                exact = exact.with_scale(-i64::from(preferred));
            }
            return Self::from_big(&exact, false);
        }
        Self::from_big(&BigDecimal::new(BigInt::from(root * 10u32 + 1u32), places + 1), false)
    }

    /// `e` to this power.
    #[must_use]
    pub fn exp(self) -> Self {
        match self {
            Self::NaN => Self::NaN,
            Self::Infinity { negative: true } => Self::ZERO,
            Self::Infinity { negative: false } => self,
            Self::Finite { coefficient: 0, .. } => Self::from_i64(1),
            Self::Finite { .. } => {
                let size = self.to_f64();
                if size > 14_200.0 {
                    return Self::Infinity { negative: false };
                }
                if size < -14_300.0 {
                    return Self::Finite { negative: false, coefficient: 0, exponent: -6176 };
                }
                exp_fixed(&fixed(&self.big()))
            }
        }
    }

    /// The natural logarithm; NaN below zero, minus infinity at zero.
    #[must_use]
    pub fn ln(self) -> Self {
        self.logarithm(|ln, _| ln)
    }

    /// The logarithm to base 10.
    #[must_use]
    pub fn log10(self) -> Self {
        // Powers of ten have whole logarithms, which division of roundings might miss.
        if let Self::Finite { negative: false, coefficient: 1, exponent } = self.reduced() {
            return Self::from_i64(i64::from(exponent));
        }
        self.logarithm(|ln, ln_10| (ln << 64) * ten_to(PLACES) / (ln_10 << 64))
    }

    fn logarithm(self, finish: impl Fn(BigInt, &BigInt) -> BigInt) -> Self {
        match self {
            Self::Finite { coefficient: 0, .. } => Self::Infinity { negative: true },
            Self::Finite { negative: false, .. } => {
                if self.compare(Self::from_i64(1)).is_eq() {
                    return Self::ZERO;
                }
                let ln_10 = ln_10();
                Self::from_big(&BigDecimal::new(finish(self.ln_fixed(&ln_10), &ln_10), i64::from(PLACES)), false)
            }
            Self::Infinity { negative: false } => self,
            _ => Self::NaN,
        }
    }

    /// `ln` of a positive finite number as a fixed-point integer.
    pub(super) fn ln_fixed(self, ln_10: &BigInt) -> BigInt {
        let Self::Finite { coefficient, exponent, .. } = self else { return BigInt::zero() };
        // m in about [0.1, 1): ln x = ln m + k ln 10. Near 1 no power of ten is split off, so that nothing cancels.
        let digits = coefficient.to_string().len() as i32;
        let mut power = exponent + digits;
        let mut mantissa = BigInt::from(coefficient) * ten_to(PLACES) / ten_to(digits as u32);
        if (&mantissa * 10) < (ten_to(PLACES) * 4) {
            mantissa *= 10;
            power -= 1;
        }
        ln_series(&mantissa) + ln_10 * power
    }

    /// This number to a power, as the server's decimal `pow`: always with all 34 digits.
    #[must_use]
    pub fn pow(self, power: Self) -> Self {
        self.power(power).add(Self::Finite { negative: false, coefficient: 0, exponent: -6176 })
    }

    fn power(self, power: Self) -> Self {
        let one = Self::from_i64(1);
        if power.is_zero() || self.compare(one).is_eq() {
            return one;
        }
        if self.is_nan() || power.is_nan() {
            return Self::NaN;
        }
        let whole = power.quantized_to(0, RoundingMode::Down);
        let is_whole = whole.compare(power).is_eq();
        let is_odd = is_whole && whole.modulo(Self::from_i64(2)).abs().compare(one).is_eq();
        let negative = self.is_negative() && is_odd;
        if self.is_zero() || self.is_infinite() || power.is_infinite() {
            let order = self.abs().compare(one);
            return match (order.is_eq(), order.is_gt() == power.is_negative()) {
                (true, _) => one,
                (false, true) => Self::Finite { negative, coefficient: 0, exponent: 0 },
                (false, false) => Self::Infinity { negative },
            };
        }
        if self.is_negative() && !is_whole {
            return Self::NaN;
        }
        let magnitude = match whole.to_i64(RoundingMode::Down) {
            Some(n) if is_whole && n.unsigned_abs() <= 1 << 20 => self.abs().whole_power(n),
            _ => bounded_exp(&(self.abs().ln_fixed(&ln_10()) * fixed(&power.big()) / ten_to(PLACES))),
        };
        if negative { magnitude.negate() } else { magnitude }
    }

    /// An integer power by squaring, with the intermediate products rounded far beyond 34 digits.
    fn whole_power(self, power: i64) -> Self {
        let precision = std::num::NonZeroU64::new(u64::from(PLACES)).unwrap_or(std::num::NonZeroU64::MIN);
        let round = |value: BigDecimal| value.with_precision_round(precision, RoundingMode::HalfEven);
        let mut result = BigDecimal::from(1);
        let mut base = self.big();
        let mut left = power.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                result = round(result * &base);
            }
            left >>= 1;
            if left > 0 {
                base = round(&base * &base);
            }
        }
        if power < 0 {
            let (digits, scale) = result.into_bigint_and_scale();
            let shift = 2 * PLACES;
            return Self::from_big(&BigDecimal::new(ten_to(shift) / digits, i64::from(shift) - scale), false);
        }
        Self::from_big(&result, false)
    }
}

pub(super) fn ten_to(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

/// A number as a fixed-point integer of [`PLACES`].
pub(super) fn fixed(value: &BigDecimal) -> BigInt {
    value.with_scale(i64::from(PLACES)).into_bigint_and_scale().0
}

/// `exp` where the argument may be far out of range.
fn bounded_exp(argument: &BigInt) -> Decimal {
    let size = (argument / ten_to(PLACES)).to_i64().unwrap_or(if argument.is_negative() { i64::MIN } else { i64::MAX });
    match size {
        14_201.. => Decimal::Infinity { negative: false },
        ..=-14_301 => Decimal::Finite { negative: false, coefficient: 0, exponent: -6176 },
        _ => exp_fixed(argument),
    }
}

/// `e^x` of a fixed-point number: `10^k · e^r` with `r` small, by the exponential series on `r / 2^8`.
pub(super) fn exp_fixed(argument: &BigInt) -> Decimal {
    let one = ten_to(PLACES);
    let ln_10 = ln_10();
    let power = argument / &ln_10;
    let rest = (argument - &power * &ln_10) >> 8;
    let mut term = one.clone();
    let mut sum = one.clone();
    let mut n = 1;
    while !term.is_zero() && n < 1000 {
        term = term * &rest / &one / n;
        sum += &term;
        n += 1;
    }
    for _ in 0..8 {
        sum = &sum * &sum / &one;
    }
    let power = power.to_i64().unwrap_or(0);
    Decimal::from_big(&BigDecimal::new(sum, i64::from(PLACES) - power), false)
}

/// `ln m` for a fixed-point `m` of moderate size: `2 artanh((m-1)/(m+1))` after pulling `m` toward 1 by square roots.
pub(super) fn ln_series(mantissa: &BigInt) -> BigInt {
    let one = ten_to(PLACES);
    let guard = ten_to(20);
    let wide = &one * &guard;
    let mut m = (mantissa * &guard).magnitude().clone();
    let scale = wide.magnitude();
    for _ in 0..6 {
        m = (&m * scale).sqrt();
    }
    let m = BigInt::from_biguint(Sign::Plus, m);
    let t = (&m - &wide) * &wide / (&m + &wide);
    let square = &t * &t / &wide;
    let mut power = t.clone();
    let mut sum = t;
    let mut n = 3;
    while !power.is_zero() && n < 2000 {
        power = power * &square / &wide;
        sum += &power / n;
        n += 2;
    }
    (sum << 7) / guard
}

/// `ln 10` in fixed point.
pub(super) fn ln_10() -> BigInt {
    static LN_10: std::sync::OnceLock<BigInt> = std::sync::OnceLock::new();
    // -ln 0.1, by the same series.
    LN_10.get_or_init(|| -ln_series(&ten_to(PLACES - 1))).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn functions_give_the_digits_of_the_server() {
        assert_eq!(decimal("1").exp().to_string(), "2.718281828459045235360287471352662");
        assert_eq!(decimal("2").ln().to_string(), "0.6931471805599453094172321214581766");
        assert_eq!(decimal("2").log10().to_string(), "0.3010299956639811952137388947244930");
        assert_eq!(decimal("100").log10().to_string(), "2");
        assert_eq!(decimal("1").ln().to_string(), "0");
        assert_eq!(decimal("2").sqrt().to_string(), "1.414213562373095048801688724209698");
        assert_eq!(decimal("4").sqrt().to_string(), "2");
        assert_eq!(decimal("2").pow(decimal("3")).to_string(), "8.000000000000000000000000000000000");
        assert_eq!(decimal("2").pow(decimal("0.5")).to_string(), "1.414213562373095048801688724209698");
        assert_eq!(decimal("2").pow(decimal("-1")).to_string(), "0.5000000000000000000000000000000000");
        assert!(decimal("-2").pow(decimal("0.5")).is_nan());
        assert!(decimal("-1").ln().is_nan());
    }

    #[test]
    fn the_ends_of_the_range_do_not_hang_or_overflow() {
        assert_eq!(decimal("1E+6000").exp().to_string(), "Infinity");
        assert!(decimal("-1E+6000").exp().is_zero());
        assert_eq!(decimal("9E+6144").pow(decimal("9E+6144")).to_string(), "Infinity");
        assert!(decimal("1E-6176").pow(decimal("9E+6144")).is_zero());
        assert_eq!(decimal("1E-6176").sqrt().to_string(), "1E-3088");
        assert_eq!(decimal("1E-6176").log10().to_string(), "-6176");
        assert!(decimal("1E-6176").ln().to_f64() < -14_000.0);
    }
}
