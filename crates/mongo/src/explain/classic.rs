//! The classic engine's account: a tree of stages that reads the collection, and the pipeline's stages behind it.

use bson::{Bson, Document};

use super::{PlanStep, TIME, detail, documents, inputs, plan};
use crate::collections::number;

/// Adds the steps of a tree, the deepest first.
pub(super) fn tree(root: &Document, steps: &mut Vec<PlanStep>) {
    let Ok(stage) = root.get_str("stage") else { return };
    let inputs = inputs(root);
    for input in &inputs {
        tree(input, steps);
    }
    let before: u64 = inputs.iter().map(|input| number(input, TIME)).sum();
    steps.push(PlanStep {
        shard: None,
        stage: stage.to_owned(),
        detail: detail(root),
        keys: counted(root, "keysExamined"),
        documents: counted(root, "docsExamined"),
        returned: number(root, "nReturned"),
        time_ms: number(root, TIME).saturating_sub(before),
    });
}

/// Adds the pipeline's stages; `so_far` milliseconds had passed before the first.
pub(super) fn pipeline(stages: &[&Document], mut so_far: u64, steps: &mut Vec<PlanStep>) {
    for document in stages {
        let Some((name, body)) = document.iter().find(|(name, _)| name.starts_with('$')) else { continue };
        let time = number(document, TIME);
        let body = body.as_document().cloned().unwrap_or_default();
        if name == "$unionWith" {
            union(&body, steps);
        }
        steps.push(PlanStep {
            shard: None,
            stage: name.clone(),
            detail: worked_on(name, &body, document),
            keys: counted(document, "totalKeysExamined"),
            documents: counted(document, "totalDocsExamined"),
            returned: number(document, "nReturned"),
            time_ms: time.saturating_sub(so_far),
        });
        so_far = so_far.max(time);
    }
}

/// Adds the steps over the other collection of a `$unionWith`, which stand inside it.
fn union(body: &Document, steps: &mut Vec<PlanStep>) {
    let inner = bson::doc! { "stages": body.get("pipeline").cloned().unwrap_or(Bson::Null) };
    if !documents(inner.get("stages")).is_empty() {
        plan(&inner, steps);
    }
}

/// What a stage of the pipeline worked on.
fn worked_on(name: &str, body: &Document, document: &Document) -> String {
    if name == "$unionWith" {
        return body.get_str("coll").unwrap_or_default().to_owned();
    }
    let (Ok(from), Ok(by)) = (body.get_str("from"), body.get_str("foreignField")) else { return String::new() };
    let indexes: Vec<&str> = match document.get_array("indexesUsed") {
        Ok(names) => names.iter().filter_map(Bson::as_str).collect(),
        Err(_) => Vec::new(),
    };
    match (indexes.is_empty(), number(document, "collectionScans")) {
        (false, _) => format!("{from} by {by}: index {}", indexes.join(", ")),
        (true, 1) => format!("{from} by {by}: scanned once"),
        (true, scans) => format!("{from} by {by}: scanned {scans} times"),
    }
}

/// A count, where the stage keeps it.
fn counted(document: &Document, field: &str) -> Option<u64> {
    document.contains_key(field).then(|| number(document, field))
}
