//! Asks a MongoDB server, in a database of the test's own.

use std::collections::BTreeSet;

use bson::{Bson, Document, doc};
use mongo::ErrorKind;

use super::{Collections, Command, DOCUMENTS, Question, Runner};
use crate::Answer;

/// A database on a server.
pub struct Server {
    server: mongo::Server,
    /// The collections that hold documents; they are emptied and never dropped, since thousands of drops wear a server out.
    filled: BTreeSet<String>,
}

impl Server {
    /// Connects to the database that the connection string names.
    pub fn connect(uri: &str) -> Result<Self, mongo::Error> {
        let server = mongo::Server::connect(&mongo::Uri::parse(uri)?, mongo::Options::default())?;
        Ok(Self { server, filled: BTreeSet::new() })
    }

    /// The server's version, such as `6.0.27`.
    #[must_use]
    pub fn version(&self) -> String {
        self.server.version().to_string()
    }
}

impl Runner for Server {
    fn fill(&mut self, collections: &Collections) -> Result<(), mongo::Error> {
        for name in self.filled.iter().filter(|name| !collections.contains_key(*name)) {
            self.server.fill(name, &[])?;
        }
        for (name, documents) in collections {
            self.server.fill(name, documents)?;
        }
        self.filled = collections.keys().cloned().collect();
        Ok(())
    }

    fn ask(&self, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        told(self.server.aggregate(DOCUMENTS, pipeline))
    }

    fn answer(&self, question: &Question) -> Result<Answer, mongo::Error> {
        match question {
            Question::Pipeline(pipeline) => self.ask(pipeline),
            Question::Command(command, arguments) => told(self.command(*command, arguments)),
        }
    }
}

impl Server {
    fn command(&self, command: Command, arguments: &Document) -> Result<Vec<Document>, mongo::Error> {
        let mut whole = doc! { command.name(): DOCUMENTS };
        whole.extend(arguments.clone());
        match command {
            Command::Find => self.server.find(whole),
            Command::Distinct => {
                let answer = self.server.command(whole)?;
                let values = answer.get_array("values").cloned().unwrap_or_default();
                Ok(values.into_iter().map(|value| doc! { "value": value }).collect())
            }
            Command::Count => Ok(vec![doc! { "n": self.server.command(whole)?.get("n").cloned() }]),
        }
    }
}

fn told(answer: Result<Vec<Document>, mongo::Error>) -> Result<Answer, mongo::Error> {
    match answer {
        Ok(rows) => Ok(Answer::Rows(rows)),
        Err(error) if error.kind() == ErrorKind::Refused => Ok(Answer::refused(error.code(), error.message())),
        Err(error) => Err(error),
    }
}
