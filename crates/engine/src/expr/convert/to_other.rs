//! `$toUUID`, `$toArray` and `$toObject`: what a text says.
//!
//! By the manual: null and missing give null, a failed conversion is error 241. JSON text is plain: what Extended JSON
//! would say stays an object. Whole numbers become int, long or, beyond that, double; others double; of a name that stands
//! there twice, the last value counts.

use bson::spec::BinarySubtype;
use bson::{Binary, Bson};
use serde_json::Value as Json;

use super::to_type::CONVERSION_FAILURE;
use crate::Error;
use crate::value::{Value, is_nullish, type_name};

/// `$toUUID`
pub(in crate::expr) fn uuid(value: Option<&Bson>) -> Result<Value, Error> {
    let Some(text) = text("$toUUID", value)? else { return Ok(Some(Bson::Null)) };
    // Only the spelling with four dashes is one.
    let is_dashed = text.len() == 36 && [8, 13, 18, 23].into_iter().all(|at| text.as_bytes()[at] == b'-');
    let uuid = bson::Uuid::parse_str(text).ok().filter(|_| is_dashed);
    let uuid = uuid.ok_or_else(|| failed(format!("failed to parse a UUID in `$toUUID`: `{text}`")))?;
    Ok(Some(Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes: uuid.bytes().to_vec() })))
}

/// `$toArray`
pub(in crate::expr) fn array(value: Option<&Bson>) -> Result<Value, Error> {
    match parsed("$toArray", value)? {
        None => Ok(Some(Bson::Null)),
        Some(array @ Bson::Array(_)) => Ok(Some(array)),
        Some(other) => Err(failed(format!("`$toArray` expects a JSON array, found {}", type_name(Some(&other))))),
    }
}

/// `$toObject`
pub(in crate::expr) fn object(value: Option<&Bson>) -> Result<Value, Error> {
    match parsed("$toObject", value)? {
        None => Ok(Some(Bson::Null)),
        Some(object @ Bson::Document(_)) => Ok(Some(object)),
        Some(other) => Err(failed(format!("`$toObject` expects a JSON object, found {}", type_name(Some(&other))))),
    }
}

fn failed(message: impl Into<String>) -> Error {
    Error::coded(CONVERSION_FAILURE, message)
}

fn text<'a>(name: &str, value: Option<&'a Bson>) -> Result<Option<&'a str>, Error> {
    match value {
        Some(Bson::String(text)) => Ok(Some(text)),
        value if is_nullish(value) => Ok(None),
        value => Err(failed(format!("`{name}` is only known of a string here, not of {}", type_name(value)))),
    }
}

fn parsed(name: &str, value: Option<&Bson>) -> Result<Option<Bson>, Error> {
    let Some(text) = text(name, value)? else { return Ok(None) };
    let json = serde_json::from_str(text).map_err(|error| failed(format!("`{name}` expects JSON: {error}")))?;
    Ok(Some(from_json(json)))
}

/// Plain JSON as BSON.
pub(super) fn from_json(json: Json) -> Bson {
    match json {
        Json::Null => Bson::Null,
        Json::Bool(value) => Bson::Boolean(value),
        Json::String(text) => Bson::String(text),
        Json::Array(items) => Bson::Array(items.into_iter().map(from_json).collect()),
        Json::Object(fields) => {
            Bson::Document(fields.into_iter().map(|(name, value)| (name, from_json(value))).collect())
        }
        Json::Number(number) => match number.as_i64() {
            Some(whole) => i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32),
            None => Bson::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn texts_become_what_they_say() {
        gives(
            "{$toUUID: '0e3b9063-8abd-4eb3-9f9f-f4c59fd30a60'}",
            r#"{"$binary":{"base64":"DjuQY4q9TrOfn/TFn9MKYA==","subType":"04"}}"#,
        );
        gives("{$toUUID: '0e3b90638abd4eb39f9ff4c59fd30a60'}", "error 241");
        gives("{$toUUID: null}", "null");
        gives("{$toArray: '[1, 2.0, [\"a\"], {\"$oid\": \"x\"}]'}", r#"[1,2.0,["a"],{"$oid":"x"}]"#);
        gives("{$toArray: '{}'}", "error 241");
        gives("{$toArray: '[1,]'}", "error 241");
        gives("{$toObject: '{\"a\": 1, \"b\": null, \"a\": 3000000000}'}", r#"{"a":3000000000,"b":null}"#);
        gives("{$toObject: 5}", "error 241");
    }
}
