//! Stages: which is which, and the simple ones.

use bson::Bson;

use super::{
    bucket,
    expr::Scope,
    form, gaps, group, join, lookup,
    names::{self, UNSUPPORTED_STAGES},
    predicate, project, sort, window, write,
};
use crate::{
    Error, ErrorKind, Pipeline,
    ast::{Stage, Unchecked},
    describe,
    error::nearest,
    limits,
};

/// Parses all stages; an error names the stage by its number, from 1.
pub(super) fn stages(values: &[Bson], scope: &Scope<'_>) -> Result<Pipeline, Error> {
    limits::within_length(values.len())?;
    let stage = |(at, value)| stage(value, scope).map_err(|error: Error| error.settled_in_stage(at));
    let stages: Vec<Stage> = values.iter().enumerate().map(stage).collect::<Result<_, _>>()?;
    in_their_places(&stages)?;
    Ok(Pipeline::of(stages))
}

/// Refuses what can only be the first stage, or only the last, elsewhere.
fn in_their_places(stages: &[Stage]) -> Result<(), Error> {
    for (at, stage) in stages.iter().enumerate() {
        let name = stage.name();
        let misplaced = match stage {
            Stage::Out(_) | Stage::Merge(_) if at + 1 < stages.len() => {
                Error::input(format!("`{name}` can only be the last stage")).code(40601)
            }
            Stage::Documents(_) if at > 0 => Error::input("`$documents` can only be the first stage").code(40602),
            _ => continue,
        };
        return Err(misplaced.under(name).settled_in_stage(at));
    }
    Ok(())
}

/// Parses the pipeline inside a stage, which may write nothing; `codes` are those for what is no array, and for a stage
/// that writes.
pub(super) fn inner(value: &Bson, scope: &Scope<'_>, (shape, writes): (i32, i32)) -> Result<Pipeline, Error> {
    let values = form::array("pipeline", value).map_err(|error| error.code(shape))?;
    let pipeline = stages(values, scope)?;
    match pipeline.stages.iter().position(Stage::writes_a_collection) {
        None => Ok(pipeline),
        Some(at) => {
            let name = pipeline.stages[at].name();
            let error = Error::input(format!("`{name}` cannot stand in the pipeline of another stage"));
            Err(error.code(writes).under(name).settled_in_stage(at))
        }
    }
}

/// The same of a whole pipeline for a server, which may know more: a stage that is not known here, or has something inside
/// that is not, is kept as it stands, with the error that it is here.
pub(super) fn kept_stages(values: &[Bson]) -> Result<(Pipeline, Vec<Error>), Error> {
    limits::within_length(values.len())?;
    let mut unchecked = Vec::new();
    let mut kept = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        kept.push(match stage(value, &Scope::default()) {
            Ok(stage) => stage,
            Err(error) => {
                let (stage, error) = kept_as_it_stands(value, error).map_err(|error| error.settled_in_stage(at))?;
                unchecked.push(error.settled_in_stage(at));
                stage
            }
        });
    }
    in_their_places(&kept)?;
    Ok((Pipeline::of(kept), unchecked))
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

fn stage(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
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
    named(name, argument, scope).map_err(|error| error.under(name))
}

/// How the argument of a stage is parsed.
type Parse = fn(&Bson, &Scope<'_>) -> Result<Stage, Error>;

/// The stages that we have: the name, the first server version that has it (3.0 stands for any), how it is parsed.
const STAGES: &[(&str, &str, Parse)] = &[
    ("$match", "3.0", matching),
    ("$project", "3.0", project::project),
    ("$addFields", "3.4", |value, scope| project::add_fields("$addFields", value, scope)),
    ("$set", "4.2", |value, scope| project::add_fields("$set", value, scope)),
    ("$unset", "4.2", |value, _| project::unset(value)),
    ("$group", "3.0", group::group),
    ("$sort", "3.0", |value, _| sort::stage(value)),
    ("$limit", "3.0", |value, _| limit(value)),
    ("$skip", "3.0", |value, _| skip(value)),
    ("$count", "3.4", |value, _| group::count(value)),
    ("$sortByCount", "3.4", group::sort_by_count),
    ("$unwind", "3.0", |value, _| join::unwind(value)),
    ("$lookup", "3.2", lookup::lookup),
    ("$graphLookup", "3.4", lookup::graph_lookup),
    ("$facet", "3.4", join::facet),
    ("$bucket", "3.4", bucket::bucket),
    ("$bucketAuto", "3.4", bucket::bucket_auto),
    ("$replaceRoot", "3.4", |value, scope| join::replace_root("$replaceRoot", value, scope)),
    ("$replaceWith", "4.2", |value, scope| join::replace_root("$replaceWith", value, scope)),
    ("$unionWith", "4.4", join::union_with),
    ("$setWindowFields", "5.0", window::set_window_fields),
    ("$redact", "3.0", join::redact),
    ("$sample", "3.2", |value, _| join::sample(value)),
    ("$documents", "5.1", join::documents),
    ("$densify", "5.1", |value, _| gaps::densify(value)),
    ("$fill", "5.3", gaps::fill),
    ("$out", "3.0", |value, _| write::out(value)),
    ("$merge", "4.2", write::merge),
];

/// The stages that we have, each with the first server version that has it.
pub(crate) fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    STAGES.iter().map(|(name, since, _)| (*name, *since))
}

/// The first server version that has a stage.
pub(crate) fn since(name: &str) -> &'static str {
    STAGES.iter().find(|(known, ..)| *known == name).map_or("3.0", |(_, since, _)| since)
}

fn named(name: &str, argument: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    match STAGES.iter().find(|(known, ..)| *known == name) {
        Some((.., parse)) => parse(argument, scope),
        None => Err(unknown(name)),
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
    if STAGES.iter().any(|(known, ..)| *known == dollared) {
        return error.hint(format!("a stage starts with a dollar sign: `{dollared}`"));
    }
    error.hint(nearest("stage", name, STAGES.iter().map(|(name, ..)| *name)))
}

fn matching(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    if !matches!(value, Bson::Document(_)) {
        let message = format!("`$match` takes an object, found {}", describe::a_value(value));
        return Err(Error::input(message).code(15959));
    }
    predicate::predicate(value, predicate::On::Document(scope)).map(Stage::Match)
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
