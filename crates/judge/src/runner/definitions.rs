//! Runs a pipeline by the plain definitions alone: rows in, rows out, no columns, nothing rewritten.

use std::sync::Arc;

use bson::{Bson, DateTime, Document};
use engine::stage::{self, Context, Rows};
use engine::{Collator, Error, constants};
use pipeline::Pipeline;

use super::{Collections, DOCUMENTS, Runner, parsed};
use crate::Answer;

/// The definitions, over documents.
#[derive(Default)]
pub struct Definitions(Arc<Plain>);

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
        self.0 = Arc::new(Plain(collections.clone()));
        Ok(())
    }

    fn ask_under(&self, collation: Option<&Bson>, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        Ok(match parsed(collation, pipeline) {
            Err(error) => error.into(),
            Ok(pipeline) => match run(&self.0, &pipeline) {
                Ok(rows) => Answer::Rows(rows),
                Err(error) => Answer::refused(error.code(), error.to_string()),
            },
        })
    }
}

fn run(plain: &Arc<Plain>, pipeline: &Pipeline) -> Result<Vec<Document>, Error> {
    let others: Arc<dyn stage::Collections> = plain.clone();
    let collator = Collator::of(pipeline.collation.as_ref())?;
    let ctx = Context { collator: collator.clone(), ..Context::new(DateTime::now(), others) };
    collator.within(|| {
        let pipeline = constants::fold(pipeline, ctx.now)?;
        stage::run(&pipeline.stages, stage::Collections::documents(plain.as_ref(), DOCUMENTS), &ctx).collect()
    })
}
