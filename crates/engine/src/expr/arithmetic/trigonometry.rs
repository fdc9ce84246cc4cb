//! `$sin $cos $tan`, their inverses, the hyperbolic ones, and degrees to radians: doubles, or decimals of a decimal.
//!
//! MongoDB: a number outside of the function's range is an error (50989); NaN gives NaN; null and missing give null.
//! Decimals are rounded to the nearest of 34 digits, where the server's library may be off by one in the last.

use bson::Bson;
use pipeline::ast::Operator;

use crate::Error;
use crate::value::{Decimal, Number, Value, is_nullish, number, type_name};

/// From here on `x² + 1` is `x²` in a double.
const LARGE: f64 = 268_435_456.0;

/// The value of one of the functions of one number.
pub(in crate::expr) fn call(operator: Operator, value: Option<&Bson>) -> Result<Value, Error> {
    let name = operator.spec().name;
    let Some(number) = super::single(name, value)? else { return super::null() };
    if !number.is_nan() && !is_in_range(operator, number) {
        return Err(Error::coded(50_989, format!("cannot apply `{name}` to {}: {}", shown(number), range(operator))));
    }
    super::number(match number {
        Number::Decimal(x) => Number::Decimal(of_decimal(operator, x)),
        other => Number::Double(of_double(operator, other.to_f64())),
    })
}

/// `$atan2`
pub(in crate::expr) fn atan2(height: Option<&Bson>, width: Option<&Bson>) -> Result<Value, Error> {
    let numeric = |code, value: Option<&Bson>| match value {
        _ if is_nullish(value) => Ok(None),
        value => value.and_then(Number::of).map(Some).ok_or_else(|| {
            Error::coded(code, format!("`$atan2` only supports numeric types, not {}", type_name(value)))
        }),
    };
    let Some(height) = numeric(51_044, height)? else { return super::null() };
    let Some(width) = numeric(51_045, width)? else { return super::null() };
    super::number(match (height, width) {
        (Number::Decimal(_), _) | (_, Number::Decimal(_)) => {
            Number::Decimal(height.to_decimal().atan2(width.to_decimal()))
        }
        _ => Number::Double(height.to_f64().atan2(width.to_f64())),
    })
}

fn is_in_range(operator: Operator, number: Number) -> bool {
    let size = if number::compare(number, Number::Int(0)).is_lt() {
        number::multiply(number, Number::Int(-1))
    } else {
        number
    };
    match operator {
        Operator::Sin | Operator::Cos | Operator::Tan => number::compare(size, Number::Double(f64::INFINITY)).is_lt(),
        Operator::Asin | Operator::Acos | Operator::Atanh => number::compare(size, Number::Int(1)).is_le(),
        Operator::Acosh => number::compare(number, Number::Int(1)).is_ge(),
        _ => true,
    }
}

fn range(operator: Operator) -> &'static str {
    match operator {
        Operator::Sin | Operator::Cos | Operator::Tan => "the value must be finite",
        Operator::Acosh => "the value must be 1 or more",
        _ => "the value must be from -1 to 1",
    }
}

fn shown(number: Number) -> String {
    match number {
        Number::Int(x) => x.to_string(),
        Number::Long(x) => x.to_string(),
        Number::Double(x) => x.to_string(),
        Number::Decimal(x) => x.to_string(),
    }
}

fn of_double(operator: Operator, x: f64) -> f64 {
    match operator {
        Operator::Sin => x.sin(),
        Operator::Cos => x.cos(),
        Operator::Tan => x.tan(),
        Operator::Asin => x.asin(),
        Operator::Acos => x.acos(),
        Operator::Atan => x.atan(),
        Operator::Sinh => x.sinh(),
        Operator::Cosh => x.cosh(),
        Operator::Tanh => x.tanh(),
        Operator::Asinh => asinh(x),
        Operator::Acosh => acosh(x),
        Operator::Atanh => atanh(x),
        Operator::DegreesToRadians => x * (std::f64::consts::PI / 180.0),
        Operator::RadiansToDegrees => x * (180.0 / std::f64::consts::PI),
        _ => f64::NAN,
    }
}

/// Why not the standard library's three inverses: they lose digits, and overflow; these formulas, as in C's own library,
/// give the server's.
fn asinh(x: f64) -> f64 {
    let (size, square) = (x.abs(), x * x);
    let result = match size {
        LARGE.. => size.ln() + std::f64::consts::LN_2,
        2.0.. => (2.0 * size + 1.0 / ((square + 1.0).sqrt() + size)).ln(),
        _ => (size + square / (1.0 + (1.0 + square).sqrt())).ln_1p(),
    };
    result.copysign(x)
}

fn acosh(x: f64) -> f64 {
    let above = x - 1.0;
    match x {
        LARGE.. => x.ln() + std::f64::consts::LN_2,
        2.0.. => (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln(),
        _ => (above + (2.0 * above + above * above).sqrt()).ln_1p(),
    }
}

fn atanh(x: f64) -> f64 {
    let (size, double) = (x.abs(), 2.0 * x.abs());
    let inside = if size < 0.5 { double + double * size / (1.0 - size) } else { double / (1.0 - size) };
    (0.5 * inside.ln_1p()).copysign(x)
}

fn of_decimal(operator: Operator, x: Decimal) -> Decimal {
    let times = |factor: &str| Decimal::parse(factor).map_or(Decimal::NaN, |factor| x.multiply(factor));
    match operator {
        Operator::Sin => x.sin(),
        Operator::Cos => x.cos(),
        Operator::Tan => x.tan(),
        Operator::Asin => x.asin(),
        Operator::Acos => x.acos(),
        Operator::Atan => x.atan(),
        Operator::Sinh => x.sinh(),
        Operator::Cosh => x.cosh(),
        Operator::Tanh => x.tanh(),
        Operator::Asinh => x.asinh(),
        Operator::Acosh => x.acosh(),
        Operator::Atanh => x.atanh(),
        // MongoDB: the factor itself has 34 digits.
        Operator::DegreesToRadians => times("0.01745329251994329576923690768488613"),
        Operator::RadiansToDegrees => times("57.29577951308232087679815481410517"),
        _ => Decimal::NaN,
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn functions_of_doubles_and_decimals() {
        gives("{$sin: 2}", "0.9092974268256817");
        gives("{$degreesToRadians: 180}", "3.141592653589793");
        gives("{$radiansToDegrees: NumberDecimal('1')}", r#"{"$numberDecimal":"57.29577951308232087679815481410517"}"#);
        gives("{$acosh: 1e300}", "691.4686750787736");
        gives("{$acosh: 30}", "4.0940666686320855");
        gives("{$atanh: 0.5}", "0.5493061443340548");
        gives("{$asinh: -0.5}", "-0.48121182505960347");
        gives("{$asinh: -1e300}", "-691.4686750787736");
        gives("{$cos: null}", "null");
        gives("{$atan2: [NumberDecimal('1'), 2]}", r#"{"$numberDecimal":"0.4636476090008061162142562314612144"}"#);
    }

    #[test]
    fn what_lies_outside_is_refused() {
        gives("{$sin: Infinity}", "error 50989");
        gives("{$tan: NumberDecimal('-Infinity')}", "error 50989");
        gives("{$asin: 1.5}", "error 50989");
        gives("{$acosh: NumberDecimal('0.5')}", "error 50989");
        gives("{$atanh: NaN}", r#"{"$numberDouble":"NaN"}"#);
        gives("{$atanh: 1}", r#"{"$numberDouble":"Infinity"}"#);
        gives("{$atan2: ['x', null]}", "error 51044");
        gives("{$atan2: [null, 'x']}", "null");
        gives("{$sin: 'x'}", "error 28765");
    }
}
