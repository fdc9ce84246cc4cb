//! The one-writer lock: an advisory lock of the operating system on `writer.lock`, so a killed writer leaves none.
//!
//! In: the bank's folder. Out: [`Lock`], held while it lives, or an error that says who has it.
//! Invariant: only a file of its own is opened and emptied, never what a link of that name leads to.

use std::fs::TryLockError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::shown;
use crate::mode::{self, Modes};
use crate::names::LOCK_FILE;
use crate::{Error, ErrorKind};

/// Held while it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    file: fs::File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the bank in `dir`, or says who has it.
    pub(crate) fn take(dir: &Path, modes: Modes) -> Result<Self, Error> {
        let path = dir.join(LOCK_FILE);
        // A writer that gives up a new bank removes its lock: then the open file is not the one of that name any more.
        let mut file = loop {
            if let Some(file) = open(&path, modes)? {
                lock(&file, dir, &path)?;
                if mode::is_still(&file, &path)? {
                    break file;
                }
            }
        };
        file.set_len(0)?;
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let since = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S %Z");
        write!(file, "process {} ({program}) since {since}", std::process::id())?;
        Ok(Self { file, path })
    }

    /// Removes the file too. Only for a bank that is not there, so that no other process may have had the lock.
    pub(crate) fn remove(&self) {
        // Why not elsewhere: there, `mode::is_still` cannot tell this file from the next of its name.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The file, made if need be; `None` where it went in between.
fn open(path: &Path, modes: Modes) -> Result<Option<fs::File>, Error> {
    match modes.create_new(path) {
        Ok(file) => return Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(Error::not_a_file(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    match fs::OpenOptions::new().write(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn lock(file: &fs::File, dir: &Path, path: &Path) -> Result<(), Error> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let holder = fs::read_to_string(path).unwrap_or_default();
            let holder = if holder.trim().is_empty() { "another process" } else { holder.trim() };
            let message = format!("the bank `{}` is being written to by {}", shown(dir), diagnostic::quote(holder));
            Err(Error::new(ErrorKind::Locked, message)
                .at(path)
                .hint("wait until it has finished, then try again; reading is possible meanwhile"))
        }
        Err(TryLockError::Error(error)) => {
            Err(Error::new(ErrorKind::Io, format!("cannot lock the bank for writing: {error}")).at(path))
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Best effort: the lock itself goes when the file closes, and the next holder rewrites the text.
        let _ = self.file.set_len(0);
    }
}
