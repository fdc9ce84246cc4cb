//! Stages that are not known here: kept as they stand, for a server that may know them.
//!
//! In: the object of a stage. Out: the same, with the names of the collections that it reads.
//! Invariant: only a server is ever sent one; what writes is never kept so ([`crate::parse_script`]).

use bson::{Bson, Document};

/// A stage as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Unchecked {
    name: String,
    argument: Bson,
}

impl Unchecked {
    /// The stage of this name.
    #[must_use]
    pub fn new(name: &str, argument: Bson) -> Self {
        Self { name: name.to_owned(), argument }
    }

    /// Its name, with the dollar sign.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stage as a document.
    #[must_use]
    pub fn document(&self) -> Document {
        Document::from_iter([(self.name.clone(), self.argument.clone())])
    }

    /// The other collections that it reads, in pipelines inside too.
    pub(super) fn collections(&self) -> Vec<&str> {
        let mut names = Vec::new();
        named_in(&self.name, &self.argument, &mut names);
        names
    }

    /// Puts other names in their places.
    pub(super) fn try_rename_collections<E>(
        &mut self,
        rename: &mut dyn FnMut(&str) -> Result<String, E>,
    ) -> Result<(), E> {
        let mut document = self.document();
        each_collection(&mut document, rename)?;
        self.argument = document.remove(&self.name).unwrap_or(Bson::Null);
        Ok(())
    }
}

/// The names of collections in the value of this key.
fn named_in<'a>(key: &str, value: &'a Bson, names: &mut Vec<&'a str>) {
    let found = match (key, value) {
        ("$literal", _) => return,
        ("$unionWith", Bson::String(_)) => Some(value),
        ("$lookup" | "$graphLookup", Bson::Document(inner)) => inner.get("from"),
        ("$unionWith", Bson::Document(inner)) => inner.get("coll"),
        _ => None,
    };
    names.extend(found.and_then(Bson::as_str));
    match value {
        Bson::Document(document) => document.iter().for_each(|(key, value)| named_in(key, value, names)),
        Bson::Array(values) => values.iter().for_each(|value| named_in("", value, names)),
        _ => {}
    }
}

/// Where stages name collections: directly, or under a key.
fn each_collection<E>(document: &mut Document, rename: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<(), E> {
    for (key, value) in document.iter_mut() {
        let named = match (key.as_str(), &mut *value) {
            ("$literal", _) => continue,
            ("$unionWith", Bson::String(_)) => Some(&mut *value),
            ("$lookup" | "$graphLookup", Bson::Document(inner)) => inner.get_mut("from"),
            ("$unionWith", Bson::Document(inner)) => inner.get_mut("coll"),
            _ => None,
        };
        if let Some(Bson::String(name)) = named {
            *name = rename(name)?;
        }
        each_inside(value, rename)?;
    }
    Ok(())
}

fn each_inside<E>(value: &mut Bson, rename: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<(), E> {
    match value {
        Bson::Document(document) => each_collection(document, rename),
        Bson::Array(values) => values.iter_mut().try_for_each(|value| each_inside(value, rename)),
        _ => Ok(()),
    }
}
