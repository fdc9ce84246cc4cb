//! Extended JSON's wrappers: objects such as `{"$oid": "…"}` that stand for a value of another type.

use bson::{
    Binary, Bson, DateTime, Document, JavaScriptCodeWithScope, Timestamp, Uuid, oid::ObjectId, spec::BinarySubtype,
};

use super::{call, date, string::make_regex};
use crate::pointer;

/// The value that an object stands for: mostly itself.
pub(super) fn settle(document: Document) -> Result<Bson, String> {
    let Some(first) = document.keys().next() else { return Ok(Bson::Document(document)) };
    if !first.starts_with('$') {
        return Ok(Bson::Document(document));
    }
    let value = match (document.len(), first.as_str()) {
        (1, name) => single(name, &document[name])?,
        (2, "$code") => code_with_scope(&document),
        (2, "$binary") => legacy_binary(&document)?,
        _ => None,
    };
    Ok(value.unwrap_or(Bson::Document(document)))
}

fn single(name: &str, value: &Bson) -> Result<Option<Bson>, String> {
    let found = match (name, value) {
        ("$oid", Bson::String(hex)) => {
            ObjectId::parse_str(hex).map(Bson::ObjectId).map_err(|_| not_an_object_id(hex))?
        }
        ("$oid", _) => return Err("`$oid` takes a string of 24 hexadecimal digits".to_owned()),
        ("$numberInt" | "$numberLong" | "$numberDouble" | "$numberDecimal", Bson::String(text)) => {
            call::number_wrapper(name, text).ok_or_else(|| format!("`{text}` is not a value of `{name}`"))?
        }
        ("$numberInt" | "$numberLong" | "$numberDouble" | "$numberDecimal", _) => {
            return Err(format!("`{name}` takes a number in a string, such as `{{\"{name}\": \"5\"}}`"));
        }
        ("$date", value) => wrapped_date(value)?,
        ("$timestamp", Bson::Document(fields)) => timestamp(fields)?,
        ("$binary", Bson::Document(fields)) => match (fields.get("base64"), fields.get("subType")) {
            (Some(Bson::String(base64)), Some(Bson::String(subtype))) => {
                binary(base64, u8::from_str_radix(subtype, 16).map_err(|_| bad_binary())?)?
            }
            _ => return Err(bad_binary()),
        },
        ("$uuid", Bson::String(text)) => uuid(text)?,
        ("$regularExpression", Bson::Document(fields)) => {
            match (fields.get("pattern"), fields.get("options").unwrap_or(&Bson::String(String::new()))) {
                (Some(Bson::String(pattern)), Bson::String(options)) => make_regex(pattern, options)?,
                _ => return Err("`$regularExpression` takes `pattern` and `options`, both strings".to_owned()),
            }
        }
        ("$code", Bson::String(code)) => Bson::JavaScriptCode(code.clone()),
        ("$symbol", Bson::String(text)) => Bson::Symbol(text.clone()),
        ("$dbPointer", Bson::Document(fields)) => match (fields.get("$ref"), fields.get("$id")) {
            (Some(Bson::String(namespace)), Some(Bson::ObjectId(id))) => {
                pointer::build(namespace, *id).ok_or("`$dbPointer` takes `$ref` and `$id`")?
            }
            _ => return Err("`$dbPointer` takes `$ref` and `$id`".to_owned()),
        },
        ("$minKey", Bson::Int32(1)) => Bson::MinKey,
        ("$maxKey", Bson::Int32(1)) => Bson::MaxKey,
        ("$undefined", Bson::Boolean(true)) => Bson::Undefined,
        _ => return Ok(None),
    };
    Ok(Some(found))
}

fn wrapped_date(value: &Bson) -> Result<Bson, String> {
    let found = match value {
        Bson::String(text) => date::parse(text).ok_or_else(|| not_a_date(text))?,
        other => DateTime::from_millis(
            call::whole(other).ok_or_else(|| "`$date` takes a date in a string, or `$numberLong`".to_owned())?,
        ),
    };
    Ok(Bson::DateTime(found))
}

pub(super) fn timestamp(fields: &Document) -> Result<Bson, String> {
    let part = |name: &str| fields.get(name).and_then(call::whole).and_then(|value| u32::try_from(value).ok());
    match (part("t"), part("i")) {
        (Some(time), Some(increment)) => Ok(Bson::Timestamp(Timestamp { time, increment })),
        _ => Err("a timestamp takes `t` and `i`, whole numbers of 32 bits without sign".to_owned()),
    }
}

fn code_with_scope(document: &Document) -> Option<Bson> {
    match (document.get("$code"), document.get("$scope")) {
        (Some(Bson::String(code)), Some(Bson::Document(scope))) => {
            Some(Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope { code: code.clone(), scope: scope.clone() }))
        }
        _ => None,
    }
}

fn legacy_binary(document: &Document) -> Result<Option<Bson>, String> {
    match (document.get("$binary"), document.get("$type")) {
        (Some(Bson::String(base64)), Some(Bson::String(subtype))) => {
            binary(base64, u8::from_str_radix(subtype, 16).map_err(|_| bad_binary())?).map(Some)
        }
        _ => Ok(None),
    }
}

pub(super) fn binary(base64: &str, subtype: u8) -> Result<Bson, String> {
    Binary::from_base64(base64, BinarySubtype::from(subtype)).map(Bson::Binary).map_err(|_| bad_binary())
}

pub(super) fn uuid(text: &str) -> Result<Bson, String> {
    Uuid::parse_str(text)
        .map(|uuid| Bson::Binary(Binary::from_uuid(uuid)))
        .map_err(|_| format!("`{text}` is not a UUID: 32 hexadecimal digits, with or without hyphens"))
}

pub(super) fn hex_bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

/// A double as canonical Extended JSON writes it: with `Infinity`, `-Infinity` and `NaN`.
pub(super) fn double(text: &str) -> Option<f64> {
    match text {
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ if text.bytes().any(|b| b.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

pub(super) fn not_an_object_id(text: &str) -> String {
    format!("`{text}` is not an object id: 24 hexadecimal digits")
}

pub(super) fn not_a_date(text: &str) -> String {
    format!("`{text}` is not a date such as `2024-02-29T12:30:00Z`")
}

fn bad_binary() -> String {
    "binary data takes bytes in base 64 and a subtype, such as `{\"$binary\": {\"base64\": \"AQID\", \"subType\": \"00\"}}`"
        .to_owned()
}
