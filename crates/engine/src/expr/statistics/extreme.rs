//! `$min` and `$max`: the least and the greatest in the total order; null and missing do not count, nothing is null.

use bson::Bson;

use crate::expr::args::Args;
use crate::value::{compare, is_nullish};

pub(in crate::expr) fn min(args: &Args<'_>) -> Bson {
    // Of equal ones the first stays.
    let least = counted(args).into_iter().min_by(|a, b| compare(a, b));
    least.cloned().unwrap_or(Bson::Null)
}

pub(in crate::expr) fn max(args: &Args<'_>) -> Bson {
    let greatest = counted(args).into_iter().rev().max_by(|a, b| compare(a, b));
    greatest.cloned().unwrap_or(Bson::Null)
}

fn counted<'a>(args: &'a Args<'_>) -> Vec<&'a Bson> {
    super::inputs(args).into_iter().flatten().filter(|value| !is_nullish(Some(value))).collect()
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn types_compare_and_null_does_not_count() {
        gives("{$max: [1, 'a', null]}", r#""a""#);
        gives("{$min: [null, 3, 2]}", "2");
        gives("{$max: [1, 1.0]}", "1");
        gives("{$min: [1.0, 1]}", "1.0");
        check("{$max: '$a'}", "{a: [3, [1], 4]}", "[1]");
        check("{$min: '$a'}", "{}", "null");
    }
}
