//! Runs pipelines on the server, whole: only their rows come back.

use bson::{Bson, Document};
use pipeline::{Pipeline, Run, RunError, print};

use crate::server::APP_NAME;
use crate::{Error, Server};

impl Run for Server {
    fn run(&self, collection: &str, pipeline: &Pipeline) -> Result<Vec<Document>, RunError> {
        let mut rows = Vec::new();
        self.each(collection, pipeline, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }
}

impl Server {
    /// Runs a pipeline and hands over its rows one by one, as they come over the wire.
    pub fn each(
        &self,
        collection: &str,
        pipeline: &Pipeline,
        mut row: impl FnMut(Document) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let stages = stages(pipeline);
        self.runtime.block_on(async {
            let collection = self.database.collection::<Document>(collection);
            let mut action = collection.aggregate(stages).allow_disk_use(true).comment(Bson::from(APP_NAME));
            if let Some(timeout) = self.options.timeout {
                action = action.max_time(timeout);
            }
            let mut cursor = action.await?;
            while cursor.advance().await? {
                row(cursor.deserialize_current()?)?;
            }
            Ok(())
        })
    }
}

/// The stages as documents; a parsed pipeline prints as an array of them.
fn stages(pipeline: &Pipeline) -> Vec<Document> {
    match print::to_bson(pipeline) {
        Bson::Array(stages) => stages.into_iter().filter_map(|stage| stage.as_document().cloned()).collect(),
        _ => Vec::new(),
    }
}
