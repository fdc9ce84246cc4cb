//! Means of groups: Student's 95 % interval, pooled means, and how much of the variance lies between groups.
//!
//! Student (W. S. Gosset): The probable error of a mean. Biometrika 6 (1908), 1–25. The correlation ratio is Karl
//! Pearson's (1905): the part of the sum of squares that lies between the groups, `η² = SS_between / SS_total`.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Interval, SMALL};

/// A group as a pipeline gives it back: how many, their mean, their sum of squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moments {
    /// How many customers.
    pub n: f64,
    /// Their mean.
    pub mean: f64,
    /// The sum of the squares of their values.
    pub squares: f64,
}

impl Moments {
    /// Several groups taken together: every customer counts the same.
    pub(crate) fn pooled(groups: &[Self]) -> Option<Self> {
        let n: f64 = groups.iter().map(|group| group.n).sum();
        let sum: f64 = groups.iter().map(|group| group.n * group.mean).sum();
        let squares = groups.iter().map(|group| group.squares).sum();
        (n > 0.0).then(|| Self { n, mean: sum / n, squares })
    }

    /// The sum of squared deviations from the mean.
    fn deviations(&self) -> f64 {
        // Rounding may leave a trace below zero where all values are equal.
        (self.squares - self.n * self.mean * self.mean).max(0.0)
    }

    /// The standard error of the mean; none for fewer than two customers.
    pub(crate) fn error(&self) -> Option<f64> {
        (self.n >= 2.0).then(|| (self.deviations() / (self.n - 1.0) / self.n).sqrt())
    }

    /// Student's interval of the mean, `mean ± t(0.975; n−1)·s/√n`, cut off at the least value that there can be; none for fewer
    /// than two customers, nor for a few who all have the same value, which says nothing of how it varies.
    pub(crate) fn interval(&self, least: Option<f64>) -> Option<Interval> {
        let error = self.error().filter(|error| *error > 0.0 || self.n >= SMALL)?;
        let t = StudentsT::new(0.0, 1.0, self.n - 1.0).ok()?.inverse_cdf(0.975);
        let (low, high) = (self.mean - t * error, self.mean + t * error);
        let least = least.filter(|least| *least <= self.mean);
        Some(Interval { low: least.map_or(low, |least| low.max(least)), high })
    }
}

/// The mean of `(weight, value)` pairs, each value counting by its weight.
pub(crate) fn weighted(values: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let (weights, sum) =
        values.into_iter().fold((0.0, 0.0), |(weights, sum), (weight, value)| (weights + weight, sum + weight * value));
    (weights > 0.0).then(|| sum / weights)
}

/// The squared correlation ratio of a mean over groups: 0 where all groups have the same mean, 1 where nothing varies
/// within them.
pub(crate) fn variance_between(groups: &[Moments]) -> Option<f64> {
    let all = Moments::pooled(groups)?;
    let between: f64 = groups.iter().map(|group| group.n * (group.mean - all.mean).powi(2)).sum();
    let total = all.deviations();
    (total > 0.0 && groups.len() > 1).then(|| (between / total).clamp(0.0, 1.0))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The moments of these values.
    pub(crate) fn moments(values: &[f64]) -> Moments {
        let n = values.len() as f64;
        Moments { n, mean: values.iter().sum::<f64>() / n, squares: values.iter().map(|value| value * value).sum() }
    }

    #[test]
    fn the_interval_agrees_with_scipy() {
        // scipy.stats.t.interval(0.95, 7, loc=5, scale=sem([2, 4, 4, 4, 5, 5, 7, 9]))
        let interval = moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).interval(None).unwrap();
        assert!((interval.low - 3.212_512_081_763_79).abs() < 1e-9, "{interval:?}");
        assert!((interval.high - 6.787_487_918_236_209).abs() < 1e-9, "{interval:?}");
        assert_eq!(moments(&[3.0]).interval(None), None);
    }

    #[test]
    fn the_interval_stays_within_what_is_possible() {
        let few = moments(&[0.0, 0.0, 9.0]);
        let free = few.interval(None).unwrap();
        assert!(free.low < -5.0, "{free:?}");
        assert_eq!(few.interval(Some(0.0)).unwrap(), Interval { low: 0.0, ..free });
        // What was said of the column is wrong if the mean lies below it.
        assert_eq!(few.interval(Some(5.0)).unwrap(), free);
    }

    #[test]
    fn pooling_counts_customers_not_groups() {
        let groups = [moments(&[1.0]), moments(&[4.0, 4.0, 4.0])];
        assert_eq!(Moments::pooled(&groups).unwrap().mean, 3.25);
        assert_eq!(weighted([(1.0, 1.0), (3.0, 4.0)]), Some(3.25));
        assert_eq!(weighted([]), None);
    }

    #[test]
    fn variance_lies_between_groups_or_within_them() {
        assert_eq!(variance_between(&[moments(&[1.0, 1.0]), moments(&[5.0, 5.0])]), Some(1.0));
        assert_eq!(variance_between(&[moments(&[1.0, 5.0]), moments(&[1.0, 5.0])]), Some(0.0));
        assert_eq!(variance_between(&[moments(&[1.0, 5.0])]), None);
    }
}
