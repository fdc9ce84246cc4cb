//! Holds docs/ARCHITECTURE.md to the tree.
//!
//! In: the document and the working tree. Out: an error naming every path in back-ticks that does not exist, every crate that the
//! document does not name, and the document itself where it has grown over 200 lines.

use std::path::Path;

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const MAX_LINES: usize = 200;

/// Checks the document against the tree below the current folder.
pub(crate) fn check() -> Result<(), String> {
    let text = fs_err::read_to_string(DOCUMENT).map_err(|error| error.to_string())?;
    let mut faults: Vec<String> = paths(&text)
        .filter(|path| !Path::new(path).exists())
        .map(|path| format!("it names `{path}`, which does not exist"))
        .collect();
    for entry in fs_err::read_dir("crates").map_err(|error| error.to_string())? {
        let name = entry.map_err(|error| error.to_string())?.file_name().to_string_lossy().into_owned();
        if !text.contains(&format!("`crates/{name}`")) {
            faults.push(format!("it does not name `crates/{name}`"));
        }
    }
    let n_lines = text.lines().count();
    if n_lines > MAX_LINES {
        faults.push(format!("it has {n_lines} lines; a newcomer reads at most {MAX_LINES}"));
    }
    crate::none(&faults)
}

/// What stands in back-ticks and looks like a path of this tree: has a slash, no space, and starts like one.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|quoted| {
        let roots =
            ["crates/", "docs/", "catalog/", "tests/", "benchmarks/", "python/", "notebooks/", ".ci/", ".cargo/"];
        roots.iter().any(|root| quoted.starts_with(root)) && !quoted.contains([' ', '<', '*'])
    })
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn only_what_looks_like_a_path_is_checked() {
        let text = "`crates/cli` runs `Run` over `catalog/<topic>/x.toml` and `docs/ARCHITECTURE.md`, not `a/b`";
        assert_eq!(paths(text).collect::<Vec<_>>(), ["crates/cli", "docs/ARCHITECTURE.md"]);
    }
}
