//! Decimal trigonometric and hyperbolic functions, to 34 digits.
//!
//! In: a decimal; out: the decimal nearest to the function's value. Each is computed as a fixed-point integer with many
//! digits to spare and rounded once at the end.
//! Invariant: below 10^-40 the functions that pass through zero are their argument in all 34 digits, so that what is
//! computed has 80 digits that count.
//!
//! Why not copy the server's library: its last digit is off by one in a quarter of the cases.

use std::sync::OnceLock;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use bigdecimal::num_traits::{One, Signed, ToPrimitive, Zero};

use super::functions::{PLACES, exp_fixed, fixed, ln_10, ln_series, ten_to};
use super::{DIGITS, Decimal, MIN_EXPONENT};

/// The power of ten of a first digit, below which a number is its own sine, tangent, …
const TINY: i64 = -40;
/// The power of ten of a first digit, from which `x² + 1` is `x²` in all digits.
const HUGE: i64 = 40;
/// The most digits before the point, and some more.
const MOST_PLACES: u32 = 6_145 + PLACES + 10;

impl Decimal {
    /// The sine; NaN of an infinity.
    #[must_use]
    pub fn sin(self) -> Self {
        self.through_zero(0, |x| {
            let (quarter, rest) = x.quarters();
            let result = match quarter {
                0 => sine(&rest),
                1 => cosine(&rest),
                2 => -sine(&rest),
                _ => -cosine(&rest),
            };
            signed(rounded(&result), x.is_negative())
        })
    }

    /// The cosine; NaN of an infinity.
    #[must_use]
    pub fn cos(self) -> Self {
        match self {
            Self::NaN | Self::Infinity { .. } => Self::NaN,
            Self::Finite { .. } if self.is_tiny() => Self::from_i64(1).padded(),
            Self::Finite { .. } => {
                let (quarter, rest) = self.quarters();
                rounded(&match quarter {
                    0 => cosine(&rest),
                    1 => -sine(&rest),
                    2 => -cosine(&rest),
                    _ => sine(&rest),
                })
            }
        }
    }

    /// The tangent; NaN of an infinity.
    #[must_use]
    pub fn tan(self) -> Self {
        self.through_zero(-40, |x| {
            let (quarter, rest) = x.quarters();
            let (sine, cosine) = (sine(&rest), cosine(&rest));
            let result = if quarter % 2 == 0 { quotient(&sine, &cosine) } else { -quotient(&cosine, &sine) };
            signed(rounded(&result), x.is_negative())
        })
    }

    /// The arc sine; NaN beyond -1 and 1.
    #[must_use]
    pub fn asin(self) -> Self {
        self.through_zero(-40, |x| x.opposite().map_or(Self::NaN, |(x, y)| rounded(&angle(&x, &y))))
    }

    /// The arc cosine; NaN beyond -1 and 1.
    #[must_use]
    pub fn acos(self) -> Self {
        match self.opposite() {
            None => Self::NaN,
            Some((_, adjacent)) if adjacent.is_zero() && !self.is_negative() => smallest_zero(false),
            Some((x, y)) => rounded(&angle(&y, &x)),
        }
    }

    /// The arc tangent.
    #[must_use]
    pub fn atan(self) -> Self {
        match self {
            Self::Infinity { negative } => signed(rounded(&(pi(PLACES) / 2)), negative),
            _ => self.through_zero(0, |x| match x.first_place() {
                HUGE.. => signed(rounded(&(pi(PLACES) / 2)), x.is_negative()),
                _ => rounded(&angle(&fixed(&x.big()), &ten_to(PLACES))),
            }),
        }
    }

    /// The angle of the point with `self` as its height and `x` as its width.
    #[must_use]
    pub fn atan2(self, x: Self) -> Self {
        if self.is_nan() || x.is_nan() {
            return Self::NaN;
        }
        let pi = pi(PLACES);
        let negative = self.is_negative();
        let turned = |quarters: i32| signed(rounded(&(&pi * quarters / 4)), negative);
        match (self.is_infinite(), x.is_infinite()) {
            (true, true) => return turned(if x.is_negative() { 3 } else { 1 }),
            (true, false) => return turned(2),
            (false, true) if x.is_negative() => return turned(4),
            (false, true) => return smallest_zero(negative),
            (false, false) => {}
        }
        if x.is_zero() && !self.is_zero() {
            return turned(2);
        }
        if self.is_zero() {
            return if x.is_negative() { turned(4) } else { smallest_zero(negative) };
        }
        let apart = self.first_place() - x.first_place();
        match (apart, x.is_negative()) {
            (HUGE.., _) => turned(2),
            (..=TINY, true) => turned(4),
            (..=TINY, false) => self.divide(x),
            _ => {
                // Both are shifted so that neither loses its digits.
                let shift = self.first_place().max(x.first_place());
                let part = |value: Self| {
                    let (digits, scale) = value.big().into_bigint_and_scale();
                    fixed(&BigDecimal::new(digits, scale + shift))
                };
                rounded(&angle(&part(self), &part(x)))
            }
        }
    }

    /// The hyperbolic sine.
    #[must_use]
    pub fn sinh(self) -> Self {
        match self.large_exp() {
            Some(half) => signed(half, self.is_negative()),
            None => self.through_zero(-40, |x| {
                let (up, down) = exponentials(&fixed(&x.big()));
                rounded(&((up - down) / 2))
            }),
        }
    }

    /// The hyperbolic cosine.
    #[must_use]
    pub fn cosh(self) -> Self {
        match self.large_exp() {
            Some(half) => half,
            None if self.is_nan() => Self::NaN,
            None if self.is_tiny() => Self::from_i64(1).padded(),
            None => {
                let (up, down) = exponentials(&fixed(&self.big()));
                rounded(&((up + down) / 2))
            }
        }
    }

    /// The hyperbolic tangent.
    #[must_use]
    pub fn tanh(self) -> Self {
        if self.abs().compare(Self::from_i64(40)).is_ge() {
            return Self::from_i64(if self.is_negative() { -1 } else { 1 });
        }
        self.through_zero(0, |x| {
            let (up, down) = exponentials(&fixed(&x.big()));
            rounded(&quotient(&(&up - &down), &(&up + &down)))
        })
    }

    /// The number whose hyperbolic sine this is.
    #[must_use]
    pub fn asinh(self) -> Self {
        match self {
            Self::Infinity { .. } => self,
            Self::Finite { negative, coefficient: 0, .. } => smallest_zero(negative),
            _ => self.through_zero(0, |x| {
                let size = x.abs();
                let result = if x.first_place() >= HUGE {
                    size.ln_of_double()
                } else {
                    let (size, one) = (fixed(&size.big()), ten_to(PLACES));
                    ln_of(&(&size + (&size * &size + &one * &one).sqrt()))
                };
                signed(rounded(&result), x.is_negative())
            }),
        }
    }

    /// The number from 0 whose hyperbolic cosine this is; NaN below 1.
    #[must_use]
    pub fn acosh(self) -> Self {
        match self {
            Self::Infinity { negative: false } => self,
            Self::NaN | Self::Infinity { .. } => Self::NaN,
            Self::Finite { .. } if self.compare(Self::from_i64(1)).is_lt() => Self::NaN,
            Self::Finite { .. } if self.compare(Self::from_i64(1)).is_eq() => Self::ZERO,
            Self::Finite { .. } if self.first_place() >= HUGE => rounded(&self.ln_of_double()),
            Self::Finite { .. } => {
                let (size, one) = (fixed(&self.big()), ten_to(PLACES));
                rounded(&ln_of(&(&size + (&size * &size - &one * &one).sqrt())))
            }
        }
    }

    /// The number whose hyperbolic tangent this is; NaN beyond -1 and 1.
    #[must_use]
    pub fn atanh(self) -> Self {
        let order = self.abs().compare(Self::from_i64(1));
        match self {
            Self::NaN => Self::NaN,
            Self::Finite { negative, coefficient: 0, .. } => smallest_zero(negative),
            _ if order.is_gt() => Self::NaN,
            _ if order.is_eq() => Self::Infinity { negative: self.is_negative() },
            _ => self.through_zero(0, |x| {
                let (size, one) = (fixed(&x.abs().big()), ten_to(PLACES));
                let result = ln_of(&quotient(&(&one + &size), &(&one - &size))) / 2;
                signed(rounded(&result), x.is_negative())
            }),
        }
    }

    /// A function that has its argument's sign and, near zero, its value: NaN stays, of an infinity there is none, zero
    /// gets `shift` in its exponent.
    fn through_zero(self, shift: i64, compute: impl Fn(Self) -> Self) -> Self {
        match self {
            Self::NaN | Self::Infinity { .. } => Self::NaN,
            Self::Finite { negative, coefficient: 0, exponent } => {
                Self::clamped(negative, 0, i64::from(exponent) + shift)
            }
            Self::Finite { .. } if self.is_tiny() => self.padded(),
            Self::Finite { .. } => compute(self),
        }
    }

    /// The power of ten of the first digit of a finite number.
    fn first_place(self) -> i64 {
        match self {
            Self::Finite { coefficient, exponent, .. } => {
                i64::from(coefficient.checked_ilog10().unwrap_or(0)) + i64::from(exponent)
            }
            _ => 0,
        }
    }

    fn is_tiny(self) -> bool {
        self.is_zero() || self.first_place() < TINY
    }

    /// The same number with all 34 digits, as far as the exponent can go down.
    fn padded(self) -> Self {
        let Self::Finite { negative, mut coefficient, mut exponent } = self else { return self };
        while coefficient != 0 && coefficient < 10_u128.pow(DIGITS - 1) && i64::from(exponent) > MIN_EXPONENT {
            coefficient *= 10;
            exponent -= 1;
        }
        Self::Finite { negative, coefficient, exponent }
    }

    /// How many quarter turns are in the size of a finite angle, modulo 4, and what is left, from -π/4 to π/4.
    fn quarters(self) -> (u8, BigInt) {
        let digits = u32::try_from(self.first_place().max(0) + 1).unwrap_or(0);
        let value = self.abs().big().with_scale(i64::from(PLACES + digits)).into_bigint_and_scale().0;
        let quarter = pi(PLACES + digits) / 2;
        let n = (&value + &quarter / 2_u32) / &quarter;
        let rest = (value - &n * quarter) / ten_to(digits);
        let quarter: BigInt = n % 4_u32;
        (quarter.to_u8().unwrap_or(0), rest)
    }

    /// The number as a leg of a triangle with 1 opposite the right angle, and the other leg; `None` beyond -1 and 1.
    fn opposite(self) -> Option<(BigInt, BigInt)> {
        if self.is_nan() || self.abs().compare(Self::from_i64(1)).is_gt() {
            return None;
        }
        let (leg, one) = (fixed(&self.big()), ten_to(PLACES));
        let other = ((&one - &leg) * (&one + &leg)).sqrt();
        Some((leg, other))
    }

    /// Half of `e` to the size of a number beyond 50, where that is both hyperbolic sine and cosine in all digits.
    fn large_exp(self) -> Option<Self> {
        match self {
            Self::Infinity { .. } => Some(Self::Infinity { negative: false }),
            Self::Finite { .. } if self.abs().compare(Self::from_i64(50)).is_gt() => {
                if self.abs().compare(Self::from_i64(14_200)).is_gt() {
                    return Some(Self::Infinity { negative: false });
                }
                Some(exp_fixed(&(fixed(&self.abs().big()) - ln_2())))
            }
            _ => None,
        }
    }

    /// `ln 2x` of a positive number.
    fn ln_of_double(self) -> BigInt {
        self.ln_fixed(&ln_10()) + ln_2()
    }
}

/// A fixed-point number as a decimal.
fn rounded(value: &BigInt) -> Decimal {
    Decimal::from_big(&BigDecimal::new(value.clone(), i64::from(PLACES)), false)
}

fn signed(value: Decimal, negative: bool) -> Decimal {
    if negative { value.negate() } else { value }
}

/// MongoDB: where its library computes a zero, that has the least exponent.
fn smallest_zero(negative: bool) -> Decimal {
    Decimal::Finite { negative, coefficient: 0, exponent: MIN_EXPONENT as i32 }
}

fn quotient(a: &BigInt, b: &BigInt) -> BigInt {
    a * ten_to(PLACES) / b
}

/// π with so many places: 16 arctan 1/5 - 4 arctan 1/239.
fn pi(places: u32) -> BigInt {
    static SHORT: OnceLock<BigInt> = OnceLock::new();
    static LONG: OnceLock<BigInt> = OnceLock::new();
    const SHORT_PLACES: u32 = 2 * PLACES;
    if places <= SHORT_PLACES {
        SHORT.get_or_init(|| compute_pi(SHORT_PLACES)) / ten_to(SHORT_PLACES - places)
    } else {
        LONG.get_or_init(|| compute_pi(MOST_PLACES)) / ten_to(MOST_PLACES.saturating_sub(places))
    }
}

fn compute_pi(places: u32) -> BigInt {
    let one = ten_to(places + 10);
    let arc_tangent_of_inverse = |n: u32| {
        let mut power = &one / n;
        let mut sum = power.clone();
        let mut k = 1_u32;
        while !power.is_zero() {
            power /= n * n;
            let term = &power / (2 * k + 1);
            sum += if k % 2 == 1 { -term } else { term };
            k += 1;
        }
        sum
    };
    (arc_tangent_of_inverse(5) * 16 - arc_tangent_of_inverse(239) * 4) / ten_to(10)
}

fn ln_2() -> BigInt {
    static LN_2: OnceLock<BigInt> = OnceLock::new();
    LN_2.get_or_init(|| ln_series(&(ten_to(PLACES) * 2))).clone()
}

/// The sine of a small angle, by Taylor's series.
fn sine(angle: &BigInt) -> BigInt {
    taylor(angle.clone(), angle, 1)
}

/// The cosine of a small angle.
fn cosine(angle: &BigInt) -> BigInt {
    taylor(ten_to(PLACES), angle, 0)
}

/// `first - first·x²/((n+1)(n+2)) + …`
fn taylor(first: BigInt, x: &BigInt, mut n: u32) -> BigInt {
    let square = x * x / ten_to(PLACES);
    let one = ten_to(PLACES);
    let mut sum = first.clone();
    let mut term = first;
    while !term.is_zero() {
        term = -(term * &square / &one) / ((n + 1) * (n + 2));
        sum += &term;
        n += 2;
    }
    sum
}

/// The angle of a point that is not the origin, from -π to π.
fn angle(height: &BigInt, width: &BigInt) -> BigInt {
    let (up, out) = (height.abs(), width.abs());
    let first =
        if up <= out { arc_tangent(&quotient(&up, &out)) } else { pi(PLACES) / 2 - arc_tangent(&quotient(&out, &up)) };
    let turned = if width.is_negative() { pi(PLACES) - first } else { first };
    if height.is_negative() { -turned } else { turned }
}

/// The arc tangent of a number from 0 to 1: by halving the angle three times, then by the series.
fn arc_tangent(x: &BigInt) -> BigInt {
    let one = ten_to(PLACES);
    let mut x = x.clone();
    for _ in 0..3 {
        let root = (&x * &x + &one * &one).sqrt();
        x = quotient(&x, &(&one + root));
    }
    let square = &x * &x / &one;
    let (mut power, mut sum, mut n) = (x.clone(), x, 1_u32);
    while !power.is_zero() {
        power = -(power * &square / &one);
        n += 2;
        sum += &power / n;
    }
    sum * 8
}

/// `e^x` and `e^-x` of a number from -50 to 50: by the series on `x / 2^14`, then by squaring.
fn exponentials(x: &BigInt) -> (BigInt, BigInt) {
    let one = ten_to(PLACES);
    let rest = x / BigInt::from(1 << 14);
    let (mut term, mut sum, mut n) = (BigInt::one() * &one, one.clone(), 1_u32);
    while !term.is_zero() {
        term = term * &rest / &one / n;
        sum += &term;
        n += 1;
    }
    for _ in 0..14 {
        sum = &sum * &sum / &one;
    }
    let inverse = &one * &one / &sum;
    (sum, inverse)
}

/// The natural logarithm of a number from 1.
fn ln_of(x: &BigInt) -> BigInt {
    let limit = ten_to(PLACES) * 4;
    let (mut mantissa, mut power) = (x.clone(), 0_u32);
    while mantissa >= limit {
        mantissa /= 10;
        power += 1;
    }
    ln_series(&mantissa) + ln_10() * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(function: fn(Decimal) -> Decimal, argument: &str, expected: &str) {
        assert_eq!(function(Decimal::parse(argument).unwrap()).to_string(), expected, "of {argument}");
    }

    #[test]
    fn angles_of_any_size_keep_their_digits() {
        check(Decimal::sin, "0.5", "0.4794255386042030002732879352155714");
        check(Decimal::sin, "-2", "-0.9092974268256816953960198659117448");
        check(Decimal::sin, "1E+40", "-0.5696334009536363273080341815735687");
        check(Decimal::sin, "3.141592653589793238462643383279503", "-1.158028306006248941790250554076922E-34");
        check(Decimal::cos, "2", "-0.4161468365471423869975682295007622");
        check(Decimal::cos, "0", "1.000000000000000000000000000000000");
        check(Decimal::tan, "1", "1.557407724654902230506974807458360");
        check(Decimal::tan, "22", "0.008851656041684460764105139501368438");
        check(Decimal::sin, "1E-6176", "1E-6176");
        check(Decimal::sin, "7E-50", "7.000000000000000000000000000000000E-50");
        assert!(Decimal::parse("9.9E+6144").unwrap().cos().abs().compare(Decimal::from_i64(1)).is_le());
    }

    #[test]
    fn arcs_come_from_their_ratios() {
        check(Decimal::asin, "0.5", "0.5235987755982988730771072305465838");
        check(Decimal::asin, "-1", "-1.570796326794896619231321691639751");
        check(Decimal::acos, "0.9999999999999999999999999999999999", "1.414213562373095048801688724209698E-17");
        check(Decimal::acos, "-1", "3.141592653589793238462643383279503");
        check(Decimal::atan, "2", "1.107148717794090503017065460178537");
        check(Decimal::atan, "-1E+40", "-1.570796326794896619231321691639751");
        check(Decimal::asin, "1.1", "NaN");
        let atan2 = |y: &str, x: &str| Decimal::parse(y).unwrap().atan2(Decimal::parse(x).unwrap()).to_string();
        assert_eq!(atan2("1", "2"), "0.4636476090008061162142562314612144");
        assert_eq!(atan2("-1E-30", "-1E-30"), "-2.356194490192344928846982537459627");
        assert_eq!(atan2("1E+6000", "1"), "1.570796326794896619231321691639751");
        assert_eq!(atan2("0", "-1"), "3.141592653589793238462643383279503");
    }

    #[test]
    fn hyperbolic_functions_and_their_inverses() {
        check(Decimal::sinh, "2", "3.626860407847018767668213982801262");
        check(Decimal::sinh, "-14000", "-6.633101605688556379688884451678155E+6079");
        check(Decimal::cosh, "100", "1.344058570908067724206312775790007E+43");
        check(Decimal::tanh, "22", "0.9999999999999999998443773551773241");
        check(Decimal::tanh, "-Infinity", "-1");
        check(Decimal::asinh, "-2", "-1.443635475178810342493276740273105");
        check(Decimal::asinh, "1E+40", "92.79655090032177267013689030883274");
        check(Decimal::acosh, "2", "1.316957896924816708625046347307968");
        check(Decimal::acosh, "1.0", "0");
        check(Decimal::atanh, "0.5", "0.5493061443340548456976226184612629");
        check(Decimal::atanh, "0.9999999999999999999999999999999999", "39.49052017117874928301447079036328");
        check(Decimal::atanh, "1", "Infinity");
    }
}
