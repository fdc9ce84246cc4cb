//! A change of the bank: all of it, or nothing.
//!
//! Order of things, each synced before the next: the data files under temporary names; their final names; the folders;
//! the new manifest under a temporary name; its rename over the old one, which is the moment of the change.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use fs_err as fs;
use jiff::civil::Date;

use crate::lock::Lock;
use crate::manifest::{MANIFEST, Manifest, Snapshot, check_name};
use crate::store::{Store, read_manifest};
use crate::sweep::{self, MANIFEST_WRITING};
use crate::write::{Writer, Written};
use crate::{Error, ErrorKind};

/// A change under way. Dropping it leaves the bank as it was.
pub struct Commit<'a> {
    store: &'a Store,
    written: Vec<Written>,
    manifest: Manifest,
    lock: Arc<Lock>,
}

/// What a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The bank has new snapshots.
    Changed,
    /// All of it was there already.
    Unchanged,
}

impl<'a> Commit<'a> {
    pub(crate) fn begin(store: &'a Store) -> Result<Self, Error> {
        let lock = Lock::take(&store.dir)?;
        let manifest = read_manifest(&store.dir)?.map(|(_, manifest)| manifest).unwrap_or_default();
        sweep::sweep(&store.dir, &manifest)?;
        Ok(Self { store, written: Vec::new(), manifest, lock: Arc::new(lock) })
    }

    /// A writer for a collection, which need not be there yet. Several may be open at once.
    pub fn writer(&self, name: &str, schema: SchemaRef) -> Result<Writer, Error> {
        check_name(name)?;
        let twin = self.manifest.collections.keys().find(|other| other.eq_ignore_ascii_case(name) && *other != name);
        if let Some(twin) = twin {
            let message = format!("the collection `{name}` differs from `{twin}` only by case");
            return Err(Error::input(message).hint("choose another name: some file systems cannot tell the two apart"));
        }
        Writer::create(&self.store.dir, name, schema, Arc::clone(&self.lock))
    }

    /// Takes a collection written to its end. It becomes part of the bank with [`Commit::finish`].
    pub fn add(&mut self, writer: Writer) -> Result<(), Error> {
        if self.written.iter().any(|written| written.name == writer.name) {
            return Err(Error::bug(format!("`{}` was written twice in one commit", writer.name)));
        }
        self.written.push(writer.close()?);
        Ok(())
    }

    /// Writes a whole collection from an iterator of blocks.
    pub fn write<E: From<Error>>(
        &mut self,
        name: &str,
        schema: SchemaRef,
        batches: impl Iterator<Item = Result<RecordBatch, E>>,
    ) -> Result<(), E> {
        let mut writer = self.writer(name, schema)?;
        for batch in batches {
            writer.write(&batch?)?;
        }
        Ok(self.add(writer)?)
    }

    /// Makes what was added part of the bank, as the state of the day `as_of`, but for collections whose writer was told
    /// another. Without a day it is today, or that of the newest snapshot if that is later, so that what was written
    /// last is what is read; and content that the newest snapshot already has changes nothing.
    pub fn finish(self, as_of: Option<Date>) -> Result<Outcome, Error> {
        let Self { store, written, mut manifest, lock: _lock } = self;
        let newest = manifest.collections.values().filter_map(|snapshots| Some(snapshots.last()?.as_of)).max();
        let default_day = as_of.unwrap_or_else(|| jiff::Zoned::now().date().max(newest.unwrap_or(Date::MIN)));
        let is_there = |written: &Written| match written.as_of.or(as_of) {
            None => manifest.newest(&written.name).is_some_and(|snapshot| snapshot.hash == written.hash),
            Some(day) => {
                let snapshots = manifest.collections.get(&written.name).into_iter().flatten();
                snapshots.into_iter().any(|snapshot| snapshot.as_of == day && snapshot.hash == written.hash)
            }
        };
        let new: Vec<Written> = written.into_iter().filter(|written| !is_there(written)).collect();
        if new.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        for written in new {
            let folder = store.dir.join(&written.name);
            let snapshot = Snapshot {
                as_of: written.as_of.unwrap_or(default_day),
                hash: written.hash.clone(),
                checksum: written.checksum.clone(),
                rows: written.n_rows,
                bytes: written.bytes,
                metadata: written.metadata.clone(),
                notes: written.notes.clone(),
            };
            fs::rename(&written.temporary.0, folder.join(snapshot.file_name()))?;
            sync_folder(&folder)?;
            manifest.add(&written.name, snapshot);
        }
        replace_manifest(&store.dir, &manifest)?;
        store.refresh()?;
        Ok(Outcome::Changed)
    }
}

fn replace_manifest(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    sync_folder(dir)?;
    let writing = dir.join(MANIFEST_WRITING);
    let mut file = fs::File::create(&writing)?;
    file.write_all(manifest.print()?.as_bytes())?;
    file.sync_all()?;
    fs::rename(&writing, dir.join(MANIFEST))?;
    sync_folder(dir)
}

/// Makes renames in the folder last. Where a folder cannot be opened as a file (Windows), the file system sees to it.
fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        fs::File::open(folder)?
            .sync_all()
            .map_err(|error| Error::new(ErrorKind::Io, format!("cannot sync the folder: {error}")).at(folder))?;
    }
    Ok(())
}
