//! `$percentile` and `$median`: quantiles of the numbers in an array, as doubles (server 7.0).
//!
//! MongoDB: each is one of the numbers, the one at rank `ceil(p · n)`; what is no number does not count; of nothing it
//! is null, one null a `p`.

use bson::Bson;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::value::number::compare_doubles;
use crate::value::{Number, Value, type_name};

/// `input`, `method`.
pub(in crate::expr) fn median(args: &Args<'_>) -> Bson {
    quantile(&sorted(args.at(0)), 0.5)
}

/// `input`, `p`, `method`.
pub(in crate::expr) fn percentile(args: &Args<'_>) -> Result<Value, Error> {
    let refused = || {
        let message = "`$percentile` requires `p` to be a not empty array of numbers from 0 to 1";
        Error::coded(7_750_301, format!("{message}, found {}", type_name(args.at(1))))
    };
    let wanted = args::array(args.at(1)).filter(|p| !p.is_empty()).ok_or_else(refused)?;
    let numbers = sorted(args.at(0));
    let results = wanted.iter().map(|p| {
        let p = Number::of(p).map(Number::to_f64).filter(|p| (0.0..=1.0).contains(p)).ok_or_else(refused)?;
        Ok(quantile(&numbers, p))
    });
    Ok(Some(Bson::Array(results.collect::<Result<_, Error>>()?)))
}

/// The numbers in an array (or a number alone), ascending.
fn sorted(input: Option<&Bson>) -> Vec<f64> {
    let items = match input {
        Some(Bson::Array(items)) => items.as_slice(),
        Some(other) => std::slice::from_ref(other),
        None => &[],
    };
    let mut numbers: Vec<f64> = items.iter().filter_map(Number::of).map(Number::to_f64).collect();
    numbers.sort_by(|a, b| compare_doubles(*a, *b));
    numbers
}

fn quantile(sorted: &[f64], p: f64) -> Bson {
    let rank = (p * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).map_or(Bson::Null, |value| Bson::Double(*value))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn quantiles_are_elements() {
        check("{$median: {input: '$a', method: 'approximate'}}", "{a: [4, 1, 'x', 3, 2]}", "2.0");
        check("{$median: {input: '$a', method: 'approximate'}}", "{}", "null");
        let expr = "{$percentile: {input: '$a', p: [0, 0.5, 0.95, 1], method: 'approximate'}}";
        check(expr, "{a: [10, 20, 30]}", "[10.0,20.0,30.0,30.0]");
        check(expr, "{a: []}", "[null,null,null,null]");
    }
}
