//! What every front does with a bank: names its place, opens it, asks it, fills it.
//!
//! In: what the user said, already taken apart ([`Place`], names, [`Request`]). Out: [`Bank`]s that answer pipelines, answered
//! analyses, a [`Report`](report::Report), tables; or an [`Error`] with the words that any front may show.
//! Invariant: nothing is printed here, and nothing knows whether it is asked by a terminal or a notebook.

mod advice;
mod answers;
mod bank;
mod copy;
mod error;
mod explained;
mod facts;
mod files;
mod inventory;
mod leftovers;
mod picture;
mod place;
mod request;
mod talk;
mod target;

pub use advice::{Trials, questions};
pub use answers::{CachedRun, answer, open_catalog, report};
pub use bank::{Access, Bank, Embedded, require};
pub use copy::{Copy, copy};
pub use error::{Error, ErrorKind};
pub use explained::{Explained, explain};
pub use facts::quality_facts;
pub use files::{Outgoing, write_file};
pub use inventory::{Holding, Inventory, inventory};
pub use leftovers::TemporaryFolder;
pub use picture::picture;
pub use place::Place;
pub use request::{Request, pipeline, pipeline_of};
pub use talk::{Step, Talk};
pub use target::{CardData, Target};
