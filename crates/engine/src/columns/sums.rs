//! Sums by group over blocks, exact where it matters and fast where it pays.
//!
//! In: a block's group numbers and the numbers to add. Out: for each group the sum, as [`value::Sum`] would give it.
//!
//! Integers add up in 64 bits: the plan admits only columns for which that cannot overflow.
//!
//! Doubles must not lose what plain addition rounds away, but a compensated addition for every row is slow. So a block's
//! numbers are split at a common binary place into a high part, of which up to [`MAX_PENDING`] sum up without any
//! rounding, and a low part, whose rounding is some 2^-70 of the largest number. Both are added up plainly, in a few
//! independent lanes so that one addition need not wait for the one before, and then go into the compensated sum.

use crate::value::{Number, Sum};

/// Lanes per group, where there are few groups.
const LANES: usize = 4;
/// Up to so many groups the lanes are worth their emptying.
const FEW_GROUPS: usize = 256;
/// How many numbers the lanes take before they are emptied: 2^16 high parts of 37 bits fill the 53 bits of a double.
const MAX_PENDING: usize = 65_536;

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
        for (groups, values) in groups.chunks(LANES).zip(values.chunks(LANES)) {
            for (lane, (group, value)) in groups.iter().zip(values).enumerate() {
                lanes[*group as usize % FEW_GROUPS][lane] += value;
            }
        }
        self.0.iter_mut().zip(lanes).for_each(|(sum, lanes)| *sum += lanes.iter().sum::<i64>());
    }

    /// Adds 1 to each row's group.
    pub(crate) fn count(&mut self, n_groups: usize, groups: &[u32]) {
        if self.0.len() < n_groups {
            self.0.resize(n_groups, 0);
        }
        if n_groups > FEW_GROUPS {
            groups.iter().for_each(|group| self.0[*group as usize] += 1);
            return;
        }
        let mut lanes = [[0_i64; LANES]; FEW_GROUPS];
        for groups in groups.chunks(LANES) {
            for (lane, group) in groups.iter().enumerate() {
                lanes[*group as usize % FEW_GROUPS][lane] += 1;
            }
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
    pending: Vec<[[f64; LANES]; 2]>,
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
    pub(crate) fn add(&mut self, n_groups: usize, groups: &[u32], values: &[f64], absent: Option<&[bool]>) {
        if self.totals.len() < n_groups {
            self.totals.resize(n_groups, Sum::new());
        }
        if let Some(absent) = absent {
            // A zero adds nothing.
            let present: Vec<f64> =
                values.iter().zip(absent).map(|(x, absent)| if *absent { 0.0 } else { *x }).collect();
            return self.add(n_groups, groups, &present, None);
        }
        let is_finite = values.iter().fold(0.0, |sum, x| sum + x * 0.0) == 0.0;
        let largest = values.iter().fold(0.0_f64, |largest, x| if x.abs() > largest { x.abs() } else { largest });
        if n_groups > FEW_GROUPS || !is_finite || largest > 1e290 {
            groups.iter().zip(values).for_each(|(group, x)| self.totals[*group as usize].add(Number::Double(*x)));
            return;
        }
        self.make_room(largest, values.len());
        let splitter = self.splitter;
        let pending = &mut self.pending[..n_groups];
        for (groups, values) in groups.chunks(LANES).zip(values.chunks(LANES)) {
            for (lane, (group, value)) in groups.iter().zip(values).enumerate() {
                let high = (value + splitter) - splitter;
                let [highs, lows] = &mut pending[*group as usize];
                highs[lane] += high;
                lows[lane] += value - high;
            }
        }
        self.n_pending += values.len();
    }

    /// Empties the lanes where the next numbers are too many or of another size, and sets the common place.
    fn make_room(&mut self, largest: f64, n: usize) {
        let exponent = exponent_above(largest);
        let is_other_size = exponent > self.exponent || exponent < self.exponent - 8;
        if self.n_pending + n > MAX_PENDING || is_other_size {
            self.flush();
        }
        if is_other_size {
            // Numbers below 2^exponent keep 37 bits above the place: 1.5 × 2^52 times the place's unit is the splitter.
            self.exponent = exponent;
            self.splitter = 1.5 * 2_f64.powi(exponent - 37 + 52);
        }
        self.pending.resize(self.totals.len(), [[0.0; LANES]; 2]);
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

/// The least exponent `e` with `x < 2^e`.
fn exponent_above(x: f64) -> i32 {
    let biased = (x.to_bits() >> 52) & 0x7ff;
    // Below this the splitter would be no normal number; nothing there can round.
    (biased as i32 - 1022).max(-900)
}

#[cfg(test)]
mod tests {
    use bson::Bson;

    use super::*;

    fn doubles(blocks: &[(&[u32], &[f64])], n_groups: usize) -> Vec<Bson> {
        let mut sums = DoubleSums::default();
        blocks.iter().for_each(|(groups, values)| sums.add(n_groups, groups, values, None));
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
            sums.add(7, groups, values, None);
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
