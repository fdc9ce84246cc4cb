//! Views on the server: made by `create`, dropped again; ours and bookkeeping are left alone.
//!
//! In: names as users know them, and a pipeline. Out: the server's own views.
//! Invariant: what an import made is never touched.

use bson::{Bson, doc};
use pipeline::{Pipeline, print};

use crate::collections::is_bookkeeping;
use crate::{Error, Server};

impl Server {
    /// Makes a view of a pipeline. What an import made is read by its own name, so the view shows what is live whenever it is
    /// asked.
    pub fn create_view(&self, name: &str, on: &str, pipeline: &Pipeline) -> Result<(), Error> {
        self.require(pipeline)?;
        if is_bookkeeping(name) || self.session()?.is_ours(name) {
            let message = format!(
                "`{}` cannot be a view's name: an import or BankSphere itself keeps it",
                diagnostic::quote(name)
            );
            return Err(Error::input(message).hint("take another name"));
        }
        // The name of what an import made is a view of the server's, which compares by bytes.
        if pipeline.collation.is_some() && self.session()?.is_ours(on) {
            let on = diagnostic::quote(on);
            let message = format!("on a server a view on `{on}`, which was imported, can have no collation");
            return Err(Error::input(message)
                .with_code(167, Some("OptionNotSupportedOnView"))
                .hint("let a pipeline write the documents by `$out` first, and make the view on these"));
        }
        let mut create = doc! { "create": name, "viewOn": on, "pipeline": print::to_bson(pipeline) };
        create.extend(pipeline.collation.as_ref().map(|one| ("collation".to_owned(), Bson::from(one.to_document()))));
        self.command(create).map(drop)
    }

    /// Drops a view that is not ours; says whether there was one.
    pub fn drop_view(&self, name: &str) -> Result<bool, Error> {
        let is_there = self.source()?.views().iter().any(|view| view == name);
        if is_there {
            self.command(doc! { "drop": name })?;
        }
        Ok(is_there)
    }
}
