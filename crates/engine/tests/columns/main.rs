//! Pipelines over typed columns: what they answer, and what becomes of them.

mod brake;
mod equal;
#[expect(clippy::needless_raw_string_hashes, reason = "written so by expect-test where it updates them")]
mod explain;
mod lazy;
mod limits;
mod lists;
mod nasty_bank;
mod order;
mod place;
mod random;
mod restricted;
mod stream;
mod verify;
