//! Text of a pipeline → BSON, with the collection and the options that the text names: mongosh's language, Python, or
//! Extended JSON.
//!
//! ```text
//!  text ─► is it JSON? ─► Extended JSON's reader ──────────────────────────────────────┐
//!     └──► shell, python: statements ─► run: values ─► one `aggregate`, or one value ──┴─► Script
//! ```
//!
//! Invariant: nothing is read, written or sent, and the work is bounded, whatever the text; what a text leaves open (two
//! `aggregate` calls, two pipelines) is refused by name.

mod json;
mod locate;
mod options;
mod parser;
mod python;
mod run;
mod shell;
mod syntax;

use std::ops::Range;
use std::time::Duration;

use bson::{Bson, Document};

use super::cursor::Cursor;
use crate::{Collation, Error, error::Step, find::TakenElements};
use parser::Parser;
use run::{
    Machine,
    value::{Args, Item, Value},
};
use syntax::{Listing, Span};

/// How long a text of a script may be.
const MAX_LENGTH: usize = 16 << 20;
/// A script runs on a stack of its own, which is only touched as far as it is needed.
const STACK: usize = 64 << 20;

/// A language that pipelines are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// mongosh's, which is JavaScript's; Extended JSON too.
    Mongosh,
    /// Python, with pymongo.
    Python,
}

/// What a text asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// The stages, in an array; or a single stage.
    pub pipeline: Bson,
    /// The collection that the text names.
    pub collection: Option<String>,
    /// The database that the text names.
    pub database: Option<String>,
    /// The variables that the pipeline sees, with their expressions.
    pub variables: Document,
    /// How strings are compared.
    pub collation: Option<Collation>,
    /// The time that it may take.
    pub max_time: Option<Duration>,
    /// Whether the text asks for an account of the pipeline in place of its rows.
    pub explains: bool,
    /// What is done to each document behind the stages: of a `find` that takes elements of arrays.
    pub taken: Option<TakenElements>,
    /// Whether it counts: then of no documents there is a row all the same, `{n: 0}`.
    pub counts: bool,
    /// What is wrong with the stages that are kept unchecked.
    pub unchecked: Vec<Error>,
    /// What the user should know of how the text was read, each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// Reads a text; one that could be of either language is taken for mongosh's, unless it is said to be Python's.
pub(crate) fn read_script(text: &str, first: Language) -> Result<Script, Error> {
    let mut of_json = None;
    if json::is_json(text) {
        match super::read(text) {
            // A command: the pipeline is a part of it, with the types of Extended JSON.
            Ok(Bson::Document(mut command))
                if command.contains_key("aggregate") && command.contains_key("pipeline") =>
            {
                let mut script = in_either(text, first, |machine, root| machine.script(&root))?;
                if let Some(pipeline) = command.remove("pipeline") {
                    script.pipeline = pipeline;
                }
                if let Some(Bson::Document(variables)) = command.remove("let") {
                    script.variables = variables;
                }
                return Ok(script);
            }
            Ok(pipeline) => return Ok(Script { pipeline, ..Script::default() }),
            // A text that is too large is so in every language.
            Err(error) if error.error_code().is_some() => return Err(error),
            Err(error) => of_json = Some(error),
        }
    }
    in_either(text, first, |machine, root| machine.script(&root)).map_err(|error| of_json.unwrap_or(error))
}

/// The bytes of the part at the end of `steps` in a text that was read.
pub(crate) fn locate(text: &str, steps: &[&Step]) -> Option<Range<usize>> {
    let found = in_either(text, Language::Mongosh, |machine, root| Ok(machine.locate(&root.pipeline, steps)));
    found.ok().flatten().filter(|span| text.get(span.clone()).is_some())
}

/// What a text comes down to.
struct Root {
    pipeline: Item,
    asked: Option<usize>,
}

/// Reads a text in the first language; where that is mongosh's and fails, as Python. What is said to be Python is never read
/// as anything else, where the same signs may mean something else.
fn in_either<T>(
    text: &str,
    first: Language,
    work: impl Fn(&mut Machine<'_>, Root) -> Result<T, Error>,
) -> Result<T, Error> {
    let cursor = Cursor::new(text);
    if text.len() > MAX_LENGTH {
        return Err(Error::input(format!("a text has at most {} MB", MAX_LENGTH >> 20)));
    }
    stacker::grow(STACK, || {
        let of_first = match in_language(&cursor, first, &work) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        // A text that is too large in one language is so in the other.
        if first == Language::Python || of_first.error_code().is_some() {
            return Err(of_first);
        }
        let of_python = match in_language(&cursor, Language::Python, &work) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        Err(if python::has_marks(text) { of_python } else { of_first })
    })
}

fn in_language<T>(
    cursor: &Cursor<'_>,
    language: Language,
    work: impl Fn(&mut Machine<'_>, Root) -> Result<T, Error>,
) -> Result<T, Error> {
    let is_python = language == Language::Python;
    let mut parser = Parser::new(cursor.clone());
    let statements = if is_python { python::script(&mut parser)? } else { shell::script(&mut parser)? };
    let mut machine = Machine::new(cursor.clone(), is_python);
    machine.notes.append(&mut parser.notes);
    machine.run(&statements, &parser.vars)?;
    let root = machine.root()?;
    work(&mut machine, root)
}

impl Machine<'_> {
    /// The one pipeline of the text.
    fn root(&mut self) -> Result<Root, Error> {
        self.run_bare_command()?;
        if self.asked.len() > 1 {
            let name = |asked: &run::places::Asked| {
                let name = asked.collection.name.as_deref().unwrap_or("a collection");
                format!("`{name}` in line {}", self.cursor.line_of(asked.span.start))
            };
            let names: Vec<String> = self.asked.iter().take(5).map(name).collect();
            let second = self.asked[1].span;
            let are_pipelines = self.asked.iter().all(|asked| asked.question.is_none());
            let what = if are_pipelines { "runs `aggregate`" } else { "asks" };
            return Err(self
                .error(second, format!("the text {what} {} times: on {}", self.asked.len(), names.join(", ")))
                .hint("leave one of them"));
        }
        if let Some(asked) = self.asked.first() {
            let mut pipeline = asked.pipeline.clone();
            if asked.is_first_only && asked.question.is_none() {
                pipeline = self.first_row(&pipeline)?;
            }
            return Ok(Root { pipeline, asked: Some(0) });
        }
        if let [_, second, ..] = self.written.as_slice() {
            return Err(self
                .error(*second, format!("the text holds {} values and runs none", self.written.len()))
                .hint("the stages of a pipeline stand in one array: `[ …, … ]`"));
        }
        match self.last.take() {
            Some(pipeline) => Ok(Root { pipeline: self.exported(pipeline), asked: None }),
            None => Ok(Root { pipeline: self.only_pipeline()?, asked: None }),
        }
    }

    /// A text that is a command and nothing else: `{aggregate: "c", pipeline: […], cursor: {}}`.
    fn run_bare_command(&mut self) -> Result<(), Error> {
        let Some(Item { value: Value::Object(id), span }) = self.last else { return Ok(()) };
        let is_command =
            self.asked.is_empty() && ["aggregate", "pipeline"].iter().all(|key| self.objects[id].contains_key(*key));
        if is_command {
            let args = Args::of(vec![Value::Object(id).at(span)]);
            self.command(None, &args, span)?;
        }
        Ok(())
    }

    /// The one pipeline that an object of several values holds, which is no stage itself; otherwise the value.
    fn exported(&self, item: Item) -> Item {
        let Value::Object(id) = item.value else { return item };
        let entries = &self.objects[id];
        let mut found = entries.iter().filter(|(_, entry)| self.is_pipeline(&entry.item.value));
        match (entries.keys().any(|key| key.starts_with('$')), found.next(), found.next()) {
            (false, Some((_, entry)), None) => entry.item.clone(),
            _ => item,
        }
    }

    /// The pipeline with `$limit: 1` behind it.
    fn first_row(&mut self, pipeline: &Item) -> Result<Item, Error> {
        let one = if self.is_python { Value::Integer(1) } else { Value::Number(1.0) };
        let limit = self.pair("$limit", one.at(pipeline.span), pipeline.span)?;
        let mut stages = self.stages(pipeline);
        stages.push(limit.at(pipeline.span));
        Ok(self.listed(stages, Listing::List, pipeline.span)?.at(pipeline.span))
    }

    /// The pipeline among the names that the text gives.
    fn only_pipeline(&mut self) -> Result<Item, Error> {
        let at = Span::default();
        let mut found = self.named_pipelines();
        let main = found.iter().position(|(name, _)| &**name == "pipeline");
        if let Some(at) = main {
            found.swap(0, at);
            found.truncate(1);
        }
        match found.as_slice() {
            [(_, value)] => Ok(value.clone().at(at)),
            [] if self.cursor.rest().trim().is_empty() => {
                Err(self.cursor.error("expected a value, found the end of the text"))
            }
            [] if !self.view_names().is_empty() => {
                let names = self.view_names().join(", ");
                let message = format!("the text makes no pipeline, and its views are not kept: {names}");
                Err(self.error(at, message).hint("`banksphere view` keeps one, and `create_view` of a bank in Python"))
            }
            [] => Err(self
                .error(at, "the text makes no pipeline")
                .hint("a pipeline is written `[ … ]`, or `db.COLLECTION.aggregate([ … ])`; a function must be called")),
            several => {
                let mut names: Vec<String> = several.iter().map(|(name, _)| format!("`{name}`")).collect();
                names.sort();
                Err(self
                    .error(at, format!("the text makes several pipelines and runs none: {}", names.join(", ")))
                    .hint("write the name of one of them as the last line"))
            }
        }
    }

    /// What is asked for, as BSON.
    fn script(&mut self, root: &Root) -> Result<Script, Error> {
        let pipeline = self.bson_of(&root.pipeline)?;
        let mut script = Script { pipeline, ..Script::default() };
        if let Some(asked) = root.asked {
            self.read_options(asked, &mut script)?;
            if self.asked[asked].question.is_some() {
                let variables = std::mem::take(&mut script.variables);
                if let Some(answered) = self.answered(asked, variables)? {
                    (script.pipeline, script.taken) = (answered.pipeline, answered.taken);
                    script.counts = answered.counts;
                }
            }
        }
        script.notes.append(&mut self.notes);
        Ok(script)
    }
}
