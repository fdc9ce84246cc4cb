//! Statements as they are written, and collections filled with given documents: what a test asks of a server.
//!
//! In: BSON of any kind, also what our parser would refuse. Out: what the server says to it.

use bson::{Bson, Document};

use crate::server::APP_NAME;
use crate::{Error, Server};

impl Server {
    /// Puts documents of any shape in place of whatever the collection holds.
    pub fn fill(&self, collection: &str, documents: &[Document]) -> Result<(), Error> {
        self.runtime.block_on(async {
            let collection = self.database.collection::<Document>(collection);
            collection.delete_many(Document::new()).await?;
            if !documents.is_empty() {
                collection.insert_many(documents).await?;
            }
            Ok(())
        })
    }

    /// Runs a pipeline just as it is written; unlike `Run::run` it is not parsed first.
    pub fn aggregate(&self, collection: &str, pipeline: &Bson) -> Result<Vec<Document>, Error> {
        self.runtime.block_on(async {
            let command = bson::doc! {
                "aggregate": collection,
                "pipeline": pipeline.clone(),
                "cursor": { "batchSize": 10_000 },
                "comment": APP_NAME,
            };
            let mut cursor = self.database.run_cursor_command(command).await?;
            let mut rows = Vec::new();
            while cursor.advance().await? {
                rows.push(cursor.deserialize_current()?);
            }
            Ok(rows)
        })
    }

    /// Runs a `find` just as it is written: its command with filter, projection and all.
    pub fn find(&self, command: Document) -> Result<Vec<Document>, Error> {
        self.runtime.block_on(async {
            let mut cursor = self.database.run_cursor_command(command).await?;
            let mut rows = Vec::new();
            while cursor.advance().await? {
                rows.push(cursor.deserialize_current()?);
            }
            Ok(rows)
        })
    }
}
