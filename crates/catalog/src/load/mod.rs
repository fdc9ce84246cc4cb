//! Reads a folder of catalog files into a [`Catalog`]: dimensions, measures, topics, then the analyses of these.
//!
//! Invariant: every fault of every file is reported, each with its place; a catalog with a fault is not used. What lacks a
//! role of the contract is not a fault: it is left out.

mod alias;
mod analysis;
mod chart;
mod dimension;
mod measure;
mod parts;
mod topic;

pub(crate) use measure::{is_there, least, mean};

use std::collections::BTreeMap;

use contract::entry::{Entry, parse};
use diagnostic::Diagnostic;
use pipeline::{Error, nearest};
use toml::Table;

use crate::left_out::{Absent, Need, add};
use crate::source::Source;
use crate::{Catalog, Unit, roles};

/// The files at the top of a catalog's folder; all others are analyses in the folders of their topics.
const TOP: [&str; 3] = ["dimensions.toml", "measures.toml", "topics.toml"];

/// Adds what the files say to `catalog`; gives back what is wrong with them.
pub(crate) fn load(catalog: &mut Catalog, sources: &[Source]) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut tables: BTreeMap<&str, Table> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path.strip_suffix(".toml").is_some()) {
        if let Some(table) = parse(&source.place, &source.text, &mut faults) {
            tables.insert(&source.path, table);
        }
    }
    let readers: [fn(&mut Catalog, Entry<'_>); 3] = [dimension::read, measure::read, topic::read];
    for (path, read) in TOP.into_iter().zip(readers) {
        if let (Some(source), Some(table)) = (sources.iter().find(|source| source.path == path), tables.get(path)) {
            read(catalog, Entry::file(&source.place, table, &mut faults));
        }
    }
    for source in sources.iter().filter(|source| !TOP.contains(&source.path.as_str())) {
        if let Some(stem) = source.path.strip_suffix(".json") {
            if !sources.iter().any(|other| other.path.strip_suffix(".toml") == Some(stem)) {
                let error = Diagnostic::new("a pipeline without its analysis");
                let hint = format!("put `{}.toml` beside it, with its question and columns", name_of(stem));
                faults.push(error.at(&source.place).hint(hint));
            }
        } else if let Some(table) = tables.get(source.path.as_str()) {
            let beside = source.path.replace(".toml", ".json");
            let written = sources.iter().find(|other| other.path == beside);
            let mut table = table.clone();
            alias::settle(catalog, &mut table);
            analysis::read(catalog, source, &table, written, &mut faults);
        }
    }
    catalog.finish();
    faults
}

/// The last part of a path.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Refuses names that could not stand in a pipeline, and names that are taken.
pub(crate) fn check_name<'n>(name: &str, taken: impl IntoIterator<Item = &'n str>) -> Result<(), Error> {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !first || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let error = Error::input(format!("`{}` is not a valid name", diagnostic::quote(name)));
        return Err(error.hint("a name is a letter, then letters, digits and `_`"));
    }
    if taken.into_iter().any(|other| other == name) {
        return Err(Error::input(format!("the name `{name}` is taken already")));
    }
    Ok(())
}

/// A column's name with `_` for whatever the name of a measure or an analysis may not hold: `Checking account` is
/// `Checking_account`.
pub(crate) fn plain_name(column: &str) -> String {
    column.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// The error for a name under which rows have another value already.
fn taken(name: &str, by: &str) -> Error {
    let error = Error::input(format!("the name `{name}` is taken already, by {by}"));
    error.hint("dimensions and measures stand side by side in a table, so no two have one name")
}

/// What was read at a key; what is wrong with it is reported, what it lacks is noted.
fn note<T>(entry: &mut Entry<'_>, key: &str, lacking: &mut Vec<Need>, read: Result<T, Absent>) -> Option<T> {
    match read {
        Ok(value) => return Some(value),
        Err(Absent::Wrong(error)) => entry.fault(key, error),
        Err(Absent::Lacking(needs)) => add(lacking, needs),
    }
    None
}

/// Reads the optional `unit`: a unit's name, or `<credit_limit>` for that of the role's column.
fn unit(catalog: &Catalog, entry: &mut Entry<'_>, lacking: &mut Vec<Need>) -> Option<Unit> {
    let text = entry.optional_text("unit")?;
    let read = match roles::named(text) {
        Some(need) => need.map_err(Absent::from).and_then(|need| Ok(roles::column(&catalog.contract, need)?.unit)),
        None => Unit::named(text).ok_or_else(|| {
            let error = Error::input(format!("unknown unit `{}`", diagnostic::quote(text)));
            error.hint(nearest("unit", text, Unit::NAMES)).into()
        }),
    };
    note(entry, "unit", lacking, read)
}
