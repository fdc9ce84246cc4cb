//! Counts split at random into parts of about equal size, for cross-validation.
//!
//! Customers of one cell are exchangeable, so it is enough to draw how many of them go to each part: the multivariate
//! hypergeometric distribution, cell by cell, with what the cells before it have left of each part. Invariant: the same
//! counts in the same order give the same parts everywhere, and the parts of a cell add up to it.

use fastrand::Rng;

use super::simulated::hypergeometric;

/// So many parts.
pub(crate) const FOLDS: usize = 5;
/// Where the draws begin.
const SEED: u64 = 1974;
/// Cells of more customers are drawn part by part, and not customer by customer.
const MOST_ONE_BY_ONE: u64 = 64;

/// A count in each part, then in all of them.
pub(crate) type Parts = [f64; FOLDS + 1];

/// The parts of whole counts.
pub(crate) fn split(counts: &[u64]) -> Vec<Parts> {
    let all: u64 = counts.iter().sum();
    let n = FOLDS as u64;
    // The first parts have one more, where the customers do not divide evenly.
    let mut left: [u64; FOLDS] = std::array::from_fn(|part| all / n + u64::from((part as u64) < all % n));
    let mut rng = Rng::with_seed(SEED);
    let parts = |count: &u64| {
        let drawn = drawn(*count, &mut left, &mut rng);
        std::array::from_fn(|part| drawn.get(part).copied().unwrap_or(*count) as f64)
    };
    counts.iter().map(parts).collect()
}

fn drawn(count: u64, left: &mut [u64; FOLDS], rng: &mut Rng) -> [u64; FOLDS] {
    let mut parts = [0; FOLDS];
    let mut population: u64 = left.iter().sum();
    if count > MOST_ONE_BY_ONE {
        let mut to_place = count;
        for (part, left) in parts.iter_mut().zip(left.iter_mut()) {
            *part = hypergeometric(population, *left, to_place, rng.f64());
            population -= *left;
            to_place -= *part;
            *left -= *part;
        }
        return parts;
    }
    for _ in 0..count {
        let mut at = rng.u64(0..population);
        for (part, left) in parts.iter_mut().zip(left.iter_mut()) {
            if at < *left {
                *part += 1;
                *left -= 1;
                break;
            }
            at -= *left;
        }
        population -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_are_as_large_as_each_other() {
        let counts = [3, 0, 1, 1000, 64, 65, 2, 7];
        let parts = split(&counts);
        for (count, parts) in counts.iter().zip(&parts) {
            assert_eq!((parts[..FOLDS].iter().sum::<f64>(), parts[FOLDS]), (*count as f64, *count as f64));
        }
        let sizes: Vec<f64> = (0..FOLDS).map(|part| parts.iter().map(|cell| cell[part]).sum()).collect();
        // 1142 customers.
        assert_eq!(sizes, [229.0, 229.0, 228.0, 228.0, 228.0]);
        assert_eq!(split(&counts), parts);
        // A cell is spread, and not put into one part.
        assert!(parts[3][..FOLDS].iter().all(|part| (150.0..250.0).contains(part)), "{:?}", parts[3]);
        assert!(parts[4][..FOLDS].iter().all(|part| (2.0..30.0).contains(part)), "{:?}", parts[4]);
    }
}
