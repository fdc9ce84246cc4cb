//! Pieces of work that do not need one another, several at once.
//!
//! In: items, and what is done with each. Out: the results in the order of the items, or the error that comes first in that
//! order. Invariant: the answer is that of one thread; items are begun in their order, and none after one has failed.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use pipeline::Run;

use crate::Bank;
use crate::bank::Home;

/// What runs pipelines, and on how many threads at once.
#[derive(Clone, Copy)]
pub(crate) struct Runner<'a> {
    pub(crate) run: &'a (dyn Run + Sync),
    pub(crate) n_threads: usize,
}

impl<'a> Runner<'a> {
    /// Of a bank in a folder on all processors; a server has others to answer too.
    pub(crate) fn of(bank: &'a Bank) -> Self {
        let n_threads = match bank.home {
            Home::Folder(_) => thread::available_parallelism().map_or(1, NonZero::get),
            Home::Server(_) => 1,
        };
        Self { run: bank, n_threads }
    }
}

/// Does the work on `n_threads` threads; `told` hears, on the caller's, how many items are done.
pub(crate) fn side_by_side<T, R, E>(
    items: &[T],
    n_threads: usize,
    work: impl Fn(&T) -> Result<R, E> + Sync,
    told: &dyn Fn(usize),
) -> Result<Vec<R>, E>
where
    T: Sync,
    R: Send,
    E: Send,
{
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let take = |sender: mpsc::Sender<(usize, Result<R, E>)>| {
        while !has_failed.load(Ordering::SeqCst) {
            let place = next.fetch_add(1, Ordering::SeqCst);
            let Some(item) = items.get(place) else { return };
            let result = work(item);
            if result.is_err() {
                has_failed.store(true, Ordering::SeqCst);
            }
            if sender.send((place, result)).is_err() {
                return;
            }
        }
    };
    let mut results: Vec<Option<Result<R, E>>> = items.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..n_threads.clamp(1, items.len().max(1)) {
            let (take, sender) = (&take, sender.clone());
            scope.spawn(move || take(sender));
        }
        drop(sender);
        for (done, (place, result)) in receiver.iter().enumerate() {
            results[place] = Some(result);
            told(done + 1);
        }
    });
    // What was not begun lies behind the item that failed.
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_whoever_is_first() {
        let items: Vec<u64> = (0..40).collect();
        let heard = RefCell::new(Vec::new());
        let work = |item: &u64| {
            thread::sleep(Duration::from_micros((40 - item) * 20));
            Ok::<_, ()>(item * item)
        };
        for n_threads in [0, 1, 3, 100] {
            let results = side_by_side(&items, n_threads, work, &|done| heard.borrow_mut().push(done));
            assert_eq!(results.unwrap(), items.iter().map(|item| item * item).collect::<Vec<_>>());
            assert_eq!(heard.take(), (1..=40).collect::<Vec<_>>());
        }
        assert!(side_by_side(&[], 2, work, &|_| {}).unwrap().is_empty());
    }

    #[test]
    fn the_first_error_in_order_is_told_and_nothing_is_begun_behind_it() {
        let items: Vec<usize> = (0..1000).collect();
        let begun = AtomicUsize::new(0);
        let work = |item: &usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            // The later one fails first.
            thread::sleep(Duration::from_millis(if *item == 4 { 20 } else { 1 }));
            if [4, 5].contains(item) { Err(*item) } else { Ok(()) }
        };
        assert_eq!(side_by_side(&items, 4, work, &|_| {}).unwrap_err(), 4);
        assert!(begun.load(Ordering::SeqCst) < 20);
    }
}
