//! The one writer of a bank: a lease in the collection `banksphere`, by the server's clock.
//!
//! Invariant: two imports never hold it at once. It is renewed while its holder lives, and runs out soon after it died;
//! a holder that could not renew it in time hears so and stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bson::oid::ObjectId;
use bson::{Bson, DateTime, Document, doc};
use mongodb::Collection;
use mongodb::error::{ErrorKind as DriverKind, WriteFailure};
use tokio::task::JoinHandle;

use super::BOOKKEEPING;
use super::writing::{Writing, patiently};
use crate::{Error, ErrorKind};

/// How long a lease lasts: longer than an election takes, since it cannot be renewed meanwhile.
const LEASE: Duration = Duration::from_secs(30);
const RENEWAL: Duration = Duration::from_secs(5);
const DUPLICATE_KEY: i32 = 11_000;

/// Held until released, or until its holder dies.
pub(crate) struct Lease {
    token: String,
    lost: Arc<AtomicBool>,
    heartbeat: JoinHandle<()>,
}

impl Lease {
    /// Takes the lease, or says who has it.
    pub(crate) fn take(writing: &Writing<'_>) -> Result<Self, Error> {
        let leases = writing.database.collection::<Document>(BOOKKEEPING);
        let token = ObjectId::new().to_hex();
        writing.run(|| make_room(&leases))?;
        let answer = writing.run(|| {
            let is_free = doc! { "_id": "writer", "$expr": { "$lt": ["$expires", "$$NOW"] } };
            let holder = doc! {
                "owner": &token,
                "host": { "$literal": host() },
                "pid": i64::from(std::process::id()),
                "since": "$$NOW",
                "expires": expiry(LEASE),
            };
            // Where the answer to a first attempt was lost, the lease is ours already.
            let is_ours = doc! { "_id": "writer", "owner": &token };
            leases.update_one(doc! { "$or": [is_free, is_ours] }, vec![doc! { "$set": holder }]).into_future()
        })?;
        if answer.matched_count == 0 {
            return Err(match writing.run(|| leases.find_one(doc! { "_id": "writer" }).into_future())? {
                Some(holder) => taken_error(&holder),
                None => Error::new(ErrorKind::Refused, "another import has just ended").hint("try again"),
            });
        }
        let lost = Arc::new(AtomicBool::new(false));
        let heartbeat = writing.server.runtime.spawn(beat(leases, token.clone(), Arc::clone(&lost)));
        Ok(Self { token, lost, heartbeat })
    }

    /// Unique to this holder.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Raised when the lease is lost.
    pub(crate) fn lost(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.lost)
    }

    /// Renews the lease now; fails if it is no longer ours.
    pub(crate) fn renew(&self, writing: &Writing<'_>) -> Result<(), Error> {
        let leases = writing.database.collection(BOOKKEEPING);
        let is_ours = writing.run(|| renew(&leases, &self.token))?;
        if is_ours { Ok(()) } else { Err(Self::lost_error()) }
    }

    /// Gives it back, where the server can be reached. Best effort: what is not given back runs out.
    pub(crate) fn release(self, writing: &Writing<'_>, is_reachable: bool) {
        self.heartbeat.abort();
        if !is_reachable {
            return;
        }
        let leases = writing.database.collection::<Document>(BOOKKEEPING);
        let released = leases.delete_one(doc! { "_id": "writer", "owner": &self.token }).into_future();
        let _ = writing.server.runtime.block_on(async { tokio::time::timeout(LEASE, released).await });
    }

    pub(crate) fn lost_error() -> Error {
        Error::new(ErrorKind::Refused, "the server was away for so long that another import may have begun")
            .hint("the live collections are as they were; try again")
    }
}

/// Sees to it that there is a lease to take.
async fn make_room(leases: &Collection<Document>) -> Result<(), mongodb::error::Error> {
    let never = doc! { "$setOnInsert": { "owner": Bson::Null, "expires": DateTime::from_millis(0) } };
    match leases.update_one(doc! { "_id": "writer" }, never).upsert(true).await {
        Ok(_) => Ok(()),
        // Another import made it at the same moment.
        Err(error) if is_duplicate(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

fn is_duplicate(error: &mongodb::error::Error) -> bool {
    match error.kind.as_ref() {
        DriverKind::Write(WriteFailure::WriteError(refusal)) => refusal.code == DUPLICATE_KEY,
        DriverKind::Command(refusal) => refusal.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// Renews until another holds the lease. An error is no loss yet: the server may be back before it runs out, and if
/// not, the next renewal finds out.
async fn beat(leases: Collection<Document>, token: String, lost: Arc<AtomicBool>) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        if let Ok(false) = renew(&leases, &token).await {
            lost.store(true, Ordering::Relaxed);
            return;
        }
    }
}

/// Whether the lease is still ours.
async fn renew(leases: &Collection<Document>, token: &str) -> Result<bool, mongodb::error::Error> {
    let longer = vec![doc! { "$set": { "expires": expiry(LEASE) } }];
    let renewed =
        patiently(|_| leases.update_one(doc! { "_id": "writer", "owner": token }, longer.clone()).into_future())
            .await?;
    Ok(renewed.matched_count == 1)
}

/// When a lease taken now for this time runs out, by the server's clock.
pub(crate) fn expiry(lease: Duration) -> Document {
    doc! { "$add": ["$$NOW", lease.as_millis() as i64] }
}

fn taken_error(holder: &Document) -> Error {
    let time = |name: &str| {
        holder.get_datetime(name).ok().and_then(|time| jiff::Timestamp::try_from(time.to_system_time()).ok())
    };
    let time =
        |name: &str| time(name).map_or_else(String::new, |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let pid = holder.get_i64("pid").unwrap_or_default();
    let message = format!(
        "the bank is being written to by process {pid} on `{}` since {}",
        holder.get_str("host").unwrap_or("an unknown host"),
        time("since"),
    );
    let hint = format!(
        "wait until it has finished; if it has died, its lease ends at {}, and the next import goes through",
        time("expires")
    );
    Error::new(ErrorKind::Refused, message).hint(hint)
}

/// The name of this machine, for those who find our lease.
fn host() -> String {
    let of_system = fs_err::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = of_system.or_else(|| std::env::var("HOSTNAME").ok()).or_else(|| std::env::var("COMPUTERNAME").ok());
    name.map_or_else(|| "an unnamed host".to_owned(), |name| name.trim().to_owned())
}
