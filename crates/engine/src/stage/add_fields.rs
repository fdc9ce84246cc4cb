//! `$addFields` and `$set`: computes fields, all from the document as it came in.
//!
//! MongoDB: a field that exists keeps its place; a missing value takes it away; a dotted path makes the objects it
//! lacks and writes into every element of an array on its way.

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Expr, Path};

use super::Rows;
use crate::Error;
use crate::expr::Env;
use crate::value::set;

pub(super) fn run<'a>(fields: &'a [(Path, Expr)], rows: Rows<'a>, now: DateTime) -> Rows<'a> {
    let fields: Vec<(&Path, &Expr)> = fields.iter().map(|(path, expr)| (path, expr)).collect();
    Box::new(rows.map(move |row| {
        let row = row?;
        let mut output = row.clone();
        compute(&fields, &row, &mut output, now)?;
        Ok(output)
    }))
}

/// Writes what the expressions give for `input` into `output`.
pub(super) fn compute(
    fields: &[(&Path, &Expr)],
    input: &Document,
    output: &mut Document,
    now: DateTime,
) -> Result<(), Error> {
    if fields.is_empty() {
        return Ok(());
    }
    let env = Env::new(input, now);
    for (path, expr) in fields {
        if is_written(output, path.segments()) {
            set(output, path, env.evaluate(expr)?);
        }
    }
    Ok(())
}

/// Whether a path leads to any place at all: below an empty array there is none.
///
/// MongoDB: an expression is evaluated where its value is written, so that one which would fail does not.
pub(super) fn is_written(document: &Document, path: &[String]) -> bool {
    fn below(value: &Bson, path: &[String]) -> bool {
        match value {
            Bson::Array(items) => items.iter().any(|item| below(item, path)),
            Bson::Document(document) => is_written(document, path),
            _ => true,
        }
    }
    match path {
        [head, rest @ ..] if !rest.is_empty() => document.get(head).is_none_or(|value| below(value, rest)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn all_fields_are_computed_from_the_input_and_keep_their_place() {
        check("[{$set: {a: '$b', b: '$a', c: '$nope'}}]", "{a: 1, b: 2, c: 3}", "{a: 2, b: 1}");
        check(
            "[{$addFields: {'a.x': 1, 'n.y.z': 2}}]",
            "{a: [{x: 0}, 5, []]}",
            "{a: [{x: 1}, {x: 1}, []], n: {y: {z: 2}}}",
        );
        check("[{$set: {'a.x': {$divide: [1, '$n']}}}]", "{a: [[]], n: 0}", "{a: [[]], n: 0}");
    }
}
