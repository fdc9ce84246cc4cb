//! The customers' keys so far, so that none comes twice.
//!
//! Invariant: a bit a number where numbers are of 32 bits and not negative, else a hash of 128 bits a key: memory does not
//! hold the keys themselves.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, RandomState};

use contract::{Column, Kind};

use crate::block::{Block, Cells};

/// The keys so far.
pub(crate) enum Seen {
    /// One bit each, in pages that are made when first needed.
    Bits(Vec<Option<Box<[u64; 1024]>>>),
    Hashes(Hashes),
}

impl Seen {
    /// For the keys of a column.
    pub(crate) fn new(key: &Column) -> Self {
        match key.kind {
            Kind::Whole { min: 0.., max: ..=0x7fff_ffff } => Self::Bits(Vec::new()),
            _ => Self::Hashes(Hashes::new()),
        }
    }

    /// Takes the keys of a block; the positions of the rows whose key was there already.
    pub(crate) fn repeated(&mut self, block: &Block) -> Vec<usize> {
        fn repeated<K>(keys: impl Iterator<Item = K>, mut is_new: impl FnMut(K) -> bool) -> Vec<usize> {
            keys.enumerate().filter_map(|(row, key)| (!is_new(key)).then_some(row)).collect()
        }
        match (self, &block.columns[block.shape.key]) {
            (Self::Bits(pages), Cells::Int(numbers)) => {
                repeated(numbers.iter().copied(), |number| insert_bit(pages, number))
            }
            (Self::Hashes(hashes), Cells::Int(numbers)) => repeated(numbers.iter(), |number| hashes.insert(number)),
            (Self::Hashes(hashes), Cells::Long(numbers)) => repeated(numbers.iter(), |number| hashes.insert(number)),
            (Self::Hashes(hashes), Cells::Text(texts)) => repeated(texts.iter(), |text| hashes.insert(text)),
            // No other kind can be a key, by the contract.
            _ => Vec::new(),
        }
    }

    /// Takes the key of the block's newest row; whether it is new.
    pub(crate) fn insert_last(&mut self, block: &Block) -> bool {
        match (self, &block.columns[block.shape.contract.key_position()]) {
            (Self::Bits(pages), Cells::Int(numbers)) => numbers.last().is_none_or(|number| insert_bit(pages, *number)),
            (Self::Hashes(hashes), Cells::Int(numbers)) => numbers.last().is_none_or(|number| hashes.insert(number)),
            (Self::Hashes(hashes), Cells::Long(numbers)) => numbers.last().is_none_or(|number| hashes.insert(number)),
            (Self::Hashes(hashes), Cells::Text(texts)) => texts.last().is_none_or(|text| hashes.insert(text)),
            // No other kind can be a key, by the contract.
            _ => true,
        }
    }
}

/// Whether the number is new. Invariant: it is not negative.
fn insert_bit(pages: &mut Vec<Option<Box<[u64; 1024]>>>, number: i32) -> bool {
    let (page, bit) = (number as usize >> 16, number as usize & 0xffff);
    if page >= pages.len() {
        pages.resize_with(page + 1, || None);
    }
    let word = &mut pages[page].get_or_insert_with(|| Box::new([0; 1024]))[bit / 64];
    let is_new = *word & (1 << (bit % 64)) == 0;
    *word |= 1 << (bit % 64);
    is_new
}

/// Hashes of keys of any kind. Of 128 bits by two secret keys, so that no two keys meet by chance or by intent.
pub(crate) struct Hashes {
    hashers: [RandomState; 2],
    hashes: HashSet<u128>,
}

impl Hashes {
    pub(crate) fn new() -> Self {
        Self { hashers: [RandomState::new(), RandomState::new()], hashes: HashSet::new() }
    }

    /// Whether the key is new.
    pub(crate) fn insert<K: Hash + ?Sized>(&mut self, key: &K) -> bool {
        let hash = self.hash(key);
        self.hashes.insert(hash)
    }

    /// Whether the key came before.
    pub(crate) fn contains<K: Hash + ?Sized>(&self, key: &K) -> bool {
        self.hashes.contains(&self.hash(key))
    }

    fn hash<K: Hash + ?Sized>(&self, key: &K) -> u128 {
        let [high, low] = [&self.hashers[0], &self.hashers[1]].map(|hasher| u128::from(hasher.hash_one(key)));
        high << 64 | low
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use contract::Contract;

    use super::*;
    use crate::cell;
    use crate::shape::Shape;

    /// Whether each key of a column of that kind is new, in turn.
    fn are_new(kind: &str, keys: &[&str]) -> Vec<bool> {
        let text = format!("title = 't'\n[columns.k]\nrole = 'customer_key'\n{kind}\n");
        let shape = Shape::new(&Contract::parse("t.toml", &text).unwrap());
        let mut seen = Seen::new(shape.contract.key());
        let mut block = Block::with_capacity(Arc::clone(&shape), 4);
        let push = |key: &&str| {
            cell::push(&shape.readers[0], None, &mut block.columns[0], key.as_bytes()).unwrap();
            seen.insert_last(&block)
        };
        keys.iter().map(push).collect()
    }

    #[test]
    fn keys_of_all_kinds_are_known_again() {
        let expected = [true, true, false, true, false];
        assert_eq!(
            are_new("kind = 'whole'\nrange = [0, 2147483647]", &["0", "65536", "0", "2147483647", "65536"]),
            expected
        );
        assert_eq!(are_new("kind = 'whole'\nrange = [-9, 9]", &["-1", "1", "-1", "0", "1"]), expected);
        assert_eq!(
            are_new("kind = 'whole'\nrange = [0, 99999999999]", &["5", "99999999999", "5", "6", "99999999999"]),
            expected
        );
        assert_eq!(are_new("kind = 'text'", &["a", "A", "a", "", "A"]), expected);
    }
}
