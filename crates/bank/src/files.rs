//! Files that a user asked for: whole or not at all, and in the place that the user named.
//!
//! In: a path. Out: an [`Outgoing`] to write into, and [`Outgoing::finish`], which puts it in place.
//! Invariant: what is no regular file (a device, a pipe) is written through and never replaced; of a link, its target is
//! replaced, or made where it is not there yet; a file that was there keeps its mode, a new one has the mode that the umask
//! leaves, as from any program.

use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use diagnostic::Diagnostic;
use tempfile::NamedTempFile;

use crate::leftovers::{self, hold};
use crate::{Error, ErrorKind, outputs};

/// How the names of temporary neighbours begin.
const PREFIX: &str = ".banksphere-";

/// So many links are followed one after the other; Linux follows as many.
const MOST_LINKS: usize = 40;

/// Writes a file, whole or not at all.
pub fn write_file(file: &Path, data: &[u8]) -> Result<(), Error> {
    let mut outgoing = Outgoing::to(file)?;
    outgoing.write_all(data)?;
    outgoing.finish()
}

/// A file that is being written. Dropped before it is finished, it leaves nothing behind.
pub struct Outgoing {
    /// As the user named it, for messages.
    named: PathBuf,
    way: Way,
}

enum Way {
    /// Straight into a device or a pipe.
    Through(File),
    /// Into a neighbour, which then takes the place of `target`.
    Replacing { neighbour: NamedTempFile, target: PathBuf },
}

impl Outgoing {
    /// Opens the way to `file`.
    pub fn to(file: &Path) -> Result<Self, Error> {
        let way = way(file).map_err(|error| cannot_write(file, &error))?;
        if let Way::Replacing { neighbour, .. } = &way {
            outputs::outside_banks(file, neighbour.path())?;
        }
        Ok(Self { named: file.to_owned(), way })
    }

    /// The same error, which names the file; the kind stays, by which a reader who has gone is known.
    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), cannot_write(&self.named, error).to_string())
    }

    /// Puts what was written in place.
    pub fn finish(self) -> Result<(), Error> {
        let done = match self.way {
            Way::Through(mut file) => file.flush(),
            Way::Replacing { neighbour, target } => neighbour.persist(target).map(drop).map_err(|error| error.error),
        };
        done.map_err(|error| cannot_write(&self.named, &error))
    }
}

impl Write for Outgoing {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = match &mut self.way {
            Way::Through(file) => file.write(data),
            Way::Replacing { neighbour, .. } => neighbour.write(data),
        };
        written.map_err(|error| self.named(&error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.way {
            Way::Through(file) => file.flush(),
            Way::Replacing { neighbour, .. } => neighbour.flush(),
        };
        flushed.map_err(|error| self.named(&error))
    }
}

fn way(file: &Path) -> io::Result<Way> {
    let there = match fs_err::metadata(file) {
        Ok(there) if there.is_dir() => return Err(io::Error::other("it is a folder")),
        // `/dev/stdout` may lead to a file that the shell goes on writing to.
        Ok(there) if !there.is_file() || file.starts_with("/dev") || file.starts_with("/proc") => {
            return Ok(Way::Through(File::options().append(true).open(file)?));
        }
        Ok(there) => Some(there),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unwrapped(error)),
    };
    let target = if there.is_some() { fs_err::canonicalize(file)? } else { destination(file) };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(io::Error::other(format!("there is no folder `{}`", folder.display())));
    }
    let folder = &fs_err::canonicalize(folder)?;
    leftovers::sweep_files(folder, PREFIX);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    // Else it stays its owner's until it has the mode of the file that it replaces, which may be no wider.
    if there.is_none() {
        as_by_any_program(&mut builder);
    }
    let neighbour = builder.tempfile_in(folder).map_err(unwrapped)?;
    hold(neighbour.as_file())?;
    if let Some(there) = &there {
        keep_mode(neighbour.as_file(), there)?;
    }
    Ok(Way::Replacing { neighbour, target })
}

/// Where links lead, be there a file or not; a path that is no link leads to itself.
pub(crate) fn destination(file: &Path) -> PathBuf {
    let mut path = file.to_owned();
    // A link may lead to itself.
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs_err::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// The mode of a new file; the system takes from it what the umask says.
#[cfg(unix)]
fn as_by_any_program(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
}

/// Elsewhere a file has the rights of its folder.
#[cfg(not(unix))]
fn as_by_any_program(_: &mut tempfile::Builder<'_, '_>) {}

/// Only its mode: that others may read a file does not mean that they may own it.
#[cfg(unix)]
fn keep_mode(neighbour: &File, there: &Metadata) -> io::Result<()> {
    neighbour.set_permissions(there.permissions())
}

/// Elsewhere the one bit of a mode is "read only", which would keep us from replacing it.
#[cfg(not(unix))]
fn keep_mode(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// The system's own words; which file it is about, our message says already.
fn unwrapped(error: io::Error) -> io::Error {
    match error.raw_os_error().or_else(|| source_code(&error)) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

fn source_code(error: &io::Error) -> Option<i32> {
    let mut source = std::error::Error::source(error.get_ref()?);
    while let Some(inner) = source {
        if let Some(code) = inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return Some(code);
        }
        source = inner.source();
    }
    None
}

/// A reader who has gone is no failure of ours, whatever was written to.
pub(crate) fn cannot_write(file: &Path, error: &io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::BrokenPipe { ErrorKind::PipeClosed } else { ErrorKind::Data };
    let name = diagnostic::quote(&file.display().to_string());
    Error::new(kind, Diagnostic::new(format!("`{name}` cannot be written: {}", reason(error))))
}

/// Why a file cannot be read or written, without the system's numbers.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => {
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
        None => text,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};

    use super::*;

    fn mode(file: &Path) -> u32 {
        fs_err::metadata(file).unwrap().permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs_err::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_has_the_mode_of_any_other_and_an_old_one_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let [file, other] = ["a.html", "other"].map(|name| folder.path().join(name));
        write_file(&file, b"one").unwrap();
        fs_err::write(&other, "").unwrap();
        assert_eq!(mode(&file), mode(&other));
        for kept in [0o600, 0o664] {
            fs_err::set_permissions(&file, std::fs::Permissions::from_mode(kept)).unwrap();
            write_file(&file, b"two").unwrap();
            assert_eq!((mode(&file), fs_err::read_to_string(&file).unwrap().as_str()), (kept, "two"));
        }
        assert_eq!(names(folder.path()), ["a.html", "other"]);
    }

    #[test]
    fn a_link_stays_and_its_target_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (elsewhere, link) = (folder.path().join("real"), folder.path().join("link"));
        fs_err::create_dir(&elsewhere).unwrap();
        fs_err::write(elsewhere.join("a.csv"), "old").unwrap();
        symlink(elsewhere.join("a.csv"), &link).unwrap();
        write_file(&link, b"new").unwrap();
        assert!(fs_err::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs_err::read_to_string(elsewhere.join("a.csv")).unwrap(), "new");
        let dangling = folder.path().join("dangling");
        symlink(folder.path().join("nowhere/a.csv"), &dangling).unwrap();
        let error = write_file(&dangling, b"new").unwrap_err().to_string();
        assert!(error.contains("cannot be written: there is no folder"), "{error}");
        assert!(!folder.path().join("nowhere").exists());
        let round = folder.path().join("round");
        symlink(&round, &round).unwrap();
        assert!(write_file(&round, b"new").is_err());
    }

    #[test]
    fn a_link_to_what_is_not_there_stays_and_its_target_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let [real, first, second] = ["real", "first", "second"].map(|name| folder.path().join(name));
        fs_err::create_dir(&real).unwrap();
        symlink("real/a.csv", &first).unwrap();
        symlink(&first, &second).unwrap();
        write_file(&second, b"new").unwrap();
        assert_eq!(fs_err::read_to_string(real.join("a.csv")).unwrap(), "new");
        assert!(fs_err::symlink_metadata(&first).unwrap().is_symlink());
        assert_eq!(names(folder.path()), ["first", "real", "second"]);
    }

    #[test]
    fn a_device_and_a_pipe_are_written_through() {
        write_file(Path::new("/dev/null"), b"gone").unwrap();
        assert!(fs_err::metadata("/dev/null").unwrap().file_type().is_char_device());
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                fs_err::File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        write_file(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), "through");
        assert!(fs_err::metadata(&pipe).unwrap().file_type().is_fifo());
        assert_eq!(names(folder.path()), ["pipe"]);
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let [left, held, fresh, others, outside, link] = [
            ".banksphere-killed",
            ".banksphere-alive1",
            ".banksphere-fresh1",
            "mine.csv",
            "outside",
            ".banksphere-linked",
        ]
        .map(|name| folder.path().join(name));
        for file in [&left, &held, &fresh, &others, &outside] {
            fs_err::write(file, "").unwrap();
        }
        symlink(&outside, &link).unwrap();
        for file in [&left, &held, &others, &outside] {
            leftovers::age(file);
        }
        let alive = File::options().read(true).open(&held).unwrap();
        hold(&alive).unwrap();
        write_file(&folder.path().join("a.csv"), b"x").unwrap();
        assert_eq!(
            names(folder.path()),
            [".banksphere-alive1", ".banksphere-fresh1", ".banksphere-linked", "a.csv", "mine.csv", "outside"]
        );
    }
}
