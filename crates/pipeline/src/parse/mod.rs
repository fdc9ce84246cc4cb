//! BSON → typed pipeline.
//!
//! In: what [`crate::read`] gives, or BSON made by a program. Out: a [`Pipeline`] that a server would take, too; or an
//! error with its place inside the pipeline. Fields are not looked at here: that is [`crate::check`]'s business.
//! Constant expressions stay as they are written; what a server refuses while parsing is refused.

mod accumulator;
mod bucket;
mod expr;
mod form;
mod forms;
mod gaps;
mod group;
mod join;
mod json_schema;
mod literal;
mod lookup;
pub(crate) mod names;
mod operator;
mod path;
mod predicate;
mod project;
mod sort;
pub(crate) mod stage;
mod test;
mod variables;
mod window;
mod window_function;
mod write;

use bson::Bson;

use crate::{
    Error, Pipeline,
    ast::{AccumulatorCall, Expr, Predicate},
    describe, limits,
    read::{Language, Script, read_script},
};
use expr::Scope;
use predicate::On;

pub(crate) use form::{given, integral, number, whole};
pub(crate) use group::is_inclusion;
pub(crate) use names::regex_options;
pub(crate) use path::path;
pub(crate) use predicate::is_operators;
pub(crate) use project::refuse_collisions;
pub(crate) use test::is_half_reference;
pub(crate) use variables::bound;

/// Makes a pipeline of an array of stages; a single stage is a pipeline of one.
///
/// ```
/// use pipeline::{Bson, Document, parse};
///
/// let stage: Document = [("$limit".to_owned(), Bson::Int32(5))].into_iter().collect();
/// assert_eq!(parse(&Bson::Array(vec![Bson::Document(stage)]))?.stages[0].name(), "$limit");
/// # Ok::<(), pipeline::Error>(())
/// ```
pub fn parse(value: &Bson) -> Result<Pipeline, Error> {
    let pipeline = stage::stages(stages_of(value)?, &Scope::default())?;
    limits::within_pipelines(&pipeline)?;
    Ok(pipeline)
}

/// The same for a server, with [`Names::Any`]: and the error that each unchecked stage would have been.
pub fn parse_any(value: &Bson) -> Result<(Pipeline, Vec<Error>), Error> {
    let (pipeline, unchecked) = stage::kept_stages(stages_of(value)?)?;
    limits::within_pipelines(&pipeline)?;
    Ok((pipeline, unchecked))
}

fn stages_of(value: &Bson) -> Result<&[Bson], Error> {
    limits::within_depth(value)?;
    match value {
        Bson::Array(stages) => Ok(stages),
        Bson::Document(_) => Ok(std::slice::from_ref(value)),
        other => Err(Error::input(format!("a pipeline is an array of stages, found {}", describe::a_value(other)))),
    }
}

/// Reads and parses a pipeline, also with a script around it, whose collection and options are not looked at; [`parse_script`]
/// gives them.
///
/// ```
/// let error = pipeline::parse_text("[{$match: {age: 5}}, {$limt: 3}]").unwrap_err();
/// let lines = ["unknown stage `$limt`", "  at stage 2, `$limt`", "    [{$match: {age: 5}}, {$limt: 3}]", "                          ^^^^^^^^"];
/// assert!(error.to_string().starts_with(&lines.join("\n")));
/// ```
pub fn parse_text(text: &str) -> Result<Pipeline, Error> {
    parse_script(text, Language::Mongosh, Names::Known).map(|(pipeline, _)| pipeline)
}

/// What becomes of a stage or an operator that is not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// It is refused by name.
    Known,
    /// Its stage is kept as it stands, for a server that may know it; what writes or never ends is refused all the same.
    Any,
}

/// Reads and parses a pipeline with what the text says beside it; a text that could be of either language is taken for `first`.
///
/// ```
/// use pipeline::{Language, Names, parse_script};
///
/// let text = "const top = 3;\ndb.customers.aggregate([{$limit: top}], {maxTimeMS: 500})";
/// let (pipeline, script) = parse_script(text, Language::Mongosh, Names::Known)?;
/// assert_eq!(pipeline.stages[0].name(), "$limit");
/// assert_eq!(script.collection.as_deref(), Some("customers"));
/// # Ok::<(), pipeline::Error>(())
/// ```
pub fn parse_script(text: &str, first: Language, names: Names) -> Result<(Pipeline, Script), Error> {
    let mut script = read_script(text, first)?;
    script.pipeline = variables::bound(std::mem::take(&mut script.pipeline), &script.variables)?;
    let (mut pipeline, unchecked) = match names {
        Names::Known => parse(&script.pipeline).map(|pipeline| (pipeline, Vec::new())),
        Names::Any => parse_any(&script.pipeline),
    }
    .map_err(|error| error.shown_in(text))?;
    pipeline.collation.clone_from(&script.collation);
    script.unchecked = unchecked.into_iter().map(|error| error.shown_in(text)).collect();
    Ok((pipeline, script))
}

/// Makes an expression.
pub fn parse_expr(value: &Bson) -> Result<Expr, Error> {
    limits::within_depth(value)?;
    expr::expr(value, &Scope::default()).map_err(Error::settled)
}

/// Makes a predicate of a query document, as in `$match`.
pub fn parse_predicate(value: &Bson) -> Result<Predicate, Error> {
    limits::within_depth(value)?;
    let not_a_query = !matches!(value, Bson::Document(_));
    predicate::predicate(value, On::Document(&Scope::default())).map_err(|error| {
        let error = if not_a_query { error.code(15959) } else { error };
        error.settled()
    })
}

/// Makes an accumulator of a document such as `{$sum: "$x"}`.
pub fn parse_accumulator(value: &Bson) -> Result<AccumulatorCall, Error> {
    limits::within_depth(value)?;
    accumulator::call(value, &Scope::default()).map_err(Error::settled)
}
