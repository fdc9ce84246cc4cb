//! `$mergeObjects`: the fields of all objects in one; a later one wins but keeps the earlier place; null counts as {}.

use bson::{Bson, Document};
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{Value, is_nullish, type_name};

/// MongoDB: an argument that is no object is refused before the next is looked at.
pub(in crate::expr) fn merge_objects<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut merged = Document::new();
    for expr in exprs {
        match (env.find(expr)?.as_deref(), exprs.len()) {
            (Some(Bson::Array(items)), 1) => items.iter().try_for_each(|item| add(&mut merged, Some(item)))?,
            (value, _) => add(&mut merged, value)?,
        }
    }
    Ok(Some(Bson::Document(merged)))
}

fn add(merged: &mut Document, value: Option<&Bson>) -> Result<(), Error> {
    match value {
        Some(Bson::Document(object)) => {
            merged.extend(object.clone());
            Ok(())
        }
        other if is_nullish(other) => Ok(()),
        other => {
            let message =
                format!("`$mergeObjects` requires object inputs, but an input is of type {}", type_name(other));
            Err(Error::coded(40_400, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn later_fields_win_in_the_earlier_place() {
        gives("{$mergeObjects: [{a: 1, b: 2}, null, {a: 3, c: 4}]}", r#"{"a":3,"b":2,"c":4}"#);
        gives("{$mergeObjects: []}", "{}");
        gives("{$mergeObjects: ['$nope']}", "{}");
        check("{$mergeObjects: '$a'}", "{a: [{x: 1}, {y: 2}]}", r#"{"x":1,"y":2}"#);
        gives("{$mergeObjects: [{a: 1}, 'x']}", "error 40400");
        gives("{$mergeObjects: ['x', {a: {$divide: [1, 0]}}]}", "error 40400");
    }
}
