//! Accumulators as expressions: over their arguments, or over the elements of a single argument that is an array.

pub(super) mod extreme;
pub(super) mod percentile;
pub(super) mod std_dev;
pub(super) mod total;

use bson::Bson;

use super::args::Args;
use crate::value::Number;

/// What is gathered.
///
/// MongoDB: `{$sum: "$a"}` goes into an array `a`, but `{$sum: ["$a", "$b"]}` goes into none.
fn inputs<'a>(args: &'a Args<'_>) -> Vec<Option<&'a Bson>> {
    match args.at(0) {
        Some(Bson::Array(items)) if args.iter().len() == 1 => items.iter().map(Some).collect(),
        _ => args.iter().collect(),
    }
}

/// Those of them that are numbers.
fn numbers(args: &Args<'_>) -> Vec<Number> {
    inputs(args).into_iter().flatten().filter_map(Number::of).collect()
}
