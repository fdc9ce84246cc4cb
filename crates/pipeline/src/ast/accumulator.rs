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
    ConcatArrays,
    SetUnion,
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

const fn spec(accumulator: Accumulator, name: &'static str, since: &'static str) -> AccumulatorSpec {
    AccumulatorSpec { accumulator, name, since }
}

const REGISTRY: &[AccumulatorSpec] = &[
    spec(Accumulator::Sum, "$sum", "3.0"),
    spec(Accumulator::Avg, "$avg", "3.0"),
    spec(Accumulator::Min, "$min", "3.0"),
    spec(Accumulator::Max, "$max", "3.0"),
    spec(Accumulator::First, "$first", "3.0"),
    spec(Accumulator::Last, "$last", "3.0"),
    spec(Accumulator::Push, "$push", "3.0"),
    spec(Accumulator::AddToSet, "$addToSet", "3.0"),
    spec(Accumulator::Count, "$count", "5.0"),
    spec(Accumulator::StdDevPop, "$stdDevPop", "3.2"),
    spec(Accumulator::StdDevSamp, "$stdDevSamp", "3.2"),
    spec(Accumulator::MergeObjects, "$mergeObjects", "3.6"),
    spec(Accumulator::Top, "$top", "5.2"),
    spec(Accumulator::TopN, "$topN", "5.2"),
    spec(Accumulator::Bottom, "$bottom", "5.2"),
    spec(Accumulator::BottomN, "$bottomN", "5.2"),
    spec(Accumulator::FirstN, "$firstN", "5.2"),
    spec(Accumulator::LastN, "$lastN", "5.2"),
    spec(Accumulator::MaxN, "$maxN", "5.2"),
    spec(Accumulator::MinN, "$minN", "5.2"),
    spec(Accumulator::Median, "$median", "7.0"),
    spec(Accumulator::Percentile, "$percentile", "7.0"),
    spec(Accumulator::ConcatArrays, "$concatArrays", "8.1"),
    spec(Accumulator::SetUnion, "$setUnion", "8.1"),
];

impl Accumulator {
    /// Every accumulator, in the order of the variants.
    #[must_use]
    pub fn all() -> &'static [AccumulatorSpec] {
        REGISTRY
    }

    /// The accumulator with this name (`"$sum"`).
    #[must_use]
    pub fn named(name: &str) -> Option<&'static AccumulatorSpec> {
        REGISTRY.iter().find(|spec| spec.name == name)
    }

    /// Its row in the registry.
    #[must_use]
    pub fn spec(self) -> &'static AccumulatorSpec {
        &REGISTRY[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_in_the_order_of_the_variants() {
        for spec in REGISTRY {
            assert_eq!(spec.accumulator.spec().name, spec.name);
        }
    }
}
