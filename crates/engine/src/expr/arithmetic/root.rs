//! `$sqrt`, `$exp` and `$sigmoid`: doubles, or decimals of a decimal.
//!
//! MongoDB: the root of a number below zero is an error (28714), of NaN it is NaN.

use bson::Bson;

use crate::Error;
use crate::value::{Decimal, Number, Value, number};

pub(in crate::expr) fn sqrt(value: Option<&Bson>) -> Result<Value, Error> {
    let Some(number) = super::single("$sqrt", value)? else { return super::null() };
    if !number.is_nan() && number::compare(number, Number::Int(0)).is_lt() {
        return Err(Error::coded(28_714, "`$sqrt`'s argument must be greater than or equal to 0"));
    }
    super::number(apply(number, f64::sqrt, Decimal::sqrt))
}

pub(in crate::expr) fn exp(value: Option<&Bson>) -> Result<Value, Error> {
    let Some(number) = super::single("$exp", value)? else { return super::null() };
    super::number(apply(number, f64::exp, Decimal::exp))
}

/// MongoDB: `{$divide: [1, {$add: [1, {$exp: {$multiply: [-1, x]}}]}]}`.
pub(in crate::expr) fn sigmoid(value: Option<&Bson>) -> Result<Value, Error> {
    let Some(number) = super::single("$sigmoid", value)? else { return super::null() };
    let inverse = apply(number::multiply(Number::Int(-1), number), f64::exp, Decimal::exp);
    let one = Number::Int(1);
    super::number(number::divide(one, number::add(one, inverse)).unwrap_or(one))
}

fn apply(number: Number, double: fn(f64) -> f64, decimal: fn(Decimal) -> Decimal) -> Number {
    match number {
        Number::Decimal(x) => Number::Decimal(decimal(x)),
        other => Number::Double(double(other.to_f64())),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn roots_and_powers_of_e() {
        gives("{$sqrt: 4}", "2.0");
        gives("{$sqrt: NumberDecimal('2')}", r#"{"$numberDecimal":"1.414213562373095048801688724209698"}"#);
        gives("{$sqrt: -1}", "error 28714");
        gives("{$sqrt: null}", "null");
        gives("{$exp: 0}", "1.0");
        gives("{$exp: 1000}", r#"{"$numberDouble":"Infinity"}"#);
        gives("{$exp: 'x'}", "error 28765");
        gives("{$sigmoid: 1}", "0.7310585786300049");
        gives("{$sigmoid: {input: -1000}}", "0.0");
        gives("{$sigmoid: null}", "null");
    }
}
