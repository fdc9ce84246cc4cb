//! Collections that another program loaded, adopted under a contract.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

mod bench;
mod collections;
mod persons;
mod values;
