//! The command line as a user meets it: each file in `commands/` and the README's console blocks are run, and what comes
//! out (stdout, stderr, exit code) is compared. `TRYCMD=overwrite` rewrites them; the diff is read before it is
//! committed.

use std::path::Path;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/commands/*.md");
}

/// The README runs in an empty folder of its own: what it says must work for a newcomer, and it writes files.
#[test]
fn readme() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("README.md");
    fs_err::copy(Path::new(README), &copy).unwrap();
    let empty = folder.path().join("README.in");
    fs_err::create_dir(&empty).unwrap();
    fs_err::write(empty.join(".keep"), "").unwrap();
    trycmd::TestCases::new().case(&copy).run();
    if std::env::var("TRYCMD").is_ok_and(|mode| mode == "overwrite") {
        fs_err::copy(&copy, Path::new(README)).unwrap();
    }
}
