//! Holds the crates to what docs/ARCHITECTURE.md says that they must not know.
//!
//! In: the code map of the document, and `cargo metadata`. Out: an error naming every dependency that a crate must not have.
//! Invariant: a name in the column "must not know" is a package of this workspace, which a crate must not reach by any
//! way, or another package, which it must not name itself. Behind the words "by itself:", packages of this workspace must not be
//! named either, and may be reached. A name that is no package is a fault of the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
/// The column of the code map that is checked.
const COLUMN: &str = "must not know";
/// Behind these words of the column, only what a crate names itself counts.
const BY_ITSELF: &str = "by itself:";

/// Checks the crates of the tree below the current folder.
pub(crate) fn check() -> Result<(), String> {
    let text = fs_err::read_to_string(DOCUMENT).map_err(|error| error.to_string())?;
    crate::none(&faults(&code_map(&text)?, &Packages::read()?))
}

/// The packages that the workspace is built from: which names there are, and what each of ours depends on.
#[derive(Debug, Default)]
struct Packages {
    ours: BTreeMap<String, BTreeSet<String>>,
    others: BTreeSet<String>,
}

impl Packages {
    fn read() -> Result<Self, String> {
        let output = crate::cargo_command()
            .args(["metadata", "--format-version", "1", "--offline"])
            .output()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        if !output.status.success() {
            return Err(format!("`cargo metadata` ended with {}", output.status));
        }
        let metadata = serde_json::from_slice(&output.stdout).map_err(|error| format!("`cargo metadata`: {error}"))?;
        Ok(Self::of(&metadata))
    }

    fn of(metadata: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let members: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
        let mut packages = Self::default();
        for package in list(&metadata["packages"]) {
            let name = text(&package["name"]);
            if !members.contains(&text(&package["id"])) {
                packages.others.insert(name);
                continue;
            }
            // Tests may know more than what is shipped.
            let shipped = list(&package["dependencies"]).into_iter().filter(|dependency| dependency["kind"].is_null());
            packages.ours.insert(name, shipped.map(|dependency| text(&dependency["name"])).collect());
        }
        packages
    }

    /// All that a package of ours depends on, by any way through packages of ours.
    fn reached(&self, name: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            for dependency in self.ours.get(name).into_iter().flatten() {
                if reached.insert(dependency.as_str()) {
                    open.push(dependency);
                }
            }
        }
        reached
    }
}

/// What a crate must not know.
#[derive(Debug, Default)]
struct Forbidden {
    /// By no way, where it is of this workspace.
    by_any_way: Vec<String>,
    by_itself: Vec<String>,
}

/// What each crate must not know, as the code map says it by names in back-ticks.
fn code_map(text: &str) -> Result<BTreeMap<String, Forbidden>, String> {
    let mut lines = text.lines().skip_while(|line| !(line.starts_with('|') && line.contains(COLUMN)));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let heading = lines.next().map(cells).ok_or_else(|| format!("{DOCUMENT} has no column `{COLUMN}`"))?;
    let column = heading.iter().position(|cell| cell == COLUMN).unwrap_or_default();
    let mut map = BTreeMap::new();
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let row = cells(line);
        let Some(name) = row.first().and_then(|cell| cell.trim_matches('`').strip_prefix("crates/")) else { continue };
        let cell = row.get(column).map_or("", String::as_str);
        let (any, itself) = cell.split_once(BY_ITSELF).unwrap_or((cell, ""));
        let names = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        map.insert(name.to_owned(), Forbidden { by_any_way: names(any), by_itself: names(itself) });
    }
    Ok(map)
}

/// What of the map does not hold.
fn faults(map: &BTreeMap<String, Forbidden>, packages: &Packages) -> Vec<String> {
    let mut faults = Vec::new();
    for name in packages.ours.keys().filter(|name| !map.contains_key(*name)) {
        faults.push(format!("{DOCUMENT} does not say what `{name}` must not know"));
    }
    for (name, forbidden) in map {
        let (reached, direct) = (packages.reached(name), packages.ours.get(name).cloned().unwrap_or_default());
        for other in forbidden.by_any_way.iter().chain(&forbidden.by_itself) {
            let is_ours = packages.ours.contains_key(other);
            if is_ours && !forbidden.by_itself.contains(other) {
                if reached.contains(other.as_str()) {
                    faults.push(format!("`{name}` must not know `{other}`, and depends on it"));
                }
            } else if !is_ours && !packages.others.contains(other) {
                faults.push(format!("{DOCUMENT} forbids `{name}` the package `{other}`, which there is not"));
            } else if direct.contains(other) {
                faults.push(format!("`{name}` must not name `{other}`, and does"));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "\
text
| crate | in → out | must not know |
|---|---|---|
| `crates/a` | x → y | `b`: because; `serde` |
| `crates/b` | y → z | files, `nothing` |
| `crates/d` | y → z | by itself: `b`, `c` |

| another | table |
| `crates/c` | `a` |
";

    fn packages() -> Packages {
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        Packages {
            ours: BTreeMap::from([
                ("a".to_owned(), of(&["c", "serde"])),
                ("b".to_owned(), of(&[])),
                ("c".to_owned(), of(&["b"])),
                ("d".to_owned(), of(&["c"])),
            ]),
            others: of(&["serde"]),
        }
    }

    #[test]
    fn each_forbidden_dependency_is_found_by_any_way() {
        let found = faults(&code_map(MAP).unwrap(), &packages());
        let expected = [
            "docs/ARCHITECTURE.md does not say what `c` must not know",
            "`a` must not know `b`, and depends on it",
            "`a` must not name `serde`, and does",
            "docs/ARCHITECTURE.md forbids `b` the package `nothing`, which there is not",
            "`d` must not name `c`, and does",
        ];
        assert_eq!(found, expected);
        assert!(code_map("no table").is_err());
    }

    #[test]
    fn what_only_tests_know_does_not_count() {
        let metadata = serde_json::json!({
            "workspace_members": ["path#a"],
            "packages": [
                { "name": "a", "id": "path#a", "dependencies": [
                    { "name": "x", "kind": null }, { "name": "y", "kind": "dev" }] },
                { "name": "x", "id": "registry#x", "dependencies": [] },
            ],
        });
        let packages = Packages::of(&metadata);
        assert_eq!(packages.reached("a"), BTreeSet::from(["x"]));
        assert_eq!(packages.others, BTreeSet::from(["x".to_owned()]));
    }
}
