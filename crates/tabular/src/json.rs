//! JSON documents without nesting as CSV.
//!
//! In: a document after the other (NDJSON, or pretty), or one array of them. Out: the same as CSV; a field that a document lacks,
//! or null, is an empty cell. The types of Extended JSON (`{"$numberLong": "5"}`) are values.
//! Invariant: two passes, the first for the names of the fields; memory holds one document and those names.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufReader, Read};

use diagnostic::quote;
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::reader::Guarded;
use crate::spool::{Spool, written};
use crate::text::Text;
use crate::{Error, Input, MOST_BYTES_A_ROW, Options};

/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;
/// More fields than that are no table.
const MOST_FIELDS: usize = 10_000;

type Document = Map<String, Value>;

/// Whether the text begins as JSON does.
pub(crate) fn is_json(text: &Text) -> Result<bool, Error> {
    first_byte(text).map(|byte| matches!(byte, Some(b'{' | b'[')))
}

/// The first byte that is not blank.
fn first_byte(text: &Text) -> Result<Option<u8>, Error> {
    for byte in text.input.reader(text.base).bytes() {
        let byte = byte?;
        if !byte.is_ascii_whitespace() {
            return Ok(Some(byte));
        }
    }
    Ok(None)
}

/// The documents as CSV.
pub(crate) fn as_csv(text: &Text, options: &Options<'_>) -> Result<Input, Error> {
    let mut names: Vec<String> = Vec::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    each(text, options, &mut |number, document| {
        for (name, value) in document {
            if matches!(value, Value::Array(_)) || (value.is_object() && scalar(value).is_none()) {
                return Err(nested(text, number, name, value));
            }
            if !positions.contains_key(name) {
                if names.len() == MOST_FIELDS {
                    return Err(Error::refused(format!("the documents have more than {MOST_FIELDS} fields")));
                }
                positions.insert(name.clone(), names.len());
                names.push(name.clone());
            }
        }
        Ok(())
    })?;
    let mut writer = csv::Writer::from_writer(Spool::new()?);
    writer.write_record(&names).map_err(written)?;
    let mut row = vec![String::new(); names.len()];
    each(text, options, &mut |_, document| {
        row.iter_mut().for_each(String::clear);
        for (name, value) in document {
            if let Some(position) = positions.get(name) {
                row[*position] = scalar(value).unwrap_or_default();
            }
        }
        writer.write_record(&row).map_err(written)
    })?;
    writer.into_inner().map_err(|error| Error::from(error.into_error()))?.finish(&text.input)
}

fn nested(text: &Text, number: u64, name: &str, value: &Value) -> Error {
    let message = format!("the field `{}` holds more than one value", quote(name));
    // As `to_json` writes a frame if it is not told otherwise: `{"Age": {"0": 45, "1": 49}}`.
    let is_column = value.as_object().is_some_and(|rows| rows.contains_key("0"));
    let hint = if (is_column || ["columns", "index", "data"].contains(&name)) && number == 1 {
        "pandas writes a row a line with `frame.to_json(path, orient=\"records\", lines=True)`"
    } else {
        "a table has one value a field; documents of any shape can be imported into a collection of their own"
    };
    Error::refused(message).at(format!("{}, document {number}", text.input.shown)).hint(hint)
}

/// The text of a value; `None` where it holds several.
fn scalar(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) => return None,
        Value::Object(object) => {
            let (key, value) = object.iter().next().filter(|_| object.len() == 1)?;
            match (key.as_str(), value) {
                ("$oid" | "$numberInt" | "$numberLong" | "$numberDouble" | "$numberDecimal", Value::String(text)) => {
                    text.clone()
                }
                ("$date", Value::String(text)) => text
                    .strip_suffix("T00:00:00Z")
                    .or_else(|| text.strip_suffix("T00:00:00.000Z"))
                    .unwrap_or(text)
                    .to_owned(),
                _ => return None,
            }
        }
    })
}

/// Hands each document on, numbered from 1.
fn each(
    text: &Text,
    options: &Options<'_>,
    take: &mut dyn FnMut(u64, &Document) -> Result<(), Error>,
) -> Result<(), Error> {
    let (guarded, limit) = Guarded::new(text.input.reader(text.base).into_inner(), "the document");
    limit.allow(MOST_BYTES_A_ROW);
    let mut number = 0;
    let mut next = |document: &Document| {
        number += 1;
        if number % 1024 == 0 {
            options.check_cancelled()?;
        }
        limit.allow(MOST_BYTES_A_ROW);
        take(number, document)
    };
    let mut from = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER, guarded));
    if starts_with_bracket(text)? {
        let mut failed = None;
        let read = from.deserialize_seq(Elements { next: &mut next, failed: &mut failed });
        let read = read.and_then(|()| from.end());
        return failed.map_or_else(|| read.map_err(|error| broken(text, error)), Err);
    }
    for document in from.into_iter::<Document>() {
        next(&document.map_err(|error| broken(text, error))?)?;
    }
    Ok(())
}

/// Why the text is no documents, and where.
fn broken(text: &Text, error: serde_json::Error) -> Error {
    let place = text.input.at(error.line(), error.column());
    match error.classify() {
        Category::Io => Error::from(io::Error::from(error)).at(place),
        Category::Data => Error::refused("a document `{…}` belongs here").at(place),
        Category::Eof => Error::refused("the text ends in the middle of a document").at(place),
        Category::Syntax => Error::refused("this is no JSON").at(place).hint("names and texts stand in double quotes"),
    }
}

fn starts_with_bracket(text: &Text) -> Result<bool, Error> {
    first_byte(text).map(|byte| byte == Some(b'['))
}

/// The elements of an array, each handed on as it is read.
struct Elements<'a, F> {
    next: F,
    failed: &'a mut Option<Error>,
}

impl<'de, F: FnMut(&Document) -> Result<(), Error>> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of documents")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(document) = elements.next_element::<Document>()? {
            if let Err(error) = (self.next)(&document) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
