//! A bank's folder, opened: what it holds, and its collections as record batches.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use fs_err as fs;
use jiff::civil::Date;

use crate::commit::Commit;
use crate::lock::LOCK_FILE;
use crate::manifest::{MANIFEST, Manifest};
use crate::{Error, map, read};

/// A bank's folder. It sees one point in time: what was committed when it was opened, or by its own commits since;
/// what others write meanwhile does not disturb it.
#[derive(Debug)]
pub struct Store {
    pub(crate) dir: PathBuf,
    view: RwLock<Arc<View>>,
}

/// The manifest and the newest file of each collection, held open so that no sweep takes it away.
#[derive(Debug)]
struct View {
    manifest: Manifest,
    files: BTreeMap<String, fs::File>,
}

/// What the store knows of a collection without reading its rows.
#[derive(Clone, Debug)]
pub struct CollectionInfo {
    /// Its name.
    pub name: String,
    /// Rows of the newest snapshot.
    pub rows: u64,
    /// Files of all snapshots, the newest last, relative to the bank's folder.
    pub files: Vec<PathBuf>,
    /// Bytes of the newest snapshot's file.
    pub bytes: u64,
    /// The day that the newest snapshot describes.
    pub as_of: Date,
    /// Hash of the newest snapshot's content.
    pub hash: String,
    /// What the writer wished to remember with it.
    pub notes: BTreeMap<String, String>,
}

impl Store {
    /// Opens the bank in `dir`, which must be there.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        if !dir.exists() {
            return Err(Error::input(format!("there is no bank at `{}`", dir.display()))
                .hint("check the path, or make the bank by importing a file into it"));
        }
        match View::load(dir)? {
            Some(view) => Ok(Self::new(dir, view)),
            None => Err(Error::input(format!("there is no bank at `{}`: it holds no `{MANIFEST}`", dir.display()))
                .hint("check the path, or make the bank by importing a file into it")),
        }
    }

    /// Opens the bank in `dir`, or makes an empty one, which is on disk from its first commit on.
    pub fn create_or_open(dir: &Path) -> Result<Self, Error> {
        if dir.exists() && !dir.is_dir() {
            return Err(Error::input(format!("`{}` is a file: a bank is a folder", dir.display()))
                .hint("give the path of a folder; it is made if it is not there"));
        }
        fs::create_dir_all(dir)?;
        if let Some(view) = View::load(dir)? {
            return Ok(Self::new(dir, view));
        }
        // Why not take any folder: a sweep removes files, and must never do so among a user's own.
        let is_empty = fs::read_dir(dir)?.next().is_none();
        if !is_empty && !dir.join(LOCK_FILE).exists() {
            return Err(Error::input(format!("the folder `{}` holds other files and no bank", dir.display()))
                .hint("give the path of a new or empty folder"));
        }
        Ok(Self::new(dir, View { manifest: Manifest::default(), files: BTreeMap::new() }))
    }

    fn new(dir: &Path, view: View) -> Self {
        Self { dir: dir.to_owned(), view: RwLock::new(Arc::new(view)) }
    }

    /// The bank's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The collections, by name.
    #[must_use]
    pub fn collections(&self) -> Vec<CollectionInfo> {
        let view = self.view();
        let info = |(name, snapshots): (&String, &Vec<crate::manifest::Snapshot>)| {
            let newest = snapshots.last()?;
            Some(CollectionInfo {
                name: name.clone(),
                rows: newest.rows,
                files: snapshots.iter().map(|one| Path::new(name).join(one.file_name())).collect(),
                bytes: newest.bytes,
                as_of: newest.as_of,
                hash: newest.hash.clone(),
                notes: newest.notes.clone(),
            })
        };
        view.manifest.collections.iter().filter_map(info).collect()
    }

    /// The newest snapshot of a collection: batches of [`BLOCK_ROWS`](crate::BLOCK_ROWS) rows over the mapped file.
    pub fn read(&self, name: &str) -> Result<(SchemaRef, Vec<RecordBatch>), Error> {
        let view = self.view();
        let (path, snapshot, file) = view.file(&self.dir, name)?;
        read::decode(&path, &map::map(file)?, snapshot)
    }

    /// Reads every byte of the newest snapshots and says which file, if any, is not as it was written.
    pub fn verify(&self) -> Result<(), Error> {
        let view = self.view();
        for name in view.manifest.collections.keys() {
            let (path, snapshot, file) = view.file(&self.dir, name)?;
            read::verify(&path, &map::map(file)?, snapshot)?;
        }
        Ok(())
    }

    /// Starts to write: takes the writer's lock and sweeps what an earlier writer left.
    pub fn begin(&self) -> Result<Commit<'_>, Error> {
        Commit::begin(self)
    }

    /// Sees what is committed by now.
    pub(crate) fn refresh(&self) -> Result<(), Error> {
        let view = View::load(&self.dir)?.ok_or_else(|| Error::damaged(&self.dir.join(MANIFEST), "it is gone"))?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(())
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl View {
    /// `None` where there is no manifest.
    fn load(dir: &Path) -> Result<Option<Self>, Error> {
        let Some((mut text, mut manifest)) = read_manifest(dir)? else { return Ok(None) };
        loop {
            let files = open_newest(dir, &manifest)?;
            if files.len() == manifest.collections.len() {
                return Ok(Some(Self { manifest, files }));
            }
            // A writer may have replaced the manifest and swept in between; if not, a file is really gone, which
            // whoever reads it shall hear.
            let Some((text_now, manifest_now)) = read_manifest(dir)? else { return Ok(None) };
            if text_now == text {
                return Ok(Some(Self { manifest, files }));
            }
            (text, manifest) = (text_now, manifest_now);
        }
    }

    fn file(&self, dir: &Path, name: &str) -> Result<(PathBuf, &crate::manifest::Snapshot, &fs::File), Error> {
        let Some(snapshot) = self.manifest.newest(name) else {
            let names: Vec<String> = self.manifest.collections.keys().map(|name| format!("`{name}`")).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(Error::input(format!("there is no collection `{name}`"))
                .at(dir)
                .hint(format!("the collections here are {names}")));
        };
        let path = dir.join(name).join(snapshot.file_name());
        match self.files.get(name) {
            Some(file) => Ok((path, snapshot, file)),
            None => Err(Error::damaged(&path, "it is gone")),
        }
    }
}

/// The manifest on disk, with its text; `None` where there is none.
pub(crate) fn read_manifest(dir: &Path) -> Result<Option<(Vec<u8>, Manifest)>, Error> {
    let path = dir.join(MANIFEST);
    match fs::read(&path) {
        Ok(text) => {
            let manifest = Manifest::parse(&path, &text)?;
            Ok(Some((text, manifest)))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn open_newest(dir: &Path, manifest: &Manifest) -> Result<BTreeMap<String, fs::File>, Error> {
    let mut files = BTreeMap::new();
    for (name, snapshots) in &manifest.collections {
        let Some(newest) = snapshots.last() else { continue };
        match fs::File::open(dir.join(name).join(newest.file_name())) {
            Ok(file) => _ = files.insert(name.clone(), file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(files)
}
