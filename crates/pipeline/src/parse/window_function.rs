//! The functions of `$setWindowFields` that are no accumulators.
//!
//! In: a function's name and argument, and what stands around it. Out: the function, or the server's error. Invariant: a
//! function that needs a sort key, or just one, or a window, has it.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
    literal,
    window::SortBy,
};
use crate::{
    Error,
    ast::{Computed, Expr, Smoothing, TimeUnit, WindowFunction},
    describe,
    error::nearest,
};

const FAILED_TO_PARSE: i32 = 9;

const SHIFT: Form<3> = Form {
    name: "$shift",
    keys: [("output", true), ("by", true), ("default", false)],
    codes: Codes { shape: Some(9), unknown: Some(9), missing: &[9, 9] },
};
const SCALER: Form<3> =
    Form { name: "$minMaxScaler", keys: [("input", true), ("min", false), ("max", false)], codes: NO_CODES };
const NO_CODES: Codes = Codes { shape: None, unknown: None, missing: &[] };
const ALL_FAILED: Codes = Codes { shape: Some(9), unknown: Some(9), missing: &[9] };

/// Parses one of them; `None` for a name that is none of them.
pub(super) fn function(
    name: &str,
    argument: &Bson,
    (has_window, sort_by): (bool, SortBy<'_>),
    scope: &Scope<'_>,
) -> Result<Option<WindowFunction>, Error> {
    without_window(name, has_window)?;
    let function = match name {
        "$rank" | "$denseRank" | "$documentNumber" => return rank(name, argument, sort_by).map(Some),
        "$shift" => shift(argument, sort_by, scope)?,
        "$expMovingAvg" => moving_average(argument, sort_by, scope)?,
        "$derivative" => {
            let (input, unit) = by_sort_key("$derivative", (argument, sort_by), scope)?;
            if !has_window {
                return Err(failed("`$derivative` needs a `window`"));
            }
            (Computed::Derivative(unit), input)
        }
        "$integral" => {
            let (input, unit) = by_sort_key("$integral", (argument, sort_by), scope)?;
            (Computed::Integral(unit), input)
        }
        "$covariancePop" => (Computed::CovariancePop, expr(argument, scope)?),
        "$covarianceSamp" => (Computed::CovarianceSamp, expr(argument, scope)?),
        "$linearFill" => {
            if sort_by.is_none_or(|keys| keys.len() != 1) {
                return Err(Error::input("`$linearFill` needs a `sortBy` of one field").code(605_001));
            }
            (Computed::LinearFill, expr(argument, scope)?)
        }
        "$locf" => (Computed::Locf, expr(argument, scope)?),
        "$minMaxScaler" => scaler(argument, scope)?,
        _ => return Ok(None),
    };
    Ok(Some(WindowFunction::Of(function.0, function.1)))
}

fn failed(message: impl Into<String>) -> Error {
    Error::input(message).code(FAILED_TO_PARSE)
}

fn without_window(name: &str, has_window: bool) -> Result<(), Error> {
    let code = match name {
        "$rank" | "$denseRank" | "$documentNumber" => 5_371_601,
        "$shift" | "$expMovingAvg" | "$linearFill" | "$locf" => FAILED_TO_PARSE,
        _ => return Ok(()),
    };
    if has_window { Err(Error::input(format!("`{name}` takes no window")).code(code)) } else { Ok(()) }
}

fn part(name: &str, value: Option<&Bson>, scope: &Scope<'_>) -> Result<Expr, Error> {
    expr(value.unwrap_or(&Bson::Null), scope).map_err(|error| error.under(name))
}

fn rank(name: &str, argument: &Bson, sort_by: SortBy<'_>) -> Result<WindowFunction, Error> {
    if sort_by.is_none_or(|keys| keys.len() != 1) {
        return Err(Error::input(format!("`{name}` needs a `sortBy` of one field")).code(5_371_602));
    }
    if !matches!(argument, Bson::Document(document) if document.is_empty()) {
        let message = format!("`{name}` takes `{{}}`, found {}", describe::a_value(argument));
        return Err(Error::input(message).code(5_371_603));
    }
    Ok(match name {
        "$rank" => WindowFunction::Rank,
        "$denseRank" => WindowFunction::DenseRank,
        _ => WindowFunction::DocumentNumber,
    })
}

fn shift(argument: &Bson, sort_by: SortBy<'_>, scope: &Scope<'_>) -> Result<(Computed, Expr), Error> {
    let [output, by, default] = SHIFT.read(argument)?;
    if sort_by.is_none() {
        return Err(failed("`$shift` needs a `sortBy`"));
    }
    let output = part("output", output, scope)?;
    let by = by.unwrap_or(&Bson::Null);
    let rows = form::whole(by).and_then(|rows| i32::try_from(rows).ok()).ok_or_else(|| {
        failed(format!("`by` takes a whole number of rows, found {}", describe::a_value(by))).under("by")
    })?;
    let default = match default {
        None => Expr::Literal(Bson::Null),
        Some(value) => literal::constant(value, scope, 9).map_err(|error| error.under("default"))?,
    };
    Ok((Computed::Shift { by: i64::from(rows), default }, output))
}

/// `input`, and either `N` or `alpha`.
fn moving_average(argument: &Bson, sort_by: SortBy<'_>, scope: &Scope<'_>) -> Result<(Computed, Expr), Error> {
    let document = form::object("$expMovingAvg", argument, ALL_FAILED)?;
    if sort_by.is_none() {
        return Err(failed("`$expMovingAvg` needs a `sortBy`"));
    }
    let (input, n, alpha) = (document.get("input"), document.get("N"), document.get("alpha"));
    let smoothing = match (input, n, alpha, document.len()) {
        (Some(_), Some(n), None, 2) => match rows(n) {
            Some(rows) if rows > 0 => Smoothing::Rows(rows),
            _ => {
                return Err(
                    failed(format!("`N` takes a whole number above 0, found {}", describe::a_value(n))).under("N")
                );
            }
        },
        (Some(_), None, Some(alpha), 2) => match form::number(alpha) {
            Some(number) if number > 0.0 && number < 1.0 => Smoothing::Alpha(alpha.clone()),
            _ => {
                let message = format!("`alpha` takes a number between 0 and 1, found {}", describe::a_value(alpha));
                return Err(failed(message).under("alpha"));
            }
        },
        _ => return Err(failed("`$expMovingAvg` takes `input` and either `N` or `alpha`")),
    };
    Ok((Computed::ExpMovingAvg(smoothing), part("input", input, scope)?))
}

/// MongoDB: a number beyond the longs counts as the last of them.
fn rows(n: &Bson) -> Option<i64> {
    form::whole(n).or_else(|| form::number(n).filter(|n| n.abs() > 9.0e18).map(|n| n as i64))
}

/// `input` and perhaps `unit`, of `$derivative` and `$integral`.
fn by_sort_key(
    name: &str,
    (argument, sort_by): (&Bson, SortBy<'_>),
    scope: &Scope<'_>,
) -> Result<(Expr, Option<TimeUnit>), Error> {
    if sort_by.is_none_or(|keys| keys.len() != 1) {
        return Err(failed(format!("`{name}` needs a `sortBy` of one field")));
    }
    let document = form::object(name, argument, ALL_FAILED)?;
    form::fields(name, document, &[("input", true), ("unit", false)], ALL_FAILED)?;
    let unit = match document.get("unit") {
        None => None,
        Some(unit) => Some(short_unit(unit).map_err(|error| error.under("unit"))?),
    };
    Ok((part("input", document.get("input"), scope)?, unit))
}

/// A unit of a length that is always the same.
fn short_unit(value: &Bson) -> Result<TimeUnit, Error> {
    match time_unit(value)? {
        TimeUnit::Year | TimeUnit::Quarter | TimeUnit::Month => {
            let message = format!("the unit must be `week` or shorter, found {}", describe::a_value(value));
            Err(Error::input(message).hint("months and years differ in their length").code(5_490_710))
        }
        unit => Ok(unit),
    }
}

pub(super) fn time_unit(value: &Bson) -> Result<TimeUnit, Error> {
    let name = form::string("unit", value).map_err(|error| error.code(FAILED_TO_PARSE))?;
    TimeUnit::named(name)
        .ok_or_else(|| failed(format!("unknown unit of time `{name}`")).hint(nearest("unit", name, TimeUnit::names())))
}

/// The value itself, or an object of `input`, `min` and `max`.
fn scaler(argument: &Bson, scope: &Scope<'_>) -> Result<(Computed, Expr), Error> {
    let is_form = |document: &Document| !document.keys().any(|key| key.starts_with('$'));
    let (input, min, max) = match argument {
        Bson::Document(document) if is_form(document) => {
            let [input, min, max] = SCALER.read(argument)?;
            (part("input", input, scope)?, min, max)
        }
        value => (expr(value, scope)?, None, None),
    };
    let end = |name: &str, value: Option<&Bson>, default: i32| match value {
        None => Ok(Bson::Int32(default)),
        Some(value) if form::number(value).is_some() => Ok(value.clone()),
        Some(value) => {
            let message = format!("`{name}` takes a number, found {}", describe::a_value(value));
            Err(Error::input(message).under(name))
        }
    };
    let (min, max) = (end("min", min, 0)?, end("max", max, 1)?);
    if form::number(&min) >= form::number(&max) {
        return Err(Error::input("`min` of `$minMaxScaler` must be below `max`"));
    }
    Ok((Computed::MinMaxScaler { min, max }, input))
}
