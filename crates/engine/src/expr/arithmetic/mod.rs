//! Arithmetic operators, one file each.

pub(super) mod abs;
pub(super) mod add;
pub(super) mod bits;
pub(super) mod divide;
pub(super) mod logarithm;
pub(super) mod modulo;
pub(super) mod multiply;
pub(super) mod pow;
pub(super) mod rand;
pub(super) mod root;
pub(super) mod round;
pub(super) mod similarity;
pub(super) mod subtract;
pub(super) mod trigonometry;
pub(super) mod whole;

use bson::{Bson, DateTime};

use crate::Error;
use crate::value::{Number, Value, is_nullish, type_name};

/// What to do where a divisor may be zero.
const NO_ZERO: &str = "`{$cond: [{$eq: [divisor, 0]}, null, …]}` around it gives null in its place";

/// The one number an operator takes; `None` stands for the null that null and missing give.
fn single(name: &str, value: Option<&Bson>) -> Result<Option<Number>, Error> {
    if is_nullish(value) {
        return Ok(None);
    }
    value
        .and_then(Number::of)
        .map(Some)
        .ok_or_else(|| Error::coded(28_765, format!("`{name}` only supports numeric types, not {}", type_name(value))))
}

/// What null and missing give.
#[expect(clippy::unnecessary_wraps, reason = "every operator ends in a result")]
fn null() -> Result<Value, Error> {
    Ok(Some(Bson::Null))
}

/// A number as a result.
#[expect(clippy::unnecessary_wraps, reason = "every operator ends in a result")]
fn number(number: Number) -> Result<Value, Error> {
    Ok(Some(number.into_bson()))
}

/// A long as an int where it fits.
fn narrowed(number: Number) -> Number {
    if let Number::Long(long) = number { Number::int_or_long(long) } else { number }
}

/// A date moved by a number of milliseconds, which is rounded half away from zero.
fn moved(date: DateTime, by: Number, backward: bool) -> Result<DateTime, Error> {
    let overflow = || Error::coded(15, "date overflow");
    let by = match by {
        Number::Int(by) => i64::from(by),
        Number::Long(by) => by,
        Number::Double(by) => crate::value::number::whole(by.round()).ok_or_else(overflow)?,
        Number::Decimal(by) => by.to_i64(bigdecimal::RoundingMode::HalfEven).ok_or_else(overflow)?,
    };
    let date = date.timestamp_millis();
    let moved = if backward { date.checked_sub(by) } else { date.checked_add(by) };
    moved.map(DateTime::from_millis).ok_or_else(overflow)
}
