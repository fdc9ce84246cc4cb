//! Names in a bank's folder: which a collection may have, and which files this crate makes.
//!
//! In: a name, or a path relative to the bank's folder. Out: whether it is one of those.
//! Invariant: a path that [`own_path`] takes lies in the bank's folder or one folder below it, and its last part is a
//! name that only this crate gives.

use std::path::{Path, PathBuf};

use diagnostic::quote;
use jiff::civil::{Date, date};

use crate::Error;

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const LOCK_FILE: &str = "writer.lock";
pub(crate) const INTENT_FILE: &str = "writer.intent";
/// Stem of the name under which a collection is written before it is part of the bank.
pub(crate) const WRITING: &str = "writing";

/// The first and the last day that a collection can describe. Why not all that a calendar has: days are sorted as text
/// in file names, and days at the end of the calendar cannot be turned into moments.
pub const DAYS: (Date, Date) = (date(1, 1, 1), date(9998, 12, 31));

/// What stands for the day of a collection that belongs to none: before all days, so that it is there as of each.
pub const NO_DAY: Date = date(0, 1, 1);

/// Windows opens these as devices, in each folder and with each ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Refuses a day that no collection can describe.
pub fn check_day(day: Date) -> Result<(), Error> {
    if (DAYS.0..=DAYS.1).contains(&day) {
        return Ok(());
    }
    Err(Error::input(format!("the day {day} is out of range"))
        .hint(format!("days of a bank lie between {} and {}", DAYS.0, DAYS.1)))
}

/// Refuses what cannot be the name of a new collection: what is no plain folder name on every system, what a device of
/// Windows is called, and what the bank calls its own files.
pub fn check_name(name: &str) -> Result<(), Error> {
    check_plain(name)?;
    let lower = name.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let is_numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
    };
    let taken = if DEVICES.contains(&stem) || is_numbered("com") || is_numbered("lpt") {
        "Windows has a device of that name"
    } else if [MANIFEST, LOCK_FILE, INTENT_FILE].contains(&lower.as_str()) || is_temporary(&lower, MANIFEST) {
        "the bank has a file of that name"
    } else {
        return Ok(());
    };
    Err(Error::input(format!("`{name}` cannot be a collection's name: {taken}")).hint("choose another name"))
}

/// Refuses a name that may lead out of the bank's folder. Old banks may hold some that [`check_name`] refuses.
pub(crate) fn check_plain(name: &str) -> Result<(), Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty()
        || name.len() > 100
        || name.starts_with('.')
        || name.ends_with('.')
        || !name.chars().all(is_plain)
    {
        return Err(Error::input(format!("`{}` cannot be a collection's name", quote(name)))
            .hint("use up to 100 letters, digits, `_`, `-` and `.`, without a dot at the ends"));
    }
    Ok(())
}

/// The path under `dir` that a line of the intent file or of the manifest's history names, if this crate gives such
/// names: a manifest being written, a collection's folder (`customers/`), or a file in one.
pub(crate) fn own_path(dir: &Path, line: &str) -> Option<PathBuf> {
    if is_temporary(line, MANIFEST) {
        return Some(dir.join(line));
    }
    let (folder, file) = line.split_once('/')?;
    check_plain(folder).ok()?;
    (file.is_empty() || is_temporary(file, WRITING) || is_data_file(file)).then(|| dir.join(folder).join(file))
}

/// `<stem>.tmp`, or `<stem>-<number>.tmp`.
fn is_temporary(name: &str, stem: &str) -> bool {
    let middle = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(".tmp"));
    middle.is_some_and(|middle| {
        let number = middle.strip_prefix('-');
        middle.is_empty() || number.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// A name for a file that is being written, which nothing in the folder has: what a user calls so stays untouched.
pub(crate) fn free_temporary(folder: &Path, stem: &str) -> String {
    let mut name = format!("{stem}.tmp");
    let mut number = 0;
    while fs_err::symlink_metadata(folder.join(&name)).is_ok() {
        number += 1;
        name = format!("{stem}-{number}.tmp");
    }
    name
}

/// `<as-of>-<hash>.arrow`.
fn is_data_file(name: &str) -> bool {
    name.strip_suffix(".arrow").and_then(|stem| stem.rsplit_once('-')).is_some_and(|(day, hash)| {
        day.parse::<Date>().is_ok() && hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_taken() {
        let own = ["manifest.json.tmp", "manifest.json-3.tmp", "c/", "c/writing.tmp", "c/writing-12.tmp"];
        for line in own.into_iter().chain(["c/2026-01-31-0123456789abcdef.arrow"]) {
            assert_eq!(own_path(Path::new("bank"), line), Some(Path::new("bank").join(line)), "{line}");
        }
        let others = [
            "manifest.json",
            "writer.lock",
            "",
            "/",
            "/etc/",
            "../",
            "../c/writing.tmp",
            "c/d/writing.tmp",
            "c/../writing.tmp",
            "c/notes.txt",
            "c/writing-.tmp",
            "c/writing-x.tmp",
            "c/mine.arrow",
            "c/2026-01-31-0123456789abcdeg.arrow",
            "c/2026-13-31-0123456789abcdef.arrow",
            "writing.tmp",
        ];
        for line in others {
            assert_eq!(own_path(Path::new("bank"), line), None, "{line}");
        }
    }
}
