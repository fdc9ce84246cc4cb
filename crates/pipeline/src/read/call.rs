//! The constructors of mongosh: `ISODate("…")`, `new Date("…")`, `ObjectId("…")`, `NumberLong("…")` and their kin.

use bson::{Binary, Bson, DateTime, JavaScriptCodeWithScope, Timestamp, oid::ObjectId, spec::BinarySubtype};

use super::{cursor::Cursor, date, extended, string::make_regex, value};
use crate::{Error, error::nearest, limits::MAX_DEPTH};

pub(super) const NAMES: &[&str] = &[
    "true",
    "false",
    "null",
    "undefined",
    "NaN",
    "Infinity",
    "ISODate",
    "Date",
    "ObjectId",
    "NumberInt",
    "Int32",
    "NumberLong",
    "Long",
    "Double",
    "NumberDecimal",
    "Decimal128",
    "MinKey",
    "MaxKey",
    "Timestamp",
    "BinData",
    "HexData",
    "UUID",
    "RegExp",
    "BSONRegExp",
    "Code",
];

/// Reads the arguments behind the name of a constructor and builds its value.
pub(super) fn call(cursor: &mut Cursor<'_>, name: &str, start: usize, depth: usize) -> Result<Bson, Error> {
    if !is_constructor(name) {
        return Err(cursor.error_at(start, format!("unknown word `{name}`")).hint(quoted_or(&nearest(
            "word",
            name,
            NAMES.iter().copied(),
        ))));
    }
    cursor.skip_blank()?;
    let args = if cursor.peek() == Some('(') {
        if depth >= MAX_DEPTH {
            return Err(cursor.too_deep());
        }
        cursor.advance();
        value::list(cursor, ')', depth)?
    } else if matches!(name, "MinKey" | "MaxKey") {
        Vec::new()
    } else {
        return Err(cursor.error(format!("expected `(` after `{name}`")));
    };
    build(name, &args).map_err(|message| cursor.error_at(start, message))
}

/// What to do with an unknown word, with the names that are near to it.
pub(super) fn quoted_or(near: &str) -> String {
    let between = if near.is_empty() { "" } else { "; " };
    format!("quote it if it is a string{between}{near}")
}

/// Whether this is the name of a constructor.
pub(super) fn is_constructor(name: &str) -> bool {
    NAMES[6..].contains(&name)
}

pub(super) fn build(name: &str, args: &[Bson]) -> Result<Bson, String> {
    match (name, args) {
        ("MinKey", []) => Ok(Bson::MinKey),
        ("MaxKey", []) => Ok(Bson::MaxKey),
        ("ISODate" | "Date", []) => {
            Err(format!("`{name}()` without a date would be the present time; write `\"$$NOW\"` in an expression"))
        }
        ("ISODate" | "Date", [date]) => to_date(name, date),
        ("Date", _) => Err("`Date` with several numbers is in local time; write `ISODate(\"…\")`".to_owned()),
        ("ObjectId", [Bson::String(hex)]) => {
            ObjectId::parse_str(hex).map(Bson::ObjectId).map_err(|_| extended::not_an_object_id(hex))
        }
        ("NumberInt" | "Int32", [value]) => {
            to_integer(value).and_then(|value| i32::try_from(value).ok()).map(Bson::Int32).ok_or_else(|| wants(name))
        }
        ("NumberLong" | "Long", [value]) => to_integer(value).map(Bson::Int64).ok_or_else(|| wants(name)),
        ("Double", [value]) => to_double(value).map(Bson::Double).ok_or_else(|| wants(name)),
        ("NumberDecimal" | "Decimal128", [value]) => to_decimal(value).ok_or_else(|| wants(name)),
        ("Timestamp", [Bson::Document(fields)]) => extended::timestamp(fields),
        ("Timestamp", [time, increment]) => {
            let part = |value| to_integer(value).and_then(|value| u32::try_from(value).ok()).ok_or_else(|| wants(name));
            Ok(Bson::Timestamp(Timestamp { time: part(time)?, increment: part(increment)? }))
        }
        ("BinData", [Bson::Int32(subtype), Bson::String(base64)]) => {
            let subtype = u8::try_from(*subtype).map_err(|_| wants(name))?;
            extended::binary(base64, subtype)
        }
        ("HexData", [Bson::Int32(subtype), Bson::String(hex)]) => {
            let subtype = u8::try_from(*subtype).map_err(|_| wants(name))?;
            let bytes = extended::hex_bytes(hex).ok_or_else(|| wants(name))?;
            Ok(Bson::Binary(Binary { subtype: BinarySubtype::from(subtype), bytes }))
        }
        ("UUID", [Bson::String(text)]) => extended::uuid(text),
        ("RegExp" | "BSONRegExp", [Bson::String(pattern)]) => make_regex(pattern, ""),
        ("RegExp" | "BSONRegExp", [Bson::String(pattern), Bson::String(options)]) => make_regex(pattern, options),
        ("Code", [Bson::String(code), Bson::Document(scope)]) => {
            Ok(Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope { code: code.clone(), scope: scope.clone() }))
        }
        ("Code", [Bson::String(code)]) => Ok(Bson::JavaScriptCode(code.clone())),
        _ => Err(wants(name)),
    }
}

fn to_date(name: &str, value: &Bson) -> Result<Bson, String> {
    let found = match value {
        Bson::String(text) => date::parse(text).ok_or_else(|| extended::not_a_date(text))?,
        Bson::Int32(millis) if name == "Date" => DateTime::from_millis(i64::from(*millis)),
        Bson::Int64(millis) if name == "Date" => DateTime::from_millis(*millis),
        _ => return Err(wants(name)),
    };
    Ok(Bson::DateTime(found))
}

fn to_integer(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        Bson::Double(value) if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 => Some(*value as i64),
        Bson::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn to_double(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(value) => Some(*value),
        Bson::String(text) => extended::double(text),
        other => to_integer(other).map(|value| value as f64),
    }
}

fn to_decimal(value: &Bson) -> Option<Bson> {
    let text = match value {
        Bson::String(text) => text.clone(),
        Bson::Double(value) => value.to_string(),
        other => to_integer(other)?.to_string(),
    };
    text.parse().ok().map(Bson::Decimal128)
}

/// What the arguments of `name` must be.
fn wants(name: &str) -> String {
    let wanted = match name {
        "ISODate" => "a date in a string, such as `ISODate(\"2024-02-29T12:30:00Z\")`",
        "Date" => "a date in a string, or milliseconds since 1970",
        "ObjectId" => "a string of 24 hexadecimal digits",
        "NumberInt" | "Int32" => "a whole number of 32 bits",
        "NumberLong" | "Long" => "a whole number of 64 bits",
        "Double" => "a number",
        "NumberDecimal" | "Decimal128" => "a decimal number of at most 34 digits, best in a string",
        "Timestamp" => "seconds and a counter, such as `Timestamp(1700000000, 1)`",
        "BinData" => "a subtype and bytes in base 64, such as `BinData(0, \"AQID\")`",
        "HexData" => "a subtype and hexadecimal bytes, such as `HexData(0, \"010203\")`",
        "UUID" => "a string of 32 hexadecimal digits, with or without hyphens",
        "MinKey" | "MaxKey" => "nothing",
        _ => "a string",
    };
    format!("`{name}` takes {wanted}")
}

/// The value of a `$number…` wrapper, which is a constructor in other words.
pub(super) fn number_wrapper(name: &str, text: &str) -> Option<Bson> {
    match name {
        "$numberInt" => text.parse().ok().map(Bson::Int32),
        "$numberLong" => text.parse().ok().map(Bson::Int64),
        "$numberDouble" => extended::double(text).map(Bson::Double),
        _ => text.parse().ok().map(Bson::Decimal128),
    }
}

/// Milliseconds of `{$date: {$numberLong: "…"}}` and of `{$date: 123}`.
pub(super) fn whole(value: &Bson) -> Option<i64> {
    match value {
        Bson::String(_) => None,
        other => to_integer(other),
    }
}
