//! `$unwind` over blocks: each element of an array becomes a row, of which only what is read behind is made.
//!
//! In: a field of documents of any shape that is an array, null or missing in all of them, with no array inside an array.
//! Out: a block with a row an element: typed columns where the elements lie in a list ([`super::list`]), else values.
//! Invariant: what the stage's definition gives, but for the fields that nothing reads.

use std::collections::BTreeSet;
use std::ops::Range;

use bson::Bson;
use documents::{Elements as Found, Reader, array_elements, array_fields};
use pipeline::ast::{Path, Reads, Stage, Unwind};

use super::block::Block;
use super::list::List;
use super::loose::{add_inside, unreadable};
use super::plan::{ColumnId, Plan};
use super::shape::Kind;
use super::tree::{Fields, Node};
use crate::Error;
use crate::value::Value;

/// Rows of a block whose elements are made: there may be many to a row.
const UNWOUND_ROWS: usize = 512;
/// No document has so many elements: they take three bytes each, and it 16 MB.
const MOST_ELEMENTS: usize = 1 << 23;

/// A `$unwind` made ready.
#[derive(Debug)]
pub(crate) struct Elements {
    name: String,
    preserve: bool,
    /// Where all arrays lie in one, and rows without elements go.
    list: Option<List>,
    /// The columns of the list that are read.
    typed: Vec<(usize, ColumnId)>,
    whole: ColumnId,
    /// Whether something reads the elements themselves, as values.
    is_whole_read: bool,
    /// The fields of elements that are read as values.
    fields: Vec<(String, ColumnId)>,
}

impl Elements {
    /// Makes a `$unwind` ready, and gives what stands for its field from then on; nothing where the field is not as it is
    /// stored, or where more is read behind than can be named.
    pub(crate) fn lower(unwind: &Unwind, behind: &[Stage], fields: &Fields, plan: &mut Plan) -> Option<(Self, Node)> {
        let [name] = unwind.path.segments() else { return None };
        if unwind.index.is_some() {
            return None;
        }
        let stored = plan.stored_field(name)?;
        let is_stored =
            |(at, node): &(String, Node)| at == name && matches!(node, Node::Loose { whole, .. } if *whole == stored);
        if !fields.0.iter().any(is_stored) || !plan.collections[0].loose.as_ref()?.is_plain_array(name) {
            return None;
        }
        let paths = Reads::of_stages(behind).only()?;
        let below: BTreeSet<&[String]> =
            paths.iter().filter(|path| path.head() == name).map(|path: &Path| &path.segments()[1..]).collect();
        // A row without elements, that stays, is no element of a list.
        let list = if unwind.preserve { None } else { List::of(name, &plan.collections[0]) };
        plan.multiply_rows(list.as_ref().map_or(MOST_ELEMENTS, |list| list.longest));
        let whole = plan.element(Kind::Any);
        let is_whole_read = below.contains(&[][..]);
        let (typed, fields) = (Vec::new(), Vec::new());
        let mut this =
            Self { name: name.clone(), preserve: unwind.preserve, list, typed, whole, is_whole_read, fields };
        let inside = this.inside(&below, plan);
        if let (true, Some(typed)) = (below.len() == 1 && is_whole_read, this.typed(&[], plan)) {
            this.is_whole_read = false;
            return Some((this, Node::Column(typed)));
        }
        Some((this, Node::Loose { whole, inside }))
    }

    /// Columns for the paths below the elements that are read.
    fn inside(&mut self, below: &BTreeSet<&[String]>, plan: &mut Plan) -> Fields {
        let mut inside = Fields::default();
        let names: BTreeSet<&String> = below.iter().filter_map(|path| path.first()).collect();
        for name in names {
            let paths: Vec<&[String]> = below.iter().filter(|path| path.first() == Some(name)).copied().collect();
            let is_regular = |path: &&[String]| self.list.as_ref().is_some_and(|list| list.find(path).is_some());
            if paths.iter().all(is_regular) {
                for path in paths {
                    if let Some(column) = self.typed(path, plan) {
                        add_inside(&mut inside, path, column);
                    }
                }
                continue;
            }
            let column = plan.element(Kind::Any);
            inside.0.push((name.clone(), Node::Column(column)));
            self.fields.push((name.clone(), column));
        }
        inside
    }

    /// A column for a regular path of a list's elements.
    fn typed(&mut self, path: &[String], plan: &mut Plan) -> Option<ColumnId> {
        let list = self.list.as_ref()?;
        let child = list.find(path)?;
        let column = plan.element(list.kind(child, &plan.collections[0]));
        self.typed.push((child, column));
        Some(column)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn has_values(&self) -> bool {
        self.list.is_none() || self.is_whole_read || !self.fields.is_empty()
    }

    /// How it is done, for `explain`.
    pub(crate) fn how(&self) -> &'static str {
        if self.has_values() {
            "rows of elements, of which only what is read is made"
        } else {
            "rows of elements, whose fields are columns"
        }
    }

    /// How many rows of the collection are worked on together.
    pub(crate) fn rows_at_a_time(&self, plan: &Plan) -> usize {
        match &self.list {
            Some(list) if !self.has_values() => list.rows_at_a_time(&plan.collections[0]),
            _ => UNWOUND_ROWS,
        }
    }

    /// Makes the rows of a block those of its elements.
    pub(crate) fn apply(&self, block: &mut Block) -> Result<(), Error> {
        if block.n_rows == 0 {
            return Ok(());
        }
        let (batch, _) = block.whole_place(0);
        let made = if self.has_values() { Some(self.values(block)?) } else { None };
        match (&self.list, &made) {
            (Some(list), _) => {
                let taken = list.elements(block)?;
                block.take(&taken.rows);
                self.typed.iter().try_for_each(|column| list.put(*column, (batch, &taken.elements), block))?;
            }
            (None, Some(made)) => block.take(&made.rows),
            (None, None) => {}
        }
        if let Some(made) = made {
            if self.is_whole_read {
                block.set_values(self.whole, made.wholes);
            }
            for ((_, id), values) in self.fields.iter().zip(made.columns) {
                block.set_values(*id, values);
            }
        }
        Ok(())
    }

    /// The elements of a block's rows, and of each what is read.
    fn values(&self, block: &Block) -> Result<Made, Error> {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        let mut made = Made { rows: Vec::new(), wholes: Vec::new(), columns: vec![Vec::new(); names.len()] };
        let arrays = block.loose_reader(&self.name)?;
        for row in 0..block.n_rows {
            let (found, is_null) = arrays.elements(block.place(row), &self.name).map_err(|error| unreadable(&error))?;
            let added = match found {
                Some(Found::Bytes(bytes)) => made.add_bytes(bytes, &names, self.is_whole_read),
                Some(Found::Listed(elements, inside)) => made.add_listed(elements, &inside, &names, self.is_whole_read),
                None => Ok(0),
            };
            let n = added.map_err(|error| unreadable(&error))?;
            made.rows.extend(std::iter::repeat_n(row as u32, n));
            if n == 0 && self.preserve {
                made.rows.push(row as u32);
                for column in &mut made.columns {
                    column.push(None);
                }
                made.wholes.push(is_null.then_some(Bson::Null));
            }
        }
        Ok(made)
    }
}

/// Elements as values.
struct Made {
    /// The row of each.
    rows: Vec<u32>,
    wholes: Vec<Value>,
    columns: Vec<Vec<Value>>,
}

impl Made {
    fn add_bytes(&mut self, array: &[u8], names: &[&str], with_wholes: bool) -> Result<usize, documents::Error> {
        if with_wholes {
            self.wholes.extend(array_elements(array)?.into_iter().map(Some));
        }
        array_fields(array, names, &mut self.columns)
    }

    fn add_listed(
        &mut self,
        elements: Range<usize>,
        inside: &Reader,
        names: &[&str],
        with_wholes: bool,
    ) -> Result<usize, documents::Error> {
        for element in elements.clone() {
            if with_wholes {
                self.wholes.push(inside.of_element(element, None)?);
            }
            for (name, column) in names.iter().zip(&mut self.columns) {
                column.push(inside.of_element(element, Some(name))?);
            }
        }
        Ok(elements.len())
    }
}
