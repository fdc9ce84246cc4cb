//! Where data goes: stdout, or a file that appears whole or not at all.

use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::Path;

use crate::failure::Failure;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Writes data to `file`, or to stdout where none is named.
pub(crate) fn write(file: Option<&Path>, data: &[u8]) -> Result<(), Failure> {
    match file {
        Some(file) => write_file(file, data),
        None => print(data),
    }
}

/// Writes a file through a temporary neighbour and a rename, so that no reader and no Ctrl-C meets half of it.
pub(crate) fn write_file(file: &Path, data: &[u8]) -> Result<(), Failure> {
    let name_it = |error: std::io::Error| Failure::new(format!("`{}` cannot be written: {error}", file.display()));
    let mut temporary = temporary_beside(file).map_err(name_it)?;
    temporary.write_all(data).map_err(name_it)?;
    temporary.persist(file).map_err(|error| name_it(error.error))?;
    Ok(())
}

/// A temporary file in the folder of `file`, readable as any new file; gone when dropped.
pub(crate) fn temporary_beside(file: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".banksphere-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

/// Writes what `write` writes to `file`, which appears whole or not at all, or to stdout where none is named.
pub(crate) fn stream(
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some(file) = file else {
        let mut stdout = BufWriter::with_capacity(BUFFER, std::io::stdout().lock());
        write(&mut stdout)?;
        return Ok(stdout.flush()?);
    };
    let name_it = |error: std::io::Error| Failure::new(format!("`{}` cannot be written: {error}", file.display()));
    let mut buffered = BufWriter::with_capacity(BUFFER, temporary_beside(file).map_err(name_it)?);
    write(&mut buffered)?;
    let temporary = buffered.into_inner().map_err(|error| name_it(error.into_error()))?;
    temporary.persist(file).map_err(|error| name_it(error.error))?;
    Ok(())
}

/// Writes data to stdout.
pub(crate) fn print(data: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(data)?;
    stdout.flush()?;
    Ok(())
}

/// The columns that a table may take: the terminal's, or `None` where stdout is none.
pub(crate) fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// Says something that is not data.
#[expect(clippy::print_stderr, reason = "talk goes to stderr")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
