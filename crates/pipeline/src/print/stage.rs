//! Stages → BSON.

use bson::{Bson, Document};

use super::{
    call::{fields, sort_keys, whole, window_call},
    expr::{expr, single},
    gaps, join,
    predicate::predicate,
};
use crate::{
    Pipeline,
    ast::{
        Bound, Computed, Expr, Path, Projected, Projection, SortKey, Stage, Unwind, Window, WindowCall, WindowFunction,
    },
    parse::is_inclusion,
};

/// An array of stages.
pub(super) fn pipeline(pipeline: &Pipeline) -> Bson {
    Bson::Array(pipeline.stages.iter().map(|each| Bson::Document(stage(each))).collect())
}

/// MongoDB: a plain number or boolean in the key would be an inclusion, as in a `$project`.
fn group_key(id: &Expr) -> Bson {
    match expr(id) {
        Bson::Document(parts) if matches!(id, Expr::Object(_)) => {
            let part = |(name, value): (String, Bson)| {
                if is_inclusion(&value) { (name, Bson::Document(single("$literal", value))) } else { (name, value) }
            };
            Bson::Document(parts.into_iter().map(part).collect())
        }
        other => other,
    }
}

fn stage(stage: &Stage) -> Document {
    match stage {
        Stage::Match(inner) => single("$match", predicate(inner)),
        Stage::Project(projection) => single("$project", project(projection)),
        Stage::AddFields(fields, _) => single("$addFields", computed(fields)),
        Stage::Unset(paths) => match paths.as_slice() {
            [only] => single("$unset", only.to_string()),
            paths => single("$unset", paths.iter().map(Path::to_string).collect::<Vec<_>>()),
        },
        Stage::Group { id, fields: outputs } => {
            let mut group = single("_id", group_key(id));
            group.extend(fields(outputs));
            single("$group", group)
        }
        Stage::Sort(keys) => single("$sort", sort_keys(keys)),
        Stage::Limit(rows) => single("$limit", whole(rows.cast_signed())),
        Stage::Skip(rows) => single("$skip", whole(rows.cast_signed())),
        Stage::Count(name) => single("$count", name.as_str()),
        Stage::SortByCount(by) => single("$sortByCount", key(by)),
        Stage::Unwind(inner) => single("$unwind", unwind(inner)),
        Stage::Lookup(inner) => single("$lookup", join::lookup(inner)),
        Stage::Facet(facets) => {
            single("$facet", facets.iter().map(|(name, inner)| (name.clone(), pipeline(inner))).collect::<Document>())
        }
        Stage::Bucket { group_by, boundaries, default, output } => {
            let mut bucket = single("groupBy", key(group_by));
            bucket.insert("boundaries", boundaries.iter().map(expr).collect::<Vec<_>>());
            if let Some(default) = default {
                bucket.insert("default", expr(default));
            }
            bucket.insert("output", fields(output));
            single("$bucket", bucket)
        }
        Stage::BucketAuto { group_by, buckets, output, granularity } => {
            let mut bucket = single("groupBy", key(group_by));
            bucket.insert("buckets", whole(i64::from(*buckets)));
            bucket.insert("output", fields(output));
            if let Some(granularity) = granularity {
                bucket.insert("granularity", granularity.as_str());
            }
            single("$bucketAuto", bucket)
        }
        Stage::ReplaceRoot(root, _) => single("$replaceRoot", single("newRoot", key(root))),
        Stage::UnionWith { collection: Some(collection), pipeline: inner } if inner.stages.is_empty() => {
            single("$unionWith", collection.as_str())
        }
        Stage::UnionWith { collection, pipeline: inner } => {
            let mut union = Document::new();
            union.extend(collection.iter().map(|name| ("coll".to_owned(), name.as_str().into())));
            union.insert("pipeline", pipeline(inner));
            single("$unionWith", union)
        }
        Stage::Redact(value) => single("$redact", expr(value)),
        Stage::Sample(n) => single("$sample", single("size", whole(n.cast_signed()))),
        Stage::Documents(value) => single("$documents", expr(value)),
        Stage::LookupPipeline(inner) => single("$lookup", join::lookup_pipeline(inner)),
        Stage::GraphLookup(inner) => single("$graphLookup", join::graph_lookup(inner)),
        Stage::Densify(inner) => single("$densify", gaps::densify(inner)),
        Stage::Fill(inner) => single("$fill", gaps::fill(inner)),
        Stage::Out(target) => single("$out", join::target(target)),
        Stage::Merge(inner) => single("$merge", join::merge(inner)),
        Stage::Unchecked(stage) => stage.document(),
        Stage::SetWindowFields { partition_by, sort_by, output } => {
            single("$setWindowFields", window(partition_by.as_ref(), sort_by, output))
        }
    }
}

fn needs_an_order(call: &WindowCall) -> bool {
    match &call.function {
        WindowFunction::Of(Computed::Shift { .. } | Computed::ExpMovingAvg(_), _) => true,
        _ => match call.window {
            Some(Window::Documents(lower, upper)) => lower != Bound::Unbounded || upper != Bound::Unbounded,
            Some(Window::Range(..)) | None => false,
        },
    }
}

fn window(partition_by: Option<&Expr>, sort_by: &[SortKey], output: &[(Path, WindowCall)]) -> Document {
    let mut window = Document::new();
    if let Some(partition_by) = partition_by {
        window.insert("partitionBy", expr(partition_by));
    }
    // A window of rows needs a `sortBy`, be it an empty one.
    if !sort_by.is_empty() || output.iter().any(|(_, call)| needs_an_order(call)) {
        window.insert("sortBy", sort_keys(sort_by));
    }
    let output = output.iter().map(|(path, call)| (path.to_string(), Bson::Document(window_call(call))));
    window.insert("output", output.collect::<Document>());
    window
}

/// An expression where a bare constant would be refused.
fn key(value: &Expr) -> Bson {
    match value {
        Expr::Literal(constant) => Bson::Document(single("$literal", constant.clone())),
        value => expr(value),
    }
}

fn project(projection: &Projection) -> Document {
    match projection {
        Projection::Exclude(paths) => paths.iter().map(|path| (path.to_string(), Bson::Int32(0))).collect(),
        Projection::Include { id, fields } => {
            let mut document = Document::new();
            let names_id = fields.iter().any(|(path, _)| path.head() == "_id");
            if !id && !names_id {
                document.insert("_id", 0);
            } else if *id && fields.is_empty() {
                document.insert("_id", 1);
            }
            for (path, projected) in fields {
                let value = match projected {
                    Projected::Kept => Bson::Int32(1),
                    Projected::Computed(value) => value_of_project(value),
                };
                document.insert(path.to_string(), value);
            }
            document
        }
    }
}

/// Bare numbers and booleans would keep or drop the field.
fn value_of_project(value: &Expr) -> Bson {
    match value {
        Expr::Literal(
            number @ (Bson::Boolean(_) | Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_)),
        ) => Bson::Document(single("$literal", number.clone())),
        value => value_of_field(value),
    }
}

fn computed(fields: &[(Path, Expr)]) -> Document {
    fields.iter().map(|(path, value)| (path.to_string(), value_of_field(value))).collect()
}

/// A bare object would be merged into the field, so a new object is built by an operator that gives it back.
fn value_of_field(value: &Expr) -> Bson {
    match value {
        Expr::Object(_) => Bson::Document(single("$mergeObjects", vec![expr(value)])),
        value => expr(value),
    }
}

fn unwind(unwind: &Unwind) -> Bson {
    let path = Bson::String(format!("${}", unwind.path));
    if unwind.index.is_none() && !unwind.preserve {
        return path;
    }
    let mut document = single("path", path);
    if let Some(index) = &unwind.index {
        document.insert("includeArrayIndex", index.to_string());
    }
    if unwind.preserve {
        document.insert("preserveNullAndEmptyArrays", true);
    }
    Bson::Document(document)
}
