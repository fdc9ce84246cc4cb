//! What every front does with a bank: names its place, opens it, asks it, fills it.
//!
//! In: what the user said, already taken apart ([`Place`], names, [`Wish`]). Out: [`Home`]s that answer pipelines, answered
//! analyses, a [`Report`](report::Report), tables; or an [`Error`] with the words that any front may show.
//! Invariant: nothing is printed here, and nothing knows whether it is asked by a terminal or a notebook.

mod advice;
mod answers;
mod copy;
mod error;
mod explained;
mod facts;
mod files;
mod home;
mod inventory;
mod picture;
mod place;
mod talk;
mod target;
mod wish;

pub use advice::{Trials, questions};
pub use answers::{Once, answer, open_catalog, report};
pub use copy::{Copy, copy};
pub use error::{Error, ErrorKind};
pub use explained::{Explained, explain};
pub use facts::quality_facts;
pub use files::{temporary_beside, write_file};
pub use home::{Access, Embedded, Home, require};
pub use inventory::{Holding, Inventory, inventory};
pub use picture::picture;
pub use place::Place;
pub use talk::{Step, Talk};
pub use target::{CardData, Target};
pub use wish::{Wish, pipeline, pipeline_of};
