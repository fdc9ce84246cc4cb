//! Makes staged collections live, and keeps what was live until then as snapshots.
//!
//! A server cannot rename two collections at once. So the intent is written first; a swap that is cut between two
//! renames is completed by the next import, and readers can tell ([`is_pending`]).
//! Invariant: there is no moment without a live collection: the snapshot is a copy, and the rename replaces.

use bson::{Bson, Document, doc};
use mongodb::Database;
use mongodb::options::WriteConcern;

use super::book::{Book, Entry, Snapshot};
use super::lease::Lease;
use super::staging::{Staging, is_not_there};
use super::writing::Writing;
use super::{BOOKKEEPING, Loading, Progress, Step};
use crate::Error;

/// What is to become of the collections, in the document `swap` as long as it is not done.
struct Intent {
    /// From staging to live, or to a snapshot.
    renames: Vec<(String, String)>,
    /// The entries of the book afterwards.
    entries: Vec<Entry>,
}

/// Whether a swap is under way or was cut.
pub(crate) async fn is_pending(database: &Database) -> Result<bool, mongodb::error::Error> {
    Ok(database.collection::<Document>(BOOKKEEPING).find_one(doc! { "_id": "swap" }).await?.is_some())
}

/// Makes the staged collections live.
pub(crate) fn swap(
    writing: &Writing<'_>,
    lease: &Lease,
    book: &Book,
    staged: Vec<(Staging, Entry)>,
    loading: &Loading<'_>,
) -> Result<(), Error> {
    let mut intent = Intent { renames: Vec::new(), entries: Vec::new() };
    for (staging, entry) in staged {
        let live = book.entries.get(&entry.name);
        if let Some(live) = live.filter(|live| live.as_of < entry.as_of) {
            let (collection, of) = (live.name.as_str(), Some(live.rows));
            (loading.progress)(Progress { collection, step: Step::KeepingSnapshot, documents: 0, of });
            keep_snapshot(writing, live)?;
        }
        intent.add(live, staging, entry);
    }
    // From here on nobody may have begun to write in our place.
    lease.renew(writing)?;
    let ours = writing.database.collection::<Document>(BOOKKEEPING);
    let document = intent.print();
    writing.run(|| {
        // Durable on disk, and with it all that was written before.
        let durably = WriteConcern::builder().w(mongodb::options::Acknowledgment::Majority).journal(true).build();
        ours.replace_one(doc! { "_id": "swap" }, &document).upsert(true).write_concern(durably).into_future()
    })?;
    complete(&writing.to_the_end()).map_err(|error| {
        let message = format!("the new collections were being put in place: {}", error.message());
        Error::new(error.kind(), message)
            .at(writing.server.hosts())
            .hint("until the next import completes that, some of them may be old and some new")
    })
}

/// Completes the swap that is pending, if one is.
pub(crate) fn complete(writing: &Writing<'_>) -> Result<(), Error> {
    let ours = writing.database.collection::<Document>(BOOKKEEPING);
    let Some(pending) = writing.run(|| ours.find_one(doc! { "_id": "swap" }).into_future())? else { return Ok(()) };
    let Some(intent) = Intent::parse(&pending) else {
        return Err(Error::input(format!("the document `swap` in the collection `{BOOKKEEPING}` makes no sense"))
            .hint("it was written by another version, or by hand: use the version that wrote it"));
    };
    for (from, to) in &intent.renames {
        rename(writing, from, to)?;
    }
    let mut book = Book::parse(writing.run(|| super::read_book(&writing.database))?.as_ref())?;
    book.entries.extend(intent.entries.into_iter().map(|entry| (entry.name.clone(), entry)));
    let document = book.print();
    writing.run(|| ours.replace_one(doc! { "_id": "bank" }, &document).upsert(true).into_future())?;
    writing.run(|| ours.delete_one(doc! { "_id": "swap" }).into_future())?;
    Ok(())
}

/// Renames in place of what is there. Where the source is gone, it was renamed before.
fn rename(writing: &Writing<'_>, from: &str, to: &str) -> Result<(), Error> {
    let database = writing.database.name();
    let admin = writing.database.client().database("admin");
    let command = doc! {
        "renameCollection": format!("{database}.{from}"),
        "to": format!("{database}.{to}"),
        "dropTarget": true,
        "writeConcern": { "w": "majority" },
    };
    writing.run(|| async {
        match admin.run_command(command.clone()).await {
            Err(error) if is_not_there(&error) => Ok(()),
            result => result.map(drop),
        }
    })
}

/// Copies, on the server, what is live.
fn keep_snapshot(writing: &Writing<'_>, live: &Entry) -> Result<(), Error> {
    let out = doc! { "$out": Snapshot::collection(&live.name, live.as_of) };
    let collection = writing.database.collection::<Document>(&live.name);
    writing.run(|| async { collection.aggregate([out.clone()]).await.map(drop) })
}

impl Intent {
    /// Adds one collection: the newest day is live, each earlier one a snapshot, and of one day the last import counts.
    fn add(&mut self, live: Option<&Entry>, staging: Staging, mut entry: Entry) {
        let mut to = entry.name.clone();
        if let Some(live) = live {
            let is_earlier = entry.as_of < live.as_of;
            let mut snapshots = live.snapshots.clone();
            snapshots.retain(|one| one.as_of != entry.as_of);
            if entry.as_of != live.as_of {
                let kept = if is_earlier { &entry } else { live };
                snapshots.push(Snapshot { as_of: kept.as_of, hash: kept.hash.clone(), rows: kept.rows });
                snapshots.sort_by_key(|one| one.as_of);
            }
            if is_earlier {
                to = Snapshot::collection(&entry.name, entry.as_of);
                entry = live.clone();
            }
            entry.snapshots = snapshots;
        }
        self.renames.push((staging.collection, to));
        self.entries.push(entry);
    }

    fn print(&self) -> Document {
        let renames: Vec<Document> = self.renames.iter().map(|(from, to)| doc! { "from": from, "to": to }).collect();
        let entries: Document =
            self.entries.iter().map(|entry| (entry.name.clone(), Bson::Document(entry.print()))).collect();
        doc! { "_id": "swap", "renames": renames, "entries": entries }
    }

    fn parse(document: &Document) -> Option<Self> {
        let rename = |rename: &Bson| {
            let rename = rename.as_document()?;
            Some((rename.get_str("from").ok()?.to_owned(), rename.get_str("to").ok()?.to_owned()))
        };
        Some(Self {
            renames: document.get_array("renames").ok()?.iter().map(rename).collect::<Option<_>>()?,
            entries: document
                .get_document("entries")
                .ok()?
                .iter()
                .map(|(name, entry)| Entry::parse(name, entry.as_document()?))
                .collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::load::Shape;

    fn entry(day: i8, hash: &str, snapshots: &[i8]) -> Entry {
        let snapshot = |day: &i8| Snapshot { as_of: date(2026, 6, *day), hash: Some(format!("of {day}")), rows: 1 };
        Entry {
            name: "customers".to_owned(),
            shape: Shape::Card,
            as_of: date(2026, 6, day),
            hash: Some(hash.to_owned()),
            rows: 1,
            notes: BTreeMap::new(),
            snapshots: snapshots.iter().map(snapshot).collect(),
        }
    }

    /// What becomes of a load of the day over what is live, as `renamed to | live day and hash | snapshots`.
    fn added(live: Option<&Entry>, day: i8) -> String {
        let mut intent = Intent { renames: Vec::new(), entries: Vec::new() };
        intent.add(live, Staging { collection: "staging".to_owned(), n_documents: 1 }, entry(day, "new", &[]));
        let parsed = Intent::parse(&intent.print()).unwrap();
        assert_eq!((&parsed.renames, &parsed.entries), (&intent.renames, &intent.entries));
        let entry = &parsed.entries[0];
        let snapshots: Vec<String> = entry
            .snapshots
            .iter()
            .map(|one| format!("{} {}", one.as_of.day(), one.hash.as_deref().unwrap_or_default()))
            .collect();
        format!(
            "{} | {} {} | {}",
            parsed.renames[0].1,
            entry.as_of.day(),
            entry.hash.as_deref().unwrap_or_default(),
            snapshots.join(", ")
        )
    }

    #[test]
    fn the_newest_day_is_live_and_earlier_ones_are_snapshots() {
        assert_eq!(added(None, 5), "customers | 5 new | ");
        assert_eq!(added(Some(&entry(4, "old", &[2])), 5), "customers | 5 new | 2 of 2, 4 old");
        assert_eq!(added(Some(&entry(5, "old", &[2])), 5), "customers | 5 new | 2 of 2");
        let before = "banksphere.snapshot.customers.2026-06-03 | 5 old | 2 of 2, 3 new";
        assert_eq!(added(Some(&entry(5, "old", &[2])), 3), before);
        let superseded = "banksphere.snapshot.customers.2026-06-02 | 5 old | 2 new";
        assert_eq!(added(Some(&entry(5, "old", &[2])), 2), superseded);
    }
}
