//! Pipelines over typed columns: what they answer, and what becomes of them.

mod equal;
#[expect(clippy::needless_raw_string_hashes, reason = "written so by expect-test where it updates them")]
#[expect(clippy::unwrap_used, reason = "a test whose pipeline fails has failed")]
mod explain;
mod nasty_bank;
