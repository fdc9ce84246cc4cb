//! Chance: the same numbers for the same seed, and the nasty values that it draws.
//!
//! Invariant: a value is drawn by its place in these lists alone, so a seed makes the same statements on every machine.

use bson::oid::ObjectId;
use bson::raw::CString;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Document, Regex, Timestamp};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// A stream of numbers.
pub(crate) struct Chance(Xoshiro256PlusPlus);

/// Texts that trip up: empty, not ASCII, beyond the basic plane, digits, dots, blanks, a date, a line break.
const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "abc",
    "ABC",
    "Hello World",
    "héllo",
    "日本",
    "😀x",
    "a.b",
    "5",
    "-3.5",
    " pad ",
    "aXbXc",
    "2024-02-29",
    "true",
    "x\ny",
    "507f1f77bcf86cd799439011",
    "ﬀ",
    "e\u{301}",
];
/// Milliseconds: the epoch and its neighbours, leap days, ends of years, changes of clocks, long ago.
const DATES: &[i64] = &[
    0,
    -1,
    1,
    1_709_210_096_789,
    1_704_067_200_000,
    1_735_689_599_999,
    -2_208_988_800_000,
    1_711_846_799_999,
    1_730_611_800_000,
    951_782_400_000,
];
const INTS: &[i32] = &[0, 1, -1, 2, 3, 5, 7, 10, 100, i32::MAX, i32::MIN];
const LONGS: &[i64] = &[0, 1, -3, 1 << 31, (1 << 53) + 1, i64::MAX, i64::MIN];
const DOUBLES: &[f64] = &[
    0.0,
    -0.0,
    0.5,
    1.0,
    1.5,
    2.5,
    -2.5,
    3.7,
    -3.7,
    1e10,
    1e300,
    -1e300,
    5e-324,
    0.1,
    9_007_199_254_740_993.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];
const DECIMALS: &[&str] =
    &["1", "0.1", "2.50", "-7.5", "NaN", "Infinity", "-Infinity", "1E+3", "0", "-0.00", "9999999999999999999"];
const KEYS: &[&str] = &["x", "y", "z", "p"];

impl Chance {
    /// The stream of a seed and a number.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mixed = seed ^ (stream + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed))
    }

    /// A number from 0 to `n - 1`; 0 for an `n` of 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as usize) as i32
    }

    /// True as often as `share` says.
    pub(crate) fn is(&mut self, share: f64) -> bool {
        ((self.0.next_u64() >> 11) as f64) < share * (1_u64 << 53) as f64
    }

    /// One of a list.
    pub(crate) fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Some of a list, in the list's order.
    pub(crate) fn some<T: Clone>(&mut self, list: &[T], n: usize) -> Vec<T> {
        let mut left = n.min(list.len());
        let mut chosen = Vec::new();
        for (at, item) in list.iter().enumerate() {
            if self.below(list.len() - at) < left {
                chosen.push(item.clone());
                left -= 1;
            }
        }
        chosen
    }

    /// So many values.
    pub(crate) fn list(&mut self, n: usize, mut one: impl FnMut(&mut Self) -> Bson) -> Bson {
        Bson::Array((0..n).map(|_| one(self)).collect())
    }

    pub(crate) fn text(&mut self) -> Bson {
        Bson::from(self.pick(TEXTS))
    }

    pub(crate) fn date(&mut self) -> Bson {
        Bson::DateTime(DateTime::from_millis(self.pick(DATES)))
    }

    /// A number, more often a small one that computes to something.
    pub(crate) fn number(&mut self) -> Bson {
        if self.is(0.6) { self.tame_number() } else { self.wild_number() }
    }

    pub(crate) fn tame_number(&mut self) -> Bson {
        match self.below(10) {
            0..5 => Bson::Int32(self.pick(&[0, 1, 2, 3, 5, -1, -2, 10])),
            5 | 6 => Bson::Int64(self.pick(&[2, 4])),
            7 | 8 => Bson::Double(self.pick(&[0.5, 1.0, 1.5, 2.0, 2.5])),
            _ => decimal("1.5"),
        }
    }

    pub(crate) fn wild_number(&mut self) -> Bson {
        match self.below(10) {
            0..3 => Bson::Int32(self.pick(INTS)),
            3..5 => Bson::Int64(self.pick(LONGS)),
            5..8 => Bson::Double(self.pick(DOUBLES)),
            _ => decimal(self.pick(DECIMALS)),
        }
    }

    /// A value that is neither array nor object.
    pub(crate) fn scalar(&mut self) -> Bson {
        match self.below(20) {
            0..8 => self.number(),
            8..12 => self.text(),
            12 | 13 => self.date(),
            14 | 15 => Bson::Boolean(self.is(0.5)),
            16 | 17 => Bson::Null,
            _ => self.rare(),
        }
    }

    /// A value of a type that analyses seldom meet.
    fn rare(&mut self) -> Bson {
        let binary = |bytes: &[u8]| Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: bytes.to_vec() });
        match self.below(9) {
            0 => Bson::ObjectId(ObjectId::from_bytes([
                0x50, 0x7f, 0x1f, 0x77, 0xbc, 0xf8, 0x6c, 0xd7, 0x99, 0x43, 0x90, 0x11,
            ])),
            1 => Bson::ObjectId(ObjectId::from_bytes([
                0x50, 0x7f, 0x1f, 0x77, 0xbc, 0xf8, 0x6c, 0xd7, 0x99, 0x43, 0x90, 0x12,
            ])),
            2 => Bson::Timestamp(Timestamp { time: 1, increment: 2 }),
            3 => Bson::Timestamp(Timestamp { time: 1_709_210_096, increment: 1 }),
            4 => Bson::MinKey,
            5 => Bson::MaxKey,
            6 => regex("a", "i"),
            7 => binary(b"hi"),
            _ => binary(b""),
        }
    }

    /// Any value, at most so deep.
    pub(crate) fn value(&mut self, depth: usize) -> Bson {
        match self.below(10) {
            _ if depth == 0 => self.scalar(),
            0..6 => self.scalar(),
            6 | 7 => self.array(depth - 1),
            _ => Bson::Document(self.object(depth - 1)),
        }
    }

    pub(crate) fn array(&mut self, depth: usize) -> Bson {
        let n = self.below(5);
        match self.below(20) {
            0..8 => self.list(n, Self::number),
            8..11 => self.list(n, Self::text),
            11..15 => self.list(n, |chance| Bson::Document(chance.object(depth.saturating_sub(1)))),
            _ => self.list(n, |chance| chance.value(depth)),
        }
    }

    pub(crate) fn object(&mut self, depth: usize) -> Document {
        let n = self.below(4);
        let mut keys = self.some(KEYS, n);
        if self.is(0.3) {
            keys.reverse();
        }
        keys.into_iter().map(|key| (key.to_owned(), self.value(depth))).collect()
    }
}

pub(crate) fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap_or_else(|_| bson::Decimal128::from_bytes([0; 16])))
}

/// A regular expression; null for one with a zero byte, which cannot be made.
pub(crate) fn regex(pattern: &str, options: &str) -> Bson {
    let cstring = |text: &str| CString::try_from(text.to_owned());
    match (cstring(pattern), cstring(options)) {
        (Ok(pattern), Ok(options)) => Bson::RegularExpression(Regex { pattern, options }),
        _ => Bson::Null,
    }
}
