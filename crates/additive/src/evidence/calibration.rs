//! Whether probabilities mean what they say.
//!
//! In: outcomes and probabilities. Out: Brier score, logarithmic loss, calibration error, and the groups of a reliability curve.

/// So many groups of equal size.
const GROUPS: usize = 10;
/// A probability of 0 for what happened would cost infinitely much.
const LEAST: f64 = 1e-15;

/// Rows with probabilities of about the same size.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Group {
    /// How many there are.
    pub rows: usize,
    /// The mean of what was predicted.
    pub predicted: f64,
    /// The share that had the outcome.
    pub observed: f64,
}

/// The mean square of what probabilities are off by.
#[must_use]
pub fn brier(outcomes: &[bool], probabilities: &[f64]) -> f64 {
    let square = |(outcome, probability): (&bool, &f64)| {
        let off = probability - f64::from(u8::from(*outcome));
        off * off
    };
    outcomes.iter().zip(probabilities).map(square).sum::<f64>() / outcomes.len() as f64
}

/// The mean of minus the logarithm of what was given to what happened.
#[must_use]
pub fn log_loss(outcomes: &[bool], probabilities: &[f64]) -> f64 {
    let loss = |(outcome, probability): (&bool, &f64)| {
        let given = if *outcome { *probability } else { 1.0 - probability };
        -libm::log(given.clamp(LEAST, 1.0 - LEAST))
    };
    outcomes.iter().zip(probabilities).map(loss).sum::<f64>() / outcomes.len() as f64
}

/// Ten groups of equal size, by rising probability; rows of equal probabilities stay in their order.
#[must_use]
pub fn reliability(outcomes: &[bool], probabilities: &[f64]) -> Vec<Group> {
    let mut order: Vec<usize> = (0..outcomes.len()).collect();
    order.sort_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
    let (each, more) = (order.len() / GROUPS, order.len() % GROUPS);
    let mut rest = &order[..];
    let mut groups = Vec::with_capacity(GROUPS);
    for group in 0..GROUPS {
        let (rows, behind) = rest.split_at(each + usize::from(group < more));
        rest = behind;
        if rows.is_empty() {
            continue;
        }
        let n = rows.len() as f64;
        let predicted = rows.iter().map(|row| probabilities[*row]).sum::<f64>() / n;
        let observed = rows.iter().filter(|row| outcomes[**row]).count() as f64 / n;
        groups.push(Group { rows: rows.len(), predicted, observed });
    }
    groups
}

/// The mean of what the groups of [`reliability`] are off by.
#[must_use]
pub fn calibration_error(outcomes: &[bool], probabilities: &[f64]) -> f64 {
    let off = |group: &Group| group.rows as f64 * (group.predicted - group.observed).abs();
    reliability(outcomes, probabilities).iter().map(off).sum::<f64>() / outcomes.len() as f64
}
