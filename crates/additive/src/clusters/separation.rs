//! How far groups lie apart.
//!
//! In: rows and partitions of them. Out: the mean silhouette width of each, and how deep the density falls between the two groups
//! that are least apart.
//! Invariant: what is one heap, however it is cut, has no valley: the density is highest beside the cut.
//!
//! Why not stability alone: a skewed heap is cut at the same place in each sample, and more surely than a normal one is.

use rayon::prelude::*;

use super::k_means::{MOST, Partition};
use super::rows::Rows;
use crate::error::Error;
use crate::fit::Watch;
use crate::tiers::height;

/// So many points of the density on each side of the cut.
const POINTS: usize = 128;

/// The mean silhouette width of each partition.
pub(super) fn silhouettes(rows: &Rows, partitions: &[&Partition], watch: Watch<'_>) -> Result<Vec<f64>, Error> {
    let widths: Vec<Vec<f64>> = (0..rows.len())
        .into_par_iter()
        .map(|at| {
            if (watch.is_stopped)() {
                return Err(Error::cancelled());
            }
            let row = rows.row(at);
            let squares = rows.iter().map(|other| row.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>());
            let distances: Vec<f64> = squares.map(f64::sqrt).collect();
            Ok(partitions.iter().map(|partition| silhouette(at, &distances, partition)).collect())
        })
        .collect::<Result<_, _>>()?;
    let mean = |at: usize| widths.iter().map(|of| of[at]).sum::<f64>() / rows.len() as f64;
    Ok((0..partitions.len()).map(mean).collect())
}

/// How much nearer a row is to its own group than to the next one, between −1 and 1.
fn silhouette(at: usize, distances: &[f64], partition: &Partition) -> f64 {
    let (mut sums, mut counts) = ([0.0; MOST], [0_u32; MOST]);
    for (distance, group) in distances.iter().zip(&partition.of) {
        sums[usize::from(*group)] += distance;
        counts[usize::from(*group)] += 1;
    }
    let own = usize::from(partition.of[at]);
    if counts[own] < 2 {
        return 0.0;
    }
    let inside = sums[own] / f64::from(counts[own] - 1);
    let others = (0..partition.k).filter(|group| *group != own && counts[*group] > 0);
    let outside = others.map(|group| sums[group] / f64::from(counts[group])).fold(f64::INFINITY, f64::min);
    if outside.is_infinite() { 0.0 } else { (outside - inside) / outside.max(inside).max(f64::MIN_POSITIVE) }
}

/// The lowest density between two groups as a part of the lower of their peaks; of the two groups where it is highest.
pub(super) fn valley(rows: &Rows, partition: &Partition) -> f64 {
    let pairs = (0..partition.k).flat_map(|one| (one + 1..partition.k).map(move |other| (one, other)));
    pairs.map(|(one, other)| between(rows, partition, one, other)).fold(0.0, f64::max)
}

/// The same of two groups: along the line between their means, on which the cut is halfway.
fn between(rows: &Rows, partition: &Partition, one: usize, other: usize) -> f64 {
    let line: Vec<f64> = partition.centres.iter().map(|lanes| lanes[other] - lanes[one]).collect();
    let length: f64 = line.iter().map(|part| part * part).sum();
    let place = |row: &[f64]| {
        let along = row.iter().zip(&partition.centres).zip(&line);
        along.map(|((value, lanes), part)| (value - lanes[one]) * part).sum::<f64>() / length
    };
    let of_group = |group: usize| -> Vec<f64> {
        let members = rows.iter().zip(&partition.of).filter(|(_, of)| usize::from(**of) == group);
        members.map(|(row, _)| place(row)).collect()
    };
    let [near, far] = [of_group(one), of_group(other)];
    if near.is_empty() || far.is_empty() || length <= 0.0 {
        return 1.0;
    }
    // The spread is that around their own means, so that groups far apart are not smoothed into one.
    let squares = |places: &[f64], middle: f64| places.iter().map(|at| (at - middle) * (at - middle)).sum::<f64>();
    let spread = ((squares(&near, 0.0) + squares(&far, 1.0)) / (near.len() + far.len()) as f64).sqrt();
    let width = 1.06 * spread * libm::pow(near.len().min(far.len()) as f64, -0.2);
    if width <= 0.0 {
        return 0.0;
    }
    let mut places = [near, far].concat();
    places.sort_unstable_by(f64::total_cmp);
    let (low, high) = (places[0].min(0.0), places[places.len() - 1].max(1.0));
    let heights = |from: f64, to: f64| -> Vec<f64> {
        let step = (to - from) / POINTS as f64;
        (0..=POINTS).map(|at| height(&places, from + step * at as f64, width)).collect()
    };
    let [below, above] = [heights(low, 0.5), heights(0.5, high)];
    let (peak, other_peak) = (highest(&below), highest(&above));
    let lowest = below[peak..].iter().chain(&above[..=other_peak]).copied().fold(f64::INFINITY, f64::min);
    lowest / below[peak].min(above[other_peak])
}

/// The place of the highest.
fn highest(heights: &[f64]) -> usize {
    (0..heights.len()).max_by(|a, b| heights[*a].total_cmp(&heights[*b])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(of: Vec<u8>, means: [f64; 2]) -> Partition {
        let mut lanes = [0.0; MOST];
        lanes[..2].copy_from_slice(&means);
        Partition { k: 2, centres: vec![lanes], of, within: 0.0 }
    }

    #[test]
    fn the_silhouette_is_that_of_scikit_learn() {
        let rows = Rows::new(1, vec![0.0, 1.0, 5.0, 7.0, 8.0]);
        let partition = partition(vec![0, 0, 1, 1, 1], [0.5, 20.0 / 3.0]);
        let found = silhouettes(&rows, &[&partition], Watch::NONE).unwrap();
        // sklearn.metrics.silhouette_score of scikit-learn 1.9.1.
        assert!((found[0] - 0.724_107_591_754_650_4).abs() < 1e-15, "{found:?}");
    }

    #[test]
    fn one_heap_has_no_valley_and_two_have() {
        // The same number of rows in each step of a triangle, and of two.
        let heap = |middle: f64| {
            (0..400).map(move |at| middle + 2.0 * f64::from(at - 200) / 200.0 * f64::from(i32::abs(at - 200)) / 200.0)
        };
        let one: Vec<f64> = heap(0.0).collect();
        let of = one.iter().map(|value| u8::from(*value > 0.0)).collect();
        let found = valley(&Rows::new(1, one), &partition(of, [-0.67, 0.67]));
        assert!(found > 0.9, "{found}");
        let two: Vec<f64> = heap(0.0).chain(heap(5.0)).collect();
        let of = two.iter().map(|value| u8::from(*value > 2.5)).collect();
        let found = valley(&Rows::new(1, two), &partition(of, [0.0, 5.0]));
        assert!(found < 0.1, "{found}");
    }
}
