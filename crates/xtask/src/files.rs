//! Holds the Rust files to their form: a head comment, and not too many lines; and what `columns` finds in them.
//!
//! In: the files under version control. Out: an error naming each that is wrong, and how.

use std::path::Path;
use std::process::Command;

use crate::columns;

/// A longer file does more than one thing.
const MAX_LINES: usize = 500;

/// Checks the files of the tree below the current folder.
pub(crate) fn check() -> Result<(), String> {
    let tracked = tracked(Path::new("."))?;
    let mut faults = forms(&tracked)?;
    faults.extend(columns::faults(Path::new("."), &tracked)?);
    crate::none(&faults)
}

/// The Rust files that are under version control.
pub(crate) fn tracked(root: &Path) -> Result<Vec<String>, String> {
    let list = ["ls-files", "crates/*.rs"];
    let output = Command::new("git").args(list).current_dir(root).output().map_err(|error| error.to_string())?;
    let files: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    if files.is_empty() { Err("git names no Rust file".to_owned()) } else { Ok(files) }
}

/// What is wrong with the form of the files.
fn forms(files: &[String]) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| Path::new(file).exists()) {
        let text = fs_err::read_to_string(file).map_err(|error| error.to_string())?;
        // Why not tests: their cases stand one below the other and are not read as one.
        let most = if file.contains("/tests/") { usize::MAX } else { MAX_LINES };
        faults.extend(form(&text, most).map(|fault| format!("`{file}` {fault}")));
    }
    Ok(faults)
}

/// What is wrong with the form of a file.
fn form(text: &str, most: usize) -> Option<String> {
    let n_lines = text.lines().count();
    if !text.starts_with("//!") {
        return Some("does not open with a head comment".to_owned());
    }
    (n_lines > most).then(|| format!("has {n_lines} lines; {most} are the most"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_head_and_an_end() {
        assert_eq!(form("//! In and out.\n", 500), None);
        assert!(form("use std::fmt;\n", 500).is_some());
        assert!(form(&"//! x\n".repeat(501), 500).is_some());
        assert_eq!(form(&"//! x\n".repeat(500), 500), None);
    }
}
