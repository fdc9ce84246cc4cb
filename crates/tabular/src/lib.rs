//! Files of tables, whatever their format, as rows of text cells.
//!
//! Invariant: this crate knows no contracts and no banks; what a cell means is decided by who reads it.

mod notation;

pub use notation::{Ambiguous, Evidence, Grouping, Mark, Notation, notations};
