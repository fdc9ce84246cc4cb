//! `$sort` over blocks: the places of the first rows, of few found without sorting the others.
//!
//! In: sort keys that are coded or numeric. Out: the places of the first rows, in order; of equal ones the first met.
//! Invariant: every key has a 64-bit rank whose order is the order of values (null and missing lowest), so that rows
//! compare as numbers do.

use std::collections::BinaryHeap;
use std::sync::Arc;

use bson::Bson;
use pipeline::ast::{Order, SortKey};
use rayon::slice::ParallelSliceMut;

use super::block::Block;
use super::plan::{ColumnId, Plan};
use super::shape::{Domain, Kind, Lane, Shape};
use super::tree::{Fields, Found};
use crate::Error;
use crate::brake::Held;
use crate::value::compare;

/// Of more rows than this all are kept and sorted.
const MOST_ROWS: usize = 1 << 20;

/// A sort of which the first rows are wanted, or all.
#[derive(Debug)]
pub(crate) struct Top {
    keys: Vec<Rank>,
    n: usize,
}

/// A key whose values have ranks.
#[derive(Debug)]
pub(crate) struct Rank {
    column: ColumnId,
    by: RankBy,
    order: Order,
}

#[derive(Debug)]
enum RankBy {
    Code(Vec<u64>),
    Number(Shape),
}

/// The first rows so far.
#[derive(Debug)]
pub(crate) struct TopState {
    /// The last of them on top.
    first: BinaryHeap<Entry>,
    /// In place of these, where they are too many to be told apart one by one.
    all: Vec<Entry>,
    held: Held,
}

/// The ranks of a row, its batch and its place there.
type Entry = (Box<[u64]>, usize, usize);

impl Top {
    /// Makes a sort ready; nothing where a key is neither coded nor numeric.
    pub(crate) fn lower(keys: &[SortKey], n: usize, fields: &Fields, plan: &Plan) -> Option<Self> {
        let keys = keys
            .iter()
            .map(|key| {
                let Found::Column(column, []) = fields.find(key.path.segments()) else { return None };
                Rank::lower(column, key.order, plan)
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { keys, n })
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.keys.iter().map(|key| key.column)
    }
}

/// The rank of each code; nothing where a value is an array, which sorts by its least or greatest element.
fn ranks(domain: &Arc<Domain>) -> Option<Vec<u64>> {
    if let Domain::Ints { n, .. } = **domain {
        // Null is the last code and the lowest value.
        return Some((0..domain.len()).map(|code| if code < n { code as u64 + 1 } else { 0 }).collect());
    }
    if domain.has_arrays() {
        return None;
    }
    let values: Vec<Bson> = domain.values().map(|value| value.unwrap_or(Bson::Null)).collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| compare(&values[*a], &values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut rank = 0;
    for (at, code) in order.iter().enumerate() {
        if at > 0 && compare(&values[order[at - 1]], &values[*code]).is_ne() {
            rank += 1;
        }
        ranks[*code] = rank;
    }
    Some(ranks)
}

impl Rank {
    /// The ranks of a column's values; nothing where it is neither coded nor numeric.
    pub(crate) fn lower(column: ColumnId, order: Order, plan: &Plan) -> Option<Self> {
        let by = match &plan.column(column).kind {
            Kind::Coded(domain) => RankBy::Code(ranks(domain)?),
            Kind::Number(shape) => RankBy::Number(*shape),
            Kind::Any => return None,
        };
        Some(Self { column, by, order })
    }

    /// The ranks of a block's rows, the other way round where the order descends.
    pub(crate) fn of_block(&self, block: &mut Block) -> Result<Vec<u64>, Error> {
        let mut ranks: Vec<u64> = match &self.by {
            RankBy::Code(ranks) => block.codes(self.column)?.iter().map(|code| ranks[usize::from(*code)]).collect(),
            RankBy::Number(shape) => {
                let numbers = block.numbers(self.column)?;
                let rank = |row| match &numbers.lane {
                    _ if numbers.is_absent(row) => 0,
                    Lane::Int(values) => (values[row].wrapping_sub(shape.range.0) as u64).saturating_add(1),
                    Lane::Double(values) => double_rank(values[row]),
                };
                (0..block.n_rows).map(rank).collect()
            }
        };
        if self.order == Order::Descending {
            for rank in &mut ranks {
                *rank = !*rank;
            }
        }
        Ok(ranks)
    }
}

/// NaN lowest (1; 0 is null), then by value, both zeros alike.
fn double_rank(x: f64) -> u64 {
    if x.is_nan() {
        return 1;
    }
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

impl TopState {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { first: BinaryHeap::new(), all: Vec::new(), held: plan.brake.hold("$sort") }
    }

    pub(crate) fn add(&mut self, top: &Top, batch: usize, block: &mut Block) -> Result<(), Error> {
        let ranks = top.keys.iter().map(|key| key.of_block(block)).collect::<Result<Vec<_>, Error>>()?;
        let entry =
            |row: usize, block: &Block| (ranks.iter().map(|ranks| ranks[row]).collect(), batch, block.place(row));
        let per_row = size_of::<Entry>() + top.keys.len() * size_of::<u64>();
        if top.n > MOST_ROWS {
            self.all.extend((0..block.n_rows).map(|row| entry(row, block)));
            return self.held.grow_to(|| self.all.len() * per_row);
        }
        for row in 0..block.n_rows {
            if self.first.len() >= top.n {
                // Most rows are told apart from the last one kept by their first rank.
                let Some((last, ..)) = self.first.peek() else { return Ok(()) };
                let is_behind = ranks.iter().zip(last).map(|(ranks, last)| ranks[row].cmp(last)).find(|o| o.is_ne());
                if is_behind.is_none_or(std::cmp::Ordering::is_gt) {
                    continue;
                }
                self.first.pop();
            }
            self.first.push(entry(row, block));
        }
        self.held.grow_to(|| self.first.len() * per_row)
    }

    pub(crate) fn merge(&mut self, top: &Top, later: Self) {
        self.all.extend(later.all);
        self.first.extend(later.first);
        while self.first.len() > top.n {
            self.first.pop();
        }
    }

    /// Batch and place of the first rows, in order.
    pub(crate) fn finish(mut self) -> Vec<(usize, usize)> {
        self.all.par_sort_unstable();
        let first = if self.all.is_empty() { self.first.into_sorted_vec() } else { self.all };
        first.into_iter().map(|(_, batch, place)| (batch, place)).collect()
    }
}
