//! `$top $topN $bottom $bottomN`: outputs of the documents that come first or last in an order of their own.
//!
//! MongoDB: the answers stand in that order, also those of `$bottomN`; of equal documents those that came first are
//! kept. A missing output is null. Documents are ordered by what their fields give as expressions (`a.b` of an array of
//! objects is one array), and arrays among these stand for their extremes as in `$sort`.

use std::cmp::Ordering;
use std::sync::Arc;

use bson::{Bson, Document};
use pipeline::ast::{Path, SortKey};

use crate::Error;
use crate::stage::SortOrder;
use crate::value::{Value, get};

/// Which end of the order is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// `$top`, `$topN`
    Top,
    /// `$bottom`, `$bottomN`
    Bottom,
}

/// The state of the four. Invariant: at most n rows, in the order.
#[derive(Clone, Debug)]
pub struct Top {
    side: Side,
    n: usize,
    /// Whether of equal documents at the bottom the last are kept, not the first.
    prefers_last: bool,
    paths: Arc<[Path]>,
    order: Arc<SortOrder>,
    rows: Vec<(Vec<Bson>, Bson)>,
}

impl Top {
    pub(super) fn new(side: Side, n: usize, keys: &[SortKey]) -> Self {
        let paths = keys.iter().map(|key| key.path.clone()).collect();
        let order = Arc::new(SortOrder::of_values(keys.iter().map(|key| key.order)));
        Self { side, n, prefers_last: false, paths, order, rows: Vec::new() }
    }

    /// MongoDB: in a window whose first row moves, `$bottom` and `$bottomN` prefer the last of equal documents.
    pub(super) fn prefer_last(&mut self) {
        self.prefers_last = true;
    }

    /// What of a document its place depends on.
    pub(super) fn key(&self, document: &Document) -> Result<Vec<Bson>, Error> {
        let values = self.paths.iter().map(|path| get(document, path).unwrap_or(Bson::Null));
        self.order.key(&values.enumerate().map(|(index, value)| (index.to_string(), value)).collect())
    }

    pub(super) fn add(&mut self, key: Vec<Bson>, output: Value) {
        let place = self.rows.partition_point(|(other, _)| self.order.compare(other, &key) != Ordering::Greater);
        if self.rows.len() == self.n {
            match self.side {
                Side::Top if place == self.n => return,
                Side::Top => drop(self.rows.pop()),
                Side::Bottom => {
                    let against_least = self.order.compare(&key, &self.rows[0].0);
                    if against_least.is_lt() || (against_least.is_eq() && !self.prefers_last) {
                        return;
                    }
                    self.rows.remove(0);
                    self.rows.insert(place - 1, (key, output.unwrap_or(Bson::Null)));
                    return;
                }
            }
        }
        self.rows.insert(place, (key, output.unwrap_or(Bson::Null)));
    }

    pub(super) fn merge(&mut self, later: Self) {
        later.rows.into_iter().for_each(|(key, output)| self.add(key, Some(output)));
    }

    pub(super) fn finish(self) -> Vec<Bson> {
        self.rows.into_iter().map(|(_, output)| output).collect()
    }
}
