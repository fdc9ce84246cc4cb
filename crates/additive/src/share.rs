//! A share that is not known exactly, as a Beta distribution.
//!
//! In: the two ends between which it lies with a probability of 95 %, or the two parameters. Out: a [`Share`].
//! Invariant: both parameters are above 0 and finite.

use statrs::function::beta::beta_reg;

use crate::error::Error;

/// The probability below the lower end, and above the upper one.
const TAIL: f64 = 0.025;
/// The powers of e between which the sum of the parameters is looked for.
const SIZES: [f64; 2] = [-6.0, 18.0];
/// A halving more says nothing beyond the digits of a number.
const HALVINGS: usize = 60;
/// Parameters that miss an end by more than this probability are none.
const NEAR: f64 = 1e-4;

/// A share, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    alpha: f64,
    beta: f64,
}

impl Share {
    /// The Beta distribution of these parameters.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, Error> {
        let is_fit = |parameter: f64| parameter > 0.0 && parameter.is_finite();
        if is_fit(alpha) && is_fit(beta) {
            Ok(Self { alpha, beta })
        } else {
            Err(Error::new("the parameters of a Beta distribution are above 0"))
        }
    }

    /// The one that lies below `low` with a probability of 2.5 %, and above `high` with the same.
    pub fn between(low: f64, high: f64) -> Result<Self, Error> {
        if !(low > 0.0 && high < 1.0 && low < high) {
            let message =
                format!("a share from {low} to {high} is none: its ends lie between 0 and 1, the lower one first");
            return Err(Error::new(message).hint("give ends such as 0.1 and 0.5"));
        }
        // A larger sum of the parameters leaves less beyond either end.
        let of_size = |ln_size: f64| {
            let size = ln_size.exp();
            let mean = halved([low, high], |mean| beta_reg(mean * size, (1.0 - mean) * size, low) > TAIL);
            Self { alpha: mean * size, beta: (1.0 - mean) * size }
        };
        let found = of_size(halved(SIZES, |ln_size| 1.0 - of_size(ln_size).below(high) > TAIL));
        if (found.below(low) - TAIL).abs() < NEAR && (1.0 - found.below(high) - TAIL).abs() < NEAR {
            return Ok(found);
        }
        let message = format!("no Beta distribution lies between {low} and {high} with a probability of 95 %");
        Err(Error::new(message).hint("give ends that are further apart, or further from 0 and 1"))
    }

    /// Its mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// The probability that it is at most `x`.
    #[must_use]
    pub fn below(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else {
            beta_reg(self.alpha, self.beta, x)
        }
    }

    /// What part of the mean comes from shares up to `x`.
    pub(crate) fn mean_below(&self, x: f64) -> f64 {
        self.mean() * Self { alpha: self.alpha + 1.0, beta: self.beta }.below(x)
    }

    /// The share that it does not exceed with this probability.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        halved([0.0, 1.0], |x| self.below(x) < probability)
    }
}

/// Where between two ends something stops to be so, which is so at the lower one.
pub(crate) fn halved([mut low, mut high]: [f64; 2], is_so: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if is_so(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_ends_are_quantiles() {
        // scipy.stats.beta(6, 14).ppf([0.025, 0.975]).
        let (low, high) = (0.125_760_635_872_983_3, 0.512_029_345_345_872_6);
        let found = Share::between(low, high).unwrap();
        assert!((found.alpha - 6.0).abs() < 1e-3 && (found.beta - 14.0).abs() < 1e-3, "{found:?}");
        let known = Share::new(6.0, 14.0).unwrap();
        assert!((known.quantile(0.025) - low).abs() < 1e-9 && (known.quantile(0.975) - high).abs() < 1e-9);
        assert!((known.mean() - 0.3).abs() < 1e-12 && (known.mean_below(1.0) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn wide_and_narrow_ends_have_one_too() {
        for (low, high) in [(0.01, 0.99), (0.001, 0.3), (0.499, 0.501), (0.9, 0.999), (0.05, 0.051)] {
            let found = Share::between(low, high).unwrap();
            assert!((found.below(low) - 0.025).abs() < 1e-4 && (found.below(high) - 0.975).abs() < 1e-4, "{found:?}");
        }
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for (low, high) in
            [(0.0, 0.5), (0.5, 0.5), (0.6, 0.5), (0.5, 1.0), (-1.0, 0.5), (f64::NAN, 0.5), (0.5, f64::NAN)]
        {
            assert!(Share::between(low, high).is_err(), "{low} {high}");
        }
        assert!(Share::new(0.0, 1.0).is_err() && Share::new(1.0, f64::INFINITY).is_err());
    }
}
