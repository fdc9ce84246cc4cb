//! Additive models of step functions: which columns tell an outcome, each by itself and some in pairs.
//!
//! ```text
//!  columns, outcomes ──► bins ──► bag: boosted in turn ──► pairs: the best ones ──► sum ──► model: a plain value
//!                                 (tree: a column, grid: a pair)                           │
//!                                                             log-odds of other rows  ◄────┘
//! ```
//!
//! In: columns as arrays of numbers or of categories' codes, and an outcome a row. Out: a [`Model`] (Y. Lou et al.: Intelligible
//! models for classification and regression, 2012; H. Nori et al.: `InterpretML`, 2019), and the evidence for it.
//! Invariant: the same input gives the same bytes on any number of threads and on every machine.

mod bag;
mod bins;
mod changes;
pub mod clusters;
mod columns;
pub mod emp;
mod error;
pub mod evidence;
mod fit;
pub mod folds;
mod grid;
pub mod linear;
mod model;
mod pairs;
pub mod profit;
mod purify;
pub mod qini;
mod reasons;
pub mod rules;
pub mod scorecard;
mod settings;
mod share;
pub mod stability;
mod steps;
mod sum;
mod tiers;
mod tree;

pub use changes::{Change, changes};
pub use columns::{Column, Direction, FEWEST, LeftOut, MISSING, Values};
pub use error::Error;
pub use fit::{Fitted, Watch, fit};
pub use model::{Axis, Cuts, GRID, Input, Model, Term, probability};
pub use reasons::{Reason, reasons};
pub use settings::Settings;
pub use share::Share;
pub use tiers::tiers;
