//! A session's lease: while it lives, no import drops what the session reads.
//!
//! In: the revision of the book that the session resolved. Out: a document `reader.<token>` in the collection `banksphere`,
//! renewed while the session lives and gone with it.
//! Invariant: a session that has lost its lease, or never got one (its user may not write), looks before the end of each
//! answer whether what it read is still there, and else gives an error; see [`super::Session`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bson::oid::ObjectId;
use bson::{Document, doc};
use mongodb::options::{ReadPreference, SelectionCriteria, WriteConcern};
use mongodb::{Collection, Database};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::BOOKKEEPING;
use super::lease::expiry;

/// How the names of readers' leases begin.
pub(crate) const READER: &str = "reader.";
const LEASE: Duration = Duration::from_mins(1);
const RENEWAL: Duration = Duration::from_secs(10);
/// A server that does not take a lease within this time is read without one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the end of a session may take; what is not given back runs out.
const FAREWELL: Duration = Duration::from_millis(500);

/// A lease that lives until it is dropped.
pub(crate) struct Hold {
    leases: Collection<Document>,
    id: String,
    lost: Arc<AtomicBool>,
    renewed: Arc<Mutex<SystemTime>>,
    heartbeat: JoinHandle<()>,
    runtime: Arc<Runtime>,
}

impl Hold {
    /// Takes a lease; `None` where the user may not write, or no primary is there to write to.
    pub(crate) fn take(runtime: &Arc<Runtime>, database: &Database, revision: i64) -> Option<Self> {
        let options = mongodb::options::CollectionOptions::builder()
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .write_concern(WriteConcern::majority())
            .build();
        let leases = database.collection_with_options::<Document>(BOOKKEEPING, options);
        let id = format!("{READER}{}", ObjectId::new().to_hex());
        let lease = vec![doc! { "$set": {
            "revision": revision,
            "pid": i64::from(std::process::id()),
            "since": "$$NOW",
            "expires": expiry(LEASE),
        } }];
        let start = SystemTime::now();
        let taken = runtime.block_on(async {
            let update = leases.update_one(doc! { "_id": &id }, lease).upsert(true);
            tokio::time::timeout(PATIENCE, update.into_future()).await
        });
        if !matches!(taken, Ok(Ok(_))) {
            return None;
        }
        let (lost, renewed) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(start)));
        let beat = beat(leases.clone(), id.clone(), Arc::clone(&lost), Arc::clone(&renewed));
        let heartbeat = runtime.spawn(beat);
        Some(Self { leases, id, lost, renewed, heartbeat, runtime: Arc::clone(runtime) })
    }

    /// Whether it is certain that the lease never ran out.
    pub(crate) fn is_held(&self) -> bool {
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        // Why not a monotonic clock: it stands still while the machine sleeps.
        !self.lost.load(Ordering::Relaxed) && renewed.elapsed().is_ok_and(|elapsed| elapsed < LEASE)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.heartbeat.abort();
        let (leases, id) = (self.leases.clone(), self.id.clone());
        let released =
            async move { tokio::time::timeout(FAREWELL, leases.delete_one(doc! { "_id": id }).into_future()).await };
        if tokio::runtime::Handle::try_current().is_ok() {
            drop(self.runtime.spawn(released));
        } else {
            drop(self.runtime.block_on(released));
        }
    }
}

/// Renews until the lease is gone. An error is no loss yet: the server may be back before it runs out.
async fn beat(leases: Collection<Document>, id: String, lost: Arc<AtomicBool>, renewed: Arc<Mutex<SystemTime>>) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let start = SystemTime::now();
        let longer = vec![doc! { "$set": { "expires": expiry(LEASE) } }];
        match leases.update_one(doc! { "_id": &id }, longer).await {
            Ok(done) if done.matched_count == 1 => {
                *renewed.lock().unwrap_or_else(PoisonError::into_inner) = start;
            }
            Ok(_) => {
                lost.store(true, Ordering::Relaxed);
                return;
            }
            Err(_) => {}
        }
    }
}
