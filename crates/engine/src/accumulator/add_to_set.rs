//! `$addToSet`: every distinct value; of equal ones the first, in the order of first sight (the server promises none).
//! Null is kept, missing is skipped.

use std::collections::HashSet;

use bson::Bson;

use super::Budget;
use crate::Error;
use crate::value::{Key, Value};

/// The state of `$addToSet`.
#[derive(Clone, Debug)]
pub struct AddToSet {
    seen: HashSet<Key>,
    values: Vec<Bson>,
    budget: Budget,
}

impl AddToSet {
    pub(super) fn new() -> Self {
        Self { seen: HashSet::new(), values: Vec::new(), budget: Budget::new("$addToSet") }
    }

    pub(super) fn add(&mut self, value: Value) -> Result<(), Error> {
        if let Some(value) = value
            && self.seen.insert(Key::of(&value))
        {
            self.budget.spend(&value)?;
            self.values.push(value);
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, later: Self) -> Result<(), Error> {
        later.values.into_iter().try_for_each(|value| self.add(Some(value)))
    }

    pub(super) fn kept_bytes(&self) -> usize {
        2 * self.budget.memory_bytes()
    }

    pub(super) fn finish(self) -> Vec<Bson> {
        self.values
    }
}
