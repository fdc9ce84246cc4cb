//! `$project`: keeps or drops fields, and computes new ones.
//!
//! MongoDB: kept fields stand in the order of the input, computed ones behind them in the order written. A dotted path
//! applies to every element of an array on its way, also inside nested arrays; what is no object there is left out by
//! an inclusion and left alone by an exclusion.

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Expr, Path, Projected, Projection};

use super::{Rows, add_fields};
use crate::value::remove;

pub(super) fn run<'a>(projection: &'a Projection, rows: Rows<'a>, now: DateTime) -> Rows<'a> {
    match projection {
        Projection::Exclude(paths) => unset(paths, rows),
        Projection::Include { id, fields } => {
            let kept = Kept::new(*id, fields);
            let computed = computed(fields);
            Box::new(rows.map(move |row| {
                let row = row?;
                let mut output = kept.of(&row);
                add_fields::compute(&computed, &row, &mut output, now)?;
                Ok(output)
            }))
        }
    }
}

/// The computed fields in the order in which they are written to the output.
fn computed(fields: &[(Path, Projected)]) -> Vec<(&Path, &Expr)> {
    in_written_order(fields).into_iter().filter_map(|(path, expr)| Some((path, expr?))).collect()
}

/// The fields in the order in which they are written to the output; those that are kept have no expression.
///
/// MongoDB: an object takes its place where the first field in it is named, be that one kept or computed.
pub(super) fn in_written_order(fields: &[(Path, Projected)]) -> Vec<(&Path, Option<&Expr>)> {
    let place = |path: &Path| -> Vec<Option<usize>> {
        let first = |depth: usize| fields.iter().position(|(other, _)| starts_alike(other, path, depth));
        (1..=path.segments().len()).map(first).collect()
    };
    let mut written: Vec<(&Path, Option<&Expr>)> = fields
        .iter()
        .map(|(path, projected)| match projected {
            Projected::Kept => (path, None),
            Projected::Computed(expr) => (path, Some(expr)),
        })
        .collect();
    written.sort_by_key(|(path, _)| place(path));
    written
}

fn starts_alike(a: &Path, b: &Path, depth: usize) -> bool {
    a.segments().len() >= depth && a.segments()[..depth] == b.segments()[..depth]
}

/// `$unset`, and `$project` where it drops fields.
pub(super) fn unset<'a>(paths: &'a [Path], rows: Rows<'a>) -> Rows<'a> {
    Box::new(rows.map(move |row| {
        let mut row = row?;
        for path in paths {
            remove(&mut row, path);
        }
        Ok(row)
    }))
}

/// What an inclusion keeps: fields as they are, or something below them.
#[derive(Default)]
pub(super) struct Kept<'a> {
    /// Whether something computed is to come in here.
    is_computed_in: bool,
    pub(super) fields: Vec<(&'a str, Option<Kept<'a>>)>,
}

impl<'a> Kept<'a> {
    pub(super) fn new(id: bool, fields: &'a [(Path, Projected)]) -> Self {
        let mut kept = Self::default();
        let has_id = fields.iter().any(|(path, _)| path.head() == "_id");
        if id && !has_id {
            kept.fields.push(("_id", None));
        }
        for (path, projected) in fields {
            kept.add(path.segments(), matches!(projected, Projected::Kept));
        }
        kept
    }

    /// MongoDB: a computed field deep inside an object keeps the object, but nothing of what is in it.
    fn add(&mut self, path: &'a [String], is_kept: bool) {
        let Some((name, rest)) = path.split_first() else { return };
        self.is_computed_in |= !is_kept;
        if rest.is_empty() {
            if is_kept {
                self.fields.push((name, None));
            }
            return;
        }
        let place = self.fields.iter().position(|(other, _)| other == name).unwrap_or_else(|| {
            self.fields.push((name, Some(Self::default())));
            self.fields.len() - 1
        });
        if let Some(inner) = &mut self.fields[place].1 {
            inner.add(rest, is_kept);
        }
    }

    pub(super) fn of(&self, document: &Document) -> Document {
        let mut output = Document::new();
        for (name, value) in document {
            let kept = match self.fields.iter().find(|(kept, _)| kept == name) {
                None => continue,
                Some((_, None)) => Some(value.clone()),
                Some((_, Some(inner))) => inner.of_element(value),
            };
            if let Some(kept) = kept {
                output.insert(name.as_str(), kept);
            }
        }
        output
    }

    fn of_value(&self, value: &Bson) -> Option<Bson> {
        match value {
            Bson::Document(inner) => Some(Bson::Document(self.of(inner))),
            Bson::Array(items) => Some(Bson::Array(items.iter().filter_map(|item| self.of_element(item)).collect())),
            _ => None,
        }
    }

    /// MongoDB: a value that is left out still gives its place to what is computed below it.
    pub(super) fn of_element(&self, value: &Bson) -> Option<Bson> {
        self.of_value(value).or_else(|| self.is_computed_in.then_some(Bson::Null))
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    const INPUT: &str = "{_id: 1, a: {b: 1, c: 2}, d: [{b: 3}, 4, [{c: 5}]], e: 6}";

    #[test]
    fn kept_fields_stand_in_input_order_and_computed_ones_behind() {
        check("[{$project: {e: 1, a: 1, x: '$e'}}]", INPUT, "{_id: 1, a: {b: 1, c: 2}, e: 6, x: 6}");
        check("[{$project: {_id: 0, 'a.c': 1, x: '$nope'}}]", INPUT, "{a: {c: 2}}");
        check("[{$project: {'n.x': 1, y: '$e', 'n.z': '$e'}}]", INPUT, "{_id: 1, n: {z: 6}, y: 6}");
        check("[{$project: {b: 1, 'a.x': '$b', 'c.x': '$b'}}]", "{a: 5, b: 1}", "{a: {x: 1}, b: 1, c: {x: 1}}");
    }

    #[test]
    fn paths_apply_to_every_element_of_arrays() {
        check("[{$project: {'d.b': 1}}]", INPUT, "{_id: 1, d: [{b: 3}, [{}]]}");
        check("[{$project: {'d.b': 0}}]", INPUT, "{_id: 1, a: {b: 1, c: 2}, d: [{}, 4, [{c: 5}]], e: 6}");
        check("[{$project: {'d.b': '$e'}}]", INPUT, "{_id: 1, d: [{b: 6}, {b: 6}, [{b: 6}]]}");
        check("[{$unset: ['a.b', 'd']}]", INPUT, "{_id: 1, a: {c: 2}, e: 6}");
    }
}
