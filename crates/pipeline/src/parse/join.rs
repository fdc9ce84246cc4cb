//! The stages that bring in or take apart: `$unionWith`, `$documents`, `$unwind`, `$facet`, `$replaceRoot`, `$redact`,
//! `$sample`.

use bson::Bson;

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    lookup, path, stage,
};
use crate::{
    Error, Pipeline,
    ast::{Called, Stage, Unwind},
    describe,
};

const UNION_WITH: Form<2> = Form {
    name: "$unionWith",
    keys: [("coll", false), ("pipeline", false)],
    codes: Codes { shape: Some(9), unknown: Some(40415), missing: &[] },
};
const SAMPLE: Form<1> = Form {
    name: "$sample",
    keys: [("size", true)],
    codes: Codes { shape: Some(28745), unknown: Some(28748), missing: &[28749] },
};
const UNWIND: Form<3> = Form {
    name: "$unwind",
    keys: [("path", true), ("includeArrayIndex", false), ("preserveNullAndEmptyArrays", false)],
    codes: Codes { shape: Some(15981), unknown: Some(28811), missing: &[28812] },
};
const REPLACE_ROOT: Form<1> = Form {
    name: "$replaceRoot",
    keys: [("newRoot", true)],
    codes: Codes { shape: Some(40229), unknown: Some(40415), missing: &[40414] },
};

/// Parses `$unionWith`: a name, or `{coll, pipeline}`, or a pipeline that starts with `$documents`.
pub(super) fn union_with(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    if let Bson::String(name) = value {
        let collection = Some(lookup::read_from(name)?);
        return Ok(Stage::UnionWith { collection, pipeline: Pipeline::default() });
    }
    let [name, pipeline] = UNION_WITH.read(value)?;
    let name = form::given(name).map(|name| form::string("coll", name)).transpose();
    let name = name.map_err(|error| error.code(14).under("coll"))?;
    let collection = lookup::source("$unionWith", "coll", name, pipeline)?;
    let pipeline = match pipeline {
        Some(stages) => stage::inner(stages, scope, (14, 31441)).map_err(|error| error.under("pipeline"))?,
        None => Pipeline::default(),
    };
    Ok(Stage::UnionWith { collection, pipeline })
}

/// Parses `$documents`.
pub(super) fn documents(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    expr(value, scope).map(Stage::Documents)
}

/// Parses `$redact`, whose expression sees each level of a document as `$$CURRENT`.
pub(super) fn redact(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let names = ["CURRENT", "DESCEND", "PRUNE", "KEEP"].map(str::to_owned);
    expr(value, &scope.with(&names)).map(Stage::Redact)
}

/// Parses `$sample`.
pub(super) fn sample(value: &Bson) -> Result<Stage, Error> {
    let [size] = SAMPLE.read(value)?;
    let size = size.unwrap_or(&Bson::Null);
    match form::integral(size) {
        Some(n) if n < 0.0 => Err(Error::input("`size` must not be below 0").code(28747).under("size")),
        Some(n) => Ok(Stage::Sample(n as u64)),
        None => {
            let message = format!("`size` takes a number, found {}", describe::a_value(size));
            Err(Error::input(message).code(28746).under("size"))
        }
    }
}

/// Parses `$unwind`: a path, or an object.
pub(super) fn unwind(value: &Bson) -> Result<Stage, Error> {
    if let Bson::String(text) = value {
        return Ok(Stage::Unwind(Unwind { path: unwound(text)?, index: None, preserve: false }));
    }
    let [text, index, preserve] = UNWIND.read(value)?;
    let text = form::string("path", text.unwrap_or(&Bson::Null)).map_err(|error| error.code(28808).under("path"))?;
    let index = match index {
        None => None,
        Some(Bson::String(name)) if !name.is_empty() && !name.starts_with('$') => {
            Some(path::path(name).map_err(|error| error.under("includeArrayIndex"))?)
        }
        Some(other) => {
            let message =
                format!("`includeArrayIndex` takes a field name without `$`, found {}", describe::a_value(other));
            let code = if matches!(other, Bson::String(name) if name.starts_with('$')) { 28822 } else { 28810 };
            return Err(Error::input(message).code(code));
        }
    };
    let preserve = match preserve {
        None => false,
        Some(Bson::Boolean(preserve)) => *preserve,
        Some(other) => {
            let message =
                format!("`preserveNullAndEmptyArrays` takes true or false, found {}", describe::a_value(other));
            return Err(Error::input(message).code(28809));
        }
    };
    Ok(Stage::Unwind(Unwind { path: unwound(text)?, index, preserve }))
}

fn unwound(text: &str) -> Result<crate::ast::Path, Error> {
    if text.is_empty() {
        return Err(Error::input("`$unwind` needs a field path").code(28812));
    }
    if text.contains('\0') {
        return Err(Error::input("a field path cannot contain the character with code 0").code(16419));
    }
    path::dollar_path("$unwind", &Bson::String(text.to_owned())).map_err(|error| error.code(28818))
}

/// Parses `$facet`.
pub(super) fn facet(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let document = match value {
        Bson::Document(document) if !document.is_empty() => document,
        other => {
            let message = format!("`$facet` takes an object of pipelines, found {}", describe::a_value(other));
            return Err(Error::input(message).code(40169));
        }
    };
    let facet = |(name, value): (&String, &Bson)| {
        let code = match name.as_str() {
            "" => 15998,
            _ if name.starts_with('$') => 16410,
            _ => 16412,
        };
        path::name("a facet", name).map_err(|error| error.code(code))?;
        let inside = |error: Error| error.under(name);
        let stages = form::array(name, value).map_err(|error| inside(error.code(40170)))?;
        if let Some((at, other)) = stages.iter().enumerate().find(|(_, stage)| !matches!(stage, Bson::Document(_))) {
            let message = format!("a stage is an object, found {}", describe::a_value(other));
            return Err(inside(Error::input(message).code(40171).settled_in_stage(at)));
        }
        let pipeline = stage::stages(stages, scope).map_err(inside)?;
        if let Some((at, name)) = misplaced(&pipeline) {
            let error = Error::input(format!("`{name}` cannot stand inside a `$facet`")).code(40600);
            return Err(inside(error.under(name).settled_in_stage(at)));
        }
        Ok((name.clone(), pipeline))
    };
    Ok(Stage::Facet(document.iter().map(facet).collect::<Result<_, _>>()?))
}

/// The first stage that cannot stand in a `$facet`, also inside the pipelines of its stages.
fn misplaced(pipeline: &Pipeline) -> Option<(usize, &'static str)> {
    pipeline.stages.iter().enumerate().find_map(|(at, stage)| {
        let is_misplaced = match stage {
            Stage::Facet(_) | Stage::Out(_) | Stage::Merge(_) | Stage::Documents(_) => true,
            _ => stage.pipelines().into_iter().any(has_facet),
        };
        is_misplaced.then(|| (at, stage.name()))
    })
}

fn has_facet(pipeline: &Pipeline) -> bool {
    let has = |stage: &Stage| matches!(stage, Stage::Facet(_)) || stage.pipelines().into_iter().any(has_facet);
    pipeline.stages.iter().any(has)
}

/// Parses `$replaceRoot` and `$replaceWith`.
pub(super) fn replace_root(name: &str, value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let new_root = if name == "$replaceWith" { Some(value) } else { REPLACE_ROOT.read(value)?[0] };
    let new_root = new_root.unwrap_or(&Bson::Null);
    let is_object = match new_root {
        Bson::Document(_) => true,
        Bson::String(text) => text.starts_with('$'),
        _ => false,
    };
    if !is_object {
        let message = format!("the new root must be an object, found {}", describe::a_value(new_root));
        return Err(Error::input(message).code(40228));
    }
    let called = if name == "$replaceWith" { Called::Newer } else { Called::Older };
    match (expr(new_root, scope), called) {
        (Ok(root), called) => Ok(Stage::ReplaceRoot(root, called)),
        (Err(error), Called::Newer) => Err(error),
        (Err(error), Called::Older) => Err(error.under("newRoot")),
    }
}
