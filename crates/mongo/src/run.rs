//! Runs pipelines on the server, whole: only their rows come back.

use bson::{Bson, Document};
use pipeline::{Pipeline, Rows, Run, RunError, print};

use crate::server::APP_NAME;
use crate::{Error, Server};

impl Run for Server {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError> {
        let mut rows = Vec::new();
        self.each(collection, pipeline, |row| {
            rows.push(row);
            Ok::<(), Error>(())
        })?;
        Ok(Rows::of(rows))
    }
}

impl Server {
    /// Runs a pipeline and hands over its rows one by one, as they come over the wire. A pipeline that needs a newer
    /// server is refused beforehand.
    pub fn each<E: From<Error>>(
        &self,
        collection: &str,
        pipeline: &Pipeline,
        mut row: impl FnMut(Document) -> Result<(), E>,
    ) -> Result<(), E> {
        self.version().require(pipeline)?;
        self.runtime.block_on(async {
            let collection = self.database.collection::<Document>(collection);
            let mut action = collection.aggregate(stages(pipeline)).allow_disk_use(true).comment(Bson::from(APP_NAME));
            let timeout = self.options.timeout;
            if let Some(timeout) = timeout {
                action = action.max_time(timeout);
            }
            let mut cursor = self.patiently(timeout, async { action.await }).await?;
            while self.patiently(timeout, cursor.advance()).await? {
                row(cursor.deserialize_current().map_err(Error::from)?)?;
            }
            Ok(())
        })
    }
}

/// The stages as documents; a parsed pipeline prints as an array of them.
pub(crate) fn stages(pipeline: &Pipeline) -> Vec<Document> {
    match print::to_bson(pipeline) {
        Bson::Array(stages) => stages.into_iter().filter_map(|stage| stage.as_document().cloned()).collect(),
        _ => Vec::new(),
    }
}
