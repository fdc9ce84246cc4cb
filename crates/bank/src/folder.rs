//! A bank in a folder: its files, as of a day, and the engine over them.
//!
//! In: a store and a day. Out: a [`Folder`] that answers pipelines, also over `name@DAY`: the collection as of another day.
//! Invariant: whatever is read was verified.

use std::sync::Arc;

use diagnostic::Diagnostic;
use engine::{Collection, Engine, Verify};
use jiff::civil::Date;
use pipeline::{Limits, Pipeline, Schema, Schemas, Shapes};
use store::Store;

use crate::{Error, views, written};

/// Documents that are looked at for the names of fields, before all are.
pub(crate) const FIRST_DOCUMENTS: usize = 1_000;

/// A bank in a folder.
#[derive(Clone)]
pub(crate) struct Folder {
    store: Arc<Store>,
    day: Option<Date>,
    /// Over all collections as of the day.
    engine: Arc<Engine>,
}

impl Folder {
    /// The bank as of a day; without one, as it is now.
    pub(crate) fn over(store: Arc<Store>, day: Option<Date>) -> Result<Self, Error> {
        let engine = Arc::new(Self::engine_over(&store, day)?);
        Ok(Self { store, day, engine })
    }

    /// An engine over all collections of a store.
    pub(crate) fn engine_over(store: &Store, day: Option<Date>) -> Result<Engine, Error> {
        let mut engine = Engine::new();
        for info in store.collections_on(day) {
            engine.insert(&info.name, collection(store, &info.name, day)?);
        }
        Ok(engine)
    }

    pub(crate) fn day(&self) -> Option<Date> {
        self.day
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn shared_store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What lies in it as of its day.
    pub(crate) fn collections(&self) -> Vec<store::CollectionInfo> {
        self.store.collections_on(self.day)
    }

    /// The schemas of its collections, and of those that `names` mean as of other days.
    pub(crate) fn schemas(&self, names: &[&str]) -> Result<Schemas, Error> {
        Ok(self.with(names)?.schemas())
    }

    /// The error for a field that a pipeline reads and that no document of a collection of any shape has.
    ///
    /// The first documents have most fields; only where one is missing there are all looked through.
    pub(crate) fn fault(
        &self,
        pipeline: &Pipeline,
        collection: &str,
        schemas: &Schemas,
    ) -> Result<Option<pipeline::Error>, Error> {
        let mut names = pipeline.collections();
        names.push(collection);
        let views = views::of(&self.store)?;
        let reached = views::reached(&views, &names);
        let engine = self.with(&names)?;
        let mut fault = None;
        for most in [FIRST_DOCUMENTS, usize::MAX] {
            let mut shapes = Shapes::from(schemas);
            for name in reached.keys().filter(|name| matches!(schemas.get(*name), Some(Schema::Any) | None)) {
                // One that cannot be read is an error once it is read.
                let Ok(Some(documents)) = engine.collection(name) else { continue };
                // An empty collection has no fields that could be misspelt.
                if let Some(names) = documents.names_in_first(most)?.filter(|names| !names.is_empty()) {
                    shapes.set_names(name, names.iter().map(|(name, has_parts)| (name.as_str(), *has_parts)));
                }
            }
            views::into_shapes(&views, &reached, &mut shapes);
            fault = pipeline::check_shapes(pipeline, collection, &shapes).err();
            if fault.is_none() {
                break;
            }
        }
        Ok(fault)
    }

    /// The engine for one pipeline, under limits.
    pub(crate) fn engine_for(&self, collection: &str, pipeline: &Pipeline, limits: &Limits) -> Result<Engine, Error> {
        let mut names = pipeline.collections();
        names.push(collection);
        Ok(self.with(&names)?.with_limits(limits.clone()))
    }

    /// The engine with what pipelines of this session have written since it was opened.
    pub(crate) fn current(&self) -> Result<Engine, Error> {
        self.with(&[])
    }

    /// The engine with the collections beside its own that the names mean.
    fn with(&self, names: &[&str]) -> Result<Engine, Error> {
        // A token of its own: the caller sets the one that counts.
        let mut engine = self.engine.until(&Arc::default());
        // A pipeline of this session may have written some since.
        for (name, collection) in written::collections(&self.store, self.day)? {
            engine.insert(&name, collection);
        }
        let views = views::of(&self.store)?;
        views::into_engine(&views, &mut engine);
        for name in views::reached(&views, names).into_keys() {
            let Some((of, day)) = dated(&name) else { continue };
            if !engine.names().any(|known| known == name) {
                engine.insert(&name, collection(&self.store, of, Some(day))?);
            }
        }
        Ok(engine)
    }
}

/// The collection and the day that `customers@2026-05-31` means.
fn dated(name: &str) -> Option<(&str, Date)> {
    let (of, day) = name.rsplit_once('@')?;
    Some((of, day.parse().ok()?))
}

pub(crate) fn collection(store: &Store, name: &str, day: Option<Date>) -> Result<Collection, Error> {
    let contents = store.read_on(name, day)?;
    let collection = Collection::from_batches(&contents.schema, contents.batches)?;
    Ok(collection.verified_by(Arc::new(Checksums(contents.verifier))))
}

/// Verifies a column of a block before it is first read, and before each run that no file was cut since.
struct Checksums(store::Verifier);

impl Verify for Checksums {
    fn verify(&self, block: usize, column: usize) -> Result<(), Diagnostic> {
        self.0.verify(block, column).map_err(store::Error::into_diagnostic)
    }

    fn check_length(&self) -> Result<(), Diagnostic> {
        self.0.check_length().map_err(store::Error::into_diagnostic)
    }
}
