//! Numbers across their four types, widening int → long → double and, where a decimal is among them, decimal.
//!
//! In: two numbers. Out: their sum, product, … in the type that MongoDB gives. Invariant: no overflow panics;
//! what outgrows an int becomes a long, what outgrows a long becomes a double.

use std::cmp::Ordering;

use bson::Bson;

use super::Decimal;
use crate::Error;

/// A number of one of BSON's four types.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// int32
    Int(i32),
    /// int64
    Long(i64),
    /// double
    Double(f64),
    /// decimal128
    Decimal(Decimal),
}

impl Number {
    /// The number, if the value is one.
    #[must_use]
    pub fn of(value: &Bson) -> Option<Self> {
        match value {
            Bson::Int32(x) => Some(Self::Int(*x)),
            Bson::Int64(x) => Some(Self::Long(*x)),
            Bson::Double(x) => Some(Self::Double(*x)),
            Bson::Decimal128(x) => Some(Self::Decimal(Decimal::from_bson(*x))),
            _ => None,
        }
    }

    /// The value.
    #[must_use]
    pub fn into_bson(self) -> Bson {
        match self {
            Self::Int(x) => Bson::Int32(x),
            Self::Long(x) => Bson::Int64(x),
            Self::Double(x) => Bson::Double(x),
            Self::Decimal(x) => Bson::Decimal128(x.to_bson()),
        }
    }

    /// An int where it fits, else a long.
    #[must_use]
    pub fn int_or_long(value: i64) -> Self {
        i32::try_from(value).map_or(Self::Long(value), Self::Int)
    }

    /// As a double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Int(x) => f64::from(x),
            Self::Long(x) => x as f64,
            Self::Double(x) => x,
            Self::Decimal(x) => x.to_f64(),
        }
    }

    /// As a decimal; a double keeps 15 digits.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        match self {
            Self::Int(x) => Decimal::from_i64(i64::from(x)),
            Self::Long(x) => Decimal::from_i64(x),
            Self::Double(x) => Decimal::from_f64(x),
            Self::Decimal(x) => x,
        }
    }

    /// The whole number, if it is one and fits an `i64`.
    #[must_use]
    pub fn to_whole(self) -> Option<i64> {
        match self {
            Self::Int(x) => Some(i64::from(x)),
            Self::Long(x) => Some(x),
            Self::Double(x) => whole(x),
            Self::Decimal(x) => {
                let whole = x.to_i64(bigdecimal::RoundingMode::Down)?;
                x.compare(Decimal::from_i64(whole)).is_eq().then_some(whole)
            }
        }
    }

    /// The number without its fraction; error 31109 where no `i64` can hold it, as the server's coercion to long.
    pub(crate) fn truncated(self) -> Result<i64, Error> {
        let whole = match self {
            Self::Int(x) => Some(i64::from(x)),
            Self::Long(x) => Some(x),
            Self::Double(x) => whole(x.trunc()),
            Self::Decimal(x) => x.to_i64(bigdecimal::RoundingMode::Down),
        };
        whole.ok_or_else(|| Error::coded(31_109, "can't coerce an out of range value to long"))
    }

    /// The whole number, if it is one. MongoDB: a double beyond the longs is error 31109, and a decimal there is none.
    pub(crate) fn asked_whole(self) -> Result<Option<i64>, Error> {
        match self {
            Self::Double(_) => self.truncated().map(|_| self.to_whole()),
            _ => Ok(self.to_whole()),
        }
    }

    /// The whole number if it is one and fits an `i32`: what counts, positions and places must be.
    #[must_use]
    pub fn to_i32(self) -> Option<i32> {
        self.to_whole().and_then(|whole| i32::try_from(whole).ok())
    }

    /// Whether it is NaN.
    #[must_use]
    pub fn is_nan(self) -> bool {
        match self {
            Self::Double(x) => x.is_nan(),
            Self::Decimal(x) => x.is_nan(),
            _ => false,
        }
    }

    /// Whether it is a zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        match self {
            Self::Int(x) => x == 0,
            Self::Long(x) => x == 0,
            Self::Double(x) => x == 0.0,
            Self::Decimal(x) => x.is_zero(),
        }
    }
}

/// 2^63, the first double beyond `i64`.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// The `i64` that a double is exactly, if there is one.
#[must_use]
pub fn whole(value: f64) -> Option<i64> {
    (value.trunc() == value && (-TWO_TO_63..TWO_TO_63).contains(&value)).then_some(value as i64)
}

/// Orders doubles: NaN lowest and equal to itself, -0.0 equal to 0.
#[must_use]
pub fn compare_doubles(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

fn compare_long_double(a: i64, b: f64) -> Ordering {
    if b.is_nan() || b < -TWO_TO_63 {
        return Ordering::Greater;
    }
    if b >= TWO_TO_63 {
        return Ordering::Less;
    }
    // The whole part fits, so it compares exactly; a fraction decides a tie.
    a.cmp(&(b.trunc() as i64)).then_with(|| compare_doubles(0.0, b - b.trunc()))
}

/// Orders numbers exactly, whatever their types.
#[must_use]
pub fn compare(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a.cmp(&b),
        (Number::Int(a), Number::Long(b)) => i64::from(a).cmp(&b),
        (Number::Long(a), Number::Int(b)) => a.cmp(&i64::from(b)),
        (Number::Long(a), Number::Long(b)) => a.cmp(&b),
        (Number::Double(a), Number::Double(b)) => compare_doubles(a, b),
        (Number::Int(a), Number::Double(b)) => compare_doubles(f64::from(a), b),
        (Number::Double(a), Number::Int(b)) => compare_doubles(a, f64::from(b)),
        (Number::Long(a), Number::Double(b)) => compare_long_double(a, b),
        (Number::Double(a), Number::Long(b)) => compare_long_double(b, a).reverse(),
        (Number::Decimal(a), Number::Double(b)) => a.compare_f64(b),
        (Number::Double(a), Number::Decimal(b)) => b.compare_f64(a).reverse(),
        (a, b) => a.to_decimal().compare(b.to_decimal()),
    }
}

/// Applies the operation of the widest type of both: whole numbers in `i128` (narrowed again to int, long or double).
fn widened(
    a: Number,
    b: Number,
    whole: impl Fn(i128, i128) -> i128,
    double: impl Fn(f64, f64) -> f64,
    decimal: impl Fn(Decimal, Decimal) -> Decimal,
) -> Number {
    let (long_a, long_b, is_int) = match (a, b) {
        (Number::Decimal(_), _) | (_, Number::Decimal(_)) => {
            return Number::Decimal(decimal(a.to_decimal(), b.to_decimal()));
        }
        (Number::Double(_), _) | (_, Number::Double(_)) => return Number::Double(double(a.to_f64(), b.to_f64())),
        (Number::Int(a), Number::Int(b)) => (i64::from(a), i64::from(b), true),
        (Number::Int(a), Number::Long(b)) => (i64::from(a), b, false),
        (Number::Long(a), Number::Int(b)) => (a, i64::from(b), false),
        (Number::Long(a), Number::Long(b)) => (a, b, false),
    };
    let exact = whole(i128::from(long_a), i128::from(long_b));
    match i64::try_from(exact) {
        Ok(long) if is_int => Number::int_or_long(long),
        Ok(long) => Number::Long(long),
        Err(_) => Number::Double(double(long_a as f64, long_b as f64)),
    }
}

/// The sum of two numbers. For more of them use [`super::Sum`], which loses nothing on the way.
#[must_use]
pub fn add(a: Number, b: Number) -> Number {
    widened(a, b, |a, b| a + b, |a, b| a + b, Decimal::add)
}

/// The difference.
#[must_use]
pub fn subtract(a: Number, b: Number) -> Number {
    widened(a, b, |a, b| a - b, |a, b| a - b, Decimal::subtract)
}

/// The product.
#[must_use]
pub fn multiply(a: Number, b: Number) -> Number {
    widened(a, b, |a, b| a * b, |a, b| a * b, Decimal::multiply)
}

/// The quotient: a double, or a decimal where one of both is; `None` for a zero divisor.
#[must_use]
pub fn divide(a: Number, b: Number) -> Option<Number> {
    if b.is_zero() {
        return None;
    }
    Some(match (a, b) {
        (Number::Decimal(_), _) | (_, Number::Decimal(_)) => Number::Decimal(a.to_decimal().divide(b.to_decimal())),
        _ => Number::Double(a.to_f64() / b.to_f64()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_widen_and_stay_wide() {
        assert!(matches!(add(Number::Int(i32::MAX), Number::Int(1)), Number::Long(2_147_483_648)));
        assert!(matches!(add(Number::Long(1), Number::Int(1)), Number::Long(2)));
        assert!(matches!(add(Number::Long(i64::MAX), Number::Int(1)), Number::Double(x) if x == TWO_TO_63));
        assert!(matches!(subtract(Number::Long(i64::MIN), Number::Long(1)), Number::Double(_)));
        assert!(matches!(multiply(Number::Long(i64::MIN), Number::Int(-1)), Number::Double(x) if x == TWO_TO_63));
        assert!(matches!(divide(Number::Int(4), Number::Int(2)), Some(Number::Double(2.0))));
        assert!(divide(Number::Int(4), Number::Double(-0.0)).is_none());
    }

    #[test]
    fn longs_and_doubles_compare_exactly() {
        assert_eq!(compare(Number::Long(i64::MAX), Number::Double(TWO_TO_63)), Ordering::Less);
        assert_eq!(compare(Number::Long(i64::MIN), Number::Double(-TWO_TO_63)), Ordering::Equal);
        assert_eq!(compare(Number::Long(2), Number::Double(2.5)), Ordering::Less);
        assert_eq!(compare(Number::Long(-2), Number::Double(-2.5)), Ordering::Greater);
        assert_eq!(compare(Number::Long(0), Number::Double(f64::NAN)), Ordering::Greater);
        assert_eq!(compare(Number::Double(f64::INFINITY), Number::Long(i64::MAX)), Ordering::Greater);
    }

    #[test]
    fn positions_must_be_whole() {
        assert_eq!(Number::Double(3.0).to_i32(), Some(3));
        assert_eq!(Number::Double(3.5).to_i32(), None);
        assert_eq!(Number::Double(1e10).to_i32(), None);
        assert_eq!(Number::Double(f64::NAN).to_whole(), None);
        assert_eq!(Number::Decimal(Decimal::parse("2.00").unwrap()).to_i32(), Some(2));
    }
}
