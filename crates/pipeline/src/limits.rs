//! How large a statement may be: the limits of a MongoDB server, with its codes.
//!
//! In: BSON. Out: nothing, or the error that a server gives. Invariant: what passes here can be walked by recursion, on
//! any thread: reading, parsing and printing take more stack where there is too little, and
//! what is left fits on 768 KB.

use bson::Bson;

use crate::{
    Error, Pipeline,
    ast::{Path, Stage},
};

/// How deep values may be nested, in text and in BSON alike.
pub const MAX_DEPTH: usize = 200;
/// How deep a document may be nested that lies in a collection.
pub const MAX_STORED_DEPTH: usize = 100;
/// How many stages a pipeline may have.
pub const MAX_STAGES: usize = 1000;
/// How many pipelines may lie inside one another.
pub const MAX_SUB_PIPELINES: usize = 20;
/// How many fields documents may be sorted by.
pub const MAX_SORT_KEYS: usize = 32;
/// How many names a dotted path may have.
pub const MAX_PATH_PARTS: usize = 200;

/// MongoDB: in a query it must fit into a document that can be stored; in an expression the variable is one more name.
const MAX_QUERY_PATH_PARTS: usize = 180;
const MAX_EXPR_PATH_PARTS: usize = MAX_PATH_PARTS - 1;

/// MongoDB: `Overflow`.
const TOO_DEEP: i32 = 15;
/// MongoDB: `FailedToParse`.
const TOO_LONG: i32 = 9;

/// What a walk may need from one level to the next, and how much it gets where that is not left. Why: debug builds need up to a
/// megabyte for 200 levels, and threads of a program that embeds us may have less.
const LEAST_STACK: usize = 256 << 10;
const MORE_STACK: usize = 2 << 20;

/// Does a part of a recursive walk, on more stack where there is too little.
pub(crate) fn on_enough_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEAST_STACK, MORE_STACK, work)
}

/// Refuses values that are nested too deep.
pub(crate) fn within_depth(value: &Bson) -> Result<(), Error> {
    if is_deeper_than(value, MAX_DEPTH) { Err(too_deep()) } else { Ok(()) }
}

/// The error for values that are nested too deep.
pub(crate) fn too_deep() -> Error {
    Error::input(format!("values are nested more than {MAX_DEPTH} deep")).code(TOO_DEEP)
}

/// Whether objects and arrays are nested in more levels than that. Looks no deeper than it must.
#[must_use]
pub fn is_deeper_than(value: &Bson, levels: usize) -> bool {
    let inside = |value: &Bson| levels == 0 || is_deeper_than(value, levels - 1);
    match value {
        Bson::Document(document) => levels == 0 || document.values().any(inside),
        Bson::Array(values) => levels == 0 || values.iter().any(inside),
        Bson::JavaScriptCodeWithScope(code) => levels == 0 || code.scope.values().any(inside),
        _ => false,
    }
}

/// Refuses pipelines of too many stages.
pub(crate) fn within_length(n_stages: usize) -> Result<(), Error> {
    if n_stages > MAX_STAGES {
        return Err(too_many_stages(Some(n_stages)));
    }
    Ok(())
}

/// The error for too many stages, with their number where they were counted to the end.
pub(crate) fn too_many_stages(n_stages: Option<usize>) -> Error {
    let found = n_stages.map_or_else(|| "more".to_owned(), |n_stages| n_stages.to_string());
    Error::input(format!("a pipeline has at most {MAX_STAGES} stages, found {found}")).code(TOO_LONG)
}

/// Refuses too many keys of a sort.
pub(crate) fn within_sort_keys(n_keys: usize) -> Result<(), Error> {
    if n_keys > MAX_SORT_KEYS {
        let message = format!("documents are sorted by at most {MAX_SORT_KEYS} fields, found {n_keys}");
        return Err(Error::input(message).code(13103));
    }
    Ok(())
}

/// Refuses pipelines inside too many others.
pub(crate) fn within_pipelines(pipeline: &Pipeline) -> Result<(), Error> {
    if n_levels(pipeline) > MAX_SUB_PIPELINES {
        let message = format!("pipelines are nested more than {MAX_SUB_PIPELINES} deep");
        return Err(Error::input(message).code(232));
    }
    Ok(())
}

/// How many pipelines lie inside one another in this one.
fn n_levels(pipeline: &Pipeline) -> usize {
    let inside = pipeline.stages.iter().flat_map(Stage::pipelines);
    inside.map(|inner| 1 + n_levels(inner)).max().unwrap_or(0)
}

/// Refuses paths of too many names.
pub(crate) fn path(path: Path) -> Result<Path, Error> {
    of_parts(path, MAX_PATH_PARTS, TOO_DEEP)
}

/// Refuses paths of too many names in an expression.
pub(crate) fn expr_path(path: Path) -> Result<Path, Error> {
    of_parts(path, MAX_EXPR_PATH_PARTS, TOO_DEEP)
}

/// Refuses paths of too many names in a query.
pub(crate) fn query_path(path: Path) -> Result<Path, Error> {
    of_parts(path, MAX_QUERY_PATH_PARTS, 5_729_100)
}

fn of_parts(path: Path, most: usize, code: i32) -> Result<Path, Error> {
    let n_parts = path.segments().len();
    if n_parts > most {
        return Err(Error::input(format!("a field path has at most {most} names here, found {n_parts}")).code(code));
    }
    Ok(path)
}
