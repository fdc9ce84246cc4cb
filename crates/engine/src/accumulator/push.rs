//! `$push`: every value in input order. Null is kept, missing is skipped.

use bson::Bson;

use super::Budget;
use crate::Error;
use crate::value::Value;

/// The state of `$push`.
#[derive(Clone, Debug)]
pub struct Push {
    values: Vec<Bson>,
    budget: Budget,
}

impl Push {
    pub(super) fn new() -> Self {
        Self { values: Vec::new(), budget: Budget::new("$push") }
    }

    pub(super) fn add(&mut self, value: Value) -> Result<(), Error> {
        if let Some(value) = value {
            self.budget.spend(&value)?;
            self.values.push(value);
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, later: Self) -> Result<(), Error> {
        self.budget.merge(&later.budget)?;
        self.values.extend(later.values);
        Ok(())
    }

    pub(super) fn kept_bytes(&self) -> usize {
        self.budget.memory_bytes()
    }

    pub(super) fn finish(self) -> Vec<Bson> {
        self.values
    }
}
