//! `$ceil` and `$floor`: the nearest whole number above or below, in the number's own type.
//!
//! MongoDB: a decimal comes out with its whole part written out; an infinity, and what takes more than 34 digits, gives NaN.

use bigdecimal::RoundingMode;
use bson::Bson;

use crate::Error;
use crate::value::{Decimal, Number, Value};

pub(in crate::expr) fn ceil(value: Option<&Bson>) -> Result<Value, Error> {
    whole("$ceil", value, f64::ceil, RoundingMode::Ceiling)
}

pub(in crate::expr) fn floor(value: Option<&Bson>) -> Result<Value, Error> {
    whole("$floor", value, f64::floor, RoundingMode::Floor)
}

fn whole(name: &str, value: Option<&Bson>, double: fn(f64) -> f64, decimal: RoundingMode) -> Result<Value, Error> {
    let Some(number) = super::single(name, value)? else { return super::null() };
    super::number(match number {
        Number::Double(x) => Number::Double(double(x)),
        Number::Decimal(x) if x.is_infinite() => Number::Decimal(Decimal::NaN),
        Number::Decimal(x) => Number::Decimal(x.quantize(0, decimal)),
        whole => whole,
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn types_are_kept() {
        gives("{$ceil: 1.2}", "2.0");
        gives("{$ceil: -0.5}", "-0.0");
        gives("{$floor: -0.5}", "-1.0");
        gives("{$floor: 7}", "7");
        gives("{$ceil: NumberDecimal('1.2')}", r#"{"$numberDecimal":"2"}"#);
        gives("{$floor: NumberDecimal('1E+3')}", r#"{"$numberDecimal":"1000"}"#);
        gives("{$floor: NumberDecimal('1E+40')}", r#"{"$numberDecimal":"NaN"}"#);
        gives("{$floor: null}", "null");
        gives("{$ceil: 'x'}", "error 28765");
    }
}
