//! Files that appear whole or not at all.

use std::io::Write as _;
use std::path::Path;

use crate::{Error, ErrorKind};

/// Writes a file through a temporary neighbour and a rename, so that no reader and no Ctrl-C meets half of it.
pub fn write_file(file: &Path, data: &[u8]) -> Result<(), Error> {
    let name_it =
        |error: std::io::Error| Error::new(ErrorKind::Data, format!("`{}` cannot be written: {error}", file.display()));
    let mut temporary = temporary_beside(file).map_err(name_it)?;
    temporary.write_all(data).map_err(name_it)?;
    temporary.persist(file).map_err(|error| name_it(error.error))?;
    Ok(())
}

/// A temporary file in the folder of `file`, readable as any new file; gone when dropped.
pub fn temporary_beside(file: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".banksphere-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}
