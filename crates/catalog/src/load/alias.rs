//! Earlier names of measures in files of analyses: they stand for the names of today.
//!
//! In: the table of a file. Out: the same with today's names. Invariant: a name that the file, or the catalog, gives to
//! something of its own stays as it is.

use toml::{Table, Value};

use crate::Catalog;

/// Puts today's names of measures in place of earlier ones.
pub(super) fn settle(catalog: &Catalog, table: &mut Table) {
    let columns = table.get("columns").and_then(Value::as_table).cloned().unwrap_or_default();
    let is_free =
        |alias: &str| !columns.contains_key(alias) && !catalog.measures.iter().any(|other| other.name == alias);
    for measure in &catalog.measures {
        for alias in measure.aliases.iter().filter(|alias| is_free(alias)) {
            table.iter_mut().for_each(|(_, value)| rename(value, alias, &measure.name));
        }
    }
}

fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) => {
            if let Some(end) = text.strip_prefix(from).filter(|end| ["", "_low", "_high"].contains(end)) {
                *text = format!("{to}{end}");
            } else if text.contains('{') {
                for end in ["}", "."] {
                    *text = text.replace(&format!("{{{from}{end}"), &format!("{{{to}{end}"));
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        Value::Table(table) => {
            if let Some(kept) = table.remove(from) {
                table.insert(to.to_owned(), kept);
            }
            table.iter_mut().for_each(|(_, value)| rename(value, from, to));
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}
