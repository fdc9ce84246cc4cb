//! What an opened bank sees: one manifest, and the files of the days that were asked for.
//!
//! In: the bank's folder. Out: for a day, the files of all its collections, held open so that no sweep takes them away.
//! Invariant: the files of a day all come from one manifest, so its collections belong together. Days other than the newest
//! are opened when they are first asked for; where a writer has swept a file by then, the manifest is read again.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fs_err as fs;
use jiff::civil::Date;

use crate::Error;
use crate::manifest::{Manifest, Snapshot};
use crate::names::MANIFEST;
use crate::read::{self, Contents};

/// The manifest, and the files that are held open.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) manifest: Manifest,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    days: BTreeMap<Option<Date>, Arc<Day>>,
    /// A file that is the state of several days is opened once.
    files: BTreeMap<PathBuf, Arc<DataFile>>,
}

/// The state of each collection on a day.
#[derive(Debug, Default)]
pub(crate) struct Day {
    /// Those that the bank had then; a file that is gone is the error to give.
    collections: BTreeMap<String, Result<Arc<DataFile>, PathBuf>>,
}

/// A snapshot's file, open.
#[derive(Debug)]
pub(crate) struct DataFile {
    path: PathBuf,
    snapshot: Snapshot,
    file: Arc<fs::File>,
    contents: OnceLock<Contents>,
}

impl View {
    /// Reads the manifest and holds the newest files. `None` where there is no manifest.
    pub(crate) fn load(dir: &Path) -> Result<Option<Self>, Error> {
        let Some(mut manifest) = read_manifest(dir)? else { return Ok(None) };
        let mut held = Held::default();
        loop {
            let is_whole = held.open(dir, &manifest, None)?;
            // A writer may have replaced the manifest and swept in between; if not, a file is really gone, which the
            // reader of that collection is told.
            let now = if is_whole { None } else { read_manifest(dir)?.filter(|now| *now != manifest) };
            let Some(now) = now else { return Ok(Some(Self { manifest, held: Mutex::new(held) })) };
            (manifest, held) = (now, Held::default());
        }
    }

    /// Of a bank that has no manifest yet.
    pub(crate) fn empty() -> Self {
        Self { manifest: Manifest::default(), held: Mutex::default() }
    }

    /// The state of a day, held from now on.
    pub(crate) fn day(&self, dir: &Path, day: Option<Date>) -> Result<Arc<Day>, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.days.contains_key(&day) && !held.open(dir, &self.manifest, day)? {
            let mut before = self.manifest.clone();
            while let Some(now) = read_manifest(dir)?.filter(|now| *now != before) {
                if held.open(dir, &now, day)? {
                    break;
                }
                before = now;
            }
        }
        Ok(held.days.get(&day).map(Arc::clone).unwrap_or_default())
    }
}

impl Held {
    /// Opens the files of a day as this manifest has it; says whether all are there.
    fn open(&mut self, dir: &Path, manifest: &Manifest, day: Option<Date>) -> Result<bool, Error> {
        let mut collections = BTreeMap::new();
        let mut is_whole = true;
        for (name, _, snapshot) in manifest.on(day) {
            let path = dir.join(name).join(snapshot.file_name());
            let file = match self.files.get(&path) {
                Some(file) => Ok(Arc::clone(file)),
                None => match DataFile::open(&path, snapshot) {
                    Ok(file) => Ok(Arc::clone(self.files.entry(path).or_insert(Arc::new(file)))),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Err(path),
                    Err(error) => return Err(error.into()),
                },
            };
            is_whole &= file.is_ok();
            collections.insert(name.clone(), file);
        }
        self.days.insert(day, Arc::new(Day { collections }));
        Ok(is_whole)
    }
}

impl Day {
    /// A collection's rows; `None` where the bank does not have it on this day.
    pub(crate) fn contents(&self, name: &str) -> Result<Option<Contents>, Error> {
        match self.collections.get(name) {
            Some(Ok(file)) => file.contents().map(Some),
            Some(Err(path)) => Err(Error::damaged(path, "it is gone")),
            None => Ok(None),
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.collections.keys().map(String::as_str)
    }
}

impl DataFile {
    pub(crate) fn open(path: &Path, snapshot: &Snapshot) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            snapshot: snapshot.clone(),
            file: Arc::new(fs::File::open(path)?),
            contents: OnceLock::new(),
        })
    }

    /// The rows; once read, the same with what their verifier knows.
    fn contents(&self) -> Result<Contents, Error> {
        if let Some(contents) = self.contents.get() {
            contents.verifier.check_length()?;
            return Ok(contents.clone());
        }
        let contents = read::open(&self.path, &self.file, &self.snapshot)?;
        Ok(self.contents.get_or_init(|| contents).clone())
    }

    /// Looks at every byte. `tell` hears of bytes that were looked at, and may stop it.
    pub(crate) fn check(&self, tell: &mut dyn FnMut(u64) -> Result<(), Error>) -> Result<(), Error> {
        read::check(&self.path, &self.file, &self.snapshot, tell)
    }
}

/// The manifest on disk; `None` where there is none.
pub(crate) fn read_manifest(dir: &Path) -> Result<Option<Manifest>, Error> {
    let path = dir.join(MANIFEST);
    match fs::read(&path) {
        Ok(text) => Manifest::parse(&path, &text).map(Some),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
