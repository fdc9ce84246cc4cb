//! P-values adjusted for many tests, so that the share of false alarms among what is called a difference stays small.
//!
//! Y. Benjamini, Y. Hochberg: Controlling the false discovery rate. Journal of the Royal Statistical Society B 57
//! (1995), 289–300: the i-th smallest of m p-values becomes `min over j ≥ i of p_j·m/j`, at most 1.

/// The adjusted p-values, in the order given.
pub(crate) fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (rank, &at) in order.iter().enumerate().rev() {
        smallest = smallest.min(p_values[at] * p_values.len() as f64 / (rank + 1) as f64);
        adjusted[at] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.false_discovery_control
        let adjusted = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, 0.8]);
        for (ours, theirs) in adjusted.iter().zip([0.025, 0.05, 0.05, 0.025, 0.8]) {
            assert!((ours - theirs).abs() < 1e-12, "{adjusted:?}");
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }
}
