//! The query language: documents of conditions. Conditions on one field are in `test`.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    names::{FIELD_OPERATORS, TOP_OPERATORS, UNSUPPORTED_TOP_OPERATORS, is_field_operator},
    path, test,
};
use crate::{Error, ast::Predicate, describe, error::nearest};

/// The server's code for most of what can be wrong with a query.
pub(super) const BAD_VALUE: i32 = 2;

/// Parses a query document. One condition stands for itself; several, or none, are an `And`.
pub(super) fn predicate(value: &Bson) -> Result<Predicate, Error> {
    let Bson::Document(document) = value else {
        return Err(Error::input(format!("a query is an object, found {}", describe::a_value(value))));
    };
    let mut clauses = Vec::with_capacity(document.len());
    for (key, value) in document {
        clauses.extend(clause(key, value).map_err(|error| error.under(key))?);
    }
    match clauses.len() {
        1 => Ok(clauses.remove(0)),
        _ => Ok(Predicate::And(clauses)),
    }
}

/// One condition; none for a comment.
fn clause(key: &str, value: &Bson) -> Result<Option<Predicate>, Error> {
    let found = match key {
        "$and" => Predicate::And(clauses(key, value)?),
        "$or" => Predicate::Or(clauses(key, value)?),
        "$nor" => Predicate::Nor(clauses(key, value)?),
        "$expr" => Predicate::Expr(expr(value, &Scope::default())?),
        "$comment" => return Ok(None),
        _ if key.starts_with('$') => return Err(unknown(key)),
        _ => Predicate::Field(path::plain(key).map_err(empty_name)?, test::test(value)?),
    };
    Ok(Some(found))
}

/// A server takes empty field names in queries; a [`crate::ast::Path`] has none.
fn empty_name(error: Error) -> Error {
    Error::unsupported(error.message().to_owned())
}

fn unknown(key: &str) -> Error {
    if UNSUPPORTED_TOP_OPERATORS.contains(&key) {
        return Error::unsupported(format!("the query operator `{key}` is not supported yet"));
    }
    let error = Error::input(format!("unknown top-level query operator `{key}`")).code(BAD_VALUE);
    if is_field_operator(key) {
        return error.hint(format!("`{key}` belongs behind a field: `{{ field: {{ {key}: … }} }}`"));
    }
    if FIELD_OPERATORS.contains(&key) || crate::ast::Operator::named(key).is_some() {
        return error.hint(format!("an expression in a query is written `{{ $expr: {{ {key}: … }} }}`"));
    }
    error.hint(nearest("operator", key, TOP_OPERATORS.iter().copied()))
}

fn clauses(name: &str, value: &Bson) -> Result<Vec<Predicate>, Error> {
    let Bson::Array(values) = value else {
        let message = format!("`{name}` takes an array of queries, found {}", describe::a_value(value));
        return Err(Error::input(message).code(BAD_VALUE));
    };
    if values.is_empty() {
        return Err(Error::input(format!("`{name}` needs at least one query")).code(BAD_VALUE));
    }
    let clause = |(at, value)| predicate(value).map_err(|error| error.under(&format!("[{at}]")));
    values.iter().enumerate().map(clause).collect()
}

/// Whether an object is a set of operators, such as `{$gt: 1}`, and not a value to be equal to.
/// A reference to another collection's document (`{$ref: …, $id: …}`) is a value.
pub(crate) fn is_operators(document: &Document) -> bool {
    document.keys().next().is_some_and(|key| key.starts_with('$') && !matches!(key.as_str(), "$ref" | "$id" | "$db"))
}
