//! Imports a file of Extended JSON documents of any shape as a collection beside the contract's own.
//!
//! In: a document a line, or one array of documents. Out: a collection of one column `bson`, each row a document as it
//! was. The first one that cannot be read stops the import with its file, line and column, and the bank is as before.
//! Invariant: no `_id` comes twice, as on a server.

use std::io::BufReader;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::builder::BinaryBuilder;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use bson::{Bson, Document};
use diagnostic::{Hint, quote};
use pipeline::limits::{MAX_STORED_DEPTH, is_deeper_than};
use rayon::prelude::*;
use store::{BLOCK_ROWS, Store};
use tabular::{Input, Reader, Source, Text};

use crate::load::{Options, Progress, holds_card_data};
use crate::pieces::{Fault, Piece, Pieces};
use crate::seen::Hashes;
use crate::{CUSTOMERS, Error, TRANSACTIONS, ids};

/// A server takes no larger document.
const MOST_BYTES: usize = 16 << 20;
/// A block's documents together, so that Arrow's 32-bit offsets reach.
pub(crate) const MOST_BYTES_A_BLOCK: usize = i32::MAX as usize;

/// A document that was read.
struct Taken {
    bytes: Vec<u8>,
    id: Option<Vec<u8>>,
}

/// Imports a file of documents as the collection `name`, replacing what it held; gives the number of documents.
pub fn import_documents<'a>(
    name: &str,
    source: impl Into<Source<'a>>,
    store: &Store,
    options: &Options<'_>,
) -> Result<u64, Error> {
    refuse_card_data(name, store)?;
    options.as_of.map_or(Ok(()), store::check_day)?;
    let source = source.into();
    let text = options.reading(|reading| Text::open(source, reading))?;
    if let Some(note) = &text.note {
        return Err(Error::input(format!("{} is not UTF-8, as JSON is: it would be {note}", text.input.subject))
            .hint("convert the file to UTF-8, then import it again"));
    }
    let (input, base, n_bytes) = (&text.input, text.base, text.input.n_bytes()?.max(1));
    let mut pieces = cut(&text)?;
    let mut commit = store.begin()?;
    let mut writer = commit.writer(name, schema())?;
    let (mut n_rows, mut seen) = (0, Hashes::new());
    loop {
        options.check_cancelled()?;
        let mut block = Vec::new();
        while block.len() < BLOCK_ROWS
            && let Some(piece) = pieces.next().map_err(|fault| fault_error(input, fault))?
        {
            block.push(piece);
        }
        if block.is_empty() {
            break;
        }
        if n_rows == 0 && block.len() == 1 {
            refuse_split_frame(input, &block[0])?;
        }
        let documents: Vec<Result<Taken, Error>> = block.par_iter().map(|piece| taken(input, piece)).collect();
        writer.write(&batch(&text, &block, documents, &mut seen)?)?;
        n_rows += block.len() as u64;
        (options.progress)(Progress { rows: n_rows, fraction: (base + pieces.at_byte) as f64 / n_bytes as f64 });
    }
    writer.note("source", input.name.clone());
    commit.add(writer)?;
    commit.finish(options.as_of)?;
    Ok(n_rows)
}

/// The file's documents.
fn cut(text: &Text) -> Result<Pieces<BufReader<Reader>>, Error> {
    Pieces::new(text.input.reader(text.base)).map_err(|fault| fault_error(&text.input, fault))
}

/// Refuses to put documents of any shape where the bank's card data lies.
pub(crate) fn refuse_card_data(name: &str, store: &Store) -> Result<(), Error> {
    if [CUSTOMERS, TRANSACTIONS].contains(&name) && holds_card_data(store) {
        return Err(Error::input(format!("the collection `{name}` holds the bank's card data"))
            .hint("choose another name for the documents"));
    }
    Ok(())
}

pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("bson", DataType::Binary, false)]))
}

fn batch(
    text: &Text,
    pieces: &[Piece],
    documents: Vec<Result<Taken, Error>>,
    seen: &mut Hashes,
) -> Result<RecordBatch, Error> {
    let input = &text.input;
    let mut column = BinaryBuilder::with_capacity(documents.len(), 0);
    let mut n_bytes = 0;
    for (piece, document) in pieces.iter().zip(documents) {
        let Taken { bytes, id } = document?;
        if let Some(id) = id
            && !seen.insert(&id)
        {
            return Err(duplicate(text, piece, &id));
        }
        n_bytes += bytes.len();
        if n_bytes > MOST_BYTES_A_BLOCK {
            return Err(Error::input(format!("{BLOCK_ROWS} documents in a row have more than 2 GB"))
                .at(input.at(piece.line, piece.column))
                .hint("split the file into collections with smaller documents"));
        }
        column.append_value(bytes);
    }
    RecordBatch::try_new(schema(), vec![Arc::new(column.finish())])
        .map_err(|error: ArrowError| Error::bug(format!("the block cannot be made: {error}")))
}

/// Reads the file again up to the first document with that `_id`, since only this fault needs to know its place.
fn duplicate(text: &Text, piece: &Piece, id: &[u8]) -> Error {
    let input = &text.input;
    let shown = read(input, piece).ok().and_then(|document| Some(shown(document.get("_id")?))).unwrap_or_default();
    let error = Error::input(format!("the `_id` {shown} is in the file twice"))
        .at(input.at(piece.line, piece.column))
        .duplicate_key();
    let Ok(mut pieces) = cut(text) else { return error };
    while let Ok(Some(first)) = pieces.next() {
        if read(input, &first).is_ok_and(|document| ids::key(&document).as_deref() == Some(id)) {
            let place = input.at(first.line, first.column);
            return error.hint(format!("the first one is at {place}; give each document an `_id` of its own, or none"));
        }
    }
    error
}

/// A value as messages show it.
pub(crate) fn shown(value: &Bson) -> String {
    format!("`{}`", quote(&value.to_string()))
}

/// The document as raw BSON.
fn taken(input: &Input, piece: &Piece) -> Result<Taken, Error> {
    let at = || input.at(piece.line, piece.column);
    let document = read(input, piece)?;
    if document.values().any(|value| is_deeper_than(value, MAX_STORED_DEPTH - 1)) {
        return Err(Error::input(format!("the document is nested in more than {MAX_STORED_DEPTH} levels")).at(at()));
    }
    let bytes = document
        .to_vec()
        .map_err(|error| Error::input(format!("the document cannot be kept as BSON: {error}")).at(at()))?;
    if bytes.len() > MOST_BYTES {
        let message = format!("the document has {} bytes; a document may have 16 MB", bytes.len());
        return Err(Error::input(message).at(at()).hint("split it into several documents"));
    }
    Ok(Taken { bytes, id: ids::key(&document) })
}

fn read(input: &Input, piece: &Piece) -> Result<Document, Error> {
    let text = std::str::from_utf8(&piece.text).map_err(|_| {
        Error::input("the text is not UTF-8")
            .at(input.at(piece.line, piece.column))
            .hint("convert the file to UTF-8, then import it again")
    })?;
    if let Some(offset) = long_number(text) {
        let (line, column) = within(piece, &text[..offset]);
        let digits: String = text[offset..].chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        return Err(Error::input(format!("the number {} does not fit into 64 bits", quote(&digits)))
            .at(input.at(line, column))
            .hint("write it as a text, or as `{\"$numberDecimal\": \"…\"}`, which keeps 34 digits"));
    }
    pipeline::read_document(text).map_err(|error| document_error(input, piece, error))
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
    let Ok(document) = read(input, piece) else { return Ok(()) };
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
