//! Runs a pipeline on the embedded engine as its users do: on the columns of a contract where the documents are regular, on
//! those of documents of any shape else, or on documents in memory.

use bson::Bson;
use engine::{Collection, Engine};
use pipeline::Run as _;

use super::{Collections, DOCUMENTS, Runner, columns, parsed, shredded};
use crate::Answer;

/// The engine.
#[derive(Default)]
pub struct Embedded {
    engine: Engine,
    kept: Kept,
}

/// How collections are kept.
#[derive(Clone, Copy, Default)]
enum Kept {
    #[default]
    Documents,
    /// As a contract's where that is possible.
    Typed,
    Shredded,
}

impl Embedded {
    /// Keeps documents as documents: everything runs in row mode.
    #[must_use]
    pub fn on_documents() -> Self {
        Self::default()
    }

    /// Keeps a collection in a contract's columns where each field has one type and is in every document, else in those of
    /// documents of any shape.
    #[must_use]
    pub fn on_columns() -> Self {
        Self { engine: Engine::new(), kept: Kept::Typed }
    }

    /// Keeps documents, whatever their shape, in columns.
    #[must_use]
    pub fn on_shredded() -> Self {
        Self { engine: Engine::new(), kept: Kept::Shredded }
    }
}

impl Runner for Embedded {
    fn fill(&mut self, collections: &Collections) -> Result<(), mongo::Error> {
        self.engine = Engine::new();
        for (name, documents) in collections {
            let columns = match self.kept {
                Kept::Documents => None,
                Kept::Typed => columns::typed(documents).or_else(|| shredded::shredded(documents)),
                Kept::Shredded => shredded::shredded(documents),
            };
            self.engine.insert(name, columns.unwrap_or_else(|| Collection::from_documents(documents.clone())));
        }
        Ok(())
    }

    fn ask_under(&self, collation: Option<&Bson>, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        Ok(match parsed(collation, pipeline) {
            Err(error) => error.into(),
            Ok(pipeline) => match self.engine.run(DOCUMENTS, &pipeline) {
                Ok(rows) => Answer::Rows(rows),
                Err(error) => error.into(),
            },
        })
    }
}
