//! `$sort` over blocks by keys of any type: keys and places are sorted, and documents made when they are asked for.
//!
//! In: sort keys, and how many of the first rows are wanted. Out: the places of these, in order; equal ones in the order of the
//! collection. Invariant: the order is that of the stage's definition ([`SortOrder`]); memory grows with the keys, not with the
//! documents.

use std::collections::HashSet;

use bson::Bson;
use pipeline::ast::SortKey;

use super::block::Block;
use super::plan::{ColumnId, Plan};
use super::tree::{Fields, Found};
use crate::brake::Held;
use crate::stage::{SortOrder, size};
use crate::{Brake, Error};

/// How many rows are gathered at least before the surplus is cut off.
const LEAST_ROOM: usize = 1024;

/// A sort by any keys.
#[derive(Debug)]
pub(crate) struct Sort {
    order: SortOrder,
    by: By,
    n: usize,
}

/// Key, batch and place of a row.
type Entry = (Vec<Bson>, usize, usize);

#[derive(Debug)]
enum By {
    /// Columns without arrays.
    Columns(Vec<ColumnId>),
    /// Documents of any shape, of which these fields are read.
    Fields(HashSet<String>),
}

/// Keys and places so far.
#[derive(Debug)]
pub(crate) struct SortState {
    rows: Vec<Entry>,
    held: Held,
}

impl Sort {
    /// Makes a sort ready; nothing where a key is inside the values of a column.
    pub(crate) fn lower(keys: &[SortKey], n: usize, fields: &Fields, plan: &Plan) -> Option<Self> {
        if plan.collections[0].loose.is_some() {
            let heads = keys.iter().map(|key| key.path.head().to_owned()).collect();
            return Some(Self { order: SortOrder::new(keys), by: By::Fields(heads), n });
        }
        let column = |key: &SortKey| match fields.find(key.path.segments()) {
            Found::Column(column, []) if !plan.column(column).may_hold_arrays() => Some(column),
            _ => None,
        };
        let columns = keys.iter().map(column).collect::<Option<_>>()?;
        Some(Self { order: SortOrder::new(keys), by: By::Columns(columns), n })
    }

    pub(crate) fn columns(&self) -> &[ColumnId] {
        match &self.by {
            By::Columns(columns) => columns,
            By::Fields(_) => &[],
        }
    }

    fn keys(&self, block: &mut Block) -> Result<Vec<Vec<Bson>>, Error> {
        match &self.by {
            By::Columns(columns) => {
                let columns = columns.iter().map(|id| block.values(*id)).collect::<Result<Vec<_>, Error>>()?;
                let key = |row: usize| columns.iter().map(|values| values[row].clone().unwrap_or(Bson::Null)).collect();
                Ok((0..block.n_rows).map(key).collect())
            }
            By::Fields(heads) => {
                block.loose_documents(Some(heads))?.iter().map(|document| self.order.key(document)).collect()
            }
        }
    }
}

impl SortState {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { rows: Vec::new(), held: plan.brake.hold("$sort") }
    }

    pub(crate) fn add(&mut self, sort: &Sort, batch: usize, block: &mut Block) -> Result<(), Error> {
        for (row, key) in sort.keys(block)?.into_iter().enumerate() {
            self.push(sort, (key, batch, block.place(row)), &block.plan.brake)?;
        }
        Ok(())
    }

    fn push(&mut self, sort: &Sort, entry: Entry, brake: &Brake) -> Result<(), Error> {
        self.held.add(|| bytes(&entry))?;
        self.rows.push(entry);
        if self.rows.len() >= sort.n.saturating_mul(2).max(LEAST_ROOM) {
            self.sort(sort, brake)?;
            self.rows.truncate(sort.n);
            self.held.clear();
            self.held.add(|| self.rows.iter().map(bytes).sum())?;
        }
        Ok(())
    }

    fn sort(&mut self, sort: &Sort, brake: &Brake) -> Result<(), Error> {
        brake.sort(&mut self.rows, |a, b| sort.order.compare(&a.0, &b.0).then((a.1, a.2).cmp(&(b.1, b.2))))
    }

    /// Takes in what later blocks gave.
    pub(crate) fn merge(&mut self, sort: &Sort, later: Self, plan: &Plan) -> Result<(), Error> {
        let Self { rows, held } = later;
        drop(held);
        rows.into_iter().try_for_each(|entry| self.push(sort, entry, &plan.brake))
    }

    /// Batch and place of the first rows, in order.
    pub(crate) fn finish(mut self, sort: &Sort, plan: &Plan) -> Result<Vec<(usize, usize)>, Error> {
        self.sort(sort, &plan.brake)?;
        self.rows.truncate(sort.n);
        Ok(self.rows.into_iter().map(|(_, batch, place)| (batch, place)).collect())
    }
}

fn bytes((key, ..): &Entry) -> usize {
    size_of::<Entry>() + key.iter().map(|value| size_of::<Bson>() + size::of_value_in_memory(value)).sum::<usize>()
}
