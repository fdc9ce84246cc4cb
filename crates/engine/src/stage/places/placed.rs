//! A document with the places of its fields, of those that are gone as well.
//!
//! In: a document as it comes from another stage. Out: the same, its fields in their places.
//! Invariant: each field of the document has a place. Places hold no values: objects and arrays of them keep their shape, null
//! stands for all else.

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Expr, Path, Projection, Stage};

use crate::Error;
use crate::expr::Env;
use crate::stage::project::{Kept, in_written_order};
use crate::stage::{add_fields, checked};
use crate::value::{Value, find, remove, set};

/// A name that no field in BSON can have: under it the places travel through stages that know nothing of them.
const PLACES: &str = "\0places";

pub(super) struct Placed {
    row: Document,
    places: Document,
}

impl Placed {
    pub(super) fn of(mut row: Document) -> Self {
        let mut places = match row.remove(PLACES) {
            Some(Bson::Document(places)) => places,
            _ => Document::new(),
        };
        learn(&mut places, &row);
        Self { row: in_places(row, &places), places }
    }

    /// With the places as one more field.
    pub(super) fn packed(mut self) -> Document {
        self.row.insert(PLACES, self.places);
        self.row
    }

    /// Without the shapes of what a stage will put something else in the place of.
    pub(super) fn before(mut self, stage: &Stage) -> Self {
        let unwound = if let Stage::Unwind(unwind) = stage { Some(&unwind.path) } else { None };
        for path in stage.facts().writes.into_iter().chain(unwound) {
            if find(&self.places, path).is_some() {
                set(&mut self.places, path, Some(Bson::Null));
            }
        }
        self
    }

    pub(super) fn row(self) -> Document {
        self.row
    }

    /// What a stage makes of it that writes or takes away fields.
    pub(super) fn through(mut self, stage: &Stage, now: DateTime) -> Result<Self, Error> {
        match stage {
            Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => {
                for path in paths {
                    self.drop(path);
                }
                Ok(self)
            }
            Stage::AddFields(fields, _) => {
                let input = self.row.clone();
                self.writing(fields.iter().map(|(path, expr)| (path, Some(expr))), &input, now)
            }
            Stage::Project(Projection::Include { id, fields }) => {
                self.kept(&Kept::new(*id, fields)).writing(in_written_order(fields), &self.row, now)
            }
            Stage::ReplaceRoot(expr, _) => match value_and_place(&Env::new(&self.row, now), expr)? {
                (Some(Bson::Document(row)), Bson::Document(places)) => Ok(Self { row: checked(row)?, places }),
                _ => Err(Error::new("a document computed by its fields is no document")),
            },
            _ => Err(Error::new(format!("`{}` writes no fields", stage.name()))),
        }
    }

    fn drop(&mut self, path: &Path) {
        if is_there(&self.row, path.segments()) {
            set(&mut self.places, path, Some(Bson::Null));
        }
        remove(&mut self.row, path);
    }

    /// With what the expressions give for `input`, and a place for what is kept and not there.
    fn writing<'e>(
        mut self,
        fields: impl IntoIterator<Item = (&'e Path, Option<&'e Expr>)>,
        input: &Document,
        now: DateTime,
    ) -> Result<Self, Error> {
        let env = Env::new(input, now);
        for (path, expr) in fields {
            match expr {
                None => leave_open(&mut self.places, path.segments()),
                Some(expr) if add_fields::is_written(&self.row, path.segments()) => {
                    let (value, place) = value_and_place(&env, expr)?;
                    set(&mut self.places, path, Some(place));
                    set(&mut self.row, path, value);
                }
                Some(_) => {}
            }
        }
        self.row = checked(self.row)?;
        Ok(self)
    }

    /// What an inclusion keeps.
    fn kept(&self, kept: &Kept<'_>) -> Self {
        Self { row: kept.of(&self.row), places: places_kept(kept, &self.row, &self.places) }
    }
}

/// The places of what an inclusion keeps. MongoDB: a field is left open below which something is to be kept, and which is no
/// object.
fn places_kept(kept: &Kept<'_>, row: &Document, places: &Document) -> Document {
    let mut output = Document::new();
    for (name, value) in row {
        let Some((_, inside)) = kept.fields.iter().find(|(kept, _)| kept == name) else { continue };
        let place = match (inside, value, places.get(name)) {
            (None, _, Some(place)) => place.clone(),
            (Some(inside), Bson::Document(row), Some(Bson::Document(places))) => {
                Bson::Document(places_kept(inside, row, places))
            }
            (Some(inside), ..) => inside.of_element(value).as_ref().map_or(Bson::Null, outline),
            (None, ..) => Bson::Null,
        };
        output.insert(name.as_str(), place);
    }
    output
}

/// Gives a place to what a path of several names leads to, as far as objects lie on the way.
fn leave_open(places: &mut Document, path: &[String]) {
    let Some((name, rest)) = path.split_first().filter(|(_, rest)| !rest.is_empty()) else { return };
    match places.get_mut(name) {
        Some(Bson::Document(inner)) => leave_open(inner, rest),
        Some(_) => {}
        None => drop(places.insert(name.as_str(), Bson::Null)),
    }
}

/// The value of an expression, and what stands for it among the places.
fn value_and_place(env: &Env<'_>, expr: &Expr) -> Result<(Value, Bson), Error> {
    let Expr::Object(fields) = expr else {
        let value = env.evaluate(expr)?;
        let place = value.as_ref().map_or(Bson::Null, outline);
        return Ok((value, place));
    };
    let (mut object, mut places) = (Document::new(), Document::new());
    for (name, expr) in fields {
        let (value, place) = value_and_place(env, expr)?;
        places.insert(name.as_str(), place);
        if let Some(value) = value {
            object.insert(name.as_str(), value);
        }
    }
    Ok((Some(Bson::Document(object)), Bson::Document(places)))
}

/// Gives a place to each field that has none.
fn learn(places: &mut Document, row: &Document) {
    for (name, value) in row {
        match places.get_mut(name) {
            Some(place) => learn_value(place, value),
            None => drop(places.insert(name.as_str(), outline(value))),
        }
    }
}

fn learn_value(place: &mut Bson, value: &Bson) {
    match (place, value) {
        (Bson::Document(places), Bson::Document(inner)) => learn(places, inner),
        (Bson::Array(places), Bson::Array(items)) if places.len() == items.len() => {
            places.iter_mut().zip(items).for_each(|(place, item)| learn_value(place, item));
        }
        (place, Bson::Document(_) | Bson::Array(_)) => *place = outline(value),
        _ => {}
    }
}

fn outline(value: &Bson) -> Bson {
    match value {
        Bson::Document(inner) => {
            Bson::Document(inner.iter().map(|(name, value)| (name.clone(), outline(value))).collect())
        }
        Bson::Array(items) if items.iter().any(|item| matches!(item, Bson::Document(_) | Bson::Array(_))) => {
            Bson::Array(items.iter().map(outline).collect())
        }
        _ => Bson::Null,
    }
}

/// Whether something lies at a path, in one element of each array on its way.
fn is_there(document: &Document, path: &[String]) -> bool {
    fn below(value: &Bson, rest: &[String]) -> bool {
        match value {
            _ if rest.is_empty() => true,
            Bson::Document(inner) => is_there(inner, rest),
            Bson::Array(items) => items.iter().any(|item| below(item, rest)),
            _ => false,
        }
    }
    path.split_first().is_some_and(|(head, rest)| document.get(head).is_some_and(|value| below(value, rest)))
}

fn in_places(mut document: Document, places: &Document) -> Document {
    let mut output = Document::new();
    for (name, place) in places {
        if let Some(value) = document.get_mut(name) {
            let value = std::mem::replace(value, Bson::Null);
            output.insert(name.as_str(), value_in_places(value, place));
        }
    }
    output
}

fn value_in_places(value: Bson, places: &Bson) -> Bson {
    match (value, places) {
        (Bson::Document(inner), Bson::Document(places)) => Bson::Document(in_places(inner, places)),
        (Bson::Array(items), Bson::Array(places)) if items.len() == places.len() => {
            Bson::Array(items.into_iter().zip(places).map(|(item, places)| value_in_places(item, places)).collect())
        }
        (value, _) => value,
    }
}
