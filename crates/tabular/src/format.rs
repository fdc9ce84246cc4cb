//! Tells from a file's first bytes what it is.

/// What a file is, where that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Gzip,
    Zstd,
    /// A zip archive: an Excel workbook, it is hoped.
    Workbook,
    Parquet,
    ArrowFile,
    ArrowStream,
    /// Text, perhaps after a byte order mark.
    Text,
}

/// What a file is that cannot be read, and the way out.
pub(crate) struct Unreadable {
    pub(crate) what: &'static str,
    pub(crate) hint: &'static str,
}

/// The UTF-8 byte order mark that some spreadsheets write first.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const KNOWN: [(&[u8], Format); 6] = [
    (b"\x1f\x8b", Format::Gzip),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"PK\x03\x04", Format::Workbook),
    (b"PAR1", Format::Parquet),
    (b"ARROW1", Format::ArrowFile),
    (b"\xff\xff\xff\xff", Format::ArrowStream),
];

const RIGHT_FILE: &str = "check that it is the right file";

const UNREADABLE: [(&[u8], &str, &str); 9] = [
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "open it in the spreadsheet program and save it as .xlsx or CSV"),
    (b"%PDF", "a PDF document", "ask for the data behind it, as a workbook or CSV"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (
        b"version https://git-lfs",
        "a Git LFS pointer, which stands in place of the data",
        "fetch the data with `git lfs pull`",
    ),
    (b"BZh", "compressed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"Obj\x01", "an Avro file", "convert it to Parquet or CSV"),
];

/// What a file is that begins like this.
pub(crate) fn of(start: &[u8]) -> Result<Format, Unreadable> {
    if let Some((_, format)) = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Ok(*format);
    }
    if let Some((_, what, hint)) = UNREADABLE.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Err(Unreadable { what, hint });
    }
    if let Some(unreadable) = markup(start) {
        return Err(unreadable);
    }
    if start.contains(&0) && !is_utf16(start) {
        return Err(Unreadable { what: "binary, not text", hint: RIGHT_FILE });
    }
    Ok(Format::Text)
}

/// Whether the text is UTF-16, by its mark or, without one, since every other byte of its first letters is zero.
pub(crate) fn is_utf16(start: &[u8]) -> bool {
    let by_mark = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    by_mark || (start.len() > 3 && (start[0] == 0) != (start[1] == 0) && (start[2] == 0) != (start[3] == 0))
}

/// A web page that was saved in place of the data, or data as XML.
fn markup(start: &[u8]) -> Option<Unreadable> {
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    if begins("<!doctype html") || begins("<html") || begins("<head") {
        let hint = "save the raw file itself: on GitHub by the button “Raw”, on Kaggle by “Download”";
        return Some(Unreadable { what: "a web page, not data", hint });
    }
    begins("<?xml").then_some(Unreadable { what: "XML, not a table", hint: "export it as a workbook or CSV" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        assert_eq!(of(b"a,b\n1,2").ok(), Some(Format::Text));
        assert_eq!(of(b"").ok(), Some(Format::Text));
        assert_eq!(of(b"\xff\xfea\0,\0").ok(), Some(Format::Text));
        assert_eq!(of(b"PK\x03\x04..").ok(), Some(Format::Workbook));
        for (start, what) in [
            (&b"  <!DOCTYPE HTML><p>"[..], "a web page, not data"),
            (b"\xef\xbb\xbf<html>", "a web page, not data"),
            (b"a\0\0\0b", "binary, not text"),
            (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer, which stands in place of the data"),
        ] {
            assert_eq!(of(start).err().map(|other| other.what), Some(what));
        }
    }
}
