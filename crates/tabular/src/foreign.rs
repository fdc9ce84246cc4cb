//! Readers of other crates, which may panic on a damaged file.
//!
//! In: the reading of a file. Out: what it gives, or that the file is damaged.
//! Invariant: a panic of a reader ends that reading and nothing else, and prints nothing. It needs a program that unwinds.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::{Error, Input};

thread_local! {
    /// Whether a reader of another crate runs on this thread.
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// Reads, and makes a refusal of a panic.
pub(crate) fn read<T>(input: &Input, what: &str, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_READING.get() {
                before(info);
            }
        }));
    });
    IS_READING.set(true);
    // What the reader leaves half done is dropped with it.
    let done = panic::catch_unwind(AssertUnwindSafe(read));
    IS_READING.set(false);
    done.unwrap_or_else(|_| {
        Err(Error::refused(format!("{} cannot be read as {what}: it is damaged", input.subject))
            .hint("fetch it again, or convert it to CSV"))
    })
}
