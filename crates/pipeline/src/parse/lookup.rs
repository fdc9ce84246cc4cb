//! `$lookup` and `$graphLookup`.

use bson::Bson;

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    forms, path, predicate, stage,
};
use crate::{
    Error,
    ast::{GraphLookup, Lookup, LookupPipeline, Path, Predicate, Stage},
    describe,
};

const LOOKUP: Form<6> = Form {
    name: "$lookup",
    keys: [
        ("from", false),
        ("localField", false),
        ("foreignField", false),
        ("as", false),
        ("let", false),
        ("pipeline", false),
    ],
    codes: Codes { shape: Some(9), unknown: Some(9), missing: &[] },
};
const GRAPH_LOOKUP: Form<8> = Form {
    name: "$graphLookup",
    keys: [
        ("from", true),
        ("startWith", true),
        ("connectFromField", true),
        ("connectToField", true),
        ("as", true),
        ("maxDepth", false),
        ("depthField", false),
        ("restrictSearchWithMatch", false),
    ],
    codes: Codes { shape: Some(9), unknown: Some(40104), missing: &[9, 40105, 40105, 40105, 40105] },
};

/// Parses `$lookup`, by equality of two fields, by a pipeline, or by both.
pub(super) fn lookup(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let [from, local, foreign, target, bindings, pipeline] = LOOKUP.read(value)?;
    let from = from.map(source_text).transpose()?;
    let target = match target {
        Some(name) => field("as", name)?,
        None => return Err(lacking("`$lookup` needs `as`")),
    };
    let on = match (local, foreign) {
        (Some(local), Some(foreign)) => Some((field("localField", local)?, field("foreignField", foreign)?)),
        (None, None) => None,
        (local, _) if pipeline.is_some() => {
            let other = if local.is_some() { "foreignField" } else { "localField" };
            return Err(lacking(&format!("`$lookup` needs `{other}`, too")));
        }
        (Some(_), None) => return Err(lacking("`$lookup` needs `foreignField`")),
        (None, Some(_)) => return Err(lacking("`$lookup` needs `localField`")),
    };
    let Some(pipeline) = pipeline else {
        let Some((local, foreign)) = on else { return Err(lacking("`$lookup` needs `localField`")) };
        if bindings.is_some() {
            return Err(Error::input("`let` needs a `pipeline` that sees its variables").code(9).under("let"));
        }
        let from = from.ok_or_else(|| lacking("`$lookup` needs `from`"))?;
        return Ok(Stage::Lookup(Lookup { from: read_from(from)?, local, foreign, target }));
    };
    let bindings = match bindings {
        Some(Bson::Document(vars)) => forms::bindings(vars, scope).map_err(|error| error.under("let"))?,
        Some(other) => {
            let message = format!("`let` takes an object of variables, found {}", describe::a_value(other));
            return Err(Error::input(message).code(9).under("let"));
        }
        None => Vec::new(),
    };
    let from = source("$lookup", "from", from, Some(pipeline))?;
    let names: Vec<String> = bindings.iter().map(|(name, _)| name.clone()).collect();
    let pipeline = stage::inner(pipeline, &scope.with(&names), (14, 51047)).map_err(|error| error.under("pipeline"))?;
    Ok(Stage::LookupPipeline(LookupPipeline { from, on, bindings, pipeline, target }))
}

fn lacking(message: &str) -> Error {
    Error::input(message)
        .hint("`$lookup` takes `from`, `localField`, `foreignField` and `as`, or `from`, `let`, `pipeline` and `as`")
        .code(9)
}

fn text<'a>(name: &'static str, value: &'a Bson) -> Result<&'a str, Error> {
    match value {
        Bson::String(text) if !text.is_empty() => Ok(text),
        other => {
            let message = format!("`{name}` takes a string, found {}", describe::a_value(other));
            Err(Error::input(message).code(9).under(name))
        }
    }
}

/// MongoDB: in the place of a name an object of a database and a collection may stand, which is for its own use.
fn source_text(value: &Bson) -> Result<&str, Error> {
    match value {
        Bson::String(text) => Ok(text),
        Bson::Document(parts) if parts.keys().any(|key| key != "db" && key != "coll") => {
            Err(Error::input("`from` takes a string, found an object").code(40415).under("from"))
        }
        other => text("from", other),
    }
}

fn field(name: &'static str, value: &Bson) -> Result<Path, Error> {
    path::path(text(name, value)?).map_err(|error| error.under(name))
}

/// The name of a collection that is read. MongoDB: one that no collection can have is taken for an empty collection's.
pub(super) fn read_from(name: &str) -> Result<String, Error> {
    if name.is_empty() || name.starts_with('.') || name.contains('\0') {
        return Err(Error::input(format!("`{name}` is not a name for a collection")).code(73));
    }
    Ok(name.to_owned())
}

/// The name of a collection that is written.
pub(super) fn collection(name: &str) -> Result<String, Error> {
    if name.is_empty() || name.contains(['$', '\0']) {
        return Err(Error::input(format!("`{name}` is not a name for a collection")));
    }
    Ok(name.to_owned())
}

/// Where the documents of a stage's pipeline come from: a collection, unless the pipeline starts with `$documents`.
pub(super) fn source(
    stage: &str,
    key: &str,
    name: Option<&str>,
    pipeline: Option<&Bson>,
) -> Result<Option<String>, Error> {
    let first = pipeline.and_then(Bson::as_array).and_then(|stages| stages.first()).and_then(Bson::as_document);
    // MongoDB: `$documents` wins over a name.
    if first.is_some_and(|stage| stage.contains_key("$documents")) {
        return Ok(None);
    }
    match name {
        Some(name) => read_from(name).map(Some),
        None => {
            Err(Error::input(format!("`{stage}` needs `{key}`, or a pipeline that starts with `$documents`")).code(9))
        }
    }
}

/// Parses `$graphLookup`.
pub(super) fn graph_lookup(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    if value.as_document().is_some_and(|document| !document.contains_key("from")) {
        return Err(Error::input("`$graphLookup` needs `from`").code(9));
    }
    let [from, start, connect_from, connect_to, target, depth, depth_field, restrict] = GRAPH_LOOKUP.read(value)?;
    let name = |key: &'static str, value: Option<&Bson>| match value {
        Some(Bson::String(name)) if name.is_empty() && key != "depthField" => {
            Err(Error::input(format!("`{key}` cannot be empty")).code(40105).under(key))
        }
        Some(Bson::String(name)) => path::path(name).map_err(|error| error.under(key)),
        other => {
            let found = describe::a_value(other.unwrap_or(&Bson::Null));
            let code = if matches!(other, Some(Bson::Document(_))) { 13111 } else { 40103 };
            Err(Error::input(format!("`{key}` takes a string, found {found}")).code(code).under(key))
        }
    };
    let from = read_from(source_text(from.unwrap_or(&Bson::Null))?)?;
    let depth_field = depth_field.map(|value| name("depthField", Some(value))).transpose()?;
    Ok(Stage::GraphLookup(GraphLookup {
        from,
        start_with: expr(start.unwrap_or(&Bson::Null), scope).map_err(|error| error.under("startWith"))?,
        connect_from: name("connectFromField", connect_from)?,
        connect_to: name("connectToField", connect_to)?,
        target: name("as", target)?,
        max_depth: depth.map(max_depth).transpose().map_err(|error| error.under("maxDepth"))?,
        depth_field,
        restrict: restrict
            .map(|query| restriction(query, scope))
            .transpose()
            .map_err(|error| error.under("restrictSearchWithMatch"))?,
    }))
}

fn max_depth(value: &Bson) -> Result<u64, Error> {
    let wrong = |code| {
        let message = format!("`maxDepth` takes a whole number from 0, found {}", describe::a_value(value));
        Err(Error::input(message).code(code))
    };
    match (form::number(value), form::whole(value)) {
        (None, _) => wrong(40100),
        (Some(number), _) if number < 0.0 => wrong(40101),
        (Some(_), None) => wrong(40102),
        (Some(_), Some(depth)) => Ok(depth.unsigned_abs()),
    }
}

fn restriction(query: &Bson, scope: &Scope<'_>) -> Result<Predicate, Error> {
    if !matches!(query, Bson::Document(_)) {
        let message = format!("`restrictSearchWithMatch` takes a query, found {}", describe::a_value(query));
        return Err(Error::input(message).code(40185));
    }
    predicate::predicate(query, predicate::On::Document(scope))
}
