//! What a list of rows is worth, by how long it is.
//!
//! In: the probability and the value of each row, and what asking one costs. Out: the expected profit of the first rows of the list,
//! by its size, and the best size.
//! Invariant: the list is in the order of what each row is expected to bring, so its profit rises to the best size and falls behind.

use serde::{Deserialize, Serialize};

/// What asking costs, and what it can bring.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// What each contact costs.
    pub contact: f64,
    /// What those who accept get, and those who would have stayed as well.
    pub incentive: f64,
    /// The share of those about to leave that an offer keeps.
    pub saved: f64,
}

/// The expected profit of the first rows of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The rows, the one that is expected to bring most first.
    pub order: Vec<usize>,
    /// The profit of the first row, of the first two, and so on.
    pub profit: Vec<f64>,
    /// How many to ask for the highest profit; 0 where asking anyone loses money.
    pub best: usize,
}

/// Puts rows in the order of their expected profit; one that is not a number comes last and is not asked.
#[must_use]
pub fn plan(probabilities: &[f64], values: &[f64], offer: Offer) -> Plan {
    let expected = |(probability, value): (&f64, &f64)| {
        let kept = probability * offer.saved;
        let expected = kept * (value - offer.incentive) - (1.0 - probability) * offer.incentive - offer.contact;
        if expected.is_nan() { f64::NEG_INFINITY } else { expected }
    };
    let expected: Vec<f64> = probabilities.iter().zip(values).map(expected).collect();
    let mut order: Vec<usize> = (0..expected.len()).collect();
    order.sort_by(|a, b| expected[*b].total_cmp(&expected[*a]));
    let mut sum = 0.0;
    let profit = order.iter().map(|row| {
        sum += expected[*row];
        sum
    });
    let profit: Vec<f64> = profit.collect();
    let best = order.iter().take_while(|row| expected[**row] > 0.0).count();
    Plan { order, profit, best }
}
