//! Two rates: by how much they differ, and whether by more than chance.
//!
//! R. G. Newcombe: Interval estimation for the difference between independent proportions. Statistics in Medicine 17 (1998),
//! 873–890, method 10: with Wilson's ends `l` and `u` of each rate, from `d − √((p₁−l₁)² + (u₂−p₂)²)` to
//! `d + √((u₁−p₁)² + (p₂−l₂)²)`. The test is the z-test with the pooled rate, which is Pearson's χ² of the 2×2 table; where
//! an expected count is below five, Fisher's exact test, two-sided by the probability of tables. The power of that z-test is
//! J. L. Fleiss, B. Levin, M. C. Paik: Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 4, without the
//! correction for continuity.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::factorial::ln_binomial;

use super::Interval;
use super::rate::wilson;

/// Below this expected count the z-test is not to be relied on.
const FEW: f64 = 5.0;

/// Successes in trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// The successes.
    pub successes: f64,
    /// The trials.
    pub trials: f64,
}

impl Counts {
    /// The successes among the trials.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.successes / self.trials
    }
}

/// The 95 % interval of the difference of the first rate to the second; none without trials.
#[must_use]
pub fn difference(first: Counts, second: Counts) -> Option<Interval> {
    let (a, b) = (wilson(first.successes, first.trials)?, wilson(second.successes, second.trials)?);
    let (p, q) = (first.rate(), second.rate());
    let apart = p - q;
    Some(Interval { low: apart - (p - a.low).hypot(b.high - q), high: apart + (a.high - p).hypot(q - b.low) })
}

/// The p-value of two rates being one; none without trials, or where all or none are successes.
#[must_use]
pub fn p_value(first: Counts, second: Counts) -> Option<f64> {
    let (trials, successes) = (first.trials + second.trials, first.successes + second.successes);
    if first.trials <= 0.0 || second.trials <= 0.0 || successes <= 0.0 || successes >= trials {
        return None;
    }
    let pooled = successes / trials;
    let least = first.trials.min(second.trials) * pooled.min(1.0 - pooled);
    if least < FEW {
        return Some(fisher(first, second));
    }
    let error = (pooled * (1.0 - pooled) * (first.trials.recip() + second.trials.recip())).sqrt();
    let z = (first.rate() - second.rate()) / error;
    Some((2.0 * Normal::standard().sf(z.abs())).clamp(0.0, 1.0))
}

/// The 95 % interval of a rate by itself; none without trials.
#[must_use]
pub fn interval(of: Counts) -> Option<Interval> {
    wilson(of.successes, of.trials)
}

/// A rate that is expected in an arm of a trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm {
    /// The rate.
    pub rate: f64,
    /// How many are in it.
    pub trials: f64,
}

/// How likely the z-test finds that two arms differ, where an error of the first kind has the probability `alpha`.
#[must_use]
pub fn power(first: Arm, second: Arm, alpha: f64) -> f64 {
    let normal = Normal::standard();
    let pooled = (first.rate * first.trials + second.rate * second.trials) / (first.trials + second.trials);
    let if_one = (pooled * (1.0 - pooled) * (first.trials.recip() + second.trials.recip())).sqrt();
    let variance = |arm: Arm| arm.rate * (1.0 - arm.rate) / arm.trials;
    let if_two = (variance(first) + variance(second)).sqrt();
    normal.cdf(((first.rate - second.rate).abs() - normal.inverse_cdf(1.0 - alpha / 2.0) * if_one) / if_two)
}

/// Fisher's exact test: how likely a table as unlikely as this one is, given its margins.
fn fisher(first: Counts, second: Counts) -> f64 {
    let [ours, n_ours, theirs, n_theirs] =
        [first.successes, first.trials, second.successes, second.trials].map(|count| count as u64);
    let successes = ours + theirs;
    let all_tables = ln_binomial(n_ours + n_theirs, successes);
    let ln_probability = |ours: u64| ln_binomial(n_ours, ours) + ln_binomial(n_theirs, successes - ours) - all_tables;
    // Rounding must not leave a table out that is exactly as likely.
    let observed = ln_probability(ours) + 1e-7;
    let all = successes.saturating_sub(n_theirs)..=successes.min(n_ours);
    all.map(ln_probability).filter(|ln| *ln <= observed).map(f64::exp).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check([a, n, b, m]: [f64; 4], low: f64, high: f64, expected: f64) {
        let (first, second) = (Counts { successes: a, trials: n }, Counts { successes: b, trials: m });
        let interval = difference(first, second).unwrap();
        assert!((interval.low - low).abs() < 1e-9 && (interval.high - high).abs() < 1e-9, "{interval:?}");
        let p_value = p_value(first, second).unwrap();
        assert!((p_value / expected - 1.0).abs() < 1e-6, "{p_value}");
    }

    #[test]
    fn agrees_with_statsmodels_and_scipy() {
        // confint_proportions_2indep(a, n, b, m, method="newcomb"), proportions_ztest, scipy.stats.fisher_exact where few.
        check(
            [930.0, 5358.0, 697.0, 4769.0],
            0.013_121_419_439_862_446,
            0.041_650_724_777_134_364,
            0.000_176_297_680_028_063_33,
        );
        check([56.0, 70.0, 48.0, 80.0], 0.052_431_472_402_364_98, 0.333_872_654_036_906_14, 0.008_045_081_368_196_56);
        check([3.0, 20.0, 1.0, 25.0], -0.073_558_310_956_935_05, 0.322_975_952_841_030_2, 0.308_701_634_283_029_6);
        check([0.0, 10.0, 4.0, 12.0], -0.609_377_911_127_200_4, 0.005_978_713_235_036_015, 0.096_377_306_903_622_69);
    }

    #[test]
    fn the_power_is_that_of_fleiss() {
        // The formula for equal arms gives 76.707 for R's example of `power.prop.test`, and 905.37 for 0.20 and 0.15.
        let of = |p, n, q, m| power(Arm { rate: p, trials: n }, Arm { rate: q, trials: m }, 0.05);
        assert!((of(0.5, 76.706_928_451_777_43, 0.75, 76.706_928_451_777_43) - 0.9).abs() < 1e-9);
        assert!((of(0.2, 905.365_777_964_221_7, 0.15, 905.365_777_964_221_7) - 0.8).abs() < 1e-9);
        // scipy.stats.norm, arms of different sizes.
        assert!((of(0.2, 498.0, 0.15, 3502.0) - 0.800_045_197_976_400_7).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_differ_is_not_tested() {
        let of = |successes, trials| Counts { successes, trials };
        assert_eq!(p_value(of(0.0, 10.0), of(0.0, 20.0)), None);
        assert_eq!(p_value(of(10.0, 10.0), of(20.0, 20.0)), None);
        assert_eq!(p_value(of(0.0, 0.0), of(5.0, 20.0)), None);
        assert_eq!(difference(of(0.0, 0.0), of(5.0, 20.0)), None);
    }
}
