//! `$bitsAllSet $bitsAllClear $bitsAnySet $bitsAnyClear`, on one value.
//!
//! MongoDB: a number has bits if it is whole and fits a long: 64 of them, and its sign in all that follow. Binary data
//! has those of its bytes, the first byte lowest, and zeros behind. Other values have none and match nothing.

use bson::Bson;
use bson::spec::BinarySubtype;
use pipeline::ast::BitTest;

use crate::value::Number;

/// Whether the bits of a value at these positions are as asked.
pub(super) fn holds(test: BitTest, positions: &[u32], value: Option<&Bson>) -> bool {
    match value {
        Some(Bson::Binary(binary)) => {
            // Subtype 2 has its length once more in front.
            let length = (binary.bytes.len() as u32).to_le_bytes();
            let front: &[u8] = if binary.subtype == BinarySubtype::BinaryOld { &length } else { &[] };
            let behind = |at: usize| binary.bytes.get(at - front.len());
            let byte = |at: usize| front.get(at).or_else(|| behind(at)).copied().unwrap_or(0);
            answer(test, positions, |at| byte(at as usize / 8) >> (at % 8) & 1 == 1)
        }
        Some(value) => match Number::of(value).and_then(Number::to_whole) {
            Some(number) => answer(test, positions, |at| number >> at.min(63) & 1 == 1),
            None => false,
        },
        None => false,
    }
}

fn answer(test: BitTest, positions: &[u32], is_set: impl Fn(u32) -> bool) -> bool {
    let mut positions = positions.iter();
    match test {
        BitTest::AllSet => positions.all(|at| is_set(*at)),
        BitTest::AllClear => !positions.any(|at| is_set(*at)),
        BitTest::AnySet => positions.any(|at| is_set(*at)),
        BitTest::AnyClear => !positions.all(|at| is_set(*at)),
    }
}

#[cfg(test)]
mod tests {
    use bson::{Binary, bson};

    use super::*;

    #[test]
    fn numbers_have_their_sign_in_all_high_bits() {
        let holds = |test, positions: &[u32], value: Bson| holds(test, positions, Some(&value));
        assert!(holds(BitTest::AllSet, &[0, 2], bson!(5)));
        assert!(holds(BitTest::AllSet, &[1, 63, 200], bson!(-2.0)));
        assert!(!holds(BitTest::AllClear, &[0, 1], bson!(5_i64)));
        assert!(holds(BitTest::AnyClear, &[0, 1], bson!(5)));
        assert!(!holds(BitTest::AnySet, &[], bson!(5)));
        assert!(!holds(BitTest::AllClear, &[40], bson!(5.5)));
        assert!(!holds(BitTest::AllClear, &[40], bson!("5")));
    }

    #[test]
    fn binary_data_has_zeros_behind_it() {
        let binary = |subtype, bytes: &[u8]| Bson::Binary(Binary { subtype, bytes: bytes.to_vec() });
        let generic = binary(BinarySubtype::Generic, &[5, 1]);
        assert!(holds(BitTest::AllSet, &[0, 2, 8], Some(&generic)));
        assert!(holds(BitTest::AllClear, &[9, 5000], Some(&generic)));
        assert!(holds(BitTest::AllSet, &[1, 32, 34, 40], Some(&binary(BinarySubtype::BinaryOld, &[5, 1]))));
    }
}
