//! The last step of a `find` whose projection takes elements of arrays.
//!
//! In: the rows of its stages, from wherever they ran, and a [`Closing`]. Out: the rows as `find` gives them, as they are asked for.
//! Invariant: rows come in their order; behind an error no row counts. What is carried from step to step is in no row that
//! goes out.

use std::sync::Arc;

use bson::{Bson, DateTime, Document};
use pipeline::ast::Path;
use pipeline::find::{CARRIED, Closing};
use pipeline::{Pipeline, Rows, RunError};

use crate::query::Matcher;
use crate::stage::{self, Collections, Context};
use crate::{Error, constants};

/// So many rows are worked on at a time, so that patterns are compiled seldom.
const AT_A_TIME: usize = 256;

/// The name below [`CARRIED`] of the place that the filter matched at.
const PLACE: &str = "place";

/// Puts the last step behind rows. Fails where an expression of the projection cannot be.
pub fn close(rows: Rows, closing: &Arc<Closing>) -> Result<Rows, Error> {
    let now = DateTime::now();
    let then = constants::fold(&closing.then, now)?;
    let notices = rows.notices().clone();
    let step = Step { closing: Arc::clone(closing), then, ctx: Context::new(now, Arc::new(NoCollections)) };
    let closed = Closed { rows: Some(rows), ready: Vec::new().into_iter(), step };
    Ok(Rows::new(closed).with_notices(notices))
}

struct Closed {
    /// None behind the last row, or an error.
    rows: Option<Rows>,
    ready: std::vec::IntoIter<Document>,
    step: Step,
}

struct Step {
    closing: Arc<Closing>,
    then: Pipeline,
    ctx: Context,
}

/// A projection reaches no other collection.
struct NoCollections;

impl Collections for NoCollections {
    fn documents(&self, _name: &str) -> stage::Rows<'_> {
        Box::new(std::iter::empty())
    }
}

impl Iterator for Closed {
    type Item = Result<Document, RunError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.ready.next() {
                return Some(Ok(row));
            }
            let rows = self.rows.as_mut()?;
            let more = match rows.take(AT_A_TIME).collect::<Result<Vec<_>, _>>() {
                Ok(more) => more,
                Err(error) => {
                    self.rows = None;
                    return Some(Err(error));
                }
            };
            if more.len() < AT_A_TIME {
                self.rows = None;
            }
            match self.step.done(more) {
                Ok(closed) => self.ready = closed.into_iter(),
                Err(error) => {
                    self.rows = None;
                    return Some(Err(error.into()));
                }
            }
        }
    }
}

impl Step {
    fn done(&self, rows: Vec<Document>) -> Result<Vec<Document>, Error> {
        let now = self.ctx.now;
        let matcher = |predicate| Matcher::new(predicate, now);
        let elements: Vec<Matcher<'_>> =
            self.closing.elements.iter().map(|(_, test)| matcher(test)).collect::<Result<_, _>>()?;
        let position = self.closing.position.as_ref().map(|(_, filter)| matcher(filter)).transpose()?;
        let carrying = rows.into_iter().map(|mut row| {
            let carried = self.carried(&row, &elements, position.as_ref())?;
            row.insert(CARRIED, carried);
            Ok(row)
        });
        let then = stage::run(&self.then.stages, Box::new(carrying), &self.ctx);
        then.map(|row| {
            let mut row = row?;
            let carried = row.remove(CARRIED);
            match &self.closing.position {
                None => Ok(row),
                Some((path, _)) => at_position(row, path, place_in(carried.as_ref())),
            }
        })
        .collect()
    }

    /// What is taken of a document.
    fn carried(
        &self,
        row: &Document,
        elements: &[Matcher<'_>],
        position: Option<&Matcher<'_>>,
    ) -> Result<Document, Error> {
        let mut carried = Document::new();
        for (n, ((name, _), element)) in self.closing.elements.iter().zip(elements).enumerate() {
            if let (Some(place), Some(Bson::Array(items))) = (element.element(row)?, row.get(name)) {
                carried.insert(n.to_string(), vec![items[place].clone()]);
            }
        }
        let place = position.map(|position| position.position(row)).transpose()?.flatten();
        if let (Some((path, _)), Some(place)) = (&self.closing.position, place) {
            carried.insert(PLACE, place_behind(row, path, place).map_or(i64::MAX, |place| place as i64));
        }
        Ok(carried)
    }
}

/// The place that an element has once the path alone is kept: elements without fields are gone. None for one of these.
fn place_behind(row: &Document, path: &Path, place: usize) -> Option<usize> {
    let (mut inside, mut segments) = (row, path.segments().iter());
    while let Some(name) = segments.next() {
        match inside.get(name) {
            Some(Bson::Array(items)) if segments.len() > 0 => {
                let is_kept = |item: &Bson| matches!(item, Bson::Document(_) | Bson::Array(_));
                let before = items.iter().take(place).filter(|item| is_kept(item)).count();
                return items.get(place).is_some_and(is_kept).then_some(before);
            }
            Some(Bson::Document(inner)) => inside = inner,
            _ => return Some(place),
        }
    }
    Some(place)
}

/// The place that is carried.
fn place_in(carried: Option<&Bson>) -> Option<usize> {
    carried?.as_document()?.get_i64(PLACE).ok().and_then(|place| usize::try_from(place).ok())
}

/// Leaves of the first array on the path the element at a place alone.
fn at_position(mut row: Document, path: &Path, place: Option<usize>) -> Result<Document, Error> {
    let mut inside = &mut row;
    for name in path.segments() {
        match inside.get_mut(name) {
            Some(Bson::Array(items)) => {
                let no_element = |code, message: &str| {
                    Error::coded(code, format!("`{path}.$` {message}"))
                        .hint("name the array in the filter by a condition on one element")
                };
                let place = place.ok_or_else(|| no_element(51246, "finds no element that the filter is about"))?;
                if place >= items.len() {
                    return Err(no_element(51247, "has no element where the filter found another array's"));
                }
                *items = vec![items.swap_remove(place)];
                return Ok(row);
            }
            Some(Bson::Document(inner)) => inside = inner,
            _ => return Ok(row),
        }
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use bson::{bson, doc};
    use pipeline::find::Find;

    use super::*;

    fn found(find: &Find, rows: Vec<Document>) -> Result<Vec<Document>, RunError> {
        let closing = find.found().unwrap().closing.unwrap();
        close(Rows::of(rows), &Arc::new(closing)).map_err(RunError::from)?.collect()
    }

    #[test]
    fn rows_come_in_order_over_several_portions() {
        let find = Find { projection: Some(bson!({ "a": { "$elemMatch": { "$gt": 1 } } })), ..Find::default() };
        let rows: Vec<Document> = (0..1000).map(|n| doc! { "_id": n, "a": [0, n, 5] }).collect();
        let closed = found(&find, rows).unwrap();
        assert_eq!(closed[1], doc! { "_id": 1, "a": [5] });
        assert_eq!(closed[999], doc! { "_id": 999, "a": [999] });
        assert_eq!(closed.len(), 1000);
    }

    #[test]
    fn a_position_without_an_element_is_refused() {
        let find = Find { projection: Some(bson!({ "a.$": 1 })), filter: Some(bson!({ "b": 1 })), ..Find::default() };
        let row = doc! { "a": [1], "b": 1 };
        assert_eq!(found(&find, vec![row]).map_err(|error| error.code()), Err(Some(51246)));
    }
}
