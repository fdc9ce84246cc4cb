//! Predicates → query documents.

use std::collections::BTreeSet;

use bson::{Bson, Document};

use super::{
    call::whole,
    expr::{expr, single},
};
use crate::{
    ast::{Comparison, Predicate, Regex, Test, TypeName},
    limits,
};

/// A query document that parses to the same predicate.
pub(super) fn predicate(predicate: &Predicate) -> Document {
    limits::on_enough_stack(|| predicate_here(predicate))
}

fn predicate_here(predicate: &Predicate) -> Document {
    match predicate {
        Predicate::And(clauses) => conjunction(clauses),
        Predicate::Or(clauses) => single("$or", all(clauses)),
        Predicate::Nor(clauses) => single("$nor", all(clauses)),
        Predicate::Expr(inner) => single("$expr", expr(inner)),
        Predicate::JsonSchema(_, schema) => single("$jsonSchema", schema.written.clone()),
        Predicate::Field(path, Test::Compare(Comparison::Eq, value)) if path.head().starts_with('$') => {
            single(&path.to_string(), value.clone())
        }
        Predicate::Field(path, test) => single(&path.to_string(), value_or_operators(test)),
    }
}

fn all(clauses: &[Predicate]) -> Vec<Bson> {
    clauses.iter().map(|clause| Bson::Document(predicate(clause))).collect()
}

/// Several conditions stand side by side where their keys differ; a single one must keep its `$and`.
fn conjunction(clauses: &[Predicate]) -> Document {
    let keys: Option<BTreeSet<String>> = clauses.iter().map(key).collect();
    if clauses.len() == 1 || keys.is_none_or(|keys| keys.len() < clauses.len()) {
        return single("$and", all(clauses));
    }
    let side_by_side = |clause: &Predicate| match clause {
        // Side by side, the conditions of an inner `$and` would become the outer one's.
        Predicate::And(inner) => single("$and", all(inner)),
        clause => predicate(clause),
    };
    clauses.iter().flat_map(side_by_side).collect()
}

/// The key under which a condition stands beside others; `{}` has none.
fn key(predicate: &Predicate) -> Option<String> {
    match predicate {
        Predicate::And(clauses) => (!clauses.is_empty()).then(|| "$and".to_owned()),
        Predicate::Or(_) => Some("$or".to_owned()),
        Predicate::Nor(_) => Some("$nor".to_owned()),
        Predicate::Expr(_) => Some("$expr".to_owned()),
        Predicate::JsonSchema(..) => Some("$jsonSchema".to_owned()),
        Predicate::Field(path, _) => Some(path.to_string()),
    }
}

/// What stands behind a field: a plain value where that means equality.
fn value_or_operators(test: &Test) -> Bson {
    match test {
        Test::Compare(Comparison::Eq, value) if stands_for_equality(value) => value.clone(),
        Test::Regex(regex) => regular_expression(regex).unwrap_or_else(|| Bson::Document(operators(test))),
        test => Bson::Document(operators(test)),
    }
}

fn stands_for_equality(value: &Bson) -> bool {
    match value {
        Bson::RegularExpression(_) => false,
        Bson::Document(document) => !crate::parse::is_operators(document) && !crate::parse::is_half_reference(document),
        _ => true,
    }
}

/// BSON's own type, which cannot hold the character with code 0.
fn regular_expression(regex: &Regex) -> Option<Bson> {
    Some(Bson::RegularExpression(bson::Regex {
        pattern: regex.pattern.clone().try_into().ok()?,
        options: regex.options.clone().try_into().ok()?,
    }))
}

/// `{$operator: …}` for each test.
fn operators(test: &Test) -> Document {
    match test {
        Test::Compare(comparison, value) => single(comparison.name(), value.clone()),
        Test::In(values) => single("$in", values.clone()),
        Test::NotIn(values) => single("$nin", values.clone()),
        Test::Exists(exists) => single("$exists", *exists),
        Test::Type(types) => match types.as_slice() {
            [only] => single("$type", type_name(*only)),
            types => single("$type", types.iter().map(|name| type_name(*name)).collect::<Vec<_>>()),
        },
        Test::Regex(regex) => {
            let mut document = single("$regex", regex.pattern.as_str());
            if !regex.options.is_empty() {
                document.insert("$options", regex.options.as_str());
            }
            document
        }
        Test::Mod { divisor, remainder } => single("$mod", vec![whole(*divisor), whole(*remainder)]),
        Test::Bits(test, positions) => {
            single(test.name(), positions.iter().map(|at| whole(i64::from(*at))).collect::<Vec<_>>())
        }
        Test::Size(size) => single("$size", whole(*size)),
        Test::All(tests) => single("$all", tests.iter().map(member).collect::<Vec<_>>()),
        Test::ElemMatchObject(inner) => single("$elemMatch", predicate(inner)),
        Test::ElemMatchValue(tests) => single("$elemMatch", side_by_side(tests)),
        Test::And(tests) => side_by_side(tests),
        Test::Not(inner) => match inner.as_ref() {
            Test::Regex(regex) => match regular_expression(regex) {
                Some(regex) => single("$not", regex),
                None => single("$not", operators(inner)),
            },
            inner => single("$not", operators(inner)),
        },
    }
}

fn side_by_side(tests: &[Test]) -> Document {
    tests.iter().flat_map(operators).collect()
}

/// An element of `$all`.
fn member(test: &Test) -> Bson {
    match test {
        Test::Compare(Comparison::Eq, value) => value.clone(),
        test => value_or_operators(test),
    }
}

fn type_name(name: TypeName) -> Bson {
    match name {
        TypeName::Number => Bson::String("number".to_owned()),
        TypeName::Code(code) => match crate::types::name(code) {
            Some(alias) => Bson::String(alias.to_owned()),
            None => Bson::Int32(code),
        },
    }
}
