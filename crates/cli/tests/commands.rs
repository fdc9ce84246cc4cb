//! The command line as a user meets it: each file in `commands/` and the README's console blocks are run, and what comes
//! out (stdout, stderr, exit code) is compared. `TRYCMD=overwrite` rewrites them; the diff is read before it is
//! committed.
//!
//! Invariant: every run happens on a fresh copy, so a bank that an earlier run wrote is never there.

#![expect(clippy::unwrap_used, reason = "a test whose files cannot be copied has failed")]

use std::path::{Path, PathBuf};

const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn commands() {
    let folder = tempfile::tempdir().unwrap();
    let original = Path::new(PACKAGE).join("tests/commands");
    copy_folder(&original, folder.path());
    run(&markdown_files(folder.path()), &original);
}

/// The README runs in an empty folder of its own: what it says must work for a newcomer, and it writes files.
#[test]
fn readme() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(PACKAGE).join("../..");
    let copy = folder.path().join("README.md");
    fs_err::copy(root.join("README.md"), &copy).unwrap();
    let empty = folder.path().join("README.in");
    fs_err::create_dir(&empty).unwrap();
    fs_err::write(empty.join(".keep"), "").unwrap();
    run(&[copy], &root);
}

/// Runs the copied files, and takes what was overwritten in them back to where they came from.
fn run(copies: &[PathBuf], original: &Path) {
    assert!(!copies.is_empty(), "no console files to run");
    let cases = trycmd::TestCases::new();
    // A developer's own bank and defaults are not what the cases mean.
    cases.env("BANKSPHERE_URI", "");
    cases.env("XDG_CONFIG_HOME", "/nowhere");
    for copy in copies {
        cases.case(copy);
    }
    cases.run();
    if std::env::var("TRYCMD").is_ok_and(|mode| mode == "overwrite") {
        for copy in copies {
            fs_err::copy(copy, original.join(copy.file_name().unwrap())).unwrap();
        }
    }
}

fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let files = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// Copies a folder and what is in it, but for banks that were left there.
fn copy_folder(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.extension().is_some_and(|extension| extension == "sphere") {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs_err::copy(&path, &target).unwrap();
        }
    }
}
