//! `$sum $avg $stdDevPop $stdDevSamp` over windows whose first row moves: gathered numbers that rows enter and leave.
//!
//! MongoDB: a row leaves by having its negative added, so answers carry the rounding of all that has passed, and are
//! copied here to the last bit. NaN and infinities are only counted, so that they leave no trace. A sum has the
//! narrowest type that fits what is in the window: int or long where no double is, double where no decimal is.

use bson::Bson;

use crate::value::{Number, Sum, number};

/// What rows enter and leave.
pub(super) trait Removable {
    /// A row enters.
    fn add(&mut self, number: Number);
    /// A row that entered leaves.
    fn remove(&mut self, number: Number);
    /// The answer for the rows that are in.
    fn answer(&self) -> Bson;
}

/// `$sum`. Counts fall below 0 where it began anew while rows were in, and these leave.
#[derive(Clone, Debug, Default)]
pub(super) struct RemovableSum {
    sum: Sum,
    n: i64,
    n_doubles: i64,
    n_decimals: i64,
    n_nan: i64,
    n_above: i64,
    n_below: i64,
}

impl RemovableSum {
    fn count(&mut self, number: Number, change: impl Fn(&mut i64)) {
        change(&mut self.n);
        match number {
            Number::Double(_) => change(&mut self.n_doubles),
            Number::Decimal(_) => change(&mut self.n_decimals),
            _ => {}
        }
        let value = number.to_f64();
        if value.is_nan() {
            change(&mut self.n_nan);
        } else if value == f64::INFINITY {
            change(&mut self.n_above);
        } else if value == f64::NEG_INFINITY {
            change(&mut self.n_below);
        }
    }

    fn total(&self) -> Number {
        if self.n_nan > 0 || (self.n_above > 0 && self.n_below > 0) {
            return self.not_finite(f64::NAN);
        }
        if self.n_above > 0 {
            return self.not_finite(f64::INFINITY);
        }
        if self.n_below > 0 {
            return self.not_finite(f64::NEG_INFINITY);
        }
        let mut total = self.sum.total();
        if let Number::Decimal(decimal) = total
            && self.n_decimals == 0
        {
            // Where only whole numbers are left, a double would round what is beyond 2^53.
            let whole = total.to_whole().filter(|_| self.n_doubles == 0);
            total = whole.map_or_else(|| Number::Double(decimal.to_f64()), Number::Long);
        }
        if let Number::Double(double) = total
            && self.n_doubles <= 0
            && let Some(whole) = number::whole(double.round_ties_even())
        {
            total = Number::Long(whole);
        }
        match total {
            Number::Long(long) => Number::int_or_long(long),
            total => total,
        }
    }

    fn not_finite(&self, value: f64) -> Number {
        if self.n_decimals > 0 { Number::Decimal(Number::Double(value).to_decimal()) } else { Number::Double(value) }
    }
}

impl Removable for RemovableSum {
    fn add(&mut self, number: Number) {
        self.count(number, |n| *n += 1);
        if number.to_f64().is_finite() {
            self.sum.add(number);
        }
    }

    fn remove(&mut self, number: Number) {
        self.count(number, |n| *n -= 1);
        match number {
            // Its negative is no long, and as a double would not be summed exactly with the longs.
            Number::Long(i64::MIN) => [i64::MAX, 1].into_iter().for_each(|part| self.sum.add(Number::Long(part))),
            _ if number.to_f64().is_finite() => self.sum.add(number::multiply(number, Number::Int(-1))),
            _ => {}
        }
    }

    fn answer(&self) -> Bson {
        self.total().into_bson()
    }
}

/// `$avg`
#[derive(Clone, Debug, Default)]
pub(super) struct RemovableMean(RemovableSum);

impl Removable for RemovableMean {
    fn add(&mut self, number: Number) {
        self.0.add(number);
    }

    fn remove(&mut self, number: Number) {
        self.0.remove(number);
    }

    fn answer(&self) -> Bson {
        if self.0.n == 0 {
            return Bson::Null;
        }
        let count = Number::Long(self.0.n);
        number::divide(self.0.total(), count).map_or(Bson::Null, Number::into_bson)
    }
}

/// `$stdDevPop` and `$stdDevSamp`
#[derive(Clone, Debug)]
pub(super) struct RemovableStdDev {
    is_sample: bool,
    n: u64,
    n_not_finite: u64,
    sum: Sum,
    squares: Sum,
}

impl RemovableStdDev {
    pub(super) fn new(is_sample: bool) -> Self {
        Self { is_sample, n: 0, n_not_finite: 0, sum: Sum::new(), squares: Sum::new() }
    }

    /// How far `value` lies from the mean of what is in, times the number of these.
    fn distance(&self, value: f64) -> f64 {
        self.n as f64 * value - self.sum.double_total()
    }
}

impl Removable for RemovableStdDev {
    fn add(&mut self, number: Number) {
        let value = number.to_f64();
        if !value.is_finite() {
            self.n_not_finite += 1;
            return;
        }
        let distance = self.distance(value);
        self.sum.add(Number::Double(value));
        self.n += 1;
        if self.n > 1 {
            self.squares.add(Number::Double(distance * distance / (self.n * (self.n - 1)) as f64));
        }
    }

    fn remove(&mut self, number: Number) {
        let value = number.to_f64();
        if !value.is_finite() {
            self.n_not_finite -= 1;
            return;
        }
        let distance = self.distance(value);
        self.sum.add(Number::Double(-value));
        self.n -= 1;
        if self.n == 0 {
            *self = Self { n_not_finite: self.n_not_finite, ..Self::new(self.is_sample) };
        } else {
            self.squares.add(Number::Double(-(distance * distance) / (self.n * (self.n + 1)) as f64));
        }
    }

    /// MongoDB: of one value the deviation is the int 0, as it is where rounding made the squares negative; a
    /// value that is not finite makes it null.
    fn answer(&self) -> Bson {
        if self.n_not_finite > 0 {
            return Bson::Null;
        }
        let squares = self.squares.double_total();
        match self.n - u64::from(self.is_sample && self.n > 0) {
            0 => Bson::Null,
            _ if squares < 0.0 || (!self.is_sample && self.n == 1) => Bson::Int32(0),
            n => Bson::Double((squares / n as f64).sqrt()),
        }
    }
}
