//! Reads an Arrow IPC file of the bank from its map: checks its frame, then hands out batches over the same memory.
//!
//! Invariant: nothing of a frame is believed before its checksum is right, so Arrow's decoder only sees what our
//! writer wrote; it still validates each body, so flipped bits there cannot make memory unsafe. That they cannot make an
//! answer wrong either is for the [`Verifier`] beside the batches.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowDictionaryKeyType, Int32Type, UInt8Type, UInt16Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, ListArray, RecordBatch, StructArray};
use arrow_buffer::Buffer;
use arrow_ipc::Block;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::FileDecoder;
use arrow_schema::{ArrowError, DataType, FieldRef, Schema, SchemaRef};
use fs_err as fs;
use rayon::prelude::*;

use crate::frame::{Frame, block_range};
use crate::manifest::Snapshot;
use crate::verifier::Verifier;
use crate::{Error, map};

/// Files up to this size are verified whole when they are opened, which takes some 3 ms; larger ones as they are read.
const VERIFY_WHOLE_UP_TO: usize = 16 << 20;
/// Bytes of a file of format 1 between two looks at whether it was cut, or the check was stopped.
const CHECKED_AT_A_TIME: usize = 16 << 20;

/// A snapshot of a collection, opened. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Its columns, and what the store knows of them.
    pub schema: SchemaRef,
    /// Its rows, over the mapped file: batches of [`BLOCK_ROWS`](crate::BLOCK_ROWS), the last may have fewer.
    pub batches: Vec<RecordBatch>,
    /// To be asked before a column of a batch is read.
    pub verifier: Verifier,
}

/// A snapshot from its open file.
pub(crate) fn open(path: &Path, file: &Arc<fs::File>, snapshot: &Snapshot) -> Result<Contents, Error> {
    let (buffer, frame) = framed(path, file, snapshot)?;
    let damaged = |error: ArrowError| Error::damaged(path, error);
    let schema = Arc::new(schema_of(&frame).map_err(damaged)?);
    let verifier = Verifier::new(path, file, &buffer, &frame, &schema, snapshot)?;
    if buffer.len() <= VERIFY_WHOLE_UP_TO {
        verify(path, &buffer, snapshot, &verifier)?;
    }
    let batches = decode(&frame, &schema, &buffer).map_err(damaged)?;
    let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if n_rows as u64 != snapshot.rows {
        return Err(Error::damaged(path, format!("it has {n_rows} rows, but {} were written", snapshot.rows)));
    }
    let (schema, batches) = with_metadata(&schema, batches, snapshot).map_err(damaged)?;
    Ok(Contents { schema, batches, verifier })
}

/// The mapped file with its frame, if its length and its frame are right.
pub(crate) fn framed(path: &Path, file: &fs::File, snapshot: &Snapshot) -> Result<(Buffer, Frame), Error> {
    let n_bytes = file.metadata()?.len();
    if n_bytes != snapshot.bytes {
        return Err(Error::damaged(path, format!("it has {n_bytes} bytes, but {} were written", snapshot.bytes)));
    }
    let buffer = map::map(file)?;
    let frame = Frame::of(path, &buffer)?;
    if frame.checksum(&buffer) != snapshot.checksum {
        return Err(Error::damaged(path, "its headers are not those that were written"));
    }
    Ok((buffer, frame))
}

/// Looks at every byte of a file; `tell` hears of bytes that were looked at, and may stop it.
pub(crate) fn check(
    path: &Path,
    file: &Arc<fs::File>,
    snapshot: &Snapshot,
    tell: &mut dyn FnMut(u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let (buffer, frame) = framed(path, file, snapshot)?;
    let schema = schema_of(&frame).map_err(|error| Error::damaged(path, error))?;
    let verifier = Verifier::new(path, file, &buffer, &frame, &schema, snapshot)?;
    if verifier.has_checksums() {
        for block in 0..verifier.n_blocks() {
            tell(verifier.verify_block(block)?)?;
        }
        return Ok(());
    }
    let mut hasher = blake3::Hasher::new();
    for piece in buffer.chunks(CHECKED_AT_A_TIME) {
        verifier.check_length()?;
        hasher.update(piece);
        tell(piece.len() as u64)?;
    }
    check_hash(path, &hasher, snapshot)
}

/// Refuses a framed file of which a byte is not as it was written.
fn verify(path: &Path, buffer: &Buffer, snapshot: &Snapshot, verifier: &Verifier) -> Result<(), Error> {
    if verifier.has_checksums() {
        return verifier.verify_all();
    }
    check_hash(path, blake3::Hasher::new().update(buffer), snapshot)
}

/// Refuses a file whose bytes are not those that were written.
fn check_hash(path: &Path, hasher: &blake3::Hasher, snapshot: &Snapshot) -> Result<(), Error> {
    if hasher.finalize().to_hex().as_str() == snapshot.hash {
        Ok(())
    } else {
        Err(Error::damaged(path, "its content is not what was written"))
    }
}

/// The schema that the footer holds.
pub(crate) fn schema_of(frame: &Frame) -> Result<Schema, ArrowError> {
    let footer = arrow_ipc::root_as_footer(&frame.footer)
        .map_err(|_| ArrowError::ParseError("its footer cannot be read".to_owned()))?;
    let schema = footer.schema().ok_or_else(|| ArrowError::ParseError("its footer has no schema".to_owned()))?;
    try_fb_to_schema(schema)
}

/// The schema as the manifest completes it, and the batches with it.
fn with_metadata(
    schema: &SchemaRef,
    batches: Vec<RecordBatch>,
    snapshot: &Snapshot,
) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    let mut complete = schema.as_ref().clone();
    complete.metadata.extend(snapshot.metadata.clone());
    let complete = Arc::new(complete);
    let batches =
        batches.into_iter().map(|batch| batch.with_schema(Arc::clone(&complete))).collect::<Result<_, _>>()?;
    Ok((complete, batches))
}

fn decode(frame: &Frame, schema: &SchemaRef, buffer: &Buffer) -> Result<Vec<RecordBatch>, ArrowError> {
    // Alignment is required, so that a batch is never silently a copy.
    let mut decoder = FileDecoder::new(Arc::clone(schema), frame.version).with_require_alignment(true);
    let slice = |block: &Block| {
        let (start, _, end) = block_range(block).unwrap_or_default();
        buffer.slice_with_length(start, end - start)
    };
    for block in &frame.dictionaries {
        decoder.read_dictionary(block, &slice(block))?;
    }
    let Some((first, others)) = frame.batches.split_first() else { return Ok(Vec::new()) };
    let first = decoder.read_record_batch(first, &slice(first))?.ok_or_else(no_batch)?;
    let codes = FileDecoder::new(coded(schema), frame.version).with_require_alignment(true);
    let batch = |block: &Block| {
        let batch = codes.read_record_batch(block, &slice(block))?.ok_or_else(no_batch)?;
        with_dictionaries(&batch, &first)
    };
    let others: Vec<_> = others.par_iter().map(batch).collect();
    std::iter::once(Ok(first.clone())).chain(others).collect()
}

fn no_batch() -> ArrowError {
    ArrowError::ParseError("a block of it holds no rows".to_owned())
}

/// The schema with dictionary columns as the bare codes, which lie in a batch just as plain numbers do.
///
/// Why not let the decoder make the dictionary arrays: it looks at each code to see that it is one, which is most of
/// the time that opening a large bank takes; [`DictionaryArray::try_new`] looks too, and is several times faster. Also
/// all blocks share one dictionary this way, where the decoder gives each a handle of its own.
fn coded(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(coded_field).collect::<Vec<_>>()))
}

fn coded_field(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Dictionary(code, _) => code.as_ref().clone(),
        DataType::List(element) => DataType::List(coded_field(element)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(coded_field).collect()),
        _ => return Arc::clone(field),
    };
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

/// A batch of a [`coded`] schema with the dictionaries of `first`.
fn with_dictionaries(batch: &RecordBatch, first: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(first.columns());
    let columns = columns.map(|(column, first)| completed(column, first)).collect::<Result<_, _>>()?;
    RecordBatch::try_new(first.schema(), columns)
}

/// A column with the dictionaries of that of the first batch, on whichever level they stand.
fn completed(column: &ArrayRef, first: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if column.data_type() == first.data_type() {
        return Ok(Arc::clone(column));
    }
    match first.data_type() {
        DataType::List(element) => {
            let list = column.as_list::<i32>();
            let values = completed(list.values(), first.as_list::<i32>().values())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(ListArray::try_new(Arc::clone(element), offsets, values, nulls)?))
        }
        DataType::Struct(fields) => {
            let (inside, firsts) = (column.as_struct(), first.as_struct());
            let columns = inside.columns().iter().zip(firsts.columns());
            let columns = columns.map(|(column, first)| completed(column, first)).collect::<Result<_, _>>()?;
            let nulls = inside.nulls().cloned();
            Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, column.len())?))
        }
        _ => words(column, first),
    }
}

fn words(codes: &ArrayRef, first: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let Some(dictionary) = first.as_any_dictionary_opt() else { return Ok(Arc::clone(codes)) };
    let values = Arc::clone(dictionary.values());
    match codes.data_type() {
        DataType::UInt8 => with_dictionary::<UInt8Type>(codes, values),
        DataType::UInt16 => with_dictionary::<UInt16Type>(codes, values),
        DataType::Int32 => with_dictionary::<Int32Type>(codes, values),
        other => Err(ArrowError::NotYetImplemented(format!("its dictionary has codes of the type {other}"))),
    }
}

fn with_dictionary<K: ArrowDictionaryKeyType>(codes: &ArrayRef, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<K>::try_new(codes.as_primitive::<K>().clone(), values)?))
}
