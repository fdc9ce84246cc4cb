//! Accumulators: what gathers one value from many documents, in `$group`, `$bucket` and `$setWindowFields`.

use super::{Expr, SortKey};

/// One use of an accumulator.
#[derive(Clone, Debug, PartialEq)]
pub struct AccumulatorCall {
    /// Which accumulator.
    pub accumulator: Accumulator,
    /// What it gathers from each document; for `$count` a literal 1. For `$topN`/`$bottomN`, `output`; for the
    /// `N` family and the percentiles, `input`.
    pub input: Expr,
    /// `n` of the `N` family: constant per group, so it may only use the group's key.
    pub n: Option<Expr>,
    /// `sortBy` of `$top $topN $bottom $bottomN`; else empty.
    pub sort_by: Vec<SortKey>,
    /// `p` of `$percentile`: numbers from 0 to 1; else empty (`$median` is 0.5).
    pub p: Vec<f64>,
}

/// The accumulators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named as in MongoDB, whose manual defines it")]
pub enum Accumulator {
    Sum,
    Avg,
    Min,
    Max,
    First,
    Last,
    Push,
    AddToSet,
    Count,
    StdDevPop,
    StdDevSamp,
    MergeObjects,
    Top,
    TopN,
    Bottom,
    BottomN,
    FirstN,
    LastN,
    MaxN,
    MinN,
    Median,
    Percentile,
}

/// How an accumulator is written.
#[derive(Clone, Copy, Debug)]
pub struct AccumulatorSpec {
    /// Which one.
    pub accumulator: Accumulator,
    /// With the dollar sign.
    pub name: &'static str,
    /// The first server version that has it.
    pub since: &'static str,
}
