//! `$add`: the sum of numbers, or one date moved by numbers of milliseconds.
//!
//! MongoDB: adds from left to right with plain doubles (`$sum` is exacter), and stops with null at the first null or
//! missing, so that what follows is not even checked. A sum of ints is an int where it fits, whatever it was on the way.

use bson::{Bson, DateTime};
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{Number, Value, is_nullish, number, type_name};

pub(in crate::expr) fn add<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut total = Number::Int(0);
    let mut date: Option<DateTime> = None;
    let mut are_ints = true;
    for expr in args {
        let value = env.find(expr)?;
        let value = value.as_deref();
        if is_nullish(value) {
            return super::null();
        }
        if let Some(Bson::DateTime(start)) = value {
            if date.is_some() {
                return Err(Error::coded(16_612, "only one date allowed in an `$add` expression"));
            }
            date = Some(super::moved(*start, total, false)?);
            continue;
        }
        let found = value.and_then(Number::of).ok_or_else(|| {
            Error::coded(14, format!("`$add` only supports numeric or date types, not {}", type_name(value)))
        })?;
        are_ints &= matches!(found, Number::Int(_));
        match date {
            Some(start) => date = Some(super::moved(start, found, false)?),
            None => total = number::add(total, found),
        }
    }
    match date {
        Some(date) => Ok(Some(Bson::DateTime(date))),
        None => super::number(if are_ints { super::narrowed(total) } else { total }),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn sums_widen_and_stop_at_null() {
        gives("{$add: []}", "0");
        gives("{$add: [1, 2147483647]}", r#"{"$numberLong":"2147483648"}"#);
        gives("{$add: [NumberLong('9223372036854775807'), 1]}", "9.223372036854776e18");
        gives("{$add: [0.1, 0.2, NumberDecimal('1')]}", r#"{"$numberDecimal":"1.300000000000000"}"#);
        gives("{$add: [-1, -2147483648, 1]}", "-2147483648");
        gives("{$add: [NumberLong(-1), -2147483648, 1]}", r#"{"$numberLong":"-2147483648"}"#);
        gives("{$add: [1, null, 'x']}", "null");
        gives("{$add: ['x', null]}", "error 14");
        check("{$add: ['$nope', {$divide: [1, '$zero']}]}", "{zero: 0}", "null");
    }

    #[test]
    fn dates_move_by_rounded_milliseconds() {
        gives("{$add: [new Date(0), 2.5]}", r#"{"$date":"1970-01-01T00:00:00.003Z"}"#);
        gives("{$add: [1, new Date(0), 1]}", r#"{"$date":"1970-01-01T00:00:00.002Z"}"#);
        gives("{$add: [new Date(0), new Date(0)]}", "error 16612");
        gives("{$add: [new Date(0), NaN]}", "error 15");
        gives("{$add: [new Date(1), NumberLong('9223372036854775807')]}", "error 15");
    }
}
