//! `$minN` and `$maxN`: the n least values ascending, or the n greatest descending, in the total order. Null, undefined
//! and missing do not count.

use std::cmp::Ordering;

use bson::Bson;

use super::extreme::End;
use crate::value::{Value, compare, is_nullish};

/// The state of `$minN` and `$maxN`. Invariant: at most n values, ascending; equal ones as they came.
#[derive(Clone, Debug)]
pub struct ExtremeN {
    end: End,
    n: usize,
    /// Whether of equal values at the end of `$maxN` the last are kept, not the first.
    prefers_last: bool,
    best: Vec<Bson>,
}

impl ExtremeN {
    pub(super) fn new(end: End, n: usize) -> Self {
        Self { end, n, prefers_last: false, best: Vec::new() }
    }

    /// MongoDB: in a window whose first row moves, `$maxN` prefers the last of equal values.
    pub(super) fn prefer_last(&mut self) {
        self.prefers_last = self.end == End::Max;
    }

    pub(super) fn add(&mut self, value: Value) {
        let Some(value) = value.filter(|value| !is_nullish(Some(value))) else { return };
        if self.best.len() == self.n {
            let worst = match self.end {
                End::Min => self.n - 1,
                End::Max => 0,
            };
            let worst_value = &self.best[worst];
            let stays_out = if self.prefers_last {
                self.end.is_nearer(worst_value, &value)
            } else {
                !self.end.is_nearer(&value, worst_value)
            };
            if stays_out {
                return;
            }
            self.best.remove(worst);
        }
        let place = self.best.partition_point(|other| compare(other, &value) != Ordering::Greater);
        self.best.insert(place, value);
    }

    pub(super) fn merge(&mut self, later: Self) {
        later.best.into_iter().for_each(|value| self.add(Some(value)));
    }

    /// MongoDB: of equal values `$maxN` gives the last first.
    pub(super) fn finish(mut self) -> Vec<Bson> {
        if self.end == End::Max {
            self.best.reverse();
        }
        self.best
    }
}
