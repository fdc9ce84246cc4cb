//! How likely each of several groups is the one with the highest value, or the lowest, given how sure each value is.
//!
//! `P(i is highest) = ∫ f_i(x) · Π_{j≠i} F_j(x) dx`, summed over a grid that is as fine as each group's own spread. `F` of a
//! rate is the beta distribution `Beta(successes + ½, failures + ½)`, the posterior under Jeffreys' prior (L. D. Brown, T. T.
//! Cai, A. `DasGupta`: Interval estimation for a binomial proportion. Statistical Science 16 (2001), 101–133); of a mean it
//! is Student's t around it, with its standard error. Both are taken for normal where that is as good.

use statrs::distribution::{Beta, ContinuousCDF, Normal, StudentsT};
use statrs::statistics::Distribution as _;

use super::Z;
use super::mean::Moments;

/// The named groups share a place until they hold it with this probability.
const SURE: f64 = 0.95;
/// Points of the grid on either side of a group's value, and how many of its standard deviations lie between two.
const POINTS: i32 = 24;
const STEP: f64 = 0.2;
/// From so many successes and failures on a rate is as good as normal, and from so many degrees of freedom Student's t.
const MANY: f64 = 100.0;

/// Which end of the order is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The group with the highest value.
    Highest,
    /// The group with the lowest.
    Lowest,
}

/// What is known of a group's value.
#[derive(Clone, Debug)]
pub(crate) struct Estimate {
    centre: f64,
    deviation: f64,
    distribution: Distribution,
}

#[derive(Clone, Debug)]
enum Distribution {
    Beta(Beta),
    Normal(Normal),
    Student(StudentsT),
    /// Normal on either side of the centre, each with a deviation of its own: below it, and above it.
    TwoSided(Normal, Normal),
}

impl Estimate {
    /// Of a rate; none without trials.
    pub(crate) fn of_rate(successes: f64, trials: f64) -> Option<Self> {
        if trials <= 0.0 || !(0.0..=trials).contains(&successes) {
            return None;
        }
        let (a, b) = (successes + 0.5, trials - successes + 0.5);
        let centre = a / (a + b);
        let deviation = (centre * (1.0 - centre) / (a + b + 1.0)).sqrt();
        let distribution = if a.min(b) > MANY {
            Distribution::Normal(Normal::new(centre, deviation).ok()?)
        } else {
            Distribution::Beta(Beta::new(a, b).ok()?)
        };
        Some(Self { centre, deviation, distribution })
    }

    /// Of a mean; none for fewer than two customers.
    pub(crate) fn of_mean(moments: &Moments) -> Option<Self> {
        // Where all have the same value the mean is sure, but for the last digits.
        let sure = (moments.mean.abs() * 1e-9).max(1e-12);
        let (centre, deviation) = (moments.mean, moments.error()?.max(sure));
        let distribution = if moments.n > MANY {
            Distribution::Normal(Normal::new(centre, deviation).ok()?)
        } else {
            Distribution::Student(StudentsT::new(centre, deviation, moments.n - 1.0).ok()?)
        };
        Some(Self { centre, deviation, distribution })
    }

    /// Of what is known by its 95 % interval alone, such as a median, which may reach further on one side.
    pub(crate) fn of_interval(centre: f64, low: f64, high: f64) -> Option<Self> {
        let sure = (centre.abs() * 1e-9).max(1e-12);
        let [below, above] = [centre - low, high - centre].map(|reach| (reach / Z).max(sure));
        let distribution = Distribution::TwoSided(Normal::new(centre, below).ok()?, Normal::new(centre, above).ok()?);
        Some(Self { centre, deviation: below.max(above), distribution })
    }

    /// Its standard deviation on one side: above where `sign` is positive.
    fn towards(&self, sign: f64) -> f64 {
        match &self.distribution {
            Distribution::TwoSided(below, above) => {
                if sign > 0.0 { above } else { below }.std_dev().unwrap_or(self.deviation)
            }
            Distribution::Beta(_) | Distribution::Normal(_) | Distribution::Student(_) => self.deviation,
        }
    }

    /// How likely the value is at most `x`.
    fn below(&self, x: f64) -> f64 {
        match &self.distribution {
            Distribution::Beta(beta) => beta.cdf(x.clamp(0.0, 1.0)),
            Distribution::Normal(normal) => normal.cdf(x),
            Distribution::Student(student) => student.cdf(x),
            Distribution::TwoSided(below, above) => {
                if x < self.centre {
                    below.cdf(x)
                } else {
                    above.cdf(x)
                }
            }
        }
    }
}

/// How likely each group is at this end.
pub(crate) fn chances(groups: &[Estimate], end: End) -> Vec<f64> {
    let points =
        |group: &Estimate| (-POINTS..=POINTS).map(|n| group.centre + f64::from(n) * STEP * group.deviation).collect();
    let mut grid: Vec<f64> = groups.iter().flat_map(|group| -> Vec<f64> { points(group) }).collect();
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    // Of each group the share on this side of a point.
    let inside = |share: f64| if end == End::Highest { share } else { 1.0 - share };
    let below: Vec<Vec<f64>> = groups.iter().map(|group| grid.iter().map(|x| group.below(*x)).collect()).collect();
    let mut chances = vec![0.0; groups.len()];
    for at in 0..grid.len().saturating_sub(1) {
        let each: Vec<f64> = below.iter().map(|below| inside(f64::midpoint(below[at], below[at + 1]))).collect();
        // The product of those behind each group, and then of those before it.
        let mut behind = vec![1.0; groups.len()];
        for i in (1..groups.len()).rev() {
            behind[i - 1] = behind[i] * each[i];
        }
        let mut before = 1.0;
        for (i, chance) in chances.iter_mut().enumerate() {
            *chance += (below[i][at + 1] - below[i][at]) * before * behind[i];
            before *= each[i];
        }
    }
    let total: f64 = chances.iter().sum();
    chances.iter().map(|chance| if total > 0.0 { chance / total } else { 0.0 }).collect()
}

/// The groups that may be at this end: the fewest of which one is with a probability of 95 %, the likeliest first, and those that
/// cannot be told from the best one, each taken with it alone (J. C. Hsu: Simultaneous confidence intervals for all distances from
/// the “best”. Annals of Statistics 9 (1981), 1026–1034; Bonferroni's limit in the place of his), so that none is passed over
/// which a comparison of the two would not tell apart.
pub(crate) fn sharing(groups: &[Estimate], end: End) -> Vec<usize> {
    let mut named = likeliest(groups, end);
    let sign = if end == End::Highest { 1.0 } else { -1.0 };
    let best = groups.iter().reduce(|best, next| if sign * (next.centre - best.centre) > 0.0 { next } else { best });
    let Some(best) = best else { return named };
    let apart = apart(groups.len());
    // How far the best may lie below what was found, and another above it; the other way round at the lower end.
    let reach = |group: &Estimate| best.towards(-sign).hypot(group.towards(sign));
    let is_near = |group: &Estimate| sign * (best.centre - group.centre) < apart * reach(group);
    for (at, group) in groups.iter().enumerate() {
        if is_near(group) && !named.contains(&at) {
            named.push(at);
        }
    }
    named
}

/// Of groups in the order of their values, the highest first: those that may be the highest, and those that may be the lowest, the
/// first and the last among them; each from its end on.
pub(crate) fn ends(groups: &[Estimate]) -> (Vec<usize>, Vec<usize>) {
    let places = |end: End, first: usize| {
        let mut places = sharing(groups, end);
        places.push(first);
        places.sort_unstable();
        places.dedup();
        places
    };
    let lowest = places(End::Lowest, groups.len().saturating_sub(1));
    (places(End::Highest, 0), lowest.into_iter().rev().collect())
}

/// By how many standard errors two of so many groups must differ to be told apart: one-sided at 5 % over all comparisons with the
/// best, and no less than two-sided at 5 %.
fn apart(n_groups: usize) -> f64 {
    let others = n_groups.saturating_sub(1).max(1) as f64;
    let standard = Normal::standard();
    standard.inverse_cdf(1.0 - 0.05 / others).max(Z)
}

/// The fewest groups of which one is at this end with a probability of 95 %, the likeliest first.
fn likeliest(groups: &[Estimate], end: End) -> Vec<usize> {
    // The others are too far from the best one.
    let reach = f64::from(POINTS) * STEP;
    let farthest = |group: &Estimate, sign: f64| group.centre + sign * reach * group.deviation;
    let may_hold = |group: &Estimate| match end {
        End::Highest => groups.iter().all(|other| farthest(group, 1.0) >= farthest(other, -1.0)),
        End::Lowest => groups.iter().all(|other| farthest(group, -1.0) <= farthest(other, 1.0)),
    };
    let mut order: Vec<usize> = (0..groups.len()).filter(|at| may_hold(&groups[*at])).collect();
    let among: Vec<Estimate> = order.iter().map(|at| groups[*at].clone()).collect();
    let mut chance_of = vec![0.0; groups.len()];
    for (at, chance) in order.iter().zip(chances(&among, end)) {
        chance_of[*at] = chance;
    }
    order.sort_by(|a, b| chance_of[*b].total_cmp(&chance_of[*a]));
    let mut held = 0.0;
    let is_needed = |at: &usize| {
        let is_needed = held < SURE;
        held += chance_of[*at];
        is_needed
    };
    order.into_iter().take_while(is_needed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(groups: &[Estimate], end: End, expected: &[f64]) {
        for (ours, theirs) in chances(groups, end).iter().zip(expected) {
            assert!((ours - theirs).abs() < 2e-3, "{:?}", chances(groups, end));
        }
    }

    fn rates(counts: &[(f64, f64)]) -> Vec<Estimate> {
        counts.iter().map(|(closed, all)| Estimate::of_rate(*closed, *all).unwrap()).collect()
    }

    #[test]
    fn chances_agree_with_draws_from_the_posteriors() {
        // numpy, 4,000,000 draws of Beta(s + ½, n − s + ½) for each group, and of Student's t.
        let small = rates(&[(3.0, 10.0), (5.0, 20.0), (130.0, 435.0), (40.0, 150.0)]);
        check(&small, End::Highest, &[0.4524, 0.2022, 0.2626, 0.0828]);
        check(&small, End::Lowest, &[0.2759, 0.4207, 0.0499, 0.2535]);
        let none = rates(&[(0.0, 30.0), (1.0, 60.0), (900.0, 9000.0)]);
        check(&none, End::Lowest, &[0.6946, 0.3054, 0.0001]);
        let large = rates(&[(450.0, 3000.0), (470.0, 3000.0), (600.0, 4000.0)]);
        check(&large, End::Highest, &[0.1859, 0.6521, 0.1620]);
        // By n, mean and standard error.
        let mean = |n: f64, mean: f64, error: f64| {
            let squares = error * error * n * (n - 1.0) + n * mean * mean;
            Estimate::of_mean(&Moments { n, mean, squares }).unwrap()
        };
        let means =
            [mean(8.0, 5.0, 2.138_089_935_299_395 / 8.0_f64.sqrt()), mean(500.0, 5.5, 0.3), mean(6.0, 4.8, 1.0)];
        check(&means, End::Highest, &[0.2307, 0.5380, 0.2313]);
    }

    #[test]
    fn a_place_is_shared_until_it_is_sure() {
        assert_eq!(sharing(&rates(&[(15.0, 29.0), (100.0, 2233.0), (130.0, 435.0)]), End::Highest), [0]);
        assert_eq!(sharing(&rates(&[(160.0, 1000.0), (161.0, 1000.0), (50.0, 1000.0)]), End::Highest), [1, 0]);
        assert_eq!(sharing(&rates(&[(160.0, 1000.0), (161.0, 1000.0), (50.0, 1000.0)]), End::Lowest), [2]);
        assert_eq!(sharing(&rates(&[(0.0, 40.0)]), End::Lowest), [0]);
        assert!(sharing(&[], End::Lowest).is_empty());
        // Of the four the third lies 1.18 standard errors below the first, and the first two have 95 % between them.
        let four = rates(&[(310.0, 1000.0), (309.0, 1000.0), (286.0, 1000.0), (100.0, 1000.0)]);
        assert_eq!(sharing(&four, End::Highest), [0, 1, 2]);
        assert_eq!(sharing(&four, End::Lowest), [3]);
    }

    #[test]
    fn what_reaches_further_on_one_side_shares_a_place_on_that_side() {
        let intervals = |all: &[(f64, f64, f64)]| {
            all.iter().map(|(at, low, high)| Estimate::of_interval(*at, *low, *high).unwrap()).collect::<Vec<_>>()
        };
        // numpy, 4,000,000 draws of normal numbers, each side of a centre with its own deviation.
        let medians = intervals(&[(4041.0, 3799.0, 4211.0), (3591.0, 3158.0, 3947.0)]);
        check(&medians, End::Highest, &[0.9795, 0.0205]);
        assert_eq!(sharing(&medians, End::Highest), [0]);
        // Each is inside of what the other may be, though the centres lie three mean deviations apart.
        let tails = intervals(&[(8000.0, 7900.0, 14_000.0), (14_000.0, 8300.0, 14_500.0)]);
        assert_eq!(sharing(&tails, End::Highest), [1, 0]);
        assert_eq!(sharing(&tails, End::Lowest), [0, 1]);
    }

    #[test]
    fn each_end_has_its_own_group_and_those_beside_it() {
        assert_eq!(
            ends(&rates(&[(310.0, 1000.0), (309.0, 1000.0), (200.0, 1000.0), (100.0, 1000.0)])),
            (vec![0, 1], vec![3])
        );
        assert_eq!(ends(&rates(&[(310.0, 1000.0), (105.0, 1000.0), (100.0, 1000.0)])), (vec![0], vec![2, 1]));
        // Where all are alike, each may be either.
        assert_eq!(ends(&rates(&[(102.0, 1000.0), (100.0, 1000.0)])), (vec![0, 1], vec![1, 0]));
        assert_eq!(ends(&rates(&[(1.0, 40.0)])), (vec![0], vec![0]));
    }

    #[test]
    fn the_truly_best_group_is_named_in_95_of_100_files() {
        let mut rng = fastrand::Rng::with_seed(11);
        for rates_of in [vec![0.30, 0.298, 0.296], vec![0.20, 0.199, 0.198, 0.197], vec![0.25; 6]] {
            let n_files = 400;
            let named = (0..n_files).filter(|_| {
                let counts: Vec<(f64, f64)> = rates_of
                    .iter()
                    .map(|rate| ((0..400).filter(|_| rng.f64() < *rate).count() as f64, 400.0))
                    .collect();
                sharing(&rates(&counts), End::Highest).contains(&0)
            });
            let named = named.count();
            assert!(named * 100 >= n_files * 95, "{named} of {n_files}");
        }
    }
}
