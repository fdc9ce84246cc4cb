//! The list of accepted disagreements, `tests/cases/known_gaps.toml`.

use std::cell::Cell;

/// One accepted disagreement.
pub struct Gap {
    file: String,
    /// Every statement of the file whose text contains this.
    statement: String,
    /// Why it is accepted.
    pub reason: String,
    /// Whether it hid a difference in this run.
    pub is_used: Cell<bool>,
}

impl Gap {
    /// What to call it in a message.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}: `{}`", self.file, self.statement)
    }
}

/// Reads the list; every entry needs a reason.
///
/// # Panics
/// On a list that is not understood.
#[must_use]
pub fn read() -> Vec<Gap> {
    let path = super::case_file::folder().join("known_gaps.toml");
    let text = fs_err::read_to_string(path).expect("known_gaps.toml can be read");
    let table: toml::Table = text.parse().expect("known_gaps.toml is TOML");
    let Some(entries) = table.get("gap") else { return Vec::new() };
    let entries = entries.as_array().expect("`gap` is a list of tables");
    entries.iter().map(gap).collect()
}

fn gap(entry: &toml::Value) -> Gap {
    let text = |key: &str| {
        let value = entry.get(key).and_then(toml::Value::as_str);
        value.unwrap_or_else(|| panic!("a gap has no `{key}`: {entry}")).to_owned()
    };
    let reason = text("reason");
    assert!(!reason.is_empty(), "a gap has no reason");
    Gap { file: text("file"), statement: text("statement"), reason, is_used: Cell::new(false) }
}

/// The gap that covers a statement.
#[must_use]
pub fn covering<'a>(gaps: &'a [Gap], file: &str, statement: &str) -> Option<&'a Gap> {
    gaps.iter().find(|gap| gap.file == file && statement.contains(&gap.statement))
}
