//! `$tsSecond` and `$tsIncrement`: the two halves of a timestamp, as longs.

use bson::{Bson, Timestamp};

use crate::Error;
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn second(value: Option<&Bson>) -> Result<Value, Error> {
    half("$tsSecond", 5_687_301, value, |timestamp| timestamp.time)
}

pub(in crate::expr) fn increment(value: Option<&Bson>) -> Result<Value, Error> {
    half("$tsIncrement", 5_687_302, value, |timestamp| timestamp.increment)
}

fn half(name: &str, code: i32, value: Option<&Bson>, of: fn(&Timestamp) -> u32) -> Result<Value, Error> {
    match value {
        Some(Bson::Timestamp(timestamp)) => Ok(Some(Bson::Int64(i64::from(of(timestamp))))),
        value if is_nullish(value) => Ok(Some(Bson::Null)),
        value => Err(Error::coded(code, format!("`{name}` requires a timestamp, not {}", type_name(value)))),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn timestamps_come_apart() {
        check("{$tsSecond: '$a'}", "{a: Timestamp(5, 7)}", r#"{"$numberLong":"5"}"#);
        check("{$tsIncrement: '$a'}", "{a: Timestamp(5, 7)}", r#"{"$numberLong":"7"}"#);
        check("{$tsSecond: '$a'}", "{}", "null");
        check("{$tsSecond: '$a'}", "{a: 5}", "error 5687301");
        check("{$tsIncrement: '$a'}", "{a: 'x'}", "error 5687302");
    }
}
