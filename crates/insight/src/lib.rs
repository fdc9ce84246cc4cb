//! Rows in; intervals, tests, rankings, curves and sentences out.

mod answer;

pub use answer::{Answer, Cell, Column, Query, Table, Test};
