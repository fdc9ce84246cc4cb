//! `$abs`: the magnitude of a number, in its type.
//!
//! MongoDB: the least int becomes a long; the least long has no magnitude and is an error.

use bson::Bson;

use crate::Error;
use crate::value::{Number, Value};

pub(in crate::expr) fn abs(value: Option<&Bson>) -> Result<Value, Error> {
    let Some(number) = super::single("$abs", value)? else { return super::null() };
    super::number(match number {
        Number::Int(x) => Number::int_or_long(i64::from(x).abs()),
        Number::Long(x) => {
            Number::Long(x.checked_abs().ok_or_else(|| Error::coded(28_680, "can't take `$abs` of the least long"))?)
        }
        Number::Double(x) => Number::Double(x.abs()),
        Number::Decimal(x) => Number::Decimal(x.abs()),
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn abs_widens_or_refuses_at_the_edge() {
        gives("{$abs: -3}", "3");
        gives("{$abs: -2147483648}", r#"{"$numberLong":"2147483648"}"#);
        gives("{$abs: NumberLong('-9223372036854775808')}", "error 28680");
        gives("{$abs: -0.0}", "0.0");
        gives("{$abs: '$nope'}", "null");
        gives("{$abs: 'x'}", "error 28765");
    }
}
