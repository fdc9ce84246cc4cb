//! `$densify` and `$fill` → BSON.

use bson::{Bson, Document};

use super::{
    call::sort_keys,
    expr::{expr, single},
};
use crate::ast::{Densify, DensifyBounds, Expr, Fill, FillWith, Path};

pub(super) fn densify(densify: &Densify) -> Document {
    let mut document = single("field", densify.field.to_string());
    if !densify.partition_by.is_empty() {
        document.insert("partitionByFields", densify.partition_by.iter().map(Path::to_string).collect::<Vec<_>>());
    }
    let mut range = single("step", densify.step.clone());
    if let Some(unit) = densify.unit {
        range.insert("unit", unit.name());
    }
    let bounds = match &densify.bounds {
        DensifyBounds::Full => "full".into(),
        DensifyBounds::Partition => "partition".into(),
        DensifyBounds::Explicit(bounds) => Bson::Array(bounds.to_vec()),
    };
    range.insert("bounds", bounds);
    document.insert("range", range);
    document
}

pub(super) fn fill(fill: &Fill) -> Document {
    let mut document = Document::new();
    match &fill.partition_by {
        None => {}
        Some(Expr::Object(parts)) if !parts.is_empty() && parts.iter().all(is_named_as_it_is) => {
            let names = parts.iter().map(|(name, _)| Bson::String(name.clone())).collect::<Vec<_>>();
            document.insert("partitionByFields", names);
        }
        Some(key) => _ = document.insert("partitionBy", expr(key)),
    }
    if !fill.sort_by.is_empty() {
        document.insert("sortBy", sort_keys(&fill.sort_by));
    }
    let field = |(path, with): &(Path, FillWith)| {
        let with = match with {
            FillWith::Value(value) => single("value", expr(value)),
            FillWith::Last => single("method", "locf"),
            FillWith::Linear => single("method", "linear"),
            FillWith::Nothing => Document::new(),
        };
        (path.to_string(), Bson::Document(with))
    };
    document.insert("output", fill.output.iter().map(field).collect::<Document>());
    document
}

/// Whether a part of the key is a field under its own name.
fn is_named_as_it_is((name, value): &(String, Expr)) -> bool {
    matches!(value, Expr::Field(path) if path.to_string() == *name)
}
