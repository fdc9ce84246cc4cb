//! How values are named in messages: `the string "x"`, `an array`.

use bson::Bson;

/// A value with its type, short enough for a message.
pub(crate) fn a_value(value: &Bson) -> String {
    match value {
        Bson::Document(document) if document.is_empty() => "an empty object".to_owned(),
        Bson::Array(values) if values.is_empty() => "an empty array".to_owned(),
        Bson::Document(_) | Bson::Array(_) => a_type(value).to_owned(),
        Bson::String(text) if text.chars().count() > 40 => "a long string".to_owned(),
        other => format!("`{}`", crate::print::value(other)),
    }
}

/// The name of a value's type, with its article.
pub(crate) fn a_type(value: &Bson) -> &'static str {
    match value {
        Bson::Double(_) => "a double",
        Bson::String(_) => "a string",
        Bson::Array(_) => "an array",
        Bson::Document(_) => "an object",
        Bson::Boolean(_) => "a boolean",
        Bson::Null => "null",
        Bson::RegularExpression(_) => "a regular expression",
        Bson::JavaScriptCode(_) | Bson::JavaScriptCodeWithScope(_) => "JavaScript code",
        Bson::Int32(_) => "an int",
        Bson::Int64(_) => "a long",
        Bson::Timestamp(_) => "a timestamp",
        Bson::Binary(_) => "binary data",
        Bson::ObjectId(_) => "an object id",
        Bson::DateTime(_) => "a date",
        Bson::Symbol(_) => "a symbol",
        Bson::Decimal128(_) => "a decimal",
        Bson::Undefined => "undefined",
        Bson::MaxKey => "MaxKey",
        Bson::MinKey => "MinKey",
        Bson::DbPointer(_) => "a database pointer",
    }
}
