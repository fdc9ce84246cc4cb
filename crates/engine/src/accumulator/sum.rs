//! `$sum` and `$count`: the sum of the numbers, in the widest type that they have or need; what is not a number does not
//! count, and of nothing the sum is the int 0.

use bson::Bson;

use crate::value::{self, Number};

/// The state of `$sum` and `$count`.
#[derive(Clone, Debug, Default)]
pub struct Sum(value::Sum);

impl Sum {
    pub(super) fn add(&mut self, value: Option<&Bson>) {
        if let Some(number) = value.and_then(Number::of) {
            self.0.add(number);
        }
    }

    pub(super) fn add_number(&mut self, number: Number) {
        self.0.add(number);
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.0.merge(&later.0);
    }

    pub(super) fn finish(&self) -> Bson {
        self.0.total().into_bson()
    }
}
