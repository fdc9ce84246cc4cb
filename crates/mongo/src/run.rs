//! Runs pipelines on the server, whole: only their rows come back.
//!
//! In: a collection's name and a pipeline, in the names that users know. Out: a stream of rows, which outlives the call.
//! Invariant: behind the last row stands that all of them are of what the session resolved.

use std::sync::Arc;
use std::time::Duration;

use bson::{Bson, Document};
use mongodb::Cursor;
use pipeline::{Collation, Notices, Pipeline, Rows, Run, RunError, print};

use crate::keys::Joins;
use crate::server::APP_NAME;
use crate::session::Session;
use crate::{Error, ErrorKind, Server};

impl Run for Server {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError> {
        let stream = self.stream(collection, pipeline)?;
        let notices = stream.notices.clone();
        Ok(Rows::new(stream.map(|row| row.map_err(RunError::from))).with_notices(notices))
    }
}

impl Server {
    /// Runs a pipeline and gives its rows as they come over the wire. A pipeline that needs a newer server, or
    /// that would end this one, is refused beforehand.
    pub fn stream(&self, collection: &str, pipeline: &Pipeline) -> Result<Stream, Error> {
        self.require(pipeline)?;
        let session = self.session()?;
        session.refuse_target(pipeline, self.database_name())?;
        let (resolved, stages_of) = session.resolved(collection, pipeline)?;
        match self.cursor(&resolved, stages(&stages_of), pipeline.collation.as_ref()) {
            Ok(cursor) => Ok(Stream {
                cursor: Some(cursor),
                joins: Joins::of(&resolved, &stages_of),
                pipeline: pipeline.clone(),
                notices: Notices::default(),
                session,
                server: self.clone(),
            }),
            Err(error) => Err(session.check(self).err().unwrap_or(error)),
        }
    }

    /// Runs stages over a collection by its name on the server.
    pub(crate) fn cursor(
        &self,
        collection: &str,
        stages: Vec<Document>,
        collation: Option<&Collation>,
    ) -> Result<Cursor<Document>, Error> {
        // MongoDB: what brings its documents along runs over no collection.
        let of_none = stages.first().is_some_and(|stage| stage.contains_key("$documents"));
        let collection = self.database.collection::<Document>(collection);
        let action = if of_none { self.database.aggregate(stages) } else { collection.aggregate(stages) };
        let mut action = action.allow_disk_use(true).comment(Bson::from(APP_NAME));
        if let Some(timeout) = self.timeout() {
            action = action.max_time(timeout);
        }
        if let Some(collation) = collation {
            action = action.collation(of_driver(collation)?);
        }
        self.runtime.block_on(self.patiently(self.timeout(), async { action.await }))
    }

    /// How long a pipeline may take.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.options.timeout
    }

    /// Runs a pipeline and hands over its rows one by one.
    pub fn each<E: From<Error>>(
        &self,
        collection: &str,
        pipeline: &Pipeline,
        mut row: impl FnMut(Document) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream(collection, pipeline)?.try_for_each(|document| row(document?))
    }
}

/// The rows of a pipeline, as the server sends them. While it lives, so does its session.
pub struct Stream {
    /// None behind the last row or an error.
    cursor: Option<Cursor<Document>>,
    /// Of the pipeline that was given, what its joins found.
    joins: Joins,
    pipeline: Pipeline,
    notices: Notices,
    session: Arc<Session>,
    /// Last, for the session gives its lease back over it.
    server: Server,
}

impl Stream {
    /// The next row; `None` at the end.
    fn advance(&mut self) -> Result<Option<Document>, Error> {
        let Some(cursor) = &mut self.cursor else { return Ok(None) };
        let runtime = Arc::clone(&self.server.runtime);
        if runtime.block_on(self.server.patiently(self.server.timeout(), cursor.advance()))? {
            let row = cursor.deserialize_current().map_err(Error::from)?;
            self.joins.see(&row);
            return Ok(Some(row));
        }
        self.session.check(&self.server)?;
        self.joins.tell(&self.server, &self.session, &self.pipeline, &self.notices);
        Ok(None)
    }

    /// Ends it: the server frees what it held for us.
    fn end(&mut self) {
        // The driver tells the server from a task that it starts here.
        let runtime = Arc::clone(&self.server.runtime);
        let _entered = runtime.enter();
        self.cursor = None;
    }
}

impl Iterator for Stream {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.advance();
        if !matches!(row, Ok(Some(_))) {
            self.end();
        }
        match row {
            Ok(row) => row.map(Ok),
            Err(error) => Some(Err(self.session.check(&self.server).err().unwrap_or(error))),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}

/// The collation as the driver names it.
fn of_driver(collation: &Collation) -> Result<mongodb::options::Collation, Error> {
    let options = bson::deserialize_from_document(collation.to_document());
    options.map_err(|error| Error::new(ErrorKind::Refused, format!("the driver does not take the collation: {error}")))
}

/// The stages as documents; a parsed pipeline prints as an array of them.
pub(crate) fn stages(pipeline: &Pipeline) -> Vec<Document> {
    match print::to_bson(pipeline) {
        Bson::Array(stages) => stages.into_iter().filter_map(|stage| stage.as_document().cloned()).collect(),
        _ => Vec::new(),
    }
}
