//! Plain JSON, as `$toArray` and `$toObject` read it.
//!
//! In: JSON text. Out: BSON values; what Extended JSON would say stays an object. Whole numbers become int, long or, beyond
//! that, double; others double; of a name that stands there twice, the last value counts.

use bson::Bson;
use serde_json::Value;

use crate::Error;

/// Reads plain JSON.
///
/// ```
/// let value = pipeline::read_json(r#"[1, 2.0, {"$oid": "x"}]"#).unwrap();
/// assert_eq!(value, bson::bson!([1, 2.0, { "$oid": "x" }]));
/// assert!(pipeline::read_json("[1,]").is_err());
/// ```
pub fn read_json(text: &str) -> Result<Bson, Error> {
    let json = serde_json::from_str(text).map_err(|error| Error::input(format!("expected JSON: {error}")))?;
    Ok(value(json))
}

fn value(json: Value) -> Bson {
    match json {
        Value::Null => Bson::Null,
        Value::Bool(value) => Bson::Boolean(value),
        Value::String(text) => Bson::String(text),
        Value::Array(items) => Bson::Array(items.into_iter().map(value).collect()),
        Value::Object(fields) => Bson::Document(fields.into_iter().map(|(name, inner)| (name, value(inner))).collect()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32),
            None => Bson::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
    }
}
