//! `$expMovingAvg`: a mean in which newer values have more weight.
//!
//! MongoDB: the first number is the first mean; what is no number leaves the mean as it is (null before the first). It is
//! computed with decimals, doubles rounded to 15 digits, and is a double until the first decimal has come, be it in a
//! partition before.

use bson::Bson;
use pipeline::ast::Smoothing;

use super::Around;
use crate::Error;
use crate::value::{Decimal, Number, Value};

/// `is_decimal` is whether a decimal has come.
pub(super) fn run(around: &Around<'_>, smoothing: &Smoothing, is_decimal: &mut bool) -> Result<Vec<Value>, Error> {
    let weight = weight(smoothing);
    let rest = Decimal::from_i64(1).subtract(weight);
    let mut mean: Option<Decimal> = None;
    (0..around.n_rows())
        .map(|row| {
            if let Some(number) = around.input(row)?.as_ref().and_then(Number::of) {
                *is_decimal |= matches!(number, Number::Decimal(_));
                let newest = number.to_decimal();
                mean = Some(match mean {
                    None => newest,
                    Some(mean) => newest.multiply(weight).add(mean.multiply(rest)),
                });
            }
            let shown = |mean: Decimal| {
                if *is_decimal { Number::Decimal(mean).into_bson() } else { Bson::Double(mean.to_f64()) }
            };
            Ok(Some(mean.map_or(Bson::Null, shown)))
        })
        .collect()
}

fn weight(smoothing: &Smoothing) -> Decimal {
    match smoothing {
        Smoothing::Rows(n) => Decimal::from_i64(2).divide(Decimal::from_i64(n.saturating_add(1))),
        Smoothing::Alpha(alpha) => Number::of(alpha).map_or(Decimal::NaN, Number::to_decimal),
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn means_move_towards_the_newest() {
        check(
            "[{$setWindowFields: {sortBy: {_id: 1}, output: {m: {$expMovingAvg: {input: '$a', N: 3}}}}}, {$unset: 'a'}]",
            "{_id: 1}\n{_id: 2, a: 10}\n{_id: 3, a: 20.5}\n{_id: 4, a: 'x'}\n{_id: 5, a: 40}",
            "{_id: 1, m: null}\n{_id: 2, m: 10.0}\n{_id: 3, m: 15.25}\n{_id: 4, m: 15.25}\n{_id: 5, m: 27.625}",
        );
    }
}
