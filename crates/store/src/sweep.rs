//! Removes what earlier writers left: files half written, and files that no snapshot names any more.
//!
//! Invariant: called only while the writer's lock is held, and only files with names that this crate makes go; a
//! stranger's file in the bank's folder stays.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::Error;
use crate::manifest::Manifest;
use crate::write::WRITING;

pub(crate) const MANIFEST_WRITING: &str = "manifest.json.tmp";

pub(crate) fn sweep(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let named: BTreeSet<PathBuf> = manifest
        .collections
        .iter()
        .flat_map(|(name, snapshots)| snapshots.iter().map(move |one| dir.join(name).join(one.file_name())))
        .collect();
    let _ = fs::remove_file(dir.join(MANIFEST_WRITING));
    for folder in fs::read_dir(dir)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(&folder)? {
            let path = file?.path();
            if path.file_name().is_some_and(is_ours) && !named.contains(&path) {
                // Best effort: where a reader's map keeps the file (Windows), a later sweep gets it.
                let _ = fs::remove_file(&path);
            }
        }
        // Only succeeds where the folder is empty, and an empty one is of no use.
        let _ = fs::remove_dir(&folder);
    }
    Ok(())
}

/// `<as-of>-<hash>.arrow` or the name of a file being written.
fn is_ours(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let Some(stem) = name.strip_suffix(".arrow") else { return name == WRITING };
    stem.rsplit_once('-').is_some_and(|(day, hash)| {
        day.parse::<jiff::civil::Date>().is_ok()
            && hash.len() == 16
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
