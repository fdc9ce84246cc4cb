//! Views on the server: made by `create`, dropped again; ours and bookkeeping are left alone.
//!
//! In: names as users know them, and a pipeline. Out: the server's own views.
//! Invariant: what an import made is never touched.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bson::{Bson, doc};
use mongodb::results::CollectionSpecification;
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
        if pipeline.rules().is_some() && self.session()?.is_ours(on) {
            let on = diagnostic::quote(on);
            let message = format!("on a server a view on `{on}`, which was imported, can have no collation");
            return Err(Error::input(message)
                .with_code(167, Some("OptionNotSupportedOnView"))
                .hint("let a pipeline write the documents by `$out` first, and make the view on these"));
        }
        let session = self.session()?;
        // On the server stands each state under its own day.
        let of_own_day = |name: &str| -> Result<String, Error> {
            Ok(session.dated(name)?.map_or_else(|| name.to_owned(), |(known, _)| known))
        };
        let (on, mut kept) = (of_own_day(on)?, pipeline.clone());
        kept.try_rename_collections(&mut |name| of_own_day(name))?;
        let mut create = doc! { "create": name, "viewOn": on, "pipeline": print::to_bson(&kept) };
        create.extend(pipeline.collation.as_ref().map(|one| ("collation".to_owned(), Bson::from(one.to_document()))));
        self.command(create).map(drop)
    }

    /// What views read that others made and that are among `names`, and what the views below read: each with the view that
    /// reads it. Nothing for a user who may not see what a view is.
    pub fn read_by_views(&self, names: &[&str]) -> Result<BTreeMap<String, String>, Error> {
        let session = self.session()?;
        let others = |name: &&str| !session.is_ours(name) && !is_bookkeeping(name);
        let mut left: Vec<String> = names.iter().copied().filter(others).map(str::to_owned).collect();
        let mut read = BTreeMap::new();
        if left.is_empty() {
            return Ok(read);
        }
        let views = self.wait(async {
            let mut cursor = self.database.list_collections().filter(doc! { "type": "view" }).await?;
            let mut views: Vec<CollectionSpecification> = Vec::new();
            while cursor.advance().await? {
                views.push(cursor.deserialize_current()?);
            }
            Ok(views)
        });
        let views = views.unwrap_or_default();
        while let Some(name) = left.pop() {
            let Some(view) = views.iter().find(|view| view.name == name) else { continue };
            let stages = view.options.pipeline.iter().flatten().cloned().map(Bson::Document).collect();
            let pipeline = pipeline::parse_any(&Bson::Array(stages)).map(|(pipeline, _)| pipeline).unwrap_or_default();
            let below = pipeline.collections().into_iter().chain(view.options.view_on.as_deref());
            for below in below.filter(others).map(str::to_owned) {
                if let Entry::Vacant(entry) = read.entry(below) {
                    left.push(entry.key().clone());
                    entry.insert(name.clone());
                }
            }
        }
        Ok(read)
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
