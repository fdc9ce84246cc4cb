//! `$divide`: the quotient of two numbers, a double (a decimal where one of them is).
//!
//! MongoDB: also two ints give a double; a zero divisor is an error, never an infinity.

use bson::Bson;

use super::NO_ZERO;
use crate::Error;
use crate::value::{Number, Value, is_nullish, number, type_name};

pub(crate) fn divide(a: Option<&Bson>, b: Option<&Bson>) -> Result<Value, Error> {
    match (a.and_then(Number::of), b.and_then(Number::of)) {
        (Some(a), Some(b)) => match number::divide(a, b) {
            Some(quotient) => super::number(quotient),
            None => Err(Error::coded(2, "can't `$divide` by zero").hint(NO_ZERO)),
        },
        _ if is_nullish(a) || is_nullish(b) => super::null(),
        _ => {
            let message = format!("`$divide` only supports numeric types, not {} and {}", type_name(a), type_name(b));
            Err(Error::coded(14, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn quotients_are_doubles_and_zero_is_refused() {
        gives("{$divide: [6, 3]}", "2.0");
        gives("{$divide: [NumberDecimal('6.00'), 3]}", r#"{"$numberDecimal":"2.00"}"#);
        gives("{$divide: [1, 0]}", "error 2");
        gives("{$divide: [1, -0.0]}", "error 2");
        gives("{$divide: [null, 0]}", "null");
        gives("{$divide: ['x', null]}", "null");
        gives("{$divide: ['x', 1]}", "error 14");
    }
}
