//! `$merge` by other fields than `_id`, with a pipeline that may change these: a row may find what an earlier one made.
//!
//! In: the stage, what is there, what comes. Out: what the collection holds afterwards.
//! Why not as every other `$merge`: which document a row finds depends on the rows before it, so all are held in memory.

use std::collections::HashMap;

use bson::Document;
use pipeline::RunError;
use pipeline::ast::{Merge, WhenMatched, WhenNotMatched};

use super::merge::{incoming, matched, no_match};
use super::{Documents, Ids, Keep, key, not_told_apart};
use crate::Error;
use crate::brake::Held;
use crate::stage::{Context, size};
use crate::value::Key;

/// Whether the stage has to be run so.
pub(super) fn is_needed(merge: &Merge) -> bool {
    !merge.on.is_empty() && matches!(merge.when_matched, WhenMatched::Pipeline(_))
}

/// Runs the stage.
pub(super) fn merged(
    merge: &Merge,
    there: Documents<'_>,
    rows: Documents<'_>,
    ctx: &Context,
    keep: Keep<'_>,
) -> Result<u64, RunError> {
    let mut target = Target::new(merge, there, ctx)?;
    for row in rows {
        let row = incoming(merge, row?);
        let found = target.places.get(&key(&merge.on, &row)?).copied();
        match (found, merge.when_not_matched) {
            (Some(place), _) => target.change(place, row)?,
            (None, WhenNotMatched::Insert) => target.insert(row)?,
            (None, WhenNotMatched::Discard) => {}
            (None, WhenNotMatched::Fail) => return Err(no_match().into()),
        }
    }
    target.documents.into_iter().try_for_each(keep)?;
    Ok(target.is_written.iter().filter(|written| **written).count() as u64)
}

/// A collection that is written into.
struct Target<'a> {
    merge: &'a Merge,
    documents: Vec<Document>,
    places: HashMap<Vec<Key>, usize>,
    ids: Ids,
    /// Which documents were put in or changed.
    is_written: Vec<bool>,
    held: Held,
    ctx: &'a Context,
}

impl<'a> Target<'a> {
    fn new(merge: &'a Merge, there: Documents<'_>, ctx: &'a Context) -> Result<Self, RunError> {
        let (documents, places, is_written) = (Vec::new(), HashMap::new(), Vec::new());
        let (ids, held) = (Ids::new(ctx, "$merge"), ctx.brake.hold("$merge"));
        let mut target = Self { merge, documents, places, ids, is_written, held, ctx };
        for document in there {
            let document = document?;
            ctx.brake.check()?;
            target.ids.add(&document)?;
            if target.push(document, false)? {
                return Err(not_told_apart().into());
            }
        }
        Ok(target)
    }

    /// Takes a document. What is found by no value of the fields is not there for a `$merge`; whether it is found as another one.
    fn push(&mut self, document: Document, is_written: bool) -> Result<bool, Error> {
        self.held.add(|| size::in_memory(&document))?;
        let key = key(&self.merge.on, &document);
        self.documents.push(document);
        self.is_written.push(is_written);
        Ok(key.is_ok_and(|key| self.places.insert(key, self.documents.len() - 1).is_some()))
    }

    fn insert(&mut self, row: Document) -> Result<(), Error> {
        let document = self.ids.insertable(row)?;
        self.push(document, true).map(drop)
    }

    fn change(&mut self, place: usize, row: Document) -> Result<(), Error> {
        let old = &self.documents[place];
        let Some(changed) = matched(self.merge, old, row, self.ctx)? else { return Ok(()) };
        let (before, after) = (key(&self.merge.on, old), key(&self.merge.on, &changed));
        if let (Ok(before), Ok(after)) = (before, after)
            && before != after
        {
            self.places.remove(&before);
            if self.places.insert(after, place).is_some() {
                return Err(Error::coded(11000, "two documents would have the same values of the `on` fields"));
            }
        }
        self.documents[place] = changed;
        self.is_written[place] = true;
        Ok(())
    }
}
