//! The catalog: dimension, measure and analysis files in, checked analyses and their pipelines out.
//!
//! [`Catalog::built_in`] reads the files that come with the project, [`Catalog::with_folder`] a user's beside them;
//! [`Catalog::compose`] puts a question of one's own together. This crate describes and does not run.

mod analysis;
mod catalog;
mod chart;
mod compose;
mod dimension;
mod entry;
mod error;
mod fields;
mod filter;
mod load;
mod measure;
mod narrow;
mod show;
mod source;
mod topic;
mod unit;

pub use analysis::{Analysis, Finding, Form};
pub use catalog::Catalog;
pub use chart::{Chart, ChartKind};
pub use dimension::Dimension;
pub use error::Faults;
pub use measure::{Interval, Measure, Value};
pub use pipeline::Error;
pub use topic::Topic;
pub use unit::Unit;
