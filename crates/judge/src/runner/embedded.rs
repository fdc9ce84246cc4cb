//! Runs a pipeline on the embedded engine as its users do: on typed columns where the documents are regular.

use bson::Bson;
use engine::{Collection, Engine};
use pipeline::Run as _;

use super::{Collections, DOCUMENTS, Runner, columns};
use crate::Answer;

/// The engine.
#[derive(Default)]
pub struct Embedded {
    engine: Engine,
    uses_columns: bool,
}

impl Embedded {
    /// Keeps documents as documents: everything runs in row mode.
    #[must_use]
    pub fn on_documents() -> Self {
        Self::default()
    }

    /// Keeps a collection in typed columns where each field has one type and is in every document.
    #[must_use]
    pub fn on_columns() -> Self {
        Self { engine: Engine::new(), uses_columns: true }
    }
}

impl Runner for Embedded {
    fn fill(&mut self, collections: &Collections) -> Result<(), mongo::Error> {
        self.engine = Engine::new();
        for (name, documents) in collections {
            let columns = self.uses_columns.then(|| columns::typed(documents)).flatten();
            self.engine.insert(name, columns.unwrap_or_else(|| Collection::from_documents(documents.clone())));
        }
        Ok(())
    }

    fn ask(&self, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        Ok(match pipeline::parse(pipeline) {
            Err(error) => error.into(),
            Ok(pipeline) => match self.engine.run(DOCUMENTS, &pipeline) {
                Ok(rows) => Answer::Rows(rows),
                Err(error) => error.into(),
            },
        })
    }
}
