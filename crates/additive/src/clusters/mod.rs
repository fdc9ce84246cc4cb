//! Groups of rows by k-means, and whether there are any.
//!
//! ```text
//!  columns ──► rows: complete, on one scale ──► k_means: 2 to 8 groups ──► agreement: do they come back?
//!                       │                           ▲                ├───► separation: is there a gap?
//!                       └──► null: one normal distribution           └───► groups of all rows, where all of it holds
//! ```
//!
//! In: columns of numbers. Out: how stable and how separate the groups are for each number of them, beside data of one normal
//! distribution; and the group of each row, where groups are there.
//! Invariant: no row has a group unless the groups come back, come back more surely than those of one normal distribution, and have
//! gaps between them. The same columns give the same bytes on any number of threads and on every machine.
//!
//! Why not a crate: `linfa-clustering` (0.8) brings 19 packages for k-means alone. It knows neither the bootstrap nor the adjusted
//! Rand index, and its generator is one more whose draws may change with a version.

mod agreement;
mod k_means;
mod null;
mod rows;
mod separation;

use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use rayon::prelude::*;

use self::agreement::{Agreement, agreement};
use self::k_means::{MOST, Partition, k_means};
use self::null::Normal;
use self::rows::{Prepared, Rows};
use crate::columns::{Column, LeftOut};
use crate::error::Error;
use crate::fit::Watch;

/// Fewer complete rows show no groups.
pub const FEWEST_ROWS: usize = 200;
/// A group that is there comes back with at least this mean Jaccard similarity (C. Hennig: Cluster-wise assessment of cluster
/// stability, 2007).
pub const LEAST_JACCARD: f64 = 0.75;
/// Between two groups the density falls to at most this part of the lower of their peaks.
pub const DEEPEST: f64 = 0.5;
/// So many data sets of one normal distribution, of which the second largest index is the 95 % quantile.
pub const DRAWS: usize = 39;
/// So many bootstrap samples of the rows …
pub const BOOTSTRAPS: usize = 50;
/// … and of each data set of the normal distribution.
const BOOTSTRAPS_OF_A_DRAW: usize = 10;
/// How many times k-means starts on the rows, and on a bootstrap sample of them.
const STARTS: [usize; 2] = [5, 2];
const SEED: u64 = 2007;

/// What was looked at, and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// The columns that rows were compared by.
    pub columns: Vec<String>,
    /// The others, and why.
    pub left_out: Vec<LeftOut>,
    /// How many rows have all of the columns.
    pub complete: usize,
    /// How many of these were drawn to look for groups.
    pub drawn: usize,
    /// What was found for each number of groups.
    pub tried: Vec<Tried>,
    /// The groups, where there are any.
    pub groups: Option<Groups>,
}

/// Rows divided into so many groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// How many groups.
    pub k: usize,
    /// The mean Jaccard similarity of each group with what is most like it in a bootstrap sample.
    pub jaccard: Vec<f64>,
    /// The mean adjusted Rand index (L. Hubert, P. Arabie: Comparing partitions, 1985) with the partitions of bootstrap samples.
    pub adjusted_rand: f64,
    /// What the same index reaches at most in 95 of 100 data sets of one normal distribution with these means and covariances.
    pub adjusted_rand_null: f64,
    /// The mean silhouette width (P. Rousseeuw 1987).
    pub silhouette: f64,
    /// The share of the variance that lies between the groups.
    pub explained: f64,
    /// How far the density falls between two groups, as a part of the lower of their peaks; of the two least apart.
    pub valley: f64,
}

/// The groups of all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    /// How many.
    pub k: usize,
    /// The group of each row from the largest on; none where a row lacks a column.
    pub of: Vec<Option<u8>>,
}

impl Tried {
    /// The similarity of the group that comes back least.
    #[must_use]
    pub fn least_jaccard(&self) -> f64 {
        self.jaccard.iter().copied().fold(1.0, f64::min)
    }

    /// Whether all groups come back.
    #[must_use]
    pub fn is_stable(&self) -> bool {
        self.least_jaccard() >= LEAST_JACCARD
    }

    /// Whether they come back more surely than the parts of one normal distribution.
    #[must_use]
    pub fn is_beyond_null(&self) -> bool {
        self.adjusted_rand > self.adjusted_rand_null
    }

    /// Whether there is a gap between any two.
    #[must_use]
    pub fn is_separate(&self) -> bool {
        self.valley <= DEEPEST
    }

    /// Whether these are groups and not parts of a whole.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.is_stable() && self.is_beyond_null() && self.is_separate()
    }
}

/// Looks for groups of rows.
pub fn clusters(columns: &[Column<'_>], watch: Watch<'_>) -> Result<Clusters, Error> {
    let prepared = Prepared::of(columns)?;
    let rows = &prepared.drawn;
    let done = AtomicUsize::new(0);
    let all = (DRAWS + 1) * (MOST - 1);
    let tell = || (watch.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, all);
    let of_rows: Vec<(Partition, Agreement)> = (2..=MOST)
        .into_par_iter()
        .map(|k| {
            let found = bootstrapped(rows, k, BOOTSTRAPS, &mut rng([0, k]), watch);
            tell();
            found
        })
        .collect::<Result<_, _>>()?;
    let normal = Normal::like(rows)?;
    let tasks: Vec<[usize; 2]> = (2..=MOST).flat_map(|k| (1..=DRAWS).map(move |draw| [draw, k])).collect();
    let nulls: Vec<f64> = tasks
        .into_par_iter()
        .map(|[draw, k]| {
            let data = normal.draw(rows.len(), &mut rng([draw, 0]));
            let found = bootstrapped(&data, k, BOOTSTRAPS_OF_A_DRAW, &mut rng([draw, k]), watch);
            tell();
            found.map(|(_, agreement)| agreement.adjusted_rand)
        })
        .collect::<Result<_, _>>()?;
    let partitions: Vec<&Partition> = of_rows.iter().map(|(partition, _)| partition).collect();
    let silhouettes = separation::silhouettes(rows, &partitions, watch)?;
    let total = k_means(rows, 1, 1, &mut rng([0, 1])).within;
    let tried: Vec<Tried> = of_rows
        .iter()
        .zip(nulls.chunks(DRAWS))
        .zip(silhouettes)
        .map(|(((partition, agreement), nulls), silhouette)| Tried {
            k: partition.k,
            jaccard: agreement.jaccard.clone(),
            adjusted_rand: agreement.adjusted_rand,
            adjusted_rand_null: second_largest(nulls),
            silhouette,
            explained: 1.0 - partition.within / total,
            valley: separation::valley(rows, partition),
        })
        .collect();
    let best = tried.iter().zip(partitions).filter(|(tried, _)| tried.is_there());
    let best = best.max_by(|(a, _), (b, _)| a.silhouette.total_cmp(&b.silhouette).then(b.k.cmp(&a.k)));
    let groups = best.map(|(_, partition)| Groups { k: partition.k, of: prepared.groups(columns, partition) });
    let (complete, drawn) = (prepared.complete.len(), rows.len());
    Ok(Clusters { columns: prepared.names, left_out: prepared.left_out, complete, drawn, tried, groups })
}

/// A partition, and how far those of bootstrap samples agree with it on the rows that were drawn.
fn bootstrapped(
    rows: &Rows,
    k: usize,
    samples: usize,
    rng: &mut Rng,
    watch: Watch<'_>,
) -> Result<(Partition, Agreement), Error> {
    let [starts, starts_of_sample] = STARTS;
    let partition = k_means(rows, k, starts, rng);
    let mut tables = Vec::with_capacity(samples);
    for _ in 0..samples {
        if (watch.is_stopped)() {
            return Err(Error::cancelled());
        }
        let (places, sample) = rows.bootstrap(rng);
        let other = k_means(&sample, k, starts_of_sample, rng);
        let before = places.iter().map(|place| partition.of[*place]);
        tables.push(agreement::table(before.zip(other.of.iter().copied())));
    }
    let agreement = agreement(&tables, k);
    Ok((partition, agreement))
}

/// The generator of a task: neighbours have nothing in common.
fn rng([draw, k]: [usize; 2]) -> Rng {
    let mut seeds = Rng::with_seed(SEED + (draw * (MOST + 1) + k) as u64);
    Rng::with_seed(seeds.u64(..))
}

/// Of 39 values one in twenty is above it.
fn second_largest(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.iter().rev().nth(1).copied().unwrap_or(1.0)
}
