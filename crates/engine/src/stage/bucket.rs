//! `$bucket`: groups values by the bounds between which they lie, lower bound inclusive.
//!
//! MongoDB: values compare in the total order, whatever their types; without a default, a value outside is an error.
//! Buckets come in the order of their `_id`; empty ones are left out.

use std::cmp::Ordering;

use bson::Bson;
use pipeline::ast::{AccumulatorCall, Expr};

use super::group::Groups;
use super::{Context, Rows, deferred};
use crate::Error;
use crate::expr::Env;
use crate::value::{compare, compare_values};

/// What a `$bucket` says, borrowed from its stage.
#[derive(Clone, Copy)]
pub(super) struct Bucket<'a> {
    pub(super) group_by: &'a Expr,
    pub(super) boundaries: &'a [Bson],
    pub(super) default: Option<&'a Bson>,
    pub(super) output: &'a [(String, AccumulatorCall)],
}

pub(super) fn run<'a>(bucket: Bucket<'a>, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let now = ctx.now;
    deferred(move || {
        let mut groups = Groups::new(bucket.output, ctx);
        for row in rows {
            let row = row?;
            let env = Env::new(&row, now);
            let value = env.evaluate(bucket.group_by)?;
            let id = bucket.id(value.as_ref()).or(bucket.default).ok_or_else(outside)?;
            groups.add(id.clone(), &row, &env)?;
        }
        let mut buckets = groups.finish()?;
        buckets.sort_by(|a, b| compare_values(a.get("_id"), b.get("_id")));
        Ok(buckets)
    })
}

impl<'a> Bucket<'a> {
    /// The lower bound of the bucket in which a value lies.
    fn id(&self, value: Option<&Bson>) -> Option<&'a Bson> {
        let value = value?;
        let place = self.boundaries.partition_point(|bound| compare(bound, value) != Ordering::Greater);
        if place == self.boundaries.len() { None } else { self.boundaries.get(place.checked_sub(1)?) }
    }
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
