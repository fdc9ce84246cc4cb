//! `$pow`: a number to a power; of whole numbers a whole number where it fits, else a double.
//!
//! MongoDB: zero to a negative power is an error (28764); a negative power of an int other than 1 and -1 is a double;
//! a decimal power has all its 34 digits, zeros too.

use std::cmp::Ordering;

use bson::Bson;

use crate::Error;
use crate::value::{Number, Value, is_nullish, number, type_name};

pub(in crate::expr) fn pow(base: Option<&Bson>, power: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(base) || is_nullish(power) {
        return super::null();
    }
    let numeric = |code, what: &str, value: Option<&Bson>| {
        value
            .and_then(Number::of)
            .ok_or_else(|| Error::coded(code, format!("`$pow`'s {what} must be numeric, not {}", type_name(value))))
    };
    let (base, power) = (numeric(28_762, "base", base)?, numeric(28_763, "exponent", power)?);
    let is_decimal = matches!((base, power), (Number::Decimal(_), _) | (_, Number::Decimal(_)));
    let is_negative = match number::compare(power, Number::Int(0)) {
        _ if power.is_nan() => false,
        // Among decimals -0 counts as negative here.
        Ordering::Equal => is_decimal && power.to_decimal().is_negative(),
        order => order.is_lt(),
    };
    if base.is_zero() && is_negative {
        return Err(Error::coded(28_764, "`$pow` cannot take a base of 0 and a negative exponent"));
    }
    super::number(match (base, power) {
        (Number::Decimal(_), _) | (_, Number::Decimal(_)) => Number::Decimal(base.to_decimal().pow(power.to_decimal())),
        (Number::Double(_), _) | (_, Number::Double(_)) => Number::Double(base.to_f64().powf(power.to_f64())),
        (Number::Int(a), Number::Int(b)) => match whole(i64::from(a), i64::from(b)) {
            Some(exact) => Number::int_or_long(exact),
            None => Number::Double(f64::from(a).powf(f64::from(b))),
        },
        (a, b) => {
            let exact = a.to_whole().zip(b.to_whole()).and_then(|(a, b)| whole(a, b));
            exact.map_or_else(|| Number::Double(a.to_f64().powf(b.to_f64())), Number::Long)
        }
    })
}

/// The exact power, if it is whole and fits.
fn whole(base: i64, power: i64) -> Option<i64> {
    match (base, power) {
        (1, _) => Some(1),
        (-1, _) => Some(if power % 2 == 0 { 1 } else { -1 }),
        (0, _) => Some(i64::from(power == 0)),
        _ => base.checked_pow(u32::try_from(power).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn powers_stay_whole_where_they_fit() {
        gives("{$pow: [2, 3]}", "8");
        gives("{$pow: [2, 31]}", r#"{"$numberLong":"2147483648"}"#);
        gives("{$pow: [NumberLong(2), 3]}", r#"{"$numberLong":"8"}"#);
        gives("{$pow: [-2, 63]}", r#"{"$numberLong":"-9223372036854775808"}"#);
        gives("{$pow: [2, 63]}", "9.223372036854776e18");
        gives("{$pow: [2, -1]}", "0.5");
        gives("{$pow: [-1, -3]}", "-1");
        gives("{$pow: [0, 0]}", "1");
        gives("{$pow: [0, -1]}", "error 28764");
        gives("{$pow: [0, NumberDecimal('-0')]}", "error 28764");
        gives("{$pow: ['x', 1]}", "error 28762");
        gives("{$pow: [1, 'x']}", "error 28763");
        gives("{$pow: [null, 'x']}", "null");
        gives("{$pow: [NumberDecimal('0'), 0]}", r#"{"$numberDecimal":"1.000000000000000000000000000000000"}"#);
    }
}
