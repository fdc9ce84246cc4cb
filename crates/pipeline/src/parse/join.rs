//! The stages that bring in or take apart: `$lookup`, `$unionWith`, `$unwind`, `$facet`, `$replaceRoot`.

use bson::Bson;

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    path, stage,
};
use crate::{
    Error, Pipeline,
    ast::{Lookup, Stage, Unwind},
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
const UNION_WITH: Form<2> = Form {
    name: "$unionWith",
    keys: [("coll", true), ("pipeline", false)],
    codes: Codes { shape: Some(9), unknown: Some(40415), missing: &[9] },
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

/// Parses `$lookup` by equality of two fields.
pub(super) fn lookup(value: &Bson) -> Result<Stage, Error> {
    let [from, local, foreign, target, bindings, pipeline] = LOOKUP.read(value)?;
    if bindings.or(pipeline).is_some() {
        return Err(Error::unsupported("`$lookup` with `pipeline` is not supported yet")
            .hint("join by `localField` and `foreignField`, and go on after `$unwind`"));
    }
    let need = |name: &'static str, value: Option<&Bson>| match value {
        Some(Bson::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(other) => {
            let message = format!("`{name}` takes a string, found {}", describe::a_value(other));
            Err(Error::input(message).code(9).under(name))
        }
        None => Err(Error::input(format!("`$lookup` needs `{name}`"))
            .hint("`$lookup` takes `from`, `localField`, `foreignField` and `as`")
            .code(9)),
    };
    let field = |name, value| path::path(&need(name, value)?).map_err(|error| error.under(name));
    Ok(Stage::Lookup(Lookup {
        from: collection(need("from", from)?)?,
        local: field("localField", local)?,
        foreign: field("foreignField", foreign)?,
        target: field("as", target)?,
    }))
}

fn collection(name: String) -> Result<String, Error> {
    if name.is_empty() || name.contains(['$', '\0']) {
        return Err(Error::input(format!("`{name}` is not a name for a collection")));
    }
    Ok(name)
}

/// Parses `$unionWith`: a name, or `{coll, pipeline}`.
pub(super) fn union_with(value: &Bson) -> Result<Stage, Error> {
    if let Bson::String(name) = value {
        return Ok(Stage::UnionWith { collection: collection(name.clone())?, pipeline: Pipeline::default() });
    }
    let [name, pipeline] = UNION_WITH.read(value)?;
    let name = form::string("coll", name.unwrap_or(&Bson::Null)).map_err(|error| error.code(14).under("coll"))?;
    let pipeline = match pipeline {
        Some(stages) => {
            let stages = form::array("pipeline", stages).map_err(|error| error.code(14));
            stages.and_then(stage::stages).map_err(|error| error.under("pipeline"))?
        }
        None => Pipeline::default(),
    };
    Ok(Stage::UnionWith { collection: collection(name.to_owned())?, pipeline })
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
pub(super) fn facet(value: &Bson) -> Result<Stage, Error> {
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
        let pipeline = stage::stages(stages).map_err(inside)?;
        if pipeline.stages.iter().any(|stage| matches!(stage, Stage::Facet(_))) {
            return Err(inside(Error::input("a `$facet` cannot stand inside another").code(40600)));
        }
        Ok((name.clone(), pipeline))
    };
    Ok(Stage::Facet(document.iter().map(facet).collect::<Result<_, _>>()?))
}

/// Parses `$replaceRoot` and `$replaceWith`.
pub(super) fn replace_root(name: &str, value: &Bson) -> Result<Stage, Error> {
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
    expr(new_root, &Scope::default())
        .map(Stage::ReplaceRoot)
        .map_err(|error| if name == "$replaceWith" { error } else { error.under("newRoot") })
}
