//! Documents of any shape as a frame: their places, of which columns and documents are made when they are asked for.
//!
//! In: places in the order of the rows. Out: for each field at the top the column that holds all of its values, or these
//! values one by one. Invariant: a document comes out with its own fields in its own order.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use bson::Document;
use documents::Reader;

use super::super::loose::unreadable;
use super::super::stored::{StoredKind, Typed};
use super::gather::{gathered, taken};
use super::{Field, PIECE_ROWS, Part};
use crate::Error;
use crate::value::Value;

/// Rows of documents of any shape.
pub(super) struct LooseRows {
    typed: Arc<Typed>,
    /// Batch and place of each row.
    places: Vec<(usize, usize)>,
    fields: Vec<(String, Field)>,
    /// By field: the stored column with all of its values, if there is one.
    stored: Vec<Option<usize>>,
}

/// What reads the batches that were met so far.
struct Readers<'a> {
    typed: &'a Typed,
    name: Option<&'a str>,
    by_batch: HashMap<usize, Reader<'a>>,
}

impl<'a> Readers<'a> {
    fn new(typed: &'a Typed, name: Option<&'a str>) -> Self {
        Self { typed, name, by_batch: HashMap::new() }
    }

    fn of(&mut self, batch: usize) -> Result<&Reader<'a>, Error> {
        let Some(loose) = &self.typed.loose else { return Err(Error::new("typed columns have no layouts")) };
        Ok(match self.by_batch.entry(batch) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(empty) => {
                let name = self.name;
                empty.insert(loose.reader(self.typed, batch, &|wanted| name.is_none_or(|name| name == wanted))?)
            }
        })
    }
}

impl LooseRows {
    pub(super) fn new(typed: &Arc<Typed>, places: Vec<(usize, usize)>) -> Result<Self, Error> {
        let names = names(typed, &places)?;
        let of_name = |name: &String| {
            typed.columns.iter().position(|column| {
                !matches!(column.kind, StoredKind::Field) && matches!(column.path.segments(), [only] if only == name)
            })
        };
        let stored = names.iter().map(of_name).collect();
        let fields = names.into_iter().enumerate().map(|(at, name)| (name, Field::Column(at))).collect();
        Ok(Self { typed: Arc::clone(typed), places, fields, stored })
    }

    pub(super) fn fields(&self) -> &[(String, Field)] {
        &self.fields
    }

    pub(super) fn n_pieces(&self) -> usize {
        self.places.len().div_ceil(PIECE_ROWS)
    }

    /// Batch and place of each row of a piece.
    pub(super) fn places(&self, piece: usize) -> &[(usize, usize)] {
        let start = (piece * PIECE_ROWS).min(self.places.len());
        &self.places[start..(start + PIECE_ROWS).min(self.places.len())]
    }

    pub(super) fn part(&self, piece: usize, column: usize) -> Result<Part<'_>, Error> {
        let places = self.places(piece);
        if let Some(stored) = self.stored[column] {
            return Ok(Part::Array(Cow::Owned(self.array(stored, places)?)));
        }
        let name = self.fields[column].0.as_str();
        let mut readers = Readers::new(&self.typed, Some(name));
        let value =
            |&(batch, row): &(usize, usize)| readers.of(batch)?.field(row, name).map_err(|error| unreadable(&error));
        Ok(Part::Values(Cow::Owned(places.iter().map(value).collect::<Result<Vec<Value>, Error>>()?)))
    }

    fn array(&self, stored: usize, places: &[(usize, usize)]) -> Result<ArrayRef, Error> {
        let is_of_one = |batch: usize| places.iter().all(|(other, _)| *other == batch);
        if let Some(&(batch, start)) = places.first()
            && is_of_one(batch)
        {
            let array = self.typed.array(batch, stored)?;
            if places.iter().enumerate().all(|(at, (_, row))| *row == start + at) {
                return Ok(array.slice(start, places.len()));
            }
            return taken(array, places.iter().map(|(_, row)| *row));
        }
        let arrays: Vec<&ArrayRef> =
            (0..self.typed.sizes().count()).map(|batch| self.typed.array(batch, stored)).collect::<Result<_, _>>()?;
        let arrays: Vec<&dyn Array> = arrays.into_iter().map(AsRef::as_ref).collect();
        gathered(&arrays, places)
    }

    pub(super) fn documents(&self, piece: usize, rows: Range<usize>) -> Result<Vec<Document>, Error> {
        let mut readers = Readers::new(&self.typed, None);
        let document = |&(batch, row): &(usize, usize)| {
            readers.of(batch)?.document(row, &|_| true).map_err(|error| unreadable(&error))
        };
        self.places(piece)[rows].iter().map(document).collect()
    }
}

/// The fields at the top of the rows, in the order in which they are first seen.
fn names(typed: &Typed, places: &[(usize, usize)]) -> Result<Vec<String>, Error> {
    let mut readers = Readers::new(typed, Some(""));
    let mut layouts = HashSet::new();
    let mut known = HashSet::new();
    let mut names = Vec::new();
    for (batch, row) in places {
        let layout = readers.of(*batch)?.layout(*row).map_err(|error| unreadable(&error))?;
        if !layouts.insert(std::ptr::from_ref(layout)) {
            continue;
        }
        let new = layout.fields.iter().filter(|field| known.insert(field.name.as_str()));
        names.extend(new.map(|field| field.name.clone()));
    }
    Ok(names)
}

/// Nothing is read of it but through the frame.
impl std::fmt::Debug for LooseRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LooseRows").field("n_rows", &self.places.len()).finish_non_exhaustive()
    }
}
