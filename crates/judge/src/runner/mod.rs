//! Who answers statements: the engine's plain definitions, the engine with its columns, a MongoDB server.

mod columns;
mod commands;
mod definitions;
mod embedded;
mod server;
mod shredded;

use std::collections::BTreeMap;

use bson::{Bson, Document};

use crate::Answer;

pub use commands::{Command, Question};
pub use definitions::Definitions;
pub use embedded::Embedded;
pub use server::Server;

/// Documents by collection.
pub type Collections = BTreeMap<String, Vec<Document>>;

/// The collection that statements are asked of, unless they say otherwise.
pub const DOCUMENTS: &str = "documents";

/// A home of collections that takes statements as they are written.
pub trait Runner {
    /// Holds just these collections from now on. Fails where a server is not to be reached.
    fn fill(&mut self, collections: &Collections) -> Result<(), mongo::Error>;

    /// Asks a pipeline of the collection [`DOCUMENTS`]. Fails where a server is not to be reached.
    fn ask(&self, pipeline: &Bson) -> Result<Answer, mongo::Error>;

    /// Asks a question of any kind; a command is the pipeline that it comes down to, unless the runner knows it itself.
    fn answer(&self, question: &Question) -> Result<Answer, mongo::Error> {
        match question {
            Question::Pipeline(pipeline) => self.ask(pipeline),
            Question::Command(command, arguments) => {
                commands::translated(*command, arguments, &|pipeline| self.ask(pipeline))
            }
        }
    }
}
