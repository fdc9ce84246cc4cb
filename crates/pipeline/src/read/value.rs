//! The grammar: values, objects, arrays, bare words.

use bson::{Bson, Document};

use super::{call, cursor::Cursor, extended, number, string};
use crate::{
    Error,
    limits::{self, MAX_DEPTH, MAX_STAGES},
};

/// Reads one value; `depth` is how many objects and arrays are open around it.
pub(super) fn value(cursor: &mut Cursor<'_>, depth: usize) -> Result<Bson, Error> {
    cursor.skip_blank()?;
    let Some(next) = cursor.peek() else {
        return Err(cursor.error("expected a value, found the end of the text"));
    };
    match next {
        '{' | '[' if depth >= MAX_DEPTH => Err(cursor.too_deep()),
        '{' => limits::on_enough_stack(|| object(cursor, depth)),
        '[' => limits::on_enough_stack(|| array(cursor, depth)),
        '"' | '\'' | '`' => Ok(Bson::String(string::string(cursor)?)),
        '/' => string::regex(cursor),
        '+' | '-' | '.' | '0'..='9' => number::number(cursor),
        c if is_word_start(c) => word(cursor, depth),
        c => Err(cursor.error(format!("expected a value, found `{}`", c.escape_debug()))),
    }
}

fn object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Bson, Error> {
    let start = cursor.at();
    cursor.advance();
    let mut document = Document::new();
    loop {
        cursor.skip_blank()?;
        if cursor.peek() == Some('}') {
            cursor.advance();
            break;
        }
        let key_at = cursor.at();
        let key = key(cursor)?;
        cursor.expect(':')?;
        let value = value(cursor, depth + 1)?;
        if document.contains_key(&key) {
            return Err(cursor.error_at(key_at, format!("the key `{key}` appears twice in this object")));
        }
        document.insert(key, value);
        if !more(cursor, '}')? {
            break;
        }
    }
    extended::settle(document).map_err(|message| cursor.error_at(start, message))
}

fn array(cursor: &mut Cursor<'_>, depth: usize) -> Result<Bson, Error> {
    cursor.advance();
    Ok(Bson::Array(list(cursor, ']', depth)?))
}

/// Reads values up to `close`; what opens the list is already behind. A list of stages that lies in nothing else is refused
/// as soon as it is longer than a pipeline may be.
pub(super) fn list(cursor: &mut Cursor<'_>, close: char, depth: usize) -> Result<Vec<Bson>, Error> {
    let mut values = Vec::new();
    loop {
        cursor.skip_blank()?;
        if cursor.peek() == Some(close) {
            cursor.advance();
            return Ok(values);
        }
        values.push(value(cursor, depth + 1)?);
        if depth == 0 && close == ']' && values.len() == MAX_STAGES + 1 && values.iter().all(is_stage) {
            return Err(cursor.too_many_stages(cursor.at()));
        }
        if !more(cursor, close)? {
            return Ok(values);
        }
    }
}

fn is_stage(value: &Bson) -> bool {
    let Bson::Document(document) = value else { return false };
    document.len() == 1 && document.keys().all(|key| key.starts_with('$'))
}

/// Behind an element: takes the comma, or the end.
fn more(cursor: &mut Cursor<'_>, close: char) -> Result<bool, Error> {
    cursor.skip_blank()?;
    match cursor.peek() {
        Some(',') => {
            cursor.advance();
            Ok(true)
        }
        Some(found) if found == close => {
            cursor.advance();
            Ok(false)
        }
        Some(found) => Err(cursor.error(format!("expected `,` or `{close}`, found `{}`", found.escape_debug()))),
        None => Err(cursor.error(format!("expected `,` or `{close}`, found the end of the text"))),
    }
}

pub(super) fn key(cursor: &mut Cursor<'_>) -> Result<String, Error> {
    let start = cursor.at();
    let key = match cursor.peek() {
        Some('"' | '\'') => string::string(cursor)?,
        Some(c) if is_word_start(c) || c.is_ascii_digit() => cursor.take_while(is_word).to_owned(),
        Some(found) => return Err(cursor.error(format!("expected a key, found `{}`", found.escape_debug()))),
        None => return Err(cursor.error("expected a key or `}`, found the end of the text")),
    };
    if key.contains('\0') {
        return Err(cursor.error_at(start, "a key cannot contain the character with code 0"));
    }
    Ok(key)
}

fn word(cursor: &mut Cursor<'_>, depth: usize) -> Result<Bson, Error> {
    let start = cursor.at();
    match cursor.take_while(is_word) {
        "true" => Ok(Bson::Boolean(true)),
        "false" => Ok(Bson::Boolean(false)),
        "null" => Ok(Bson::Null),
        "undefined" => Ok(Bson::Undefined),
        "NaN" => Ok(Bson::Double(f64::NAN)),
        "Infinity" => Ok(Bson::Double(f64::INFINITY)),
        "new" => {
            cursor.skip_blank()?;
            let start = cursor.at();
            let name = cursor.take_while(is_word);
            call::call(cursor, name, start, depth)
        }
        name => call::call(cursor, name, start, depth),
    }
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
