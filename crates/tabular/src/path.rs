//! What lies at a path, so that a wrong one gets an answer: a folder, a device, a link that leads nowhere, a misspelt name.

use std::fs::Metadata;
use std::path::Path;

use diagnostic::{nearest, quote};
use fs_err as fs;

use crate::Error;

/// What the file system says of a path that should be a file or a pipe.
pub(crate) fn metadata(path: &Path, shown: &str) -> Result<Metadata, Error> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(not_found(path, shown)),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_dir() {
        return Err(Error::refused(format!("`{shown}` is a folder, not a file")).hint("give the path of one file"));
    }
    if is_device(&metadata) {
        return Err(Error::refused(format!("`{shown}` is a device, not a file")).hint("give the path of one file"));
    }
    Ok(metadata)
}

#[cfg(unix)]
fn is_device(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_char_device() || metadata.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

/// No file is there: nothing, or a link that leads nowhere.
fn not_found(path: &Path, shown: &str) -> Error {
    if let Ok(target) = fs::read_link(path) {
        let target = quote(&target.display().to_string());
        return Error::refused(format!("`{shown}` is a link to `{target}`, which is not there"))
            .hint("give the path of the file itself");
    }
    Error::refused(format!("there is no file `{shown}`")).hint(near_files(path))
}

fn near_files(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else {
        return format!("the folder `{}` is not there either", quote(&folder.display().to_string()));
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension();
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.extension() == extension)
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    if names.is_empty() {
        "check the path".to_owned()
    } else {
        nearest("file", &name, names.iter().map(String::as_str))
    }
}
