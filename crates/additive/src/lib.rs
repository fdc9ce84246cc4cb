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
mod columns;
mod error;
mod fit;
pub mod folds;
mod grid;
mod model;
mod pairs;
mod purify;
mod settings;
mod steps;
mod sum;
mod tree;

pub use columns::{Column, Direction, FEWEST_OF_AN_OUTCOME, FEWEST_ROWS, LeftOut, MISSING, Values};
pub use error::Error;
pub use fit::{Fitted, Watch, fit};
pub use model::{Axis, Cuts, GRID, Input, Model, Term, probability};
pub use settings::Settings;
