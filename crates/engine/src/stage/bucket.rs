//! `$bucket`: groups values by the bounds between which they lie, lower bound inclusive.
//!
//! MongoDB: values compare in the total order, whatever their types; without a default, a value outside is an error.
//! Buckets come in the order of their `_id`; empty ones are left out.

use std::cmp::Ordering;

use bson::{Bson, Document};
use pipeline::ast::{AccumulatorCall, Expr};

use super::group::Groups;
use super::{Context, Rows, deferred};
use crate::Error;
use crate::expr::Env;
use crate::value::{Value, canonical_type, compare_values};

/// What a `$bucket` says, borrowed from its stage.
#[derive(Clone, Copy)]
pub(super) struct Bucket<'a> {
    pub(super) group_by: &'a Expr,
    pub(super) boundaries: &'a [Expr],
    pub(super) default: Option<&'a Expr>,
    pub(super) output: &'a [(String, AccumulatorCall)],
}

pub(super) fn run<'a>(bucket: Bucket<'a>, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let now = ctx.now;
    deferred(move || {
        let nothing = Document::new();
        let constant = |expr: &Expr| Env::new(&nothing, now).evaluate(expr);
        let boundaries = bucket.boundaries.iter().map(constant).collect::<Result<Vec<_>, Error>>()?;
        let default = bucket.default.map(constant).transpose()?.flatten();
        let mut groups = Groups::new(bucket.output, ctx);
        for row in rows {
            let row = row?;
            let env = Env::new(&row, now);
            let value = env.evaluate(bucket.group_by)?;
            let id = lower_bound(&boundaries, value.as_ref()).or(default.as_ref()).ok_or_else(outside)?;
            groups.add(id.clone(), &row, &env)?;
        }
        let mut buckets = groups.finish()?;
        buckets.sort_by(|a, b| compare_values(a.get("_id"), b.get("_id")));
        Ok(buckets)
    })
}

/// The lower bound of the bucket in which a value lies.
fn lower_bound<'b>(boundaries: &'b [Value], value: Option<&Bson>) -> Option<&'b Bson> {
    value?;
    let place = boundaries.partition_point(|bound| compare_values(bound.as_ref(), value) != Ordering::Greater);
    if place == boundaries.len() { None } else { boundaries.get(place.checked_sub(1)?)?.as_ref() }
}

/// Refuses computed boundaries that do not rise or are of several types, and a default among them.
///
/// MongoDB: they are constants, which are looked at before a row is read.
pub(crate) fn check(boundaries: &[Expr], default: Option<&Expr>, env: &Env<'_>) -> Result<(), Error> {
    let bounds = boundaries.iter().map(|bound| env.evaluate(bound)).collect::<Result<Vec<Value>, Error>>()?;
    let default = default.map(|default| env.evaluate(default)).transpose()?.flatten();
    for pair in bounds.windows(2) {
        if canonical_type(pair[0].as_ref()) != canonical_type(pair[1].as_ref()) {
            return Err(Error::coded(40193, "all values in `boundaries` of `$bucket` must have the same type"));
        }
        if compare_values(pair[0].as_ref(), pair[1].as_ref()) != Ordering::Less {
            return Err(Error::coded(40194, "the values in `boundaries` of `$bucket` must be in ascending order"));
        }
    }
    let (Some(default), Some(lowest), Some(highest)) = (default, bounds.first(), bounds.last()) else {
        return Ok(());
    };
    let lies_above = |bound: &Value| compare_values(Some(&default), bound.as_ref()) != Ordering::Less;
    if lies_above(lowest) && !lies_above(highest) {
        let message = "the `default` of `$bucket` must be less than the lowest boundary or not less than the highest";
        return Err(Error::coded(40199, message));
    }
    Ok(())
}

fn outside() -> Error {
    Error::coded(40066, "$switch could not find a matching branch for an input, and no default was specified")
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn lower_bounds_belong_to_their_bucket() {
        let input = "{a: 0}\n{a: 4}\n{a: 5}\n{a: 9.5}\n{a: 10}\n{a: 'x'}\n{}";
        let bucket = "[{$bucket: {groupBy: '$a', boundaries: [0, 5, 10], default: -1}}]";
        check(bucket, input, "{_id: -1, count: 3}\n{_id: 0, count: 2}\n{_id: 5, count: 2}");
        check("[{$bucket: {groupBy: '$a', boundaries: [0, 5]}}]", "{a: 5}", "error 40066");
    }
}
