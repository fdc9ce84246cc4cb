//! What Python said → BSON.
//!
//! In: a pipeline or filter in pymongo's spelling, made of Python's own values, of numpy's and pandas', of pymongo's
//! classes (known by their names, so that `bson` need not be installed); or a text; or documents. Out: BSON, or the text as
//! it is. What has no form in BSON is a `TypeError` that names its place in the pipeline.

use bson::oid::ObjectId;
use bson::raw::CString;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, JavaScriptCodeWithScope, Regex, Timestamp};
use pipeline::{Collation, print};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDate, PyDateTime, PyDelta, PyDeltaAccess, PyDict, PyFloat, PyInt, PyList,
    PyMapping, PyString, PyTuple, PyTzInfo,
};

use crate::place::Place;
use crate::{arguments, errors};

/// A pipeline as it was given.
pub(crate) enum Given {
    /// mongosh or Extended JSON, to be read.
    Text(String),
    /// Stages.
    Value(Bson),
}

/// The wrappers of Extended JSON, none of them an operator: what a value became that Python has no type for may come
/// back in the form in which it was handed out.
const WRAPPERS: [&str; 16] = [
    "$oid",
    "$numberInt",
    "$numberLong",
    "$numberDouble",
    "$numberDecimal",
    "$date",
    "$timestamp",
    "$binary",
    "$uuid",
    "$regularExpression",
    "$code",
    "$symbol",
    "$dbPointer",
    "$minKey",
    "$maxKey",
    "$undefined",
];

/// How the values of other libraries become Python's own: the package, and the methods that do it.
const LIBRARIES: [(&str, &[&str]); 4] =
    [("numpy", &["tolist"]), ("pandas", &["tolist"]), ("polars", &["to_list"]), ("pyarrow", &["as_py", "to_pylist"])];

/// A pipeline: a list of stages, a single stage, or a text.
pub(crate) fn pipeline_text_or_bson(given: &Bound<'_, PyAny>) -> PyResult<Given> {
    if let Ok(text) = given.cast::<PyString>() {
        return string(text, &Place::default()).map(Given::Text);
    }
    match of_value(given, &mut Place::default())? {
        stages @ (Bson::Array(_) | Bson::Document(_)) => Ok(Given::Value(stages)),
        _ => Err(PyTypeError::new_err(format!(
            "a pipeline is a list of stages or a text, not {}\nhint: `[{{\"$match\": {{\"field\": \"value\"}}}}]` has one stage",
            class_name(given)
        ))),
    }
}

/// A collation: a dict, a text of it, or pymongo's own class; none where strings are to be compared by their bytes.
pub(crate) fn collation(given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Collation>> {
    let Some(given) = given else { return Ok(None) };
    let value = match given.cast::<PyString>() {
        Ok(text) => pipeline::read(&string(text, &Place::default())?),
        Err(_) => Ok(match given.getattr("document") {
            Ok(document) => of_value(&document, &mut Place::default())?,
            Err(_) => of_value(given, &mut Place::default())?,
        }),
    };
    let collation = value.and_then(|value| Collation::parse(&value));
    collation.map_err(|error| errors::question(error.within("collation").into_diagnostic()))
}

/// Filters that must all hold: one, or a list of them.
pub(crate) fn filters(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    match given {
        None => Ok(Vec::new()),
        Some(several) if several.is_instance_of::<PyList>() || several.is_instance_of::<PyTuple>() => {
            several.try_iter()?.map(|one| filter(&one?)).collect()
        }
        Some(one) => Ok(vec![filter(one)?]),
    }
}

/// A filter as its text: of a dict, the same as Extended JSON.
fn filter(given: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = given.cast::<PyString>() {
        return string(text, &Place::default());
    }
    match of_value(given, &mut Place::default())? {
        Bson::Document(document) => Ok(print::document(&document, print::Format::Canonical)),
        _ => Err(PyTypeError::new_err(format!(
            "`where` is a text or a dict, not {}\nhint: like `\"field=value\"` or `{{\"field\": \"value\"}}`",
            class_name(given)
        ))),
    }
}

/// What `find` and its kin take: a dict, or the text of one; `takes` says the words for it.
pub(crate) fn query(given: &Bound<'_, PyAny>, argument: &str, takes: &str) -> PyResult<Bson> {
    if let Ok(text) = given.cast::<PyString>() {
        let text = string(text, &Place::of(argument))?;
        return bank::read_value(&text, None).map_err(errors::of);
    }
    match of_value(given, &mut Place::of(argument))? {
        object @ Bson::Document(_) => Ok(object),
        _ => Err(arguments::wrong_type(given, argument, takes)),
    }
}

/// The same; pymongo: of `find_one`, what is no dict is an `_id`.
pub(crate) fn query_or_id(given: &Bound<'_, PyAny>) -> PyResult<Bson> {
    if given.is_instance_of::<PyString>() {
        return query(given, "filter", "a dict");
    }
    match of_value(given, &mut Place::of("filter"))? {
        object @ Bson::Document(_) => Ok(object),
        id => Ok(Bson::Document(Document::from_iter([("_id".to_owned(), id)]))),
    }
}

/// A projection: a dict, its text, or a list of the fields that are kept.
pub(crate) fn projection(given: &Bound<'_, PyAny>) -> PyResult<Bson> {
    const TAKES: &str = "a dict, or a list of fields";
    if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
        return query(given, "projection", TAKES);
    }
    let names = arguments::names(Some(given), "projection")?;
    Ok(Bson::Document(names.into_iter().map(|name| (name, Bson::Int32(1))).collect()))
}

/// A sort: a list of fields, each by itself or with its direction; a dict, or its text.
pub(crate) fn sort(given: &Bound<'_, PyAny>) -> PyResult<Bson> {
    const TAKES: &str = "a list of pairs `(field, 1)` or `(field, -1)`";
    if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
        return query(given, "sort", TAKES);
    }
    let mut keys = Document::new();
    for key in given.try_iter()? {
        let key = key?;
        let (name, direction) = match key.extract::<(String, Bound<'_, PyAny>)>() {
            Ok((name, direction)) => (name, of_value(&direction, &mut Place::of("sort"))?),
            Err(_) => match key.extract::<String>() {
                Ok(name) => (name, Bson::Int32(1)),
                Err(_) => return Err(arguments::wrong_type(&key, "sort", TAKES)),
            },
        };
        keys.insert(name, direction);
    }
    Ok(Bson::Document(keys))
}

/// Documents: a list of dicts, or of other mappings.
pub(crate) fn documents(given: &Bound<'_, PyAny>, argument: &str) -> PyResult<Vec<Document>> {
    let mut place = Place::of_rows();
    let mut documents = Vec::new();
    for (at, element) in given.try_iter()?.enumerate() {
        let element = element?;
        match place.within_element(at, |place| of_value(&element, place))? {
            Bson::Document(document) => documents.push(document),
            _ => {
                return Err(PyTypeError::new_err(format!(
                    "`{argument}` is a list of dicts, and its row {} is {}",
                    at + 1,
                    class_name(&element)
                )));
            }
        }
    }
    Ok(documents)
}

/// Any value; `place` is where it stands.
fn of_value(value: &Bound<'_, PyAny>, place: &mut Place) -> PyResult<Bson> {
    if place.is_too_deep() {
        return Err(place.wrong("values are nested more than 200 deep", "does a list or dict hold itself?"));
    }
    // Why first: classes of libraries are subclasses of Python's own, and mean more.
    let class = value.get_type();
    let module: String = class.module().and_then(|module| module.extract()).unwrap_or_default();
    let package = module.split('.').next().unwrap_or_default();
    let name: String = class.name().and_then(|name| name.extract()).unwrap_or_default();
    let known = match package {
        "bson" => of_pymongo(value, &name, place)?,
        "decimal" if name == "Decimal" => Some(decimal(&value.str()?.extract::<String>()?, place)?),
        "re" if name == "Pattern" => Some(regex(value, place)?),
        "uuid" if name == "UUID" => {
            let bytes = value.getattr("bytes")?.extract()?;
            Some(Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes }))
        }
        "builtins" => None,
        _ => of_library(value, package, &name, place)?,
    };
    match known {
        Some(known) => Ok(known),
        None => of_python(value, place),
    }
}

/// A value of one of Python's own types, or of a subclass.
fn of_python(value: &Bound<'_, PyAny>, place: &mut Place) -> PyResult<Bson> {
    if value.is_none() {
        return Ok(Bson::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return string(text, place).map(Bson::String);
    }
    // A bool is an int to Python.
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(Bson::Boolean(value.is_true()));
    }
    if value.is_instance_of::<PyInt>() {
        return integer(value, place);
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(Bson::Double(value.extract()?));
    }
    if let Ok(fields) = value.cast_exact::<PyDict>() {
        return of_fields(fields.items().iter(), place);
    }
    if let Ok(values) = value.cast::<PyList>() {
        return of_elements(values.iter(), place);
    }
    if let Ok(values) = value.cast::<PyTuple>() {
        return of_elements(values.iter(), place);
    }
    if value.is_instance_of::<PyDateTime>() {
        return date(value);
    }
    if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
        return Ok(Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: value.extract()? }));
    }
    if place.is_of_rows() && value.is_instance_of::<PyDate>() {
        let midnight = value.py().import("datetime")?.getattr("time")?.call0()?;
        return date(&value.py().get_type::<PyDateTime>().call_method1("combine", (value, midnight))?);
    }
    if let Ok(fields) = value.cast::<PyMapping>() {
        return of_fields(fields.items()?.iter(), place);
    }
    Err(has_no_form(value, place))
}

fn of_elements<'py>(elements: impl Iterator<Item = Bound<'py, PyAny>>, place: &mut Place) -> PyResult<Bson> {
    let mut array = Vec::new();
    for (index, element) in elements.enumerate() {
        array.push(place.within_element(index, |place| of_value(&element, place))?);
    }
    Ok(Bson::Array(array))
}

fn of_fields<'py>(items: impl Iterator<Item = Bound<'py, PyAny>>, place: &mut Place) -> PyResult<Bson> {
    let mut document = Document::new();
    for item in items {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let Ok(name) = name.cast::<PyString>() else {
            let message = format!("the name of a field is a text, not {}", class_name(&name));
            return Err(place.wrong_type(&message, "write it in quotes"));
        };
        let name = string(name, place)?;
        if name.contains('\0') {
            return Err(place.wrong("the name of a field has a null character", "leave it out"));
        }
        let value = place.within_field(&name, |place| of_value(&value, place))?;
        document.insert(name, value);
    }
    if !document.keys().next().is_some_and(|first| WRAPPERS.contains(&first.as_str())) {
        return Ok(Bson::Document(document));
    }
    pipeline::read(&print::document(&document, print::Format::Relaxed)).map_err(|error| {
        let error = error.to_string();
        let message = error.lines().next().unwrap_or_default();
        place.wrong(message, "this is how Extended JSON writes a value of another type")
    })
}

/// A value of pymongo's `bson`, by the name of its class.
fn of_pymongo(value: &Bound<'_, PyAny>, name: &str, place: &mut Place) -> PyResult<Option<Bson>> {
    let text = || value.str()?.extract::<String>();
    let refused = |place: &Place, what: &str| place.wrong(what, "make a new one");
    Ok(Some(match name {
        "ObjectId" => Bson::ObjectId(ObjectId::parse_str(text()?).map_err(|_| refused(place, "not an object id"))?),
        "Int64" => Bson::Int64(value.extract()?),
        "Decimal128" => decimal(&text()?, place)?,
        "Timestamp" => Bson::Timestamp(Timestamp {
            time: value.getattr("time")?.extract()?,
            increment: value.getattr("inc")?.extract()?,
        }),
        "DatetimeMS" => Bson::DateTime(DateTime::from_millis(value.call_method0("__int__")?.extract()?)),
        "Regex" => regex(value, place)?,
        "Binary" => Bson::Binary(Binary {
            subtype: BinarySubtype::from(value.getattr("subtype")?.extract::<u8>()?),
            bytes: value.extract()?,
        }),
        "Code" => {
            let (code, scope) = (text()?, value.getattr("scope")?);
            if scope.is_none() {
                Bson::JavaScriptCode(code)
            } else {
                let scope = of_fields(scope.cast::<PyMapping>()?.items()?.iter(), place)?;
                let scope = scope.as_document().cloned().unwrap_or_default();
                Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope { code, scope })
            }
        }
        "DBRef" => of_fields(value.call_method0("as_doc")?.cast::<PyMapping>()?.items()?.iter(), place)?,
        "MinKey" => Bson::MinKey,
        "MaxKey" => Bson::MaxKey,
        _ => return Ok(None),
    }))
}

/// A scalar or a sequence of numpy, pandas, Polars or pyarrow.
fn of_library(value: &Bound<'_, PyAny>, package: &str, name: &str, place: &mut Place) -> PyResult<Option<Bson>> {
    let Some((_, methods)) = LIBRARIES.iter().find(|(library, _)| *library == package) else { return Ok(None) };
    if package == "pandas" && ["NaTType", "NAType"].contains(&name) {
        return Ok(Some(Bson::Null));
    }
    // pandas' own date is a `datetime`, and needs no help.
    if value.is_instance_of::<PyDateTime>() {
        return Ok(None);
    }
    let kind: Option<String> = match package {
        "numpy" => value.getattr("dtype").and_then(|dtype| dtype.getattr("kind")).and_then(|kind| kind.extract()).ok(),
        _ => None,
    };
    // Why milliseconds: of nanoseconds numpy makes plain integers.
    let value = match kind.as_deref() {
        Some("M") => &value.call_method1("astype", ("datetime64[ms]",))?,
        _ => value,
    };
    for &method in *methods {
        let Some(method) = value.getattr_opt(method)? else { continue };
        let plain = method.call0()?;
        // What stays a library's own, as long doubles do, would come back here for ever.
        return if is_library(&plain) { Ok(None) } else { of_value(&plain, place).map(Some) };
    }
    Ok(None)
}

fn is_library(value: &Bound<'_, PyAny>) -> bool {
    let module: String = value.get_type().module().and_then(|module| module.extract()).unwrap_or_default();
    let package = module.split('.').next().unwrap_or_default();
    LIBRARIES.iter().any(|(library, _)| *library == package) && !value.is_instance_of::<PyDateTime>()
}

fn string(text: &Bound<'_, PyString>, place: &Place) -> PyResult<String> {
    text.extract().map_err(|_| place.wrong("a text is not valid Unicode", "it has half of a pair of surrogates"))
}

/// The least wide integer of BSON that holds it.
fn integer(value: &Bound<'_, PyAny>, place: &Place) -> PyResult<Bson> {
    let whole: i64 = value.extract().map_err(|_| {
        place.wrong("an integer has more than 64 bits", "a float or a `decimal.Decimal` can be as large")
    })?;
    Ok(i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32))
}

fn decimal(text: &str, place: &Place) -> PyResult<Bson> {
    text.parse::<Decimal128>().map(Bson::Decimal128).map_err(|_| {
        let message = format!("the decimal {text} is not one of BSON's");
        place.wrong(&message, "those have up to 34 digits; `round` or `quantize` it")
    })
}

/// A moment, in whole milliseconds; one without a time zone is in UTC, as pymongo has it.
fn date(value: &Bound<'_, PyAny>) -> PyResult<Bson> {
    let py = value.py();
    let utc = PyTzInfo::utc(py)?;
    let aware = if value.getattr("tzinfo")?.is_none() {
        let zone = PyDict::new(py);
        zone.set_item("tzinfo", utc)?;
        value.call_method("replace", (), Some(&zone))?
    } else {
        value.clone()
    };
    let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?;
    let since = aware.sub(epoch)?;
    let since = since.cast::<PyDelta>()?;
    let seconds = i64::from(since.get_days()) * 86_400 + i64::from(since.get_seconds());
    Ok(Bson::DateTime(DateTime::from_millis(seconds * 1000 + i64::from(since.get_microseconds()) / 1000)))
}

/// A compiled pattern of `re`, or a `bson.Regex`: both have a pattern and flags.
fn regex(value: &Bound<'_, PyAny>, place: &Place) -> PyResult<Bson> {
    /// `re`'s flags that MongoDB has too, in the order in which BSON keeps its options.
    const FLAGS: [(i64, char); 4] = [(2, 'i'), (8, 'm'), (16, 's'), (64, 'x')];
    let pattern = value.getattr("pattern")?;
    let pattern = match pattern.cast::<PyBytes>() {
        Ok(bytes) => String::from_utf8(bytes.as_bytes().to_vec())
            .map_err(|_| place.wrong("a pattern is not valid UTF-8", "write it as a str"))?,
        Err(_) => pattern.extract()?,
    };
    let flags: i64 = value.getattr("flags")?.extract()?;
    let options: String = FLAGS.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, option)| option).collect();
    match (CString::try_from(pattern), CString::try_from(options)) {
        (Ok(pattern), Ok(options)) => Ok(Bson::RegularExpression(Regex { pattern, options })),
        _ => Err(place.wrong("a regular expression has a null character", "leave it out")),
    }
}

fn has_no_form(value: &Bound<'_, PyAny>, place: &Place) -> PyErr {
    let is_iterable = value.try_iter().is_ok();
    let hint = if value.is_instance_of::<PyDate>() {
        "a `datetime.datetime` has a time of day too, and a form"
    } else if is_iterable {
        "`list(…)` makes a list of it"
    } else {
        "BSON knows None, bool, int, float, str, bytes, datetime, Decimal, re.Pattern, dict, list and `bson`'s classes"
    };
    place.wrong_type(&format!("{} has no form in BSON", class_name(value)), hint)
}

/// `int`, or `polars.Expr` of what is not built in.
fn class_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().fully_qualified_name().map_or_else(|_| "this".to_owned(), |name| format!("`{name}`"))
}
