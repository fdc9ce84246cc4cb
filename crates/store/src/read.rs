//! Reads an Arrow IPC file of the bank from its map: checks its frame, then hands out batches over the same memory.
//!
//! A file is a *frame* (magic, the schema, a header a block, the footer) around *bodies* (the columns' bytes).
//! Invariant: nothing of a frame is believed before its checksum is right, so Arrow's decoder only sees what our
//! writer wrote; it still validates each body, so flipped bits there cannot make memory unsafe.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowDictionaryKeyType, Int32Type, UInt8Type, UInt16Type};
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::Block;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_schema::{ArrowError, DataType, FieldRef, Schema, SchemaRef};
use rayon::prelude::*;

use crate::Error;
use crate::manifest::Snapshot;

const MAGIC: &[u8] = b"ARROW1";
/// Four bytes of footer length, then the magic.
const TRAILER: usize = 10;
/// Files up to this size are hashed whole at each read, which takes some 5 ms; larger ones by `Store::verify`.
const HASH_WHOLE_UP_TO: usize = 16 << 20;

/// The batches of a snapshot, over the mapped memory itself.
pub(crate) fn decode(
    path: &Path,
    buffer: &Buffer,
    snapshot: &Snapshot,
) -> Result<(SchemaRef, Vec<RecordBatch>), Error> {
    if buffer.len() as u64 != snapshot.bytes {
        let what = format!("it has {} bytes, but {} were written", buffer.len(), snapshot.bytes);
        return Err(Error::damaged(path, what));
    }
    let frame = Frame::of(path, buffer)?;
    if frame.checksum(buffer) != snapshot.checksum {
        return Err(Error::damaged(path, "its headers are not those that were written"));
    }
    if buffer.len() <= HASH_WHOLE_UP_TO {
        verify(path, buffer, snapshot)?;
    }
    let (schema, batches) = frame.decode(buffer).map_err(|error| Error::damaged(path, error))?;
    let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if n_rows as u64 != snapshot.rows {
        return Err(Error::damaged(path, format!("it has {n_rows} rows, but {} were written", snapshot.rows)));
    }
    with_metadata(&schema, batches, snapshot).map_err(|error| Error::damaged(path, error))
}

/// Whether every byte is as it was written.
pub(crate) fn verify(path: &Path, buffer: &Buffer, snapshot: &Snapshot) -> Result<(), Error> {
    if blake3::hash(buffer).to_hex().as_str() == snapshot.hash {
        Ok(())
    } else {
        Err(Error::damaged(path, "its content is not what was written"))
    }
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

/// Where the parts of a file are; each lies inside the file.
pub(crate) struct Frame {
    footer: Vec<u8>,
    footer_start: usize,
    dictionaries: Vec<Block>,
    batches: Vec<Block>,
}

impl Frame {
    pub(crate) fn of(path: &Path, buffer: &Buffer) -> Result<Self, Error> {
        let not_arrow = || Error::damaged(path, "it is not a whole Arrow file");
        let trailer_start = buffer.len().checked_sub(TRAILER).ok_or_else(not_arrow)?;
        let trailer: [u8; TRAILER] = buffer[trailer_start..].try_into().map_err(|_| not_arrow())?;
        if !buffer.starts_with(MAGIC) {
            return Err(not_arrow());
        }
        let footer_length = read_footer_length(trailer).map_err(|_| not_arrow())?;
        let footer_start = trailer_start.checked_sub(footer_length).ok_or_else(not_arrow)?;
        // A copy, since the footer may lie at an address that its numbers must not have.
        let footer = buffer[footer_start..trailer_start].to_vec();
        let parsed =
            arrow_ipc::root_as_footer(&footer).map_err(|_| Error::damaged(path, "its footer cannot be read"))?;
        let blocks = |list: Option<Vec<Block>>| {
            let list = list.unwrap_or_default();
            let fits = |block: &Block| block_range(block).is_some_and(|(_, _, end)| end <= footer_start);
            if list.iter().all(fits) { Ok(list) } else { Err(Error::damaged(path, "its footer points outside of it")) }
        };
        let dictionaries = blocks(parsed.dictionaries().map(|list| list.iter().copied().collect()))?;
        let batches = blocks(parsed.recordBatches().map(|list| list.iter().copied().collect()))?;
        Ok(Self { footer, footer_start, dictionaries, batches })
    }

    /// The hash of everything but the batches' bodies.
    pub(crate) fn checksum(&self, buffer: &Buffer) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut at = 0;
        for (_, body, end) in self.batches.iter().filter_map(block_range) {
            hasher.update(&buffer[at.min(body)..body]);
            at = end;
        }
        hasher.update(&buffer[at.min(self.footer_start)..]);
        hasher.finalize().to_hex().to_string()
    }

    fn decode(&self, buffer: &Buffer) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
        let footer = arrow_ipc::root_as_footer(&self.footer)
            .map_err(|_| ArrowError::ParseError("its footer cannot be read".to_owned()))?;
        let schema = footer.schema().ok_or_else(|| ArrowError::ParseError("its footer has no schema".to_owned()))?;
        let schema = Arc::new(try_fb_to_schema(schema)?);
        // Alignment is required, so that a batch is never silently a copy.
        let mut decoder = FileDecoder::new(Arc::clone(&schema), footer.version()).with_require_alignment(true);
        let slice = |block: &Block| {
            let (start, _, end) = block_range(block).unwrap_or_default();
            buffer.slice_with_length(start, end - start)
        };
        for block in &self.dictionaries {
            decoder.read_dictionary(block, &slice(block))?;
        }
        let Some((first, others)) = self.batches.split_first() else { return Ok((schema, Vec::new())) };
        let first = decoder.read_record_batch(first, &slice(first))?.ok_or_else(no_batch)?;
        let codes = FileDecoder::new(coded(&schema), footer.version()).with_require_alignment(true);
        let batch = |block: &Block| {
            let batch = codes.read_record_batch(block, &slice(block))?.ok_or_else(no_batch)?;
            with_dictionaries(&batch, &first)
        };
        let others: Vec<_> = others.par_iter().map(batch).collect();
        let batches = std::iter::once(Ok(first.clone())).chain(others).collect::<Result<_, _>>()?;
        Ok((schema, batches))
    }
}

/// Start of a block, start of its body, end; `None` where the numbers make no sense.
fn block_range(block: &Block) -> Option<(usize, usize, usize)> {
    let start = usize::try_from(block.offset()).ok()?;
    let body = start.checked_add(usize::try_from(block.metaDataLength()).ok()?)?;
    let end = body.checked_add(usize::try_from(block.bodyLength()).ok()?)?;
    Some((start, body, end))
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
    let code = |field: &FieldRef| match field.data_type() {
        DataType::Dictionary(code, _) => Arc::new(field.as_ref().clone().with_data_type(code.as_ref().clone())),
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(code).collect::<Vec<_>>()))
}

/// A batch of a [`coded`] schema with the dictionaries of `first`.
fn with_dictionaries(batch: &RecordBatch, first: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let column = |(column, first): (&ArrayRef, &ArrayRef)| -> Result<ArrayRef, ArrowError> {
        let Some(dictionary) = first.as_any_dictionary_opt() else { return Ok(Arc::clone(column)) };
        let values = Arc::clone(dictionary.values());
        match column.data_type() {
            DataType::UInt8 => with_dictionary::<UInt8Type>(column, values),
            DataType::UInt16 => with_dictionary::<UInt16Type>(column, values),
            DataType::Int32 => with_dictionary::<Int32Type>(column, values),
            other => Err(ArrowError::NotYetImplemented(format!("its dictionary has codes of the type {other}"))),
        }
    };
    let columns = batch.columns().iter().zip(first.columns()).map(column).collect::<Result<_, _>>()?;
    RecordBatch::try_new(first.schema(), columns)
}

fn with_dictionary<K: ArrowDictionaryKeyType>(codes: &ArrayRef, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<K>::try_new(codes.as_primitive::<K>().clone(), values)?))
}
