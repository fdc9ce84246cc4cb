//! Reads a folder of catalog files into a [`Catalog`]: fields, dimensions, measures, then the analyses that use them.
//!
//! Invariant: every fault of every file is reported, each with its place; a catalog with a fault is not used.

mod analysis;
mod dimension;
mod field;
mod measure;
mod topic;

pub(crate) use measure::lowered;

use std::collections::BTreeMap;

use pipeline::{Error, nearest};
use toml::Table;

use crate::entry::{Entry, parse};
use crate::source::Source;
use crate::{Catalog, Unit};

/// The files at the top of a catalog's folder; all others are analyses in the folders of their topics.
const TOP: [&str; 4] = ["fields.toml", "dimensions.toml", "measures.toml", "topics.toml"];

/// Adds what the files say to `catalog`; gives back what is wrong with them.
pub(crate) fn load(catalog: &mut Catalog, sources: &[Source]) -> Vec<Error> {
    let mut faults = Vec::new();
    let mut tables: BTreeMap<&str, Table> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path.strip_suffix(".toml").is_some()) {
        if let Some(table) = parse(&source.place, &source.text, &mut faults) {
            tables.insert(&source.path, table);
        }
    }
    let readers: [fn(&mut Catalog, Entry<'_>); 4] = [field::read, dimension::read, measure::read, topic::read];
    for (path, read) in TOP.into_iter().zip(readers) {
        if let (Some(source), Some(table)) = (sources.iter().find(|source| source.path == path), tables.get(path)) {
            read(catalog, Entry::file(&source.place, table, &mut faults));
        }
    }
    for source in sources.iter().filter(|source| !TOP.contains(&source.path.as_str())) {
        if let Some(stem) = source.path.strip_suffix(".json") {
            if !sources.iter().any(|other| other.path.strip_suffix(".toml") == Some(stem)) {
                let error = Error::input("a pipeline without its analysis");
                let hint = format!("put `{}.toml` beside it, with its question and columns", name_of(stem));
                faults.push(error.at(&source.place).hint(hint));
            }
        } else if let Some(table) = tables.get(source.path.as_str()) {
            let beside = source.path.replace(".toml", ".json");
            let written = sources.iter().find(|other| other.path == beside);
            analysis::read(catalog, source, table, written, &mut faults);
        }
    }
    catalog.sort_analyses();
    faults
}

/// The last part of a path.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Refuses names that could not stand in a pipeline, and names that are taken.
fn check_name<'n>(name: &str, taken: impl IntoIterator<Item = &'n str>) -> Result<(), Error> {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !first || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let error = Error::input(format!("`{name}` is no name"));
        return Err(error.hint("a name is a letter, then letters, digits and `_`"));
    }
    if taken.into_iter().any(|other| other == name) {
        return Err(Error::input(format!("the name `{name}` is taken already")));
    }
    Ok(())
}

/// Reads the optional `unit`.
fn unit(entry: &mut Entry<'_>, default: Unit) -> Unit {
    let Some(text) = entry.optional_text("unit") else { return default };
    Unit::named(text).unwrap_or_else(|| {
        let error = Error::input(format!("unknown unit `{text}`"));
        entry.fault("unit", error.hint(nearest("unit", text, Unit::NAMES)));
        default
    })
}
