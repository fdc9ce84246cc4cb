//! The catalog: dimension, measure and analysis files in, checked analyses and their pipelines out.
//!
//! [`Catalog::built_in`] reads the files that come with the project, [`Catalog::with_folder`] a user's beside them;
//! [`Catalog::compose`] puts a question of one's own together. This crate describes and does not run.
//!
//! ```text
//! files ─► load ─► roles: columns of the contract ─► dimensions, measures ─► compose ─► pipelines
//!                    └► left out, where it lacks some          filter ─► narrow ──┘
//! ```

mod analysis;
mod association;
mod by_column;
mod catalog;
mod category;
mod cells;
mod chart;
mod comparison;
mod compose;
mod compose_values;
mod dimension;
mod example;
mod fields;
mod filter;
mod left_out;
mod listing;
mod load;
mod mapping;
mod meaning;
mod measure;
mod narrow;
mod outcome;
mod outcome_words;
mod own;
mod quality;
mod question;
mod ratio;
mod roles;
mod rule;
mod show;
mod source;
mod statistic;
mod topic;
mod words;

pub use analysis::{Analysis, Baseline, Finding, Form};
pub use association::{Ranked, own_sums, pair_sums};
pub use catalog::Catalog;
pub use cells::Candidate;
pub use chart::{Chart, ChartKind};
pub use comparison::Comparison;
pub use compose::{ALL_CUSTOMERS, OUTCOME_KNOWN};
pub use contract::Unit;
pub use dimension::Dimension;
pub use filter::{Kept, read_money, read_share};
pub use left_out::{Kind, LeftOut, Need};
pub use listing::{Listing, Wish};
pub use mapping::{Checks, Mapping, Refused, count_in};
pub use measure::{ByValue, Interval, Measure, MeasureRole, Value};
pub use outcome_words::OutcomeWords;
pub use pipeline::Error;
pub use quality::{About, Inspection, MOST_VALUES, QualityQuestion};
pub use topic::Topic;
pub use words::lowered;
