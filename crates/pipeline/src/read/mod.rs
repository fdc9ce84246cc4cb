//! Text → BSON: of one value (Extended JSON, version 2, canonical and relaxed, and the spelling of mongosh, freely mixed), and
//! of a pipeline with the script around it (`script`).
//!
//! In: text. Out: the value, or an error with its line and column.
//! Invariant: never panics, whatever the text; nesting is limited, so the stack is safe too.
//! A key that appears twice in one object is refused: a [`Document`] would silently lose the first.

mod call;
mod cursor;
mod date;
mod extended;
mod number;
mod plain;
mod script;
mod string;
mod value;

use bson::{Bson, Document};

use crate::Error;
use cursor::Cursor;

pub use plain::read_plain;
pub(crate) use script::read_script;
pub use script::{Language, Script};

/// Reads one value, such as a pipeline.
pub fn read(text: &str) -> Result<Bson, Error> {
    let mut cursor = Cursor::new(text);
    let value = value::value(&mut cursor, 0)?;
    match at_end(&mut cursor)? {
        None => Ok(value),
        Some(found) => Err(cursor.error(format!("unexpected `{found}` after the end of the value"))),
    }
}

/// Reads a pipeline with what the text says beside it, and does not look at its stages. A text that could be of either language is
/// taken for `first`.
pub fn read_pipeline(text: &str, first: Language) -> Result<Script, Error> {
    read_script(text, first)
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
    match script::locate(text, &error.steps()) {
        Some(span) => error.excerpt(diagnostic::excerpt(text, span)),
        None => error,
    }
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
