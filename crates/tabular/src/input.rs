//! A file to be imported, wherever it comes from: by its path, out of a pipe, from the standard input, or from the program
//! itself.
//!
//! In: a [`Source`]. Out: an [`Input`] that can be read more than once, with the name that messages call it by.
//! Invariant: what cannot be read twice is first copied into a temporary file that has no name and that only its owner may
//! read: the system removes it, however this process ends. While it is copied the caller may stop, even if nothing comes.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use fs_err::os::unix::fs::FileExt as _;
#[cfg(windows)]
use fs_err::os::windows::fs::FileExt as _;

use fs_err as fs;

use crate::spool::no_room;
use crate::{Error, Options, Values, path};

/// What messages call the standard input.
const STANDARD_INPUT: &str = "standard input";
/// How often the caller's flag is looked at while nothing comes.
const TICK: Duration = Duration::from_millis(50);
/// Bytes that are read at once.
const PIECE: usize = 1 << 16;
/// Pieces that may wait to be written.
const MOST_WAITING: usize = 16;
/// Bytes that a reader gathers.
const BUFFER: usize = 1 << 18;

/// Where a file comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A file or a pipe, by its path.
    Path(&'a Path),
    /// The standard input.
    StandardInput,
    /// Values of the program itself.
    Values(&'a Values),
}

impl<'a, P: AsRef<Path> + ?Sized> From<&'a P> for Source<'a> {
    fn from(path: &'a P) -> Self {
        Self::Path(path.as_ref())
    }
}

/// A file that can be read more than once.
#[derive(Clone, Debug)]
pub struct Input {
    file: Arc<fs::File>,
    /// What places in messages call it.
    pub shown: String,
    /// What sentences call it.
    pub subject: String,
    /// Its name, to remember where data came from.
    pub name: String,
    /// What to do if nothing is in it.
    pub if_empty: &'static str,
    /// Whether it comes from a file, and not from the program itself.
    pub is_file: bool,
}

impl Input {
    /// Finds the file; what can be read only once is copied first.
    pub fn open(source: Source<'_>, options: &Options<'_>) -> Result<Self, Error> {
        match source {
            Source::StandardInput => Ok(Self {
                file: Arc::new(copied(|| Ok(StandardInput), STANDARD_INPUT, options)?),
                shown: STANDARD_INPUT.to_owned(),
                subject: STANDARD_INPUT.to_owned(),
                name: STANDARD_INPUT.to_owned(),
                if_empty: "see whether the command that writes it has failed",
                is_file: true,
            }),
            Source::Path(path) => Self::at_path(path, options),
            Source::Values(values) => Ok(values.input.clone()),
        }
    }

    fn at_path(at: &Path, options: &Options<'_>) -> Result<Self, Error> {
        let shown = diagnostic::quote(&at.display().to_string());
        let subject = format!("`{shown}`");
        let file = if is_pipe(&path::metadata(at, &shown)?) {
            let at = at.to_owned();
            copied(move || fs::File::open(at), &subject, options)?
        } else {
            fs::File::open(at)?
        };
        let name = at.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let if_empty = "export it again from its source";
        Ok(Self { file: Arc::new(file), shown, subject, name, if_empty, is_file: true })
    }

    /// Values of the program itself, by what messages call them; nothing is in it yet.
    pub(crate) fn of_values(shown: &'static str) -> Result<Self, Error> {
        let file = fs::File::from_parts(tempfile::tempfile().map_err(|error| no_room(&error))?, shown);
        let if_empty = "see whether the question that it comes from finds anything";
        let subject = format!("the {shown}");
        Ok(Self {
            file: Arc::new(file),
            shown: shown.to_owned(),
            subject,
            name: shown.to_owned(),
            if_empty,
            is_file: false,
        })
    }

    /// The same file by name, of which this is what was in it: unpacked, or in another form.
    pub(crate) fn made_from(&self, content: std::fs::File) -> Self {
        let file = Arc::new(fs::File::from_parts(content, &self.shown));
        Self {
            file,
            shown: self.shown.clone(),
            subject: self.subject.clone(),
            name: self.name.clone(),
            if_empty: self.if_empty,
            is_file: self.is_file,
        }
    }

    /// How many bytes it has.
    pub fn n_bytes(&self) -> Result<u64, Error> {
        Ok(self.file.metadata()?.len())
    }

    /// Reads it from this byte on, however far other readers are.
    #[must_use]
    pub fn reader(&self, from: u64) -> BufReader<Reader> {
        BufReader::with_capacity(BUFFER, Reader { file: Arc::clone(&self.file), at: from })
    }

    /// The place of a line in messages.
    #[must_use]
    pub fn at_line(&self, line: u64) -> String {
        format!("{}:{line}", self.shown)
    }

    /// The place of a character in messages.
    #[must_use]
    pub fn at(&self, line: usize, column: usize) -> String {
        format!("{}:{line}:{column}", self.shown)
    }
}

/// A way through the file with a place of its own.
#[derive(Debug)]
pub struct Reader {
    file: Arc<fs::File>,
    at: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let n = self.file.read_at(buffer, self.at)?;
        #[cfg(windows)]
        let n = self.file.seek_read(buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
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

/// Copies all that comes into a temporary file.
///
/// Why a thread: a read waits for as long as nothing comes, and so does the opening of a pipe that has no writer. Of a copy
/// that was stopped, the thread is left, waiting, until something comes or the process ends.
fn copied<R: Read>(
    open: impl FnOnce() -> io::Result<R> + Send + 'static,
    subject: &str,
    options: &Options<'_>,
) -> Result<fs::File, Error> {
    let mut copy = tempfile::tempfile().map_err(|error| no_room(&error))?;
    let (sender, pieces) = mpsc::sync_channel(MOST_WAITING);
    thread::Builder::new().name("input".to_owned()).spawn(move || send(open, &sender))?;
    loop {
        options.check_cancelled()?;
        match pieces.recv_timeout(TICK) {
            Ok(piece) => copy.write_all(&piece?).map_err(|error| no_room(&error))?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // What stops this program often stops the writer of its input too, and half of a file is not to be imported.
    options.check_cancelled()?;
    Ok(fs::File::from_parts(copy, subject))
}

/// Sends all that can be read, or why it cannot; ends early where the receiver has gone.
fn send<R: Read>(open: impl FnOnce() -> io::Result<R>, to: &SyncSender<io::Result<Vec<u8>>>) {
    let mut from = match open() {
        Ok(from) => from,
        Err(error) => return drop(to.send(Err(error))),
    };
    loop {
        let mut piece = vec![0; PIECE];
        let sent = match from.read(&mut piece) {
            Ok(0) => return,
            Ok(n) => {
                piece.truncate(n);
                to.send(Ok(piece))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return drop(to.send(Err(error))),
        };
        if sent.is_err() {
            return;
        }
    }
}

/// The standard input, whose errors say what could not be read.
struct StandardInput;

impl Read for StandardInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = io::stdin().lock().read(buffer);
        read.map_err(|error| io::Error::new(error.kind(), format!("failed to read from {STANDARD_INPUT}: {error}")))
    }
}
