//! `$ln`, `$log10` and `$log`: logarithms, doubles or decimals of a decimal.
//!
//! MongoDB: the argument must be above zero (or NaN), a base also not 1; `{$log: [1000, 10]}` is a quotient of two
//! natural logarithms and so just below 3. Of decimal NaN, all give the double NaN.

use bson::Bson;

use crate::Error;
use crate::value::{Decimal, Number, Value, is_nullish, number, type_name};

pub(in crate::expr) fn ln(value: Option<&Bson>) -> Result<Value, Error> {
    single("$ln", 28_766, value, f64::ln, Decimal::ln)
}

pub(in crate::expr) fn log10(value: Option<&Bson>) -> Result<Value, Error> {
    single("$log10", 28_761, value, f64::log10, Decimal::log10)
}

fn single(
    name: &str,
    code: i32,
    value: Option<&Bson>,
    double: fn(f64) -> f64,
    decimal: fn(Decimal) -> Decimal,
) -> Result<Value, Error> {
    let Some(number) = super::single(name, value)? else { return super::null() };
    if !is_positive(number) {
        return Err(Error::coded(code, format!("`{name}`'s argument must be a positive number")));
    }
    super::number(match number {
        Number::Decimal(x) if !x.is_nan() => Number::Decimal(decimal(x)),
        other => Number::Double(double(other.to_f64())),
    })
}

pub(in crate::expr) fn log(value: Option<&Bson>, base: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(value) || is_nullish(base) {
        return super::null();
    }
    let numeric = |code, what: &str, value: Option<&Bson>| {
        value
            .and_then(Number::of)
            .ok_or_else(|| Error::coded(code, format!("`$log`'s {what} must be numeric, not {}", type_name(value))))
    };
    let (number, base) = (numeric(28_756, "argument", value)?, numeric(28_757, "base", base)?);
    let is_bad_base = !is_positive(base) || number::compare(base, Number::Int(1)).is_eq();
    // MongoDB: beside a bad base, a decimal counts that no double is as small as.
    if !is_positive(number) || (is_bad_base && number.to_f64() == 0.0) {
        return Err(Error::coded(28_758, "`$log`'s argument must be a positive number"));
    }
    if is_bad_base {
        return Err(Error::coded(28_759, "`$log`'s base must be a positive number not equal to 1"));
    }
    super::number(match (number, base) {
        _ if number.is_nan() || base.is_nan() => Number::Double(f64::NAN),
        (Number::Decimal(_), _) | (_, Number::Decimal(_)) => {
            Number::Decimal(number.to_decimal().ln().divide(base.to_decimal().ln()))
        }
        _ => Number::Double(number.to_f64().ln() / base.to_f64().ln()),
    })
}

fn is_positive(number: Number) -> bool {
    number.is_nan() || number::compare(number, Number::Int(0)).is_gt()
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn logarithms_of_what_is_above_zero() {
        gives("{$ln: 1}", "0.0");
        gives("{$log10: 1000}", "3.0");
        gives("{$log: [8, 2]}", "3.0");
        gives("{$log: [1000, 10]}", "2.9999999999999996");
        gives("{$ln: NumberDecimal('2')}", r#"{"$numberDecimal":"0.6931471805599453094172321214581766"}"#);
        gives("{$log10: NumberDecimal('100')}", r#"{"$numberDecimal":"2"}"#);
        gives("{$ln: 0}", "error 28766");
        gives("{$log10: -1}", "error 28761");
        gives("{$log: [0, 2]}", "error 28758");
        gives("{$log: [8, 1]}", "error 28759");
        gives("{$log: ['x', 2]}", "error 28756");
        gives("{$log: [2, 'x']}", "error 28757");
        gives("{$log: [null, 'x']}", "null");
    }
}
