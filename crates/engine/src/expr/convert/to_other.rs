//! `$toUUID`, `$toArray` and `$toObject`: what a text says.
//!
//! By the manual: null and missing give null, a failed conversion is error 241. JSON text is plain: what Extended JSON
//! would say stays an object.

use bson::spec::BinarySubtype;
use bson::{Binary, Bson};

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
    let value = pipeline::read_json(text).map_err(|error| failed(format!("`{name}`: {}", error.message())))?;
    Ok(Some(value))
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
