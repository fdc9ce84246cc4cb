//! Chance, the same everywhere: a stream of numbers for each block, and ways to draw from distributions with it.
//!
//! Invariant: only additions, multiplications and comparisons of doubles, which IEEE 754 fixes to the last bit; so a
//! seed gives the same sample on every machine and for any number of threads.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::figures::{KNOTS, Quantiles};

pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// The stream of a block: xoshiro256++, seeded by `SplitMix64` from the seed and the block's number.
    pub(super) fn of_block(seed: u64, block: u64) -> Self {
        let mixed = seed ^ (block + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed))
    }

    /// Evenly from 0 up to, but never, 1.
    pub(super) fn part(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn is(&mut self, share: f64) -> bool {
        self.part() < share
    }

    /// A position, as often as its share says; the shares need not quite add up to one.
    pub(super) fn pick(&mut self, shares: &[f64]) -> usize {
        let mut left = self.part() * shares.iter().sum::<f64>();
        for (position, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return position;
            }
        }
        shares.iter().rposition(|share| *share > 0.0).unwrap_or(0)
    }

    /// Bell-shaped with mean 0 and standard deviation 1, within ±3.5: four even parts added up (Irwin and Hall).
    pub(super) fn bell(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum: u64 = (0..4).map(|i| bits >> (16 * i) & 0xffff).sum();
        (sum as f64 / 65_536.0 - 2.0) * 3.0_f64.sqrt()
    }

    /// A value of the distribution.
    pub(super) fn value(&mut self, quantiles: &Quantiles) -> f64 {
        value_at(quantiles, self.part())
    }
}

/// The value below which `part` of the distribution lies.
pub(super) fn value_at(quantiles: &Quantiles, part: f64) -> f64 {
    let above = KNOTS[1..KNOTS.len() - 1].partition_point(|knot| *knot <= part) + 1;
    let below = above - 1;
    let along = (part - KNOTS[below]) / (KNOTS[above] - KNOTS[below]);
    quantiles[below] + (quantiles[above] - quantiles[below]) * along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_the_knots() {
        let quantiles = KNOTS.map(|knot| knot * 100.0);
        for part in [0.0, 0.005, 0.01, 0.33, 0.5, 0.97, 0.995, 1.0] {
            assert!((value_at(&quantiles, part) - part * 100.0).abs() < 1e-9, "{part}");
        }
    }

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut chance = Chance::of_block(42, 0);
        let drawn = [chance.0.next_u64(), chance.0.next_u64(), Chance::of_block(42, 1).0.next_u64()];
        assert_eq!(drawn, [2_845_139_818_708_825_606, 6_675_629_701_598_325_590, 31_013_518_164_056_202]);
    }

    #[test]
    fn a_bell_has_mean_0_and_deviation_1() {
        let mut chance = Chance::of_block(1, 1);
        let drawn: Vec<f64> = (0..100_000).map(|_| chance.bell()).collect();
        let mean = drawn.iter().sum::<f64>() / 1e5;
        let square = drawn.iter().map(|value| value * value).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.01 && (square - 1.0).abs() < 0.02, "{mean} {square}");
    }
}
