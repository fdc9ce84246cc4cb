//! A change of the bank: all of it, or nothing.
//!
//! Order of things, each synced before the next: the names to come, in the intent file; the data files under temporary
//! names; their final names; the folders; the new manifest under a temporary name; its rename over the old one, which is
//! the moment of the change.

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use fs_err as fs;
use jiff::civil::Date;

use crate::Error;
use crate::check::is_whole;
use crate::manifest::{Manifest, Snapshot};
use crate::names::{MANIFEST, NO_DAY, check_day, check_name, free_temporary};
use crate::run::{Run, sync_folder};
use crate::store::Store;
use crate::sweep::sweep;
use crate::view::read_manifest;
use crate::write::{Writer, Written};

/// A change under way. Dropping it leaves the bank as it was.
pub struct Commit<'a> {
    store: &'a Store,
    written: Vec<Written>,
    manifest: Manifest,
    run: Arc<Run>,
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
        let run = Run::begin(&store.dir)?;
        let mut manifest = read_manifest(&store.dir)?.unwrap_or_default();
        sweep(&store.dir, &mut manifest)?;
        Ok(Self { store, written: Vec::new(), manifest, run: Arc::new(run) })
    }

    /// A writer for a collection, which need not be there yet. Several may be open at once.
    pub fn writer(&self, name: &str, schema: SchemaRef) -> Result<Writer, Error> {
        check_name(name)?;
        let twin = self.manifest.collections.keys().find(|other| other.eq_ignore_ascii_case(name) && *other != name);
        if let Some(twin) = twin {
            let message = format!("the collection `{name}` differs from `{twin}` only by case");
            return Err(Error::input(message).hint("choose another name: some file systems cannot tell the two apart"));
        }
        Writer::create(name, schema, Arc::clone(&self.run))
    }

    /// Takes a collection written to its end. It becomes part of the bank with [`Commit::finish`].
    pub fn add(&mut self, writer: Writer) -> Result<(), Error> {
        if self.written.iter().any(|written| written.name == writer.name) {
            return Err(Error::bug(format!("`{}` was written twice in one commit", writer.name)));
        }
        let written = writer.close()?;
        written.as_of.filter(|day| *day != NO_DAY).map_or(Ok(()), check_day)?;
        self.written.push(written);
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
    /// last is what is read; and content that the newest snapshot already has under the same contract changes nothing, if its
    /// file is whole: one that is damaged or gone is replaced.
    pub fn finish(mut self, as_of: Option<Date>) -> Result<Outcome, Error> {
        as_of.map_or(Ok(()), check_day)?;
        let newest = self.manifest.days().last().copied();
        let default_day = as_of.unwrap_or_else(|| jiff::Zoned::now().date().max(newest.unwrap_or(Date::MIN)));
        let (mut new, mut is_completed) = (Vec::new(), false);
        for written in std::mem::take(&mut self.written) {
            let day = written.as_of.or(as_of);
            match self.manifest.holding(&written.name, day, &written.hash) {
                None => new.push((day.unwrap_or(default_day), written)),
                // What is left of format 1 has no contract yet.
                Some(known)
                    if written.contract.is_some() && known.contract != written.contract && known.blocks.is_some() =>
                {
                    new.push((day.unwrap_or(default_day), written));
                }
                Some(known) if !is_whole(&self.store.dir, &written.name, known) => new.push((known.as_of, written)),
                // The same bytes, so the same checksums: what was written in format 1 gets them here.
                Some(known) if known.blocks.is_none() => {
                    known.blocks = Some(written.blocks.clone());
                    known.contract.clone_from(&written.contract);
                    is_completed = true;
                }
                Some(_) => {}
            }
        }
        let outcome = if new.is_empty() { Outcome::Unchanged } else { Outcome::Changed };
        if outcome == Outcome::Changed || is_completed {
            self.publish(new)?;
        }
        Ok(outcome)
    }

    /// Remembers a text with the whole bank, in place of the one of that name; without a text, forgets it.
    pub fn note(mut self, name: &str, text: Option<&str>) -> Result<(), Error> {
        match text {
            Some(text) => self.manifest.notes.insert(name.to_owned(), text.to_owned()),
            None => self.manifest.notes.remove(name),
        };
        self.publish(Vec::new())
    }

    /// Takes a day's own states away from all collections. Their files go at once, but from under a reader who has the day.
    pub(crate) fn drop_day(mut self, day: Date) -> Result<(), Error> {
        if !self.manifest.drop_day(day) {
            return Err(self.store.no_day(&self.manifest, format!("the bank has no day {day} of its own")));
        }
        self.publish_drop()
    }

    /// Takes all states of collections away.
    pub(crate) fn drop_collections(mut self, names: &[&str]) -> Result<(), Error> {
        if names.iter().filter(|name| self.manifest.drop_collection(name)).count() == 0 {
            return Ok(());
        }
        self.publish_drop()
    }

    fn publish_drop(self) -> Result<(), Error> {
        let dir = self.store.dir.clone();
        let mut manifest = self.manifest.clone();
        // The run goes on until all files are gone, so no other run writes meanwhile.
        let run = Arc::clone(&self.run);
        self.publish(Vec::new())?;
        sweep(&dir, &mut manifest)?;
        drop(run);
        Ok(())
    }

    /// Gives the new files their names, and the bank the manifest that names them.
    fn publish(mut self, new: Vec<(Date, Written)>) -> Result<(), Error> {
        let dir = &self.store.dir;
        let manifest_writing = free_temporary(dir, MANIFEST);
        let mut names = vec![manifest_writing.clone()];
        let mut renames = Vec::new();
        for (as_of, written) in new {
            let Written { name, temporary, hash, checksum, blocks, n_rows, bytes, metadata, notes, contract, .. } =
                written;
            let blocks = Some(blocks);
            let snapshot = Snapshot { as_of, hash, checksum, blocks, rows: n_rows, bytes, metadata, notes, contract };
            names.push(format!("{name}/{}", snapshot.file_name()));
            renames.push((temporary, dir.join(&name).join(snapshot.file_name())));
            self.manifest.add(&name, snapshot);
        }
        self.run.intend(&names)?;
        for (temporary, path) in &renames {
            fs::rename(&temporary.path, path)?;
            path.parent().map_or(Ok(()), sync_folder)?;
        }
        sync_folder(dir)?;
        let writing = dir.join(manifest_writing);
        let mut file = self.run.modes.create_new(&writing)?;
        file.write_all(self.manifest.print()?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&writing, dir.join(MANIFEST))?;
        sync_folder(dir)?;
        self.store.refresh()
    }
}
