//! Documents out of columns: for the stages that run row by row, and for what a pipeline gives back whole.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use bson::{Bson, Document};
use documents::Reader;

use super::block::Block;
use super::loose::{Loose, unreadable};
use super::plan::{Column, ColumnId, Plan, Source};
use super::stored::{RowSet, StoredKind, Typed};
use super::tree::{Fields, Node};
use crate::Error;
use crate::stage::{self, Rows};
use crate::value::Value;

/// Rows that become documents at a time: a document takes some kilobytes, so that a whole block of them would be much.
pub(crate) const DOCUMENT_ROWS: usize = 1024;

/// What documents come out.
#[derive(Debug)]
pub(crate) enum Output {
    /// Those of a tree.
    Fields(Fields),
    /// Documents of any shape as they are, with the fields at their top that are wanted; `None` wants all.
    Documents(Option<HashSet<String>>),
}

impl Output {
    /// The columns that they are put together from.
    pub(crate) fn columns(&self, plan: &Plan) -> Vec<ColumnId> {
        match self {
            Self::Fields(fields) => fields.columns(),
            Self::Documents(wanted) => documents_columns(wanted.as_ref(), plan),
        }
    }

    /// The documents of a block.
    pub(crate) fn documents(&self, block: &mut Block) -> Result<Vec<Document>, Error> {
        match self {
            Self::Fields(fields) => tree_documents(fields, block),
            Self::Documents(wanted) => block.loose_documents(wanted.as_ref()),
        }
    }

    /// The documents of rows by batch and place.
    pub(crate) fn rows<'a>(&'a self, plan: &'a Plan, places: Vec<(usize, usize)>) -> Rows<'a> {
        let (Self::Documents(wanted), Some(loose)) = (self, &plan.collections[0].loose) else {
            let row = move |(batch, place)| Ok(self.documents(&mut Block::new(plan, batch, place, 1))?.pop());
            return Box::new(places.into_iter().filter_map(move |place| row(place).transpose()));
        };
        let is_wanted = move |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
        // Once for each batch, not for each row: which columns a row needs takes a look at all layouts.
        let typed = &plan.collections[0];
        let mut readers: Vec<Option<Reader<'a>>> = typed.sizes().map(|_| None).collect();
        Box::new(places.into_iter().map(move |(batch, place)| {
            let reader = match &mut readers[batch] {
                Some(reader) => reader,
                empty => empty.insert(loose.reader(typed, batch, &is_wanted)?),
            };
            reader.document(place, &is_wanted).map_err(|error| unreadable(&error))
        }))
    }
}

/// The columns of documents of any shape that are put together with the fields at their top that are wanted.
pub(crate) fn documents_columns(wanted: Option<&HashSet<String>>, plan: &Plan) -> Vec<ColumnId> {
    let is_read = |column: &Column| match column.source {
        Source::Stored { collection: 0, index } => {
            let stored = &plan.collections[0].columns[index];
            let is_wanted = || wanted.is_none_or(|wanted| wanted.contains(stored.path.head()));
            matches!(stored.kind, StoredKind::Field) && is_wanted()
        }
        _ => false,
    };
    let columns = plan.columns.iter().enumerate().filter(|(_, column)| is_read(column));
    columns.map(|(at, _)| ColumnId(at as u32)).collect()
}

/// The tree of a stored collection; `column` says what stands for its columns.
pub(crate) fn stored_fields(typed: &Typed, mut column: impl FnMut(usize) -> ColumnId) -> Fields {
    if typed.loose.is_some() {
        return Loose::tree(typed, &mut column);
    }
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
pub(crate) fn tree_documents(fields: &Fields, block: &mut Block) -> Result<Vec<Document>, Error> {
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
            Node::Column(id) | Node::Loose { whole: id, .. } => {
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

/// All documents of a stored collection, some at a time.
pub(crate) fn document_rows(typed: Arc<Typed>) -> Rows<'static> {
    if typed.loose.is_some() {
        return super::loose::document_rows(typed);
    }
    let fields = stored_fields(&typed, |index| ColumnId(index as u32));
    let pieces = pieces(&typed, DOCUMENT_ROWS);
    Box::new(pieces.flat_map(move |piece| stage::all_or_error(some_rows(&typed, &fields, piece))))
}

/// The rows of a stored collection, some at a time: batch, first row and number.
pub(crate) fn pieces(typed: &Typed, at_a_time: usize) -> impl Iterator<Item = (usize, usize, usize)> + Send + use<> {
    let sizes: Vec<usize> = typed.sizes().collect();
    sizes.into_iter().enumerate().flat_map(move |(batch, n_rows)| {
        (0..n_rows).step_by(at_a_time).map(move |start| (batch, start, at_a_time.min(n_rows - start)))
    })
}

fn some_rows(
    typed: &Typed,
    fields: &Fields,
    (batch, start, len): (usize, usize, usize),
) -> Result<Vec<Document>, Error> {
    let rows = RowSet { start, len, selection: None };
    let columns = (0..typed.columns.len())
        .map(|column| typed.values(batch, column, &rows))
        .collect::<Result<Vec<Vec<Value>>, Error>>()?;
    Ok((0..len).map(|row| document(fields, &|id| columns[id.0 as usize][row].clone())).collect())
}
