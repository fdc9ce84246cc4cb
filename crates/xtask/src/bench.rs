//! `cargo xtask bench NAME`: measures, and writes the table into docs/BENCHMARKS.md.
//!
//! In: what to measure, and what else its script takes. Out: the part of the page between its two marks, replaced.

use std::process::{Command, Stdio};

use crate::root;

/// What can be measured so: its name, and its script.
const BENCHES: [(&str, &str); 4] = [
    ("import", "benchmarks/import.sh"),
    ("documents", "benchmarks/documents.sh"),
    ("sample", "benchmarks/sample.sh"),
    ("models", "benchmarks/models.sh"),
];
const PAGE: &str = "docs/BENCHMARKS.md";

/// Measures, and writes the table.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let names = BENCHES.map(|(name, _)| format!("`{name}`")).join(", ");
    let (name, rest) = arguments.split_first().ok_or_else(|| format!("say what to measure: {names}"))?;
    let (name, script) = BENCHES
        .iter()
        .find(|(known, _)| known == name)
        .ok_or_else(|| format!("unknown benchmark `{name}`: there is {names}"))?;
    let output = Command::new(root().join(script))
        .args(rest)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{script}` could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{script}` ended with {}", output.status));
    }
    let page = root().join(PAGE);
    let text = fs_err::read_to_string(&page).map_err(|error| error.to_string())?;
    let table = String::from_utf8_lossy(&output.stdout);
    let text = with_table(&text, name, &table).ok_or_else(|| format!("{PAGE} has no marks for `{name}`"))?;
    fs_err::write(&page, text).map_err(|error| error.to_string())
}

/// The page with another table between the marks.
fn with_table(text: &str, name: &str, table: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{}\n\n{end}{after}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let page = "a\n<!-- import: begin -->\nold\n<!-- import: end -->\nb\n";
        let expected = "a\n<!-- import: begin -->\n\n| new |\n\n<!-- import: end -->\nb\n";
        assert_eq!(with_table(page, "import", "| new |\n").as_deref(), Some(expected));
        assert_eq!(with_table(expected, "import", "| new |").as_deref(), Some(expected));
        assert_eq!(with_table(page, "other", ""), None);
    }

    #[test]
    fn the_page_has_the_marks_of_each() {
        let text = fs_err::read_to_string(root().join(PAGE)).unwrap_or_default();
        for (name, script) in BENCHES {
            assert!(with_table(&text, name, "").is_some(), "{name}");
            assert!(root().join(script).is_file(), "{script}");
        }
    }
}
