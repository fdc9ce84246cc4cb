//! `$first` and `$last`: the value of the first or last document in input order; of a missing field, null.

use bson::Bson;

use crate::value::Value;

/// The state of `$first`: `None` until a document came.
#[derive(Clone, Debug, Default)]
pub struct First(Option<Bson>);

impl First {
    pub(super) fn is_complete(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn add(&mut self, value: Value) {
        self.0.get_or_insert_with(|| value.unwrap_or(Bson::Null));
    }

    pub(super) fn merge(&mut self, later: Self) {
        self.0 = self.0.take().or(later.0);
    }

    pub(super) fn finish(self) -> Bson {
        self.0.unwrap_or(Bson::Null)
    }
}

/// The state of `$last`: `None` until a document came.
#[derive(Clone, Debug, Default)]
pub struct Last(Option<Bson>);

impl Last {
    pub(super) fn add(&mut self, value: Value) {
        self.0 = Some(value.unwrap_or(Bson::Null));
    }

    pub(super) fn merge(&mut self, later: Self) {
        self.0 = later.0.or(self.0.take());
    }

    pub(super) fn finish(self) -> Bson {
        self.0.unwrap_or(Bson::Null)
    }
}
