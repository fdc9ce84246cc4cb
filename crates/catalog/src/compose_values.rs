//! Composes what is computed from counted values: medians and other quantiles, the number of different values.
//!
//! In: measures with [`ByValue`]. Out: for each value that they are of, one pipeline: a `$group` by the dimensions and the
//! value, the ranks that each value reaches, a `$group` by the dimensions.
//! Invariant: no stage gathers a group's customers in an array, and nothing needs a server newer than 5.0.

use bson::{Bson, bson};
use pipeline::Pipeline;
use pipeline::ast::{
    Accumulator, AccumulatorCall, Bound, Expr, Order, Path, Projected, Projection, SortKey, Stage, Window, WindowCall,
    WindowFunction,
};

use crate::compose::{natural_order, path};
use crate::fields::Join;
use crate::measure::ByValue;
use crate::{Dimension, Measure};

/// How many customers of a group have a value.
const COUNTED: &str = "n";
/// How many of them have it or a smaller one.
const REACHED: &str = "reached";
/// How many customers of the group have any value.
pub(crate) const TOTAL: &str = "total";
/// The value itself, among the dimensions in `_id`; it is no name that a dimension may have.
const VALUE: &str = "_value";

/// The pipelines for measures that are computed from counted values, one for each value.
pub(crate) fn by_value(by: &[Dimension], measures: &[Measure], join: &Join) -> Vec<Pipeline> {
    let mut asked: Vec<(&ByValue, Vec<(String, AccumulatorCall)>)> = Vec::new();
    for one in measures.iter().filter_map(|measure| measure.by_value.as_ref()) {
        match asked.iter_mut().find(|(first, _)| first.value == one.value && first.known == one.known) {
            Some((_, fields)) => {
                let new = |(name, _): &&(String, AccumulatorCall)| !fields.iter().any(|(there, _)| there == name);
                let more: Vec<_> = one.fields.iter().filter(new).cloned().collect();
                fields.extend(more);
            }
            None => asked.push((one, one.fields.clone())),
        }
    }
    asked.into_iter().map(|(one, fields)| composed(by, one, fields, join)).collect()
}

fn composed(by: &[Dimension], of: &ByValue, fields: Vec<(String, AccumulatorCall)>, join: &Join) -> Pipeline {
    let reads_joined = by.iter().map(|dimension| &dimension.expr).chain([&of.value]);
    let mut stages = Vec::new();
    if reads_joined.into_iter().any(|expr| join.is_needed(&expr.reads())) {
        stages.extend(join.stages());
    }
    stages.extend(of.known.clone().map(Stage::Match));
    let value = (VALUE.to_owned(), of.value.clone());
    let keys = by.iter().map(|dimension| (dimension.name.clone(), dimension.expr.clone())).chain([value]);
    let one = (COUNTED.to_owned(), sum(Expr::Literal(Bson::Int32(1))));
    stages.push(Stage::Group { id: Expr::Object(keys.collect()), fields: vec![one] });
    if fields.iter().any(|(_, call)| call.reads().named().iter().any(|read| read.to_string() == REACHED)) {
        stages.push(ranks(by));
    } else if fields.iter().any(|(_, call)| call.reads().named().iter().any(|read| read.to_string() == TOTAL)) {
        stages.push(window(by, vec![output(TOTAL, Bound::Unbounded)]));
    }
    let names = fields.iter().map(|(name, _)| (path(name), Projected::Kept)).collect::<Vec<_>>();
    stages.push(Stage::Group { id: group(by), fields });
    let from = |dimension: &Dimension| {
        let from = if by.len() == 1 { "_id".to_owned() } else { format!("_id.{}", dimension.name) };
        (path(&dimension.name), Projected::Computed(Expr::Field(path(&from))))
    };
    let fields = by.iter().map(from).chain(names).collect();
    stages.push(Stage::Project(Projection::Include { id: false, fields }));
    stages.extend(natural_order(by));
    Pipeline::of(stages)
}

/// The dimensions out of the `_id` of the first `$group`.
fn group(by: &[Dimension]) -> Expr {
    let of = |dimension: &Dimension| Expr::Field(path(&format!("_id.{}", dimension.name)));
    match by {
        [] => Expr::Literal(Bson::Null),
        [only] => of(only),
        several => Expr::Object(several.iter().map(|each| (each.name.clone(), of(each))).collect()),
    }
}

/// How many customers of the group have each value or a smaller one, and how many there are.
fn ranks(by: &[Dimension]) -> Stage {
    window(by, vec![output(REACHED, Bound::Current), output(TOTAL, Bound::Unbounded)])
}

fn window(by: &[Dimension], output: Vec<(Path, WindowCall)>) -> Stage {
    let partition_by = (!by.is_empty()).then(|| group(by));
    let sort_by = vec![SortKey { path: path(&format!("_id.{VALUE}")), order: Order::Ascending }];
    Stage::SetWindowFields { partition_by, sort_by, output }
}

fn output(name: &str, to: Bound<i64>) -> (Path, WindowCall) {
    let function = WindowFunction::Accumulate(sum(Expr::Field(path(COUNTED))));
    (path(name), WindowCall { function, window: Some(Window::Documents(Bound::Unbounded, to)) })
}

fn sum(input: Expr) -> AccumulatorCall {
    AccumulatorCall { accumulator: Accumulator::Sum, input, n: None, sort_by: Vec::new(), p: Vec::new() }
}

/// The number of different values.
pub(crate) fn distinct() -> AccumulatorCall {
    sum(Expr::Literal(Bson::Int32(1)))
}

/// How many customers of the group have a value.
pub(crate) fn counted() -> AccumulatorCall {
    call(&bson!({ "$sum": format!("${COUNTED}") }))
}

/// The smallest value that `part` of `whole` customers do not exceed, in whole numbers, so that no rounding shifts a rank.
pub(crate) fn quantile(part: i32, whole: i32) -> AccumulatorCall {
    let reached = bson!({ "$multiply": [format!("${REACHED}"), whole] });
    let wanted = bson!({ "$multiply": [part, format!("${TOTAL}")] });
    smallest(&bson!({ "$gte": [reached, wanted] }))
}

/// The ends of a quantile's 95 % interval: the values with the ranks `⌊np − z√(np(1−p))⌋` and `⌈np + z√(np(1−p))⌉ + 1`, where
/// there are such ranks.
///
/// W. J. Conover: Practical nonparametric statistics, 3rd ed. (1999), section 3.2, has the normal approximation of these
/// ranks. Taken one further out at each side as here, the interval holds the quantile in at least 95 % of samples of any
/// size and any continuous distribution (tried by the binomial distribution for the quantiles 1 % to 99 %, n from 5 to 3,000).
pub(crate) fn ends(part: i32, whole: i32) -> [AccumulatorCall; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let share = f64::from(part) / f64::from(whole);
    let total = format!("${TOTAL}");
    let centre = bson!({ "$multiply": [total.clone(), share] });
    let half = bson!({ "$multiply": [Z, { "$sqrt": { "$multiply": [total.clone(), share * (1.0 - share)] } }] });
    let low = bson!({ "$floor": { "$subtract": [centre.clone(), half.clone()] } });
    let high = bson!({ "$add": [{ "$ceil": { "$add": [centre, half] } }, 1] });
    let reached = format!("${REACHED}");
    let at_low = bson!({ "$and": [{ "$gte": [low.clone(), 1] }, { "$gte": [reached.clone(), low] }] });
    [smallest(&at_low), smallest(&bson!({ "$gte": [reached, high] }))]
}

/// The smallest value of which that is true.
fn smallest(is_reached: &Bson) -> AccumulatorCall {
    call(&bson!({ "$min": { "$cond": [is_reached.clone(), format!("$_id.{VALUE}"), null] } }))
}

fn call(value: &Bson) -> AccumulatorCall {
    pipeline::parse_accumulator(value).expect("a fixed form around fields of this file")
}
