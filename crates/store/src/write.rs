//! Writes one collection as an Arrow IPC file under a temporary name, hashing as it goes.
//!
//! In: record batches. Out: [`Written`]: the closed and synced file with its hash and checksums.
//! Invariant: until a commit renames it, the file goes with its writer.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::MetadataVersion;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{ArrowError, SchemaRef};
use fs_err as fs;
use jiff::civil::Date;

use crate::frame::Frame;
use crate::names::{WRITING, free_temporary};
use crate::run::Run;
use crate::statistics::Statistics;
use crate::{BLOCK_ROWS, Error, map, verifier};

/// A collection being written. Give it back with [`Commit::add`](crate::Commit::add); dropping it leaves nothing.
pub struct Writer {
    pub(crate) name: String,
    temporary: Temporary,
    file: FileWriter<BufWriter<Hashing>>,
    schema: SchemaRef,
    statistics: Statistics,
    n_rows: u64,
    is_last: bool,
    as_of: Option<Date>,
    notes: BTreeMap<String, String>,
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
}

impl Writer {
    pub(crate) fn create(name: &str, schema: SchemaRef, run: Arc<Run>) -> Result<Self, Error> {
        let (folder, is_new) = run.collection_dir(name)?;
        let file_name = free_temporary(&folder, WRITING);
        let temporary = Temporary { path: folder.join(&file_name), is_folder_new: is_new };
        run.intend(&[format!("{name}/{file_name}")])?;
        let file = run.modes.create_new(&temporary.path)?;
        let sink = BufWriter::with_capacity(1 << 20, Hashing { file, hasher: blake3::Hasher::new(), bytes: 0 });
        let options = IpcWriteOptions::try_new(64, false, MetadataVersion::V5).map_err(|error| arrow(&error))?;
        let file = FileWriter::try_new_with_options(sink, &schema, options).map_err(|error| arrow(&error))?;
        let statistics = Statistics::new(&schema);
        Ok(Self {
            name: name.to_owned(),
            temporary,
            file,
            schema,
            statistics,
            n_rows: 0,
            is_last: false,
            as_of: None,
            notes: BTreeMap::new(),
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
        self.statistics.add(batch);
        self.file.write(batch).map_err(|error| arrow(&error))
    }

    /// Keeps a note with the collection, such as where it came from. Notes are no part of its content.
    pub fn note(&mut self, key: &str, value: impl Into<String>) {
        self.notes.insert(key.to_owned(), value.into());
    }

    /// Sets the day that this collection describes, in place of the commit's; one that [`check_day`](crate::check_day)
    /// refuses is refused when the writer is given back.
    pub fn as_of(&mut self, day: Date) {
        self.as_of = Some(day);
    }

    /// Closes and syncs the file.
    pub(crate) fn close(mut self) -> Result<Written, Error> {
        self.file.finish().map_err(|error| arrow(&error))?;
        let sink = self.file.into_inner().map_err(|error| arrow(&error))?;
        let hashing = sink.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        hashing.file.sync_all()?;
        let path = &self.temporary.path;
        let buffer = map::map(&fs::File::open(path)?)?;
        let frame = Frame::of(path, &buffer)?;
        let checksum = frame.checksum(&buffer);
        let blocks = verifier::checksums(path, &buffer, &frame, &self.schema)?;
        Ok(Written {
            name: self.name,
            temporary: self.temporary,
            hash: hashing.hasher.finalize().to_hex().to_string(),
            checksum,
            blocks,
            n_rows: self.n_rows,
            bytes: hashing.bytes,
            metadata: self.statistics.finish(),
            as_of: self.as_of,
            notes: self.notes,
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

struct Hashing {
    file: fs::File,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
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
