//! A bank's folder, opened: its days, what it holds on each, and its collections as record batches.
//!
//! In: a path. Out: [`Store`], which reads as of any day and begins to write.
//! Invariant: it sees one point in time until it writes itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use diagnostic::quote;
use fs_err as fs;
use jiff::civil::Date;

use crate::Error;
use crate::check::{self, CheckOptions, Checked};
use crate::commit::Commit;
use crate::error::shown;
use crate::manifest::{Manifest, Snapshot};
use crate::names::{LOCK_FILE, MANIFEST};
use crate::read::Contents;
use crate::view::View;

/// A bank's folder. It sees one point in time: what was committed when it was opened, or by its own commits since;
/// what others write meanwhile does not disturb it. Only a day that is read for the first time after its files were
/// superseded and swept is read as it is by then.
#[derive(Debug)]
pub struct Store {
    pub(crate) dir: PathBuf,
    view: RwLock<Arc<View>>,
}

/// What the store knows of a collection without reading its rows.
#[derive(Clone, Debug)]
pub struct CollectionInfo {
    /// Its name.
    pub name: String,
    /// Rows of its state on the day.
    pub rows: u64,
    /// Files of its snapshots up to the day, the newest last, relative to the bank's folder.
    pub files: Vec<PathBuf>,
    /// Bytes of the file of its state on the day.
    pub bytes: u64,
    /// The day that its state describes, which may lie before the day that was asked for.
    pub as_of: Date,
    /// Hash of its content.
    pub hash: String,
    /// What the writer wished to remember with it.
    pub notes: BTreeMap<String, String>,
    /// The text of the contract that its state was written under; `None` where that was under none.
    pub contract: Option<Arc<str>>,
}

impl Store {
    /// Opens the bank in `dir`, which must be there.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        refuse_dangling(dir)?;
        let none = |why: &str| {
            Error::input(format!("there is no bank at `{}`{why}", shown(dir)))
                .hint("check the path, or make the bank by importing a file into it")
        };
        if !dir.exists() {
            return Err(none(""));
        }
        match View::load(dir)? {
            Some(view) => Ok(Self::new(dir, view)),
            None => Err(none(&format!(": it holds no `{MANIFEST}`"))),
        }
    }

    /// Opens the bank in `dir`, or an empty one, which is on disk from its first commit on.
    pub fn create_or_open(dir: &Path) -> Result<Self, Error> {
        refuse_dangling(dir)?;
        if !dir.exists() {
            return Ok(Self::new(dir, View::empty()));
        }
        if !dir.is_dir() {
            return Err(Error::input(format!("`{}` is a file: a bank is a folder", shown(dir)))
                .hint("give the path of a folder; it is made if it is not there"));
        }
        if let Some(view) = View::load(dir)? {
            return Ok(Self::new(dir, view));
        }
        // Why not take any folder: a bank's files among others would be hard to tell from them.
        let is_empty = fs::read_dir(dir)?.next().is_none();
        if !is_empty && !dir.join(LOCK_FILE).exists() {
            return Err(Error::input(format!("the folder `{}` holds other files and no bank", shown(dir)))
                .hint("give the path of a new or empty folder"));
        }
        Ok(Self::new(dir, View::empty()))
    }

    fn new(dir: &Path, view: View) -> Self {
        Self { dir: dir.to_owned(), view: RwLock::new(Arc::new(view)) }
    }

    /// The bank's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The days of which the bank has a state of its own, the newest last.
    #[must_use]
    pub fn days(&self) -> Vec<Date> {
        self.view().manifest.days()
    }

    /// The collections in their newest states, by name.
    #[must_use]
    pub fn collections(&self) -> Vec<CollectionInfo> {
        self.collections_on(None)
    }

    /// The collections as of a day, by name: each one in its newest state not later than that day, and without a day in its
    /// newest. Opens no file.
    #[must_use]
    pub fn collections_on(&self, day: Option<Date>) -> Vec<CollectionInfo> {
        let info = |(name, snapshots, state): (&String, &[Snapshot], &Snapshot)| CollectionInfo {
            name: name.clone(),
            rows: state.rows,
            files: snapshots.iter().map(|one| Path::new(name).join(one.file_name())).collect(),
            bytes: state.bytes,
            as_of: state.as_of,
            hash: state.hash.clone(),
            notes: state.notes.clone(),
            contract: state.contract.clone(),
        };
        self.view().manifest.on(day).map(info).collect()
    }

    /// The newest state of a collection, with every byte verified: for those who do not ask a
    /// [`Verifier`](crate::Verifier) as they read.
    pub fn read(&self, name: &str) -> Result<(SchemaRef, Vec<RecordBatch>), Error> {
        let Contents { schema, batches, verifier } = self.read_on(name, None)?;
        verifier.verify_all()?;
        Ok((schema, batches))
    }

    /// A collection as of a day, over the mapped file; see [`Self::collections_on`]. What is read of it must be verified
    /// first, by the verifier that comes with it. The files of all collections as of that day are held from then on.
    pub fn read_on(&self, name: &str, day: Option<Date>) -> Result<Contents, Error> {
        let view = self.view();
        let state = view.day(&self.dir, day)?;
        if let Some(contents) = state.contents(name)? {
            return Ok(contents);
        }
        let names: Vec<&str> = state.names().collect();
        if let (Some(day), true) = (day, names.is_empty() || view.manifest.collections.contains_key(name)) {
            let message = format!("there is no collection `{}` on {day} or before", quote(name));
            return Err(self.no_day(&view.manifest, message));
        }
        let names = if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) };
        Err(Error::input(format!("there is no collection `{}`", quote(name)))
            .at(&self.dir)
            .hint(format!("the collections here are {names}")))
    }

    /// An error about a day that the bank does not have, with those that it has.
    pub(crate) fn no_day(&self, manifest: &Manifest, message: String) -> Error {
        Error::input(message).at(&self.dir).hint_days(&manifest.days())
    }

    /// Looks at every byte of all days, and says which files are not as they were written.
    pub fn check(&self, options: &CheckOptions<'_>) -> Result<Checked, Error> {
        check::check(&self.dir, &self.view().manifest, options)
    }

    /// Starts to write: takes the writer's lock and sweeps what an earlier writer left.
    pub fn begin(&self) -> Result<Commit<'_>, Error> {
        Commit::begin(self)
    }

    /// Takes a day out of the bank, with its files. As of that day, the bank is then what it was before.
    pub fn drop_day(&self, day: Date) -> Result<(), Error> {
        self.begin()?.drop_day(day)
    }

    /// What is remembered with the whole bank under a name.
    #[must_use]
    pub fn note(&self, name: &str) -> Option<String> {
        self.view().manifest.notes.get(name).cloned()
    }

    /// Remembers a text with the whole bank, in place of the one of that name; without a text, forgets it.
    pub fn set_note(&self, name: &str, text: Option<&str>) -> Result<(), Error> {
        self.begin()?.note(name, text)
    }

    /// Takes collections out of the bank, of all its days, with their files: all of them or none. Names that are not there are
    /// passed over.
    pub fn drop_collections(&self, names: &[&str]) -> Result<(), Error> {
        self.begin()?.drop_collections(names)
    }

    /// Sees what is committed by now.
    pub(crate) fn refresh(&self) -> Result<(), Error> {
        let view =
            View::load(&self.dir)?.ok_or_else(|| Error::damaged_manifest(&self.dir.join(MANIFEST), "it is gone"))?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(())
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A link to nothing is neither a bank nor a place for one.
fn refuse_dangling(dir: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(dir).is_ok()
        && fs::metadata(dir).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    {
        return Err(Error::input(format!("`{}` is a link that leads to nothing", shown(dir)))
            .hint("make the folder that it leads to, or give another path"));
    }
    Ok(())
}
