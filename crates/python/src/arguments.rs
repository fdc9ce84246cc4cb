//! What Python said, argument by argument.
//!
//! In: any object. Out: what it means, or a `TypeError` that names the argument and what it takes.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyList, PyString, PyTuple};

use crate::errors;

/// A word.
pub(crate) fn text(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_str()?.to_owned()),
        Err(_) => Err(wrong_type(value, argument, "a str")),
    }
}

/// Names: a list of them, or one text with commas between, as on the command line.
pub(crate) fn names(value: Option<&Bound<'_, PyAny>>, argument: &str) -> PyResult<Vec<String>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.split(',').map(|name| name.trim().to_owned()).collect());
    }
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        return Err(wrong_type(value, argument, "a str or a list of them"));
    }
    let mut names = Vec::new();
    for (at, name) in value.try_iter()?.enumerate() {
        names.push(text(&name?, &format!("{argument}[{at}]"))?);
    }
    Ok(names)
}

/// A file or folder.
pub(crate) fn path(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<PathBuf> {
    value.extract().map_err(|_| wrong_type(value, argument, "a str or a path"))
}

/// A time limit: seconds, or a `timedelta`; at least a millisecond, the smallest that servers know.
pub(crate) fn seconds(value: Option<&Bound<'_, PyAny>>, argument: &str) -> PyResult<Option<Duration>> {
    let Some(value) = value else { return Ok(None) };
    let number = match value.call_method0("total_seconds") {
        Ok(seconds) => seconds.extract::<f64>(),
        Err(_) if value.is_instance_of::<PyBool>() || value.is_instance_of::<PyString>() => {
            Err(wrong_type(value, argument, "seconds"))
        }
        Err(_) => value.extract::<f64>(),
    };
    let seconds = number.map_err(|_| wrong_type(value, argument, "seconds"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time >= Duration::from_millis(1) => Ok(Some(time)),
        _ => Err(errors::usage(format!("`{argument}` takes seconds, at least 0.001, and not `{seconds}`"))),
    }
}

/// A day: a `date`, or its text.
pub(crate) fn day(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<Date> {
    let said = match value.call_method0("isoformat") {
        // A `datetime` starts with its day.
        Ok(text) => text.extract::<String>()?.chars().take("2026-06-30".len()).collect(),
        Err(_) => {
            text(value, argument).map_err(|_| wrong_type(value, argument, "a date, or a str such as `2026-06-30`"))?
        }
    };
    bank::day(&said).map_err(errors::of)
}

/// A whole number of a range.
pub(crate) fn whole(value: &Bound<'_, PyAny>, argument: &str, range: RangeInclusive<u64>) -> PyResult<u64> {
    if value.is_instance_of::<PyBool>() {
        return Err(wrong_type(value, argument, "an int"));
    }
    match value.extract::<u64>() {
        Ok(number) if range.contains(&number) => Ok(number),
        Err(error) if error.is_instance_of::<PyTypeError>(value.py()) => Err(wrong_type(value, argument, "an int")),
        _ => {
            let (least, most) = range.into_inner();
            let given = value.str()?;
            Err(errors::usage(format!("`{argument}` takes a whole number from {least} to {most}, and not `{given}`")))
        }
    }
}

/// A whole number; whether it may be negative is told elsewhere.
fn number(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<i64> {
    if value.is_instance_of::<PyBool>() {
        return Err(wrong_type(value, argument, "an int"));
    }
    value.extract().map_err(|_| wrong_type(value, argument, "an int"))
}

/// How many documents are left out first.
pub(crate) fn skip(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    number(value, "skip")
}

/// How many documents there are at most.
pub(crate) fn limit(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    number(value, "limit")
}

/// Upwards or downwards.
pub(crate) fn direction(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    number(value, "direction")
}

/// Whether a bar is shown.
pub(crate) fn progress(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    flag(value, "progress")
}

/// Whether indexes are kept.
pub(crate) fn create(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    flag(value, "create")
}

/// Whether what is there stays.
pub(crate) fn append(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    flag(value, "append")
}

/// Whether a file is for a spreadsheet.
pub(crate) fn spreadsheet(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    flag(value, "spreadsheet")
}

fn flag(value: &Bound<'_, PyAny>, argument: &str) -> PyResult<bool> {
    value.extract().map_err(|_| wrong_type(value, argument, "True or False"))
}

/// What is not of the type that the argument takes.
pub(crate) fn wrong_type(value: &Bound<'_, PyAny>, argument: &str, takes: &str) -> PyErr {
    let given = value.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("`{argument}` takes {takes}, not {given}"))
}
