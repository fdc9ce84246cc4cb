//! Fields that one stage takes away, or computes without a value, and a later one writes: they come in their old place.
//!
//! In: stages, one after the other. Out: the rows that each gives; between stages that run together a row has its places in one
//! more field. MongoDB: a document remembers the place of a field that is gone, or had no value when it was computed, and so do
//! the documents that `$project` and `$replaceRoot` compute; others begin anew.
//! Invariant: only the order of fields differs from what the stages give without it.

mod placed;

use std::collections::HashSet;

use pipeline::ast::{Expr, FillWith, Operator, Path, Projected, Projection, Reads, Stage, Unwind, Variable};

use super::{Context, Rows, apply, watched};
use placed::Placed;

/// Runs stages one by one, and knows how many of those that run together are still to come.
#[derive(Default)]
pub(crate) struct Together {
    n_left: usize,
}

impl Together {
    /// Runs the first of the stages.
    pub(crate) fn next<'a>(&mut self, stages: &'a [Stage], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
        let Some((stage, after)) = stages.split_first() else { return rows };
        if self.n_left == 0 {
            self.n_left = n_together(stages);
        }
        if self.n_left == 0 {
            return apply(stage, after, rows, ctx);
        }
        self.n_left -= 1;
        let rows = one(stage, after, rows, ctx);
        if self.n_left > 0 { rows } else { Box::new(rows.map(|row| Ok(Placed::of(row?).row()))) }
    }
}

/// Runs a stage over rows with their places.
fn one<'a>(stage: &'a Stage, after: &'a [Stage], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    match stage {
        Stage::Unset(_) | Stage::AddFields(..) | Stage::Project(_) | Stage::ReplaceRoot(..) => {
            let rows = ctx.brake.watch(rows);
            let rows = Box::new(rows.map(|row| Placed::of(row?).through(stage, ctx.now).map(Placed::packed)));
            watched(stage, after, rows, ctx)
        }
        // What knows nothing of places lets them pass as one more field.
        Stage::Match(_) | Stage::Sort(_) | Stage::Limit(_) | Stage::Skip(_) => apply(stage, after, rows, ctx),
        _ => apply(stage, after, Box::new(rows.map(|row| Ok(Placed::of(row?).before(stage).packed()))), ctx),
    }
}

/// How many of the stages run together here; 0 where no field can come in an old place, or no one would see it.
pub(crate) fn n_together(stages: &[Stage]) -> usize {
    let mut open = Open::default();
    // Where stages write in an old place, and the paths that they write there.
    let (mut first, mut n, mut written) = (0, 0, Vec::new());
    for (at, stage) in stages.iter().enumerate().take_while(|(_, stage)| keeps_places(stage)) {
        if stage.hides_its_input() {
            open = Open::default();
        }
        let mut old: Vec<&Path> = stage.facts().writes.into_iter().filter(|path| open.has(path)).collect();
        if !old.is_empty() {
            first = if n == 0 { at } else { first };
            n = at + 1;
            written.append(&mut old);
        }
        open.leave(stage);
        if open.paths.is_empty() {
            break;
        }
    }
    if n > 0 && is_unseen(&stages[first..], &written) { 0 } else { n }
}

/// Whether no stage sees in which order the fields at these paths stand, before one makes groups of the documents.
fn is_unseen(stages: &[Stage], written: &[&Path]) -> bool {
    let groups = |stage: &Stage| {
        matches!(
            stage,
            Stage::Group { .. }
                | Stage::Count(_)
                | Stage::SortByCount(_)
                | Stage::Bucket { .. }
                | Stage::BucketAuto { .. }
        )
    };
    let Some(n) = stages.iter().position(groups) else { return false };
    stages[..=n].iter().all(|stage| {
        let reads = Reads::of_stage(stage);
        // Who reads what lies above a path has an object with its fields in their order.
        let is_above = |read: &Path| written.iter().any(|path| read.covers(path) && read != *path);
        !reads.is_whole() && !reads.named().iter().any(is_above)
    })
}

/// The paths that have no value, but a place.
#[derive(Default)]
struct Open {
    paths: Vec<Path>,
    heads: HashSet<String>,
}

/// Whether places outlive a stage, or begin there. A stage that looks at whole documents would see the places. Any stage that is
/// not named here ends them.
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

impl Open {
    fn has(&self, path: &Path) -> bool {
        self.heads.contains(path.head()) && self.paths.iter().any(|open| open.covers(path) || path.covers(open))
    }

    fn add(&mut self, path: Path) {
        self.heads.insert(path.head().to_owned());
        self.paths.push(path);
    }

    /// Adds the paths that a stage may leave without a value.
    fn leave(&mut self, stage: &Stage) {
        match stage {
            Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => {
                for path in paths {
                    self.add(path.clone());
                }
            }
            Stage::AddFields(fields, _) => fields.iter().for_each(|(path, expr)| self.leave_in(path, expr)),
            Stage::Project(Projection::Include { fields, .. }) => {
                for (path, projected) in fields {
                    match projected {
                        Projected::Computed(expr) => self.leave_in(path, expr),
                        Projected::Kept => above(path).for_each(|path| self.add(path)),
                    }
                }
            }
            Stage::ReplaceRoot(Expr::Object(fields), _) => {
                for (name, expr) in fields {
                    self.leave_in(&Path::with_empty_names(name), expr);
                }
            }
            Stage::Unwind(Unwind { path, preserve: true, .. }) => self.add(path.clone()),
            Stage::Fill(fill) => {
                for (path, with) in &fill.output {
                    if let FillWith::Value(expr) = with {
                        self.leave_in(path, expr);
                    }
                }
            }
            _ => {}
        }
    }

    fn leave_in(&mut self, path: &Path, expr: &Expr) {
        if let Expr::Object(fields) = expr {
            for (name, expr) in fields {
                self.leave_in(&path.join(&Path::with_empty_names(name)), expr);
            }
        } else if may_be_missing(expr) {
            self.add(path.clone());
        }
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

#[cfg(test)]
mod tests {
    use super::n_together;
    use crate::stage::testing::{check, check_with};

    #[test]
    fn stages_run_together_only_where_someone_sees_the_order() {
        let n = |text: &str| n_together(&pipeline::parse_text(text).unwrap().stages);
        let open = "{$set: {x: '$a'}}, {$match: {b: 1}}, {$set: {x: {$ifNull: ['$x', 0]}}}";
        assert_eq!(n(&format!("[{open}]")), 3);
        assert_eq!(n(&format!("[{open}, {{$project: {{x: 1, a: 1}}}}]")), 3);
        assert_eq!(n(&format!("[{open}, {{$group: {{_id: '$x', n: {{$sum: 1}}}}}}]")), 0);
        assert_eq!(n(&format!("[{open}, {{$group: {{_id: '$x', n: {{$push: '$$ROOT'}}}}}}]")), 3);
        let inside = "{$unset: 'o.x'}, {$set: {'o.x': 1}}";
        assert_eq!(n(&format!("[{inside}, {{$group: {{_id: '$o'}}}}]")), 2);
        assert_eq!(n("[{$unset: 'a'}, {$match: {$expr: '$$ROOT'}}, {$set: {a: 1}}]"), 0);
        assert_eq!(n("[{$unset: 'a'}, {$match: {$jsonSchema: {maxProperties: 1}}}, {$set: {a: 1}}]"), 0);
        assert_eq!(n("[{$unset: 'a'}, {$set: {b: 1}}, {$limit: 1}]"), 0);
    }

    #[test]
    fn documents_between_stages_are_no_deeper_than_others() {
        let deeper = "{$replaceWith: {a: '$$ROOT', b: '$no'}}, ".repeat(500);
        check(&format!("[{deeper}{{$set: {{b: 1}}}}]"), "{x: 1}", "error 15");
        check(&format!("[{deeper}{{$limit: 1}}]"), "{x: 1}", "error 15");
    }

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
        let joined =
            "[{$unset: 'q'}, {$lookup: {from: 'o', localField: 'k', foreignField: 'k', as: 'a'}}, {$set: {q: 1}}]";
        check_with(joined, "{q: 1, a: [{x: 1, y: 2}]}", "{y: 1, x: 2}", "{q: 1, a: [{y: 1, x: 2}]}");
        let parts = "[{$unset: 'q'}, {$unwind: '$b'}, {$set: {q: 1}}]";
        let input = "{q: 1, b: [{x: 1, y: 2}, [{y: 3, x: 4}, 5]]}";
        check(parts, input, "{q: 1, b: {x: 1, y: 2}}\n{q: 1, b: [{y: 3, x: 4}, 5]}");
        check(
            "[{$unset: 'b'}, {$sort: {c: 1}}, {$set: {b: 2}}]",
            "{b: 1, c: 3}\n{b: 5, c: 1}",
            "{b: 2, c: 1}\n{b: 2, c: 3}",
        );
    }
}
