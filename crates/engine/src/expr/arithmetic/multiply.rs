//! `$multiply`: the product of numbers, from left to right; null as soon as one is null or missing.
//!
//! MongoDB: a product of ints is an int where it fits, whatever it was on the way.

use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{Number, Value, is_nullish, number, type_name};

pub(in crate::expr) fn multiply<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut product = Number::Int(1);
    let mut are_ints = true;
    for expr in args {
        let value = env.find(expr)?;
        let value = value.as_deref();
        if is_nullish(value) {
            return super::null();
        }
        let found = value.and_then(Number::of).ok_or_else(|| {
            Error::coded(14, format!("`$multiply` only supports numeric types, not {}", type_name(value)))
        })?;
        are_ints &= matches!(found, Number::Int(_));
        product = number::multiply(product, found);
    }
    super::number(if are_ints { super::narrowed(product) } else { product })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn products_widen() {
        gives("{$multiply: []}", "1");
        gives("{$multiply: [65536, 65536]}", r#"{"$numberLong":"4294967296"}"#);
        gives("{$multiply: [NumberLong('9223372036854775807'), 2, 0]}", "0.0");
        gives("{$multiply: [65536, 65536, 0]}", "0");
        gives("{$multiply: [65536, 65536, 65536, 65536, 0]}", "0.0");
        gives("{$multiply: [0.1, NumberDecimal('1')]}", r#"{"$numberDecimal":"0.100000000000000"}"#);
        gives("{$multiply: [null, 'x']}", "null");
        gives("{$multiply: ['x', null]}", "error 14");
    }
}
