//! `$unwind` over blocks: each element of an array becomes a row, of which only what is read behind is made.
//!
//! In: a field of documents of any shape that is an array, null or missing in all of them, with no array inside an array.
//! Out: a block with a row an element. Invariant: what the stage's definition gives, but for the fields that nothing reads.

use std::collections::BTreeSet;

use bson::Bson;
use documents::{array_elements, array_fields};
use pipeline::ast::{Reads, Stage, Unwind};

use super::block::Block;
use super::loose::unreadable;
use super::plan::{ColumnId, Plan};
use super::tree::{Fields, Node};
use crate::Error;
use crate::value::Value;

/// A `$unwind` made ready.
#[derive(Debug)]
pub(crate) struct Elements {
    name: String,
    preserve: bool,
    whole: ColumnId,
    /// Whether something reads the elements themselves.
    is_whole_read: bool,
    /// The fields of elements that are read.
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
        let below: Vec<&[String]> =
            paths.iter().filter(|path| path.head() == name).map(|path| &path.segments()[1..]).collect();
        let names: BTreeSet<&String> = below.iter().filter_map(|rest| rest.first()).collect();
        let fields: Vec<(String, ColumnId)> = names.into_iter().map(|name| (name.clone(), plan.element())).collect();
        let whole = plan.element();
        let is_whole_read = below.iter().any(|rest| rest.is_empty());
        let inside = Fields(fields.iter().map(|(name, id)| (name.clone(), Node::Column(*id))).collect());
        let elements = Self { name: name.clone(), preserve: unwind.preserve, whole, is_whole_read, fields };
        Some((elements, Node::Loose { whole, inside }))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Makes the rows of a block those of its elements.
    pub(crate) fn apply(&self, block: &mut Block) -> Result<(), Error> {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        let mut positions = Vec::new();
        let mut wholes: Vec<Value> = Vec::new();
        let mut columns: Vec<Vec<Value>> = vec![Vec::new(); names.len()];
        let arrays = block.loose_reader(&self.name)?;
        for row in 0..block.n_rows {
            let found = arrays.bytes(block.place(row), &self.name).map_err(|error| unreadable(&error))?;
            let n_before = positions.len();
            if let Some((_, bytes)) = found.filter(|(_, bytes)| !bytes.is_empty()) {
                let n = array_fields(bytes, &names, &mut columns).map_err(|error| unreadable(&error))?;
                positions.extend(std::iter::repeat_n(row as u32, n));
                if self.is_whole_read {
                    let elements = array_elements(bytes).map_err(|error| unreadable(&error))?;
                    wholes.extend(elements.into_iter().map(Some));
                }
            }
            if positions.len() == n_before && self.preserve {
                positions.push(row as u32);
                for column in &mut columns {
                    column.push(None);
                }
                let is_null = found.is_some_and(|(_, bytes)| bytes.is_empty());
                wholes.push(is_null.then_some(Bson::Null));
            }
        }
        drop(arrays);
        block.take(&positions);
        if self.is_whole_read {
            block.set_values(self.whole, wholes);
        }
        for ((_, id), values) in self.fields.iter().zip(columns) {
            block.set_values(*id, values);
        }
        Ok(())
    }
}
