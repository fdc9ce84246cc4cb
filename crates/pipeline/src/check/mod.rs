//! Fields known: follows the shape of documents through the stages, and refuses a field that cannot be there.
//!
//! In: a parsed pipeline and the schemas of the collections. Out: nothing, or an error with its place and the nearest
//! names. Invariant: nothing is refused where the shape is not known for sure; once it is open it stays open.
//! A collection that is not known is empty to a server, so it is no error.

mod follow;
mod join;
mod shape;
mod shapes;
mod walk;

use crate::{
    Error, Pipeline, Schema, Schemas,
    ast::{
        AccumulatorCall, Expr, Fill, FillWith, Path, Predicate, Projected, Projection, Stage, Unwind, WindowFunction,
    },
    error::nearest,
};
use follow::Scope;
use shape::{Fields, Node, Shape};
use walk::Walk;

pub use shapes::Shapes;

/// Refuses a pipeline that reads fields which the documents of a collection with a closed schema do not have.
///
/// ```
/// use pipeline::{Field, FieldType, Schema, Schemas};
///
/// let age = Field { path: "age".to_owned(), field_type: FieldType::Int, nullable: false };
/// let schemas = Schemas::from([("customers".to_owned(), Schema::Fields(vec![age]))]);
/// let text = "[{$sort: {agee: 1}}]";
/// let error = pipeline::check(&pipeline::parse_text(text)?, "customers", &schemas).unwrap_err();
/// assert_eq!(error.message(), "unknown field `agee` in `$sort`");
/// assert!(error.shown_in(text).to_string().contains("          ^^^^^^^"));
/// # Ok::<(), pipeline::Error>(())
/// ```
pub fn check(pipeline: &Pipeline, collection: &str, schemas: &Schemas) -> Result<(), Error> {
    check_shapes(pipeline, collection, &Shapes::from(schemas))
}

/// The same by what else is known of the documents.
pub fn check_shapes(pipeline: &Pipeline, collection: &str, shapes: &Shapes) -> Result<(), Error> {
    stages(pipeline, shapes.of(collection), shapes, None).map(drop)
}

/// The same, and fields below variables too, as far as what these stand for is known.
pub fn check_followed(pipeline: &Pipeline, collection: &str, schemas: &Schemas) -> Result<(), Error> {
    let shapes = Shapes::from(schemas);
    stages(pipeline, shapes.of(collection), &shapes, Some(&Scope::default())).map(drop)
}

/// Refuses an expression that reads fields which documents of this schema do not have, or fields below a variable of
/// which it cannot be told whether they have them.
///
/// ```
/// use pipeline::{Bson, Field, FieldType, Schema};
///
/// let age = Field { path: "age".to_owned(), field_type: FieldType::Int, nullable: false };
/// let text = "{$let: {vars: {r: '$$ROOT'}, in: '$$r.agee'}}";
/// let error = pipeline::check_expr(&pipeline::parse_expr(&pipeline::read(text)?)?, &Schema::Fields(vec![age])).unwrap_err();
/// assert_eq!(error.message(), "unknown field `$$r.agee`");
/// # Ok::<(), pipeline::Error>(())
/// ```
pub fn check_expr(expr: &Expr, schema: &Schema) -> Result<(), Error> {
    strictly(schema, |walk| walk.expr(expr))
}

/// The same of a predicate.
pub fn check_predicate(predicate: &Predicate, schema: &Schema) -> Result<(), Error> {
    strictly(schema, |walk| walk.predicate(predicate))
}

/// The same of an accumulator.
pub fn check_accumulator(call: &AccumulatorCall, schema: &Schema) -> Result<(), Error> {
    strictly(schema, |walk| walk.accumulator(call))
}

fn strictly(schema: &Schema, check: impl FnOnce(&Walk<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let Schema::Fields(list) = schema else { return Ok(()) };
    let mut fields = Fields::default().with("_id", Node::Any);
    for field in list {
        fields.set(&Path::with_empty_names(&field.path), Node::Value);
    }
    check(&Walk { stage: "", fields: &fields, scope: Some(&Scope::strict()) }).map_err(Error::settled)
}

/// Checks all stages and gives back the shape behind the last.
fn stages(pipeline: &Pipeline, mut shape: Shape, shapes: &Shapes, scope: Option<&Scope<'_>>) -> Result<Shape, Error> {
    for (at, stage) in pipeline.stages.iter().enumerate() {
        let name = stage.name();
        shape = behind(stage, name, shape, shapes, scope).map_err(|error| error.under(name).settled_in_stage(at))?;
    }
    Ok(shape)
}

/// The shape behind a stage.
fn behind(
    stage: &Stage,
    name: &'static str,
    shape: Shape,
    shapes: &Shapes,
    scope: Option<&Scope<'_>>,
) -> Result<Shape, Error> {
    // What other collections bring in is checked whatever comes from this one.
    match stage {
        Stage::UnionWith { collection, pipeline } => {
            let other = stages(pipeline, join::of(collection.as_deref(), shapes), shapes, scope)
                .map_err(|error| error.under("pipeline"))?;
            return Ok(shape.or(other));
        }
        Stage::Lookup(lookup) => return join::lookup(lookup, shape, shapes),
        Stage::LookupPipeline(lookup) => return join::lookup_pipeline(lookup, &shape, shapes, scope),
        Stage::GraphLookup(graph) => return join::graph_lookup(graph, shape, shapes, scope),
        Stage::Documents(_) | Stage::Unchecked(_) => return Ok(Shape::Open),
        _ => {}
    }
    let Shape::Closed(fields) = shape else { return Ok(Shape::Open) };
    let walk = Walk { stage: name, fields: &fields, scope };
    let next = match stage {
        Stage::Match(predicate) => walk.predicate(predicate).map(|()| fields),
        Stage::Project(projection) => projected(projection, &walk),
        Stage::AddFields(computed, _) => added(computed, &walk),
        Stage::Unset(paths) => dropped(paths, &walk),
        Stage::Group { id, fields: output } => {
            walk.expr(id).map_err(|error| error.under("_id"))?;
            gathered(walk.node(id), output, &walk)
        }
        Stage::Sort(keys) => walk.sort_keys(keys).map(|()| fields),
        Stage::Limit(_) | Stage::Skip(_) => Ok(fields),
        Stage::Count(name) => Ok(Fields::default().with(name, Node::Value)),
        Stage::SortByCount(key) => {
            walk.expr(key)?;
            Ok(Fields::default().with("_id", walk.node(key)).with("count", Node::Value))
        }
        Stage::Unwind(unwind) => unwound(unwind, &walk),
        Stage::Facet(facets) => return facetted(facets, &fields, shapes, scope),
        Stage::Bucket { group_by, output, .. } => {
            walk.expr(group_by).map_err(|error| error.under("groupBy"))?;
            gathered(Node::Any, output, &walk).map_err(|error| error.under("output"))
        }
        Stage::BucketAuto { group_by, output, .. } => {
            walk.expr(group_by).map_err(|error| error.under("groupBy"))?;
            let id = Fields::default().with("min", Node::Any).with("max", Node::Any);
            gathered(Node::Object(id), output, &walk).map_err(|error| error.under("output"))
        }
        Stage::ReplaceRoot(root, _) => return replaced(root, &walk),
        Stage::SetWindowFields { partition_by, sort_by, output } => {
            let partition = partition_by.as_ref().map_or(Ok(()), |key| walk.expr(key));
            partition.map_err(|error| error.under("partitionBy"))?;
            walk.sort_keys(sort_by).map_err(|error| error.under("sortBy"))?;
            windowed(output, &walk).map_err(|error| error.under("output"))
        }
        Stage::Redact(value) => walk.expr(value).map(|()| fields),
        Stage::Densify(densify) => {
            let named = densify.partition_by.iter().chain([&densify.field]);
            named.into_iter().try_for_each(|path| walk.field(path).map(drop)).map(|()| fields)
        }
        Stage::Fill(fill) => filled(fill, &walk),
        Stage::Merge(merge) => {
            let binding = |(name, value): &(String, Expr)| walk.expr(value).map_err(|error| error.under(name));
            merge.bindings.iter().try_for_each(binding).map_err(|error| error.under("let"))?;
            Ok(fields)
        }
        Stage::Sample(_) | Stage::Out(_) | Stage::Documents(_) | Stage::Lookup(_) => Ok(fields),
        Stage::LookupPipeline(_) | Stage::GraphLookup(_) | Stage::UnionWith { .. } | Stage::Unchecked(_) => Ok(fields),
    };
    // Stages that copy the document into itself could go on doubling it.
    next.map(|fields| if follow::is_too_large(&fields) { Shape::Open } else { Shape::Closed(fields) })
}

fn projected(projection: &Projection, walk: &Walk<'_>) -> Result<Fields, Error> {
    let (id, list) = match projection {
        Projection::Exclude(paths) => return dropped(paths, walk),
        Projection::Include { id, fields } => (*id, fields),
    };
    let mut next = Fields::default();
    if id && let Some(node) = walk.fields.find("_id") {
        next.put("_id", node.clone());
    }
    for (path, projected) in list {
        let node = match projected {
            Projected::Kept => walk.field(path).map_err(|error| error.under(&path.to_string()))?,
            Projected::Computed(value) => {
                walk.expr(value).map_err(|error| error.under(&path.to_string()))?;
                walk.node(value)
            }
        };
        next.set(path, node);
    }
    Ok(next)
}

fn added(computed: &[(Path, Expr)], walk: &Walk<'_>) -> Result<Fields, Error> {
    let mut next = walk.fields.clone();
    for (path, value) in computed {
        walk.expr(value).map_err(|error| error.under(&path.to_string()))?;
        next.set(path, walk.node(value));
    }
    Ok(next)
}

fn dropped(paths: &[Path], walk: &Walk<'_>) -> Result<Fields, Error> {
    let mut next = walk.fields.clone();
    for path in paths {
        // Where `_id` is gone already, dropping it again is a habit, not a misspelling.
        if path.segments() != ["_id"] {
            walk.field(path).map_err(|error| error.under(&path.to_string()))?;
        }
    }
    next.remove(paths);
    Ok(next)
}

fn gathered(id: Node, output: &[(String, AccumulatorCall)], walk: &Walk<'_>) -> Result<Fields, Error> {
    let mut next = Fields::default().with("_id", id);
    for (name, call) in output {
        walk.accumulator(call).map_err(|error| error.under(name))?;
        next.put(name, Node::Any);
    }
    Ok(next)
}

fn unwound(unwind: &Unwind, walk: &Walk<'_>) -> Result<Fields, Error> {
    let element = match walk.field(&unwind.path)? {
        Node::Array(element) => *element,
        other => other,
    };
    let mut next = walk.fields.clone();
    next.set(&unwind.path, element);
    if let Some(index) = &unwind.index {
        next.set(index, Node::Value);
    }
    Ok(next)
}

fn filled(fill: &Fill, walk: &Walk<'_>) -> Result<Fields, Error> {
    let partition = fill.partition_by.as_ref().map_or(Ok(()), |key| walk.expr(key));
    partition.map_err(|error| error.under("partitionBy"))?;
    walk.sort_keys(&fill.sort_by).map_err(|error| error.under("sortBy"))?;
    let mut next = walk.fields.clone();
    for (path, with) in &fill.output {
        if let FillWith::Value(value) = with {
            walk.expr(value).map_err(|error| error.under("value").under(&path.to_string()).under("output"))?;
        }
        next.set(path, Node::Any);
    }
    Ok(next)
}

fn facetted(
    facets: &[(String, Pipeline)],
    fields: &Fields,
    shapes: &Shapes,
    scope: Option<&Scope<'_>>,
) -> Result<Shape, Error> {
    let mut next = Fields::default();
    let mut is_open = false;
    for (name, pipeline) in facets {
        let inner =
            stages(pipeline, Shape::Closed(fields.clone()), shapes, scope).map_err(|error| error.under(name))?;
        let element = match inner {
            Shape::Closed(fields) => Node::Object(fields),
            Shape::Open => Node::Any,
        };
        next.put(name, Node::Array(Box::new(element)));
        // Otherwise each facet would hold all fields once more.
        if follow::is_too_large(&next) {
            next = Fields::default();
            is_open = true;
        }
    }
    Ok(if is_open { Shape::Open } else { Shape::Closed(next) })
}

fn replaced(root: &Expr, walk: &Walk<'_>) -> Result<Shape, Error> {
    walk.expr(root)?;
    Ok(match walk.node(root) {
        Node::Object(fields) => Shape::Closed(fields),
        _ => Shape::Open,
    })
}

fn windowed(output: &[(Path, crate::ast::WindowCall)], walk: &Walk<'_>) -> Result<Fields, Error> {
    let mut next = walk.fields.clone();
    for (path, call) in output {
        let checked = match &call.function {
            WindowFunction::Accumulate(call) => walk.accumulator(call),
            WindowFunction::Of(computed, input) => walk.expr(input).map_err(|error| {
                let error = computed.input_key().into_iter().fold(error, Error::under);
                error.under(computed.name())
            }),
            WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::DocumentNumber => Ok(()),
        };
        checked.map_err(|error| error.under(&path.to_string()))?;
        next.set(path, Node::Any);
    }
    Ok(next)
}

/// The error for a field that cannot be there.
fn unknown(path: &Path, stage: &str, fields: &Fields) -> Error {
    let names = fields.paths();
    let error = Error::unknown_field_in(path, stage);
    if names.is_empty() {
        return error.hint("the documents have no fields here");
    }
    error.hint(nearest("field", &path.to_string(), names.iter().map(String::as_str)))
}
