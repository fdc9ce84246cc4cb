//! `$bitAnd $bitOr $bitXor $bitNot`: ints and longs by their bits.
//!
//! MongoDB: among ints the result is an int, with a long among them a long; null or missing gives null, unless what stands
//! before it is no whole number.

use bson::Bson;
use pipeline::ast::{Expr, Operator};

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{Number, Value, is_nullish, type_name};

/// `$bitAnd $bitOr $bitXor`
pub(in crate::expr) fn combine<S: Source>(
    env: &Env<'_, S>,
    operator: Operator,
    exprs: &[Expr<S::Field>],
) -> Result<Value, Error> {
    let (start, apply): (i64, fn(i64, i64) -> i64) = match operator {
        Operator::BitAnd => (-1, |a, b| a & b),
        Operator::BitOr => (0, |a, b| a | b),
        _ => (0, |a, b| a ^ b),
    };
    let (mut bits, mut is_long) = (start, false);
    for expr in exprs {
        let value = env.find(expr)?;
        match whole(operator, value.as_deref())? {
            None => return super::null(),
            Some(number) => {
                is_long |= matches!(number, Number::Long(_));
                bits = apply(bits, number.to_whole().unwrap_or(0));
            }
        }
    }
    super::number(if is_long { Number::Long(bits) } else { Number::Int(bits as i32) })
}

pub(in crate::expr) fn not(value: Option<&Bson>) -> Result<Value, Error> {
    match whole(Operator::BitNot, value)? {
        None => super::null(),
        Some(Number::Int(x)) => super::number(Number::Int(!x)),
        Some(number) => super::number(Number::Long(!number.to_whole().unwrap_or(0))),
    }
}

fn whole(operator: Operator, value: Option<&Bson>) -> Result<Option<Number>, Error> {
    match value {
        Some(Bson::Int32(x)) => Ok(Some(Number::Int(*x))),
        Some(Bson::Int64(x)) => Ok(Some(Number::Long(*x))),
        value if is_nullish(value) => Ok(None),
        value => {
            let message = format!("`{}` only supports int and long, not {}", operator.spec().name, type_name(value));
            Err(Error::coded(14, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn bits_are_combined_in_the_wider_type() {
        gives("{$bitAnd: [12, 10]}", "8");
        gives("{$bitOr: [12, NumberLong(3)]}", r#"{"$numberLong":"15"}"#);
        gives("{$bitXor: [-1, 1]}", "-2");
        gives("{$bitNot: 0}", "-1");
        gives("{$bitNot: NumberLong(5)}", r#"{"$numberLong":"-6"}"#);
        gives("{$bitAnd: []}", "-1");
        gives("{$bitAnd: [1, null, 'x']}", "null");
        gives("{$bitAnd: [1.0]}", "error 14");
        gives("{$bitNot: 'x'}", "error 14");
    }
}
