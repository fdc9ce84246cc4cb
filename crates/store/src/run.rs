//! One writer's run: the lock, the names that it is about to write, and the folders that it made.
//!
//! In: the bank's folder. Out: the right to write in it while this lives.
//! Invariant: each name is in the synced intent file before anything has that name, so the next run knows what a killed
//! one left, and needs to guess nothing. A run that leaves no bank leaves no folder either.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fs_err as fs;

use crate::lock::Lock;
use crate::mode::{self, Modes};
use crate::names::{INTENT_FILE, MANIFEST};
use crate::{Error, ErrorKind};

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) dir: PathBuf,
    pub(crate) modes: Modes,
    intent: Mutex<Option<fs::File>>,
    made: Vec<PathBuf>,
    lock: Lock,
}

impl Run {
    /// Takes the writer's lock; makes the bank's folder where there is none.
    pub(crate) fn begin(dir: &Path) -> Result<Self, Error> {
        let made = mode::make_dirs(dir)?;
        let begun = || {
            let modes = if is_bank(dir) { Modes::of(dir) } else { Modes::of_new(dir) }?;
            Ok::<_, Error>((modes, Lock::take(dir, modes)?))
        };
        match begun() {
            Ok((modes, lock)) => Ok(Self { dir: dir.to_owned(), modes, intent: Mutex::new(None), made, lock }),
            Err(error) => {
                mode::remove_empty(&made);
                Err(error)
            }
        }
    }

    /// Says, for the run that comes after a crash, that these names are about to be written: paths relative to the bank's folder,
    /// those of folders with a `/` at the end.
    pub(crate) fn intend(&self, names: &[String]) -> Result<(), Error> {
        let mut intent = self.intent.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = intent.is_none();
        let file = match &mut *intent {
            Some(file) => file,
            none => none.insert(self.modes.create_new(&self.dir.join(INTENT_FILE))?),
        };
        let lines: String = names.iter().flat_map(|name| [name.as_str(), "\n"]).collect();
        file.write_all(lines.as_bytes())?;
        file.sync_data()?;
        if is_first {
            sync_folder(&self.dir)?;
        }
        Ok(())
    }

    /// Gives a new bank's folder the modes of its files, where it was there before and is open to all.
    pub(crate) fn keep_private(&self) {
        if !is_bank(&self.dir) {
            self.modes.apply(&self.dir);
        }
    }

    /// The folder of a collection, made if need be; says whether it was.
    pub(crate) fn collection_dir(&self, name: &str) -> Result<(PathBuf, bool), Error> {
        let folder = self.dir.join(name);
        if mode::is_plain_dir(&folder) {
            return Ok((folder, false));
        }
        if fs::symlink_metadata(&folder).is_ok() {
            return Err(Error::input(format!("`{name}` in the bank's folder is a link or a file, and not a folder"))
                .at(&folder)
                .hint("remove it, or choose another name for the collection"));
        }
        self.intend(&[format!("{name}/")])?;
        self.modes.create_dir(&folder)?;
        Ok((folder, true))
    }
}

/// Whether the folder holds a bank already.
fn is_bank(dir: &Path) -> bool {
    fs::symlink_metadata(dir.join(MANIFEST)).is_ok()
}

impl Drop for Run {
    fn drop(&mut self) {
        // Best effort, all of it: what stays is swept by the next run.
        let intent = self.intent.get_mut().unwrap_or_else(PoisonError::into_inner);
        if intent.take().is_some() {
            let _ = fs::remove_file(self.dir.join(INTENT_FILE));
        }
        if !is_bank(&self.dir) {
            self.lock.remove();
            mode::remove_empty(&self.made);
        }
    }
}

/// Makes renames in the folder last. Where a folder cannot be opened as a file (Windows), the file system sees to it.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        fs::File::open(folder)?
            .sync_all()
            .map_err(|error| Error::new(ErrorKind::Io, format!("cannot sync the folder: {error}")).at(folder))?;
    }
    Ok(())
}
