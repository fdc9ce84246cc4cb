//! What holds a run back: its limits on time and memory, and whether an answer is still wanted.
//!
//! In: [`Limits`]. Out: an error, soon after one is passed. Invariant: what is interrupted gives no rows. A look at the
//! brake costs a load of a flag (and of the clock, where time is limited), once for some thousand rows on columns, once for
//! a document in row mode; memory is measured only where it is limited.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering as Memory};
use std::time::{Duration, Instant};

use diagnostic::Action;
use pipeline::{CancellationToken, Limits};

use crate::Error;
use crate::meter;
use crate::stage::Rows;

/// MongoDB: the code of an operation that was killed.
pub(crate) const INTERRUPTED: i32 = 11601;
/// MongoDB: the code of an operation that took longer than it might.
const TIME_EXPIRED: i32 = 50;
/// MongoDB: the code of a `$group` or `$sort` that would have to write to disk.
const TOO_LARGE_WITHOUT_DISK: i32 = 292;
/// MongoDB: the code of anything else that needs more memory than it may.
const TOO_LARGE: i32 = 146;
/// Rows that are sorted without a look at the brake.
const PIECE: usize = 1 << 16;

/// Stops a pipeline that runs; the default never does.
#[derive(Clone, Debug, Default)]
pub struct Brake(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    cancel: CancellationToken,
    deadline: Option<Instant>,
    most_time: Option<Duration>,
    most_bytes: Option<u64>,
    held_bytes: AtomicU64,
}

impl Brake {
    /// Never stops.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// Whether both belong to one run.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }

    /// Whether memory is limited.
    pub(crate) fn limits_memory(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.most_bytes.is_some())
    }

    /// Refuses a value of so many bytes that a stage makes. It may take half of what is left, since it is often copied.
    pub(crate) fn room(&self, stage: &str, bytes: usize) -> Result<(), Error> {
        let Some((inner, most)) = self.0.as_ref().and_then(|inner| Some((inner, inner.most_bytes?))) else {
            return Ok(());
        };
        let left = most.saturating_sub(inner.held_bytes.load(Memory::Relaxed));
        if bytes as u64 <= left / 2 {
            return Ok(());
        }
        let place = if stage.is_empty() { String::new() } else { format!(" in `{stage}`") };
        let message = format!("a value{place} would take {bytes} bytes, too much for the memory limit of {most} bytes");
        Err(Error::coded(TOO_LARGE, message).hint_at(Action::RaiseMemoryLimit))
    }

    /// Holds a run to its limits; its time starts now.
    #[must_use]
    pub fn of(limits: &Limits) -> Self {
        // A time that no clock reaches is none.
        let deadline = limits.time.and_then(|time| Instant::now().checked_add(time));
        let cancel = limits.cancel.clone();
        Self(Some(Arc::new(Inner {
            cancel,
            deadline,
            most_time: limits.time,
            most_bytes: limits.memory,
            held_bytes: AtomicU64::new(0),
        })))
    }

    /// Refuses to go on once the run was cancelled, or has used its time.
    #[inline]
    pub fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Some(inner) => inner.check(),
            None => Ok(()),
        }
    }

    /// The rows that a stage makes, each made under the brake.
    pub(crate) fn metered<'r>(&self, stage: &'static str, mut rows: Rows<'r>) -> Rows<'r> {
        if self.0.is_none() {
            return rows;
        }
        let brake = self.clone();
        Box::new(std::iter::from_fn(move || meter::within(&brake, stage, || rows.next())))
    }

    /// The same rows, and an error once they must stop.
    pub(crate) fn watch<'r>(&self, rows: Rows<'r>) -> Rows<'r> {
        match &self.0 {
            Some(inner) => {
                let inner = Arc::clone(inner);
                Box::new(rows.map(move |row| inner.check().and(row)))
            }
            None => rows,
        }
    }

    /// Sorts stably. Nothing can stop a sort, so pieces are sorted first: the standard one finds them, and only merges.
    pub(crate) fn sort<T>(&self, rows: &mut [T], compare: impl Fn(&T, &T) -> Ordering) -> Result<(), Error> {
        if self.0.is_some() && rows.len() > PIECE {
            for piece in rows.chunks_mut(PIECE) {
                self.check()?;
                piece.sort_by(&compare);
            }
        }
        self.check()?;
        rows.sort_by(compare);
        Ok(())
    }

    /// An account of what a stage holds in memory, named for the message: nothing yet.
    pub(crate) fn hold(&self, stage: &'static str) -> Held {
        Held { inner: self.0.clone().filter(|inner| inner.most_bytes.is_some()), stage, bytes: 0 }
    }
}

impl Inner {
    fn check(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(Error::coded(INTERRUPTED, "interrupted"));
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                let limit = self.most_time.unwrap_or_default();
                let message = format!("the operation exceeded its time limit of {limit:?}");
                Err(Error::coded(TIME_EXPIRED, message).hint_at(Action::RaiseTimeLimit))
            }
            _ => Ok(()),
        }
    }
}

/// What a stage holds in memory, roughly; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    inner: Option<Arc<Inner>>,
    stage: &'static str,
    bytes: u64,
}

impl Held {
    /// Whether it is worth measuring.
    pub(crate) fn is_limited(&self) -> bool {
        self.inner.is_some()
    }

    /// Takes more, measured only where memory is limited.
    pub(crate) fn add(&mut self, bytes: impl FnOnce() -> usize) -> Result<(), Error> {
        let Some(inner) = &self.inner else { return Ok(()) };
        let bytes = bytes() as u64;
        self.bytes += bytes;
        let held = inner.held_bytes.fetch_add(bytes, Memory::Relaxed) + bytes;
        match inner.most_bytes {
            Some(most) if held > most => {
                let stage = self.stage;
                let code = if matches!(stage, "$sort" | "$group") { TOO_LARGE_WITHOUT_DISK } else { TOO_LARGE };
                let message = format!("`{stage}` exceeded the memory limit of {most} bytes");
                Err(Error::coded(code, message).hint_at(Action::RaiseMemoryLimit))
            }
            _ => Ok(()),
        }
    }

    /// Takes what is missing to so many bytes.
    pub(crate) fn grow_to(&mut self, bytes: impl FnOnce() -> usize) -> Result<(), Error> {
        let so_far = self.bytes as usize;
        self.add(|| bytes().saturating_sub(so_far))
    }

    /// Gives back an even share, for one of `n` things that are held.
    pub(crate) fn give_share(&mut self, n: usize) {
        if let Some(inner) = &self.inner {
            let share = self.bytes / n.max(1) as u64;
            inner.held_bytes.fetch_sub(share, Memory::Relaxed);
            self.bytes -= share;
        }
    }

    /// Gives all back, for what has been let go.
    pub(crate) fn clear(&mut self) {
        if let Some(inner) = &self.inner {
            inner.held_bytes.fetch_sub(self.bytes, Memory::Relaxed);
        }
        self.bytes = 0;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cancellable() -> (CancellationToken, Brake) {
        let cancel = CancellationToken::new();
        (cancel.clone(), Brake::of(&Limits { cancel, ..Limits::default() }))
    }

    #[test]
    fn a_sort_by_pieces_is_the_same_sort() {
        let (cancel, brake) = cancellable();
        let rows: Vec<(u64, u64)> = (0..200_000).map(|at| (at * 7919 % 1013, at)).collect();
        let (mut whole, mut pieces) = (rows.clone(), rows);
        Brake::default().sort(&mut whole, |a, b| a.0.cmp(&b.0)).unwrap();
        brake.sort(&mut pieces, |a, b| a.0.cmp(&b.0)).unwrap();
        assert!(whole == pieces && whole.is_sorted());
        cancel.cancel();
        assert_eq!(brake.sort(&mut pieces, |a, b| b.cmp(a)).unwrap_err().code(), Some(INTERRUPTED));
    }

    #[test]
    fn rows_end_where_the_run_is_cancelled_or_out_of_time() {
        let (cancel, brake) = cancellable();
        let mut rows = brake.watch(Box::new(std::iter::repeat_with(|| Ok(bson::doc! {}))));
        assert!(rows.next().is_some_and(|row| row.is_ok()));
        cancel.cancel();
        assert!(rows.next().is_some_and(|row| row.is_err()));
        let late = Brake::of(&Limits { time: Some(Duration::ZERO), ..Limits::default() });
        assert_eq!(late.check().unwrap_err().code(), Some(TIME_EXPIRED));
        let endless = Brake::of(&Limits { time: Some(Duration::MAX), ..Limits::default() });
        assert_eq!(endless.check(), Ok(()));
    }

    #[test]
    fn all_stages_share_the_memory_and_give_it_back() {
        let brake = Brake::of(&Limits { memory: Some(100), ..Limits::default() });
        let (mut sort, mut other) = (brake.hold("$sort"), brake.hold("$lookup"));
        sort.add(|| 60).unwrap();
        assert_eq!(other.add(|| 60).unwrap_err().code(), Some(TOO_LARGE));
        other.clear();
        sort.grow_to(|| 90).unwrap();
        assert_eq!(sort.grow_to(|| 101).unwrap_err().code(), Some(TOO_LARGE_WITHOUT_DISK));
        sort.clear();
        sort.add(|| 90).unwrap();
        sort.give_share(3);
        assert_eq!(other.add(|| 40), Ok(()));
        other.clear();
        drop(sort);
        assert_eq!(other.add(|| 100), Ok(()));
        // Without a limit nothing is measured.
        assert_eq!(Brake::default().hold("$sort").add(|| usize::MAX), Ok(()));
    }
}
