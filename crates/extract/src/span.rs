//! A cell where it stands in its text, read eight bytes at a time.
//!
//! In: a text, and where a cell begins and ends. Out: the number of a cell that is written plainly, without a branch a digit; and
//! the cell packed into whole words, to be compared.
//! Invariant: a number is that of the cell alone, whatever stands beside it; of what is not plain or too long there is none.

/// A cell in its text.
#[derive(Clone, Copy)]
pub(crate) struct Span<'a> {
    text: &'a [u8],
    from: usize,
    to: usize,
}

/// A cell of at most 32 bytes in words of eight, and what is behind it zeros.
pub(crate) const WORDS: usize = 4;

/// Eight bytes that are all the same.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Of words of eight bytes, those bits that so many first bytes have.
const MASKS: [[u64; WORDS]; 8 * WORDS + 1] = {
    let mut masks = [[0; WORDS]; 8 * WORDS + 1];
    let mut n = 1;
    while n < masks.len() {
        masks[n] = masks[n - 1];
        masks[n][(n - 1) / 8] |= 0xff << (8 * ((n - 1) % 8));
        n += 1;
    }
    masks
};

impl<'a> From<&'a [u8]> for Span<'a> {
    fn from(text: &'a [u8]) -> Self {
        Self { text, from: 0, to: text.len() }
    }
}

impl<'a> Span<'a> {
    /// Invariant: the cell ends in the text, and not before it begins.
    #[inline]
    pub(crate) fn new(text: &'a [u8], (from, to): (u32, u32)) -> Self {
        Self { text, from: from as usize, to: to as usize }
    }

    #[inline]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.text[self.from..self.to]
    }

    #[inline]
    pub(crate) fn len(self) -> usize {
        self.to - self.from
    }

    /// At most sixteen digits and nothing else.
    #[inline]
    pub(crate) fn digits(self) -> Option<i64> {
        let len = self.len();
        if (1..=8).contains(&len) {
            number(as_digits(word(self.text, self.from)?, len)).map(i64::from)
        } else {
            many_digits(self.text, self.from, self.to)
        }
    }

    /// At most eight digits with a point among them or behind them, or none. They are a double exactly, so is the power of ten, and
    /// of two exact doubles the quotient is the nearest one.
    #[inline]
    pub(crate) fn decimal(self) -> Option<f64> {
        // By how many bytes there are from the point on; without one there are none.
        const POWERS: [f64; 9] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e0];
        const POINT: u64 = all(b'.' ^ b'0');
        let len = self.len();
        if !(1..=8).contains(&len) {
            return None;
        }
        let signs = as_digits(word(self.text, self.from)?, len);
        let zeros = signs ^ POINT;
        let points = zeros.wrapping_sub(all(1)) & !zeros & all(0x80);
        // The lowest bit of the first point, and all bits below it; all there are where there is none.
        let point = (points & points.wrapping_neg()) >> 7;
        let before = signs & point.wrapping_sub(1);
        let after = signs & !(point.wrapping_sub(1) | point.wrapping_mul(0xff));
        let has_point = u32::from(point != 0);
        let n_after = if has_point == 0 { 8 } else { 7 - point.trailing_zeros() / 8 };
        // A point alone, and one before the digits, is not plain.
        if n_after as usize + 1 == len {
            return None;
        }
        let number = number(after | before << (8 * has_point))?;
        Some(f64::from(number) / POWERS[n_after as usize])
    }

    /// Its bytes, at most eight a word; `None` where there are more.
    #[inline]
    pub(crate) fn packed<const N: usize>(self) -> Option<[u64; N]> {
        let mask = MASKS[..=8 * N.min(WORDS)].get(self.len())?;
        match self.text.get(self.from..self.from + 8 * N) {
            Some(bytes) => Some(packed(bytes, mask)),
            None => packed_at_end(self.bytes()),
        }
    }
}

/// The cells of a column in some rows that stand one after the other in a text.
#[derive(Clone, Copy)]
pub(crate) struct Spans<'a> {
    text: &'a [u8],
    /// Where each row begins, and where each of its cells ends.
    starts: &'a [u32],
    ends: &'a [u32],
    n_cells: usize,
    position: usize,
}

impl<'a> Spans<'a> {
    /// The column at a position; rows have so many cells. Invariant: as [`tabular::Line`] has them.
    pub(crate) fn new(text: &'a [u8], starts: &'a [u32], ends: &'a [u32], n_cells: usize, position: usize) -> Self {
        Self { text, starts, ends, n_cells, position }
    }

    pub(crate) fn text(self) -> &'a [u8] {
        self.text
    }

    pub(crate) fn len(self) -> usize {
        self.starts.len()
    }

    /// So many at a time.
    pub(crate) fn chunks(self, n: usize) -> impl Iterator<Item = Self> {
        let rows = self.starts.chunks(n).zip(self.ends.chunks(n * self.n_cells));
        rows.map(move |(starts, ends)| Self { starts, ends, ..self })
    }

    /// The cells without quotes at their ends.
    pub(crate) fn iter(self) -> impl Iterator<Item = Span<'a>> + Clone {
        let rows = self.starts.iter().zip(self.ends.chunks_exact(self.n_cells));
        rows.map(move |(start, ends)| {
            let from = self.position.checked_sub(1).map_or(*start, |before| ends[before] + 1);
            Span::new(self.text, tabular::unquoted(self.text, from, ends[self.position]))
        })
    }

    /// Does something with each cell, with quotes at its ends if it has some, and the value beside it.
    #[inline]
    pub(crate) fn each<T>(self, values: &mut [T], mut act: impl FnMut((u32, u32), &mut T)) {
        let rows = self.ends.chunks_exact(self.n_cells);
        if let Some(before) = self.position.checked_sub(1) {
            for (ends, value) in rows.zip(values) {
                act((ends[before] + 1, ends[self.position]), value);
            }
        } else {
            for ((start, ends), value) in self.starts.iter().zip(rows).zip(values) {
                act((*start, ends[0]), value);
            }
        }
    }
}

/// The eight bytes from a place of the text on.
#[inline]
fn word(text: &[u8], from: usize) -> Option<u64> {
    text.get(from..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// Nine to sixteen digits. Here and below, what is rarely called takes no span, which would have to lie in memory for that.
fn many_digits(text: &[u8], from: usize, to: usize) -> Option<i64> {
    let len = to - from;
    if !(9..=16).contains(&len) {
        return None;
    }
    let first = number(as_digits(word(text, from)?, len - 8))?;
    let last = number(as_digits(word(text, to - 8)?, 8))?;
    Some(i64::from(first) * 100_000_000 + i64::from(last))
}

/// A cell packed that is at the end of its text.
#[cold]
fn packed_at_end<const N: usize>(cell: &[u8]) -> Option<[u64; N]> {
    let mut bytes = [0; 8 * WORDS];
    bytes.get_mut(..cell.len())?.copy_from_slice(cell);
    Some(packed(&bytes, &[u64::MAX; WORDS]))
}

#[inline]
fn packed<const N: usize>(bytes: &[u8], mask: &[u64; WORDS]) -> [u64; N] {
    let (words, _) = bytes.as_chunks();
    std::array::from_fn(|n| u64::from_le_bytes(words[n]) & mask[n])
}

/// The first bytes of a word as digits, with zeros before them: the last of them is the highest byte. A byte that is no digit is more
/// than nine.
#[inline]
fn as_digits(word: u64, len: usize) -> u64 {
    (word ^ all(b'0')) << (64 - 8 * len)
}

/// The number of eight digits, of which the first is the lowest byte; `None` where one is more than nine.
#[inline]
fn number(digits: u64) -> Option<u32> {
    if (digits.wrapping_add(all(0x80 - 10)) | digits) & all(0x80) != 0 {
        return None;
    }
    // Of two digits, then of four, then of eight.
    let twos = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = twos.wrapping_mul(100).wrapping_add(twos >> 16) & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) as u32)
}

/// Gives these cells as the last of so many columns; there are more digits behind them.
#[cfg(test)]
pub(crate) fn with_cells<T>(cells: &[&str], n_columns: usize, act: impl FnOnce(Spans<'_>) -> T) -> T {
    let (mut text, mut starts, mut ends) = (String::new(), Vec::new(), Vec::new());
    for cell in cells {
        starts.push(text.len() as u32);
        for cell in std::iter::repeat_n("99.9", n_columns - 1).chain([*cell]) {
            text.push_str(cell);
            ends.push(text.len() as u32);
            text.push(',');
        }
    }
    text.push_str("12345678");
    act(Spans::new(text.as_bytes(), &starts, &ends, n_columns, n_columns - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(cell: Span<'_>) -> Option<i64> {
        cell.digits()
    }

    fn decimal(cell: Span<'_>) -> Option<f64> {
        cell.decimal()
    }

    /// The cell with other digits around it, and alone.
    fn both<T: PartialEq + std::fmt::Debug>(cell: &str, read: impl Fn(Span<'_>) -> Option<T>) -> Option<T> {
        let text = format!("123.4{cell}5.67890123456789012345678901234567890");
        let (from, to) = (5, 5 + cell.len() as u32);
        let among = read(Span::new(text.as_bytes(), (from, to)));
        // At the end of its text it may be left to others.
        let at_end = read(Span::new(&text.as_bytes()[..to as usize], (from, to)));
        assert!(at_end.is_none() || at_end == among, "{cell}");
        among
    }

    #[test]
    fn digits_alone_are_a_number() {
        for n in 0..=16 {
            let text = &"9081726354453627"[..n];
            assert_eq!(both(text, digits), text.parse().ok(), "{text}");
            for (place, _) in text.char_indices() {
                for sign in ["/", ":", ".", "-", " ", "\0", "\u{7f}", "\u{e9}", "\u{ff10}"] {
                    let text = format!("{}{sign}{}", &text[..place], &text[place + 1..]);
                    assert_eq!(both(&text, digits), None, "{text:?}");
                }
            }
        }
        assert_eq!(both("12345678901234567", digits), None);
    }

    #[test]
    fn a_point_among_digits_parts_them() {
        for n in 1..=8 {
            let text = &"90817263"[..n];
            assert_eq!(both(text, decimal), text.parse().ok(), "{text}");
            for place in 0..n {
                let with = |sign| format!("{}{sign}{}", &text[..place], &text[place + 1..]);
                let expected = if place == 0 { None } else { with(".").parse().ok() };
                assert_eq!(both(&with("."), decimal), expected, "{}", with("."));
                for sign in [",", "/", ":", "-", "\0", "e"] {
                    assert_eq!(both(&with(sign), decimal), None, "{}", with(sign));
                }
            }
        }
        for text in ["", ".", "1..2", "1.2.3", "..", "123456789", "1.\u{e9}"] {
            assert_eq!(both(text, decimal), None, "{text}");
        }
    }

    #[test]
    fn a_cell_is_packed_without_what_is_behind_it() {
        let text = "abcdefghijklmnopqrstuvwxyz0123456789";
        for n in 0..=32 {
            let mut bytes = [0; 32];
            bytes[..n].copy_from_slice(&text.as_bytes()[..n]);
            let words: Vec<u64> = bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
            let is_short = |width| n <= 8 * width;
            let packed = |n_words: usize| Some(words[..n_words].to_vec()).filter(|_| is_short(n_words));
            let cell = &text[..n];
            assert_eq!(both(cell, |cell| cell.packed::<1>().map(|words| words.to_vec())), packed(1));
            assert_eq!(both(cell, |cell| cell.packed::<2>().map(|words| words.to_vec())), packed(2));
            assert_eq!(both(cell, |cell| cell.packed::<4>().map(|words| words.to_vec())), packed(4));
        }
    }
}
