//! The manifest: which snapshots the bank has, and what must be true of their files.
//!
//! In: the text of `manifest.json`. Out: [`Manifest`], checked. Snapshots of a collection are in order of their
//! as-of day, the newest last, and every file name is one that this crate makes.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

pub(crate) const MANIFEST: &str = "manifest.json";
/// The version that this crate writes, and the newest that it reads.
const FORMAT: u64 = 1;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) collections: BTreeMap<String, Vec<Snapshot>>,
}

/// One state of a collection, in one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    pub(crate) as_of: Date,
    /// Of the whole file.
    pub(crate) hash: String,
    /// Of the file without the columns' bytes: checked whenever it is read.
    pub(crate) checksum: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Completes the schema's metadata.
    pub(crate) metadata: BTreeMap<String, String>,
    /// What the writer wished to remember.
    #[serde(default)]
    pub(crate) notes: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireManifest {
    format: u64,
    collections: BTreeMap<String, Vec<Snapshot>>,
}

impl Snapshot {
    pub(crate) fn file_name(&self) -> String {
        format!("{}-{}.arrow", self.as_of, &self.hash[..16])
    }
}

impl Manifest {
    pub(crate) fn parse(path: &Path, text: &[u8]) -> Result<Self, Error> {
        let at = |error: &serde_json::Error| {
            let what = format!("it makes no sense at line {}, column {}", error.line(), error.column());
            Error::damaged(path, what)
        };
        let value: serde_json::Value = serde_json::from_slice(text).map_err(|error| at(&error))?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(1..=FORMAT) => {}
            Some(newer) => {
                let message = format!("the bank was written in format {newer}; this version knows up to {FORMAT}");
                return Err(Error::new(ErrorKind::Input, message).at(path).hint("use a newer version of BankSphere"));
            }
            None => return Err(Error::damaged(path, "it does not say its format")),
        }
        let wire: WireManifest = serde_json::from_slice(text).map_err(|error| at(&error))?;
        let manifest = Self { collections: wire.collections };
        manifest.check().map_err(|what| Error::damaged(path, what))?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        for (name, snapshots) in &self.collections {
            check_name(name).map_err(|error| error.message().to_owned())?;
            let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if snapshots.is_empty() || !snapshots.iter().all(|one| is_hash(&one.hash) && is_hash(&one.checksum)) {
                return Err(format!("the snapshots of `{name}` make no sense"));
            }
            if !snapshots.is_sorted_by_key(|snapshot| snapshot.as_of) {
                return Err(format!("the snapshots of `{name}` are not in order"));
            }
        }
        Ok(())
    }

    pub(crate) fn print(&self) -> Result<String, Error> {
        let wire = WireManifest { format: FORMAT, collections: self.collections.clone() };
        let text = serde_json::to_string_pretty(&wire)
            .map_err(|error| Error::bug(format!("the manifest cannot be written: {error}")))?;
        Ok(text + "\n")
    }

    pub(crate) fn newest(&self, name: &str) -> Option<&Snapshot> {
        self.collections.get(name)?.last()
    }

    /// Adds a snapshot at its place in time; one of the same day is superseded.
    pub(crate) fn add(&mut self, name: &str, snapshot: Snapshot) {
        let snapshots = self.collections.entry(name.to_owned()).or_default();
        snapshots.retain(|other| other.as_of != snapshot.as_of);
        let place = snapshots.partition_point(|other| other.as_of < snapshot.as_of);
        snapshots.insert(place, snapshot);
    }
}

/// Collections are folders, so their names are those that every file system takes.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty()
        || name.len() > 100
        || name.starts_with('.')
        || name.ends_with('.')
        || !name.chars().all(is_plain)
    {
        return Err(Error::input(format!("`{name}` cannot be a collection's name"))
            .hint("use up to 100 letters, digits, `_`, `-` and `.`, without a dot at the ends"));
    }
    Ok(())
}
