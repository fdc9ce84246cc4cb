//! Keys and values that are neither documents nor arrays.

use std::fmt::Write;

use bson::{Binary, Bson, DateTime, Regex, spec::BinarySubtype};

use super::layout;
use crate::pointer;

/// Who reads it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Extended JSON, relaxed.
    Relaxed,
    /// Extended JSON, canonical.
    Canonical,
    /// Extended JSON, relaxed where that reads back as the same type.
    Lossless,
    /// mongosh.
    Mongosh,
}

/// A key, unquoted where mongosh takes it so.
pub(super) fn key(key: &str, style: Style, out: &mut String) {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if style == Style::Mongosh && is_word { out.push_str(key) } else { string(key, out) }
}

pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    string(text, &mut out);
    out
}

/// A string in double quotes, as JSON and JavaScript both take it.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain_from = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => "",
            _ => continue,
        };
        out.push_str(&text[plain_from..at]);
        plain_from = at + c.len_utf8();
        if escape.is_empty() { put(out, format_args!("\\u{:04x}", u32::from(c))) } else { out.push_str(escape) }
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

/// Writing to a string cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok());
}

pub(super) fn scalar(value: &Bson, style: Style, out: &mut String) {
    match value {
        Bson::String(text) => string(text, out),
        Bson::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Bson::Null => out.push_str("null"),
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) => number(value, style, out),
        other if style == Style::Mongosh => constructor(other, out),
        other => wrapper(other, style, out),
    }
}

fn number(value: &Bson, style: Style, out: &mut String) {
    match (value, style) {
        (Bson::Int32(value), Style::Canonical) => put(out, format_args!("{{\"$numberInt\": \"{value}\"}}")),
        (Bson::Int32(value), _) => put(out, format_args!("{value}")),
        (Bson::Int64(value), Style::Relaxed) => put(out, format_args!("{value}")),
        (Bson::Int64(value), Style::Mongosh) => put(out, format_args!("NumberLong(\"{value}\")")),
        (Bson::Int64(value), Style::Lossless) if i32::try_from(*value).is_err() => put(out, format_args!("{value}")),
        (Bson::Int64(value), _) => put(out, format_args!("{{\"$numberLong\": \"{value}\"}}")),
        (Bson::Double(value), Style::Mongosh) => double_for_mongosh(*value, out),
        (Bson::Double(value), Style::Relaxed | Style::Lossless) if value.is_finite() => {
            put(out, format_args!("{value:?}"));
        }
        (Bson::Double(value), _) => put(out, format_args!("{{\"$numberDouble\": \"{}\"}}", double(*value))),
        _ => {}
    }
}

/// MongoDB: mongosh sends a number without fraction as an int where it fits, so its type must be spelt out.
fn double_for_mongosh(value: f64, out: &mut String) {
    let would_be_an_int = value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX) + 1.0;
    if would_be_an_int { put(out, format_args!("Double({value:?})")) } else { out.push_str(&double(value)) }
}

fn double(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        format!("{value:?}")
    }
}

/// A constructor of mongosh.
fn constructor(value: &Bson, out: &mut String) {
    match value {
        Bson::RegularExpression(regex) => regex_for_mongosh(regex, out),
        Bson::ObjectId(id) => put(out, format_args!("ObjectId(\"{}\")", id.to_hex())),
        Bson::DateTime(date) => match iso(*date) {
            Some(text) => put(out, format_args!("ISODate(\"{text}\")")),
            None => put(out, format_args!("new Date({})", date.timestamp_millis())),
        },
        Bson::Decimal128(value) => put(out, format_args!("NumberDecimal(\"{value}\")")),
        Bson::Timestamp(value) => put(out, format_args!("Timestamp({{ t: {}, i: {} }})", value.time, value.increment)),
        Bson::Binary(binary) => match uuid(binary) {
            Some(uuid) => put(out, format_args!("UUID(\"{uuid}\")")),
            None => put(out, format_args!("BinData({}, \"{}\")", u8::from(binary.subtype), base64(binary))),
        },
        Bson::JavaScriptCode(code) => put(out, format_args!("Code({})", quoted(code))),
        Bson::JavaScriptCodeWithScope(code) => {
            put(out, format_args!("Code({}, ", quoted(&code.code)));
            layout::inline_document(&code.scope, Style::Mongosh, out);
            out.push(')');
        }
        Bson::Undefined => out.push_str("undefined"),
        Bson::MinKey => out.push_str("MinKey()"),
        Bson::MaxKey => out.push_str("MaxKey()"),
        Bson::Symbol(text) => put(out, format_args!("BSONSymbol({})", quoted(text))),
        other => {
            let mut text = String::new();
            wrapper(other, Style::Canonical, &mut text);
            put(out, format_args!("EJSON.parse({})", quoted(&text)));
        }
    }
}

/// A wrapper of Extended JSON.
fn wrapper(value: &Bson, style: Style, out: &mut String) {
    match value {
        Bson::RegularExpression(regex) => put(
            out,
            format_args!(
                "{{\"$regularExpression\": {{\"pattern\": {}, \"options\": {}}}}}",
                quoted(regex.pattern.as_str()),
                quoted(regex.options.as_str())
            ),
        ),
        Bson::ObjectId(id) => put(out, format_args!("{{\"$oid\": \"{}\"}}", id.to_hex())),
        Bson::DateTime(date) => match iso(*date).filter(|_| style != Style::Canonical) {
            Some(text) => put(out, format_args!("{{\"$date\": \"{text}\"}}")),
            None => put(out, format_args!("{{\"$date\": {{\"$numberLong\": \"{}\"}}}}", date.timestamp_millis())),
        },
        Bson::Decimal128(value) => put(out, format_args!("{{\"$numberDecimal\": \"{value}\"}}")),
        Bson::Timestamp(value) => {
            put(out, format_args!("{{\"$timestamp\": {{\"t\": {}, \"i\": {}}}}}", value.time, value.increment));
        }
        Bson::Binary(binary) => put(
            out,
            format_args!(
                "{{\"$binary\": {{\"base64\": \"{}\", \"subType\": \"{:02x}\"}}}}",
                base64(binary),
                u8::from(binary.subtype)
            ),
        ),
        Bson::JavaScriptCode(code) => put(out, format_args!("{{\"$code\": {}}}", quoted(code))),
        Bson::JavaScriptCodeWithScope(code) => {
            put(out, format_args!("{{\"$code\": {}, \"$scope\": ", quoted(&code.code)));
            layout::inline_document(&code.scope, style, out);
            out.push('}');
        }
        Bson::Symbol(text) => put(out, format_args!("{{\"$symbol\": {}}}", quoted(text))),
        Bson::Undefined => out.push_str("{\"$undefined\": true}"),
        Bson::MinKey => out.push_str("{\"$minKey\": 1}"),
        Bson::MaxKey => out.push_str("{\"$maxKey\": 1}"),
        Bson::DbPointer(value) => {
            if let Some((namespace, id)) = pointer::parts(value) {
                let (namespace, id) = (quoted(&namespace), id.to_hex());
                put(
                    out,
                    format_args!("{{\"$dbPointer\": {{\"$ref\": {namespace}, \"$id\": {{\"$oid\": \"{id}\"}}}}}}"),
                );
            }
        }
        // Documents, arrays, plain values and numbers are printed before one comes here.
        _ => {}
    }
}

/// ISO 8601 for the years in which it has no surprises; with three digits of a fraction, or none.
fn iso(date: DateTime) -> Option<String> {
    const YEAR_10000: i64 = 253_402_300_800_000;
    let millis = date.timestamp_millis();
    let second = DateTime::from_millis(millis - millis % 1000);
    let text = (0..YEAR_10000).contains(&millis).then(|| second.try_to_rfc3339_string().ok())??;
    match millis % 1000 {
        0 => Some(text),
        fraction => Some(format!("{}.{fraction:03}Z", text.trim_end_matches('Z'))),
    }
}

fn uuid(binary: &Binary) -> Option<String> {
    (binary.subtype == BinarySubtype::Uuid).then(|| binary.to_uuid().ok())?.map(|uuid| uuid.to_string())
}

fn base64(binary: &Binary) -> String {
    const FIGURES: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(binary.bytes.len().div_ceil(3) * 4);
    for chunk in binary.bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for figure in 0..4 {
            let index = (bits >> (18 - 6 * figure)) & 63;
            out.push(if figure <= chunk.len() { char::from(FIGURES[index as usize]) } else { '=' });
        }
    }
    out
}

/// Between slashes where that means the same in JavaScript, else as a constructor.
fn regex_for_mongosh(regex: &Regex, out: &mut String) {
    let (pattern, options) = (regex.pattern.as_str(), regex.options.as_str());
    let is_literal = !pattern.is_empty()
        && !pattern.starts_with('*')
        && !pattern.contains(['/', '\n', '\r', '\u{2028}', '\u{2029}', '['])
        && !pattern.ends_with('\\')
        && options.chars().all(|option| matches!(option, 'i' | 'm'));
    if is_literal {
        put(out, format_args!("/{pattern}/{options}"));
    } else {
        // MongoDB: mongosh sends no other options of JavaScript's own patterns, and escapes slashes in them; BSONRegExp passes
        // all on as it is.
        put(out, format_args!("BSONRegExp({}, {})", quoted(pattern), quoted(options)));
    }
}
