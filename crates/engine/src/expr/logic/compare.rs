//! `$cmp $eq $ne $gt $gte $lt $lte`: two values compared in the total order.
//!
//! MongoDB: unlike in `$match`, values of any types compare: null is below every number, and missing is below null and
//! not equal to it.

use std::cmp::Ordering;

use bson::Bson;

use crate::value::compare_values;

/// -1, 0 or 1.
pub(in crate::expr) fn cmp(a: Option<&Bson>, b: Option<&Bson>) -> Bson {
    Bson::Int32(compare_values(a, b) as i32)
}

/// Whether the order of both is as wanted.
pub(in crate::expr) fn holds(a: Option<&Bson>, b: Option<&Bson>, wanted: fn(Ordering) -> bool) -> Bson {
    Bson::Boolean(wanted(compare_values(a, b)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn all_types_compare() {
        gives("{$lt: [null, 5]}", "true");
        gives("{$eq: ['$nope', null]}", "false");
        gives("{$lt: ['$nope', null]}", "true");
        gives("{$eq: [1, NumberDecimal('1.0')]}", "true");
        gives("{$gt: ['a', 99]}", "true");
        gives("{$gte: [NaN, NaN]}", "true");
        gives("{$lt: [NaN, -Infinity]}", "true");
        gives("{$cmp: [{a: 1}, {a: 1, b: 1}]}", "-1");
        gives("{$ne: [[1, 2], [2, 1]]}", "true");
        gives("{$lte: [1, 0]}", "false");
    }
}
