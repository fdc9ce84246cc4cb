//! The columnar executor: the first stages of a pipeline, over typed columns in blocks.
//!
//! How it goes: [`lower`] walks the stages; fields are a [`tree`] of columns, expressions are [`resolve`]d to columns of
//! the [`plan`], which says how each comes about (a table over few distinct values, a typed [`kernel`], or the plain
//! definition row by row); [`run`] takes [`block`]s through the [`filter`]s into a [`group`], the [`top`] rows or
//! [`rows`] as documents. Invariant: the same answer as the plain definitions give, in value, type and error.

mod block;
mod chain;
mod choose;
mod compute;
mod filter;
mod frame;
mod gather;
mod group;
mod intervals;
mod kernel;
mod keys;
mod known;
mod list;
mod loose;
mod lower;
mod plan;
mod ranks;
mod resolve;
mod rows;
mod run;
mod shape;
mod sort;
mod stored;
mod sums;
mod top;
mod tree;
mod unwind;
mod window;

pub(crate) use chain::Chain;
pub use frame::{Field as FrameField, Frame, Part as FramePart};
pub(crate) use loose::{Shredded, StoredDocuments, raw_rows, unreadable};
pub(crate) use resolve::conjuncts;
pub(crate) use rows::document_rows;
pub(crate) use run::columns_read;
pub(crate) use stored::{StoredKind, Typed};
