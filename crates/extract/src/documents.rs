//! Imports a file of Extended JSON documents of any shape as a collection beside the bank's two.
//!
//! In: a document a line, or one array of documents. Out: a collection of one column `bson`, each row a document as it
//! was. The first one that cannot be read stops the import with its file, line and column, and the bank is as before.

use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::builder::BinaryBuilder;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pipeline::limits::{MAX_STORED_DEPTH, is_deeper_than};
use rayon::prelude::*;
use store::{BLOCK_ROWS, Store};

use crate::kind::{BYTE_ORDER_MARK, open_text};
use crate::load::{Options, Progress, holds_card_data};
use crate::pieces::{Fault, Piece, Pieces};
use crate::{CUSTOMERS, Error, TRANSACTIONS};

/// A server takes no larger document.
const MOST_BYTES: usize = 16 << 20;
/// A block's documents together, so that Arrow's 32-bit offsets reach.
pub(crate) const MOST_BYTES_A_BLOCK: usize = i32::MAX as usize;

/// Imports a file of documents as the collection `name`, replacing what it held; gives the number of documents.
pub fn import_documents(name: &str, path: &Path, store: &Store, options: &Options<'_>) -> Result<u64, Error> {
    refuse_card_data(name, store)?;
    let (mut file, start) = open_text(path)?;
    let base = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() as u64 } else { 0 };
    let n_bytes = file.metadata()?.len().max(1);
    file.seek(SeekFrom::Start(base))?;
    let fault = |fault| fault_error(path, fault);
    let mut pieces = Pieces::new(BufReader::with_capacity(1 << 18, file)).map_err(fault)?;

    options.as_of.map_or(Ok(()), store::check_day)?;
    let mut commit = store.begin()?;
    let mut writer = commit.writer(name, schema())?;
    let mut n_rows = 0;
    loop {
        options.check_cancelled()?;
        let mut block = Vec::new();
        while block.len() < BLOCK_ROWS
            && let Some(piece) = pieces.next().map_err(fault)?
        {
            block.push(piece);
        }
        if block.is_empty() {
            break;
        }
        let documents: Vec<Result<Vec<u8>, Error>> = block.par_iter().map(|piece| document(path, piece)).collect();
        writer.write(&batch(path, &block, documents)?)?;
        n_rows += block.len() as u64;
        (options.progress)(Progress { rows: n_rows, fraction: (base + pieces.at_byte) as f64 / n_bytes as f64 });
    }
    writer.note("source", path.file_name().unwrap_or_default().to_string_lossy());
    commit.add(writer)?;
    commit.finish(options.as_of)?;
    Ok(n_rows)
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

fn batch(path: &Path, pieces: &[Piece], documents: Vec<Result<Vec<u8>, Error>>) -> Result<RecordBatch, Error> {
    let mut column = BinaryBuilder::with_capacity(documents.len(), 0);
    let mut n_bytes = 0;
    for (piece, document) in pieces.iter().zip(documents) {
        let document = document?;
        n_bytes += document.len();
        if n_bytes > MOST_BYTES_A_BLOCK {
            return Err(Error::input(format!("{BLOCK_ROWS} documents in a row have more than 2 GB"))
                .at(place(path, piece.line, piece.column))
                .hint("split the file into collections with smaller documents"));
        }
        column.append_value(document);
    }
    RecordBatch::try_new(schema(), vec![Arc::new(column.finish())])
        .map_err(|error: ArrowError| Error::bug(format!("the block cannot be made: {error}")))
}

/// The document as raw BSON.
fn document(path: &Path, piece: &Piece) -> Result<Vec<u8>, Error> {
    let at = || place(path, piece.line, piece.column);
    let text = std::str::from_utf8(&piece.text).map_err(|_| {
        Error::input("the text is not UTF-8").at(at()).hint("convert the file to UTF-8, then import it again")
    })?;
    let document = pipeline::read_document(text).map_err(|error| document_error(path, piece, &error))?;
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
    Ok(bytes)
}

/// The reader's error, with its place in the file instead of in the piece.
fn document_error(path: &Path, piece: &Piece, error: &pipeline::Error) -> Error {
    let (line, column) = error.place().and_then(line_and_column).unwrap_or((1, 1));
    let column = if line == 1 { piece.column + column - 1 } else { column };
    let this = Error::input(error.message()).at(place(path, piece.line + line - 1, column));
    let text = error.to_string();
    match text.split_once("\nhint: ") {
        Some((_, hint)) => this.hint(hint),
        None => this,
    }
}

/// Reads a place such as `line 3, column 7`.
fn line_and_column(place: &str) -> Option<(usize, usize)> {
    let (line, column) = place.strip_prefix("line ")?.split_once(", column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

fn place(path: &Path, line: usize, column: usize) -> String {
    format!("{}:{line}:{column}", path.display())
}

fn fault_error(path: &Path, fault: Fault) -> Error {
    match fault {
        Fault::Io(error) => Error::from(error),
        Fault::Text(line, column, message) => Error::input(message).at(place(path, line, column)),
    }
}
