//! `$subtract`: the difference of two numbers, the milliseconds between two dates (a long), or a date moved back.

use bson::Bson;

use crate::Error;
use crate::value::{Number, Value, is_nullish, number, type_name};

pub(crate) fn subtract(a: Option<&Bson>, b: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(a) || is_nullish(b) {
        return super::null();
    }
    let refused = || {
        let message = format!("can't `$subtract` {} from {}", type_name(b), type_name(a));
        Error::coded(14, message)
    };
    match (a, b.and_then(Number::of)) {
        (Some(Bson::DateTime(from)), Some(by)) => Ok(Some(Bson::DateTime(super::moved(*from, by, true)?))),
        (Some(Bson::DateTime(from)), None) => match b {
            Some(Bson::DateTime(to)) => {
                let between = from.timestamp_millis().checked_sub(to.timestamp_millis());
                Ok(Some(Bson::Int64(between.ok_or_else(|| Error::coded(15, "overflow in `$subtract` of dates"))?)))
            }
            _ => Err(refused()),
        },
        (_, Some(b)) => match a.and_then(Number::of) {
            Some(a) => super::number(number::subtract(a, b)),
            None => Err(refused()),
        },
        _ => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn differences_of_numbers_and_dates() {
        gives("{$subtract: [-2147483648, 1]}", r#"{"$numberLong":"-2147483649"}"#);
        gives("{$subtract: [new Date(5), new Date(3)]}", r#"{"$numberLong":"2"}"#);
        gives("{$subtract: [new Date(5), 1.5]}", r#"{"$date":"1970-01-01T00:00:00.003Z"}"#);
        gives("{$subtract: [1, new Date(5)]}", "error 14");
        gives("{$subtract: [new Date(5), 'x']}", "error 14");
        gives("{$subtract: [null, 'x']}", "null");
        gives("{$subtract: [new Date(5), NumberLong('-9223372036854775808')]}", "error 15");
    }
}
