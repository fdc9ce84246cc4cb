//! Whether a rate rises or falls along groups that have an order: the Cochran–Armitage test.
//!
//! W. G. Cochran: Some methods for strengthening the common χ² tests. Biometrics 10 (1954), 417–451; P. Armitage: Tests for
//! linear trends in proportions and frequencies. Biometrics 11 (1955), 375–386. With `d` of `n` customers in a group, its place
//! `s` in the order as its score, and `p̄` the rate of all `N`: `T = Σ s(d − n·p̄)`, `Var T = p̄(1 − p̄)(Σ n·s² − (Σ n·s)²/N)`,
//! `z = T/√Var T`, which is normal where there is no trend. `z/√N` is the correlation of score and outcome.

use statrs::distribution::{ContinuousCDF, Normal};

/// So many customers have to be of either outcome, or `z` is far from normal.
const FEWEST: f64 = 5.0;

/// The test of a trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// How many standard deviations the trend is from none; above 0 where the rate rises.
    pub z: f64,
    /// The correlation of the outcome with the place of the group, −1 to 1.
    pub correlation: f64,
}

/// The test with its two-sided p-value, of groups in their order by customers and successes; none for fewer than two groups, or
/// where too few customers are of either outcome.
pub(crate) fn trend(groups: &[(f64, f64)]) -> Option<(Trend, f64)> {
    let n: f64 = groups.iter().map(|(n, _)| n).sum();
    let successes: f64 = groups.iter().map(|(_, successes)| successes).sum();
    if groups.len() < 2 || successes.min(n - successes) < FEWEST {
        return None;
    }
    let rate = successes / n;
    let scored = || groups.iter().enumerate().map(|(score, group)| (score as f64, group));
    let observed: f64 = scored().map(|(score, (n, successes))| score * (successes - n * rate)).sum();
    let sum: f64 = scored().map(|(score, (n, _))| score * n).sum();
    let squares: f64 = scored().map(|(score, (n, _))| score * score * n).sum();
    let variance = rate * (1.0 - rate) * (squares - sum * sum / n);
    if variance <= 0.0 {
        return None;
    }
    let z = observed / variance.sqrt();
    let p_value = 2.0 * Normal::new(0.0, 1.0).ok()?.sf(z.abs());
    Some((Trend { z, correlation: z / n.sqrt() }, p_value.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_statsmodels() {
        // statsmodels.stats.contingency_tables.Table([[n - d, d], …]).test_ordinal_association().zscore · √(N/(N − 1)), as N. Mantel
        // has N − 1 in place of N; scipy.stats.pearsonr of place and outcome; 2·scipy.stats.norm.sf(|z|). The first are the
        // bands of tenure of BankChurners.csv.
        for (groups, z, correlation, p) in [
            (
                &[(847.0, 126.0), (2955.0, 441.0), (2463.0, 430.0), (3207.0, 519.0), (655.0, 111.0)][..],
                1.708_493_958_908_485_8,
                0.016_977_472_767_660_24,
                0.087_544_726_366_654_95,
            ),
            (
                &[(40.0, 20.0), (60.0, 15.0), (50.0, 5.0)],
                -4.226_810_387_462_438,
                -0.345_117_622_959_288,
                2.370_272_381_582_769e-5,
            ),
        ] {
            let (test, p_value) = trend(groups).unwrap();
            assert!((test.z - z).abs() < 1e-9 && (test.correlation - correlation).abs() < 1e-9, "{test:?}");
            assert!((p_value / p - 1.0).abs() < 1e-6, "{p_value}");
        }
    }

    #[test]
    fn what_cannot_be_tested_is_not() {
        assert_eq!(trend(&[]), None);
        assert_eq!(trend(&[(100.0, 10.0)]), None);
        assert_eq!(trend(&[(100.0, 4.0), (100.0, 0.0)]), None);
        assert_eq!(trend(&[(100.0, 100.0), (100.0, 96.0)]), None);
        assert_eq!(trend(&[(100.0, 50.0), (0.0, 0.0)]), None);
    }
}
