//! Fewer steps, where more say hardly anything.
//!
//! In: a column's scores and the rows of each bin. Out: which neighbouring bins become one (J. H. Ward 1963: each time the two
//! whose merging moves the fewest rows the least).
//! Invariant: bins that are put together lie side by side, and the mean over the rows stays what it was.

/// Bins are put together for nothing while the mean square of what moves stays below this.
const FREE: f64 = 1e-6;

/// Where each step begins, of at most so many.
pub(crate) fn merged(scores: &[f64], rows: &[f64], most: usize) -> Vec<usize> {
    let all: f64 = rows.iter().sum();
    let mut starts: Vec<usize> = (0..scores.len()).collect();
    let mut steps: Vec<[f64; 2]> = scores.iter().zip(rows).map(|(score, rows)| [*score, *rows]).collect();
    let mut moved = 0.0;
    while steps.len() > 1 {
        let cost = |pair: &[[f64; 2]]| {
            let ([a, n], [b, m]) = (pair[0], pair[1]);
            if n + m > 0.0 { n * m / (n + m) * (a - b) * (a - b) / all.max(1.0) } else { 0.0 }
        };
        let costs = steps.windows(2).map(cost).enumerate();
        let Some((at, cost)) = costs.min_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        moved += cost;
        if steps.len() <= most && moved > FREE {
            break;
        }
        let ([a, n], [b, m]) = (steps[at], steps[at + 1]);
        let mean = if n + m > 0.0 { (a * n + b * m) / (n + m) } else { a };
        steps[at] = [mean, n + m];
        steps.remove(at + 1);
        starts.remove(at + 1);
    }
    starts
}

/// The means of the scores over each step; equal rows count the same, and a step without rows has the mean of its bins.
pub(crate) fn means(scores: &[f64], rows: &[f64], starts: &[usize]) -> Vec<f64> {
    let ends = starts.iter().skip(1).copied().chain([scores.len()]);
    let mean = |(from, to): (&usize, usize)| {
        let (scores, rows) = (&scores[*from..to], &rows[*from..to]);
        let all: f64 = rows.iter().sum();
        if all > 0.0 {
            scores.iter().zip(rows).map(|(score, rows)| score * rows).sum::<f64>() / all
        } else {
            scores.iter().sum::<f64>() / scores.len().max(1) as f64
        }
    };
    starts.iter().zip(ends).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_differ_least_become_one() {
        let (scores, rows) = ([1.0, 1.0, 3.0, 3.1, 9.0], [10.0, 5.0, 4.0, 4.0, 2.0]);
        assert_eq!(merged(&scores, &rows, 8), [0, 2, 3, 4]);
        assert_eq!(merged(&scores, &rows, 3), [0, 2, 4]);
        assert_eq!(merged(&scores, &rows, 1), [0]);
        assert_eq!(means(&scores, &rows, &[0, 2, 4]), [1.0, 3.05, 9.0]);
        assert_eq!(means(&[1.0, 3.0], &[0.0, 0.0], &[0]), [2.0]);
    }
}
