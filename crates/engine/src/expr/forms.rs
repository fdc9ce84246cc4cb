//! The forms that are no plain functions: object and array literals, `$let`, `$switch`, `$map`, `$filter`, `$reduce`.

use std::borrow::Cow;

use bson::{Bson, Document};
use pipeline::ast::{Expr, FieldRef};

use super::{Env, Source};
use crate::Error;
use crate::meter::{self, Growing};
use crate::value::{Number, Value, depth, is_nullish, type_name};

/// `{a: <expr>, …}`: fields whose value is missing are left out.
pub(super) fn object<S: Source>(env: &Env<'_, S>, fields: &[(String, Expr<S::Field>)]) -> Result<Bson, Error> {
    let mut object = Document::new();
    for (name, expr) in fields {
        if let Some(value) = env.evaluate(expr)? {
            object.insert(name.as_str(), value);
        }
    }
    Ok(Bson::Document(object))
}

/// `[<expr>, …]`: missing elements become null.
pub(super) fn array<S: Source>(env: &Env<'_, S>, items: &[Expr<S::Field>]) -> Result<Bson, Error> {
    let items = items.iter().map(|item| Ok(env.evaluate(item)?.unwrap_or(Bson::Null)));
    Ok(Bson::Array(items.collect::<Result<_, Error>>()?))
}

/// `$let`: the bindings are evaluated outside, so that they cannot see each other.
pub(super) fn let_in<S: Source>(
    env: &Env<'_, S>,
    bindings: &[(String, Expr<S::Field>)],
    body: &Expr<S::Field>,
) -> Result<Value, Error> {
    let values = bindings
        .iter()
        .map(|(name, expr)| Ok((name.as_str(), kept(env.find(expr)?)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    bind_all(env, &values, body)
}

/// A value that is bound to a variable, neither too deep nor too large. What is borrowed was looked at before.
fn kept(value: Option<Cow<'_, Bson>>) -> Result<Option<Cow<'_, Bson>>, Error> {
    let value = depth::check(value)?;
    if let Some(Cow::Owned(made)) = &value {
        meter::value(made)?;
    }
    Ok(value)
}

fn bind_all<S: Source>(
    env: &Env<'_, S>,
    values: &[(&str, Option<Cow<'_, Bson>>)],
    body: &Expr<S::Field>,
) -> Result<Value, Error> {
    match values.split_first() {
        None => env.evaluate(body),
        Some(((name, value), rest)) => bind_all(&env.bind(name, value.as_deref().map(Cow::Borrowed)), rest, body),
    }
}

/// `$switch`: only the cases up to the first true one are evaluated, and of the results only its own.
pub(super) fn switch<F: FieldRef, S: Source<Field = F>>(
    env: &Env<'_, S>,
    branches: &[(Expr<F>, Expr<F>)],
    default: Option<&Expr<F>>,
) -> Result<Value, Error> {
    for (case, then) in branches {
        if env.is_true(case)? {
            return env.evaluate(then);
        }
    }
    let default = default.ok_or_else(|| {
        Error::coded(40_066, "`$switch` could not find a matching branch for an input, and no default was specified")
    })?;
    env.evaluate(default)
}

/// `$map`: null for null or missing, and null for an element whose result is missing.
pub(super) fn map<S: Source>(
    env: &Env<'_, S>,
    input: &Expr<S::Field>,
    variable: &str,
    body: &Expr<S::Field>,
) -> Result<Bson, Error> {
    let found = env.find(input)?;
    let Some(items) =
        items(found.as_deref(), 16_883, |found| format!("input to `$map` must be an array, not {found}"))?
    else {
        return Ok(Bson::Null);
    };
    let mut growing = Growing::default();
    let results = items.iter().map(|item| {
        let inner = env.bind(variable, Some(Cow::Borrowed(item)));
        let result = inner.evaluate(body)?.unwrap_or(Bson::Null);
        growing.add(&result)?;
        Ok(result)
    });
    Ok(Bson::Array(results.collect::<Result<_, Error>>()?))
}

/// `$filter`: keeps the elements whose condition is true, the first `limit` of them at most (null: all).
pub(super) fn filter<S: Source>(
    env: &Env<'_, S>,
    input: &Expr<S::Field>,
    variable: &str,
    condition: &Expr<S::Field>,
    limit: Option<&Expr<S::Field>>,
) -> Result<Bson, Error> {
    let found = env.find(input)?;
    let Some(items) =
        items(found.as_deref(), 28_651, |found| format!("input to `$filter` must be an array, not {found}"))?
    else {
        return Ok(Bson::Null);
    };
    if items.is_empty() {
        return Ok(Bson::Array(Vec::new()));
    }
    let most = match limit {
        Some(limit) => limit_of(env.find(limit)?.as_deref())?,
        None => usize::MAX,
    };
    let mut kept = Vec::new();
    for item in items {
        meter::step()?;
        if kept.len() == most {
            break;
        }
        if env.bind(variable, Some(Cow::Borrowed(item))).is_true(condition)? {
            kept.push(item.clone());
        }
    }
    Ok(Bson::Array(kept))
}

fn limit_of(limit: Option<&Bson>) -> Result<usize, Error> {
    if is_nullish(limit) {
        return Ok(usize::MAX);
    }
    let whole = limit.and_then(Number::of).and_then(Number::to_i32).ok_or_else(|| {
        let found = type_name(limit);
        Error::coded(327_391, format!("`$filter`: `limit` must be represented as a 32-bit integral value, not {found}"))
    })?;
    match usize::try_from(whole) {
        Ok(limit) if limit > 0 => Ok(limit),
        _ => Err(Error::coded(327_392, format!("`$filter`: `limit` must be greater than 0, not {whole}"))),
    }
}

/// `$reduce`: null for null or missing; the initial value for an empty array.
pub(super) fn reduce<S: Source>(
    env: &Env<'_, S>,
    input: &Expr<S::Field>,
    initial: &Expr<S::Field>,
    body: &Expr<S::Field>,
) -> Result<Value, Error> {
    let found = env.find(input)?;
    let Some(items) =
        items(found.as_deref(), 40_080, |found| format!("`$reduce` requires that `input` be an array, not {found}"))?
    else {
        return Ok(Some(Bson::Null));
    };
    let mut value = env.evaluate(initial)?;
    for item in items {
        let this = env.bind("this", Some(Cow::Borrowed(item)));
        let inner = this.bind("value", value.as_ref().map(Cow::Borrowed));
        meter::step()?;
        let next = self::kept(inner.find(body)?)?.map(Cow::into_owned);
        value = next;
    }
    Ok(value)
}

/// The elements of an array, `None` for null and missing, else an error.
fn items(value: Option<&Bson>, code: i32, message: impl Fn(&str) -> String) -> Result<Option<&[Bson]>, Error> {
    match value {
        Some(Bson::Array(items)) => Ok(Some(items)),
        other if is_nullish(other) => Ok(None),
        other => Err(Error::coded(code, message(type_name(other)))),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn let_values_do_not_see_their_siblings() {
        check("{$let: {vars: {a: 1}, in: {$let: {vars: {a: 2, b: '$$a'}, in: ['$$a', '$$b']}}}}", "{}", "[2,1]");
        check("{$let: {vars: {a: '$nope'}, in: '$$a'}}", "{}", "missing");
    }

    #[test]
    fn switch_takes_the_first_true_branch_and_evaluates_no_other() {
        let bad = "{$divide: [1, '$zero']}";
        let expr = format!(
            "{{$switch: {{branches: [{{case: false, then: {bad}}}, {{case: 1, then: 'yes'}}, {{case: {bad}, then: 2}}]}}}}"
        );
        check(&expr, "{zero: 0}", r#""yes""#);
        check("{$switch: {branches: [{case: '$nope', then: 1}]}}", "{}", "error 40066");
        check("{$switch: {branches: [{case: '$nope', then: 1}], default: '$nope'}}", "{}", "missing");
    }

    #[test]
    fn map_filter_and_reduce_see_each_element() {
        check("{$map: {input: '$a', in: {$add: ['$$this', 1]}}}", "{a: [1, 2]}", "[2,3]");
        check("{$map: {input: '$a', as: 'x', in: '$$x.b'}}", "{a: [{b: 1}, {}]}", "[1,null]");
        check("{$map: {input: '$a', in: 1}}", "{}", "null");
        check("{$map: {input: '$a', in: 1}}", "{a: 1}", "error 16883");
        check("{$filter: {input: '$a', cond: {$gt: ['$$this', 1]}}}", "{a: [1, 2, 3]}", "[2,3]");
        check("{$filter: {input: '$a', cond: true, limit: 2}}", "{a: [1, 2, 3]}", "[1,2]");
        check("{$filter: {input: '$a', cond: true, limit: '$nope'}}", "{a: [1, 2, 3]}", "[1,2,3]");
        check("{$filter: {input: '$a', cond: true, limit: '$n'}}", "{a: [1], n: 0}", "error 327392");
        check("{$filter: {input: '$a', cond: true, limit: '$n'}}", "{a: [1], n: 'x'}", "error 327391");
        check("{$filter: {input: '$a', cond: true}}", "{a: 'x'}", "error 28651");
        check(
            "{$reduce: {input: '$a', initialValue: '', in: {$concat: ['$$value', '$$this']}}}",
            "{a: ['x', 'y']}",
            r#""xy""#,
        );
        check("{$reduce: {input: '$a', initialValue: 5, in: 1}}", "{a: []}", "5");
        check("{$reduce: {input: '$a', initialValue: 5, in: 1}}", "{}", "null");
        check("{$reduce: {input: '$a', initialValue: 5, in: 1}}", "{a: 1}", "error 40080");
    }
}
