//! `$setEquals` and `$setIsSubset`: how arrays relate as sets.
//!
//! MongoDB: here null and missing are no sets, but errors; `$setEquals` looks no further than the first difference.

use std::collections::HashSet;

use bson::Bson;
use pipeline::ast::Expr;

use crate::expr::{Env, Source, args};
use crate::value::{Key, Value, type_name};
use crate::{Error, constants};

pub(in crate::expr) fn equals<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut first: Option<HashSet<Key>> = None;
    for (index, expr) in exprs.iter().enumerate() {
        let value = env.find(expr)?;
        let set = keys(value.as_deref()).ok_or_else(|| {
            let (place, found) = (index + 1, type_name(value.as_deref()));
            let message = format!("all operands of `$setEquals` must be arrays; argument {place} is of type {found}");
            Error::coded(17_044, message)
        })?;
        match &first {
            None => first = Some(set),
            Some(first) if *first != set => return Ok(Some(Bson::Boolean(false))),
            Some(_) => {}
        }
    }
    Ok(Some(Bson::Boolean(true)))
}

pub(in crate::expr) fn is_subset<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [a, b] = exprs else { return Ok(None) };
    // MongoDB: the first has another code where only the second is constant.
    let first_code = if constants::is_constant(b) && !constants::is_constant(a) { 17_310 } else { 17_046 };
    let (a, b) = (env.find(a)?, env.find(b)?);
    let set = |code, place: &str, value| {
        keys(value).ok_or_else(|| {
            let found = type_name(value);
            Error::coded(code, format!("both operands of `$setIsSubset` must be arrays; the {place} is {found}"))
        })
    };
    let (left, right) = (set(first_code, "first", a.as_deref())?, set(17_042, "second", b.as_deref())?);
    Ok(Some(Bson::Boolean(left.is_subset(&right))))
}

fn keys(value: Option<&Bson>) -> Option<HashSet<Key>> {
    Some(args::array(value)?.iter().map(Key::of).collect())
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn order_and_repetition_do_not_count() {
        gives("{$setEquals: [[1, 2, 2], [2, 1.0]]}", "true");
        gives("{$setEquals: [[1], [1], [2]]}", "false");
        gives("{$setIsSubset: [[1, 1], [2, 1]]}", "true");
        gives("{$setIsSubset: [[[1]], [1]]}", "false");
        gives("{$setEquals: [[1], [2], '$nope']}", "false");
        gives("{$setEquals: [[1], '$nope']}", "error 17044");
        gives("{$setIsSubset: [[1], null]}", "error 17042");
        gives("{$setIsSubset: [1, [1]]}", "error 17046");
    }
}
