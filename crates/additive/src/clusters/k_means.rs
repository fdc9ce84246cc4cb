//! k-means: rows divided so that each is nearest to the mean of its group.
//!
//! In: rows with weights, and how many groups. Out: the best [`Partition`] of several starts, each seeded by the greedy k-means++
//! (D. Arthur, S. Vassilvitskii: k-means++: the advantages of careful seeding, 2007) and followed by S. Lloyd's steps.
//! Invariant: rows are summed in their order, and of equal distances the first group's counts; so the same generator gives the
//! same partition everywhere.

use fastrand::Rng;

use super::rows::Rows;

/// The most groups.
pub(super) const MOST: usize = 8;
/// So many steps are enough for what still moves to be a few rows at an edge.
const MOST_STEPS: usize = 100;

/// A number for each group; all groups are reckoned side by side, those beyond `k` for nothing.
pub(super) type Lanes = [f64; MOST];

/// Rows in groups.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Partition {
    pub k: usize,
    /// The means of the groups, column by column.
    pub centres: Vec<Lanes>,
    /// The group of each row.
    pub of: Vec<u8>,
    /// The squared distances of the rows from their groups' means, by their weights.
    pub within: f64,
}

/// The best of so many starts.
pub(super) fn k_means(rows: &Rows, k: usize, starts: usize, rng: &mut Rng) -> Partition {
    let mut best = lloyd(rows, seeded(rows, k, rng), k);
    for _ in 1..starts {
        let next = lloyd(rows, seeded(rows, k, rng), k);
        if next.within < best.within {
            best = next;
        }
    }
    best
}

/// The group whose mean is nearest to a row, and the squared distance.
pub(super) fn nearest(row: &[f64], centres: &[Lanes], k: usize) -> (usize, f64) {
    let mut sums = [0.0; MOST];
    for (value, lanes) in row.iter().zip(centres) {
        for (sum, centre) in sums.iter_mut().zip(lanes) {
            let off = value - centre;
            *sum += off * off;
        }
    }
    let mut best = (0, sums[0]);
    for (group, sum) in sums[..k].iter().enumerate().skip(1) {
        if *sum < best.1 {
            best = (group, *sum);
        }
    }
    best
}

/// Means to start from: each further one far from those before it, the best of a few.
fn seeded(rows: &Rows, k: usize, rng: &mut Rng) -> Vec<Lanes> {
    let trials = 2 + usize::from(k > 2) + usize::from(k > 7);
    let mut centres = vec![[0.0; MOST]; rows.width];
    let first = drawn(&rows.weights, rng);
    put(&mut centres, 0, rows.row(first));
    let mut distances: Vec<f64> = distances(rows, first);
    for group in 1..k {
        let chances: Vec<f64> = distances.iter().zip(&rows.weights).map(|(far, weight)| far * weight).collect();
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..trials {
            let candidate = drawn(&chances, rng);
            let nearer: Vec<f64> =
                self::distances(rows, candidate).iter().zip(&distances).map(|(a, b)| a.min(*b)).collect();
            let left: f64 = nearer.iter().zip(&rows.weights).map(|(far, weight)| far * weight).sum();
            if best.as_ref().is_none_or(|(least, ..)| left < *least) {
                best = Some((left, candidate, nearer));
            }
        }
        if let Some((_, candidate, nearer)) = best {
            put(&mut centres, group, rows.row(candidate));
            distances = nearer;
        }
    }
    centres
}

/// The squared distance of each row from one of them.
fn distances(rows: &Rows, from: usize) -> Vec<f64> {
    let from = rows.row(from);
    rows.iter().map(|row| row.iter().zip(from).map(|(a, b)| (a - b) * (a - b)).sum()).collect()
}

/// A place, each by its chance.
fn drawn(chances: &[f64], rng: &mut Rng) -> usize {
    let mut left = rng.f64() * chances.iter().sum::<f64>();
    for (at, chance) in chances.iter().enumerate() {
        left -= chance;
        if left < 0.0 {
            return at;
        }
    }
    chances.len().saturating_sub(1)
}

fn put(centres: &mut [Lanes], group: usize, row: &[f64]) {
    centres.iter_mut().zip(row).for_each(|(lanes, value)| lanes[group] = *value);
}

/// Moves means and rows in turn until no row changes its group.
fn lloyd(rows: &Rows, mut centres: Vec<Lanes>, k: usize) -> Partition {
    let mut of = vec![u8::MAX; rows.len()];
    let mut step = 0;
    loop {
        step += 1;
        let (mut has_moved, mut within, mut farthest) = (false, 0.0, (0, -1.0));
        let mut sums = vec![[0.0; MOST]; rows.width];
        let mut weights = [0.0; MOST];
        for (at, (row, weight)) in rows.iter().zip(&rows.weights).enumerate() {
            let (group, distance) = nearest(row, &centres, k);
            has_moved |= usize::from(of[at]) != group;
            of[at] = group as u8;
            within += weight * distance;
            if distance > farthest.1 {
                farthest = (at, distance);
            }
            weights[group] += weight;
            sums.iter_mut().zip(row).for_each(|(lanes, value)| lanes[group] += weight * value);
        }
        if !has_moved || step == MOST_STEPS {
            return Partition { k, centres, of, within };
        }
        for (lanes, sums) in centres.iter_mut().zip(&sums) {
            for group in 0..k {
                lanes[group] = sums[group] / weights[group];
            }
        }
        // A group that lost its rows begins anew at the row that is farthest from its own.
        for group in (0..k).filter(|group| weights[*group] == 0.0) {
            put(&mut centres, group, rows.row(farthest.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_lie_apart_are_divided_where_they_do() {
        let rows = Rows::new(1, vec![1.0, 9.0, 2.0, 10.0, 3.0, 30.0]);
        let found = k_means(&rows, 3, 5, &mut Rng::with_seed(1));
        let group = |at: usize| found.of[at];
        assert!(group(0) == group(2) && group(2) == group(4) && group(1) == group(3));
        assert!(group(0) != group(1) && group(1) != group(5) && group(0) != group(5));
        // 1 + 0 + 1 for the low ones, and two quarters.
        assert_eq!(found.within, 2.5);
        assert_eq!(found, k_means(&rows, 3, 5, &mut Rng::with_seed(1)));
    }

    #[test]
    fn a_weight_is_as_good_as_so_many_rows() {
        let twice = Rows { weights: vec![2.0, 1.0, 1.0], ..Rows::new(1, vec![0.0, 3.0, 50.0]) };
        let found = k_means(&twice, 2, 3, &mut Rng::with_seed(1));
        assert_eq!(found.within, 6.0);
        let mean = found.centres[0][usize::from(found.of[0])];
        assert_eq!(mean, 1.0);
    }

    #[test]
    fn more_groups_than_different_rows_leave_some_empty() {
        let rows = Rows::new(2, [1.0, 2.0].repeat(5));
        let found = k_means(&rows, 4, 2, &mut Rng::with_seed(1));
        assert_eq!((found.within, found.of.len()), (0.0, 5));
    }
}
