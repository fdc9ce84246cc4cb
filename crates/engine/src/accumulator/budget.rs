//! How much an accumulator that keeps its values may keep.

use bson::Bson;

use crate::Error;
use crate::stage::size;

/// MongoDB: the memory that one accumulator of one group may use.
const LIMIT_BYTES: usize = 100 * 1024 * 1024;

/// What an accumulator has kept so far, in bytes as BSON, which the server counts, and in memory.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    accumulator: &'static str,
    spent_bytes: usize,
    memory_bytes: usize,
}

impl Budget {
    pub(super) fn new(accumulator: &'static str) -> Self {
        Self { accumulator, spent_bytes: 0, memory_bytes: 0 }
    }

    pub(super) fn spend(&mut self, value: &Bson) -> Result<(), Error> {
        self.memory_bytes += size_of::<Bson>() + size::of_value_in_memory(value);
        self.spend_bytes(size::of(value))
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.memory_bytes += other.memory_bytes;
        self.spend_bytes(other.spent_bytes)
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    fn spend_bytes(&mut self, bytes: usize) -> Result<(), Error> {
        self.spent_bytes += bytes;
        if self.spent_bytes > LIMIT_BYTES {
            return Err(Error::coded(
                146,
                format!(
                    "`{}` used too much memory and cannot spill to disk; memory limit: {LIMIT_BYTES} bytes",
                    self.accumulator
                ),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_over_all_blocks() {
        let row = Bson::String("x".repeat(60 << 20));
        let (mut first, mut second) = (Budget::new("$push"), Budget::new("$push"));
        assert_eq!(first.spend(&row), Ok(()));
        assert_eq!(second.spend(&row), Ok(()));
        assert_eq!(first.merge(&second).unwrap_err().code(), Some(146));
    }
}
