//! `$avg`: the mean of the numbers, a double, or a decimal where one of them is; what is not a number does not count,
//! and of nothing the mean is null.

use bson::Bson;

use crate::value::{self, Number};

/// The state of `$avg`.
#[derive(Clone, Debug, Default)]
pub struct Avg {
    sum: value::Sum,
    n: u64,
}

impl Avg {
    pub(super) fn add(&mut self, value: Option<&Bson>) {
        if let Some(number) = value.and_then(Number::of) {
            self.add_number(number);
        }
    }

    pub(super) fn add_number(&mut self, number: Number) {
        self.sum.add(number);
        self.n += 1;
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.sum.merge(&later.sum);
        self.n += later.n;
    }

    pub(super) fn finish(&self) -> Bson {
        self.sum.mean(self.n).map_or(Bson::Null, Number::into_bson)
    }
}
