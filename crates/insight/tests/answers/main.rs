//! Rows in, what a reader sees out: table, sentence, notes.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

mod bench;
mod closures;
mod groups;
mod judged;
mod said;
