//! A t-digest (Dunning & Ertl, "Computing Extremely Accurate Quantiles Using t-Digests", 2019): the distribution of any
//! number of values in bounded memory, exact while they are few and most exact at both ends.
//!
//! In: numbers in any order; digests of parts merge. Out: the value at a rank.
//! Invariant: up to [`EXACT`] values are kept as they are, and the answer is then the value at that very rank. Beyond,
//! neighbours are gathered in centroids whose weights the scale function `k1(q) = δ/2π · asin(2q − 1)` bounds: no
//! centroid spans more than one unit of k, so there are at most δ of them, and those at the ends hold a single value.
//! Least, greatest and infinite values are always exact.

use std::f64::consts::PI;

use super::percentile::rank;

/// δ: the most centroids. At 1000 the error of a middle quantile is below 0.05 % of the rank.
const COMPRESSION: f64 = 1000.0;

/// How many single values are kept before they are gathered.
const EXACT: usize = 10_000;

/// Some neighbouring values: their mean and their number.
#[derive(Clone, Copy, Debug)]
struct Centroid {
    mean: f64,
    weight: f64,
}

/// Gathers neighbours, which come in their order, in centroids. A sum that is divided once at the end is several times faster than
/// a mean that moves.
struct Gathering {
    total: f64,
    /// What values are multiplied by, so that their sum is finite.
    scale: f64,
    /// The weight of all centroids that are made.
    done: f64,
    /// The weight up to which the next one reaches.
    limit: f64,
    sum: f64,
    weight: f64,
    least: f64,
    greatest: f64,
    made: Vec<Centroid>,
}

impl Gathering {
    fn new(total: f64, scale: f64) -> Self {
        let limit = total * quantile_one_unit_on(0.0);
        Self { total, scale, done: 0.0, limit, sum: 0.0, weight: 0.0, least: 0.0, greatest: 0.0, made: Vec::new() }
    }

    fn take(&mut self, next: Centroid) {
        if self.weight == 0.0 || self.done + self.weight + next.weight > self.limit {
            self.close();
            self.limit = self.total * quantile_one_unit_on(self.done / self.total);
            self.least = next.mean;
        }
        self.sum += next.mean * self.scale * next.weight;
        self.weight += next.weight;
        self.greatest = next.mean;
    }

    /// Makes the centroid. Its mean lies between its values, however their sum was rounded.
    fn close(&mut self) {
        if self.weight > 0.0 {
            let mean = (self.sum / self.weight / self.scale).clamp(self.least, self.greatest);
            self.made.push(Centroid { mean, weight: self.weight });
            self.done += self.weight;
        }
        (self.sum, self.weight) = (0.0, 0.0);
    }

    fn finish(mut self) -> Vec<Centroid> {
        self.close();
        self.made
    }
}

/// The distribution of the values so far. Invariant: the centroids are sorted by their means and finite.
#[derive(Clone, Debug, Default)]
pub(super) struct TDigest {
    centroids: Vec<Centroid>,
    fresh: Vec<f64>,
    n_below: u64,
    n_above: u64,
    range: Option<(f64, f64)>,
}

impl TDigest {
    /// Takes a value in; NaN does not count.
    pub(super) fn add(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        if value == f64::INFINITY {
            self.n_above += 1;
        } else if value == f64::NEG_INFINITY {
            self.n_below += 1;
        } else {
            let (least, greatest) = self.range.unwrap_or((value, value));
            self.range = Some((least.min(value), greatest.max(value)));
            self.fresh.push(value);
            if self.fresh.len() > EXACT {
                self.compress();
            }
        }
    }

    /// Takes in all that another digest has seen.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n_below += other.n_below;
        self.n_above += other.n_above;
        other.fresh.iter().for_each(|value| self.add(*value));
        if let Some((least, greatest)) = other.range {
            let (own_least, own_greatest) = self.range.unwrap_or((least, greatest));
            self.range = Some((own_least.min(least), own_greatest.max(greatest)));
        }
        if !other.centroids.is_empty() {
            self.centroids.extend(&other.centroids);
            self.compress();
        }
    }

    /// Gathers all values in centroids.
    fn compress(&mut self) {
        let mut centroids = std::mem::take(&mut self.centroids);
        centroids.sort_by(|a, b| a.mean.total_cmp(&b.mean));
        let total = centroids.iter().map(|centroid| centroid.weight).sum::<f64>() + self.fresh.len() as f64;
        // Plain doubles sort several times faster than centroids do, and most are fresh.
        sort(&mut self.fresh);
        // Near the largest doubles their sum is none.
        let largest = self.range.map_or(0.0, |(least, greatest)| least.abs().max(greatest.abs()));
        let scale = if largest * total < f64::MAX { 1.0 } else { total.recip() };
        let mut gathering = Gathering::new(total, scale);
        let mut fresh = self.fresh.iter().map(|mean| Centroid { mean: *mean, weight: 1.0 }).peekable();
        for centroid in centroids {
            while let Some(next) = fresh.next_if(|next| next.mean < centroid.mean) {
                gathering.take(next);
            }
            gathering.take(centroid);
        }
        fresh.for_each(|next| gathering.take(next));
        self.centroids = gathering.finish();
        self.fresh.clear();
    }

    /// The value at the quantile `p`, see [`rank`]; `None` of no values.
    pub(super) fn quantile(&mut self, p: f64) -> Option<f64> {
        if !self.centroids.is_empty() && !self.fresh.is_empty() {
            self.compress();
        }
        self.fresh.sort_by(f64::total_cmp);
        let n_finite = self.fresh.len() as u64 + self.centroids.iter().map(|c| c.weight as u64).sum::<u64>();
        let n = self.n_below + n_finite + self.n_above;
        let rank = rank(p, n)?;
        Some(if rank < self.n_below {
            f64::NEG_INFINITY
        } else if rank >= self.n_below + n_finite {
            f64::INFINITY
        } else {
            self.at_rank((rank - self.n_below) as usize, n_finite)
        })
    }

    /// The finite value at a rank from zero; between two centroids' middles on the straight line between their means.
    fn at_rank(&self, rank: usize, n: u64) -> f64 {
        if let Some(value) = self.fresh.get(rank) {
            return *value;
        }
        let (least, greatest) = self.range.unwrap_or_default();
        let rank = rank as f64;
        let mut before = (0.0, least);
        let mut passed = 0.0;
        for centroid in &self.centroids {
            let middle = passed + (centroid.weight - 1.0) / 2.0;
            if rank <= middle {
                return between(before, (middle, centroid.mean), rank);
            }
            before = (middle, centroid.mean);
            passed += centroid.weight;
        }
        between(before, (n as f64 - 1.0, greatest), rank)
    }
}

/// Fewer values than these are sorted by comparing them.
const FEW: usize = 512;

/// So many buckets, by the bits behind those that all values have in common.
const BUCKET_BITS: u32 = 13;

/// A bucket of more values is sorted by itself.
const FULL_BUCKET: usize = 24;

/// Sorts as [`f64::total_cmp`] orders, of many values by putting each into its bucket first.
fn sort(values: &mut Vec<f64>) {
    if values.len() < FEW {
        values.sort_unstable_by(f64::total_cmp);
        return;
    }
    // Numbers that order as the doubles do: the bits, with the sign turned, and all of them where it was set.
    let keys = || values.iter().map(|value| key(value.to_bits()));
    let (least, greatest) = keys().fold((u64::MAX, 0), |(least, greatest), key| (least.min(key), greatest.max(key)));
    let shift = (u64::BITS - (greatest - least).leading_zeros()).saturating_sub(BUCKET_BITS);
    let bucket = |key: u64| ((key - least) >> shift) as usize;
    let mut ends = vec![0_u32; 1 << BUCKET_BITS];
    keys().for_each(|key| ends[bucket(key)] += 1);
    let mut end = 0;
    for count in &mut ends {
        end += *count;
        *count = end - *count;
    }
    let mut sorted = vec![0; values.len()];
    for key in keys() {
        let next = &mut ends[bucket(key)];
        sorted[*next as usize] = key;
        *next += 1;
    }
    let mut start = 0;
    for end in ends {
        let part = &mut sorted[start..end as usize];
        if part.len() > FULL_BUCKET {
            part.sort_unstable();
        }
        start = end as usize;
    }
    // What is left to do lies within one bucket each.
    for at in 1..sorted.len() {
        let (key, mut to) = (sorted[at], at);
        while to > 0 && sorted[to - 1] > key {
            sorted[to] = sorted[to - 1];
            to -= 1;
        }
        sorted[to] = key;
    }
    values.clear();
    values.extend(sorted.into_iter().map(|key| f64::from_bits(bits(key))));
}

const SIGN: u64 = 1 << 63;

fn key(bits: u64) -> u64 {
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn bits(key: u64) -> u64 {
    if key & SIGN == 0 { !key } else { key & !SIGN }
}

/// `k1⁻¹(k1(q) + 1)`: how far a centroid that starts at the quantile `q` may reach.
fn quantile_one_unit_on(q: f64) -> f64 {
    let k = COMPRESSION / (2.0 * PI) * (2.0 * q - 1.0).clamp(-1.0, 1.0).asin() + 1.0;
    let angle = k * 2.0 * PI / COMPRESSION;
    if angle >= PI / 2.0 { 1.0 } else { f64::midpoint(angle.sin(), 1.0) }
}

fn between(from: (f64, f64), to: (f64, f64), at: f64) -> f64 {
    let width = to.0 - from.0;
    if width <= 0.0 { to.1 } else { (from.1 + (to.1 - from.1) * ((at - from.0) / width)).clamp(from.1, to.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(values: impl IntoIterator<Item = f64>) -> TDigest {
        let mut digest = TDigest::default();
        values.into_iter().for_each(|value| digest.add(value));
        digest
    }

    #[test]
    fn many_values_are_sorted_as_few_are() {
        let mut next = 1_u64;
        let mut values: Vec<f64> = (0..3_000)
            .map(|i| {
                next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                match i % 5 {
                    0 => f64::from((next >> 48) as u32) - 30_000.0,
                    1 => -0.0,
                    2 => 0.0,
                    3 => (next >> 11) as f64 * 1e-300,
                    _ => -((next >> 40) as f64) / 7.0,
                }
            })
            .collect();
        let mut expected = values.clone();
        expected.sort_by(f64::total_cmp);
        sort(&mut values);
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&values), bits(&expected));
    }

    #[test]
    fn few_values_give_the_very_value_at_the_rank() {
        let mut few = digest([5.0, 1.0, 3.0, f64::NAN]);
        assert_eq!([0.0, 0.34, 0.5, 1.0].map(|p| few.quantile(p)), [1.0, 3.0, 3.0, 5.0].map(Some));
        assert_eq!(digest([1.0, 2.0]).quantile(0.5), Some(1.0));
        assert_eq!(digest([]).quantile(0.5), None);
        assert_eq!(digest([f64::INFINITY, 1.0, f64::NEG_INFINITY]).quantile(0.9), Some(f64::INFINITY));
    }

    #[test]
    fn many_values_stay_within_a_thousandth_of_the_rank_and_in_bounded_memory() {
        let n = 300_000_u32;
        // A full-period generator, so that each of the values comes once, in no order.
        let mut next = 1_u32;
        let mut parts = [TDigest::default(), TDigest::default()];
        for i in 0..n {
            next = (next * 7 + 11) % n;
            parts[(i % 2) as usize].add(f64::from(i.wrapping_mul(7919) % n));
        }
        let (first, second) = parts.split_at_mut(1);
        first[0].merge(&second[0]);
        let whole = &mut first[0];
        for p in [0.0, 0.0001, 0.01, 0.25, 0.5, 0.9, 0.999, 1.0] {
            let found = whole.quantile(p).unwrap();
            assert!((found / f64::from(n) - p).abs() < 0.001, "{p}: {found}");
        }
        assert_eq!(whole.quantile(0.0), Some(0.0));
        assert_eq!(whole.quantile(1.0), Some(f64::from(n - 1)));
        assert!(whole.centroids.len() as f64 <= COMPRESSION, "{}", whole.centroids.len());
    }
}
