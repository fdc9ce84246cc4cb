//! One judge for every home of a bank: the same statements, asked of the engine and of a real MongoDB server.
//!
//! In: case files with recorded answers, the catalog, and pipelines made by chance. Out: what differs, as small as it can
//! be told. The runners are the engine's plain definitions, the engine with its columns, and a server.
//! Invariant: a server's answer is never typed in and never bent; what we let pass stands, with its reason, in
//! `tests/cases/known_gaps.toml`, in [`Verdict`] or in [`random::AVOIDED`].

mod answer;
pub mod case_file;
pub mod compare;
pub mod fuzz;
pub mod gaps;
pub mod random;
mod record;
pub mod runner;
mod shrink;
mod verdict;

pub use answer::{Answer, Refusal};
pub use record::record;
pub use verdict::Verdict;

/// Whether the server that the case files were recorded from has what came with this version.
#[must_use]
pub fn is_in_reference(since: &str) -> bool {
    since.split('.').next().and_then(|major| major.parse().ok()).is_some_and(|major: u32| major <= 6) && since != "6.3"
}
