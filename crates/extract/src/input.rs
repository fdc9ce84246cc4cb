//! A file to be imported, wherever it comes from: by its path, from the standard input, or out of a pipe.
//!
//! In: a path; `-` is the standard input. Out: an [`Input`] that can be read more than once, with the name that messages call
//! it by. Invariant: what cannot be read twice is first copied into a private temporary file, which goes with the value.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::NamedTempFile;

use crate::Error;
use crate::kind;
use crate::load::Options;

/// The path that means the standard input.
const STANDARD_INPUT: &str = "-";

/// A file that can be read more than once.
#[derive(Debug)]
pub(crate) struct Input {
    /// Where its content is.
    pub(crate) path: PathBuf,
    /// What messages call it.
    pub(crate) shown: String,
    /// Its name, to remember where data came from.
    pub(crate) source: String,
    _temporary: Option<NamedTempFile>,
}

impl Input {
    /// Finds the file; what can be read only once is copied first.
    pub(crate) fn open(path: &Path, options: &Options<'_>) -> Result<Self, Error> {
        if path == Path::new(STANDARD_INPUT) {
            let temporary = copied(std::io::stdin().lock(), options)?;
            return Ok(Self::of_copy(temporary, "<stdin>".to_owned(), "<stdin>".to_owned()));
        }
        let shown = diagnostic::quote(&path.display().to_string());
        let source = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_pipe(&kind::metadata(path, &shown)?) {
            let temporary = copied(fs::File::open(path)?, options)?;
            return Ok(Self::of_copy(temporary, shown, source));
        }
        Ok(Self { path: path.to_owned(), shown, source, _temporary: None })
    }

    fn of_copy(temporary: NamedTempFile, shown: String, source: String) -> Self {
        Self { path: temporary.path().to_owned(), shown, source, _temporary: Some(temporary) }
    }

    /// The place of a line in messages.
    pub(crate) fn at_line(&self, line: u64) -> String {
        format!("{}:{line}", self.shown)
    }

    /// The place of a character in messages.
    pub(crate) fn at(&self, line: usize, column: usize) -> String {
        format!("{}:{line}:{column}", self.shown)
    }
}

#[cfg(unix)]
fn is_pipe(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo() || metadata.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}

/// Copies all that comes into a temporary file that only this user may read.
fn copied(mut from: impl Read, options: &Options<'_>) -> Result<NamedTempFile, Error> {
    let mut temporary = tempfile::Builder::new().prefix("banksphere-").tempfile()?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        options.check_cancelled()?;
        let n = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        temporary.write_all(&buffer[..n])?;
    }
    temporary.flush()?;
    Ok(temporary)
}
