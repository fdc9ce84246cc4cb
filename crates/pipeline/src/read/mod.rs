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
    match at_end(&mut cursor)? {
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
    // Whatever is wrong with the call itself was told when the text was read.
    let _ = enter_call(&mut cursor);
    match locate::locate(&mut cursor, &error.steps()) {
        Some(span) => error.excerpt(diagnostic::excerpt(text, span)),
        None => error,
    }
}

/// Reads the array inside `db.NAME.aggregate([ … ])`, or just one value where the text is not such a call.
pub(crate) fn read_aggregate(text: &str) -> Result<Bson, Error> {
    let mut cursor = Cursor::new(text);
    if !enter_call(&mut cursor)? {
        return read(text);
    }
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
    match at_end(&mut cursor)? {
        None => Ok(value),
        Some(_) => Err(cursor.unsupported("nothing may follow `aggregate(…)`")),
    }
}

/// Moves behind `db.NAME.aggregate(`, and says whether the text begins so.
fn enter_call(cursor: &mut Cursor<'_>) -> Result<bool, Error> {
    const OPENING: &str = ".aggregate(";
    cursor.skip_blank()?;
    if !cursor.rest().starts_with("db.") {
        return Ok(false);
    }
    let Some(open) = cursor.rest().find(OPENING) else {
        return Err(cursor.error("expected `db.COLLECTION.aggregate([ … ])`"));
    };
    cursor.advance_bytes(open + OPENING.len());
    Ok(true)
}

/// What still follows behind blanks and a semicolon; nothing at the end of the text.
fn at_end(cursor: &mut Cursor<'_>) -> Result<Option<char>, Error> {
    cursor.skip_blank()?;
    if cursor.peek() == Some(';') {
        cursor.advance();
        cursor.skip_blank()?;
    }
    Ok(cursor.peek())
}
