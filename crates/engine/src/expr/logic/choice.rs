//! `$cond` and `$ifNull`: one of several values; the others are not evaluated.

use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{Value, is_nullish};

/// `if`, `then`, `else`.
pub(in crate::expr) fn cond<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [condition, then, otherwise] = args else { return Ok(None) };
    env.evaluate(if env.is_true(condition)? { then } else { otherwise })
}

/// The first argument that is neither null nor missing, else the last one as it is.
pub(in crate::expr) fn if_null<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    let Some((last, others)) = args.split_last() else { return Ok(None) };
    for expr in others {
        let value = env.evaluate(expr)?;
        if !is_nullish(value.as_ref()) {
            return Ok(value);
        }
    }
    env.evaluate(last)
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn the_other_branch_is_not_evaluated() {
        check("{$cond: [{$eq: ['$n', 0]}, 'none', {$divide: [1, '$n']}]}", "{n: 0}", r#""none""#);
        check("{$cond: {if: '$nope', then: 1, else: '$nope'}}", "{}", "missing");
        check("{$ifNull: ['$nope', null, 3, {$divide: [1, '$zero']}]}", "{zero: 0}", "3");
        check("{$ifNull: ['$nope', null]}", "{}", "null");
        check("{$ifNull: [null, '$nope']}", "{}", "missing");
    }
}
