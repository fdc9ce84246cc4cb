//! Text → BSON: Extended JSON (version 2, canonical and relaxed) and the spelling of mongosh, freely mixed.
//!
//! In: text of one value. Out: that value, or an error with its line and column.
//! Invariant: never panics, whatever the text; nesting is limited, so the stack is safe too.
//! A key that appears twice in one object is refused: a [`Document`] would silently lose the first.

mod call;
mod cursor;
mod date;
mod extended;
mod locate;
mod number;
mod string;
mod value;

use bson::{Bson, Document};

use crate::Error;
use cursor::Cursor;

/// Reads one value, such as a pipeline.
pub fn read(text: &str) -> Result<Bson, Error> {
    let mut cursor = Cursor::new(text);
    let value = value::value(&mut cursor, 0)?;
    cursor.skip_blank()?;
    if cursor.peek() == Some(';') {
        cursor.advance();
        cursor.skip_blank()?;
    }
    match cursor.peek() {
        None => Ok(value),
        Some(found) => Err(cursor.error(format!("unexpected `{found}` after the end of the value"))),
    }
}

/// Reads one document, such as a line of a collection's file.
pub fn read_document(text: &str) -> Result<Document, Error> {
    match read(text)? {
        Bson::Document(document) => Ok(document),
        other => Err(Error::input(format!("expected a document, found {}", crate::describe::a_value(&other)))
            .hint("a document is written `{ field: value, … }`")),
    }
}

/// The error with a mark under its place in the text that it came from.
pub(crate) fn shown_in(text: &str, error: Error) -> Error {
    let mut cursor = Cursor::new(text);
    let at_value = match text.find(".aggregate(") {
        Some(open) if text.trim_start().starts_with("db.") => open + ".aggregate(".len(),
        _ => cursor.at(),
    };
    cursor = cursor.moved_to(at_value);
    match locate::locate(&mut cursor, &error.steps()) {
        Some(span) => error.excerpt(diagnostic::excerpt(text, span)),
        None => error,
    }
}

/// Reads the array inside `db.NAME.aggregate([ … ])`, or just one value where the text is not such a call.
pub(crate) fn read_aggregate(text: &str) -> Result<Bson, Error> {
    let mut cursor = Cursor::new(text);
    cursor.skip_blank()?;
    if !cursor.rest().starts_with("db.") {
        return read(text);
    }
    let Some(open) = cursor.rest().find(".aggregate(") else {
        return Err(cursor.error("expected `db.COLLECTION.aggregate([ … ])`"));
    };
    cursor.advance_bytes(open + ".aggregate(".len());
    let value = value::value(&mut cursor, 0)?;
    cursor.skip_blank()?;
    if cursor.peek() == Some(',') {
        cursor.advance();
        cursor.skip_blank()?;
        if cursor.peek() == Some('{') {
            return Err(cursor.unsupported("options of `aggregate` are not supported yet"));
        }
    }
    cursor.expect(')')?;
    cursor.skip_blank()?;
    if cursor.peek() == Some(';') {
        cursor.advance();
        cursor.skip_blank()?;
    }
    match cursor.peek() {
        None => Ok(value),
        Some(_) => Err(cursor.unsupported("nothing may follow `aggregate(…)`")),
    }
}
