//! The expected maximum profit of scores, where the share that an offer saves is not known exactly.
//!
//! In: the hull of out of fold scores, the rate of the outcome, what a row is worth and what asking costs. Out: the profit a row of
//! the best threshold, expected over the share, and the part of the rows that is then asked (T. Verbraken, W. Verbeke, B. Baesens: A
//! novel profit maximizing metric for measuring classification performance of customer churn prediction models, 2013).
//! Invariant: it is never below 0, for none need be asked, and never below that of asking all or none.

use crate::evidence::Hull;
use crate::profit::Costs;
use crate::share::Share;

/// What scores are worth to one who asks as many as is best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// The expected profit a row, of those asked and those not.
    pub profit: f64,
    /// The part of the rows that is asked.
    pub asked: f64,
}

/// The expected maximum profit of scores with this hull, where `rate` of the rows have the outcome and each is worth `value`.
///
/// A corner of the hull is the best threshold for the shares from where the line that leads to it pays, up to where the next does;
/// over these the integrals of the Beta distribution have a closed form.
#[must_use]
pub fn expected_maximum_profit(hull: &Hull, rate: f64, value: f64, costs: Costs, saved: &Share) -> Worth {
    let gain = value - costs.incentive;
    let lost = costs.contact + costs.incentive;
    let pays_from = |pair: &[[f64; 2]]| {
        let (falses, trues) = ((1.0 - rate) * (pair[1][0] - pair[0][0]), rate * (pair[1][1] - pair[0][1]));
        // Of what it brings, `trues · (share · gain − contact)`, and what it costs, `falses · lost`.
        let from = (costs.contact + falses * lost / trues) / gain;
        if trues > 0.0 && gain > 0.0 { from.clamp(0.0, 1.0) } else { 1.0 }
    };
    let mut ends = vec![0.0];
    ends.extend(hull.corners().windows(2).map(pays_from));
    ends.push(1.0);
    let mut worth = Worth { profit: 0.0, asked: 0.0 };
    for (corner, ends) in hull.corners().iter().zip(ends.windows(2)) {
        // Rounding must not let one corner's shares overlap with the next one's.
        let (from, to) = (ends[0].min(ends[1]), ends[1]);
        let (falses, trues) = ((1.0 - rate) * corner[0], rate * corner[1]);
        let probability = saved.below(to) - saved.below(from);
        let mean = saved.mean_below(to) - saved.mean_below(from);
        worth.profit += trues * (gain * mean - costs.contact * probability) - falses * lost * probability;
        worth.asked += (falses + trues) * probability;
    }
    worth
}
