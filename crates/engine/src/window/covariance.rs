//! `$covariancePop` and `$covarianceSamp`: how two numbers of a row vary together.
//!
//! MongoDB: rows without an array of two numbers do not count. Over one pair the population's covariance is 0.0, over none
//! it is null; an infinite or NaN number among more of them decides, and leaves no trace once it has left. A row leaves
//! by having its share taken away, so answers carry the rounding of all that has passed. The answer is a decimal where one
//! decided, or a finite one is beside the numbers that did; the first of all pairs has no share yet that could be one.

use bson::Bson;
use pipeline::ast::Window;

use super::Around;
use super::removable::{Removable, RemovableMean, RemovableSum};
use super::sliding::{self, Sliding};
use crate::Error;
use crate::value::{Decimal, Number, Value, number};

pub(super) fn run(around: &Around<'_>, window: Option<&Window>, is_sample: bool) -> Result<Vec<Value>, Error> {
    let state = Covariance {
        is_sample,
        n: 0,
        mean_x: RemovableMean::default(),
        mean_y: RemovableMean::default(),
        products: RemovableSum::default(),
    };
    sliding::run(around, window, state, |row| Ok(pair(around.input(row)?)))
}

type Pair = Option<(Number, Number)>;

fn pair(input: Value) -> Pair {
    match input {
        Some(Bson::Array(items)) => match items.as_slice() {
            [x, y] => Some((Number::of(x)?, Number::of(y)?)),
            _ => None,
        },
        _ => None,
    }
}

struct Covariance {
    is_sample: bool,
    n: i64,
    mean_x: RemovableMean,
    mean_y: RemovableMean,
    /// The sum of the products of the distances from the means, and what is not finite.
    products: RemovableSum,
}

/// What counts of a number of a pair that is not finite. MongoDB: a finite one only makes the answer a decimal if it is one, and
/// a decimal's NaN does not even that.
fn trace(number: Number) -> Number {
    match number {
        number if number.is_nan() => Number::Double(f64::NAN),
        Number::Decimal(x) if x.is_infinite() => number,
        Number::Double(x) if x.is_infinite() => number,
        Number::Decimal(_) => Number::Decimal(Decimal::from_i64(0)),
        Number::Double(_) | Number::Int(_) | Number::Long(_) => Number::Int(0),
    }
}

fn is_finite(number: Number) -> bool {
    match number {
        Number::Decimal(x) => !x.is_nan() && !x.is_infinite(),
        other => other.to_f64().is_finite(),
    }
}

impl Covariance {
    fn distance(number: Number, mean: &RemovableMean) -> Number {
        let mean = Number::of(&mean.answer()).unwrap_or(Number::Int(0));
        number::subtract(number, mean)
    }
}

impl Sliding for Covariance {
    type Input = Pair;

    fn enter(&mut self, pair: &Pair) -> Result<(), Error> {
        let Some((x, y)) = *pair else { return Ok(()) };
        if !is_finite(x) || !is_finite(y) {
            self.products.add(trace(x));
            self.products.add(trace(y));
            return Ok(());
        }
        self.n += 1;
        let from_old = Self::distance(x, &self.mean_x);
        self.mean_x.add(x);
        self.mean_y.add(y);
        let from_new = Self::distance(y, &self.mean_y);
        if self.n > 1 {
            self.products.add(number::multiply(from_old, from_new));
        }
        Ok(())
    }

    fn leave(&mut self, pair: &Pair) -> Result<(), Error> {
        let Some((x, y)) = *pair else { return Ok(()) };
        if !is_finite(x) || !is_finite(y) {
            self.products.remove(trace(x));
            self.products.remove(trace(y));
            return Ok(());
        }
        self.n -= 1;
        if self.n == 0 {
            self.mean_x = RemovableMean::default();
            self.mean_y = RemovableMean::default();
            self.products = RemovableSum::default();
            return Ok(());
        }
        let from_old = Self::distance(y, &self.mean_y);
        self.mean_x.remove(x);
        self.mean_y.remove(y);
        let from_new = Self::distance(x, &self.mean_x);
        self.products.remove(number::multiply(from_new, from_old));
        Ok(())
    }

    fn answer(&self) -> Bson {
        match self.n - i64::from(self.is_sample) {
            ..=0 => Bson::Null,
            1 if self.n == 1 => Bson::Double(0.0),
            n => {
                let products = Number::of(&self.products.answer());
                let mean = products.and_then(|products| number::divide(products, Number::Long(n)));
                mean.map_or(Bson::Null, Number::into_bson)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn pairs_enter_and_leave() {
        let stage = |name: &str, window: &str| {
            format!(
                "[{{$setWindowFields: {{sortBy: {{_id: 1}}, output: {{c: {{{name}: ['$x', '$y']{window}}}}}}}}},
                 {{$project: {{c: 1}}}}]"
            )
        };
        let rows = "{_id: 1, x: 1, y: 2}\n{_id: 2, x: 2, y: 4.5}\n{_id: 3, y: 3}\n{_id: 4, x: 3, y: 7}";
        check(
            &stage("$covariancePop", ", window: {documents: [-1, 0]}"),
            rows,
            "{_id: 1, c: 0.0}\n{_id: 2, c: 0.625}\n{_id: 3, c: 0.0}\n{_id: 4, c: 0.0}",
        );
        check(
            &stage("$covarianceSamp", ", window: {documents: ['unbounded', 0]}"),
            rows,
            "{_id: 1, c: null}\n{_id: 2, c: 1.25}\n{_id: 3, c: 1.25}\n{_id: 4, c: 2.5}",
        );
        check(
            &stage("$covariancePop", ""),
            "{_id: 1, x: 1, y: 2}\n{_id: 2, x: Infinity, y: 1}",
            "{_id: 1, c: 0.0}\n{_id: 2, c: 0.0}",
        );
    }
}
