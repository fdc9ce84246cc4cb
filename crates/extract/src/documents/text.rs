//! Documents as Extended JSON: one after the other, or the elements of one array.
//!
//! In: text. Out: its documents. Invariant: a number is never rounded.

use std::io::BufReader;

use bson::{Bson, Document};
use diagnostic::{Hint, quote};
use tabular::{Input, Reader, Text};

use super::pieces::{Fault, Piece, Pieces};
use super::{Documents, Read};
use crate::{Error, ids};

/// A Decimal128 has so many digits.
const DECIMAL_DIGITS: usize = 34;

/// The text under way.
pub(super) struct Texts<'a> {
    text: &'a Text,
    pieces: Pieces<BufReader<Reader>>,
    n_bytes: u64,
}

impl<'a> Texts<'a> {
    pub(super) fn open(text: &'a Text) -> Result<Self, Error> {
        if let Some(note) = &text.note {
            return Err(Error::input(format!("{} is not UTF-8, as JSON is: it would be {note}", text.input.subject))
                .hint("convert the file to UTF-8, then import it again"));
        }
        let n_bytes = text.input.n_bytes()?.max(1);
        let mut this = Self { text, pieces: cut(text)?, n_bytes };
        // A whole frame in one document is no collection.
        let first = this.piece()?;
        if let Some(piece) = first {
            let second = this.piece()?;
            if second.is_none() {
                refuse_split_frame(&text.input, &piece)?;
            }
            this.pieces = cut(text)?;
        }
        Ok(this)
    }

    fn piece(&mut self) -> Result<Option<Piece>, Error> {
        self.pieces.next().map_err(|fault| fault_error(&self.text.input, fault))
    }
}

/// The file's documents.
fn cut(text: &Text) -> Result<Pieces<BufReader<Reader>>, Error> {
    Pieces::new(text.input.reader(text.base)).map_err(|fault| fault_error(&text.input, fault))
}

impl Documents for Texts<'_> {
    type Raw = Piece;

    fn next(&mut self) -> Result<Option<Piece>, Error> {
        self.piece()
    }

    fn read(&self, piece: &Piece) -> Result<Read, Error> {
        read(&self.text.input, piece)
    }

    fn place(&self, piece: &Piece) -> String {
        self.text.input.at(piece.line, piece.column)
    }

    fn fraction(&self) -> f64 {
        (self.text.base + self.pieces.at_byte) as f64 / self.n_bytes as f64
    }

    fn first_with(&self, id: &[u8]) -> Option<String> {
        let mut pieces = cut(self.text).ok()?;
        while let Ok(Some(piece)) = pieces.next() {
            if self.read(&piece).is_ok_and(|read| ids::key(&read.bytes).as_deref() == Some(id)) {
                return Some(self.place(&piece));
            }
        }
        None
    }
}

/// What a piece says. A whole number that no integer of 64 bits can hold becomes a Decimal128, if that has all of its digits.
fn read(input: &Input, piece: &Piece) -> Result<Read, Error> {
    let text = std::str::from_utf8(&piece.text).map_err(|_| {
        Error::input("the text is not UTF-8")
            .at(input.at(piece.line, piece.column))
            .hint("convert the file to UTF-8, then import it again")
    })?;
    if let Some(mut bytes) = pipeline::read_plain(text) {
        // Text that is indented holds several times what it says.
        if bytes.capacity() > 2 * bytes.len() {
            bytes.shrink_to_fit();
        }
        return Ok(Read { bytes, has_decimal: false });
    }
    let mut widened = String::new();
    let (mut rest, mut n_before) = (text, 0);
    while let Some(offset) = long_number(rest) {
        let digits: String = rest[offset..].chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        if digits.trim_start_matches('-').trim_start_matches('0').len() > DECIMAL_DIGITS {
            let (line, column) = within(piece, &text[..n_before + offset]);
            return Err(Error::input(format!("the number {} has more than {DECIMAL_DIGITS} digits", quote(&digits)))
                .at(input.at(line, column))
                .hint("write it as a text"));
        }
        widened.push_str(&rest[..offset]);
        widened.push_str("{\"$numberDecimal\": \"");
        widened.push_str(&digits);
        widened.push_str("\"}");
        n_before += offset + digits.len();
        rest = &text[n_before..];
    }
    let has_decimal = n_before > 0;
    let read = if has_decimal {
        widened.push_str(rest);
        pipeline::read_document(&widened)
    } else {
        pipeline::read_document(text)
    };
    let document = read.map_err(|error| document_error(input, piece, error))?;
    let read = Read::of(&document).map_err(|error| error.at(input.at(piece.line, piece.column)))?;
    Ok(Read { has_decimal, ..read })
}

/// Where in the text a whole number stands that no integer of 64 bits can hold, so that reading it would change it.
fn long_number(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut quote) = (0, None);
    while at < bytes.len() {
        let byte = bytes[at];
        match quote {
            Some(_) if byte == b'\\' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None if byte.is_ascii_digit() => {
                let end = (at..bytes.len()).find(|end| !is_word(bytes[*end])).unwrap_or(bytes.len());
                let is_name = at > 0 && is_word(bytes[at - 1]);
                let start = if at > 0 && bytes[at - 1] == b'-' { at - 1 } else { at };
                let digits = &text[at..end];
                if !is_name
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
                    && text[start..end].parse::<i64>().is_err()
                {
                    return Some(start);
                }
                at = end;
                continue;
            }
            None => {}
        }
        at += 1;
    }
    None
}

/// Whether the byte can be a part of a name or of a number with a point.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.') || byte >= 0x80
}

/// Line and column in the file of the piece's part after `before`.
fn within(piece: &Piece, before: &str) -> (usize, usize) {
    let n_lines = before.matches('\n').count();
    let last = before.rsplit('\n').next().unwrap_or_default().chars().count();
    (piece.line + n_lines, if n_lines == 0 { piece.column + last } else { last + 1 })
}

/// A frame that pandas wrote with `orient="split"` is one document with all the rows in it.
fn refuse_split_frame(input: &Input, piece: &Piece) -> Result<(), Error> {
    let Ok(Read { bytes, .. }) = read(input, piece) else { return Ok(()) };
    let Ok(document) = Document::from_reader(bytes.as_slice()) else { return Ok(()) };
    let is_list = |key: &str| matches!(document.get(key), Some(Bson::Array(_)));
    let names = ["columns", "index", "data"];
    if document.keys().all(|key| names.contains(&key.as_str())) && is_list("columns") && is_list("data") {
        return Err(Error::input("this is one document: a frame that pandas wrote with `orient=\"split\"`")
            .at(input.at(piece.line, piece.column))
            .hint("write a row a line: `frame.to_json(path, orient=\"records\", lines=True)`"));
    }
    Ok(())
}

/// The reader's error, with its place in the file instead of in the piece.
fn document_error(input: &Input, piece: &Piece, error: pipeline::Error) -> Error {
    let diagnostic = error.into_diagnostic();
    let (line, column) = diagnostic.place().and_then(line_and_column).unwrap_or((1, 1));
    let column = if line == 1 { piece.column + column - 1 } else { column };
    let this = Error::input(diagnostic.message()).at(input.at(piece.line + line - 1, column));
    match diagnostic.to_do() {
        Some(Hint::Text(hint)) => this.hint(hint.clone()),
        Some(Hint::Action(action)) => this.hint_at(action.clone()),
        None => this,
    }
}

/// Reads a place such as `line 3, column 7`.
fn line_and_column(place: &str) -> Option<(usize, usize)> {
    let (line, column) = place.strip_prefix("line ")?.split_once(", column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

fn fault_error(input: &Input, fault: Fault) -> Error {
    match fault {
        Fault::Io(error) => Error::from(error),
        Fault::Text(line, column, message) => Error::input(message).at(input.at(line, column)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_beyond_64_bits_are_found() {
        for (text, expected) in [
            ("{a: 9223372036854775807, b: -9223372036854775808}", None),
            ("{a: 9223372036854775808}", Some(4)),
            ("{a: -9223372036854775809}", Some(4)),
            ("{a: [1, 99999999999999999999]}", Some(8)),
            ("{a: \"99999999999999999999\", 'b': '\\'99999999999999999999'}", None),
            ("{a: 1.00000000000000000000001, b: 99999999999999999999.5, c: 99999999999999999999e3}", None),
            ("{a99999999999999999999: 1, é99999999999999999999: 2}", None),
            ("{a: 00000000000000000000000001}", None),
        ] {
            assert_eq!(long_number(text), expected, "{text}");
        }
    }
}
