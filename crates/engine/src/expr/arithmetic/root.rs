//! `$sqrt` and `$exp`: doubles, or decimals of a decimal.
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
    }
}
