//! The manifest: which snapshots the bank has, of which days, and what must be true of their files.
//!
//! In: the text of `manifest.json`, of this format or an earlier one. Out: [`Manifest`], checked. Snapshots of a
//! collection are in order of their as-of day, the newest last, and every file name is one that this crate makes.
//! Invariant: nothing of a manifest is believed unless its checksum is right; those of earlier formats have none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::names::{NO_DAY, check_plain};
use crate::{Error, ErrorKind};

/// The version that this crate writes, and the newest that it reads. Format 1 had no contract, no history and no checksums
/// of blocks; format 2 had one contract for all states, and no checksum of its own; format 3 had no notes on the whole bank.
const FORMAT: u64 = 4;
/// The first format that has a checksum.
const FIRST_CHECKED: u64 = 3;
/// Hexadecimal digits of the manifest's checksum.
const DIGITS: usize = 64;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) collections: BTreeMap<String, Vec<Snapshot>>,
    /// What is remembered with the whole bank.
    pub(crate) notes: BTreeMap<String, String>,
    /// Files that earlier manifests named and this one does not, until a sweep has removed them.
    pub(crate) superseded: Vec<String>,
}

/// One state of a collection, in one file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) as_of: Date,
    /// Of the whole file.
    pub(crate) hash: String,
    /// Of the file without the columns' bytes: checked whenever it is read.
    pub(crate) checksum: String,
    /// Of the columns' bytes: a text a block, in it 16 digits a column. Snapshots of format 1 have none.
    pub(crate) blocks: Option<Vec<String>>,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Completes the schema's metadata.
    pub(crate) metadata: BTreeMap<String, String>,
    /// What the writer wished to remember.
    pub(crate) notes: BTreeMap<String, String>,
    /// The text of the contract that it was written under, which states share.
    pub(crate) contract: Option<Arc<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireManifest {
    format: u64,
    /// Of the whole text, as it is with zeros in this place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    /// Of format 2: the contract of all states.
    #[serde(default, skip_serializing)]
    contract: Option<String>,
    /// The texts of the contracts that states name, by their hash.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    contracts: BTreeMap<String, String>,
    collections: BTreeMap<String, Vec<WireSnapshot>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    notes: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    superseded: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSnapshot {
    as_of: Date,
    hash: String,
    checksum: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocks: Option<Vec<String>>,
    rows: u64,
    bytes: u64,
    metadata: BTreeMap<String, String>,
    #[serde(default)]
    notes: BTreeMap<String, String>,
    /// Which of the manifest's contracts it was written under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contract: Option<String>,
}

/// What all versions have in common.
#[derive(Deserialize)]
struct WireFormat {
    format: Option<serde_json::Value>,
}

impl Snapshot {
    pub(crate) fn file_name(&self) -> String {
        format!("{}-{}.arrow", self.as_of, &self.hash[..16])
    }
}

impl Manifest {
    pub(crate) fn parse(path: &Path, text: &[u8]) -> Result<Self, Error> {
        let at = |error: &serde_json::Error| {
            let what = format!("it is malformed at line {}, column {}", error.line(), error.column());
            Error::damaged_manifest(path, what)
        };
        let WireFormat { format } = serde_json::from_slice(text).map_err(|error| at(&error))?;
        match format.as_ref().and_then(serde_json::Value::as_u64) {
            Some(1..=FORMAT) => {}
            Some(newer) => {
                let message = format!("the bank was written in format {newer}; this version knows up to {FORMAT}");
                return Err(Error::new(ErrorKind::Input, message).at(path).hint("use a newer version of BankSphere"));
            }
            None => return Err(Error::damaged_manifest(path, "it does not say its format")),
        }
        let wire: WireManifest = serde_json::from_slice(text).map_err(|error| at(&error))?;
        let manifest = Self::of(wire, text).and_then(|manifest| manifest.check().map(|()| manifest));
        manifest.map_err(|what| Error::damaged_manifest(path, what))
    }

    /// What was written in this text, if it is as it was written.
    fn of(wire: WireManifest, text: &[u8]) -> Result<Self, String> {
        let is_as_written = match (wire.format, &wire.checksum) {
            (..FIRST_CHECKED, None) => true,
            (FIRST_CHECKED.., Some(checksum)) => checksum_in(text, checksum).is_some_and(|found| found == *checksum),
            _ => false,
        };
        if !is_as_written {
            return Err("its content is not what was written".to_owned());
        }
        let of_all = wire.contract.map(Arc::from);
        let by_hash: BTreeMap<String, Arc<str>> =
            wire.contracts.into_iter().map(|(hash, text)| (hash, Arc::from(text))).collect();
        let snapshot = |wire: WireSnapshot| {
            let WireSnapshot { as_of, hash, checksum, blocks, rows, bytes, metadata, notes, contract } = wire;
            let contract = match contract {
                Some(name) => Some(Arc::clone(by_hash.get(&name).ok_or("it lacks the contract of a snapshot")?)),
                // Format 1 had no contract at all, so what is left of it is under none of format 2.
                None => of_all.clone().filter(|_| blocks.is_some()),
            };
            Ok(Snapshot { as_of, hash, checksum, blocks, rows, bytes, metadata, notes, contract })
        };
        let collections = wire.collections.into_iter().map(|(name, snapshots)| {
            let snapshots = snapshots.into_iter().map(snapshot).collect::<Result<_, String>>()?;
            Ok((name, snapshots))
        });
        let collections = collections.collect::<Result<_, String>>()?;
        Ok(Self { collections, notes: wire.notes, superseded: wire.superseded })
    }

    fn check(&self) -> Result<(), String> {
        for (name, snapshots) in &self.collections {
            check_plain(name).map_err(|error| error.diagnostic().message().to_owned())?;
            let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if snapshots.is_empty() || !snapshots.iter().all(|one| is_hash(&one.hash) && is_hash(&one.checksum)) {
                return Err(format!("the snapshots of `{name}` are malformed"));
            }
            if !snapshots.is_sorted_by(|a, b| a.as_of < b.as_of) {
                return Err(format!("the snapshots of `{name}` are not in order"));
            }
        }
        Ok(())
    }

    pub(crate) fn print(&self) -> Result<String, Error> {
        let Self { collections, notes, superseded } = self.clone();
        let mut contracts = BTreeMap::new();
        let mut snapshot = |snapshot: Snapshot| {
            let Snapshot { as_of, hash, checksum, blocks, rows, bytes, metadata, notes, contract } = snapshot;
            let contract = contract.map(|text| {
                let name = blake3::hash(text.as_bytes()).to_hex()[..16].to_owned();
                contracts.entry(name.clone()).or_insert_with(|| text.as_ref().to_owned());
                name
            });
            WireSnapshot { as_of, hash, checksum, blocks, rows, bytes, metadata, notes, contract }
        };
        let collections = collections
            .into_iter()
            .map(|(name, snapshots)| (name, snapshots.into_iter().map(&mut snapshot).collect()))
            .collect();
        let zeros = "0".repeat(DIGITS);
        let checksum = Some(zeros.clone());
        // What has no notes, the version before can read too.
        let format = if notes.is_empty() { FORMAT - 1 } else { FORMAT };
        let wire = WireManifest { format, checksum, contract: None, contracts, collections, notes, superseded };
        let text = serde_json::to_string_pretty(&wire)
            .map_err(|error| Error::bug(format!("the manifest cannot be written: {error}")))?
            + "\n";
        let checksum = checksum_in(text.as_bytes(), &zeros)
            .ok_or_else(|| Error::bug("the manifest is written without a place for its checksum"))?;
        Ok(text.replacen(&zeros, &checksum, 1))
    }

    /// The days of the bank: those of which a collection has a snapshot of its own.
    pub(crate) fn days(&self) -> Vec<Date> {
        let all = self.collections.values().flatten().map(|snapshot| snapshot.as_of);
        let days: BTreeSet<Date> = all.filter(|day| *day != NO_DAY).collect();
        days.into_iter().collect()
    }

    /// The collections with their state on a day: each one's newest snapshot not later than it. Without a day, the newest.
    pub(crate) fn on(&self, day: Option<Date>) -> impl Iterator<Item = (&String, &[Snapshot], &Snapshot)> {
        self.collections.iter().filter_map(move |(name, snapshots)| {
            let n = day.map_or(snapshots.len(), |day| snapshots.partition_point(|one| one.as_of <= day));
            Some((name, &snapshots[..n], snapshots[..n].last()?))
        })
    }

    /// The files of all snapshots, relative to the bank's folder.
    pub(crate) fn files(&self) -> impl Iterator<Item = String> {
        let of = |(name, snapshots): (&String, &Vec<Snapshot>)| -> Vec<String> {
            snapshots.iter().map(|one| format!("{name}/{}", one.file_name())).collect()
        };
        self.collections.iter().flat_map(of)
    }

    /// The snapshot that holds this content already, under whichever contract: of that day or, without a day, the newest.
    pub(crate) fn holding(&mut self, name: &str, day: Option<Date>, hash: &str) -> Option<&mut Snapshot> {
        let snapshots = self.collections.get_mut(name)?;
        let snapshot = match day {
            Some(day) => snapshots.iter_mut().find(|one| one.as_of == day)?,
            None => snapshots.last_mut()?,
        };
        (snapshot.hash == hash).then_some(snapshot)
    }

    /// Adds a snapshot at its place in time; one of the same day is superseded.
    pub(crate) fn add(&mut self, name: &str, snapshot: Snapshot) {
        let snapshots = self.collections.entry(name.to_owned()).or_default();
        let before = snapshots.iter().find(|other| other.as_of == snapshot.as_of);
        self.superseded.extend(before.map(|before| format!("{name}/{}", before.file_name())));
        snapshots.retain(|other| other.as_of != snapshot.as_of);
        let place = snapshots.partition_point(|other| other.as_of < snapshot.as_of);
        snapshots.insert(place, snapshot);
        self.forget_named();
    }

    /// Takes a day's own snapshots away; says whether there were any.
    pub(crate) fn drop_day(&mut self, day: Date) -> bool {
        let n_before = self.superseded.len();
        for (name, snapshots) in &mut self.collections {
            let dropped = snapshots.iter().filter(|one| one.as_of == day);
            self.superseded.extend(dropped.map(|one| format!("{name}/{}", one.file_name())));
            snapshots.retain(|one| one.as_of != day);
        }
        self.collections.retain(|_, snapshots| !snapshots.is_empty());
        self.superseded.len() > n_before
    }

    /// Takes a collection's snapshots away; says whether there were any.
    pub(crate) fn drop_collection(&mut self, name: &str) -> bool {
        let dropped = self.collections.remove(name).unwrap_or_default();
        self.superseded.extend(dropped.iter().map(|one| format!("{name}/{}", one.file_name())));
        !dropped.is_empty()
    }

    /// What is in the history and named again is no leftover.
    fn forget_named(&mut self) {
        let named: BTreeSet<String> = self.files().collect();
        self.superseded.retain(|file| !named.contains(file));
        self.superseded.sort();
        self.superseded.dedup();
    }
}

/// What the checksum of a manifest's text must be, which stands in it as `checksum`.
fn checksum_in(text: &[u8], checksum: &str) -> Option<String> {
    let at = text.windows(DIGITS).position(|digits| digits == checksum.as_bytes())?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&text[..at]).update(&[b'0'; DIGITS]).update(&text[at + DIGITS..]);
    Some(hasher.finalize().to_hex().to_string())
}
