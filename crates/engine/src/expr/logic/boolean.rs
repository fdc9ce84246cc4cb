//! `$and`, `$or` and `$not`: truth of any values; the first that decides ends the evaluation.

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{self, Value};

pub(in crate::expr) fn and<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    for expr in args {
        if !env.is_true(expr)? {
            return Ok(Some(Bson::Boolean(false)));
        }
    }
    Ok(Some(Bson::Boolean(true)))
}

pub(in crate::expr) fn or<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    for expr in args {
        if env.is_true(expr)? {
            return Ok(Some(Bson::Boolean(true)));
        }
    }
    Ok(Some(Bson::Boolean(false)))
}

pub(in crate::expr) fn not(value: Option<&Bson>) -> Bson {
    Bson::Boolean(!value::is_true(value))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn only_what_decides_is_evaluated() {
        check("{$and: []}", "{}", "true");
        check("{$or: []}", "{}", "false");
        check("{$and: ['', [], NaN]}", "{}", "true");
        check("{$and: ['$nope', {$divide: [1, '$zero']}]}", "{zero: 0}", "false");
        check("{$or: [1, {$divide: [1, '$zero']}]}", "{zero: 0}", "true");
        check("{$not: [null]}", "{}", "true");
    }
}
