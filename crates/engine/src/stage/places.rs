//! Fields that one stage takes away and a later one writes again: they come back in their old place.
//!
//! In: `$unset`, `$project` that drops fields, and `$addFields`, one behind the other. Out: the rows that they give. MongoDB: a document remembers the place of a field that is gone as long as nothing copies
//! it; here, as long as no other stage stands between.
//! Invariant: only the order of fields differs from what the stages give one by one.

use bson::{Bson, DateTime, Document};
use pipeline::ast::{Expr, Operator, Path, Projection, Stage, Variable};

use super::{Rows, add_fields};
use crate::Error;
use crate::expr::Env;
use crate::value::{depth, remove, set};

/// How many of the stages run together here; 0 where no field can come back.
pub(crate) fn n_together(stages: &[Stage]) -> usize {
    let mut gone: Vec<&Path> = Vec::new();
    let mut n = 0;
    for (at, stage) in stages.iter().enumerate() {
        match stage {
            Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => gone.extend(paths),
            Stage::AddFields(fields, _) => {
                let comes_back = |path: &Path| gone.iter().any(|gone| gone.covers(path) || path.covers(gone));
                if fields.iter().any(|(path, _)| comes_back(path)) {
                    n = at + 1;
                }
                gone.extend(fields.iter().filter(|(_, expr)| may_be_missing(expr)).map(|(path, _)| path));
            }
            _ => break,
        }
    }
    n
}

/// Whether an expression might take its field away.
fn may_be_missing(expr: &Expr) -> bool {
    match expr {
        Expr::Field(_) | Expr::Root(Some(_)) | Expr::Variable(Variable::Remove | Variable::User(_), _) => true,
        Expr::Switch { branches, default } => {
            branches.iter().any(|(_, then)| may_be_missing(then)) || default.as_deref().is_some_and(may_be_missing)
        }
        Expr::Call { operator: Operator::Cond | Operator::IfNull, args } => args.iter().any(may_be_missing),
        Expr::Call { operator, .. } => {
            matches!(operator, Operator::ArrayElemAt | Operator::First | Operator::Last | Operator::GetField)
        }
        Expr::Let { body, .. } => may_be_missing(body),
        _ => false,
    }
}

/// Runs the stages.
pub(super) fn run<'a>(stages: &'a [Stage], rows: Rows<'a>, now: DateTime) -> Rows<'a> {
    Box::new(rows.map(move |row| one(stages, row?, now)))
}

/// What becomes of one row.
fn one(stages: &[Stage], row: Document, now: DateTime) -> Result<Document, Error> {
    // The row with all fields that it ever had, in their places; a field that is gone is null there.
    let mut places = row.clone();
    let mut row = row;
    for stage in stages {
        match stage {
            Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => {
                for path in paths {
                    if is_there(&row, path.segments()) {
                        set(&mut places, path, Some(Bson::Null));
                    }
                    remove(&mut row, path);
                }
            }
            Stage::AddFields(fields, _) => {
                let input = row.clone();
                let env = Env::new(&input, now);
                for (path, expr) in fields.iter().filter(|(path, _)| add_fields::is_written(&input, path.segments())) {
                    let value = env.evaluate(expr)?;
                    set(&mut places, path, Some(value.clone().unwrap_or(Bson::Null)));
                    set(&mut row, path, value);
                }
                row = depth::check_between(row)?;
            }
            _ => {}
        }
    }
    Ok(in_places(row, &places))
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
    // Whatever is in the document has a place.
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

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn a_field_comes_back_in_its_place() {
        check("[{$unset: 'a'}, {$set: {a: 3}}]", "{a: 1, b: 2}", "{a: 3, b: 2}");
        check("[{$set: {a: '$$REMOVE'}}, {$set: {c: 1, a: '$b'}}]", "{a: 1, b: 2}", "{a: 2, b: 2, c: 1}");
        check("[{$unset: 'a.x'}, {$set: {'a.x': 3}}]", "{a: [{x: 1, y: 2}]}", "{a: [{x: 3, y: 2}]}");
        check("[{$unset: 'a'}, {$set: {'a.y': 1, 'a.x': 2}}]", "{a: {x: 1, y: 2}, b: 0}", "{a: {y: 1, x: 2}, b: 0}");
        check("[{$unset: 'a'}, {$set: {a: 1}}]", "{b: 2}", "{b: 2, a: 1}");
        check("[{$unset: 'a'}, {$set: {b: '$a'}}, {$set: {a: 1}}]", "{a: 0, b: 2}", "{a: 1}");
    }
}
