//! The stages that reach other collections → BSON.

use bson::{Bson, Document};

use super::{
    expr::{expr, single},
    predicate::predicate,
    stage::pipeline,
};
use crate::ast::{Expr, GraphLookup, Lookup, LookupPipeline, Merge, Path, Target, WhenMatched, WhenNotMatched};

pub(super) fn lookup(lookup: &Lookup) -> Document {
    let mut document = single("from", lookup.from.as_str());
    document.insert("localField", lookup.local.to_string());
    document.insert("foreignField", lookup.foreign.to_string());
    document.insert("as", lookup.target.to_string());
    document
}

pub(super) fn lookup_pipeline(lookup: &LookupPipeline) -> Document {
    let mut document = Document::new();
    if let Some(from) = &lookup.from {
        document.insert("from", from.as_str());
    }
    if let Some((local, foreign)) = &lookup.on {
        document.insert("localField", local.to_string());
        document.insert("foreignField", foreign.to_string());
    }
    if !lookup.bindings.is_empty() {
        document.insert("let", bindings(&lookup.bindings));
    }
    document.insert("pipeline", pipeline(&lookup.pipeline));
    document.insert("as", lookup.target.to_string());
    document
}

fn bindings(bindings: &[(String, Expr)]) -> Document {
    bindings.iter().map(|(name, value)| (name.clone(), expr(value))).collect()
}

pub(super) fn graph_lookup(graph: &GraphLookup) -> Document {
    let mut document = single("from", graph.from.as_str());
    document.insert("startWith", expr(&graph.start_with));
    document.insert("connectFromField", graph.connect_from.to_string());
    document.insert("connectToField", graph.connect_to.to_string());
    document.insert("as", graph.target.to_string());
    if let Some(depth) = graph.max_depth {
        document.insert("maxDepth", super::call::whole(depth.cast_signed()));
    }
    if let Some(field) = &graph.depth_field {
        document.insert("depthField", field.to_string());
    }
    if let Some(restrict) = &graph.restrict {
        document.insert("restrictSearchWithMatch", predicate(restrict));
    }
    document
}

pub(super) fn target(target: &Target) -> Bson {
    match &target.database {
        None => Bson::String(target.collection.clone()),
        Some(database) => {
            let mut document = single("db", database.as_str());
            document.insert("coll", target.collection.as_str());
            Bson::Document(document)
        }
    }
}

pub(super) fn merge(merge: &Merge) -> Document {
    let mut document = single("into", target(&merge.into));
    match merge.on.as_slice() {
        [] => {}
        [only] => _ = document.insert("on", only.to_string()),
        paths => _ = document.insert("on", paths.iter().map(Path::to_string).collect::<Vec<_>>()),
    }
    if !merge.bindings.is_empty() {
        document.insert("let", bindings(&merge.bindings));
    }
    let when_matched = match &merge.when_matched {
        WhenMatched::Replace => "replace".into(),
        WhenMatched::KeepExisting => "keepExisting".into(),
        WhenMatched::Merge => "merge".into(),
        WhenMatched::Fail => "fail".into(),
        WhenMatched::Pipeline(inner) => pipeline(inner),
    };
    document.insert("whenMatched", when_matched);
    let when_not_matched = match merge.when_not_matched {
        WhenNotMatched::Insert => "insert",
        WhenNotMatched::Discard => "discard",
        WhenNotMatched::Fail => "fail",
    };
    document.insert("whenNotMatched", when_not_matched);
    document
}
