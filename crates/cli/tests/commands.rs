//! The command line as a user meets it: each file in `commands/` and the README's console blocks are run, and what comes out
//! (stdout, stderr, exit code) is compared. `TRYCMD=overwrite` rewrites them; the diff is read before it is committed.

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/commands/*.md");
}

#[test]
fn readme() {
    trycmd::TestCases::new().case("../../README.md");
}
