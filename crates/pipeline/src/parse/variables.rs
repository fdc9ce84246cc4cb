//! The option `let` of an `aggregate`: variables that every expression of the pipeline sees.
//!
//! In: a pipeline as BSON, and the variables with their expressions. Out: the pipeline with each `$$name` bound where it is read,
//! by a `$let` of its own, so that engines and servers need not know of it.
//! Invariant: only expressions are changed: in a query `"$$name"` is a string, but for `$expr`; inside `$literal`, too. A name
//! that the pipeline binds itself is refused.

use bson::{Bson, Document, doc};

use crate::{Error, limits};

/// The stages and operators whose argument is a query.
const QUERIES: &[&str] = &["$match", "query", "restrictSearchWithMatch"];

pub(crate) fn bound(pipeline: Bson, variables: &Document) -> Result<Bson, Error> {
    if variables.is_empty() {
        return Ok(pipeline);
    }
    limits::within_depth(&pipeline)?;
    for name in variables.keys() {
        if !name.starts_with(|c: char| c.is_lowercase()) {
            return Err(Error::input(format!("`{name}` is no name of a variable"))
                .hint("it starts with a small letter")
                .code(9));
        }
        if binds(&pipeline, name) {
            return Err(Error::unsupported(format!(
                "the variable `{name}` of the option `let` is bound again in the pipeline"
            ))
            .hint("give one of them another name"));
        }
    }
    Ok(in_expression(pipeline, variables))
}

/// Whether a part of the pipeline gives the name a meaning of its own.
fn binds(value: &Bson, name: &str) -> bool {
    match value {
        Bson::Document(document) => document.iter().any(|(key, inner)| {
            let is_bound = match (key.as_str(), inner) {
                ("vars" | "let", Bson::Document(names)) => names.contains_key(name),
                ("as", Bson::String(known)) => known == name,
                ("$reduce", _) => matches!(name, "this" | "value"),
                ("$map" | "$filter", _) => name == "this",
                ("$merge", Bson::Document(merge)) => name == "new" && !merge.contains_key("let"),
                _ => false,
            };
            is_bound || binds(inner, name)
        }),
        Bson::Array(values) => values.iter().any(|value| binds(value, name)),
        _ => false,
    }
}

fn in_expression(value: Bson, variables: &Document) -> Bson {
    match value {
        Bson::String(text) => {
            let name = text.strip_prefix("$$").map(|path| path.split('.').next().unwrap_or(path).to_owned());
            match name.and_then(|name| variables.get(&name).map(|value| (name, value.clone()))) {
                Some((name, value)) => Bson::Document(doc! { "$let": { "vars": { name: value }, "in": text } }),
                None => Bson::String(text),
            }
        }
        Bson::Array(values) => Bson::Array(values.into_iter().map(|value| in_expression(value, variables)).collect()),
        Bson::Document(document) => {
            let changed = |(key, value): (String, Bson)| {
                let value = match key.as_str() {
                    "$literal" => value,
                    name if QUERIES.contains(&name) => in_query(value, variables),
                    _ => in_expression(value, variables),
                };
                (key, value)
            };
            Bson::Document(document.into_iter().map(changed).collect())
        }
        other => other,
    }
}

fn in_query(value: Bson, variables: &Document) -> Bson {
    match value {
        Bson::Array(values) => Bson::Array(values.into_iter().map(|value| in_query(value, variables)).collect()),
        Bson::Document(document) => {
            let changed = |(key, value): (String, Bson)| {
                let value = if key == "$expr" { in_expression(value, variables) } else { in_query(value, variables) };
                (key, value)
            };
            Bson::Document(document.into_iter().map(changed).collect())
        }
        other => other,
    }
}
