//! Tells from a file's first bytes what it is, so that a wrong file gets an answer and not a riddle.

use std::fs::Metadata;
use std::io::{BufReader, Read};
use std::path::Path;

use diagnostic::{nearest, quote};
use fs_err as fs;

use crate::Error;
use crate::input::{Input, Reader};

/// The UTF-8 byte order mark that some spreadsheets write first.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Opens what should be text, after its byte order mark; also gives the byte that it begins at.
pub(crate) fn open_text(input: &Input) -> Result<(BufReader<Reader>, u64), Error> {
    let subject = &input.subject;
    let mut start = Vec::new();
    input.reader(0).take(1 << 16).read_to_end(&mut start)?;
    let content = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&start);
    if content.trim_ascii().is_empty() {
        return Err(Error::input(format!("{subject} is empty")).hint(input.if_empty));
    }
    if let Some((what, hint)) = not_text(&start) {
        return Err(Error::input(format!("{subject} is {what}, not text")).hint(hint));
    }
    let base = (start.len() - content.len()) as u64;
    Ok((input.reader(base), base))
}

/// What the file system says of a path that should be a file or a pipe.
pub(crate) fn metadata(path: &Path, shown: &str) -> Result<Metadata, Error> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(not_found(path, shown)),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_dir() {
        return Err(Error::input(format!("`{shown}` is a folder, not a file")).hint("give the path of one file"));
    }
    if is_device(&metadata) {
        return Err(Error::input(format!("`{shown}` is a device, not a file")).hint("give the path of one file"));
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
        return Error::input(format!("`{shown}` is a link to `{target}`, which is not there"))
            .hint("give the path of the file itself");
    }
    Error::input(format!("there is no file `{shown}`")).hint(near_files(path))
}

/// What a file is that is no text, and the way out.
fn not_text(start: &[u8]) -> Option<(&'static str, &'static str)> {
    const SAVE: &str = "open it in the spreadsheet program and save it as \"CSV UTF-8 (comma delimited)\"";
    const UNPACK: &str = "unpack it first";
    let known: [(&[u8], &str, &str); 8] = [
        (b"PK\x03\x04", "an Excel workbook or another zip archive", SAVE),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook", SAVE),
        (b"\xff\xfe", "UTF-16 text", SAVE),
        (b"\xfe\xff", "UTF-16 text", SAVE),
        (b"\x1f\x8b", "compressed with gzip", UNPACK),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd", UNPACK),
        (b"PAR1", "a Parquet file", "convert it to CSV first"),
        (b"ARROW1", "an Arrow file", "convert it to CSV first"),
    ];
    let found = known.iter().find(|(magic, ..)| start.starts_with(magic)).map(|(_, what, hint)| (*what, *hint));
    let is_utf16 = || start.len() > 3 && (start[0] == 0) != (start[1] == 0) && (start[2] == 0) != (start[3] == 0);
    found.or_else(|| {
        if !start.contains(&0) {
            None
        } else if is_utf16() {
            Some(("UTF-16 text", SAVE))
        } else {
            Some(("binary", "check that it is the right file"))
        }
    })
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
