//! Accumulators, window functions and sort keys → BSON.

use bson::{Bson, Document};

use super::expr::{expr, single};
use crate::ast::{
    Accumulator, AccumulatorCall, Bound, Computed, Expr, Order, Smoothing, SortKey, Window, WindowCall, WindowFunction,
};

/// `{$name: argument}`.
pub(super) fn accumulator(call: &AccumulatorCall) -> Document {
    single(call.accumulator.spec().name, argument(call))
}

/// Output fields with their accumulators.
pub(super) fn fields(fields: &[(String, AccumulatorCall)]) -> Document {
    fields.iter().map(|(name, call)| (name.clone(), Bson::Document(accumulator(call)))).collect()
}

fn argument(call: &AccumulatorCall) -> Bson {
    let mut document = Document::new();
    if let Some(n) = &call.n {
        document.insert("n", expr(n));
    }
    match call.accumulator {
        Accumulator::Count => {}
        Accumulator::Top | Accumulator::TopN | Accumulator::Bottom | Accumulator::BottomN => {
            document.insert("output", expr(&call.input));
            document.insert("sortBy", sort_keys(&call.sort_by));
        }
        Accumulator::FirstN | Accumulator::LastN | Accumulator::MaxN | Accumulator::MinN => {
            document.insert("input", expr(&call.input));
        }
        Accumulator::Median | Accumulator::Percentile => {
            document.insert("input", expr(&call.input));
            if call.accumulator == Accumulator::Percentile {
                document.insert("p", call.p.iter().map(|p| number(*p)).collect::<Vec<_>>());
            }
            document.insert("method", "approximate");
        }
        _ => return expr(&call.input),
    }
    Bson::Document(document)
}

/// `{field: 1, other: -1}`.
pub(super) fn sort_keys(keys: &[SortKey]) -> Document {
    let direction = |order| Bson::Int32(if order == Order::Ascending { 1 } else { -1 });
    keys.iter().map(|key| (key.path.to_string(), direction(key.order))).collect()
}

/// `{$name: argument, window: …}`.
pub(super) fn window_call(call: &WindowCall) -> Document {
    let mut document = match &call.function {
        WindowFunction::Accumulate(call) => accumulator(call),
        WindowFunction::Rank => single("$rank", Document::new()),
        WindowFunction::DenseRank => single("$denseRank", Document::new()),
        WindowFunction::DocumentNumber => single("$documentNumber", Document::new()),
        WindowFunction::Of(computed, input) => single(computed.name(), computed_argument(computed, input)),
    };
    if let Some(window) = &call.window {
        document.insert("window", self::window(window));
    }
    document
}

fn computed_argument(computed: &Computed, input: &Expr) -> Bson {
    let input_alone = expr(input);
    let Some(key) = computed.input_key() else { return input_alone };
    let mut form = single(key, input_alone);
    match computed {
        Computed::Shift { by, default } => {
            form.insert("by", whole(*by));
            if *default != Expr::Literal(Bson::Null) {
                form.insert("default", expr(default));
            }
        }
        Computed::ExpMovingAvg(Smoothing::Rows(n)) => drop(form.insert("N", whole(*n))),
        Computed::ExpMovingAvg(Smoothing::Alpha(alpha)) => drop(form.insert("alpha", alpha.clone())),
        Computed::Derivative(unit) | Computed::Integral(unit) => {
            form.extend(unit.map(|unit| ("unit".to_owned(), Bson::from(unit.name()))));
        }
        Computed::MinMaxScaler { min, max } => {
            form.insert("min", min.clone());
            form.insert("max", max.clone());
        }
        Computed::CovariancePop | Computed::CovarianceSamp | Computed::LinearFill | Computed::Locf => {}
    }
    Bson::Document(form)
}

fn window(window: &Window) -> Document {
    match window {
        Window::Documents(lower, upper) => single("documents", vec![bound(*lower, whole), bound(*upper, whole)]),
        Window::Range(lower, upper, unit) => {
            let mut document = single("range", vec![bound(*lower, number), bound(*upper, number)]);
            if let Some(unit) = unit {
                document.insert("unit", unit.name());
            }
            document
        }
    }
}

fn bound<T>(bound: Bound<T>, offset: impl Fn(T) -> Bson) -> Bson {
    match bound {
        Bound::Unbounded => Bson::String("unbounded".to_owned()),
        Bound::Current => Bson::String("current".to_owned()),
        Bound::Offset(value) => offset(value),
    }
}

/// The least wide integer, as a user would write it.
pub(super) fn whole(value: i64) -> Bson {
    i32::try_from(value).map_or(Bson::Int64(value), Bson::Int32)
}

/// Offsets in a unit of time must be integers to a server.
fn number(value: f64) -> Bson {
    let is_whole = value.fract() == 0.0 && value.abs() < 9.0e15;
    if is_whole { whole(value as i64) } else { Bson::Double(value) }
}
