//! Rows in; intervals, tests, rankings, curves and sentences out.

mod answer;
mod statistics;
mod summary;

pub use answer::{Answer, Cell, Column, Query, Table, Test};
pub use summary::{Finding, KeyFigure, Summary};
