//! Commands that ask without a pipeline, as the pipelines that they come down to.
//!
//! In: the arguments of a command, by the server's names, and a way to ask a pipeline. Out: the rows: of `distinct` one a value, of
//! `count` one with the number.

use std::sync::Arc;

use bson::{Bson, Document, doc};
use engine::Engine;
use pipeline::find::{self, Find};
use pipeline::{Collation, Rows, Schemas};

use super::DOCUMENTS;
use crate::Answer;

/// A question to a runner.
pub enum Question {
    /// A whole pipeline.
    Pipeline(Bson),
    /// A command with its arguments.
    Command(Command, Document),
}

/// A command that asks without a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `find`: `filter`, `projection`, `sort`, `skip`, `limit`, `let`.
    Find,
    /// `distinct`: `key`, `query`.
    Distinct,
    /// `count`: `query`, `skip`, `limit`.
    Count,
}

impl Command {
    /// The name that a server has for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Distinct => "distinct",
            Self::Count => "count",
        }
    }
}

/// What a pipeline is asked by.
type Ask<'a> = &'a dyn Fn(&Bson) -> Result<Answer, mongo::Error>;

/// What a command comes down to, asked under this collation.
pub(super) fn translated(
    command: Command,
    arguments: &Document,
    collation: Option<&Bson>,
    ask: Ask,
) -> Result<Answer, mongo::Error> {
    let part = |name: &str| arguments.get(name).cloned();
    match command {
        Command::Find => {
            let variables = arguments.get_document("let").cloned().unwrap_or_default();
            let [filter, projection, sort] = ["filter", "projection", "sort"].map(part);
            let find = Find { filter, projection, sort, skip: part("skip"), limit: part("limit"), variables };
            match find.found() {
                Err(error) => Ok(error.into()),
                Ok(found) => Ok(with_elements(ask(&found.pipeline)?, found.taken, collation)),
            }
        }
        Command::Distinct => {
            let key = find::distinct_key(arguments.get("key"));
            match key.and_then(|key| find::distinct(key, arguments.get("query"), DOCUMENTS, &Schemas::new())) {
                Err(error) => Ok(error.into()),
                Ok(pipeline) => ask(&pipeline),
            }
        }
        Command::Count => {
            let [query, skip, limit] = ["query", "skip", "limit"].map(|name| arguments.get(name));
            match find::count(query, skip, limit) {
                Err(error) => Ok(error.into()),
                Ok(pipeline) => Ok(match ask(&pipeline)? {
                    Answer::Rows(rows) if rows.is_empty() => Answer::Rows(vec![doc! { "n": 0 }]),
                    answer => answer,
                }),
            }
        }
    }
}

fn with_elements(answer: Answer, taken: Option<find::TakenElements>, collation: Option<&Bson>) -> Answer {
    let (Answer::Rows(rows), Some(taken)) = (&answer, taken) else { return answer };
    let collation = match collation.map(Collation::parse).transpose() {
        Ok(collation) => collation.flatten(),
        Err(error) => return error.into(),
    };
    let rows = Engine::new().take_elements(Rows::of(rows.clone()), &Arc::new(taken), collation.as_ref());
    match rows.map_err(pipeline::RunError::from).and_then(Iterator::collect) {
        Ok(rows) => Answer::Rows(rows),
        Err(error) => error.into(),
    }
}
