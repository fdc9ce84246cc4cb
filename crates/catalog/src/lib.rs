//! The catalog: dimension, measure and analysis files in, checked analyses and their pipelines out.

mod chart;
mod topic;
mod unit;

pub use chart::{Chart, ChartKind};
pub use topic::Topic;
pub use unit::Unit;
