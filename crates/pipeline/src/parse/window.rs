//! `$setWindowFields`: what is computed over which rows.

use bson::{Bson, Document};

use super::{
    accumulator,
    expr::{Scope, expr},
    form::{self, Codes, Form, Takes, Typed},
    literal, names, path, sort, window_function,
};
use crate::{
    Error,
    ast::{Accumulator, Bound, Expr, Order, SortKey, Stage, WINDOW_FUNCTIONS, Window, WindowCall, WindowFunction},
    describe,
    error::nearest,
};

/// The keys of `sortBy`; `None` where it is not there.
pub(super) type SortBy<'a> = Option<&'a [SortKey]>;

const STAGE: Typed<3> = Typed {
    name: "$setWindowFields",
    keys: [("partitionBy", false, Takes::Anything), ("sortBy", false, Takes::Object), ("output", true, Takes::Object)],
    shape: 9,
};
const WINDOW: Form<3> = Form {
    name: "window",
    keys: [("documents", false), ("range", false), ("unit", false)],
    codes: Codes { shape: Some(9), unknown: Some(9), missing: &[] },
};

/// Parses `$setWindowFields`.
pub(super) fn set_window_fields(value: &Bson, scope: &Scope<'_>) -> Result<Stage, Error> {
    let [partition_by, sort_by, output] = STAGE.read(value)?;
    let partition_by =
        partition_by.map(|value| expr(value, scope)).transpose().map_err(|error| error.under("partitionBy"))?;
    let sort_by = sort_by.map(|keys| sort::sort_by(keys, form::WRONG_TYPE)).transpose()?;
    let output = form::object("output", output.unwrap_or(&Bson::Null), Codes::default())
        .and_then(|document| outputs(document, sort_by.as_deref(), scope))
        .map_err(|error| error.under("output"))?;
    if partition_by.as_ref().is_some_and(is_constant_array) {
        return Err(Error::input("`partitionBy` cannot be an array").code(14).under("partitionBy"));
    }
    Ok(Stage::SetWindowFields { partition_by, sort_by: sort_by.unwrap_or_default(), output })
}

/// MongoDB: an array of what differs from row to row is refused at the first row.
fn is_constant_array(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Bson::Array(_)) => true,
        Expr::Array(items) => items.iter().all(|item| matches!(item, Expr::Literal(_))),
        _ => false,
    }
}

fn outputs(
    document: &Document,
    sort_by: SortBy<'_>,
    scope: &Scope<'_>,
) -> Result<Vec<(crate::ast::Path, WindowCall)>, Error> {
    let mut output = Vec::with_capacity(document.len());
    for (field, value) in document {
        let path = path::path(field)?;
        output.push((path, call(value, sort_by, scope).map_err(|error| error.under(field))?));
    }
    path::no_collision(output.iter().map(|(path, _)| path), &path::CollisionCodes { inside: 40176, above: 40176 })?;
    Ok(output)
}

fn call(value: &Bson, sort_by: SortBy<'_>, scope: &Scope<'_>) -> Result<WindowCall, Error> {
    let document = form::object("an output field", value, Codes { shape: Some(9), ..Codes::default() })?;
    let functions: Vec<_> = document.iter().filter(|(key, _)| *key != "window").collect();
    let [(name, argument)] = functions.as_slice() else {
        let names: Vec<String> = functions.iter().map(|(key, _)| format!("`{key}`")).collect();
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(Error::input(format!("expected one window function, found {found}")).code(9));
    };
    let window = document.get("window");
    let function = function(name, argument, (window.is_some(), sort_by), scope)?;
    let window = match window {
        Some(value) => Some(self::window(value, sort_by, scope).map_err(|error| error.under("window"))?),
        None => None,
    };
    Ok(WindowCall { function, window })
}

fn function(
    name: &str,
    argument: &Bson,
    (has_window, sort_by): (bool, SortBy<'_>),
    scope: &Scope<'_>,
) -> Result<WindowFunction, Error> {
    let own = window_function::function(name, argument, (has_window, sort_by), scope);
    match own.map_err(|error| error.under(name))? {
        Some(function) => Ok(function),
        None if Accumulator::named(name).is_some_and(|spec| names::works_in_windows(spec.accumulator)) => {
            refuse_in_windows(name, argument).map_err(|error| error.under(name))?;
            accumulator::named(name, argument, scope).map(WindowFunction::Accumulate)
        }
        None => Err(unknown(name).under(name)),
    }
}

/// MongoDB: what a `$group` refuses with another code, or takes.
fn refuse_in_windows(name: &str, argument: &Bson) -> Result<(), Error> {
    match (name, argument) {
        ("$count", Bson::Document(argument)) if argument.is_empty() => Ok(()),
        ("$count", other) => {
            Err(Error::input(format!("`$count` takes `{{}}`, found {}", describe::a_value(other))).code(9))
        }
        ("$top" | "$topN" | "$bottom" | "$bottomN", Bson::Document(argument)) => match argument.get("sortBy") {
            Some(keys @ Bson::Array(_)) => {
                sort::of_accumulator(keys)?;
                let message = format!("`sortBy` takes an object of fields, found {}", describe::a_value(keys));
                Err(Error::input(message).code(5_788_604).under("sortBy"))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn unknown(name: &str) -> Error {
    let accumulators =
        Accumulator::all().iter().filter(|spec| names::works_in_windows(spec.accumulator)).map(|spec| spec.name);
    Error::unknown("window function", name)
        .hint(nearest("window function", name, accumulators.chain(names::names(WINDOW_FUNCTIONS))))
        .code(9)
}

fn window(value: &Bson, sort_by: SortBy<'_>, scope: &Scope<'_>) -> Result<Window, Error> {
    let [documents, range, unit] = WINDOW.read(value)?;
    match (documents, range, unit) {
        (Some(_), Some(_), _) => Err(Error::input("a window has `documents` or `range`, not both").code(9)),
        (Some(_), None, Some(_)) => Err(Error::input("`unit` belongs to `range`, not to `documents`").code(9)),
        (Some(bounds), None, None) => by_documents(bounds, sort_by, scope).map_err(|error| error.under("documents")),
        (None, Some(bounds), unit) => by_range(bounds, unit, sort_by, scope),
        (None, None, Some(_)) => Err(Error::input("`unit` needs a `range`").code(9)),
        // MongoDB: an empty window is the whole partition.
        (None, None, None) => Ok(Window::Documents(Bound::Unbounded, Bound::Unbounded)),
    }
}

fn by_documents(bounds: &Bson, sort_by: SortBy<'_>, scope: &Scope<'_>) -> Result<Window, Error> {
    let (lower, upper) = pair(bounds, scope, |value| {
        form::whole(value).filter(|rows| i32::try_from(*rows).is_ok()).ok_or_else(|| {
            Error::input(format!("a bound in rows is a whole number, found {}", describe::a_value(value))).code(9)
        })
    })?;
    let everything = matches!((lower, upper), (Bound::Unbounded, Bound::Unbounded));
    // MongoDB: to be sorted by nothing is to be sorted.
    if sort_by.is_none() && !everything {
        return Err(Error::input("a window with bounds needs a `sortBy`").code(5_339_901));
    }
    let start = offset(lower, 0, i64::MIN);
    if start > offset(upper, 0, i64::MAX) {
        return Err(Error::input("the lower bound lies above the upper one").code(5_339_900));
    }
    Ok(Window::Documents(lower, upper))
}

fn by_range(bounds: &Bson, unit: Option<&Bson>, sort_by: SortBy<'_>, scope: &Scope<'_>) -> Result<Window, Error> {
    let unit = unit.map(window_function::time_unit).transpose().map_err(|error| error.under("unit"))?;
    let (lower, upper) = range_bounds(bounds, unit.is_some(), scope).map_err(|error| error.under("range"))?;
    let keys = sort_by.unwrap_or_default();
    match keys {
        [SortKey { order: Order::Ascending, .. }] => Ok(Window::Range(lower, upper, unit)),
        _ => Err(Error::input("a `range` needs a `sortBy` of one field, upwards")
            .hint("a range counts values of the field that sorts the rows")
            .code(if keys.len() == 1 { 8_947_401 } else { 5_339_902 })
            .under("range")),
    }
}

/// MongoDB: without a unit any number will do, also NaN, which is below all others.
fn range_bounds(bounds: &Bson, has_unit: bool, scope: &Scope<'_>) -> Result<(Bound<f64>, Bound<f64>), Error> {
    let wanted = if has_unit { "a whole number of units" } else { "a number" };
    let whole = f64::from(i32::MIN)..=f64::from(i32::MAX);
    let is_whole = |number: f64| number.fract() == 0.0 && whole.contains(&number);
    let (lower, upper) = pair(bounds, scope, |value| {
        let number = form::number(value).filter(|number| !has_unit || is_whole(*number));
        number.ok_or_else(|| {
            Error::input(format!("a bound of a range is {wanted}, found {}", describe::a_value(value))).code(9)
        })
    })?;
    let (start, end) = (offset(lower, 0.0, f64::NAN), offset(upper, 0.0, f64::INFINITY));
    if !(start.is_nan() || start <= end) {
        return Err(Error::input("the lower bound lies above the upper one").code(5_339_900));
    }
    Ok((lower, upper))
}

fn offset<T>(bound: Bound<T>, current: T, unbounded: T) -> T {
    match bound {
        Bound::Unbounded => unbounded,
        Bound::Current => current,
        Bound::Offset(offset) => offset,
    }
}

/// Parses `[lower, upper]`.
fn pair<T>(
    value: &Bson,
    scope: &Scope<'_>,
    number: impl Fn(&Bson) -> Result<T, Error>,
) -> Result<(Bound<T>, Bound<T>), Error> {
    let bound = |value: &Bson| match value {
        Bson::String(text) if text == "unbounded" => Ok(Bound::Unbounded),
        Bson::String(text) if text == "current" => Ok(Bound::Current),
        Bson::String(text) => Err(Error::input(format!("unknown bound `{text}`"))
            .hint("a bound is a number, `\"current\"` or `\"unbounded\"`")
            .code(9)),
        Bson::Document(_) => number(&literal::number(value, scope)?).map(Bound::Offset),
        other => number(other).map(Bound::Offset),
    };
    match value {
        Bson::Array(bounds) if bounds.len() == 2 => Ok((bound(&bounds[0])?, bound(&bounds[1])?)),
        other => {
            Err(Error::input(format!("expected an array of two bounds, found {}", describe::a_value(other))).code(9))
        }
    }
}
