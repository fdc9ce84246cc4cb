//! Removes what earlier writers left: files half written, and files that no snapshot names any more.
//!
//! In: the intent file of a killed run, and the manifest's own history. Out: the folder without them.
//! Invariant: called only while the writer's lock is held; only what one of the two names goes, and only where it is a
//! plain file in a plain folder: no link is followed, so nothing outside the bank's folder goes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::Error;
use crate::manifest::Manifest;
use crate::mode::{is_plain_dir, is_plain_file};
use crate::names::{INTENT_FILE, own_path};

/// Sweeps, and forgets of the history what is gone.
pub(crate) fn sweep(dir: &Path, manifest: &mut Manifest) -> Result<(), Error> {
    let kept: BTreeSet<PathBuf> = manifest.files().map(|file| dir.join(file)).collect();
    let intended = intended(dir)?;
    let mut folders = BTreeSet::new();
    for line in intended.iter().chain(&manifest.superseded) {
        let Some(path) = own_path(dir, line) else { continue };
        let Some(folder) = path.parent().filter(|_| !line.ends_with('/')) else {
            folders.insert(path);
            continue;
        };
        if folder != dir {
            folders.insert(folder.to_owned());
        }
        if may_hold_ours(dir, folder) && is_plain_file(&path) && !kept.contains(&path) {
            // Best effort: where a reader's map keeps the file (Windows), a later sweep gets it.
            let _ = fs::remove_file(&path);
        }
    }
    for folder in folders.iter().filter(|folder| is_plain_dir(folder)) {
        // Only succeeds where the folder is empty, and an empty one is of no use.
        let _ = fs::remove_dir(folder);
    }
    manifest.superseded.retain(|line| own_path(dir, line).is_some_and(|path| is_plain_file(&path)));
    let intent = dir.join(INTENT_FILE);
    if is_plain_file(&intent) {
        fs::remove_file(&intent)?;
    }
    Ok(())
}

/// The bank's own folder may be reached over a link, by its user's choice; those inside may not.
fn may_hold_ours(dir: &Path, folder: &Path) -> bool {
    folder == dir || is_plain_dir(folder)
}

/// The names in a killed run's intent file. A line without its end was never synced, so nothing has that name.
fn intended(dir: &Path) -> Result<Vec<String>, Error> {
    let path = dir.join(INTENT_FILE);
    if !is_plain_file(&path) {
        let is_there = fs::symlink_metadata(&path).is_ok();
        return if is_there { Err(Error::not_a_file(&path)) } else { Ok(Vec::new()) };
    }
    let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    Ok(whole.lines().map(str::to_owned).collect())
}
