//! `$mod`: the remainder of two numbers, with the sign of the dividend.
//!
//! MongoDB: a double divisor that is a whole 32-bit number counts as an int, so that `{$mod: [5, 2.0]}` is int 1.

use bson::Bson;

use super::NO_ZERO;
use crate::Error;
use crate::value::{Number, Value, is_nullish, type_name};

pub(in crate::expr) fn modulo(a: Option<&Bson>, b: Option<&Bson>) -> Result<Value, Error> {
    let (left, right) = match (a.and_then(Number::of), b.and_then(Number::of)) {
        (Some(left), Some(right)) => (left, right),
        _ if is_nullish(a) || is_nullish(b) => return super::null(),
        _ => {
            let message = format!("`$mod` only supports numeric types, not {} and {}", type_name(a), type_name(b));
            return Err(Error::coded(16_611, message));
        }
    };
    if let (Number::Decimal(_), _) | (_, Number::Decimal(_)) = (left, right) {
        if right.is_zero() {
            return Err(Error::coded(5_733_415, "can't `$mod` by zero").hint(NO_ZERO));
        }
        return super::number(Number::Decimal(left.to_decimal().modulo(right.to_decimal())));
    }
    if right.is_zero() {
        return Err(Error::coded(16_610, "can't `$mod` by zero").hint(NO_ZERO));
    }
    let divisor = match right {
        Number::Double(_) => right.to_i32().map(Number::Int),
        _ => Some(right),
    };
    super::number(match (left, divisor) {
        (Number::Double(_), _) | (_, None) => Number::Double(left.to_f64() % right.to_f64()),
        (Number::Int(a), Some(Number::Int(b))) => Number::Int(a.checked_rem(b).unwrap_or(0)),
        (a, Some(b)) => Number::Long(a.to_whole().unwrap_or(0).checked_rem(b.to_whole().unwrap_or(1)).unwrap_or(0)),
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn remainders_keep_the_sign_of_the_dividend() {
        gives("{$mod: [-5, 3]}", "-2");
        gives("{$mod: [5, -3]}", "2");
        gives("{$mod: [5, 2.0]}", "1");
        gives("{$mod: [5.0, 2]}", "1.0");
        gives("{$mod: [5, 2.5]}", "0.0");
        gives("{$mod: [NumberLong(5), 2.0]}", r#"{"$numberLong":"1"}"#);
        gives("{$mod: [NumberLong('-9223372036854775808'), -1]}", r#"{"$numberLong":"0"}"#);
        gives("{$mod: [NumberDecimal('5.5'), 2]}", r#"{"$numberDecimal":"1.5"}"#);
        gives("{$mod: [1, 0]}", "error 16610");
        gives("{$mod: [1, NumberDecimal('0')]}", "error 5733415");
        gives("{$mod: [null, 0]}", "null");
        gives("{$mod: [1, 'x']}", "error 16611");
    }
}
