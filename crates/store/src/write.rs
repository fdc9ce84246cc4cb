//! Writes one collection as an Arrow IPC file under a temporary name, hashing as it goes, each block once.
//!
//! In: record batches. Out: [`Written`]: the closed and synced file with its hash and checksums.
//! Invariant: until a commit renames it, the file goes with its writer.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::MetadataVersion;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use fs_err as fs;
use jiff::civil::Date;

use crate::flush::Flusher;
use crate::frame::{self, Part};
use crate::names::{WRITING, free_temporary};
use crate::run::Run;
use crate::statistics::Statistics;
use crate::{BLOCK_ROWS, Error, verifier};

/// A collection being written. Give it back with [`Commit::add`](crate::Commit::add); dropping it leaves nothing.
pub struct Writer {
    pub(crate) name: String,
    temporary: Temporary,
    /// Makes bytes of blocks, which then go into the file.
    encoder: FileWriter<Vec<u8>>,
    file: Hashing,
    schema: SchemaRef,
    statistics: Statistics,
    n_rows: u64,
    is_last: bool,
    as_of: Option<Date>,
    notes: BTreeMap<String, String>,
    contract: Option<Arc<str>>,
    /// Held until the temporary file is gone, so that no other run gives that name.
    _run: Arc<Run>,
}

/// A collection written and closed, but not yet part of the bank.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) temporary: Temporary,
    pub(crate) hash: String,
    pub(crate) checksum: String,
    pub(crate) blocks: Vec<String>,
    pub(crate) n_rows: u64,
    pub(crate) bytes: u64,
    pub(crate) metadata: BTreeMap<String, String>,
    /// The day of this collection, where it has one of its own.
    pub(crate) as_of: Option<Date>,
    pub(crate) notes: BTreeMap<String, String>,
    pub(crate) contract: Option<Arc<str>>,
}

impl Writer {
    pub(crate) fn create(name: &str, schema: SchemaRef, run: Arc<Run>) -> Result<Self, Error> {
        let (folder, is_new) = run.collection_dir(name)?;
        let file_name = free_temporary(&folder, WRITING);
        let temporary = Temporary { path: folder.join(&file_name), is_folder_new: is_new };
        run.intend(&[format!("{name}/{file_name}")])?;
        let file = run.modes.create_new(&temporary.path)?;
        let options = IpcWriteOptions::try_new(64, false, MetadataVersion::V5).map_err(|error| arrow(&error))?;
        let mut encoder =
            FileWriter::try_new_with_options(Vec::new(), &schema, options).map_err(|error| arrow(&error))?;
        let mut file = Hashing::new(file);
        file.write_frame(encoder.get_mut())?;
        encoder.get_mut().clear();
        let statistics = Statistics::new(&schema);
        Ok(Self {
            name: name.to_owned(),
            temporary,
            encoder,
            file,
            schema,
            statistics,
            n_rows: 0,
            is_last: false,
            as_of: None,
            notes: BTreeMap::new(),
            contract: None,
            _run: run,
        })
    }

    /// Adds a block: [`BLOCK_ROWS`] rows, or fewer if it is the last.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if self.is_last || batch.num_rows() > BLOCK_ROWS || batch.num_rows() == 0 {
            return Err(Error::bug(format!("a block of {} rows was written to `{}`", batch.num_rows(), self.name)));
        }
        if batch.schema().fields() != self.schema.fields() {
            return Err(Error::bug(format!("a block of another schema was written to `{}`", self.name)));
        }
        self.is_last = batch.num_rows() < BLOCK_ROWS;
        self.n_rows += batch.num_rows() as u64;
        let Self { encoder, statistics, file, schema, .. } = self;
        let (encoded, ()) = rayon::join(|| encoder.write(batch), || statistics.add(batch));
        encoded.map_err(|error| arrow(&error))?;
        file.write_blocks(encoder.get_ref(), schema)?;
        encoder.get_mut().clear();
        Ok(())
    }

    /// Keeps a note with the collection, such as where it came from. Notes are no part of its content.
    pub fn note(&mut self, key: &str, value: impl Into<String>) {
        self.notes.insert(key.to_owned(), value.into());
    }

    /// Sets the text of the contract that the collection follows, which travels with this state of it: content that is
    /// there under another contract is another state.
    pub fn contract(&mut self, text: &str) {
        self.contract = Some(Arc::from(text));
    }

    /// Sets the day that this collection describes, in place of the commit's, or [`NO_DAY`](crate::NO_DAY); one that [`check_day`](crate::check_day)
    /// refuses is refused when the writer is given back.
    pub fn as_of(&mut self, day: Date) {
        self.as_of = Some(day);
    }

    /// Closes and syncs the file.
    pub(crate) fn close(mut self) -> Result<Written, Error> {
        self.encoder.finish().map_err(|error| arrow(&error))?;
        let Self { mut file, encoder, .. } = self;
        file.write_frame(encoder.get_ref())?;
        file.flusher.take().map_or(Ok(()), Flusher::finish)?;
        file.file.sync_all()?;
        Ok(Written {
            name: self.name,
            temporary: self.temporary,
            hash: file.hasher.finalize().to_hex().to_string(),
            checksum: file.frame_hasher.finalize().to_hex().to_string(),
            blocks: file.blocks,
            n_rows: self.n_rows,
            bytes: file.bytes,
            metadata: self.statistics.finish(),
            as_of: self.as_of,
            notes: self.notes,
            contract: self.contract,
        })
    }
}

/// A file that goes when this goes, unless it was renamed; and with it its folder, if that was made for it.
pub(crate) struct Temporary {
    pub(crate) path: PathBuf,
    is_folder_new: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Best effort: what stays is swept before the next write.
        let _ = fs::remove_file(&self.path);
        if self.is_folder_new
            && let Some(folder) = self.path.parent()
        {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A file, and what the manifest keeps of its bytes.
struct Hashing {
    file: fs::File,
    hasher: blake3::Hasher,
    /// Of the frame alone, as [`Frame::checksum`](crate::frame::Frame::checksum) takes it of a whole file.
    frame_hasher: blake3::Hasher,
    blocks: Vec<String>,
    bytes: u64,
    flusher: Option<Flusher>,
}

impl Hashing {
    fn new(file: fs::File) -> Self {
        let (hasher, frame_hasher) = (blake3::Hasher::new(), blake3::Hasher::new());
        Self { file, hasher, frame_hasher, blocks: Vec::new(), bytes: 0, flusher: None }
    }

    /// Writes what belongs to no batch's body.
    fn write_frame(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.frame_hasher.update(bytes);
        self.hasher.update(bytes);
        self.write(bytes)
    }

    /// Writes whole messages: batches, and the dictionaries before them.
    fn write_blocks(&mut self, bytes: &[u8], schema: &Schema) -> Result<(), Error> {
        let parts = frame::parts(bytes, schema).map_err(|error| arrow(&error))?;
        let Self { hasher, frame_hasher, blocks, .. } = self;
        let sum = || {
            for part in &parts {
                match part {
                    Part::Frame(range) => drop(frame_hasher.update(&bytes[range.clone()])),
                    Part::Body(columns) => blocks.push(verifier::checksums(bytes, columns)),
                }
            }
        };
        rayon::join(|| hasher.update(bytes), sum);
        self.write(bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| arrow(&ArrowError::from(error)))?;
        Ok(Flusher::note(&mut self.flusher, &self.file, self.bytes)?)
    }
}

/// Writing fails by I/O, or because a caller handed over what Arrow cannot write.
fn arrow(error: &ArrowError) -> Error {
    match error {
        ArrowError::IoError(message, source) => {
            Error::from(std::io::Error::new(source.kind(), format!("cannot write the collection: {message}")))
        }
        other => Error::bug(format!("the collection cannot be written: {other}")),
    }
}
