//! What a killed run left behind, and how to tell it from what a live run is writing.
//!
//! In: a folder, and how our names begin. Out: nothing; leftovers are gone.
//! Invariant: only what has a name of ours, lies there itself (no link is followed), and is held by no process is removed.
//! A process holds what it makes by a lock, which the system lets go when the process ends, however it ends.
//!
//! Why not the number of the process in the name: another process may have the same number by now, or run in a container
//! with numbers of its own.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// How many characters `tempfile` makes up behind a prefix.
const MADE_UP: usize = 6;
/// Between making a file and holding it lie microseconds; what is younger than this may be about to be held.
const YOUNG: Duration = Duration::from_secs(10);
/// The file in a temporary folder by which it is held.
const HELD_BY: &str = "alive.lock";
/// How the names of temporary folders begin.
const FOLDERS: &str = "banksphere-";

/// A folder that is gone when dropped, or else, after a kill, when the next one is made.
pub(crate) struct TemporaryFolder {
    _held: File,
    folder: TempDir,
}

impl TemporaryFolder {
    /// A new one, its owner's alone.
    pub(crate) fn new() -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(FOLDERS);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir()?;
        let held = File::create_new(folder.path().join(HELD_BY))?;
        hold(&held)?;
        if let Some(temporary) = folder.path().parent() {
            sweep_folders(temporary, folder.path());
        }
        Ok(Self { folder, _held: held })
    }

    /// Where a bank may be made.
    pub(crate) fn bank(&self) -> PathBuf {
        self.folder.path().join("bank")
    }
}

/// Holds a file until it is closed. Where the file system knows no locks, it is held by its youth alone.
pub(crate) fn hold(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(std::fs::TryLockError::WouldBlock) => Err(io::Error::other("another process holds it")),
        Err(std::fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Removes files of ours that no process holds. What cannot be looked at or removed is left: this is no one's task.
pub(crate) fn sweep_files(folder: &Path, prefix: &str) {
    for path in ours(folder, prefix) {
        if fs_err::symlink_metadata(&path).is_ok_and(|there| there.is_file()) && is_left(&path) {
            let _ = fs_err::remove_file(&path);
        }
    }
}

/// Removes temporary folders of the same user that no process holds; `mine` tells whose those are.
fn sweep_folders(temporary: &Path, mine: &Path) {
    let Ok(mine) = fs_err::symlink_metadata(mine) else { return };
    for path in ours(temporary, FOLDERS) {
        let is_ours = fs_err::symlink_metadata(&path).is_ok_and(|there| there.is_dir() && same_owner(&there, &mine));
        let lock = path.join(HELD_BY);
        if is_ours && fs_err::symlink_metadata(&lock).is_ok_and(|there| there.is_file()) && is_left(&lock) {
            let _ = fs_err::remove_dir_all(&path);
        }
    }
}

/// What lies in a folder under a name that we make.
fn ours(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    let is_ours = |name: &OsStr| {
        let made_up = name.to_str().and_then(|name| name.strip_prefix(prefix));
        made_up.is_some_and(|rest| rest.len() == MADE_UP && rest.chars().all(|c| c.is_ascii_alphanumeric()))
    };
    entries.flatten().filter(|entry| is_ours(&entry.file_name())).map(|entry| entry.path()).collect()
}

/// Whether no process holds it, and none is about to.
fn is_left(path: &Path) -> bool {
    let Ok(file) = File::options().read(true).open(path) else { return false };
    let age = file.metadata().and_then(|there| there.modified()).map(|then| SystemTime::now().duration_since(then));
    matches!(age, Ok(Ok(age)) if age > YOUNG) && file.try_lock().is_ok()
}

#[cfg(unix)]
fn same_owner(one: &std::fs::Metadata, other: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    one.uid() == other.uid()
}

/// Elsewhere each user has a temporary folder of their own.
#[cfg(not(unix))]
fn same_owner(_: &std::fs::Metadata, _: &std::fs::Metadata) -> bool {
    true
}

/// Makes a file look old.
#[cfg(test)]
pub(crate) fn age(file: &Path) {
    let then = SystemTime::now() - 10 * YOUNG;
    File::options().append(true).open(file).unwrap().set_modified(then).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_runs_folder_is_swept_and_a_live_ones_stays() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = temporary.path().join(name);
            fs_err::create_dir(&path).unwrap();
            fs_err::write(path.join(HELD_BY), "").unwrap();
            age(&path.join(HELD_BY));
            path
        };
        let (killed, live, others) =
            (folder("banksphere-abc123"), folder("banksphere-abc124"), folder("banksphere-data"));
        fs_err::create_dir(killed.join("bank")).unwrap();
        let without_lock = temporary.path().join("banksphere-abc125");
        fs_err::create_dir(&without_lock).unwrap();
        let held = File::options().read(true).open(live.join(HELD_BY)).unwrap();
        hold(&held).unwrap();
        sweep_folders(temporary.path(), temporary.path());
        assert!(!killed.exists() && live.exists() && others.exists() && without_lock.exists());
    }

    #[test]
    fn a_temporary_folder_goes_with_its_holder() {
        let folder = TemporaryFolder::new().unwrap();
        let path = folder.folder.path().to_owned();
        assert!(path.join(HELD_BY).is_file());
        drop(folder);
        assert!(!path.exists());
    }
}
