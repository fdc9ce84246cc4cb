//! Stages: which is which, and the simple ones.

use bson::Bson;

use super::{
    bucket, form, group, join,
    names::{self, STAGES, UNSUPPORTED_STAGES},
    predicate, project, sort, window,
};
use crate::{
    Error, ErrorKind, Pipeline,
    ast::{Stage, Unchecked},
    describe,
    error::nearest,
    limits,
};

/// Parses all stages; an error names the stage by its number, from 1.
pub(super) fn stages(values: &[Bson]) -> Result<Pipeline, Error> {
    limits::within_length(values.len())?;
    let stage = |(at, value)| stage(value).map_err(|error: Error| error.settled_in_stage(at));
    Ok(Pipeline { stages: values.iter().enumerate().map(stage).collect::<Result<_, _>>()? })
}

/// The same for a server, which may know more: a stage that is not known here, or has something inside that is not, is kept as it
/// stands, with the error that it is here.
pub(super) fn kept_stages(values: &[Bson]) -> Result<(Pipeline, Vec<Error>), Error> {
    limits::within_length(values.len())?;
    let mut unchecked = Vec::new();
    let mut kept = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        kept.push(match stage(value) {
            Ok(stage) => stage,
            Err(error) => {
                let (stage, error) = kept_as_it_stands(value, error).map_err(|error| error.settled_in_stage(at))?;
                unchecked.push(error.settled_in_stage(at));
                stage
            }
        });
    }
    Ok((Pipeline { stages: kept }, unchecked))
}

fn kept_as_it_stands(value: &Bson, error: Error) -> Result<(Stage, Error), Error> {
    let is_of_a_name = error.kind() == ErrorKind::Unsupported || error.unknown_name().is_some();
    let entry = value.as_document().and_then(|document| document.iter().next());
    match entry {
        Some((name, argument)) if is_of_a_name && !does_more_than_read(name, argument) => {
            Ok((Stage::Unchecked(Unchecked::new(name, argument.clone())), error))
        }
        _ => Err(error),
    }
}

/// Whether a stage or one inside writes, or never ends.
fn does_more_than_read(name: &str, argument: &Bson) -> bool {
    names::NEVER_PASSED_ON.contains(&name)
        || match argument {
            Bson::Document(document) => document.iter().any(|(name, inner)| does_more_than_read(name, inner)),
            Bson::Array(values) => values.iter().any(|value| does_more_than_read("", value)),
            _ => false,
        }
}

fn stage(value: &Bson) -> Result<Stage, Error> {
    let Bson::Document(document) = value else {
        return Err(Error::input(format!("a stage is an object, found {}", describe::a_value(value))).code(14));
    };
    let mut entries = document.iter();
    let (Some((name, argument)), None) = (entries.next(), entries.next()) else {
        let names: Vec<String> = document.keys().map(|key| format!("`{key}`")).collect();
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(Error::input(format!("a stage has exactly one key, found {found}"))
            .hint("each stage stands in an object of its own")
            .code(40323));
    };
    named(name, argument).map_err(|error| error.under(name))
}

fn named(name: &str, argument: &Bson) -> Result<Stage, Error> {
    match name {
        "$match" => matching(argument),
        "$project" => project::project(argument),
        "$addFields" | "$set" => project::add_fields(name, argument),
        "$unset" => project::unset(argument),
        "$group" => group::group(argument),
        "$sort" => sort::stage(argument),
        "$limit" => limit(argument),
        "$skip" => skip(argument),
        "$count" => group::count(argument),
        "$sortByCount" => group::sort_by_count(argument),
        "$unwind" => join::unwind(argument),
        "$lookup" => join::lookup(argument),
        "$facet" => join::facet(argument),
        "$bucket" => bucket::bucket(argument),
        "$bucketAuto" => bucket::bucket_auto(argument),
        "$replaceRoot" | "$replaceWith" => join::replace_root(name, argument),
        "$unionWith" => join::union_with(argument),
        "$setWindowFields" => window::set_window_fields(argument),
        _ => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Error {
    if names::NEVER_PASSED_ON.contains(&name) {
        return Error::unsupported(format!("the stage `{name}` is not supported yet")).hint(names::NOT_PASSED_ON);
    }
    if names::lists(UNSUPPORTED_STAGES, name) || names::STAGES_OF_THE_SERVER.contains(&name) {
        return names::unsupported(&format!("the stage `{name}`"));
    }
    let error = Error::unknown("stage", name).code(40324);
    let dollared = format!("${name}");
    if names::lists(STAGES, &dollared) {
        return error.hint(format!("a stage starts with a dollar sign: `{dollared}`"));
    }
    error.hint(nearest("stage", name, names::names(STAGES)))
}

fn matching(value: &Bson) -> Result<Stage, Error> {
    if !matches!(value, Bson::Document(_)) {
        let message = format!("`$match` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(15959));
    }
    predicate::predicate(value, predicate::On::Document).map(Stage::Match)
}

fn limit(value: &Bson) -> Result<Stage, Error> {
    match form::whole(value) {
        Some(0) => Err(Error::input("`$limit` must be above 0").code(15958)),
        Some(rows) if rows > 0 => Ok(Stage::Limit(rows.unsigned_abs())),
        _ => {
            let message = format!("`$limit` takes a whole number above 0, found {}", describe::a_value(value));
            Err(Error::input(message).code(5_107_201))
        }
    }
}

fn skip(value: &Bson) -> Result<Stage, Error> {
    match form::whole(value) {
        Some(rows) if rows >= 0 => Ok(Stage::Skip(rows.unsigned_abs())),
        _ => {
            let message = format!("`$skip` takes a whole number from 0, found {}", describe::a_value(value));
            Err(Error::input(message).code(5_107_200))
        }
    }
}
