//! A `$match`, or those of its conditions that can, moves before a stage that does not make the fields which it reads.
//!
//! Errors of the stage that it moves before are no longer met on rows that it drops; the server does the same.

use pipeline::ast::{Node, Path, Predicate, Projected, Projection, Stage};

use crate::columns::conjuncts;

pub(super) fn apply(stages: &[Stage]) -> Option<Vec<Stage>> {
    (1..stages.len()).find_map(|at| {
        let Stage::Match(predicate) = &stages[at] else { return None };
        let (before, after): (Vec<Predicate>, Vec<Predicate>) =
            conjuncts(predicate, &|_| false).into_iter().partition(|conjunct| can_pass(conjunct, &stages[at - 1]));
        if before.is_empty() {
            return None;
        }
        let mut rewritten = stages[..at - 1].to_vec();
        rewritten.push(matching(before));
        rewritten.push(stages[at - 1].clone());
        if !after.is_empty() {
            rewritten.push(matching(after));
        }
        rewritten.extend_from_slice(&stages[at + 1..]);
        Some(joined(rewritten))
    })
}

fn matching(mut conjuncts: Vec<Predicate>) -> Stage {
    Stage::Match(if conjuncts.len() == 1 { conjuncts.remove(0) } else { Predicate::And(conjuncts) })
}

/// Neighbouring `$match` stages as one.
fn joined(stages: Vec<Stage>) -> Vec<Stage> {
    let mut joined: Vec<Stage> = Vec::new();
    for stage in stages {
        if let (Some(Stage::Match(first)), Stage::Match(second)) = (joined.last_mut(), &stage) {
            let both = [&*first, second].into_iter().flat_map(|predicate| conjuncts(predicate, &|_| false)).collect();
            *first = Predicate::And(both);
        } else {
            joined.push(stage);
        }
    }
    joined
}

/// Whether a condition says the same before the stage as behind it.
fn can_pass(conjunct: &Predicate, stage: &Stage) -> bool {
    // Drawn on more rows or fewer, a sample would be another one.
    if Node::Predicate(conjunct).is_random() {
        return false;
    }
    let Some(reads) = conjunct.reads().only() else { return false };
    let touches = |path: &Path| reads.iter().any(|read| overlap(read, path));
    match stage {
        Stage::Sort(_) => true,
        Stage::AddFields(fields, _) => !fields.iter().any(|(path, _)| touches(path)),
        Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => !paths.iter().any(touches),
        Stage::Project(Projection::Include { fields, id }) => {
            let is_id = |path: &Path| path.head() == "_id";
            let is_kept = |read: &Path| {
                (*id && is_id(read) && !fields.iter().any(|(path, _)| is_id(path)))
                    || fields.iter().any(|(path, projected)| *projected == Projected::Kept && keeps(path, read))
            };
            reads.iter().all(is_kept)
        }
        Stage::Lookup(_) | Stage::LookupPipeline(_) | Stage::GraphLookup(_) => {
            !stage.facts().writes.into_iter().any(touches)
        }
        Stage::Unwind(unwind) => !touches(&unwind.path) && !unwind.index.as_ref().is_some_and(touches),
        _ => false,
    }
}

/// Whether one path is the other, or lies inside it; or where one names a place of an array, whether it may.
fn overlap(read: &Path, changed: &Path) -> bool {
    let may_lie_inside = (names_place(read) || names_place(changed)) && read.head() == changed.head();
    may_lie_inside || read.covers(changed) || changed.covers(read)
}

/// Whether a projection that keeps a path leaves what is read as it is: a place of an array is no field that it keeps.
fn keeps(path: &Path, read: &Path) -> bool {
    path.covers(read) && !names_place(path)
}

/// Whether a part of a path may be a place of an array: `a.0`.
fn names_place(path: &Path) -> bool {
    path.segments().iter().skip(1).any(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
