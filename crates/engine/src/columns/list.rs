//! Lists of documents of any shape: the elements of arrays as columns.
//!
//! In: a field that is an array of one list in all documents, null or nothing. Out: columns for the paths that are regular in
//! its elements, and which elements the rows of a block have.
//! Invariant: a row whose field is no array has no elements.

use std::fmt;

use documents::Absence;
use pipeline::ast::Path;

use super::block::{BLOCK_ROWS, Block};
use super::loose::stored_kind_of;
use super::plan::{ColumnId, stored_kind};
use super::shape::{Domain, Kind};
use super::stored::{self, RowSet, Stored, Typed, one_dictionary_of, range_of};
use crate::Error;

/// The elements of a field's arrays.
pub(crate) struct List {
    /// Its number in the batches.
    column: usize,
    children: Vec<Child>,
    n_elements: usize,
    /// The longest array has so many elements.
    pub(crate) longest: usize,
}

/// A regular path of the elements.
struct Child {
    /// Of none is the element itself.
    path: Vec<String>,
    stored: Stored,
    /// Its number in the list.
    place: usize,
}

/// The elements of a block's rows.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// The row of each.
    pub(crate) rows: Vec<u32>,
    /// Its number in the list.
    pub(crate) elements: Vec<u32>,
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("column", &self.column).finish_non_exhaustive()
    }
}

impl List {
    /// The list of a field at the top; nothing where some document has something else there, or its bytes cannot be read.
    pub(crate) fn of(name: &str, typed: &Typed) -> Option<Self> {
        let n_batches = typed.sizes().count();
        let documents::Listed { column, regular } = typed.loose.as_ref()?.listed(name, &typed.schema()?)?;
        let lists = (0..n_batches).map(|batch| typed.list(batch, column)).collect::<Result<Vec<_>, Error>>().ok()?;
        let mut children = Vec::new();
        for regular in regular {
            let place = regular.column;
            let arrays = (0..n_batches).map(|batch| typed.in_list(batch, column, place));
            let arrays = arrays.collect::<Result<Vec<_>, Error>>().ok()?;
            let kind = stored_kind_of(regular.kind, || one_dictionary_of(arrays.iter().copied()));
            let Some(kind) = kind.filter(|_| regular.absence != Absence::Either) else { continue };
            let stored = Stored::at(Path::new(name)?, kind, regular.absence, Some(place), n_batches);
            children.push(Child { path: regular.path.into_iter().skip(1).collect(), stored, place });
        }
        let lengths = || lists.iter().flat_map(|list| list.value_offsets().windows(2)).map(|ends| ends[1] - ends[0]);
        let longest = lengths().max().and_then(|longest| usize::try_from(longest).ok()).unwrap_or(0);
        let n_elements = lists.iter().map(|list| list.values().len()).sum();
        Some(Self { column, children, n_elements, longest })
    }

    /// The column of a path of the elements, by its number among those that are regular.
    pub(crate) fn find(&self, path: &[String]) -> Option<usize> {
        self.children.iter().position(|child| child.path == path)
    }

    /// What is known of a column.
    pub(crate) fn kind(&self, child: usize, typed: &Typed) -> Kind {
        let Child { stored, place, .. } = &self.children[child];
        let arrays = (0..typed.sizes().count()).map(|batch| typed.in_list(batch, self.column, *place));
        stored_kind(stored, || range_of(arrays))
    }

    /// Rows of which about a block of elements comes.
    pub(crate) fn rows_at_a_time(&self, typed: &Typed) -> usize {
        let per_row = self.n_elements.div_ceil(typed.n_rows.max(1)).max(1);
        (2 * BLOCK_ROWS / per_row).clamp(1, BLOCK_ROWS)
    }

    /// The elements of the rows of a block.
    pub(crate) fn elements(&self, block: &Block) -> Result<Taken, Error> {
        let mut taken = Taken::default();
        if block.n_rows == 0 {
            return Ok(taken);
        }
        let (batch, _) = block.whole_place(0);
        let offsets = block.plan.collections[0].list(batch, self.column)?.value_offsets();
        for row in 0..block.n_rows {
            let place = block.place(row);
            let ends = offsets[place]..offsets[place + 1];
            taken.rows.extend(std::iter::repeat_n(row as u32, ends.len()));
            taken.elements.extend(ends.map(|element| element as u32));
        }
        Ok(taken)
    }

    /// Puts the values of a column into the block, whose rows have become these elements of a batch.
    pub(crate) fn put(
        &self,
        (child, id): (usize, ColumnId),
        (batch, elements): (usize, &[u32]),
        block: &mut Block,
    ) -> Result<(), Error> {
        let plan = block.plan;
        let Child { stored, place, .. } = &self.children[child];
        let array = plan.collections[0].in_list(batch, self.column, *place)?;
        let rows = RowSet { start: 0, len: array.len(), selection: Some(elements) };
        match &plan.column(id).kind {
            Kind::Coded(domain) => {
                let n = domain.len() - usize::from(stored.absence != Absence::Never);
                let min = if let Domain::Ints { min, .. } = **domain { min } else { 0 };
                block.set_codes(id, stored::codes(array, &rows, min, n));
            }
            Kind::Number(_) => block.set_numbers(id, stored::numbers(array, &rows)),
            Kind::Any => {
                let mut values = stored::values(array, &rows);
                if stored.absence == Absence::Missing {
                    values.iter_mut().filter(|value| **value == Some(bson::Bson::Null)).for_each(|value| *value = None);
                }
                block.set_values(id, values);
            }
        }
        Ok(())
    }
}
