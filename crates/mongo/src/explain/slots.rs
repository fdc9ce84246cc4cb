//! The slot-based engine's account: a tree of what is done, and one of how, whose parts name the step that they serve by
//! its number.

use std::collections::BTreeMap;

use bson::Document;

use super::{PlanStep, TIME, detail, inputs};
use crate::collections::number;

/// What the parts that serve one step add up to.
#[derive(Default)]
struct Served {
    /// Rows and milliseconds of the topmost part, those of the steps below included.
    returned: u64,
    time_ms: u64,
    keys: Option<u64>,
    documents: Option<u64>,
}

/// Adds the steps of `what`, the deepest first, with what `how` counted.
pub(super) fn steps(what: &Document, how: &Document, steps: &mut Vec<PlanStep>) {
    let mut served = BTreeMap::new();
    count(how, &mut served);
    add(what, &served, steps);
}

fn count(part: &Document, served: &mut BTreeMap<u64, Served>) {
    let step = served.entry(number(part, "planNodeId")).or_insert_with(|| Served {
        returned: number(part, "nReturned"),
        time_ms: number(part, TIME),
        ..Served::default()
    });
    let reads = number(part, "numReads");
    match part.get_str("stage") {
        Ok("scan" | "seek" | "parallelScan") => *step.documents.get_or_insert(0) += reads,
        Ok("ixseek" | "ixscan" | "ixscan_generic") => {
            let keys = if part.contains_key("keysExamined") { number(part, "keysExamined") } else { reads };
            *step.keys.get_or_insert(0) += keys;
        }
        _ => {}
    }
    for input in inputs(part) {
        count(input, served);
    }
}

fn add(step: &Document, served: &BTreeMap<u64, Served>, steps: &mut Vec<PlanStep>) {
    let inputs = inputs(step);
    for input in &inputs {
        add(input, served, steps);
    }
    let of = |step: &Document| served.get(&number(step, "planNodeId"));
    let before: u64 = inputs.iter().filter_map(|input| of(input)).map(|input| input.time_ms).sum();
    let counted = of(step);
    steps.push(PlanStep {
        shard: None,
        stage: step.get_str("stage").unwrap_or_default().to_owned(),
        detail: detail(step),
        keys: counted.and_then(|counted| counted.keys),
        documents: counted.and_then(|counted| counted.documents),
        returned: counted.map_or(0, |counted| counted.returned),
        time_ms: counted.map_or(0, |counted| counted.time_ms.saturating_sub(before)),
    });
}
