//! `$group`, `$sortByCount` and `$count`.

use bson::{Bson, Document};

use super::{
    accumulator,
    expr::{Scope, expr},
    path,
};
use crate::{
    Error,
    ast::{AccumulatorCall, Stage},
    describe,
};

/// Parses `$group`.
pub(super) fn group(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let Bson::Document(document) = value else {
        let message = format!("`$group` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(15947));
    };
    let Some(id) = document.get("_id") else {
        return Err(Error::input("`$group` needs `_id`, the key to group by")
            .hint("for one group of all documents write `_id: null`")
            .code(15955));
    };
    refuse_inclusions(id).map_err(|error| error.under("_id"))?;
    let id = expr(id, scope).map_err(|error| error.under("_id"))?;
    let fields = document.iter().filter(|(name, _)| *name != "_id");
    Ok(Stage::Group { id, fields: fields.map(|(name, value)| field(name, value, scope)).collect::<Result<_, _>>()? })
}

/// MongoDB: `{_id: {a: 1}}` looks like a projection; a constant is written `{$literal: 1}`.
fn refuse_inclusions(id: &Bson) -> Result<(), Error> {
    let Bson::Document(parts) = id else { return Ok(()) };
    match parts.iter().find(|(name, value)| !name.starts_with('$') && is_inclusion(value)) {
        None => Ok(()),
        Some((name, value)) => Err(Error::input(format!(
            "`{name}` in the key is {}, which a `$group` does not take",
            describe::a_value(value)
        ))
        .hint(format!("a constant is written `{{{name}: {{$literal: …}}}}`, a field `{{{name}: \"$…\"}}`"))
        .code(17390)),
    }
}

/// Whether a value would include or exclude a field, were this a `$project`.
pub(crate) fn is_inclusion(value: &Bson) -> bool {
    matches!(value, Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) | Bson::Boolean(_))
}

/// Parses the `output` of `$bucket` and `$bucketAuto`.
pub(super) fn output(document: &Document, scope: &Scope<'_>) -> Result<Vec<(String, AccumulatorCall)>, Error> {
    document.iter().map(|(name, value)| field(name, value, scope)).collect()
}

fn field(name: &str, value: &Bson, scope: &Scope<'_>) -> Result<(String, AccumulatorCall), Error> {
    if !matches!(value, Bson::Document(_)) {
        return Err(accumulator::expected(value).under(name));
    }
    // MongoDB: an output field may have the empty name.
    if !name.is_empty() {
        let code = if name.contains('.') { 40235 } else { 40236 };
        path::plain_name("an output field", name).map_err(|error| error.code(code))?;
    }
    Ok((name.to_owned(), accumulator::call(value, scope).map_err(|error| error.under(name))?))
}

/// Parses `$sortByCount`.
pub(super) fn sort_by_count(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let is_expression = match value {
        Bson::String(text) => text.starts_with('$') && text.len() > 1,
        Bson::Document(document) => document.keys().next().is_some_and(|key| key.starts_with('$')),
        _ => false,
    };
    if !is_expression {
        let message = format!("`$sortByCount` takes a field path or an operator, found {}", describe::a_value(value));
        let code = match value {
            Bson::Document(_) => 40147,
            Bson::String(_) => 40148,
            _ => 40149,
        };
        return Err(Error::input(message).hint("a field path starts with `$`").code(code));
    }
    expr(value, scope).map(Stage::SortByCount)
}

/// Parses `$count`.
pub(super) fn count(value: &Bson) -> Result<Stage, Error> {
    let Bson::String(name) = value else {
        let message = format!("`$count` takes the name of its output field, found {}", describe::a_value(value));
        return Err(Error::input(message).hint("for example `{ $count: \"customers\" }`").code(40156));
    };
    let code = match name.as_str() {
        "" => 40157,
        _ if name.starts_with('$') => 40158,
        _ => 40160,
    };
    if name.contains('\0') {
        return Err(Error::input("the output field cannot contain the character with code 0").code(40159));
    }
    path::plain_name("the output field", name).map_err(|error| error.code(code))?;
    if name == "_id" {
        return Err(Error::input("`$count` cannot write to `_id`").code(15948));
    }
    Ok(Stage::Count(name.clone()))
}
