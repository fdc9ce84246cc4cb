//! Accumulators: `{$sum: "$x"}`, `{$topN: {n, sortBy, output}}` and their kin.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    literal,
    names::{self, UNSUPPORTED_ACCUMULATORS, is_window_function},
    sort,
};
use crate::{
    Error,
    ast::{Accumulator, AccumulatorCall, Expr, Operator},
    describe,
    error::nearest,
};

/// Parses `{$name: argument}`.
pub(super) fn call(value: &Bson, scope: &Scope<'_>) -> Result<AccumulatorCall, Error> {
    let document = match value {
        Bson::Document(document) if document.keys().next().is_some_and(|key| key.starts_with('$')) => document,
        other => {
            return Err(expected(other));
        }
    };
    if document.len() > 1 {
        let names: Vec<String> = document.keys().map(|key| format!("`{key}`")).collect();
        return Err(Error::input(format!("expected one accumulator, found {}", names.join(", "))).code(40238));
    }
    let (name, argument) = only(document)?;
    // MongoDB: the array is seen before the name.
    if matches!(argument, Bson::Array(_)) {
        let error = match Accumulator::named(name) {
            Some(_) => Error::input(format!("the accumulator `{name}` takes one expression, not an array")).code(40237),
            None => unknown(name, 40237),
        };
        return Err(error.under(name));
    }
    named(name, argument, scope)
}

/// The error for what is no accumulator at all.
pub(super) fn expected(found: &Bson) -> Error {
    Error::input(format!("expected an accumulator, found {}", describe::a_value(found)))
        .hint("for example `{ $sum: \"$amount\" }`")
        .code(40234)
}

fn only(document: &Document) -> Result<(&str, &Bson), Error> {
    let entry = document.iter().next().ok_or_else(|| Error::input("expected an accumulator, found an empty object"))?;
    Ok((entry.0, entry.1))
}

/// Parses an accumulator by its name; in windows the argument may also be an array.
pub(super) fn named(name: &str, argument: &Bson, scope: &Scope<'_>) -> Result<AccumulatorCall, Error> {
    let spec = Accumulator::named(name).ok_or_else(|| unknown(name, 15952).under(name))?;
    build(spec.accumulator, argument, scope).map_err(|error| error.under(name))
}

fn unknown(name: &str, code: i32) -> Error {
    if names::lists(UNSUPPORTED_ACCUMULATORS, name) {
        return names::unsupported(&format!("the accumulator `{name}`"));
    }
    let error = Error::unknown("accumulator", name).code(code);
    if is_window_function(name) {
        return error.hint(format!("`{name}` belongs in `$setWindowFields`"));
    }
    let near = nearest("accumulator", name, Accumulator::all().iter().map(|spec| spec.name));
    match Operator::named(name) {
        Some(_) => error.hint(format!(
            "`{name}` computes from one document: put it inside an accumulator, such as `{{ $sum: {{ {name}: … }} }}`"
        )),
        None => error.hint(near),
    }
}

fn build(accumulator: Accumulator, argument: &Bson, scope: &Scope<'_>) -> Result<AccumulatorCall, Error> {
    let name = accumulator.spec().name;
    let simple = |input| AccumulatorCall { accumulator, input, n: None, sort_by: Vec::new(), p: Vec::new() };
    match accumulator {
        Accumulator::Count => match argument {
            Bson::Document(document) if document.is_empty() => Ok(simple(Expr::Literal(Bson::Int32(1)))),
            other => Err(Error::input(format!("`$count` takes `{{}}`, found {}", describe::a_value(other))).code(14)),
        },
        Accumulator::FirstN | Accumulator::LastN | Accumulator::MaxN | Accumulator::MinN => {
            let is_of_values = matches!(accumulator, Accumulator::MaxN | Accumulator::MinN);
            let shape = Some(if is_of_values { 5_787_900 } else { 5_787_801 });
            let codes = Codes { shape, unknown: Some(5_787_901), missing: &[5_787_906, 5_787_907] };
            let [n, input] = Form { name, keys: [("n", true), ("input", true)], codes }.read(argument)?;
            Ok(AccumulatorCall { n: Some(count(n, scope)?), ..simple(part("input", input, scope)?) })
        }
        Accumulator::Top | Accumulator::Bottom => {
            let codes = Codes { shape: Some(5_788_001), unknown: Some(5_788_002), missing: &[5_788_004, 5_788_005] };
            let [output, sort_by] = Form { name, keys: [("output", true), ("sortBy", true)], codes }.read(argument)?;
            let sort_by = sort::of_accumulator(sort_by.unwrap_or(&Bson::Null))?;
            Ok(AccumulatorCall { sort_by, ..simple(part("output", output, scope)?) })
        }
        Accumulator::TopN | Accumulator::BottomN => {
            let keys = [("n", true), ("output", true), ("sortBy", true)];
            let codes =
                Codes { shape: Some(5_788_001), unknown: Some(5_788_002), missing: &[5_788_003, 5_788_004, 5_788_005] };
            let [n, output, sort_by] = Form { name, keys, codes }.read(argument)?;
            let sort_by = sort::of_accumulator(sort_by.unwrap_or(&Bson::Null))?;
            let n = Some(count(n, scope)?);
            Ok(AccumulatorCall { n, sort_by, ..simple(part("output", output, scope)?) })
        }
        Accumulator::Median => {
            let form = Form { name: "$median", keys: [("input", true), ("method", true)], codes: Codes::default() };
            let [input, method] = form.read(argument)?;
            literal::method(&part("method", method, scope)?)?;
            Ok(simple(part("input", input, scope)?))
        }
        Accumulator::Percentile => {
            let keys = [("input", true), ("p", true), ("method", true)];
            let [input, p, method] = Form { name: "$percentile", keys, codes: Codes::default() }.read(argument)?;
            literal::method(&part("method", method, scope)?)?;
            let p = literal::percentiles(p.unwrap_or(&Bson::Null)).map_err(|error| error.under("p"))?;
            Ok(AccumulatorCall { p, ..simple(part("input", input, scope)?) })
        }
        _ => Ok(simple(expr(argument, scope)?)),
    }
}

fn part(name: &str, value: Option<&Bson>, scope: &Scope<'_>) -> Result<Expr, Error> {
    expr(value.unwrap_or(&Bson::Null), scope).map_err(|error| error.under(name))
}

/// `n` of the `N` family.
fn count(value: Option<&Bson>, scope: &Scope<'_>) -> Result<Expr, Error> {
    let n = part("n", value, scope)?;
    match &n {
        Expr::Literal(value) if form::whole(value).is_none_or(|n| n < 1) => {
            let message = format!("`n` must be a whole number above 0, found {}", describe::a_value(value));
            let code = match (form::whole(value), form::number(value)) {
                (Some(_), _) => 5_787_908,
                (None, Some(_)) => 5_787_903,
                (None, None) => 5_787_902,
            };
            Err(Error::input(message).code(code))
        }
        _ => Ok(n),
    }
}
