//! Chance, the same everywhere: a stream of numbers for each block.
//!
//! Invariant: only additions, multiplications and comparisons of doubles, which IEEE 754 fixes to the last bit; so a
//! seed gives the same sample on every machine and for any number of threads.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut chance = Chance::of_block(42, 0);
        let drawn = [chance.0.next_u64(), chance.0.next_u64(), Chance::of_block(42, 1).0.next_u64()];
        assert_eq!(drawn, [2_845_139_818_708_825_606, 6_675_629_701_598_325_590, 31_013_518_164_056_202]);
    }
}
