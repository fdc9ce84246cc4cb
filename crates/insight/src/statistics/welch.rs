//! Welch's analysis of variance: whether the means of groups differ, where their variances may differ too.
//!
//! B. L. Welch: On the comparison of several mean values: an alternative approach. Biometrika 38 (1951), 330–336. With the
//! weights `w = n/s²`, their sum `W` and the weighted mean `x̃`:
//! `F = (Σ w(x̄ − x̃)²/(k−1)) / (1 + 2(k−2)/(k²−1)·Σ (1 − w/W)²/(n−1))`, with `k − 1` and
//! `(k²−1) / (3·Σ (1 − w/W)²/(n−1))` degrees of freedom. Of two groups it is Welch's t-test.

use statrs::distribution::{ContinuousCDF, FisherSnedecor, StudentsT};

use super::Interval;
use super::mean::{Moments, variance_between};

/// The test of the means of groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Means {
    /// Welch's F.
    pub f: f64,
    /// Its degrees of freedom between the groups.
    pub between: u32,
    /// Its degrees of freedom within them.
    pub within: f64,
    /// The share of the variance that lies between the groups, η².
    pub eta_squared: f64,
}

/// The test with its p-value; none for fewer than two groups, or where a group has fewer than two customers or only one
/// value.
pub(crate) fn welch(groups: &[Moments]) -> Option<(Means, f64)> {
    let k = groups.len() as f64;
    let between = u32::try_from(groups.len().checked_sub(1)?).ok().filter(|between| *between > 0)?;
    let weight = |group: &Moments| Some(group.error()?.powi(-2)).filter(|weight| weight.is_finite());
    let weights: Vec<f64> = groups.iter().map(weight).collect::<Option<_>>()?;
    let all: f64 = weights.iter().sum();
    let centre = groups.iter().zip(&weights).map(|(group, w)| w * group.mean).sum::<f64>() / all;
    let spread: f64 = groups.iter().zip(&weights).map(|(group, w)| w * (group.mean - centre).powi(2)).sum();
    let unevenness: f64 = groups.iter().zip(&weights).map(|(group, w)| (1.0 - w / all).powi(2) / (group.n - 1.0)).sum();
    let squares = k * k - 1.0;
    let f = spread / (k - 1.0) / (1.0 + 2.0 * (k - 2.0) / squares * unevenness);
    let within = squares / (3.0 * unevenness);
    let p_value = FisherSnedecor::new(k - 1.0, within).ok()?.sf(f).clamp(0.0, 1.0);
    Some((Means { f, between, within, eta_squared: variance_between(groups)? }, p_value))
}

/// The 95 % interval of the difference of the first mean to the second, `d ± t(0.975; ν)·√(s₁²/n₁ + s₂²/n₂)` with Welch's
/// degrees of freedom; none where the test is none.
pub(crate) fn difference(first: &Moments, second: &Moments) -> Option<Interval> {
    let (test, _) = welch(&[*first, *second])?;
    let half = StudentsT::new(0.0, 1.0, test.within).ok()?.inverse_cdf(0.975) * first.error()?.hypot(second.error()?);
    let apart = first.mean - second.mean;
    Some(Interval { low: apart - half, high: apart + half })
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::moments;
    use super::*;

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.f_oneway(a, b, c, equal_var=False); of two groups the square of ttest_ind(a, b, equal_var=False).
        let a = moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        let b = moments(&[1.0, 3.0, 2.0, 6.0, 8.0, 12.0]);
        let c = moments(&[10.0, 11.0, 9.0, 14.0, 12.0]);
        for (groups, f, within, p) in [
            (&[a, b, c][..], 14.476_974_667_801_716, 9.226_807_998_408_638, 0.001_427_198_736_806_655_8),
            (&[a, b], 0.031_905_195_989_061, 6.963_915_682_341_738, 0.863_321_176_585_297_3),
        ] {
            let (test, p_value) = welch(groups).unwrap();
            assert!((test.f / f - 1.0).abs() < 1e-9 && (test.within / within - 1.0).abs() < 1e-9, "{test:?}");
            assert!((p_value / p - 1.0).abs() < 1e-6, "{p_value}");
            assert_eq!(test.between as usize, groups.len() - 1);
        }
    }

    #[test]
    fn the_interval_of_a_difference_agrees_with_scipy() {
        // scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval()
        let a = moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        let b = moments(&[1.0, 3.0, 2.0, 6.0, 8.0, 12.0]);
        let interval = difference(&a, &b).unwrap();
        assert!((interval.low - -4.750_731_419_947_984).abs() < 1e-9, "{interval:?}");
        assert!((interval.high - 4.084_064_753_281_318).abs() < 1e-9, "{interval:?}");
        assert_eq!(difference(&a, &moments(&[3.0])), None);
    }

    #[test]
    fn what_cannot_be_tested_is_not() {
        assert_eq!(welch(&[moments(&[1.0, 2.0])]), None);
        assert_eq!(welch(&[moments(&[1.0, 2.0]), moments(&[3.0])]), None);
        assert_eq!(welch(&[moments(&[1.0, 2.0]), moments(&[3.0, 3.0])]), None);
        assert_eq!(welch(&[]), None);
    }
}
