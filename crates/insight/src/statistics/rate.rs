//! The 95 % interval of a rate.
//!
//! E. B. Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American
//! Statistical Association 22 (1927), 209–212. Why not Wald's `p ± z·√(p(1−p)/n)`: it leaves 0 to 1 and is far too
//! narrow for small groups and rare events, which is where an interval is needed most.

use super::{Interval, Z};

/// Wilson's interval of `successes` in `trials`; none without trials.
///
/// With `p = successes/trials`: `(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`.
#[must_use]
pub fn wilson(successes: f64, trials: f64) -> Option<Interval> {
    if trials <= 0.0 || !(0.0..=trials).contains(&successes) {
        return None;
    }
    let (n, p) = (trials, successes / trials);
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let end = |end: f64| (end / scale).clamp(0.0, 1.0);
    // Exact at the edges, where rounding would leave a trace of the half width.
    let low = if successes == 0.0 { 0.0 } else { end(centre - half) };
    let high = if successes == trials { 1.0 } else { end(centre + half) };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(successes: f64, trials: f64, low: f64, high: f64) {
        let interval = wilson(successes, trials).unwrap();
        assert!((interval.low - low).abs() < 1e-9, "{interval:?}");
        assert!((interval.high - high).abs() < 1e-9, "{interval:?}");
    }

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        check(1627.0, 10127.0, 0.153_636_450_950_617_95, 0.167_940_139_904_445_28);
        check(15.0, 29.0, 0.344_310_218_819_947_2, 0.686_139_098_473_165_2);
        check(0.0, 10.0, 0.0, 0.277_532_799_862_889_26);
        check(7.0, 7.0, 0.645_669_564_933_312_6, 1.0);
    }

    #[test]
    fn without_customers_there_is_no_rate() {
        assert_eq!(wilson(0.0, 0.0), None);
    }
}
