//! `$sum` and `$avg`: over the numbers; all else does not count. Nothing sums to 0 and averages to null.

use bson::Bson;

use crate::expr::args::Args;
use crate::value::{Number, Sum};

pub(in crate::expr) fn sum(args: &Args<'_>) -> Bson {
    let mut sum = Sum::new();
    for number in super::numbers(args) {
        sum.add(number);
    }
    sum.total().into_bson()
}

pub(in crate::expr) fn avg(args: &Args<'_>) -> Bson {
    let numbers = super::numbers(args);
    let mut sum = Sum::new();
    for number in &numbers {
        sum.add(*number);
    }
    sum.mean(numbers.len() as u64).map_or(Bson::Null, Number::into_bson)
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn only_numbers_count() {
        gives("{$sum: [1, 'x', 2.5, null]}", "3.5");
        gives("{$sum: []}", "0");
        check("{$sum: '$a'}", "{a: [1, [5], 2]}", "3");
        check("{$sum: ['$a', '$b']}", "{a: [1], b: 2}", "2");
        check("{$avg: '$a'}", "{a: [1, 2, 'x']}", "1.5");
        check("{$avg: '$a'}", "{}", "null");
        gives("{$avg: [NumberDecimal('1'), 2, 4]}", r#"{"$numberDecimal":"2.333333333333333333333333333333333"}"#);
    }
}
