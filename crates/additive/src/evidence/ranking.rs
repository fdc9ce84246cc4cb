//! How well scores put rows in order.
//!
//! In: outcomes and scores. Out: the areas under the ROC curve and under the precision-recall curve, and the gains by decile.
//! Invariant: rows of equal scores count as one step, so their order changes nothing; NaN where a measure has no meaning.

/// Rows with equal scores: how many have the outcome, and how many there are; from the highest score down.
pub(super) fn runs(outcomes: &[bool], scores: &[f64]) -> Vec<(f64, usize, usize)> {
    let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(outcomes.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let run = |run: &[(f64, bool)]| (run[0].0, run.iter().filter(|row| row.1).count(), run.len());
    rows.chunk_by(|a, b| a.0 == b.0).map(run).collect()
}

/// The area under the receiver operating characteristic: the probability that a row with the outcome scores higher than one
/// without, where equal scores count half.
#[must_use]
pub fn roc_auc(outcomes: &[bool], scores: &[f64]) -> f64 {
    let (mut above, mut area) = (0.0, 0.0);
    for (_, trues, rows) in runs(outcomes, scores) {
        let falses = (rows - trues) as f64;
        area += falses * (above + trues as f64 / 2.0);
        above += trues as f64;
    }
    area / (above * (outcomes.len() as f64 - above))
}

/// The area under the precision-recall curve as average precision: the mean of the precision at each step, by what it adds to the
/// recall.
#[must_use]
pub fn average_precision(outcomes: &[bool], scores: &[f64]) -> f64 {
    let (mut found, mut seen, mut sum) = (0.0, 0.0, 0.0);
    for (_, trues, rows) in runs(outcomes, scores) {
        found += trues as f64;
        seen += rows as f64;
        sum += trues as f64 * found / seen;
    }
    sum / found
}

/// The share of all outcomes that lie in the highest tenth of the scores, in the two highest, and so on. Of rows with equal scores
/// each tenth gets its part.
#[must_use]
pub fn gains(outcomes: &[bool], scores: &[f64]) -> [f64; 10] {
    let (mut gains, mut found, mut seen) = ([0.0; 10], 0.0, 0.0);
    let runs = runs(outcomes, scores);
    let all: usize = runs.iter().map(|run| run.1).sum();
    let mut next = 0;
    for (_, trues, rows) in runs {
        let rows = rows as f64;
        while next < 10 && seen + rows >= (next + 1) as f64 * outcomes.len() as f64 / 10.0 {
            let part = (next + 1) as f64 * outcomes.len() as f64 / 10.0 - seen;
            gains[next] = (found + trues as f64 * part / rows) / all as f64;
            next += 1;
        }
        found += trues as f64;
        seen += rows;
    }
    gains[next..].fill(1.0);
    gains
}
