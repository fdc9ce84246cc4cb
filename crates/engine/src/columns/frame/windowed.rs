//! Documents of any shape in the order of a `$setWindowFields`, with its outputs.
//!
//! In: the places of the documents in their new order, and the values of each output in that order. Out: the documents.
//! Invariant: no document is made before it is asked for; the outputs are set in it as the stage's definition sets them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use bson::Document;
use documents::Reader;
use pipeline::ast::Path;

use super::super::loose::unreadable;
use super::super::stored::Typed;
use super::PIECE_ROWS;
use crate::Error;
use crate::value::{Value, set};

/// Documents with what was computed for them.
pub(crate) struct Windowed {
    typed: Arc<Typed>,
    /// Batch and place of each row.
    places: Vec<(usize, usize)>,
    /// The fields at the top that are wanted; `None` wants all.
    wanted: Option<HashSet<String>>,
    outputs: Vec<(Path, Vec<Value>)>,
}

impl Windowed {
    pub(crate) fn new(
        typed: &Arc<Typed>,
        places: Vec<(usize, usize)>,
        wanted: Option<HashSet<String>>,
        outputs: Vec<(Path, Vec<Value>)>,
    ) -> Self {
        Self { typed: Arc::clone(typed), places, wanted, outputs }
    }

    pub(super) fn typed(&self) -> Arc<Typed> {
        Arc::clone(&self.typed)
    }

    pub(super) fn n_pieces(&self) -> usize {
        self.places.len().div_ceil(PIECE_ROWS)
    }

    /// The rows of a piece.
    pub(super) fn rows(&self, piece: usize) -> Range<usize> {
        let start = (piece * PIECE_ROWS).min(self.places.len());
        start..(start + PIECE_ROWS).min(self.places.len())
    }

    pub(super) fn documents(&self, piece: usize, rows: Range<usize>) -> Result<Vec<Document>, Error> {
        let Some(loose) = &self.typed.loose else { return Err(Error::new("typed columns have no layouts")) };
        let is_wanted = |name: &str| self.wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
        let mut readers: HashMap<usize, Reader> = HashMap::new();
        let first = self.rows(piece).start;
        let document = |row: usize| {
            let (batch, place) = self.places[row];
            let reader = match readers.get(&batch) {
                Some(reader) => reader,
                None => readers.entry(batch).or_insert(loose.reader(&self.typed, batch, &is_wanted)?),
            };
            let mut document = reader.document(place, &is_wanted).map_err(|error| unreadable(&error))?;
            for (path, values) in &self.outputs {
                set(&mut document, path, values[row].clone());
            }
            Ok(document)
        };
        (first + rows.start..first + rows.end).map(document).collect()
    }
}
