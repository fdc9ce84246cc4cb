//! The last step of a `find` whose projection takes elements of arrays.
//!
//! In: the rows of its stages, from wherever they ran, and a [`TakenElements`]. Out: the rows as `find` gives them, as they are asked for.
//! Invariant: rows come in their order; behind an error no row counts. What is carried from step to step is in no row that
//! goes out.

use std::sync::Arc;

use bson::{Bson, Document};
use pipeline::ast::{Path, Projected, Projection, Stage};
use pipeline::find::{CARRIED, TakenElements};
use pipeline::{Collation, Pipeline, Rows, RunError};

use crate::query::Matcher;
use crate::run::NoCollections;
use crate::stage::{self, Context};
use crate::{Collator, Engine, Error, constants, meter};

/// So many rows are worked on at a time, so that patterns are compiled seldom.
const AT_A_TIME: usize = 256;

/// The name below [`CARRIED`] of the place that the filter matched at.
const PLACE: &str = "place";

/// What is named where the step runs into a limit.
const PROJECTION: &str = "projection";

impl Engine {
    /// Puts the last step behind rows, under the engine's limits; strings are compared as the collation says. Fails where an
    /// expression of the projection cannot be.
    pub fn take_elements(
        &self,
        rows: Rows,
        taken: &Arc<TakenElements>,
        collation: Option<&Collation>,
    ) -> Result<Rows, Error> {
        let (now, brake) = self.start();
        let collator = Collator::of(collation)?;
        let fold = || meter::within(&brake, PROJECTION, || constants::fold(&taken.then, now));
        let then = collator.within(fold)?;
        let notices = rows.notices().clone();
        let ctx = Context { brake, collator, ..Context::new(now, Arc::new(NoCollections)) };
        let step = Step { taken: Arc::clone(taken), then, ctx };
        let with_elements = WithElements { rows: Some(rows), ready: Vec::new().into_iter(), step };
        Ok(Rows::new(with_elements).with_notices(notices))
    }
}

struct WithElements {
    /// None behind the last row, or an error.
    rows: Option<Rows>,
    ready: std::vec::IntoIter<Document>,
    step: Step,
}

struct Step {
    taken: Arc<TakenElements>,
    then: Pipeline,
    ctx: Context,
}

impl Iterator for WithElements {
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
                Ok(done) => self.ready = done.into_iter(),
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
        self.ctx.collator.within(|| meter::within(&self.ctx.brake, PROJECTION, || self.collated(rows)))
    }

    fn collated(&self, rows: Vec<Document>) -> Result<Vec<Document>, Error> {
        let now = self.ctx.now;
        let matcher = |predicate| Matcher::new(predicate, now);
        let elements: Vec<Matcher<'_>> =
            self.taken.elements.iter().map(|(_, test)| matcher(test)).collect::<Result<_, _>>()?;
        let position = self.taken.position.as_ref().map(|(_, filter)| matcher(filter)).transpose()?;
        let carrying = rows.into_iter().map(|mut row| {
            self.ctx.brake.check()?;
            let carried = self.carried(&row, &elements, position.as_ref())?;
            row.insert(CARRIED, carried);
            Ok(row)
        });
        let then = stage::run(&self.then.stages, Box::new(carrying), &self.ctx);
        then.map(|row| {
            let mut row = row?;
            let carried = row.remove(CARRIED);
            match &self.taken.position {
                None => Ok(row),
                Some((path, _)) => at_position(row, path, place_in(carried.as_ref())),
            }
        })
        .collect()
    }

    /// The fields that the projection computes.
    fn computed(&self) -> Vec<&Path> {
        let fields = self.then.stages.iter().flat_map(|stage| match stage {
            Stage::Project(Projection::Include { fields, .. }) => fields.as_slice(),
            _ => &[],
        });
        fields.filter(|(_, projected)| matches!(projected, Projected::Computed(_))).map(|(path, _)| path).collect()
    }

    /// What is taken of a document.
    fn carried(
        &self,
        row: &Document,
        elements: &[Matcher<'_>],
        position: Option<&Matcher<'_>>,
    ) -> Result<Document, Error> {
        let mut carried = Document::new();
        for (n, ((name, _), element)) in self.taken.elements.iter().zip(elements).enumerate() {
            if let (Some(place), Some(Bson::Array(items))) = (element.element(row)?, row.get(name)) {
                carried.insert(n.to_string(), vec![items[place].clone()]);
            }
        }
        let place = position.map(|position| position.position(row)).transpose()?.flatten();
        if let (Some((path, _)), Some(place)) = (&self.taken.position, place) {
            carried
                .insert(PLACE, place_behind(row, path, &self.computed(), place).map_or(i64::MAX, |place| place as i64));
        }
        Ok(carried)
    }
}

/// The place that an element has once the path alone is kept: elements without fields are gone, unless a field is computed in them.
/// None for one of these.
fn place_behind(row: &Document, path: &Path, computed: &[&Path], place: usize) -> Option<usize> {
    let mut inside = row;
    for (depth, name) in path.segments().iter().enumerate() {
        match inside.get(name) {
            Some(Bson::Array(items)) if depth + 1 < path.segments().len() => {
                let is_inside = |other: &&Path| other.segments().starts_with(&path.segments()[..=depth]);
                if computed.iter().any(is_inside) {
                    return Some(place);
                }
                let is_kept = |item: &Bson| matches!(item, Bson::Document(_) | Bson::Array(_));
                let before = items.iter().take(place).filter(|item| is_kept(item)).count();
                return items.get(place).is_some_and(is_kept).then_some(before);
            }
            Some(Bson::Document(inner)) => inside = inner,
            _ => {}
        }
    }
    Some(place)
}

/// The place that is carried.
fn place_in(carried: Option<&Bson>) -> Option<usize> {
    carried?.as_document()?.get_i64(PLACE).ok().and_then(|place| usize::try_from(place).ok())
}

/// Leaves of the first array on the path the element at a place alone. MongoDB: a field that is missing or no object is passed over, so
/// that the next name is looked for beside it; what is found there is put where the path says.
fn at_position(mut row: Document, path: &Path, place: Option<usize>) -> Result<Document, Error> {
    let mut inside = &row;
    for (depth, name) in path.segments().iter().enumerate() {
        match inside.get(name) {
            Some(Bson::Array(items)) => {
                let no_element = |code, message: &str| {
                    Error::coded(code, format!("`{path}.$` {message}"))
                        .hint("name the array in the filter by a condition on one element")
                };
                let place = place.ok_or_else(|| no_element(51246, "finds no element that the filter is about"))?;
                let element = items
                    .get(place)
                    .cloned()
                    .ok_or_else(|| no_element(51247, "has no element where the filter found another array's"))?;
                put(&mut row, &path.segments()[..=depth], vec![element]);
                return Ok(row);
            }
            Some(Bson::Document(inner)) => inside = inner,
            _ => {}
        }
    }
    Ok(row)
}

fn put(row: &mut Document, path: &[String], array: Vec<Bson>) {
    match path {
        [] => {}
        [last] => {
            row.insert(last, array);
        }
        [name, rest @ ..] => {
            if !matches!(row.get(name), Some(Bson::Document(_))) {
                row.insert(name, Document::new());
            }
            if let Some(Bson::Document(inner)) = row.get_mut(name) {
                put(inner, rest, array);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bson::{DateTime, bson, doc};
    use pipeline::Limits;
    use pipeline::find::Find;

    use super::*;

    fn found(find: &Find, rows: Vec<Document>) -> Result<Vec<Document>, RunError> {
        found_by(&Engine::new(), find, rows)
    }

    fn found_by(engine: &Engine, find: &Find, rows: Vec<Document>) -> Result<Vec<Document>, RunError> {
        let taken = Arc::new(find.found().unwrap().taken.unwrap());
        engine.take_elements(Rows::of(rows), &taken, None).map_err(RunError::from)?.collect()
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
    fn the_step_has_the_time_and_the_limits_of_its_run() {
        let now = DateTime::from_millis(7);
        let projection = bson!({ "a": { "$elemMatch": { "$gt": 1 } }, "t": "$$NOW" });
        let find = Find { projection: Some(projection), ..Find::default() };
        let rows = || vec![doc! { "_id": 1, "a": [5] }];
        let engine = Engine::new().with_now(now);
        assert_eq!(found_by(&engine, &find, rows()).unwrap(), [doc! { "_id": 1, "a": [5], "t": now }]);
        let code = |limits| found_by(&engine.with_limits(limits), &find, rows()).map_err(|error| error.code());
        assert_eq!(code(Limits { time: Some(Duration::ZERO), ..Limits::default() }), Err(Some(50)));
        // What was begun goes on with what is left.
        let begun = engine.with_limits(Limits { time: Some(Duration::ZERO), ..Limits::default() }).begun();
        assert_eq!(begun.begun().with_now(now).start().1.check().unwrap_err().code(), Some(50));
        let body = "{$concatArrays: ['$$value', '$$value']}";
        let doubled = format!("{{$reduce: {{input: {{$range: [0, 60]}}, initialValue: '$a', in: {body}}}}}");
        let projection = format!("{{a: {{$elemMatch: {{$gt: 1}}}}, d: {doubled}}}");
        let find = Find { projection: Some(pipeline::read(&projection).unwrap()), ..Find::default() };
        let limited = engine.with_limits(Limits { memory: Some(10_000_000), ..Limits::default() });
        let told = found_by(&limited, &find, rows()).unwrap_err();
        assert_eq!(told.code(), Some(146), "{told}");
    }

    #[test]
    fn a_position_without_an_element_is_refused() {
        let find = Find { projection: Some(bson!({ "a.$": 1 })), filter: Some(bson!({ "b": 1 })), ..Find::default() };
        let row = doc! { "a": [1], "b": 1 };
        assert_eq!(found(&find, vec![row]).map_err(|error| error.code()), Err(Some(51246)));
    }
}
