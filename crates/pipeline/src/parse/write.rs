//! The stages that write: `$out` and `$merge`.

use bson::Bson;

use super::{
    expr::Scope,
    form::{self, Codes, Form},
    forms, lookup, path, stage,
};
use crate::{
    Error,
    ast::{Expr, Merge, Path, Stage, Target, WhenMatched, WhenNotMatched},
    describe,
};

const MERGE: Form<5> = Form {
    name: "$merge",
    keys: [("into", true), ("on", false), ("let", false), ("whenMatched", false), ("whenNotMatched", false)],
    codes: Codes { shape: Some(14), unknown: Some(40415), missing: &[40414] },
};

/// Parses `$out`: a name, or `{db, coll}`.
pub(super) fn out(value: &Bson) -> Result<Stage, Error> {
    let target = match value {
        Bson::String(name) => Target { database: None, collection: name.clone() },
        Bson::Document(document) => match (document.len(), document.get("db"), document.get("coll")) {
            (2, Some(Bson::String(database)), Some(Bson::String(name))) => {
                Target { database: Some(database.clone()), collection: name.clone() }
            }
            _ => return Err(Error::input("`$out` takes a name, or an object of `db` and `coll`").code(16994)),
        },
        other => {
            let message = format!("`$out` takes the name of a collection, found {}", describe::a_value(other));
            return Err(Error::input(message).code(16990));
        }
    };
    if target.collection.starts_with("system.") {
        let message = format!("`{}` belongs to the server", target.collection);
        return Err(Error::input(message).code(17385));
    }
    named(target, 73).map(Stage::Out)
}

fn named(target: Target, empty: i32) -> Result<Target, Error> {
    if target.collection.is_empty() {
        return Err(Error::input("the name of the collection is empty").code(empty));
    }
    lookup::collection(&target.collection).map_err(|error| error.code(20))?;
    Ok(target)
}

/// Parses `$merge`: a name, or an object.
pub(super) fn merge(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let simple = |into| Merge {
        into,
        on: Vec::new(),
        bindings: Vec::new(),
        when_matched: WhenMatched::Merge,
        when_not_matched: WhenNotMatched::Insert,
    };
    if let Bson::String(_) = value {
        return Ok(Stage::Merge(Box::new(simple(self::into(value)?))));
    }
    let [into, on, bindings, when_matched, when_not_matched] = MERGE.read(value)?;
    let into = self::into(into.unwrap_or(&Bson::Null)).map_err(|error| error.under("into"))?;
    let on = on.map_or(Ok(Vec::new()), self::on).map_err(|error| error.under("on"))?;
    let has_bindings = bindings.is_some();
    let bindings = match bindings {
        Some(vars) => {
            let codes = Codes { shape: Some(14), ..Codes::default() };
            let bindings = form::object("let", vars, codes).and_then(|vars| forms::bindings(vars, scope));
            bindings.map_err(|error| error.under("let"))?
        }
        None => Vec::new(),
    };
    if bindings.iter().any(|(name, value)| name == "new" && *value != Expr::Root(None)) {
        let message = "the variable `new` is the new document itself, `$$ROOT`, and nothing else";
        return Err(Error::input(message).code(51273).under("let"));
    }
    let mut names: Vec<String> = bindings.iter().map(|(name, _)| name.clone()).collect();
    names.push("new".to_owned());
    let when_matched = match when_matched {
        Some(value) => self::when_matched(value, &scope.with(&names)).map_err(|error| error.under("whenMatched"))?,
        None => WhenMatched::Merge,
    };
    if has_bindings && !matches!(when_matched, WhenMatched::Pipeline(_)) {
        let message = "`let` needs a pipeline as `whenMatched` that sees its variables";
        return Err(Error::input(message).code(51199).under("let"));
    }
    let when_not_matched = match when_not_matched {
        Some(value) => self::when_not_matched(value).map_err(|error| error.under("whenNotMatched"))?,
        None => WhenNotMatched::Insert,
    };
    if matches!(when_matched, WhenMatched::KeepExisting | WhenMatched::Fail)
        && when_not_matched != WhenNotMatched::Insert
    {
        let message = "this `whenMatched` goes with `whenNotMatched: \"insert\"` only";
        return Err(Error::input(message).code(51181));
    }
    Ok(Stage::Merge(Box::new(Merge { on, bindings, when_matched, when_not_matched, ..simple(into) })))
}

fn into(value: &Bson) -> Result<Target, Error> {
    let target = match value {
        Bson::String(name) => Target { database: None, collection: name.clone() },
        Bson::Document(document) if document.keys().all(|key| matches!(key.as_str(), "db" | "coll")) => {
            let part = |key: &str| match document.get(key) {
                Some(value) => form::string(key, value).map(|text| Some(text.to_owned())),
                None => Ok(None),
            };
            let collection = part("coll")?.ok_or_else(|| Error::input("`into` needs `coll`").code(5_786_801))?;
            Target { database: part("db")?, collection }
        }
        other => {
            let message = format!("`into` takes the name of a collection, found {}", describe::a_value(other));
            return Err(Error::input(message).code(51178));
        }
    };
    named(target, 5_786_800)
}

fn on(value: &Bson) -> Result<Vec<Path>, Error> {
    let wrong = |value: &Bson| {
        let message =
            format!("`on` takes the name of a field, or an array of names, found {}", describe::a_value(value));
        Error::input(message).code(51186)
    };
    let names = match value {
        Bson::String(_) => std::slice::from_ref(value),
        Bson::Array(names) if names.is_empty() => {
            return Err(Error::input("`on` needs at least one field").code(51187));
        }
        Bson::Array(names) => names,
        other => return Err(wrong(other)),
    };
    let mut paths: Vec<Path> = Vec::new();
    for name in names {
        let Bson::String(name) = name else { return Err(wrong(name)) };
        let path = path::path(name)?;
        if paths.contains(&path) {
            return Err(Error::input(format!("the field `{name}` is given twice")).code(31465));
        }
        paths.push(path);
    }
    // `_id` alone is what it is without `on`.
    if let [only] = paths.as_slice()
        && only.segments() == ["_id"]
    {
        paths.clear();
    }
    Ok(paths)
}

fn when_matched(value: &Bson, scope: &Scope<'_>) -> Result<WhenMatched, Error> {
    match value {
        Bson::String(word) => match word.as_str() {
            "replace" => Ok(WhenMatched::Replace),
            "keepExisting" => Ok(WhenMatched::KeepExisting),
            "merge" => Ok(WhenMatched::Merge),
            "fail" => Ok(WhenMatched::Fail),
            _ => Err(Error::input(format!("unknown `{word}`"))
                .hint("it is `replace`, `keepExisting`, `merge`, `fail`, or a pipeline")
                .code(2)),
        },
        Bson::Array(values) => {
            let pipeline = stage::stages(values, scope)?;
            let changes_one = |stage: &Stage| {
                matches!(stage, Stage::AddFields(..) | Stage::Unset(_) | Stage::Project(_) | Stage::ReplaceRoot(..))
            };
            match pipeline.stages.iter().position(|stage| !changes_one(stage)) {
                None => Ok(WhenMatched::Pipeline(pipeline)),
                Some(at) => {
                    let name = pipeline.stages[at].name();
                    let error = Error::input(format!("`{name}` cannot change one document"));
                    let hint =
                        "`whenMatched` takes `$addFields`, `$unset`, `$project` and `$replaceRoot`, by each name";
                    Err(error.hint(hint).code(72).under(name).settled_in_stage(at))
                }
            }
        }
        other => {
            let message = format!("`whenMatched` takes a word or a pipeline, found {}", describe::a_value(other));
            Err(Error::input(message).code(51191))
        }
    }
}

fn when_not_matched(value: &Bson) -> Result<WhenNotMatched, Error> {
    match form::string("whenNotMatched", value).map_err(|error| error.code(14))? {
        "insert" => Ok(WhenNotMatched::Insert),
        "discard" => Ok(WhenNotMatched::Discard),
        "fail" => Ok(WhenNotMatched::Fail),
        word => Err(Error::input(format!("unknown `{word}`")).hint("it is `insert`, `discard` or `fail`").code(2)),
    }
}
