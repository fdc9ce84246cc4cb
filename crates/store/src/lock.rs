//! The one-writer lock: an advisory lock of the operating system on `writer.lock`, so a killed writer leaves none.

use std::fs::TryLockError;
use std::io::Write;
use std::path::Path;

use fs_err as fs;

use crate::{Error, ErrorKind};

pub(crate) const LOCK_FILE: &str = "writer.lock";

/// Held while it lives.
#[derive(Debug)]
pub(crate) struct Lock(fs::File);

impl Lock {
    /// Takes the lock of the bank in `dir`, or says who has it. The file stays when the lock goes: to unlink it would
    /// let two writers hold locks on two files of that name.
    pub(crate) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(LOCK_FILE);
        let mut file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = if holder.trim().is_empty() { "another process" } else { holder.trim() };
                let message = format!("the bank `{}` is being written to by {holder}", dir.display());
                return Err(Error::new(ErrorKind::Locked, message)
                    .at(&path)
                    .hint("wait until it has finished, then try again; reading is possible meanwhile"));
            }
            Err(TryLockError::Error(error)) => {
                return Err(Error::new(ErrorKind::Io, format!("cannot lock the bank for writing: {error}")).at(&path));
            }
        }
        file.set_len(0)?;
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let since = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S %Z");
        write!(file, "process {} ({program}) since {since}", std::process::id())?;
        Ok(Self(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Best effort: the lock itself goes when the file closes, and the next holder rewrites the text.
        let _ = self.0.set_len(0);
    }
}
