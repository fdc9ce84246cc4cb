//! `$mergeObjects`: one object with the fields of all; a later value replaces an earlier one in its place. Null and
//! missing are skipped; of nothing the answer is `{}`.

use bson::{Bson, Document};

use crate::Error;
use crate::value::{Value, is_nullish, type_name};

/// The state of `$mergeObjects`.
#[derive(Clone, Debug, Default)]
pub struct MergeObjects(Document);

impl MergeObjects {
    pub(super) fn add(&mut self, value: Value) -> Result<(), Error> {
        match value {
            value if is_nullish(value.as_ref()) => Ok(()),
            Some(Bson::Document(object)) => {
                self.0.extend(object);
                Ok(())
            }
            other => Err(Error::coded(
                40400,
                format!(
                    "$mergeObjects requires object inputs, but input {} is of type {}",
                    other.clone().unwrap_or(Bson::Null),
                    type_name(other.as_ref())
                ),
            )),
        }
    }

    pub(super) fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    pub(super) fn finish(self) -> Document {
        self.0
    }
}
