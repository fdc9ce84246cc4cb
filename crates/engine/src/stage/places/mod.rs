//! Fields that one stage takes away, or computes without a value, and a later one writes: they come in their old place.
//!
//! In: the stages that may do so, with those between. Out: the rows that they give. MongoDB: a document remembers the place of
//! a field that is gone, or had no value when it was computed, until another document is made of it.
//! Invariant: only the order of fields differs from what the stages give one by one.

mod placed;

use pipeline::ast::{Expr, FillWith, Operator, Path, Projected, Projection, Reads, Stage, Unwind, Variable};

use super::{Context, Rows, apply};
use placed::Placed;

/// How many of the stages run together here; 0 where no field can come in an old place.
pub(crate) fn n_together(stages: &[Stage]) -> usize {
    let mut open: Vec<Path> = Vec::new();
    let mut n = 0;
    for (at, stage) in stages.iter().enumerate().take_while(|(_, stage)| keeps_places(stage)) {
        if stage.hides_its_input() {
            open.clear();
        }
        let is_open = |path: &Path| open.iter().any(|open| open.covers(path) || path.covers(open));
        if stage.facts().writes.into_iter().any(is_open) {
            n = at + 1;
        }
        leave_open(stage, &mut open);
        if open.is_empty() {
            break;
        }
    }
    n
}

/// Whether places outlive a stage, or begin there. A stage that looks at whole documents would see the places; one that is not named
/// here makes other documents, or is taken for one that does.
fn keeps_places(stage: &Stage) -> bool {
    match stage {
        Stage::Unset(_) | Stage::AddFields(..) | Stage::Project(Projection::Exclude(_)) => true,
        Stage::Project(Projection::Include { fields, .. }) => has_computed(fields),
        Stage::ReplaceRoot(expr, _) => matches!(expr, Expr::Object(_)),
        Stage::Match(_)
        | Stage::Sort(_)
        | Stage::Limit(_)
        | Stage::Skip(_)
        | Stage::Unwind(_)
        | Stage::Lookup(_)
        | Stage::LookupPipeline(_)
        | Stage::GraphLookup(_)
        | Stage::UnionWith { .. } => !Reads::of_stage(stage).is_whole(),
        Stage::Fill(fill) => {
            let has_values_alone = fill.output.iter().all(|(_, with)| matches!(with, FillWith::Value(_)));
            has_values_alone && !Reads::of_stage(stage).is_whole()
        }
        _ => false,
    }
}

fn has_computed(fields: &[(Path, Projected)]) -> bool {
    fields.iter().any(|(_, projected)| *projected != Projected::Kept)
}

/// Adds the paths that a stage may leave without a value, but with a place.
fn leave_open(stage: &Stage, open: &mut Vec<Path>) {
    match stage {
        Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => open.extend(paths.iter().cloned()),
        Stage::AddFields(fields, _) => fields.iter().for_each(|(path, expr)| leave_open_in(path, expr, open)),
        Stage::Project(Projection::Include { fields, .. }) => {
            for (path, projected) in fields {
                match projected {
                    Projected::Computed(expr) => leave_open_in(path, expr, open),
                    Projected::Kept => open.extend(above(path)),
                }
            }
        }
        Stage::ReplaceRoot(Expr::Object(fields), _) => {
            for (name, expr) in fields {
                leave_open_in(&Path::with_empty_names(name), expr, open);
            }
        }
        Stage::Unwind(Unwind { path, preserve: true, .. }) => open.push(path.clone()),
        Stage::Fill(fill) => {
            for (path, with) in &fill.output {
                if let FillWith::Value(expr) = with {
                    leave_open_in(path, expr, open);
                }
            }
        }
        _ => {}
    }
}

fn leave_open_in(path: &Path, expr: &Expr, open: &mut Vec<Path>) {
    if let Expr::Object(fields) = expr {
        for (name, expr) in fields {
            leave_open_in(&path.join(&Path::with_empty_names(name)), expr, open);
        }
    } else if may_be_missing(expr) {
        open.push(path.clone());
    }
}

/// The paths on the way to a path: an inclusion leaves one open where no object lies there.
fn above(path: &Path) -> impl Iterator<Item = Path> {
    let segments = path.segments();
    (1..segments.len()).map(|n| Path::with_empty_names(&segments[..n].join(".")))
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
pub(super) fn run<'a>(stages: &'a [Stage], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let mut rows = rows;
    for (at, stage) in stages.iter().enumerate() {
        rows = match stage {
            Stage::Unset(_) | Stage::AddFields(..) | Stage::Project(_) | Stage::ReplaceRoot(..) => {
                Box::new(rows.map(|row| Placed::of(row?).through(stage, ctx.now).map(Placed::packed)))
            }
            // What knows nothing of places lets them pass as one more field.
            _ => apply(stage, &stages[at + 1..], Box::new(rows.map(|row| Ok(Placed::of(row?).packed()))), ctx),
        };
    }
    Box::new(rows.map(|row| Ok(Placed::of(row?).row())))
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

    #[test]
    fn a_field_without_a_value_keeps_a_place_for_a_later_one() {
        let total = "[{$project: {d: '$no', t: '$a'}}, {$set: {d: {$ifNull: ['$d', 0]}}}]";
        check(total, "{_id: 1, a: 5}", "{_id: 1, d: 0, t: 5}");
        check("[{$replaceWith: {q: '$no', z: 1}}, {$set: {q: 2}}]", "{}", "{q: 2, z: 1}");
        check("[{$project: {v: {x: '$no', y: '$a'}}}, {$set: {'v.x': 1}}]", "{a: 5}", "{v: {x: 1, y: 5}}");
        let inner = "[{$project: {x: {a: '$no', b: '$c'}}}, {$set: {'x.a': 5, 'x.p': 6}}]";
        check(inner, "{c: 1, x: {p: 1, q: 2}}", "{x: {a: 5, b: 1, p: 6}}");
        check("[{$project: {'c.y': 1, e: '$a'}}, {$set: {c: 1}}]", "{a: 5, c: 3}", "{c: 1, e: 5}");
        check("[{$project: {'c.y': 1, e: '$a'}}, {$set: {c: 1}}]", "{a: 5}", "{c: 1, e: 5}");
        check("[{$project: {e: '$a', 'c.y': 1}}, {$set: {c: 1}}]", "{a: 5}", "{e: 5, c: 1}");
    }

    #[test]
    fn places_outlive_the_stages_between() {
        check(
            "[{$unset: 'b'}, {$sort: {c: 1}}, {$set: {z: 1, b: 2}}]",
            "{a: 1, b: 2, c: 3}",
            "{a: 1, b: 2, c: 3, z: 1}",
        );
        let unwound = "[{$set: {n: '$no'}}, {$unwind: {path: '$b', includeArrayIndex: 'i'}}, {$set: {x: 0, n: 2}}]";
        check(unwound, "{a: 1, b: [7]}", "{a: 1, b: 7, n: 2, i: 0, x: 0}");
        let kept = "[{$unwind: {path: '$m', preserveNullAndEmptyArrays: true}}, {$set: {m: '$z'}}]";
        check(kept, "{m: [], z: 1}", "{m: 1, z: 1}");
        check(
            "[{$set: {a: '$$REMOVE'}}, {$limit: 5}, {$set: {r: '$$ROOT', a: 5}}]",
            "{a: 1, b: 2}",
            "{a: 5, b: 2, r: {b: 2}}",
        );
    }
}
