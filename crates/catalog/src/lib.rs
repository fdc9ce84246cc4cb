//! The catalog: dimension, measure and analysis files in, checked analyses and their pipelines out.

mod analysis;
mod chart;
mod dimension;
mod measure;
mod topic;
mod unit;

pub use analysis::{Analysis, Finding, Form};
pub use chart::{Chart, ChartKind};
pub use dimension::Dimension;
pub use measure::{Interval, Measure, Value};
pub use topic::Topic;
pub use unit::Unit;
