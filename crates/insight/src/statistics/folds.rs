//! Customers split at random into parts of about equal size, several times over, for cross-validation.
//!
//! Customers of one cell are exchangeable, so it is enough to draw how many of them go to each part: the multivariate
//! hypergeometric distribution, cell by cell, with what the cells before it have left of each part. The fewer customers there are,
//! the more what is found hangs on one split, and the more splits are drawn. Invariant: the same counts in the same order give
//! the same splits everywhere, and the parts of a cell add up to it.

use fastrand::Rng;

use super::evidence::Counts;
use super::simulated::hypergeometric;

/// So many parts.
pub(crate) const FOLDS: usize = 5;
/// Where the draws begin.
const SEED: u64 = 1974;
/// Cells of more customers are drawn part by part, and not customer by customer.
const MOST_ONE_BY_ONE: u64 = 64;
/// So many customers are placed over all splits, if there are not more in one.
const PLACED: f64 = 20_000.0;
/// But no more splits than this.
const MOST_SPLITS: f64 = 20.0;

/// The customers of a cell in each part.
pub(crate) type Parts = [Counts; FOLDS];

/// Several splits of cells of whole counts; the parts of each cell.
pub(crate) fn splits(cells: &[Counts]) -> Vec<Vec<Parts>> {
    let mut rng = Rng::with_seed(SEED);
    let customers: f64 = cells.iter().map(|cell| cell.customers()).sum();
    let n_splits = (PLACED / customers.max(1.0)).ceil().clamp(1.0, MOST_SPLITS) as usize;
    let split = |_| {
        let closed = split(cells.iter().map(|cell| cell.closed as u64), &mut rng);
        let open = split(cells.iter().map(|cell| cell.open as u64), &mut rng);
        let part = |closed: u64, open: u64| Counts { closed: closed as f64, open: open as f64 };
        let parts =
            |(closed, open): (&[u64; FOLDS], &[u64; FOLDS])| std::array::from_fn(|at| part(closed[at], open[at]));
        closed.iter().zip(&open).map(parts).collect()
    };
    (0..n_splits).map(split).collect()
}

fn split(counts: impl Iterator<Item = u64> + Clone, rng: &mut Rng) -> Vec<[u64; FOLDS]> {
    let (all, n) = (counts.clone().sum::<u64>(), FOLDS as u64);
    // The first parts have one more, where the customers do not divide evenly.
    let mut left: [u64; FOLDS] = std::array::from_fn(|part| all / n + u64::from((part as u64) < all % n));
    counts.map(|count| drawn(count, &mut left, rng)).collect()
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

    fn cells(closed: &[u64]) -> Vec<Counts> {
        closed.iter().map(|closed| Counts { closed: *closed as f64, open: 1.0 }).collect()
    }

    #[test]
    fn parts_add_up_and_are_as_large_as_each_other() {
        let cells = cells(&[3, 0, 1, 1000, 64, 65, 2, 7]);
        let splits = splits(&cells);
        for parts in &splits {
            let sum = |of: &dyn Fn(&Parts) -> f64| parts.iter().map(of).sum::<f64>();
            for (cell, parts) in cells.iter().zip(parts) {
                assert_eq!(parts.iter().map(|part| part.closed).sum::<f64>(), cell.closed);
                assert_eq!(parts.iter().map(|part| part.open).sum::<f64>(), cell.open);
            }
            let sizes: Vec<f64> = (0..FOLDS).map(|part| sum(&|parts: &Parts| parts[part].closed)).collect();
            // 1142 customers.
            assert_eq!(sizes, [229.0, 229.0, 228.0, 228.0, 228.0]);
            // A cell is spread, and not put into one part.
            let closed = |cell: usize| parts[cell].map(|part| part.closed);
            assert!(closed(3).iter().all(|part| (150.0..250.0).contains(part)), "{:?}", closed(3));
            assert!(closed(4).iter().all(|part| (2.0..30.0).contains(part)), "{:?}", closed(4));
        }
        assert_eq!(self::splits(&cells), splits);
        assert_ne!(splits[0], splits[1]);
    }

    #[test]
    fn few_customers_are_split_more_often() {
        let n = |closed: u64| splits(&cells(&[closed])).len();
        assert_eq!([n(1), n(999), n(1999), n(9999), n(10_000), n(19_999), n(1_000_000)], [20, 20, 10, 2, 2, 1, 1]);
        assert_eq!(splits(&[]).len(), 20);
    }
}
