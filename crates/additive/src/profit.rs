//! What a list of rows is worth, by how long it is.
//!
//! In: the probability and the value of each row, and what asking one costs. Out: the expected profit of the first rows of the list,
//! by its size, the best size, and how sure a profit is.
//! Invariant: the list is in the order of what each row is expected to bring, so its profit rises to the best size and falls behind.

use serde::{Deserialize, Serialize};

use crate::share::{Share, halved};

/// So many shares stand for all that the true one may be, each as likely.
const SHARES: usize = 200;
/// The probabilities of the ends of a band.
const ENDS: [f64; 2] = [0.025, 0.975];
/// So many standard deviations from the mean lies nothing.
const FAR: f64 = 9.0;

/// What asking costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// What each contact costs.
    pub contact: f64,
    /// What those who accept get, and those who would have stayed as well.
    pub incentive: f64,
}

/// The expected profit of the first rows of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The rows, the one that is expected to bring most first.
    pub order: Vec<usize>,
    /// What each of them is expected to bring.
    pub gain: Vec<f64>,
    /// The profit of the first row, of the first two, and so on.
    pub profit: Vec<f64>,
    /// What they are expected to cost: contacts, and incentives that are taken.
    pub cost: Vec<f64>,
    /// How many to ask for the highest profit; 0 where asking anyone loses money.
    pub best: usize,
}

/// A profit, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The lower end of a 95 % interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The probability of a loss.
    pub loss: f64,
}

/// Puts rows in the order of their expected profit, where an offer keeps `saved` of those about to leave; one that is not a number
/// comes last and is not asked.
#[must_use]
pub fn plan(probabilities: &[f64], values: &[f64], costs: Costs, saved: f64) -> Plan {
    let Costs { contact, incentive } = costs;
    let expected = |(probability, value): (&f64, &f64)| {
        let kept = probability * saved;
        let expected = kept * (value - incentive) - (1.0 - probability) * incentive - contact;
        if expected.is_nan() { f64::NEG_INFINITY } else { expected }
    };
    let expected: Vec<f64> = probabilities.iter().zip(values).map(expected).collect();
    let mut order: Vec<usize> = (0..expected.len()).collect();
    order.sort_by(|a, b| expected[*b].total_cmp(&expected[*a]));
    let gain: Vec<f64> = order.iter().map(|row| expected[*row]).collect();
    let cost = |row: &usize| contact + incentive * (probabilities[*row] * saved + 1.0 - probabilities[*row]);
    let best = gain.iter().take_while(|gain| **gain > 0.0).count();
    Plan { profit: summed(gain.iter().copied()), cost: summed(order.iter().map(cost)), order, gain, best }
}

impl Plan {
    /// The most rows that a budget pays for, of those that are worth asking.
    #[must_use]
    pub fn within(&self, budget: f64) -> usize {
        self.cost[..self.best].partition_point(|cost| *cost <= budget)
    }
}

fn summed(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |number| {
        sum += number;
        sum
    };
    numbers.map(add).collect()
}

/// How sure the profit of the first rows of a plan is, for each of these sizes. Two things are open: the share that is saved, and
/// who of those asked would leave and is saved. Given the share, the profit of many rows is normal, with the sum of their variances.
#[must_use]
pub fn bands(
    plan: &Plan,
    probabilities: &[f64],
    values: &[f64],
    costs: Costs,
    saved: &Share,
    sizes: &[usize],
) -> Vec<Band> {
    let shares: Vec<f64> = (0..SHARES).map(|at| saved.quantile((at as f64 + 0.5) / SHARES as f64)).collect();
    let mut sums = Sums::default();
    let mut all = vec![sums];
    for row in &plan.order {
        sums.add(probabilities[*row], values[*row], costs);
        all.push(sums);
    }
    sizes.iter().map(|size| all[(*size).min(plan.order.len())].band(&shares)).collect()
}

/// What the mean and the variance of a profit are made of, as polynomials of the share.
#[derive(Clone, Copy, Default)]
struct Sums {
    gained: f64,
    spent: f64,
    squares: [f64; 3],
}

impl Sums {
    fn add(&mut self, probability: f64, value: f64, Costs { contact, incentive }: Costs) {
        let gain = value - incentive;
        let (gained, given) = (probability * gain, (1.0 - probability) * incentive);
        self.gained += gained;
        self.spent += given + contact;
        // A row brings `gain` with the probability that it leaves and is saved, and takes the incentive where it would have stayed.
        self.squares[0] += (1.0 - probability) * incentive * incentive - given * given;
        self.squares[1] += gained * gain + 2.0 * gained * given;
        self.squares[2] -= gained * gained;
    }

    /// The mean and the standard deviation, where this share is saved.
    fn profit(&self, share: f64) -> [f64; 2] {
        let variance = self.squares[0] + share * (self.squares[1] + share * self.squares[2]);
        [share * self.gained - self.spent, variance.max(0.0).sqrt()]
    }

    fn band(&self, shares: &[f64]) -> Band {
        let profits: Vec<[f64; 2]> = shares.iter().map(|share| self.profit(*share)).collect();
        let below = |profit: f64| {
            let of_share = |[mean, deviation]: &[f64; 2]| normal(profit - mean, *deviation);
            profits.iter().map(of_share).sum::<f64>() / profits.len() as f64
        };
        let least = profits.iter().map(|[mean, deviation]| mean - FAR * deviation).fold(f64::INFINITY, f64::min);
        let most = profits.iter().map(|[mean, deviation]| mean + FAR * deviation).fold(f64::NEG_INFINITY, f64::max);
        let [low, high] = ENDS.map(|end| halved([least, most], |profit| below(profit) < end));
        Band { low, high, loss: below(0.0) }
    }
}

/// The normal distribution: how likely one is below what lies so far above the mean.
fn normal(above: f64, deviation: f64) -> f64 {
    if deviation > 0.0 {
        libm::erfc(-above / (deviation * std::f64::consts::SQRT_2)) / 2.0
    } else if above > 0.0 {
        1.0
    } else {
        0.0
    }
}
