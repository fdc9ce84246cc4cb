//! What a target has: by MongoDB's versions, or by the list of the one who makes it.
//!
//! In: `targets.json` and the lists of the language. Out: a verdict on each name in use.

use bson::Document;

use super::{Use, Verdict};
use crate::{Error, Part, language};

const TEXT: &str = include_str!("targets.json");

pub(super) struct Table {
    pub(super) title: String,
    pub(super) source: String,
    pub(super) as_of: String,
    /// Names that the language's lists lack, with the first version of MongoDB that has them.
    since: Document,
    has: Has,
}

enum Has {
    /// What MongoDB had in this version.
    Version { newest: (u32, u32) },
    /// All that MongoDB has, in whatever version.
    All,
    /// What a list says.
    Listed(Document),
}

impl Table {
    pub(super) fn of(target: &str) -> Result<Self, Error> {
        let all = crate::read_document(TEXT).map_err(|error| error.within("targets.json"))?;
        let entry =
            |name: &str| all.get_document(name).cloned().map_err(|_| Error::input(format!("the table lacks `{name}`")));
        let text = |of: &Document, key: &str| of.get_str(key).unwrap_or_default().to_owned();
        let mongodb = entry("mongodb")?;
        let since = mongodb.get_document("since").cloned().unwrap_or_default();
        let version = target.strip_prefix("mongodb-");
        let (title, source, has) = match version {
            Some(version) => {
                let title = format!("{} {version}.0", text(&mongodb, "title"));
                (title, mongodb, Has::Version { newest: number(version) })
            }
            None if target == "atlas" => ("MongoDB Atlas".to_owned(), mongodb, Has::All),
            None => {
                let listed = entry(target)?;
                (text(&listed, "title"), listed.clone(), Has::Listed(listed))
            }
        };
        Ok(Self { title, source: text(&source, "source"), as_of: text(&source, "as_of"), since, has })
    }

    /// Nothing where the target has the name.
    pub(super) fn verdict(&self, used: &Use) -> Option<Verdict> {
        let first = first_version(used, &self.since);
        match (&self.has, first) {
            (Has::Listed(listed), first) => in_list(listed, used, first.is_some()),
            (Has::All | Has::Version { .. }, None) => Some(Verdict::Unknown),
            (Has::All, Some(_)) => None,
            (Has::Version { newest }, Some(first)) => {
                (first == "Atlas" || number(&first) > *newest).then_some(Verdict::Lacking(Some(first)))
            }
        }
    }

    /// Whether a form, such as `$filter with limit`, or a variable came with some version.
    pub(super) fn has_form(&self, form: &str) -> bool {
        self.since.contains_key(form)
    }
}

/// The first version of MongoDB that has the name.
fn first_version(used: &Use, since: &Document) -> Option<String> {
    let listed = language().into_iter().find(|known| known.name == used.name && is_part(used.part, known.part));
    // `$const` is `$literal`.
    let is_old = used.part == Some(Part::Operator) && used.name == "$const";
    listed
        .map(|known| known.since.to_owned())
        .or_else(|| since.get_str(&used.name).ok().map(str::to_owned))
        .or(is_old.then(|| "3.0".to_owned()))
}

/// Whether a name of one part may stand where the other is used: windows take accumulators.
fn is_part(used: Option<Part>, known: Part) -> bool {
    used == Some(known) || (used == Some(Part::WindowFunction) && known == Part::Accumulator)
}

fn in_list(listed: &Document, used: &Use, is_mongodbs: bool) -> Option<Verdict> {
    let keys: &[&str] = match used.part {
        None => &["feature"],
        Some(Part::Stage) => &["stage"],
        Some(Part::Operator) => &["operator"],
        Some(Part::Accumulator) => &["accumulator"],
        Some(Part::WindowFunction) => &["window"],
        Some(Part::FieldTest) => &["test"],
        Some(Part::Condition) => &["condition"],
    };
    let says = |verdict: &str| {
        keys.iter()
            .filter_map(|key| listed.get_document(key).ok()?.get_str(verdict).ok())
            .any(|names| has(names, &used.name))
    };
    if says("no") {
        return Some(Verdict::Lacking(None));
    }
    // A form of a stage is only told where it is known to be lacking.
    if says("yes") || (used.part.is_none() && used.name.starts_with('$')) {
        return None;
    }
    let has_list = keys.iter().any(|key| listed.get_document(key).is_ok_and(|list| list.contains_key("yes")));
    Some(if has_list && is_mongodbs { Verdict::NotListed } else { Verdict::Unknown })
}

/// Whether a list has the name: names with a blank stand alone.
fn has(names: &str, name: &str) -> bool {
    names == name || names.split(' ').any(|known| known == name)
}

fn number(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or(u32::MAX), minor.parse().unwrap_or(0))
}

/// The names in the lists that are none of the language's.
#[cfg(test)]
pub(super) fn unknown_names() -> Vec<String> {
    let all = crate::read_document(TEXT).unwrap();
    let extra = all.get_document("mongodb").unwrap().get_document("since").unwrap();
    let mut found = Vec::new();
    for (target, entry) in &all {
        let parts = entry.as_document().unwrap().iter().filter_map(|(key, value)| match value {
            bson::Bson::Document(lists) if !matches!(key.as_str(), "since" | "feature") => Some((key, lists)),
            _ => None,
        });
        for (part, lists) in parts {
            let names = lists.values().filter_map(bson::Bson::as_str).flat_map(|names| names.split(' '));
            let is_known =
                |name: &&str| extra.contains_key(*name) || language().iter().any(|known| known.name == *name);
            found.extend(names.filter(|name| !is_known(name)).map(|name| format!("{target}: {part}: {name}")));
        }
    }
    found
}
