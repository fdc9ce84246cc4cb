//! Plainly written numbers of many cells at once, without a branch a cell.
//!
//! In: the cells of a column. Out: their numbers, as [`Span`](crate::span::Span) reads each by itself; or none, where a cell is not
//! plain (in quotes, with a sign, longer than eight bytes and no key, near the end of the text) or its number is out of range.
//! Invariant: all or nothing is added.

use std::ops::RangeInclusive;

use wide::bytemuck::cast;
use wide::{i16x8, i32x4, i32x8, u8x16, u16x8, u64x2};

use crate::span::Spans;

/// So many numbers are read together.
const TOGETHER: usize = 128;

/// The greatest number of eight digits.
const MOST_SHORT: i32 = 99_999_999;
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
/// By what a number is divided, by the place of its point: one less than the bytes behind the point, and none without a point. A number
/// with a point has a zero at its end in addition.
const DIVISORS: [f64; 9] = [1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1e0];

type Words = [u64; TOGETHER];

/// Adds whole numbers; whether it did. Keys may be longer, and begin with no zero.
pub(crate) fn add_wholes(cells: Spans<'_>, range: &RangeInclusive<i32>, is_key: bool, into: &mut Vec<i32>) -> bool {
    let n_before = into.len();
    let (least, most) = (*range.start(), *range.end());
    let mut words = [0; TOGETHER];
    for cells in cells.chunks(TOGETHER) {
        let n = cells.len();
        let is_long = is_key && most > MOST_SHORT && cells.iter().any(|cell| cell.len() > 8);
        let is_right = |first: u8| !is_key || first != b'0';
        let (numbers, mut is_read) = if is_long {
            read_long(cells, &mut words, is_right)
        } else {
            let are_plain = gather(cells, &mut words, is_right);
            let (numbers, are_digits) = read(&words);
            (numbers, are_plain && are_digits)
        };
        for number in &numbers[..n] {
            is_read &= *number >= least;
            is_read &= *number <= most;
        }
        if !is_read {
            into.truncate(n_before);
            return false;
        }
        into.extend_from_slice(&numbers[..n]);
    }
    true
}

/// Adds decimal numbers; whether it did.
pub(crate) fn add_decimals(cells: Spans<'_>, range: &RangeInclusive<f64>, into: &mut Vec<f64>) -> bool {
    let n_before = into.len();
    let (least, most) = (*range.start(), *range.end());
    let mut words = [0; TOGETHER];
    for cells in cells.chunks(TOGETHER) {
        let n = cells.len();
        // A point before the digits, or alone, is not plain.
        let mut is_read = gather(cells, &mut words, |first| first != b'.');
        let divisors = take_points(&mut words);
        let (numbers, are_digits) = read(&words);
        is_read &= are_digits;
        let mut values = [0.0; TOGETHER];
        for ((value, number), divisor) in values.iter_mut().zip(&numbers).zip(&divisors) {
            // Of two doubles that are exact the quotient is the nearest one.
            *value = f64::from(*number) / divisor;
        }
        for value in &values[..n] {
            is_read &= *value >= least;
            is_read &= *value <= most;
        }
        if !is_read {
            into.truncate(n_before);
            return false;
        }
        into.extend_from_slice(&values[..n]);
    }
    true
}

/// Puts each cell into a word: digits as numbers up to nine, the last one in the highest byte, zeros before them; whether each has
/// one to eight bytes of which the first is right.
#[inline]
fn gather(cells: Spans<'_>, words: &mut Words, is_right: impl Fn(u8) -> bool) -> bool {
    let text = cells.text();
    let mut are_right = true;
    cells.each(words, |(from, to), word| {
        let len = to.wrapping_sub(from);
        let bytes = text.get(from as usize..).and_then(<[u8]>::first_chunk);
        let bytes = u64::from_le_bytes(*bytes.unwrap_or(&[0; 8]));
        are_right &= (len.wrapping_sub(1) < 8) & is_right(bytes as u8);
        *word = (bytes ^ ZEROS) << (8_u32.wrapping_sub(len).wrapping_mul(8) & 63);
    });
    are_right
}

/// The same with cells of up to sixteen bytes, the last eight in a word and those before them in another.
#[inline]
fn gather_long(cells: Spans<'_>, words: &mut Words, high_words: &mut Words, is_right: impl Fn(u8) -> bool) -> bool {
    let text = cells.text();
    let word_at = |from: u32| {
        let bytes = text.get(from as usize..).and_then(<[u8]>::first_chunk);
        u64::from_le_bytes(*bytes.unwrap_or(&[0; 8]))
    };
    let mut are_right = true;
    let mut high_words = high_words.iter_mut();
    cells.each(words, |(from, to), word| {
        let Some(high_word) = high_words.next() else { return };
        let len = to.wrapping_sub(from);
        let n_low = len.min(8);
        let n_high = (len - n_low).min(8);
        let [first, last] = [from, to.wrapping_sub(n_low)].map(word_at);
        are_right &= (len.wrapping_sub(1) < 16) & is_right(first as u8);
        *word = (last ^ ZEROS) << (8_u32.wrapping_sub(n_low).wrapping_mul(8) & 63);
        *high_word = if n_high == 0 { 0 } else { (first ^ ZEROS) << (64 - 8 * n_high) };
    });
    are_right
}

/// The numbers of such cells; whether all are plain and fit.
fn read_long(cells: Spans<'_>, words: &mut Words, is_right: impl Fn(u8) -> bool) -> ([i32; TOGETHER], bool) {
    let mut high_words = [0; TOGETHER];
    let are_plain = gather_long(cells, words, &mut high_words, is_right);
    let ((mut numbers, are_digits), (highs, are_high_digits)) = (read(words), read(&high_words));
    let mut is_read = are_plain && are_digits && are_high_digits;
    for (number, high) in numbers.iter_mut().zip(highs).take(cells.len()) {
        let sum = i64::from(high) * i64::from(MOST_SHORT + 1) + i64::from(*number);
        is_read &= sum <= i64::from(i32::MAX);
        *number = sum as i32;
    }
    (numbers, is_read)
}

/// Takes the first point out of each word; by what its number is then to be divided.
#[inline]
fn take_points(words: &mut Words) -> [f64; TOGETHER] {
    let mut points = [0_u64; TOGETHER];
    let (one, point) = (u64x2::splat(1), u8x16::splat(b'.' ^ b'0'));
    for (words, points) in words.as_chunks_mut::<2>().0.iter_mut().zip(points.as_chunks_mut::<2>().0) {
        let signs: u64x2 = cast(*words);
        let all: u64x2 = cast(cast::<_, u8x16>(signs).simd_eq(point));
        // The lowest bit of the first point, and all bits below it; all there are where there is none.
        let first = all & (u64x2::splat(0) - all);
        let before = first - one;
        let after = !(before | ((first << 8_u32) - first));
        *words = cast((signs & before) | ((signs & after) >> 8_u32));
        *points = cast(first);
    }
    points.map(|point| DIVISORS[(point.trailing_zeros() / 8) as usize])
}

/// The number of each word; whether all its bytes are at most nine.
#[inline]
fn read(words: &Words) -> ([i32; TOGETHER], bool) {
    let mut numbers = [0; TOGETHER];
    let mut others = u8x16::splat(0);
    for (words, numbers) in words.as_chunks::<4>().0.iter().zip(numbers.as_chunks_mut::<4>().0) {
        let halves: [u8x16; 2] = cast(*words);
        for digits in halves {
            others |= (digits + u8x16::splat(0x80 - 10)) | digits;
        }
        // Of two digits, then of four, then of eight.
        let fours: [i32x4; 2] = halves.map(|digits| {
            let pairs: u16x8 = cast(digits);
            let twos = (pairs & u16x8::splat(0xff)) * u16x8::splat(10) + (pairs >> 8_u32);
            cast::<_, i16x8>(twos).dot(i16x8::new([100, 1, 100, 1, 100, 1, 100, 1]))
        });
        let fours = i16x8::from_i32x8_saturate(cast::<_, i32x8>(fours));
        *numbers = fours.dot(i16x8::new([10_000, 1, 10_000, 1, 10_000, 1, 10_000, 1])).to_array();
    }
    (numbers, others.to_bitmask() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::with_cells;

    /// What a column of these cells gives, wherever it stands.
    fn read_all<T: PartialEq + std::fmt::Debug>(
        cells: &[&str],
        add: impl Fn(Spans<'_>, &mut Vec<T>) -> bool,
    ) -> Option<Vec<T>> {
        let [first, second] = [1, 2].map(|n_columns| {
            let mut values = Vec::new();
            let is_added = with_cells(cells, n_columns, |cells| add(cells, &mut values));
            assert_eq!(values.len(), if is_added { cells.len() } else { 0 });
            is_added.then_some(values)
        });
        assert_eq!(first, second);
        first
    }

    fn wholes(cells: &[&str]) -> Option<Vec<i32>> {
        read_all(cells, |cells, into| add_wholes(cells, &(0..=99_999_998), false, into))
    }

    fn decimals(cells: &[&str]) -> Option<Vec<f64>> {
        read_all(cells, |cells, into| add_decimals(cells, &(0.0..=99_999_998.0), into))
    }

    #[test]
    fn plain_numbers_are_read_as_each_by_itself() {
        let mut state = 1_u64;
        for n in [1, 2, 5, 127, 128, 129, 300] {
            let (mut digits, mut points) = (Vec::new(), Vec::new());
            for _ in 0..n {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let len = 1 + (state >> 60) as usize % 8;
                let text = format!("{:08}", (state >> 20) % 99_999_999)[..len].to_owned();
                let place = (state >> 55) as usize % 9;
                let with_point = if place > 0 && place <= len && len < 8 {
                    format!("{}.{}", &text[..place], &text[place..])
                } else {
                    text.clone()
                };
                digits.push(text);
                points.push(with_point);
            }
            let [digits, points] = [&digits, &points].map(|cells| cells.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(wholes(&digits), Some(digits.iter().map(|cell| cell.parse().unwrap()).collect()));
            assert_eq!(decimals(&points), Some(points.iter().map(|cell| cell.parse().unwrap()).collect()));
            // One that is not plain, wherever it stands.
            for other in
                ["", "123456789", "-1", "+1", " 1", "1 ", "1e3", "\"1\"", "1,", "1/", "1:", "\u{e9}", "1\0", "99999999"]
            {
                for place in [0, n / 2, n - 1] {
                    let (mut digits, mut points) = (digits.clone(), points.clone());
                    (digits[place], points[place]) = (other, other);
                    assert_eq!((wholes(&digits), decimals(&points)), (None, None), "{other}");
                }
            }
        }
    }

    #[test]
    fn a_point_stands_among_digits_or_behind_them() {
        for len in 1..=8 {
            let digits = &"90817263"[..len];
            for place in 1..len {
                let cell = format!("{}.{}", &digits[..place], &digits[place + 1..]);
                assert_eq!(decimals(&[&cell]), Some(vec![cell.parse().unwrap()]), "{cell}");
                assert_eq!(wholes(&[&cell]), None);
            }
        }
        for cell in [".", ".5", "1.2.3", "1..2", "..", "1.2."] {
            assert_eq!(decimals(&[cell]), None, "{cell}");
        }
    }

    #[test]
    fn keys_may_be_long_and_lose_no_zero() {
        let keys = |cells: &[&str], range: RangeInclusive<i32>| {
            read_all(cells, |cells, into| add_wholes(cells, &range, true, into))
        };
        let cells = ["1", "12345678", "123456789", "2147483647", "10000000", "100000000", "708094428"];
        assert_eq!(keys(&cells, 0..=i32::MAX), Some(cells.iter().map(|cell| cell.parse().unwrap()).collect()));
        assert_eq!(keys(&cells[..2], 0..=99_999_999), Some(vec![1, 12_345_678]));
        for other in ["", "0", "01", "0708094428", "2147483648", "4294967297", "1234567890123456", "12345678901234567"]
        {
            assert_eq!(keys(&["1", other, "1"], i32::MIN..=i32::MAX), None, "{other}");
            assert_eq!(keys(&["1", other, "1"], 0..=9), None, "{other}");
        }
        for other in ["70809442x", "x08094428", "7080.4428", "-70809442", "70809442 "] {
            assert_eq!(keys(&[other], i32::MIN..=i32::MAX), None, "{other}");
        }
    }

    #[test]
    fn a_cell_at_the_end_of_the_text_is_left_to_others() {
        for (text, is_read) in [("1,2,12345678", true), ("1,2,1234567", false), ("1,2,", false)] {
            let ends = [1, 3, text.len() as u32];
            let spans = |position| Spans::new(text.as_bytes(), &[0], &ends, 3, position);
            let mut into = Vec::new();
            assert_eq!(add_wholes(spans(2), &(0..=99_999_999), false, &mut into), is_read, "{text}");
            assert_eq!(add_wholes(spans(0), &(0..=9), false, &mut into), text.len() >= 8);
        }
    }
}
