//! Looks at every byte of a bank, of all its days.
//!
//! In: the bank's folder. Out: [`Checked`], with each file that is not as it was written. A damaged file does not stop the
//! check; one that a writer supersedes meanwhile is no damage.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;

use crate::manifest::{Manifest, Snapshot};
use crate::view::{DataFile, read_manifest};
use crate::{Error, ErrorKind};

/// What a check found.
#[derive(Debug)]
pub struct Checked {
    /// How many data files the bank has.
    pub files: usize,
    /// Their bytes, as they were written.
    pub bytes: u64,
    /// Those that are not as they were written.
    pub damaged: Vec<Damage>,
}

/// A file that is not as it was written.
#[derive(Debug)]
pub struct Damage {
    /// The collection that it is of.
    pub collection: String,
    /// The day that it is of.
    pub as_of: Date,
    /// What is wrong with it, with its path.
    pub error: Error,
}

/// How a check is to go.
pub struct CheckOptions<'a> {
    /// Told now and then how many bytes of how many are looked at.
    pub progress: &'a dyn Fn(u64, u64),
    /// Raised by the caller to stop it.
    pub cancel: &'a AtomicBool,
}

pub(crate) fn check(dir: &Path, manifest: &Manifest, options: &CheckOptions<'_>) -> Result<Checked, Error> {
    let snapshots = || manifest.collections.iter().flat_map(|(name, list)| list.iter().map(move |one| (name, one)));
    let bytes = snapshots().map(|(_, snapshot)| snapshot.bytes).sum();
    let mut checked = Checked { files: snapshots().count(), bytes, damaged: Vec::new() };
    let mut before = 0;
    for (name, snapshot) in snapshots() {
        let mut done = before;
        let mut tell = |n_bytes: u64| {
            done += n_bytes;
            (options.progress)(done.min(bytes), bytes);
            if options.cancel.load(Ordering::Relaxed) {
                return Err(Error::new(ErrorKind::Cancelled, "the check was stopped"));
            }
            Ok(())
        };
        tell(0)?;
        match check_file(dir, name, snapshot, &mut tell) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(error) => {
                checked.damaged.push(Damage { collection: name.clone(), as_of: snapshot.as_of, error });
            }
        }
        before += snapshot.bytes;
    }
    (options.progress)(bytes, bytes);
    Ok(checked)
}

fn check_file(
    dir: &Path,
    name: &str,
    snapshot: &Snapshot,
    tell: &mut dyn FnMut(u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let path = dir.join(name).join(snapshot.file_name());
    match DataFile::open(&path, snapshot) {
        Ok(file) => file.check(tell),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_named = read_manifest(dir)?
                .is_some_and(|now| now.collections.get(name).is_some_and(|list| list.contains(snapshot)));
            if is_named { Err(Error::damaged(&path, "it is gone")) } else { Ok(()) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a snapshot's file is there and as it was written.
pub(crate) fn is_whole(dir: &Path, name: &str, snapshot: &Snapshot) -> bool {
    let path = dir.join(name).join(snapshot.file_name());
    DataFile::open(&path, snapshot).is_ok_and(|file| file.check(&mut |_| Ok(())).is_ok())
}
