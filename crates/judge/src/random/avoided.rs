//! What random pipelines do not ask, each with its reason: the one place where a question is passed over.

use std::collections::BTreeSet;

use bson::{Bson, Document};

use super::Statement;

/// Something that is not asked.
pub struct Avoided {
    /// What.
    pub what: &'static str,
    /// Why no answer could be the right one.
    pub reason: &'static str,
    /// Whether a statement has it.
    pub covers: fn(&Statement) -> bool,
}

/// Everything that is not asked.
pub const AVOIDED: &[Avoided] = &[
    Avoided {
        what: "`$$ROOT` in a window of partitions by a computed key",
        reason: "the server shows its own helper field there, `__internal_setWindowFields_partition_key`",
        covers: |statement| {
            stages(statement).any(|(_, stage)| {
                let form = stage.get_document("$setWindowFields").ok();
                form.is_some_and(|form| {
                    let is_computed = form.get("partitionBy").is_some_and(|key| key.as_str().is_none());
                    is_computed && (mentions(form, "$$ROOT") || mentions(form, "$$CURRENT"))
                })
            })
        },
    },
    Avoided {
        what: "a `$project` that includes a path through an array, with another stage behind it",
        reason: "the server leaves holes where it drops an element; they show as missing elements to the next stage, and are \
                 gone from the answer",
        covers: |statement| {
            let n_stages = stages(statement).count();
            stages(statement).any(|(at, stage)| {
                let form = stage.get_document("$project").ok();
                let enters =
                    |form: &Document| form.iter().any(|(path, value)| path.contains('.') && *value == Bson::Int32(1));
                at + 1 < n_stages && form.is_some_and(enters)
            })
        },
    },
    Avoided {
        what: "a field that one stage takes away or computes, and another one writes again",
        reason: "the server keeps the place of a field that is gone as long as nothing copied the document, so the order of \
                 fields depends on how it ran",
        covers: |statement| {
            let mut gone = BTreeSet::new();
            stages(statement).any(|(_, stage)| {
                let written = written(stage);
                let is_again = written.iter().any(|name| gone.contains(name));
                gone.extend(written);
                gone.extend(dropped(stage));
                is_again
            })
        },
    },
    Avoided {
        what: "a standard deviation over a moving window",
        reason: "the server takes out what leaves the window, and the rounding error of numbers long gone stays behind: of \
                 2^53, 0 and 1 it finds a deviation of 67108864 between 0 and 1",
        covers: |statement| {
            stages(statement).any(|(_, stage)| {
                let output = stage.get_document("$setWindowFields").and_then(|form| form.get_document("output"));
                let moves = |call: &Bson| {
                    let call = call.as_document();
                    call.is_some_and(|call| {
                        call.contains_key("window")
                            && (call.contains_key("$stdDevPop") || call.contains_key("$stdDevSamp"))
                    })
                };
                output.is_ok_and(|output| output.values().any(moves))
            })
        },
    },
];

/// The top-level fields that a stage writes into the documents that it gets.
fn written(stage: &Document) -> Vec<String> {
    let head = |path: &str| path.split('.').next().unwrap_or(path).to_owned();
    let keys = |form: &Document| form.keys().map(|path| head(path)).collect::<Vec<_>>();
    let form = |name: &str| stage.get_document(name);
    if let Ok(form) = form("$addFields").or(form("$set")) {
        return keys(form);
    }
    if let Ok(output) = form("$setWindowFields").and_then(|form| form.get_document("output")) {
        return keys(output);
    }
    let of_lookup = form("$lookup").and_then(|form| form.get_str("as"));
    let of_unwind = form("$unwind").and_then(|form| form.get_str("includeArrayIndex"));
    of_lookup.or(of_unwind).map(head).into_iter().collect()
}

/// The top-level fields that a stage may take away.
fn dropped(stage: &Document) -> Vec<String> {
    let head = |path: &str| path.trim_start_matches('$').split('.').next().unwrap_or(path).to_owned();
    let of_unset = stage.get_array("$unset").into_iter().flatten().filter_map(Bson::as_str).map(head);
    let of_project = stage.get_document("$project").into_iter().flat_map(Document::keys).map(|path| head(path));
    let of_unwind = stage.get_document("$unwind").and_then(|form| form.get_str("path")).or(stage.get_str("$unwind"));
    of_unset.chain(of_project).chain(of_unwind.ok().map(head)).collect()
}

/// The stages of a statement with their places.
fn stages(statement: &Statement) -> impl Iterator<Item = (usize, &Document)> {
    statement.pipeline.as_array().into_iter().flatten().filter_map(Bson::as_document).enumerate()
}

/// Whether a text stands somewhere in a form.
fn mentions(form: &Document, text: &str) -> bool {
    form.values().any(|value| match value {
        Bson::String(found) => found.starts_with(text),
        Bson::Document(inner) => mentions(inner, text),
        Bson::Array(items) => items.iter().any(|item| match item {
            Bson::Document(inner) => mentions(inner, text),
            other => other.as_str().is_some_and(|found| found.starts_with(text)),
        }),
        _ => false,
    })
}
