//! A frame as a collection: what the stages behind a `$group` or a `$setWindowFields` run on.
//!
//! In: a [`Frame`] of arrays. Out: [`Typed`] columns in memory, or the frame again where a column has no type of its own, so
//! that its documents go on. Invariant: the collection's documents are the frame's.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field as ArrowField, Schema};
use bson::Document;
use pipeline::ast::Path;

use super::super::stored::Typed;
use super::{Column, Content, Field, Frame};
use crate::Error;

impl Frame {
    /// The collection of its rows.
    pub(crate) fn into_typed(self) -> Result<Typed, Self> {
        match self.batches() {
            Some((schema, batches)) => Typed::new(&schema, batches).map_err(|_| self),
            None => Err(self),
        }
    }

    fn batches(&self) -> Option<(Arc<Schema>, Vec<RecordBatch>)> {
        let Content::Columns { fields, pieces, .. } = &self.content else { return None };
        let first = pieces.first()?;
        let mut leaves = Vec::new();
        add_leaves("", fields, &mut leaves)?;
        let mut known = HashSet::new();
        if !leaves.iter().all(|(name, _)| known.insert(name)) {
            return None;
        }
        let array = |column: &Column| match column {
            Column::Array(array) => Some(Arc::clone(array)),
            Column::Values(_) => None,
        };
        let field = |(name, column): &(String, usize)| {
            Some(ArrowField::new(name.as_str(), array(&first.columns[*column])?.data_type().clone(), true))
        };
        let schema = Arc::new(Schema::new(leaves.iter().map(field).collect::<Option<Vec<_>>>()?));
        let batch = |piece: &super::Piece| {
            let arrays = leaves.iter().map(|(_, column)| array(&piece.columns[*column])).collect::<Option<Vec<_>>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(piece.n_rows));
            RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options).ok()
        };
        let batches = pieces.iter().map(batch).collect::<Option<Vec<_>>>()?;
        Some((schema, batches))
    }

    /// All its documents, some at a time.
    pub(crate) fn into_rows(self) -> impl Iterator<Item = Result<Document, Error>> + Send {
        let pieces = (0..self.n_pieces()).map(|piece| (piece, self.n_rows_of(piece))).collect::<Vec<_>>();
        let places = pieces.into_iter().flat_map(|(piece, n_rows)| {
            (0..n_rows).step_by(super::super::rows::DOCUMENT_ROWS).map(move |start| (piece, start, n_rows))
        });
        places.flat_map(move |(piece, start, n_rows)| {
            let end = n_rows.min(start + super::super::rows::DOCUMENT_ROWS);
            crate::stage::all_or_error(self.documents(piece, start..end))
        })
    }
}

/// The columns by their paths; nothing where a name could not be told from a path, or an object has no field.
fn add_leaves(above: &str, fields: &[(String, Field)], leaves: &mut Vec<(String, usize)>) -> Option<()> {
    for (name, field) in fields {
        if name.contains('.') {
            return None;
        }
        let path = format!("{above}{name}");
        match field {
            Field::Column(column) => {
                Path::new(&path)?;
                leaves.push((path, *column));
            }
            Field::Object(inner) if inner.is_empty() => return None,
            Field::Object(inner) => add_leaves(&format!("{path}."), inner, leaves)?,
        }
    }
    Some(())
}
