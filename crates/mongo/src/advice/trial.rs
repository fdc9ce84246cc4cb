//! An index made for a trial, which goes when the trial ends.

use bson::Document;
use diagnostic::Action;

use super::{Candidate, TRIAL};
use crate::{Error, ErrorKind, Server};

/// The server's code for an index that is not there.
const INDEX_NOT_FOUND: i32 = 27;

/// An index on trial. Dropping it drops the index, also after Ctrl-C and in the middle of its making.
pub(super) struct Trial<'a> {
    server: &'a Server,
    collection: String,
    name: String,
    is_over: bool,
}

impl<'a> Trial<'a> {
    /// Builds the index.
    pub(super) fn start(server: &'a Server, candidate: &Candidate) -> Result<Self, Error> {
        let name = format!("{TRIAL}{}", candidate.name());
        let this = Self { server, collection: candidate.collection.clone(), name, is_over: false };
        server.build(candidate, &this.name)?;
        Ok(this)
    }

    /// Drops the index, and makes sure that it was there all the time.
    pub(super) fn end(mut self) -> Result<(), Error> {
        self.is_over = true;
        match self.server.drop_index(&self.collection, &self.name) {
            Err(error) if error.code() == Some(INDEX_NOT_FOUND) => Err(Error::new(
                ErrorKind::Refused,
                format!("the index on trial was dropped by another, `{}` of `{}`", self.name, self.collection),
            )
            .hint_at(Action::TryIndexesOneAtATime)),
            ended => ended,
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            // What cannot be dropped now (the server is gone) is dropped by the next trial.
            let _ = self.server.drop_index(&self.collection, &self.name);
        }
    }
}

impl Server {
    /// Drops the indexes that a trial left which could not end.
    pub(super) fn sweep_trials(&self) -> Result<(), Error> {
        for collection in self.collection_names()? {
            for index in self.indexes(&collection)? {
                if index.name.starts_with(TRIAL) {
                    self.drop_index(&collection, &index.name)?;
                }
            }
        }
        Ok(())
    }

    /// Drops an index; a raised Ctrl-C does not keep it from that.
    fn drop_index(&self, collection: &str, name: &str) -> Result<(), Error> {
        let collection = self.database.collection::<Document>(&self.session()?.resolve(collection)?);
        self.runtime.block_on(async { collection.drop_index(name).await }).map_err(|error| self.explained(error))
    }

    /// Runs a command that changes something, so on the primary; building an index may take long.
    pub(super) fn write_command(&self, command: Document) -> Result<Document, Error> {
        self.wait_long(async { self.database.run_command(command).await })
    }
}
