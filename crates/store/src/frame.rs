//! The frame of an Arrow IPC file: where its blocks are, and in each block its columns.
//!
//! A file is a *frame* (magic, the schema, a header a block, the dictionaries, the footer) around *bodies* (the columns'
//! bytes). In: the mapped file. Out: [`Frame`], whose parts all lie inside the file.
//! Invariant: each byte of a file belongs to the frame or to one column of one block, so [`Frame::checksum`] and the
//! checksums of [`Frame::columns`] together see every byte.

use std::ops::Range;
use std::path::Path;

use arrow_buffer::Buffer;
use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{Block, MetadataVersion};
use arrow_schema::{ArrowError, DataType, Schema};

use crate::Error;

const MAGIC: &[u8] = b"ARROW1";
/// Four bytes of footer length, then the magic.
const TRAILER: usize = 10;
/// Before a block's header: a mark and its length, four bytes each.
const PREFIX: usize = 8;

/// Where the parts of a file are; each lies inside the file.
pub(crate) struct Frame {
    pub(crate) footer: Vec<u8>,
    pub(crate) version: MetadataVersion,
    footer_start: usize,
    pub(crate) dictionaries: Vec<Block>,
    pub(crate) batches: Vec<Block>,
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
        let version = parsed.version();
        Ok(Self { footer, version, footer_start, dictionaries, batches })
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

    /// Where the bytes of each column of each block are, block after block. A column's bytes end where the next one's begin.
    pub(crate) fn columns(&self, buffer: &Buffer, schema: &Schema) -> Result<Vec<Range<usize>>, ArrowError> {
        let mut ranges = Vec::with_capacity(self.batches.len() * schema.fields().len());
        for block in &self.batches {
            let (start, body, end) = block_range(block).ok_or_else(malformed)?;
            let header = buffer.get(start + PREFIX..body).ok_or_else(malformed)?;
            ranges.extend(columns_of(header, body..end, schema)?);
        }
        Ok(ranges)
    }
}

/// The parts of a file that are written one after the other.
pub(crate) enum Part {
    /// Some of the frame.
    Frame(Range<usize>),
    /// The body of a batch: where each column is.
    Body(Vec<Range<usize>>),
}

/// What bytes that are whole messages consist of, in their order.
pub(crate) fn parts(bytes: &[u8], schema: &Schema) -> Result<Vec<Part>, ArrowError> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let prefix = bytes.get(at..at + PREFIX).ok_or_else(malformed)?;
        let length = u32::from_le_bytes([prefix[4], prefix[5], prefix[6], prefix[7]]) as usize;
        let body = at + PREFIX + length;
        let header = bytes.get(at + PREFIX..body).ok_or_else(malformed)?;
        let message = arrow_ipc::root_as_message(header).map_err(|_| malformed())?;
        let body_length = usize::try_from(message.bodyLength()).map_err(|_| malformed())?;
        let end = body.checked_add(body_length).filter(|end| *end <= bytes.len()).ok_or_else(malformed)?;
        if message.header_as_record_batch().is_some() {
            parts.push(Part::Frame(at..body));
            parts.push(Part::Body(columns_of(header, body..end, schema)?));
        } else {
            parts.push(Part::Frame(at..end));
        }
        at = end;
    }
    Ok(parts)
}

/// Where the bytes of each column of a batch are, by its header and where its body is.
fn columns_of(header: &[u8], body: Range<usize>, schema: &Schema) -> Result<Vec<Range<usize>>, ArrowError> {
    let message = arrow_ipc::root_as_message(header).map_err(|_| malformed())?;
    let batch = message.header_as_record_batch().ok_or_else(malformed)?;
    let mut offsets: Vec<usize> = Vec::new();
    for part in batch.buffers().into_iter().flatten() {
        offsets.push(usize::try_from(part.offset()).map_err(|_| malformed())?);
    }
    let mut ranges = Vec::with_capacity(schema.fields().len());
    let (mut at, mut n_parts) = (body.start, 0);
    for field in schema.fields() {
        n_parts += n_buffers(field.data_type())?;
        let next = offsets.get(n_parts).map_or(Some(body.end), |offset| body.start.checked_add(*offset));
        let next = next.filter(|next| (at..=body.end).contains(next)).ok_or_else(malformed)?;
        ranges.push(at..next);
        at = next;
    }
    if n_parts != offsets.len() || ranges.is_empty() {
        return Err(malformed());
    }
    Ok(ranges)
}

fn malformed() -> ArrowError {
    ArrowError::ParseError("the header of a block is malformed".to_owned())
}

/// How many buffers a column of this type has in a block.
fn n_buffers(data_type: &DataType) -> Result<usize, ArrowError> {
    Ok(match data_type {
        DataType::Null => 0,
        DataType::Boolean | DataType::Dictionary(..) | DataType::FixedSizeBinary(_) => 2,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => 3,
        DataType::List(item) | DataType::LargeList(item) | DataType::Map(item, _) => 2 + n_buffers(item.data_type())?,
        DataType::FixedSizeList(item, _) => 1 + n_buffers(item.data_type())?,
        DataType::Struct(fields) => {
            fields.iter().try_fold(1, |n, field| Ok::<_, ArrowError>(n + n_buffers(field.data_type())?))?
        }
        plain if plain.is_primitive() => 2,
        other => return Err(ArrowError::NotYetImplemented(format!("a column has the type {other}"))),
    })
}

/// Start of a block, start of its body, end; `None` where the numbers cannot be right.
pub(crate) fn block_range(block: &Block) -> Option<(usize, usize, usize)> {
    let start = usize::try_from(block.offset()).ok()?;
    let body = start.checked_add(usize::try_from(block.metaDataLength()).ok()?)?;
    let end = body.checked_add(usize::try_from(block.bodyLength()).ok()?)?;
    Some((start, body, end))
}
