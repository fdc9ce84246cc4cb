//! Additive logistic regression on groups of customers: how well several columns together tell who closed.
//!
//! In: groups of customers that are alike in some columns, as counts of closed and open accounts. Out:
//! coefficients, deviances. Each value of a column but its first has a coefficient, and all have an intercept; they are fitted by
//! iteratively reweighted least squares (P. `McCullagh`, J. A. Nelder: Generalized Linear Models, 1989, section 2.5) with a ridge
//! so small that it only keeps the coefficient of a value without closures finite.
//! Invariant: a fit never ends above the deviance that it started from; sums run in the order of the groups.

pub(crate) use additive::linear::{factor, forward, solve};

use super::evidence::Counts;

/// The weight of the ridge: 1/2·RIDGE·β² of each coefficient is added to half the deviance.
const RIDGE: f64 = 1e-4;
/// A fit that is not there after so many steps stays where it is.
const MOST_STEPS: usize = 60;

/// Groups of customers by the values of some columns, and how many each has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// How many values each column has.
    pub levels: Vec<usize>,
    /// The value of each group in each column, group by group.
    pub values: Vec<u16>,
    /// The customers of each group.
    pub counts: Vec<Counts>,
    /// The places of the coefficients of each group, the intercept first, ascending; group by group.
    places: Vec<u16>,
    /// Where those of each group begin, and behind them where the last end.
    starts: Vec<usize>,
}

/// A fitted model.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fit {
    /// The intercept, then those of each column's values but the first.
    pub coefficients: Vec<f64>,
    /// The deviance of the customers that it was fitted to.
    pub deviance: f64,
    /// The Cholesky factor of the information matrix, by rows.
    pub factor: Vec<f64>,
}

impl Table {
    /// The groups that have these values.
    pub(crate) fn new(levels: Vec<usize>, values: Vec<u16>, counts: Vec<Counts>) -> Self {
        let (mut places, mut starts) = (Vec::with_capacity(values.len() + counts.len()), vec![0]);
        for group in 0..counts.len() {
            let mut first = 1;
            places.push(0);
            for (value, levels) in values[group * levels.len()..(group + 1) * levels.len()].iter().zip(&levels) {
                if *value > 0 {
                    places.push(first + value - 1);
                }
                first += levels.saturating_sub(1) as u16;
            }
            starts.push(places.len());
        }
        Self { levels, values, counts, places, starts }
    }

    /// The places of a group's coefficients.
    pub(crate) fn places(&self, group: usize) -> &[u16] {
        &self.places[self.starts[group]..self.starts[group + 1]]
    }

    /// How many coefficients a model of it has.
    pub(crate) fn n_coefficients(&self) -> usize {
        1 + self.levels.iter().map(|levels| levels.saturating_sub(1)).sum::<usize>()
    }

    /// The linear predictor of each group.
    pub(crate) fn predicted(&self, coefficients: &[f64]) -> Vec<f64> {
        (0..self.counts.len()).map(|group| predicted(self.places(group), coefficients)).collect()
    }

    /// The deviance of other customers by a model, so many of each group.
    pub(crate) fn deviance(&self, coefficients: &[f64], counts: &[Counts]) -> f64 {
        let each = self.predicted(coefficients).into_iter().zip(counts);
        each.filter(|(_, counts)| counts.customers() > 0.0)
            .map(|(predicted, counts)| deviance(counts.closed, counts.customers(), predicted))
            .sum()
    }

    /// The model that fits its customers best, from `start` on, until a step is worth less than `least`.
    pub(crate) fn fit(&self, start: &[f64], least: f64) -> Fit {
        let mut start = start.to_vec();
        start.resize(self.n_coefficients(), 0.0);
        let sums = Sums::of(self, &self.counts, &start);
        self.fit_to(&self.counts, &start, sums, least)
    }

    /// The same of other customers, so many of each group, whose sums at `start` are known.
    pub(crate) fn fit_to(&self, counts: &[Counts], start: &[f64], sums: Sums, least: f64) -> Fit {
        let n = self.n_coefficients();
        let (mut now, mut sums) = (start.to_vec(), sums);
        let (mut before, mut step) = (now.clone(), vec![0.0; n]);
        let mut reached = f64::INFINITY;
        let mut fit = Fit { coefficients: now.clone(), ..Fit::default() };
        for _ in 0..MOST_STEPS {
            let penalized = sums.penalize(&now);
            if penalized > reached + least {
                // Too far: half the way.
                for part in &mut step {
                    *part /= 2.0;
                }
                now = before.iter().zip(&step).map(|(from, part)| from + part).collect();
            } else {
                reached = penalized;
                if !factor(&mut sums.information, n) {
                    break;
                }
                fit = Fit { coefficients: now.clone(), deviance: sums.deviance, factor: sums.information.clone() };
                step.copy_from_slice(&sums.gradient);
                solve(&sums.information, n, &mut step);
                let worth: f64 = step.iter().zip(&sums.gradient).map(|(part, slope)| part * slope).sum();
                before.copy_from_slice(&now);
                now.iter_mut().zip(&step).for_each(|(at, part)| *at += part);
                if worth < least {
                    // So small a step lowers the deviance by what it is worth.
                    fit.coefficients.copy_from_slice(&now);
                    fit.deviance -= worth;
                    break;
                }
            }
            sums.sum(self, counts, &now);
        }
        fit
    }
}

/// What a step of a fit sums up over the groups.
#[derive(Clone)]
pub(crate) struct Sums {
    gradient: Vec<f64>,
    /// The information matrix, by rows; of it only what is on and below the diagonal.
    information: Vec<f64>,
    deviance: f64,
}

impl Sums {
    /// Gradient, information and deviance of so many customers of each group, at some coefficients.
    pub(crate) fn of(table: &Table, counts: &[Counts], coefficients: &[f64]) -> Self {
        let n = coefficients.len();
        let mut sums = Self { gradient: vec![0.0; n], information: vec![0.0; n * n], deviance: 0.0 };
        sums.sum(table, counts, coefficients);
        sums
    }

    /// Those of these customers and of others, at the same coefficients.
    pub(crate) fn add(&mut self, others: &Self) {
        self.gradient.iter_mut().zip(&others.gradient).for_each(|(sum, part)| *sum += part);
        self.information.iter_mut().zip(&others.information).for_each(|(sum, part)| *sum += part);
        self.deviance += others.deviance;
    }

    fn sum(&mut self, table: &Table, counts: &[Counts], coefficients: &[f64]) {
        let n = coefficients.len();
        self.gradient.fill(0.0);
        self.information.fill(0.0);
        self.deviance = 0.0;
        for (group, counts) in counts.iter().enumerate() {
            let (closed, all) = (counts.closed, counts.customers());
            if all <= 0.0 {
                continue;
            }
            let places = table.places(group);
            let predicted = predicted(places, coefficients);
            let odds = (-predicted.abs()).exp();
            let share = share_of(predicted, odds);
            self.deviance += deviance_of(closed, all, predicted, odds);
            let (slope, weight) = (closed - all * share, all * share * (1.0 - share));
            for (i, row) in places.iter().enumerate() {
                self.gradient[usize::from(*row)] += slope;
                // Places ascend, so this is not above the diagonal.
                let row = &mut self.information[usize::from(*row) * n..][..n];
                for column in &places[..=i] {
                    row[usize::from(*column)] += weight;
                }
            }
        }
    }

    /// Adds the ridge; gives the deviance with it.
    fn penalize(&mut self, coefficients: &[f64]) -> f64 {
        let n = coefficients.len();
        let mut ridge = 0.0;
        for (at, coefficient) in coefficients.iter().enumerate() {
            // The intercept keeps a trace of it, so that the factor exists where all customers are told for sure.
            let weight = if at == 0 { RIDGE * RIDGE } else { RIDGE };
            self.gradient[at] -= weight * coefficient;
            self.information[at * n + at] += weight;
            ridge += weight * coefficient * coefficient;
        }
        self.deviance + ridge
    }
}

/// The linear predictor of a group with coefficients at these places.
fn predicted(places: &[u16], coefficients: &[f64]) -> f64 {
    places.iter().map(|place| coefficients[usize::from(*place)]).sum()
}

/// The share of closed accounts that a linear predictor stands for.
pub(crate) fn share(predicted: f64) -> f64 {
    share_of(predicted, (-predicted.abs()).exp())
}

/// The same where e to the power of −|`predicted`| is known.
fn share_of(predicted: f64, odds: f64) -> f64 {
    if predicted >= 0.0 { 1.0 / (1.0 + odds) } else { odds / (1.0 + odds) }
}

/// The deviance of a group's closed accounts by a linear predictor.
pub(crate) fn deviance(closed: f64, all: f64, predicted: f64) -> f64 {
    deviance_of(closed, all, predicted, (-predicted.abs()).exp())
}

fn deviance_of(closed: f64, all: f64, predicted: f64, odds: f64) -> f64 {
    // Why not `ln_1p`: it takes three times as long, and what it would add is below the last digit of the sum.
    let softplus = predicted.max(0.0) + (1.0 + odds).ln();
    2.0 * (all * softplus - closed * predicted)
}

/// The linear predictor of the rate of `closed` in `all`.
pub(crate) fn logit(closed: f64, all: f64) -> f64 {
    (closed / (all - closed)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns, of two and three values.
    fn table(counts: &[(f64, f64)]) -> Table {
        let values = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
        let counts = counts.iter().map(|(closed, open)| Counts { closed: *closed, open: *open });
        Table::new(vec![2, 3], values.iter().flat_map(|(a, b)| [*a, *b]).collect(), counts.collect())
    }

    #[test]
    fn coefficients_and_deviance_are_those_of_statsmodels() {
        let table = table(&[(30.0, 70.0), (20.0, 180.0), (5.0, 95.0), (45.0, 55.0), (25.0, 75.0), (12.0, 88.0)]);
        let fit = table.fit(&[], 1e-10);
        // statsmodels.GLM(counts, dummies, family=Binomial()), and −2·Σ(closed·ln p + open·ln(1 − p)) by its fitted values.
        let found = [-0.966_986_86, 0.864_972_50, -1.115_488_12, -1.918_118_78];
        let each = fit.coefficients.iter().zip(found);
        assert!(each.clone().count() == 4 && each.clone().all(|(a, b)| (a - b).abs() < 5e-5), "{fit:?}");
        assert!((fit.deviance / 616.455_624_318 - 1.0).abs() < 1e-8, "{fit:?}");
        assert!((table.deviance(&fit.coefficients, &table.counts) - fit.deviance).abs() < 1e-6);
        assert_eq!(table.deviance(&fit.coefficients, &[Counts::default(); 6]), 0.0);
    }

    #[test]
    fn a_value_without_closures_stays_finite_and_costs_nothing() {
        let table = table(&[(30.0, 70.0), (20.0, 180.0), (0.0, 95.0), (45.0, 55.0), (25.0, 75.0), (0.0, 88.0)]);
        let fit = table.fit(&[], 1e-10);
        let others = self::table(&[(30.0, 70.0), (20.0, 180.0), (0.0, 0.0), (45.0, 55.0), (25.0, 75.0), (0.0, 0.0)]);
        assert!(fit.coefficients[3] < -8.0 && fit.coefficients[3].is_finite(), "{fit:?}");
        assert!((fit.deviance - others.fit(&[], 1e-10).deviance).abs() < 0.01, "{fit:?}");
    }

    #[test]
    fn where_all_closed_or_none_a_fit_ends() {
        for counts in [[(3.0, 0.0); 6], [(0.0, 3.0); 6], [(0.0, 0.0); 6]] {
            let fit = table(&counts).fit(&[], 1e-8);
            assert!(fit.coefficients.iter().all(|coefficient| coefficient.is_finite()), "{fit:?}");
            assert!(fit.deviance.is_finite() && fit.deviance < 0.1, "{fit:?}");
        }
    }
}
