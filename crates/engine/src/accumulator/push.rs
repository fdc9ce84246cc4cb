//! `$push`: every value in input order. Null is kept, missing is skipped. `$concatArrays`: the elements of every array.

use bson::Bson;

use super::{Budget, elements};
use crate::Error;
use crate::value::Value;

/// The state of `$push`.
#[derive(Clone, Debug)]
pub struct Push {
    values: Vec<Bson>,
    budget: Budget,
    takes_arrays: bool,
}

impl Push {
    pub(super) fn new() -> Self {
        Self { values: Vec::new(), budget: Budget::new("$push"), takes_arrays: false }
    }

    pub(super) fn of_arrays() -> Self {
        Self { values: Vec::new(), budget: Budget::new("$concatArrays"), takes_arrays: true }
    }

    pub(super) fn add(&mut self, value: Value) -> Result<(), Error> {
        let Some(value) = value else { return Ok(()) };
        for value in if self.takes_arrays { elements("$concatArrays", value)? } else { vec![value] } {
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
