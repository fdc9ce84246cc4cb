//! What is known of the documents of each collection.
//!
//! In: schemas, the names of fields that were found in documents, and views. Out: the shape of each collection's documents.
//! Invariant: of what is not known the shape is open.

use std::collections::BTreeMap;

use super::{
    shape::{Fields, Node, Shape},
    stages,
};
use crate::{Pipeline, Schemas};

/// The shapes of collections, by name.
#[derive(Clone, Debug, Default)]
pub struct Shapes(BTreeMap<String, Shape>);

impl From<&Schemas> for Shapes {
    fn from(schemas: &Schemas) -> Self {
        Self(schemas.iter().map(|(name, schema)| (name.clone(), Shape::of(Some(schema)))).collect())
    }
}

impl Shapes {
    /// Says that the documents of a collection have no other fields at their top than these, each with whether it ever holds
    /// fields or elements.
    pub fn set_names<'a>(&mut self, collection: &str, names: impl IntoIterator<Item = (&'a str, bool)>) {
        let node = |has_parts| if has_parts { Node::Any } else { Node::Value };
        let fields =
            names.into_iter().fold(Fields::default(), |all, (name, has_parts)| all.with(name, node(has_parts)));
        let fields = if fields.find("_id").is_none() { fields.with("_id", Node::Any) } else { fields };
        self.0.insert(collection.to_owned(), Shape::Closed(fields));
    }

    /// Says that a collection is a view: `pipeline` over `on`, whose shape is known by now.
    pub fn set_view(&mut self, name: &str, on: &str, pipeline: &Pipeline) {
        // What is wrong inside is not the fault of who reads it.
        let shape = stages(pipeline, self.of(on), self, None).unwrap_or(Shape::Open);
        self.0.insert(name.to_owned(), shape);
    }

    pub(super) fn of(&self, collection: &str) -> Shape {
        self.0.get(collection).cloned().unwrap_or(Shape::Open)
    }
}
