//! Composes dimensions × measures into one plain pipeline over the customers.
//!
//! In: checked dimensions and measures. Out: `$lookup` and `$unwind` if something lies in the transactions, `$group`,
//! `$project`, `$sort` in natural order. Invariant: nothing in it needs a server newer than 5.0, and no stage gathers a
//! group's customers in an array.

use bson::Bson;
use pipeline::Pipeline;
use pipeline::ast::{
    Accumulator, AccumulatorCall, Bound, Called, Expr, Operator, Order, Path, Projected, Projection, SortKey, Stage,
    Window, WindowCall, WindowFunction,
};

use crate::Dimension;
use crate::fields::Join;
use crate::measure::{Interval, Measure, MeasureRole, Value};

/// The field with the number of all customers, in pipelines that keep only the largest groups.
pub const ALL_CUSTOMERS: &str = "all_customers";

/// Under this one the places of values in their natural order stand while rows are sorted.
pub(crate) const ORDER: &str = "order";

/// The field with the number of customers of whom it is known whether they closed their account, where that may be unknown.
pub const OUTCOME_KNOWN: &str = "outcome_known";

/// The fields that composed pipelines use themselves.
pub(crate) const OWN_FIELDS: [&str; 3] = [ALL_CUSTOMERS, ORDER, OUTCOME_KNOWN];

/// What is to be composed.
pub(crate) struct Question<'a> {
    /// What customers are grouped by.
    pub by: &'a [Dimension],
    /// What the rows must carry: fields of `$group` and finished values.
    pub measures: &'a [Measure],
    /// The measures whose intervals are wanted.
    pub intervals: &'a [String],
    /// Keep only so many groups, the largest.
    pub top: Option<u64>,
}

/// The pipeline of a question.
pub(crate) fn compose(question: &Question<'_>, join: &Join) -> Pipeline {
    let accumulators = accumulators(question);
    let mut stages = joined(question, &accumulators, join);
    stages.push(Stage::Group { id: key(question.by), fields: accumulators.clone() });
    let customers = question.measures.iter().find(|measure| measure.role == Some(MeasureRole::Customers));
    let top = question.top.zip(customers);
    if let Some((_, customers)) = top {
        stages.push(count_all(&customers.name));
    }
    stages.push(project(question, &accumulators));
    match top {
        Some((n, customers)) => stages.extend([largest_first(question.by, &customers.name), Stage::Limit(n)]),
        None => stages.extend(natural_order(question.by)),
    }
    Pipeline::of(stages)
}

/// The pipeline that counts all combinations of dimensions, in no order: what is made of them takes them all.
pub(crate) fn cells(by: &[Dimension], measures: &[Measure], join: &Join) -> Pipeline {
    let question = Question { by, measures, intervals: &[], top: None };
    let fields = accumulators(&question);
    let id = Expr::Object(by.iter().map(|each| (each.name.clone(), each.expr.clone())).collect());
    let mut stages = joined(&question, &fields, join);
    stages.push(Stage::Group { id, fields });
    Pipeline::of(stages)
}

/// The join, if something lies in the transactions.
fn joined(question: &Question<'_>, fields: &[(String, AccumulatorCall)], join: &Join) -> Vec<Stage> {
    let is_needed = question.by.iter().any(|dimension| join.is_needed(&dimension.expr.reads()))
        || fields.iter().any(|(_, call)| join.is_needed(&call.reads()));
    if is_needed { join.stages() } else { Vec::new() }
}

/// The fields of `$group`, each once, in the order of the measures.
fn accumulators(question: &Question<'_>) -> Vec<(String, AccumulatorCall)> {
    let mut fields: Vec<(String, AccumulatorCall)> = Vec::new();
    for measure in question.measures {
        for (name, call) in &measure.accumulators {
            // How many a mean is of is told with it, whether its interval is or not.
            let wanted = match &measure.interval {
                Interval::Mean { squares, .. } if squares == name => question.intervals.contains(&measure.name),
                _ => true,
            };
            if wanted && !fields.iter().any(|(there, _)| there == name) {
                fields.push((name.clone(), call.clone()));
            }
        }
    }
    fields
}

/// `_id` of `$group`.
fn key(by: &[Dimension]) -> Expr {
    match by {
        [] => Expr::Literal(Bson::Null),
        [only] => only.expr.clone(),
        several => Expr::Object(several.iter().map(|each| (each.name.clone(), each.expr.clone())).collect()),
    }
}

/// `$project`: the dimensions out of `_id`, what was accumulated, and what is finished from it.
fn project(question: &Question<'_>, accumulators: &[(String, AccumulatorCall)]) -> Stage {
    let mut fields: Vec<(Path, Projected)> = Vec::new();
    for dimension in question.by {
        let from = if question.by.len() == 1 { "_id".to_owned() } else { format!("_id.{}", dimension.name) };
        fields.push((path(&dimension.name), Projected::Computed(Expr::Field(path(&from)))));
    }
    fields.extend(accumulators.iter().map(|(name, _)| (path(name), Projected::Kept)));
    if question.top.is_some() {
        fields.push((path(ALL_CUSTOMERS), Projected::Kept));
    }
    for measure in question.measures {
        if let Value::Finish(expr) = &measure.value {
            fields.push((path(&measure.name), Projected::Computed(expr.clone())));
        }
    }
    Stage::Project(Projection::Include { id: false, fields })
}

/// `$setWindowFields` that counts the customers of all groups, before most groups are cut off.
fn count_all(customers: &str) -> Stage {
    let sum = AccumulatorCall {
        accumulator: Accumulator::Sum,
        input: Expr::Field(path(customers)),
        n: None,
        sort_by: Vec::new(),
        p: Vec::new(),
    };
    let call = WindowCall {
        function: WindowFunction::Accumulate(sum),
        window: Some(Window::Documents(Bound::Unbounded, Bound::Unbounded)),
    };
    Stage::SetWindowFields { partition_by: None, sort_by: Vec::new(), output: vec![(path(ALL_CUSTOMERS), call)] }
}

/// `$sort` by size; equal sizes by the dimensions, so that the cut is the same everywhere.
fn largest_first(by: &[Dimension], customers: &str) -> Stage {
    let mut keys = vec![SortKey { path: path(customers), order: Order::Descending }];
    keys.extend(by.iter().map(|dimension| ascending(&dimension.name)));
    Stage::Sort(keys)
}

/// `$sort` in the dimensions' natural order; where values do not sort themselves, by their place in it.
pub(crate) fn natural_order(by: &[Dimension]) -> Vec<Stage> {
    let placed: Vec<&Dimension> = by.iter().filter(|dimension| !sorts_itself(&dimension.order)).collect();
    let place = |dimension: &Dimension| format!("{ORDER}.{}", dimension.name);
    let keys = by.iter().map(|dimension| {
        ascending(&if sorts_itself(&dimension.order) { dimension.name.clone() } else { place(dimension) })
    });
    let sort = Stage::Sort(keys.collect());
    if by.is_empty() {
        return Vec::new();
    }
    if placed.is_empty() {
        return vec![sort];
    }
    let index = |dimension: &Dimension| Expr::Call {
        operator: Operator::IndexOfArray,
        args: vec![listed(&dimension.order), Expr::Field(path(&dimension.name))],
    };
    let orders = placed.iter().map(|dimension| (path(&place(dimension)), index(dimension))).collect();
    vec![Stage::AddFields(orders, Called::Older), sort, Stage::Unset(vec![path(ORDER)])]
}

/// The values as an array; as one literal where a value would otherwise be taken for a field.
pub(crate) fn listed(values: &[Bson]) -> Expr {
    if values.iter().any(|value| value.as_str().is_some_and(|text| text.starts_with('$'))) {
        return Expr::Literal(Bson::Array(values.to_vec()));
    }
    Expr::Array(values.iter().cloned().map(Expr::Literal).collect())
}

/// Whether a plain ascending sort gives this order.
pub(crate) fn sorts_itself(order: &[Bson]) -> bool {
    order.windows(2).all(|pair| match pair {
        [Bson::String(a), Bson::String(b)] => a < b,
        [Bson::Int32(a), Bson::Int32(b)] => a < b,
        _ => false,
    })
}

fn ascending(name: &str) -> SortKey {
    SortKey { path: path(name), order: Order::Ascending }
}

/// Invariant: names of dimensions, measures and accumulators were checked to be plain words.
pub(crate) fn path(name: &str) -> Path {
    Path::new(name).expect("checked names are paths")
}
