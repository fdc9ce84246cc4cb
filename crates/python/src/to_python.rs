//! BSON → Python.
//!
//! In: values of a pipeline or of its rows. Out: Python's own types: `datetime` in UTC, `decimal.Decimal`, `bytes`,
//! `uuid.UUID`. What Python has no type for is of pymongo's `bson` where that is installed; else an object id is its
//! hexadecimal text, and the others are what Extended JSON makes of them, which may be given back to a pipeline.

use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Document};
use pipeline::print;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDateTime, PyDelta, PyDict, PyList, PyType, PyTzInfo};

/// A document as a dict; a field that it does not have is no key.
pub(crate) fn document<'py>(py: Python<'py>, document: &Document) -> PyResult<Bound<'py, PyDict>> {
    let fields = PyDict::new(py);
    for (name, value) in document {
        fields.set_item(name, self::value(py, value)?)?;
    }
    Ok(fields)
}

/// Any value.
pub(crate) fn value<'py>(py: Python<'py>, value: &Bson) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Bson::Null | Bson::Undefined => Ok(py.None().into_bound(py)),
        Bson::Boolean(value) => value.into_bound_py_any(py),
        Bson::Int32(value) => value.into_bound_py_any(py),
        Bson::Int64(value) => value.into_bound_py_any(py),
        Bson::Double(value) => value.into_bound_py_any(py),
        Bson::String(text) | Bson::Symbol(text) => text.into_bound_py_any(py),
        Bson::Document(fields) => document(py, fields).map(Bound::into_any),
        Bson::Array(values) => {
            let list = PyList::empty(py);
            for element in values {
                list.append(self::value(py, element)?)?;
            }
            Ok(list.into_any())
        }
        Bson::DateTime(date) => self::date(py, *date),
        Bson::Decimal128(decimal) => {
            static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            DECIMAL.import(py, "decimal", "Decimal")?.call1((decimal.to_string(),))
        }
        Bson::Binary(binary) => self::binary(py, binary),
        rare => self::rare(py, rare),
    }
}

/// A moment in UTC. Python's years end with 9999.
fn date(py: Python<'_>, date: DateTime) -> PyResult<Bound<'_, PyAny>> {
    const FROM_YEAR_1: i64 = -62_135_596_800_000;
    const TO_YEAR_9999: i64 = 253_402_300_799_999;
    let millis = date.timestamp_millis();
    if !(FROM_YEAR_1..=TO_YEAR_9999).contains(&millis) {
        return match pymongo(py) {
            Some(bson) => bson.getattr("DatetimeMS")?.call1((millis,)),
            None => extended_json(py, &Bson::DateTime(date)),
        };
    }
    let utc = PyTzInfo::utc(py)?;
    let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?;
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // Within the years above, days fit; within a day, so do the others.
    let since = PyDelta::new(py, days as i32, (rest / 1000) as i32, (rest % 1000) as i32 * 1000, false)?;
    epoch.add(since)
}

fn binary<'py>(py: Python<'py>, binary: &Binary) -> PyResult<Bound<'py, PyAny>> {
    static UUID: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let bytes = || PyBytes::new(py, &binary.bytes);
    match binary.subtype {
        BinarySubtype::Generic => Ok(bytes().into_any()),
        BinarySubtype::Uuid if binary.bytes.len() == 16 => UUID.import(py, "uuid", "UUID")?.call1((py.None(), bytes())),
        subtype => match pymongo(py) {
            Some(bson) => bson.getattr("Binary")?.call1((bytes(), u8::from(subtype))),
            None => extended_json(py, &Bson::Binary(binary.clone())),
        },
    }
}

/// What Python has no type for.
fn rare<'py>(py: Python<'py>, value: &Bson) -> PyResult<Bound<'py, PyAny>> {
    let Some(bson) = pymongo(py) else {
        return match value {
            Bson::ObjectId(id) => id.to_hex().into_bound_py_any(py),
            other => extended_json(py, other),
        };
    };
    let class = |name: &str| bson.getattr(name);
    match value {
        Bson::ObjectId(id) => class("ObjectId")?.call1((id.to_hex(),)),
        Bson::RegularExpression(regex) => class("Regex")?.call1((regex.pattern.as_str(), regex.options.as_str())),
        Bson::Timestamp(stamp) => class("Timestamp")?.call1((stamp.time, stamp.increment)),
        Bson::JavaScriptCode(code) => class("Code")?.call1((code,)),
        Bson::JavaScriptCodeWithScope(code) => class("Code")?.call1((&code.code, document(py, &code.scope)?)),
        Bson::MinKey => class("MinKey")?.call0(),
        Bson::MaxKey => class("MaxKey")?.call0(),
        other => extended_json(py, other),
    }
}

/// What Extended JSON makes of a value: a dict.
fn extended_json<'py>(py: Python<'py>, value: &Bson) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (print::value(value),))
}

/// pymongo's `bson`, where it is installed.
fn pymongo(py: Python<'_>) -> Option<&Bound<'_, PyModule>> {
    static BSON: PyOnceLock<Option<Py<PyModule>>> = PyOnceLock::new();
    let found = BSON.get_or_init(py, || {
        // Another package goes by the same name, without these classes.
        let is_pymongo = |module: &Bound<'_, PyModule>| {
            ["ObjectId", "DatetimeMS"].into_iter().all(|name| module.hasattr(name).unwrap_or(false))
        };
        py.import("bson").ok().filter(is_pymongo).map(Bound::unbind)
    });
    found.as_ref().map(|module| module.bind(py))
}
