//! Opens a bank's folder as an engine that answers pipelines.
//!
//! In: the folder. Out: an [`Engine`] over its memory-mapped collections.

use std::path::Path;

use engine::{Collection, Engine};
use store::Store;

use crate::failure::Failure;

/// An engine over all collections of the bank in `folder`.
pub(crate) fn open(folder: &Path) -> Result<Engine, Failure> {
    load(&Store::open(folder)?)
}

/// An engine over all collections of an open store.
pub(crate) fn load(store: &Store) -> Result<Engine, Failure> {
    let mut engine = Engine::new();
    for info in store.collections() {
        let (schema, batches) = store.read(&info.name)?;
        engine.insert(&info.name, Collection::from_batches(&schema, batches).map_err(Failure::new)?);
    }
    Ok(engine)
}

/// Refuses a collection that the bank does not have.
pub(crate) fn require(engine: &Engine, collection: &str) -> Result<(), Failure> {
    let schemas = engine.schemas();
    if schemas.contains_key(collection) {
        return Ok(());
    }
    let hint = pipeline::nearest("collection", collection, schemas.keys().map(String::as_str));
    Err(Failure::new(format!("no collection `{collection}` in this bank\nhint: {hint}")))
}
