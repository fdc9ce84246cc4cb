//! The shape behind the stages that bring in documents of other collections.
//!
//! In: such a stage, the shape before it, and the shapes of all collections. Out: the shape behind it, or an error for a
//! field on either side that cannot be there. Invariant: the other side is checked whatever is known of this one.

use super::{
    Scope, Shapes, Walk,
    shape::{Fields, Node, Shape},
    stages,
};
use crate::{
    Error,
    ast::{Expr, GraphLookup, Lookup, LookupPipeline, Path},
};

/// The shape of another collection; without one, documents come from `$documents`.
pub(super) fn of(collection: Option<&str>, shapes: &Shapes) -> Shape {
    collection.map_or(Shape::Open, |name| shapes.of(name))
}

/// Refuses a field that the documents of a shape cannot have.
fn has(shape: &Shape, path: &Path, stage: &'static str, key: &str) -> Result<(), Error> {
    let Shape::Closed(fields) = shape else { return Ok(()) };
    let found = Walk { stage, fields, scope: None }.field(path);
    found.map(drop).map_err(|error| error.under(key))
}

/// The shape with an array of such elements in it.
fn with_array(shape: Shape, target: &Path, elements: Shape) -> Shape {
    let Shape::Closed(mut fields) = shape else { return Shape::Open };
    let element = match elements {
        Shape::Closed(fields) => Node::Object(fields),
        Shape::Open => Node::Any,
    };
    fields.set(target, Node::Array(Box::new(element)));
    Shape::Closed(fields)
}

pub(super) fn lookup(lookup: &Lookup, shape: Shape, shapes: &Shapes) -> Result<Shape, Error> {
    let other = of(Some(&lookup.from), shapes);
    has(&other, &lookup.foreign, "$lookup", "foreignField")?;
    has(&shape, &lookup.local, "$lookup", "localField")?;
    Ok(with_array(shape, &lookup.target, other))
}

pub(super) fn lookup_pipeline(
    lookup: &LookupPipeline,
    shape: &Shape,
    shapes: &Shapes,
    scope: Option<&Scope<'_>>,
) -> Result<Shape, Error> {
    let other = of(lookup.from.as_deref(), shapes);
    if let Some((local, foreign)) = &lookup.on {
        has(&other, foreign, "$lookup", "foreignField")?;
        has(shape, local, "$lookup", "localField")?;
    }
    let nothing = Fields::default();
    let (fields, is_known) = match shape {
        Shape::Closed(fields) => (fields, true),
        Shape::Open => (&nothing, false),
    };
    let walk = Walk { stage: "$lookup", fields, scope };
    let mut bound = None;
    if is_known {
        let binding = |(name, value): &(String, Expr)| walk.expr(value).map_err(|error| error.under(name));
        lookup.bindings.iter().try_for_each(binding).map_err(|error| error.under("let"))?;
        bound = walk.let_scope(&lookup.bindings);
    }
    let found = stages(&lookup.pipeline, other, shapes, bound.as_ref().or(scope));
    Ok(with_array(shape.clone(), &lookup.target, found.map_err(|error| error.under("pipeline"))?))
}

pub(super) fn graph_lookup(
    graph: &GraphLookup,
    shape: Shape,
    shapes: &Shapes,
    scope: Option<&Scope<'_>>,
) -> Result<Shape, Error> {
    let mut other = of(Some(&graph.from), shapes);
    has(&other, &graph.connect_from, "$graphLookup", "connectFromField")?;
    has(&other, &graph.connect_to, "$graphLookup", "connectToField")?;
    if let (Shape::Closed(fields), Some(restrict)) = (&other, &graph.restrict) {
        let checked = Walk { stage: "$graphLookup", fields, scope }.predicate(restrict);
        checked.map_err(|error| error.under("restrictSearchWithMatch"))?;
    }
    if let Shape::Closed(fields) = &shape {
        let checked = Walk { stage: "$graphLookup", fields, scope }.expr(&graph.start_with);
        checked.map_err(|error| error.under("startWith"))?;
    }
    if let (Shape::Closed(fields), Some(depth)) = (&mut other, &graph.depth_field) {
        fields.set(depth, Node::Value);
    }
    Ok(with_array(shape, &graph.target, other))
}
