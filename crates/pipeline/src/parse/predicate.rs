//! The query language: documents of conditions. Conditions on one field are in `test`.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form,
    json_schema::json_schema,
    names::{self, FIELD_OPERATORS, TOP_OPERATORS, UNSUPPORTED_TOP_OPERATORS, is_field_operator},
    path, test,
};
use crate::{
    Error,
    ast::{Expr, Operator, Predicate},
    describe,
    error::nearest,
    limits,
};

/// The server's code for most of what can be wrong with a query.
pub(super) const BAD_VALUE: i32 = 2;

/// What a query is on.
#[derive(Clone, Copy)]
pub(super) enum On<'a> {
    /// The whole document, with the variables that expressions see.
    Document(&'a Scope<'a>),
    /// An element of an array, which no expression can see.
    Element,
}

/// Parses a query document. One condition stands for itself; several, or none, are an `And`.
pub(super) fn predicate(value: &Bson, on: On<'_>) -> Result<Predicate, Error> {
    let Bson::Document(document) = value else {
        let message = format!("a query is an object, found {}", describe::a_value(value));
        return Err(Error::input(message));
    };
    let mut clauses = Vec::with_capacity(document.len());
    for (key, value) in document {
        let found = limits::on_enough_stack(|| clause(key, value, on));
        clauses.extend(found.map_err(|error| error.under(key))?);
    }
    match clauses.len() {
        1 => Ok(clauses.remove(0)),
        _ => Ok(Predicate::And(clauses)),
    }
}

fn whole_only(key: &str) -> Error {
    Error::input(format!("`{key}` sees whole documents only, not the elements of an array")).code(BAD_VALUE)
}

/// One condition; none for a comment.
fn clause(key: &str, value: &Bson, on: On<'_>) -> Result<Option<Predicate>, Error> {
    let found = match key {
        "$and" => Predicate::And(clauses(key, value, on)?),
        "$or" => Predicate::Or(clauses(key, value, on)?),
        "$nor" => Predicate::Nor(clauses(key, value, on)?),
        "$expr" => match on {
            On::Document(scope) => Predicate::Expr(expr(value, scope)?),
            On::Element => return Err(whole_only(key)),
        },
        "$jsonSchema" | "$sampleRate" => of_document(key, value, on)?,
        "$comment" => return Ok(None),
        "$alwaysTrue" => always(key, value).map(|()| Predicate::And(Vec::new()))?,
        "$alwaysFalse" => always(key, value).map(|()| nothing())?,
        _ if path::is_dollared(key) => return Err(unknown(key)),
        // MongoDB: a part of a reference is compared as it stands, whatever its value looks like.
        _ if key.starts_with('$') => Predicate::Field(path::of_query(key)?, test::equal(value)?),
        _ => Predicate::Field(path::of_query(key)?, test::test(value)?),
    };
    Ok(Some(found))
}

/// The conditions on whole documents that hold no other conditions.
fn of_document(key: &str, value: &Bson, on: On<'_>) -> Result<Predicate, Error> {
    if key == "$jsonSchema" { json_schema(value) } else { sample_rate(value, on) }
}

/// MongoDB: documents are kept where `{$lt: [{$rand: {}}, rate]}`; a rate of 0 keeps none and one of 1 all.
fn sample_rate(value: &Bson, on: On<'_>) -> Result<Predicate, Error> {
    if matches!(on, On::Element) {
        return Err(whole_only("$sampleRate"));
    }
    let refused = |found: &str| Error::input(format!("`$sampleRate` takes a number from 0 to 1, found {found}"));
    match form::number(value) {
        Some(0.0) => Ok(nothing()),
        Some(1.0) => Ok(Predicate::And(Vec::new())),
        Some(rate) if (0.0..=1.0).contains(&rate) => {
            let draw = Expr::Call { operator: Operator::Rand, args: Vec::new() };
            let args = vec![draw, Expr::Literal(Bson::Double(rate))];
            Ok(Predicate::Expr(Expr::Call { operator: Operator::Lt, args }))
        }
        _ => Err(refused(&describe::a_value(value)).code(BAD_VALUE)),
    }
}

/// What no document is.
fn nothing() -> Predicate {
    Predicate::Nor(vec![Predicate::And(Vec::new())])
}

fn always(name: &str, value: &Bson) -> Result<(), Error> {
    match form::whole(value) {
        Some(1) => Ok(()),
        _ => Err(Error::input(format!("`{name}` takes 1, found {}", describe::a_value(value))).code(9)),
    }
}

fn unknown(key: &str) -> Error {
    if names::lists(UNSUPPORTED_TOP_OPERATORS, key) {
        return names::unsupported(&format!("the query operator `{key}`"));
    }
    let error = Error::unknown("top-level query operator", key).code(BAD_VALUE);
    if is_field_operator(key) {
        return error.hint(format!("`{key}` belongs behind a field: `{{ field: {{ {key}: … }} }}`"));
    }
    if names::lists(FIELD_OPERATORS, key) || crate::ast::Operator::named(key).is_some() {
        return error.hint(format!("an expression in a query is written `{{ $expr: {{ {key}: … }} }}`"));
    }
    error.hint(nearest("operator", key, names::names(TOP_OPERATORS)))
}

fn clauses(name: &str, value: &Bson, on: On<'_>) -> Result<Vec<Predicate>, Error> {
    let Bson::Array(values) = value else {
        let message = format!("`{name}` takes an array of queries, found {}", describe::a_value(value));
        return Err(Error::input(message).code(BAD_VALUE));
    };
    if values.is_empty() {
        return Err(Error::input(format!("`{name}` needs at least one query")).code(BAD_VALUE));
    }
    let clause = |(at, value)| predicate(value, on).map_err(|error| error.code(BAD_VALUE).in_element(at));
    values.iter().enumerate().map(clause).collect()
}

/// Whether an object is a set of operators, such as `{$gt: 1}`, and not a value to be equal to.
/// A reference to another collection's document (`{$ref: …, $id: …}`) is a value.
pub(crate) fn is_operators(document: &Document) -> bool {
    document.keys().next().is_some_and(|key| path::is_dollared(key))
}
