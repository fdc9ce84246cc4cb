//! The store: snapshots of collections as memory-mapped Arrow IPC files behind one manifest.
//!
//! ```text
//! bank.sphere/
//!   manifest.json                       the only file that changes: contracts, days, checksums
//!   writer.lock                         held by the one writer; says who
//!   writer.intent                       names that a writer is about to write; gone when it has
//!   customers/<as-of>-<hash>.arrow      immutable once written
//! ```
//!
//! In: record batches of [`BLOCK_ROWS`] rows. Out: the same batches, zero-copy over the mapped file, as of any day.
//! Invariants: a crash at any point leaves the old bank or the new one; a [`Store`] sees one point in time, however
//! much is written meanwhile; a damaged file is an error with its path, never a panic, and never a wrong number for those
//! who ask the [`Verifier`]; no file goes that this crate did not make, and no link is followed to write or remove. This
//! crate knows no pipelines and no card data.
//!
//! What remains: a file that another program cuts short while it is scanned ends the process (SIGBUS), as with every mapped
//! file.

mod check;
mod commit;
mod error;
mod flush;
mod frame;
mod lock;
mod manifest;
mod map;
mod mode;
mod names;
mod read;
mod run;
mod statistics;
mod store;
mod sweep;
mod verifier;
mod view;
mod write;

pub use check::{CheckOptions, Checked, Damage};
pub use commit::{Commit, Outcome};
pub use error::{Error, ErrorKind};
pub use names::{DAYS, NO_DAY, check_day, check_name};
pub use read::Contents;
pub use store::{CollectionInfo, Store};
pub use verifier::Verifier;
pub use write::Writer;

/// Rows of every record batch of a collection but the last, which may have fewer.
pub const BLOCK_ROWS: usize = 65_536;

/// Schema metadata: the name of the column that is also the document's `_id`; its values are unique.
pub const ID: &str = "banksphere.id";
/// Schema metadata: a token, equal for collections whose [`ID`] columns hold the same values in the same order.
pub const ORDER: &str = "banksphere.order";
/// Schema metadata: `banksphere.min.<column>`, the least value of an integer column.
pub const MIN: &str = "banksphere.min.";
/// Schema metadata: `banksphere.max.<column>`, the greatest value of an integer column.
pub const MAX: &str = "banksphere.max.";
