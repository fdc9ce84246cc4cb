//! Sums that lose nothing on the way: what `$add`, `$sum` and `$avg` add up with.
//!
//! In: numbers of any types, in any order, or other partial sums. Out: the sum in the widest type seen: int → long →
//! double as it must grow, or decimal. The doubles are held as an unevaluated pair (2Sum), so that `0.1` ten times is
//! exactly `1.0` and whole numbers stay exact far beyond 2^53.

use super::{Decimal, Number};

/// A running sum.
#[derive(Clone, Debug)]
pub struct Sum {
    /// The sum, rounded to nearest.
    high: f64,
    /// What `high` lacks.
    low: f64,
    /// The plain sum, which knows the right infinity or NaN once there is one.
    plain: f64,
    decimal: Decimal,
    widest: Width,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    Int,
    Long,
    Double,
    Decimal,
}

impl Default for Sum {
    fn default() -> Self {
        Self { high: 0.0, low: 0.0, plain: 0.0, decimal: Decimal::ZERO, widest: Width::Int }
    }
}

/// `a + b` and the rounding error, exactly.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let shadow = sum - a;
    (sum, (a - (sum - shadow)) + (b - shadow))
}

/// The same where `a` is the larger; where `b` is, what is rounded away of `a` is lost.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

impl Sum {
    /// The empty sum: int 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number.
    pub fn add(&mut self, number: Number) {
        let width = match number {
            Number::Int(x) => {
                self.add_double(f64::from(x));
                Width::Int
            }
            Number::Long(x) => {
                self.add_long(x);
                Width::Long
            }
            Number::Double(x) => {
                self.add_double(x);
                Width::Double
            }
            Number::Decimal(x) => {
                self.decimal = self.decimal.add(x);
                Width::Decimal
            }
        };
        self.widest = self.widest.max(width);
    }

    /// Adds what another sum has gathered.
    pub fn merge(&mut self, other: &Self) {
        let plain = self.plain + other.plain;
        self.add_double(other.high);
        self.add_double(other.low);
        self.plain = plain;
        self.decimal = self.decimal.add(other.decimal);
        self.widest = self.widest.max(other.widest);
    }

    /// MongoDB: what was lacking goes into the next summand first, so that the answer has the server's very last bit. It is taken
    /// to be smaller than the summand, and loses what it is not, as on a server: 1e300, 1e18, -1e300, 1, -1e18 add up to 0.
    fn add_double(&mut self, x: f64) {
        self.plain += x;
        let (x, error) = fast_two_sum(x, self.low);
        (self.high, self.low) = two_sum(self.high, x);
        self.low += error;
    }

    /// Adds a long without changing the type of the result (dates count as milliseconds in `$add`).
    pub(crate) fn add_long(&mut self, x: i64) {
        // Two halves that are doubles exactly.
        let upper = x / (1 << 32) * (1 << 32);
        self.add_double((x - upper) as f64);
        self.add_double(upper as f64);
    }

    /// The sum in the widest type seen.
    #[must_use]
    pub fn total(&self) -> Number {
        match self.widest {
            Width::Decimal => Number::Decimal(self.decimal_total()),
            Width::Double => Number::Double(self.double_total()),
            Width::Long => self.long_total().map_or_else(|| Number::Double(self.double_total()), Number::Long),
            Width::Int => self.long_total().map_or_else(|| Number::Double(self.double_total()), Number::int_or_long),
        }
    }

    /// The mean of `count` numbers: a decimal where one was seen, else a double; `None` of nothing.
    #[must_use]
    pub fn mean(&self, count: u64) -> Option<Number> {
        if count == 0 {
            return None;
        }
        Some(match self.widest {
            Width::Decimal => Number::Decimal(
                self.decimal_total().divide(Decimal::from_i64(i64::try_from(count).unwrap_or(i64::MAX))),
            ),
            _ => Number::Double(self.double_total() / count as f64),
        })
    }

    /// The sum as a double; decimals seen count for nothing here.
    #[must_use]
    pub fn double_total(&self) -> f64 {
        if self.high.is_nan() || self.low.is_nan() { self.plain } else { self.high }
    }

    /// The sum as an `i64` where it is whole and fits.
    pub(crate) fn long_total(&self) -> Option<i64> {
        if !self.high.is_finite() || !self.low.is_finite() {
            return None;
        }
        // A high of 2^63 may still fit with a negative low, so both halves meet in i128.
        if self.high.abs() > 1e19 {
            return None;
        }
        i64::try_from(self.high as i128 + self.low as i128).ok()
    }

    /// The sum as a decimal, doubles with all their digits (up to 34) and no zeros behind them.
    pub(crate) fn decimal_total(&self) -> Decimal {
        if !self.double_total().is_finite() {
            return self.decimal.add(Decimal::from_f64(self.double_total()));
        }
        let exactly = |double| Decimal::from_f64_precise(double).reduced();
        self.decimal.add(exactly(self.high).add(exactly(self.low)))
    }
}

#[cfg(test)]
mod tests {
    use bson::Bson;

    use super::*;

    fn total(numbers: &[Number]) -> Bson {
        let mut sum = Sum::new();
        for number in numbers {
            sum.add(*number);
        }
        sum.total().into_bson()
    }

    #[test]
    fn tenths_add_up() {
        assert_eq!(total(&[Number::Double(0.1); 10]), Bson::Double(1.0));
    }

    #[test]
    fn the_last_bit_is_the_servers_even_where_a_better_one_were_known() {
        assert_eq!(total(&[Number::Double(1e100), Number::Double(1.0), Number::Double(-1e100)]), Bson::Double(0.0));
        let mixed = [11.0, 11.373, 19.223, 26.677, 90.206].map(Number::Double);
        assert_eq!(total(&mixed), Bson::Double(158.478_999_999_999_98));
    }

    #[test]
    fn what_is_smaller_than_what_was_lacking_is_lost_as_on_the_server() {
        let numbers = [1e300, 1e18, -1e300, 1.0, -1e18, 7.0].map(Number::Double);
        assert_eq!(total(&numbers[..5]), Bson::Double(0.0));
        assert_eq!(total(&numbers), Bson::Double(7.0));
    }

    #[test]
    fn the_widest_type_wins_and_grows_only_as_it_must() {
        assert_eq!(total(&[]), Bson::Int32(0));
        assert_eq!(total(&[Number::Int(i32::MAX), Number::Int(1)]), Bson::Int64(1 << 31));
        assert_eq!(total(&[Number::Long(1), Number::Int(1)]), Bson::Int64(2));
        assert_eq!(total(&[Number::Long(i64::MAX), Number::Int(1), Number::Int(-1)]), Bson::Int64(i64::MAX));
        assert_eq!(total(&[Number::Long(i64::MAX), Number::Int(1)]), Bson::Double(9_223_372_036_854_775_808.0));
        assert_eq!(
            total(&[Number::Long(i64::MIN), Number::Long(i64::MIN)]),
            Bson::Double(-18_446_744_073_709_551_616.0)
        );
    }

    #[test]
    fn infinities_and_nan_are_kept() {
        let infinity = Number::Double(f64::INFINITY);
        assert_eq!(total(&[infinity, Number::Int(1)]), Bson::Double(f64::INFINITY));
        assert!(matches!(total(&[infinity, Number::Double(f64::NEG_INFINITY)]), Bson::Double(x) if x.is_nan()));
        assert_eq!(total(&[Number::Double(f64::MAX), Number::Double(f64::MAX)]), Bson::Double(f64::INFINITY));
    }

    #[test]
    fn decimals_take_all_digits_of_the_doubles() {
        let one = Number::Decimal(Decimal::parse("1").unwrap());
        assert_eq!(
            total(&[Number::Double(0.1), one]),
            Bson::Decimal128("1.100000000000000005551115123125783".parse().unwrap())
        );
    }

    #[test]
    fn merging_partial_sums_loses_nothing() {
        let mut whole = Sum::new();
        for chunk in [[0.1, 0.2, 0.3], [1e16, 1.0, -1e16]] {
            let mut part = Sum::new();
            for x in chunk {
                part.add(Number::Double(x));
            }
            whole.merge(&part);
        }
        assert_eq!(whole.total().into_bson(), Bson::Double(1.6));
    }
}
