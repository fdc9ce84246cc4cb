//! Sums by group over blocks, exact where it matters and fast where it pays.
//!
//! In: a block's group numbers and the numbers to add. Out: for each group the sum, as [`value::Sum`] would give it.
//!
//! Integers add up in 64 bits: the plan admits only columns for which that cannot overflow.
//!
//! Doubles must not lose what plain addition rounds away, but a compensated addition for every row is slow. So a block's
//! numbers are split at a common binary place into a high and a low part such that up to [`MAX_PENDING`] of either sum
//! up plainly without any rounding, in a few independent lanes so that one addition need not wait for the one before;
//! these sums then go into the compensated one. Numbers too far apart in size go there one by one.

use crate::value::{Number, Sum};

/// Lanes per group, where there are few groups.
const LANES: usize = 4;
/// Up to so many groups the lanes are worth their emptying.
const FEW_GROUPS: usize = 256;
/// How many numbers the lanes take before they are emptied: 2^16 parts of 37 bits fill the 53 bits of a double.
const MAX_PENDING: usize = 65_536;
/// How many bits a part may have.
const PART_BITS: i32 = 37;
/// How far apart the exponents may be: what is below the high part's last bit, 37 bits down, ends 53 bits below the least
/// exponent, and must have 37 bits itself.
const MAX_SPREAD: i32 = 2 * PART_BITS - 53 + 1;
/// Numbers of this size and beyond (also infinities and NaN) are not split.
const GREATEST_EXPONENT: i32 = 960;

/// Sums of integers by group.
#[derive(Debug, Default)]
pub(crate) struct IntSums(Vec<i64>);

impl IntSums {
    /// Adds each row's value to its group's sum, but for the absent.
    pub(crate) fn add(&mut self, n_groups: usize, groups: &[u32], values: &[i64], absent: Option<&[bool]>) {
        if self.0.len() < n_groups {
            self.0.resize(n_groups, 0);
        }
        if let Some(absent) = absent {
            for ((group, value), absent) in groups.iter().zip(values).zip(absent) {
                self.0[*group as usize] += if *absent { 0 } else { *value };
            }
            return;
        }
        if n_groups > FEW_GROUPS {
            groups.iter().zip(values).for_each(|(group, value)| self.0[*group as usize] += value);
            return;
        }
        let mut lanes = [[0_i64; LANES]; FEW_GROUPS];
        let (groups, groups_left) = groups.as_chunks::<LANES>();
        let (values, values_left) = values.as_chunks::<LANES>();
        for (groups, values) in groups.iter().zip(values) {
            (0..LANES).for_each(|lane| lanes[groups[lane] as usize % FEW_GROUPS][lane] += values[lane]);
        }
        groups_left.iter().zip(values_left).for_each(|(group, value)| self.0[*group as usize] += value);
        self.0.iter_mut().zip(lanes).for_each(|(sum, lanes)| *sum += lanes.iter().sum::<i64>());
    }

    /// Adds 1 to each row's group.
    pub(crate) fn count(&mut self, n_groups: usize, groups: &[u32]) {
        if self.0.len() < n_groups {
            self.0.resize(n_groups, 0);
        }
        if n_groups > FEW_GROUPS {
            for group in groups {
                self.0[*group as usize] += 1;
            }
            return;
        }
        let mut lanes = [[0_i64; LANES]; FEW_GROUPS];
        let (groups, left) = groups.as_chunks::<LANES>();
        for groups in groups {
            (0..LANES).for_each(|lane| lanes[groups[lane] as usize % FEW_GROUPS][lane] += 1);
        }
        for group in left {
            self.0[*group as usize] += 1;
        }
        self.0.iter_mut().zip(lanes).for_each(|(sum, lanes)| *sum += lanes.iter().sum::<i64>());
    }

    pub(crate) fn add_to(&mut self, group: usize, value: i64) {
        if self.0.len() <= group {
            self.0.resize(group + 1, 0);
        }
        self.0[group] += value;
    }

    pub(crate) fn get(&self, group: usize) -> i64 {
        self.0.get(group).copied().unwrap_or(0)
    }
}

/// Sums of doubles by group.
#[derive(Debug)]
pub(crate) struct DoubleSums {
    totals: Vec<Sum>,
    /// High and low part, lane by lane.
    pending: Vec<[[f64; 2]; LANES]>,
    n_pending: usize,
    /// Adding and subtracting this rounds a number to the common place.
    splitter: f64,
    exponent: i32,
}

impl Default for DoubleSums {
    fn default() -> Self {
        Self { totals: Vec::new(), pending: Vec::new(), n_pending: 0, splitter: 0.0, exponent: -100_000 }
    }
}

impl DoubleSums {
    /// Adds each row's value to its group's sum, but for the absent. `known` are exponents that bound the values, if some
    /// were found before.
    pub(crate) fn add(
        &mut self,
        n_groups: usize,
        groups: &[u32],
        values: &[f64],
        absent: Option<&[bool]>,
        known: Option<Exponents>,
    ) {
        if self.totals.len() < n_groups {
            self.totals.resize(n_groups, Sum::new());
        }
        if let Some(absent) = absent {
            // A zero adds nothing.
            let present: Vec<f64> =
                values.iter().zip(absent).map(|(x, absent)| if *absent { 0.0 } else { *x }).collect();
            return self.add(n_groups, groups, &present, None, known);
        }
        let exponents = known.filter(|known| known.are_near()).unwrap_or_else(|| Exponents::of(values));
        if n_groups > FEW_GROUPS || !exponents.are_near() {
            groups.iter().zip(values).for_each(|(group, x)| self.totals[*group as usize].add(Number::Double(*x)));
            return;
        }
        self.make_room(exponents, values.len());
        let splitter = self.splitter;
        let pending = &mut self.pending[..n_groups];
        let mut add = |lane: usize, group: u32, value: f64| {
            let high = (value + splitter) - splitter;
            let parts = &mut pending[group as usize][lane];
            *parts = [parts[0] + high, parts[1] + (value - high)];
        };
        let (groups, groups_left) = groups.as_chunks::<LANES>();
        let (values, values_left) = values.as_chunks::<LANES>();
        for (groups, values) in groups.iter().zip(values) {
            (0..LANES).for_each(|lane| add(lane, groups[lane], values[lane]));
        }
        groups_left.iter().zip(values_left).for_each(|(group, value)| add(0, *group, *value));
        let n = groups.len() * LANES + groups_left.len();
        self.n_pending += n;
    }
    /// Empties the lanes where the next numbers are too many or of another size, and sets the common place.
    fn make_room(&mut self, Exponents { least, greatest }: Exponents, n: usize) {
        let is_other_size = greatest > self.exponent || self.exponent.saturating_sub(least) > MAX_SPREAD;
        if self.n_pending + n > MAX_PENDING || is_other_size {
            self.flush();
        }
        if is_other_size {
            self.exponent = greatest;
            // Rounds to multiples of 2^(greatest - 37): 1.5 × 2^52 of them is where doubles have just that spacing.
            self.splitter = 1.5 * 2_f64.powi(greatest - PART_BITS + 52);
        }
        self.pending.resize(self.totals.len(), [[0.0; 2]; LANES]);
    }

    fn flush(&mut self) {
        for (total, parts) in self.totals.iter_mut().zip(&mut self.pending) {
            for lane in parts.iter_mut() {
                for part in lane {
                    if *part != 0.0 {
                        total.add(Number::Double(*part));
                        *part = 0.0;
                    }
                }
            }
        }
        self.n_pending = 0;
    }

    /// What was added to one group of a later block.
    pub(crate) fn merge_group(&mut self, group: usize, other: &Sum) {
        if self.totals.len() <= group {
            self.totals.resize(group + 1, Sum::new());
        }
        self.totals[group].merge(other);
    }

    /// All sums, by group. One to which only zeros were added may still have the type of an empty sum.
    pub(crate) fn finish(mut self) -> Vec<Sum> {
        self.flush();
        self.totals
    }
}

/// The exponents `e` with `2^(e-1) <= |x| < 2^e` of the least and greatest of some numbers, zeros aside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exponents {
    least: i32,
    /// Beyond [`GREATEST_EXPONENT`] where a number is not finite.
    greatest: i32,
}

impl Exponents {
    pub(crate) fn of(values: &[f64]) -> Self {
        // The upper half of a double's bits grows with its size and holds the exponent: integers have fast extremes.
        let upper = |x: f64| (x.to_bits() >> 32) as i32 & i32::MAX;
        let lesser = |least: i32, upper: i32| least.min(if upper == 0 { i32::MAX } else { upper });
        let (mut least, mut greatest) = ([i32::MAX; 8], [0_i32; 8]);
        let (chunks, rest) = values.as_chunks::<8>();
        for chunk in chunks {
            for lane in 0..8 {
                let upper = upper(chunk[lane]);
                greatest[lane] = greatest[lane].max(upper);
                least[lane] = lesser(least[lane], upper);
            }
        }
        for x in rest {
            greatest[0] = greatest[0].max(upper(*x));
            least[0] = lesser(least[0], upper(*x));
        }
        let least = least.into_iter().fold(i32::MAX, i32::min);
        let greatest = greatest.into_iter().fold(0, i32::max);
        Self {
            least: if least == i32::MAX { i32::MAX } else { (least >> 20) - 1022 },
            // Below this the splitter would be no normal number; nothing there can round.
            greatest: ((greatest >> 20) - 1022).max(-900),
        }
    }

    /// Whether the numbers can be split.
    fn are_near(self) -> bool {
        self.greatest <= GREATEST_EXPONENT && self.greatest.saturating_sub(self.least) <= MAX_SPREAD
    }
}

#[cfg(test)]
mod tests {
    use bson::Bson;

    use super::*;

    fn doubles(blocks: &[(&[u32], &[f64])], n_groups: usize) -> Vec<Bson> {
        let mut sums = DoubleSums::default();
        for (groups, values) in blocks {
            sums.add(n_groups, groups, values, None, None);
        }
        sums.finish().iter().map(|sum| sum.total().into_bson()).collect()
    }

    #[test]
    fn tenths_add_up_and_groups_stay_apart() {
        let groups: Vec<u32> = (0..20).map(|row| row % 2).collect();
        assert_eq!(doubles(&[(&groups, &[0.1; 20])], 2), vec![Bson::Double(1.0); 2]);
    }

    #[test]
    fn a_million_mixed_sizes_sum_as_the_compensated_sum_does() {
        let values: Vec<f64> =
            (0..1_000_000_u32).map(|i| f64::from(i % 977) * 1.1 + 1e-3 * f64::from(i % 13)).collect();
        let groups: Vec<u32> = (0..1_000_000).map(|i| i % 7).collect();
        let mut sums = DoubleSums::default();
        let mut exact = vec![Sum::new(); 7];
        for (groups, values) in groups.chunks(8192).zip(values.chunks(8192)) {
            sums.add(7, groups, values, None, None);
            groups.iter().zip(values).for_each(|(group, x)| exact[*group as usize].add(Number::Double(*x)));
        }
        for (ours, exact) in sums.finish().iter().zip(&exact) {
            assert_eq!(ours.double_total(), exact.double_total());
        }
    }

    #[test]
    fn sizes_far_apart_sum_as_the_compensated_sum_does() {
        let blocks: &[(&[u32], &[f64])] = &[(&[0, 0], &[1e200, 1.0]), (&[0, 0], &[-1e200, 1e-9])];
        assert_eq!(doubles(blocks, 1), [Bson::Double(1.000_000_001)]);
        assert_eq!(doubles(&[(&[0, 0], &[f64::INFINITY, 1.0])], 1), [Bson::Double(f64::INFINITY)]);
    }
}
