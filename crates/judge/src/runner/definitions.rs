//! Runs a pipeline by the plain definitions alone: rows in, rows out, no columns, nothing rewritten.

use bson::{Bson, DateTime, Document};
use engine::stage::{self, Context, Rows};
use engine::{Brake, Error, constants};
use pipeline::Pipeline;

use super::{Collections, DOCUMENTS, Runner};
use crate::Answer;

/// The definitions, over documents.
#[derive(Default)]
pub struct Definitions(Plain);

/// Collections as they are.
#[derive(Default)]
struct Plain(Collections);

impl stage::Collections for Plain {
    fn documents(&self, name: &str) -> Rows<'_> {
        Box::new(self.0.get(name).into_iter().flatten().cloned().map(Ok))
    }
}

impl Runner for Definitions {
    fn fill(&mut self, collections: &Collections) -> Result<(), mongo::Error> {
        self.0.0.clone_from(collections);
        Ok(())
    }

    fn ask(&self, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        Ok(match pipeline::parse(pipeline) {
            Err(error) => error.into(),
            Ok(pipeline) => match run(&self.0, &pipeline) {
                Ok(rows) => Answer::Rows(rows),
                Err(error) => Answer::refused(error.code(), error.to_string()),
            },
        })
    }
}

fn run(plain: &Plain, pipeline: &Pipeline) -> Result<Vec<Document>, Error> {
    let ctx = Context { now: DateTime::now(), collections: plain, brake: Brake::default() };
    let pipeline = constants::fold(pipeline, ctx.now)?;
    stage::run(&pipeline.stages, stage::Collections::documents(plain, DOCUMENTS), &ctx).collect()
}
