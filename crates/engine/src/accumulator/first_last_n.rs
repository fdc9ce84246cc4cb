//! `$firstN` and `$lastN`: the values of the first or last n documents in input order; a missing field counts as null.

use std::collections::VecDeque;

use bson::Bson;

use crate::value::Value;

/// The state of `$firstN`.
#[derive(Clone, Debug)]
pub struct FirstN {
    n: usize,
    values: Vec<Bson>,
}

impl FirstN {
    pub(super) fn new(n: usize) -> Self {
        Self { n, values: Vec::new() }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.values.len() == self.n
    }

    pub(super) fn add(&mut self, value: Value) {
        if self.values.len() < self.n {
            self.values.push(value.unwrap_or(Bson::Null));
        }
    }

    pub(super) fn merge(&mut self, later: Self) {
        later.values.into_iter().for_each(|value| self.add(Some(value)));
    }

    pub(super) fn finish(self) -> Vec<Bson> {
        self.values
    }
}

/// The state of `$lastN`.
#[derive(Clone, Debug)]
pub struct LastN {
    n: usize,
    values: VecDeque<Bson>,
}

impl LastN {
    pub(super) fn new(n: usize) -> Self {
        Self { n, values: VecDeque::new() }
    }

    pub(super) fn add(&mut self, value: Value) {
        if self.values.len() == self.n {
            self.values.pop_front();
        }
        self.values.push_back(value.unwrap_or(Bson::Null));
    }

    pub(super) fn merge(&mut self, later: Self) {
        later.values.into_iter().for_each(|value| self.add(Some(value)));
    }

    pub(super) fn finish(self) -> Vec<Bson> {
        self.values.into()
    }
}
