//! `$stdDevPop` and `$stdDevSamp`: the standard deviation of the numbers, always a double; null of too few.
//!
//! Welford's running mean and sum of squares; two halves merge by the formula of Chan et al. (1979), so that a
//! deviation over blocks is as exact as one over the whole.

use bson::Bson;

use crate::value::Number;

/// The state of `$stdDevPop` and `$stdDevSamp`.
#[derive(Clone, Debug)]
pub struct StdDev {
    is_sample: bool,
    n: u64,
    mean: f64,
    squares: f64,
}

impl StdDev {
    pub(super) fn new(is_sample: bool) -> Self {
        Self { is_sample, n: 0, mean: 0.0, squares: 0.0 }
    }

    pub(super) fn add(&mut self, value: Option<&Bson>) {
        if let Some(number) = value.and_then(Number::of) {
            self.add_f64(number.to_f64());
        }
    }

    pub(super) fn add_f64(&mut self, value: f64) {
        self.n += 1;
        let delta = value - self.mean;
        if delta != 0.0 {
            self.mean += delta / self.n as f64;
            self.squares += delta * (value - self.mean);
        }
    }

    pub(super) fn merge(&mut self, later: &Self) {
        if later.n == 0 {
            return;
        }
        let n = self.n + later.n;
        let delta = later.mean - self.mean;
        if delta != 0.0 {
            self.squares += delta * delta * (self.n as f64 * later.n as f64 / n as f64);
            self.mean = (self.n as f64 * self.mean + later.n as f64 * later.mean) / n as f64;
        }
        self.squares += later.squares;
        self.n = n;
    }

    pub(super) fn finish(&self) -> Bson {
        match self.n - u64::from(self.is_sample && self.n > 0) {
            0 => Bson::Null,
            n => Bson::Double((self.squares / n as f64).sqrt()),
        }
    }
}
