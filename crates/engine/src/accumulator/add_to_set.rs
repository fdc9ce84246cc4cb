//! `$addToSet`: every distinct value; of equal ones the first, in the order of first sight (the server promises none).
//! Null is kept, missing is skipped. `$setUnion`: the same of the elements of every array.

use std::collections::HashSet;

use bson::Bson;

use super::{Budget, elements};
use crate::Error;
use crate::value::{Key, Value};

/// The state of `$addToSet`.
#[derive(Clone, Debug)]
pub struct AddToSet {
    seen: HashSet<Key>,
    values: Vec<Bson>,
    budget: Budget,
    takes_arrays: bool,
}

impl AddToSet {
    pub(super) fn new() -> Self {
        Self { seen: HashSet::new(), values: Vec::new(), budget: Budget::new("$addToSet"), takes_arrays: false }
    }

    pub(super) fn of_arrays() -> Self {
        Self { budget: Budget::new("$setUnion"), takes_arrays: true, ..Self::new() }
    }

    pub(super) fn add(&mut self, value: Value) -> Result<(), Error> {
        let Some(value) = value else { return Ok(()) };
        for value in if self.takes_arrays { elements("$setUnion", value)? } else { vec![value] } {
            self.insert(value)?;
        }
        Ok(())
    }

    fn insert(&mut self, value: Bson) -> Result<(), Error> {
        if self.seen.insert(Key::of(&value)) {
            self.budget.spend(&value)?;
            self.values.push(value);
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, later: Self) -> Result<(), Error> {
        later.values.into_iter().try_for_each(|value| self.insert(value))
    }

    pub(super) fn kept_bytes(&self) -> usize {
        2 * self.budget.memory_bytes()
    }

    pub(super) fn values(&self) -> &[Bson] {
        &self.values
    }

    pub(super) fn finish(self) -> Vec<Bson> {
        self.values
    }
}
