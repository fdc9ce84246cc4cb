//! The collections that hold states: each import fills new ones, and what no session reads any more goes.
//!
//! In: the book. Out: names such as `banksphere.2026-06-30.<token>.customers`, and collections dropped.
//! Invariant: a collection that a session may still read is not dropped. A session writes its lease and then looks
//! whether the book still has what it wants; we say in the book what is about to go and then look at the leases. One of
//! the two sees the other.

use std::time::Duration;

use bson::{DateTime, Document, doc};
use jiff::civil::Date;
use mongodb::options::ReadConcern;

use super::BOOKKEEPING;
use super::book::{Book, Retired};
use super::publish::write;
use super::reader::READER;
use super::staging::drop_collection;
use super::writing::Writing;
use crate::Error;

/// How long a state stays that was superseded: a session whose user may not write has no lease, and reads on.
const GRACE: Duration = Duration::from_mins(10);

/// The collection that an import fills; the token is its lease's.
pub(crate) fn name(collection: &str, day: Date, token: &str) -> String {
    format!("{BOOKKEEPING}.{day}.{token}.{collection}")
}

/// Whether an import made the name, of that token or of any.
fn is_generation(name: &str, token: Option<&str>) -> bool {
    let parts = name.strip_prefix(BOOKKEEPING).and_then(|rest| rest.strip_prefix('.'));
    let mut parts = parts.into_iter().flat_map(|rest| rest.splitn(3, '.'));
    let (Some(day), Some(by), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_token = by.len() == 24 && by.bytes().all(|byte| byte.is_ascii_hexdigit());
    day.parse::<Date>().is_ok() && is_token && token.is_none_or(|token| token == by)
}

/// Whether an import of the first format left it on its way in.
fn is_staging(name: &str) -> bool {
    name.strip_prefix(BOOKKEEPING).is_some_and(|rest| rest.starts_with(".staging."))
}

/// Drops what imports left that never became live: those of one holder of the writer's lease, or of all. A swap that was
/// cut keeps its own.
pub(crate) fn sweep(writing: &Writing<'_>, book: &Book, token: Option<&str>) -> Result<(), Error> {
    if writing.run(|| super::is_pending(&writing.database))? {
        return Ok(());
    }
    let has = |name: &str| {
        let retired = book.retired.iter().map(|retired| &retired.collection);
        book.states().map(|state| &state.collection).chain(retired).any(|one| one == name)
    };
    for name in writing.run(|| writing.database.list_collection_names().into_future())? {
        let is_left = is_generation(&name, token) || token.is_none() && is_staging(&name);
        if is_left && !has(&name) {
            drop_collection(writing, &name)?;
        }
    }
    Ok(())
}

/// Drops states that were superseded (after [`GRACE`]) or dropped, as far as no session may read them.
pub(crate) fn drop_retired(writing: &Writing<'_>, book: &mut Book) -> Result<(), Error> {
    let now = DateTime::now().timestamp_millis();
    let is_old = |retired: &Retired| now - retired.since.timestamp_millis() > GRACE.as_millis() as i64;
    let oldest = oldest_lease(writing)?;
    let mut any = false;
    for retired in &mut book.retired {
        retired.is_going = is_old(retired) && !is_held(retired, oldest);
        any |= retired.is_going;
    }
    if !any {
        return Ok(());
    }
    write(writing, book)?;
    let oldest = oldest_lease(writing)?;
    for retired in &mut book.retired {
        retired.is_going &= !is_held(retired, oldest);
        if retired.is_going {
            drop_collection(writing, &retired.collection)?;
        }
    }
    book.retired.retain(|retired| !retired.is_going);
    write(writing, book)
}

/// Whether a session read the book before the state was superseded.
fn is_held(retired: &Retired, oldest: Option<i64>) -> bool {
    oldest.is_some_and(|oldest| oldest < retired.revision)
}

/// The oldest revision of the book that a living session reads. Leases that have run out go first, so a session that
/// wakes up finds that it has none.
fn oldest_lease(writing: &Writing<'_>) -> Result<Option<i64>, Error> {
    let ours = writing.database.collection::<Document>(BOOKKEEPING);
    let readers = doc! { "_id": { "$regex": format!("^{READER}") } };
    let dead = doc! { "$and": [&readers, { "$expr": { "$lt": ["$expires", "$$NOW"] } }] };
    writing.run(|| ours.delete_many(dead.clone()).into_future())?;
    let local = ReadConcern::local();
    let first = writing.run(|| {
        let oldest = ours.find_one(readers.clone()).sort(doc! { "revision": 1 });
        oldest.read_concern(local.clone()).into_future()
    })?;
    Ok(first.map(|first| first.get_i64("revision").unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn only_names_of_ours_are_swept() {
        let token = "66f0a0a0a0a0a0a0a0a0a0a0";
        let ours = name("my.customers", date(2026, 6, 30), token);
        assert_eq!(ours, "banksphere.2026-06-30.66f0a0a0a0a0a0a0a0a0a0a0.my.customers");
        assert!(is_generation(&ours, None) && is_generation(&ours, Some(token)));
        assert!(!is_generation(&ours, Some("66f0a0a0a0a0a0a0a0a0a0a1")));
        for other in ["customers", "banksphere", "banksphere.mine", "banksphere.2026-06-30.mine.customers", "x.2026"] {
            assert!(!is_generation(other, None), "{other}");
        }
    }

    #[test]
    fn a_lease_holds_what_its_revision_of_the_book_named() {
        let retired =
            |revision| Retired { collection: "a".to_owned(), revision, since: DateTime::now(), is_going: false };
        assert!(is_held(&retired(5), Some(4)), "read before import 5 superseded it");
        assert!(!is_held(&retired(5), Some(5)), "read after");
        assert!(!is_held(&retired(5), None));
    }
}
