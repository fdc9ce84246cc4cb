//! Documents out of columns: for the stages that run row by row, and for what a pipeline gives back whole.

use std::rc::Rc;

use bson::{Bson, Document};

use super::block::{BLOCK_ROWS, Block};
use super::plan::{ColumnId, Plan};
use super::stored::{RowSet, Typed, values};
use super::tree::{Fields, Node};
use crate::Error;
use crate::value::Value;

/// The tree of a stored collection; `column` says what stands for its columns.
pub(crate) fn stored_fields(typed: &Typed, mut column: impl FnMut(usize) -> ColumnId) -> Fields {
    let mut fields = Fields::default();
    if let Some(id) = typed.id {
        fields.0.push(("_id".to_owned(), Node::Column(column(id))));
    }
    for (index, stored) in typed.columns.iter().enumerate() {
        // A path that runs into another column's is the file's fault: the first of the two stands.
        let _ = fields.set(stored.path.segments(), Node::Column(column(index)));
    }
    fields
}

/// The documents of a block.
pub(crate) fn documents(fields: &Fields, block: &mut Block) -> Result<Vec<Document>, Error> {
    let mut columns: Vec<Option<Rc<[Value]>>> = vec![None; block.plan.columns.len()];
    for id in fields.columns() {
        columns[id.0 as usize] = Some(block.values(id)?);
    }
    let value = |id: ColumnId, row: usize| columns[id.0 as usize].as_ref().and_then(|values| values[row].clone());
    let document = |row| block.plan.brake.check().map(|()| document(fields, &|id| value(id, row)));
    (0..block.n_rows).map(document).collect()
}

fn document(fields: &Fields, value: &dyn Fn(ColumnId) -> Value) -> Document {
    let mut document = Document::new();
    for (name, node) in &fields.0 {
        match node {
            Node::Column(id) => {
                if let Some(value) = value(*id) {
                    document.insert(name.as_str(), value);
                }
            }
            Node::Object(inner) => {
                document.insert(name.as_str(), Bson::Document(self::document(inner, value)));
            }
        }
    }
    document
}

/// All documents of a stored collection, block by block.
pub(crate) fn document_rows(typed: &Typed) -> Box<dyn Iterator<Item = Result<Document, Error>> + '_> {
    let fields = stored_fields(typed, |index| ColumnId(index as u32));
    let blocks = typed
        .batches
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).step_by(BLOCK_ROWS).map(move |start| (batch, start)));
    Box::new(blocks.flat_map(move |(batch, start)| {
        let rows = RowSet { start, len: BLOCK_ROWS.min(batch.num_rows() - start), selection: None };
        let columns: Vec<Vec<Value>> = batch.columns().iter().map(|array| values(array, &rows)).collect();
        let row = |row: usize| Ok(document(&fields, &|id| columns[id.0 as usize][row].clone()));
        (0..rows.len).map(row).collect::<Vec<_>>()
    }))
}

/// The document of one row of a batch.
pub(crate) fn row(fields: &Fields, plan: &Plan, batch: usize, place: usize) -> Result<Option<Document>, Error> {
    Ok(documents(fields, &mut Block::new(plan, batch, place, 1))?.pop())
}
