//! Asks a MongoDB server, in a database of the test's own.

use std::collections::BTreeSet;

use bson::Bson;
use mongo::ErrorKind;

use super::{Collections, DOCUMENTS, Runner};
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

    fn ask_under(&self, collation: Option<&Bson>, pipeline: &Bson) -> Result<Answer, mongo::Error> {
        match self.server.aggregate(DOCUMENTS, pipeline, collation) {
            Ok(rows) => Ok(Answer::Rows(rows)),
            Err(error) if error.kind() == ErrorKind::Refused => Ok(Answer::refused(error.code(), error.message())),
            Err(error) => Err(error),
        }
    }
}
