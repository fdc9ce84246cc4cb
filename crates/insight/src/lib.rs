//! Rows in; intervals, tests, rankings, curves and sentences out.
//!
//! [`answer`] makes an [`Answer`] of the rows that an analysis' pipelines gave, [`adjust`] corrects the p-values of many
//! answers, [`summarize`] picks the key figures and the strongest findings. Where the rows came from is not known here.

mod answer;
mod bins;
mod error;
mod finding;
mod groups;
mod statistics;
mod summary;
mod table;
mod words;

pub use answer::{Answer, Cell, Column, Query, Table, Test, adjust, answer};
pub use error::Error;
pub use summary::{Finding, KeyFigure, Summary, summarize};
