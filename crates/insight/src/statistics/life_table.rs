//! A life table by years: the share that is left after each, chained from the years' rates.
//!
//! E. L. Kaplan, P. Meier: Nonparametric estimation from incomplete observations. Journal of the American Statistical
//! Association 53 (1958), 457–481: `S(t) = Π (1 − d/n)` over the years up to t, with `d` the closures among the `n` customers
//! of a year. The years' customers are different people, so their rates are independent, and M. Greenwood's formula (1926)
//! is the delta method: `Var log S = Σ d / (n·(n − d))`. The interval is taken on the scale of `log(−log S)` (J. D. Kalbfleisch,
//! R. L. Prentice: The Statistical Analysis of Failure Time Data, 1980), which keeps it between 0 and 1.

use super::{Interval, Z};

/// The share that is left after a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Left {
    /// The share of those who began the first year.
    pub share: f64,
    /// Its 95 % interval; none where all accounts were closed.
    pub interval: Option<Interval>,
}

/// What is left after each of some years that follow each other, by their customers and closures; each year has customers.
pub(crate) fn chained(years: &[(f64, f64)]) -> Vec<Left> {
    let (mut share, mut greenwood, mut least) = (1.0_f64, 0.0_f64, 1.0_f64);
    let mut left = |&(customers, closed): &(f64, f64)| {
        share *= 1.0 - closed / customers;
        greenwood += if closed < customers { closed / (customers * (customers - closed)) } else { f64::INFINITY };
        least *= customers / (customers + Z * Z);
        // As long as no account was closed, each year has the lower end of its Wilson interval.
        let of_none_closed = (share >= 1.0).then_some(Interval { low: least, high: 1.0 });
        Left { share, interval: interval(share, greenwood).or(of_none_closed) }
    };
    years.iter().map(&mut left).collect()
}

fn interval(share: f64, greenwood: f64) -> Option<Interval> {
    if share <= 0.0 || share >= 1.0 || !greenwood.is_finite() {
        return None;
    }
    let log = share.ln();
    let half = Z * greenwood.sqrt() / log.abs();
    let end = |shift: f64| (log * shift.exp()).exp();
    Some(Interval { low: end(half), high: end(-half) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_statsmodels() {
        // statsmodels.duration.survfunc.SurvfuncRight, each year's customers entering at its beginning and seen until its end:
        // surv_prob, and its interval of log(-log) from surv_prob_se. The years 2 to 5 of BankChurners.csv.
        let left = chained(&[(847.0, 126.0), (5418.0, 871.0), (3207.0, 519.0), (655.0, 111.0)]);
        let expected = [
            (0.851_239_669_421_487_7, 0.825_451_405_460_773_9, 0.873_513_403_743_565_9),
            (0.714_394_015_662_514_7, 0.691_969_607_662_238_6, 0.735_510_566_496_658_8),
            (0.598_781_139_414_044_1, 0.578_064_803_452_065_3, 0.618_838_471_024_438_7),
            (0.497_308_305_101_129_8, 0.472_927_155_650_649_3, 0.521_184_629_681_455_2),
        ];
        for (left, (share, low, high)) in left.iter().zip(expected) {
            let interval = left.interval.unwrap();
            assert!((left.share - share).abs() < 1e-12, "{left:?}");
            assert!((interval.low - low).abs() < 1e-9 && (interval.high - high).abs() < 1e-9, "{left:?}");
        }
        assert_eq!(left.len(), expected.len());
    }

    #[test]
    fn without_closures_the_interval_is_one_sided_and_without_customers_left_there_is_none() {
        // statsmodels.stats.proportion.proportion_confint(32, 32, method="wilson") is (0.8928, 1).
        let left = chained(&[(32.0, 0.0), (32.0, 0.0), (10.0, 10.0)]);
        let ends: Vec<Option<(f64, f64)>> =
            left.iter().map(|left| left.interval.map(|ends| (ends.low, ends.high))).collect();
        let [Some(first), Some(second), None] = ends[..] else { panic!("{ends:?}") };
        assert!((first.0 - 0.8928).abs() < 1e-4 && first.1 == 1.0, "{first:?}");
        assert!((second.0 - first.0 * first.0).abs() < 1e-12 && second.1 == 1.0, "{second:?}");
        assert_eq!(left[2].share, 0.0);
    }
}
