//! `$getField`, `$setField` and `$unsetField`: a field by its very name, dots and dollars included.
//!
//! MongoDB: `$getField` of what is no object is missing, of null null; `$setField` wants an object (or null), and a
//! missing value removes the field.

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source, args};
use crate::value::{Value, is_nullish, type_name};

/// `field`, `input`.
pub(in crate::expr) fn get<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [field, input] = exprs else { return Ok(None) };
    let field = env.find(field)?;
    let field = name("$getField", 5_654_602, field.as_deref())?;
    Ok(match env.find(input)?.as_deref() {
        Some(Bson::Document(object)) => object.get(field).cloned(),
        Some(Bson::Null | Bson::Undefined) => Some(Bson::Null),
        _ => None,
    })
}

/// `field`, `input`, `value`.
pub(in crate::expr) fn set<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [field, input, value] = exprs else { return Ok(None) };
    put("$setField", env, field, input, Some(value))
}

/// `field`, `input`.
pub(in crate::expr) fn unset<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [field, input] = exprs else { return Ok(None) };
    put("$unsetField", env, field, input, None)
}

/// `$createObjectId`: a new one each time.
#[expect(clippy::unnecessary_wraps, reason = "every operator ends in a result")]
pub(in crate::expr) fn create_object_id() -> Result<Value, Error> {
    Ok(Some(Bson::ObjectId(bson::oid::ObjectId::new())))
}

/// MongoDB: the value is computed last, so that it does not fail where the input is no object.
fn put<S: Source>(
    operator: &str,
    env: &Env<'_, S>,
    field: &Expr<S::Field>,
    input: &Expr<S::Field>,
    value: Option<&Expr<S::Field>>,
) -> Result<Value, Error> {
    let field = env.find(field)?;
    let field = name(operator, 4_161_107, field.as_deref())?;
    match env.find(input)?.as_deref() {
        Some(Bson::Document(object)) => {
            let mut object = object.clone();
            let value = value.map(|value| env.find(value)).transpose()?.flatten();
            match value.as_deref() {
                Some(value) => drop(object.insert(field, value.clone())),
                None => drop(object.remove(field)),
            }
            Ok(Some(Bson::Document(object)))
        }
        input if is_nullish(input) => Ok(Some(Bson::Null)),
        input => {
            let message = format!("`{operator}` requires `input` to evaluate to an object, not {}", type_name(input));
            Err(Error::coded(4_161_105, message))
        }
    }
}

fn name<'a>(operator: &str, code: i32, value: Option<&'a Bson>) -> Result<&'a str, Error> {
    args::text(value).ok_or_else(|| {
        Error::coded(code, format!("`{operator}` requires `field` to evaluate to a string, not {}", type_name(value)))
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn names_are_taken_as_they_are() {
        check("{$getField: {field: 'a.b', input: {$literal: {'a.b': 1, a: {b: 2}}}}}", "{}", "1");
        check("{$getField: 'a'}", "{a: 5}", "5");
        check("{$getField: {field: 'a', input: 3}}", "{}", "missing");
        check("{$getField: {field: 'a', input: null}}", "{}", "null");
        check("{$setField: {field: 'a.b', input: '$$ROOT', value: 2}}", "{a: 1}", r#"{"a":1,"a.b":2}"#);
        check("{$setField: {field: 'a', input: '$$ROOT', value: '$$REMOVE'}}", "{a: 1, b: 2}", r#"{"b":2}"#);
        check("{$setField: {field: 'a', input: '$nope', value: 1}}", "{}", "null");
        check("{$setField: {field: 'a', input: 'x', value: 1}}", "{}", "error 4161105");
        check("{$setField: {field: 'a', input: 'x', value: {$abs: '$a'}}}", "{a: 'y'}", "error 4161105");
        check("{$setField: {field: 'a', input: '$nope', value: {$abs: '$a'}}}", "{a: 'y'}", "null");
        check("{$setField: {field: 'a', input: '$$ROOT', value: {$abs: '$a'}}}", "{a: 'y'}", "error 28765");
        check("{$unsetField: {field: 'a.b', input: {$literal: {'a.b': 1, a: {b: 2}}}}}", "{}", r#"{"a":{"b":2}}"#);
        check("{$unsetField: {field: 'a', input: '$nope'}}", "{}", "null");
        check("{$unsetField: {field: 'a', input: 5}}", "{}", "error 4161105");
    }
}
