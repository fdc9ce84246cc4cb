//! `$min` and `$max`: the least or greatest value in the total order, across types. Null, undefined and missing do not
//! count; of nothing the answer is null. Of equal values the first stays; only in a window that moves, the last greatest.

use std::cmp::Ordering;

use bson::Bson;

use crate::value::{Value, compare, is_nullish};

/// Which end of the order is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl End {
    /// Whether `candidate` lies nearer to this end than `best`.
    pub(super) fn is_nearer(self, candidate: &Bson, best: &Bson) -> bool {
        let nearer = match self {
            Self::Min => Ordering::Less,
            Self::Max => Ordering::Greater,
        };
        compare(candidate, best) == nearer
    }
}

/// The state of `$min` and `$max`.
#[derive(Clone, Debug)]
pub struct Extreme {
    end: End,
    takes_equal: bool,
    best: Option<Bson>,
}

impl Extreme {
    pub(super) fn new(end: End) -> Self {
        Self { end, takes_equal: false, best: None }
    }

    /// MongoDB: a moving window keeps its values in order, and takes the one at the end.
    pub(super) fn prefer_last(&mut self) {
        self.takes_equal = self.end == End::Max;
    }

    pub(super) fn add(&mut self, value: Value) {
        let Some(value) = value.filter(|value| !is_nullish(Some(value))) else { return };
        let is_better = |best: &Bson| {
            self.end.is_nearer(&value, best) || (self.takes_equal && compare(&value, best) == Ordering::Equal)
        };
        if self.best.as_ref().is_none_or(is_better) {
            self.best = Some(value);
        }
    }

    pub(super) fn merge(&mut self, later: Self) {
        self.add(later.best);
    }

    pub(super) fn finish(self) -> Bson {
        self.best.unwrap_or(Bson::Null)
    }
}
