//! Puts a filter into a pipeline over the customers: on their own fields before the join, on their transactions behind
//! it. Invariant: the join is there once, and only if something needs it.

use contract::TRANSACTIONS;
use pipeline::Pipeline;
use pipeline::ast::{Predicate, Stage};

use crate::fields::Join;

/// The pipeline over just those customers for whom `filter` holds.
pub(crate) fn narrow(pipeline: &Pipeline, filter: &Predicate, join: &Join) -> Pipeline {
    let reads_joined = |part: &Predicate| join.is_needed(&part.reads());
    let (joined, own): (Vec<_>, Vec<_>) = conjuncts(filter).into_iter().partition(reads_joined);
    let mut rest = pipeline.stages.as_slice();
    let mut stages = Vec::new();
    let mut before = own;
    if let [Stage::Match(first), tail @ ..] = rest
        && !reads_joined(first)
    {
        before.splice(0..0, conjuncts(first));
        rest = tail;
    }
    stages.extend(all_of(before));
    if let [lookup @ Stage::Lookup(to), unwind @ Stage::Unwind(_), tail @ ..] = rest
        && to.from == TRANSACTIONS
    {
        stages.extend([lookup.clone(), unwind.clone()]);
        rest = tail;
    } else if !joined.is_empty() {
        stages.extend(join.stages());
    }
    let mut behind = joined;
    if let [Stage::Match(next), tail @ ..] = rest
        && !behind.is_empty()
    {
        behind.splice(0..0, conjuncts(next));
        rest = tail;
    }
    stages.extend(all_of(behind));
    stages.extend_from_slice(rest);
    Pipeline::of(stages)
}

/// What must hold all together, one by one.
fn conjuncts(predicate: &Predicate) -> Vec<Predicate> {
    match predicate {
        Predicate::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other.clone()],
    }
}

/// The `$match` of all parts; none where there are none.
fn all_of(mut parts: Vec<Predicate>) -> Option<Stage> {
    match parts.len() {
        0 => None,
        1 => parts.pop().map(Stage::Match),
        _ => Some(Stage::Match(Predicate::And(parts))),
    }
}
