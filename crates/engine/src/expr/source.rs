//! What expressions and predicates are evaluated on.
//!
//! In: something that has fields, and a reference to one of them. Out: the value in which the field lies. Invariant: a
//! reference is of the source's own type, so that no name of the user's can be taken for something else.

use std::borrow::Cow;

use bson::{Bson, Document};
use pipeline::ast::{FieldRef, Path};

use super::Found;
use crate::value;

/// Something that has fields.
pub trait Source {
    /// How an expression refers to them.
    type Field: FieldRef;

    /// The top-level value in which a field lies; `None` where there is none.
    fn top(&self, field: &Self::Field) -> Option<&Bson>;

    /// What `$$ROOT` is.
    fn root<'e>(&'e self, path: &<Self::Field as FieldRef>::Root) -> Found<'e>;

    /// The whole document, where it is one already.
    fn document(&self) -> Option<&Document> {
        None
    }
}

impl Source for Document {
    type Field = Path;

    fn top(&self, field: &Path) -> Option<&Bson> {
        self.get(field.head())
    }

    fn root<'e>(&'e self, path: &Option<Path>) -> Found<'e> {
        match path {
            Some(path) => value::find(self, path),
            None => Some(Cow::Owned(Bson::Document(self.clone()))),
        }
    }

    fn document(&self) -> Option<&Document> {
        Some(self)
    }
}
