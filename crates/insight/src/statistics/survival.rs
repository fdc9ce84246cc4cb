//! How long customers stay: the Kaplan–Meier curve with late entry, and Greenwood's intervals.
//!
//! E. L. Kaplan, P. Meier: Nonparametric estimation from incomplete observations. Journal of the American Statistical
//! Association 53 (1958), 457–481: `S(t) = Π (1 − d/n)` over the months up to t, with `d` the closures in a month and
//! `n` the customers at risk. Late entry (left truncation): a customer is at risk in month t only if it entered before t
//! and left, or was last seen, in t or later. M. Greenwood (1926): `Var S = S²·Σ d / (n·(n − d))`; the interval is taken
//! on the scale of `log(−log S)` (Kalbfleisch, Prentice 1980), which keeps it between 0 and 1.

use super::{Interval, Z};

/// Customers who were last seen at the same time and entered at the same time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// The time after which they are at risk.
    pub entry: f64,
    /// When they closed their account, or were last seen.
    pub exit: f64,
    /// How many of them closed.
    pub closed: f64,
    /// How many of them there are.
    pub customers: f64,
}

/// One step of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    /// The time.
    pub time: f64,
    /// Customers at risk at it.
    pub at_risk: f64,
    /// Closures at it.
    pub closed: f64,
    /// The share still there after it.
    pub survival: f64,
    /// Its 95 % interval; none before the first closure and after the last customer at risk.
    pub interval: Option<Interval>,
}

/// The curve: a step for each time at which someone was last seen, in order.
pub(crate) fn kaplan_meier(seen: &[Seen]) -> Vec<Step> {
    let mut times: Vec<f64> = seen.iter().map(|each| each.exit).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut survival, mut greenwood) = (1.0_f64, 0.0_f64);
    let mut step = |time: f64| {
        let at_risk: f64 =
            seen.iter().filter(|each| each.entry < time && time <= each.exit).map(|each| each.customers).sum();
        let closed: f64 =
            seen.iter().filter(|each| each.exit == time && each.entry < time).map(|each| each.closed).sum();
        if at_risk > 0.0 {
            survival *= 1.0 - closed / at_risk;
            greenwood += if closed < at_risk { closed / (at_risk * (at_risk - closed)) } else { f64::INFINITY };
        }
        Step { time, at_risk, closed, survival, interval: interval(survival, greenwood) }
    };
    times.into_iter().map(&mut step).collect()
}

fn interval(survival: f64, greenwood: f64) -> Option<Interval> {
    if survival <= 0.0 || survival >= 1.0 || !greenwood.is_finite() {
        return None;
    }
    let log = survival.ln();
    let half = Z * greenwood.sqrt() / log.abs();
    let end = |shift: f64| (log * shift.exp()).exp();
    Some(Interval { low: end(half), high: end(-half) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_entry_agrees_with_lifelines() {
        // lifelines.KaplanMeierFitter().fit(exit, closed, entry=entry)
        let exits = [3.0, 5.0, 5.0, 6.0, 8.0, 9.0, 9.0, 12.0];
        let closed = [1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0];
        let entries = [0.0, 0.0, 2.0, 4.0, 4.0, 0.0, 6.0, 7.0];
        let seen: Vec<Seen> =
            (0..8).map(|i| Seen { entry: entries[i], exit: exits[i], closed: closed[i], customers: 1.0 }).collect();
        let curve = kaplan_meier(&seen);
        let expected = [(3.0, 4.0, 0.75), (5.0, 5.0, 0.6), (6.0, 3.0, 0.4), (8.0, 4.0, 0.4), (9.0, 3.0, 0.4 / 3.0)];
        for (step, (time, at_risk, survival)) in curve.iter().zip(expected) {
            assert_eq!(step.time, time);
            assert_eq!(step.at_risk, at_risk, "{step:?}");
            assert!((step.survival - survival).abs() < 1e-12, "{step:?}");
        }
        assert_eq!(curve.len(), 6);
    }

    #[test]
    fn the_interval_stays_inside() {
        let seen = [
            Seen { entry: 12.0, exit: 13.0, closed: 1.0, customers: 50.0 },
            Seen { entry: 12.0, exit: 20.0, closed: 49.0, customers: 50.0 },
        ];
        for step in kaplan_meier(&seen) {
            let interval = step.interval.unwrap();
            assert!(0.0 < interval.low && interval.low < step.survival);
            assert!(step.survival < interval.high && interval.high < 1.0);
        }
    }
}
