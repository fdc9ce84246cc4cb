//! Where cells and rows end in text, 64 bytes at a time.
//!
//! In: bytes that begin with a row, and the delimiter. Out: the places of delimiters and line ends outside of quotes, and of the
//! first byte after which it is not plain what is inside of quotes.
//! Invariant: before such a byte each quote is at one end of a cell whose other end is one too.

mod bits;

use bits::Bits;

/// Bytes that are looked at at once: a bit each.
const WIDTH: usize = 64;
/// So many bytes are looked at ahead, at least and at most.
const AHEAD: [usize; 2] = [WIDTH, 64 * WIDTH];

/// The signs of a text under way.
pub(crate) struct Signs<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    /// Bytes that were looked at, and how many are to be at once: more and more, since a row that is read by others makes
    /// what was seen useless.
    at: usize,
    ahead: usize,
    /// The places of signs: from `first` on those still to come, up to `end`.
    places: Vec<u32>,
    first: usize,
    end: usize,
    /// All bits where the bytes that were looked at end inside of quotes, else none.
    inside: u64,
    /// Whether the last of them is a sign, or none was looked at.
    is_after_sign: u64,
    /// Whether the last of them closes quotes.
    is_after_quote: u64,
    /// The bits of delimiters and line ends that were seen inside of quotes.
    hidden: u64,
}

impl<'a> Signs<'a> {
    pub(crate) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut this = Self {
            bytes,
            delimiter,
            at: 0,
            ahead: 0,
            places: vec![0; AHEAD[1] + WIDTH],
            first: 0,
            end: 0,
            inside: 0,
            is_after_sign: 0,
            is_after_quote: 0,
            hidden: 0,
        };
        this.seek(0);
        this
    }

    /// The places of the next delimiters and line ends outside of quotes, and of other bytes, which say that quotes stand elsewhere
    /// than at the ends of cells. At least so many, unless there are no more.
    #[inline]
    pub(crate) fn next(&mut self, n: usize) -> &[u32] {
        if self.end - self.first < n {
            self.look(n);
        }
        &self.places[self.first..self.end]
    }

    /// Passes over signs that were seen.
    #[inline]
    pub(crate) fn pass(&mut self, n: usize) {
        self.first += n;
    }

    /// Whether the text ends inside of quotes, where there are no more signs.
    pub(crate) fn is_inside(&self) -> bool {
        self.inside != 0
    }

    /// Whether delimiters or line ends were seen inside of quotes.
    pub(crate) fn has_hidden(&self) -> bool {
        self.hidden != 0
    }

    /// Goes to a place at which a row begins.
    pub(crate) fn seek(&mut self, place: usize) {
        (self.at, self.ahead) = (place.min(self.bytes.len()), AHEAD[0]);
        (self.first, self.end) = (0, 0);
        (self.inside, self.is_after_sign, self.is_after_quote) = (0, 1, 0);
    }

    /// Looks for more signs, until there are so many.
    fn look(&mut self, n: usize) {
        if !bits::look_faster(self, n) {
            bits::look_plainly(self, n);
        }
    }

    /// The same in one of the ways to do it. Invariant: it becomes part of its caller, and so is made for the caller's processor.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "else it would not be made for the caller's processor")]
    fn look_by<E: Fn(&[u8; WIDTH], u8) -> [u64; 2], O: Fn(u64) -> u64>(&mut self, n: usize, by: &Bits<E, O>) {
        self.places.copy_within(self.first..self.end, 0);
        (self.first, self.end) = (0, self.end - self.first);
        let until = self.at + self.ahead;
        self.ahead = (2 * self.ahead).min(AHEAD[1]);
        while self.at < self.bytes.len() && (self.at < until || self.end < n) {
            let rest = &self.bytes[self.at..];
            let signs = if let Some(bytes) = rest.first_chunk::<WIDTH>() {
                self.signs_in(bytes, by)
            } else {
                let mut bytes = [0; WIDTH];
                bytes[..rest.len()].copy_from_slice(rest);
                // What is beyond the text is no sign of it.
                self.signs_in(&bytes, by) & !(u64::MAX << rest.len())
            };
            if self.places.len() < self.end + WIDTH {
                self.places.resize(2 * (self.end + WIDTH), 0);
            }
            if let Some(places) = self.places[self.end..].first_chunk_mut() {
                self.end += put(signs, self.at as u32, places);
            }
            self.at += WIDTH;
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as above")]
    fn signs_in<E, O>(&mut self, bytes: &[u8; WIDTH], by: &Bits<E, O>) -> u64
    where
        E: Fn(&[u8; WIDTH], u8) -> [u64; 2],
        O: Fn(u64) -> u64,
    {
        let [ends, quotes] = (by.ends_and_quotes)(bytes, self.delimiter);
        // From each quote that opens up to the byte before the one that closes.
        let inside = (by.odd)(quotes) ^ self.inside;
        let signs = ends & !inside;
        self.hidden |= ends & inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let after_sign = signs << 1 | self.is_after_sign;
        let after_quote = closing << 1 | self.is_after_quote;
        self.inside = if inside >> (WIDTH - 1) == 0 { 0 } else { u64::MAX };
        self.is_after_sign = signs >> (WIDTH - 1);
        self.is_after_quote = closing >> (WIDTH - 1);
        signs | (opening & !after_sign) | (after_quote & !signs)
    }
}

/// Puts the places of the bits that are set; how many there are. What is behind them means nothing.
#[inline(always)]
fn put(mut bits: u64, at: u32, places: &mut [u32; WIDTH]) -> usize {
    // Most often so many are enough, and to write them all costs less than to ask at each whether it is the last.
    const OFTEN: [usize; 2] = [12, 16];
    let n = bits.count_ones() as usize;
    let mut put = |places: &mut [u32]| {
        for place in places {
            *place = at + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
    };
    put(&mut places[..OFTEN[0]]);
    if n > OFTEN[0] {
        put(&mut places[OFTEN[0]..OFTEN[1]]);
    }
    if n > OFTEN[1] {
        put(&mut places[OFTEN[1]..n]);
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All signs, found in the way of this processor and in that of every one.
    fn all(text: &[u8], delimiter: u8, from: usize) -> (Vec<usize>, bool) {
        let [found, plainly] = [false, true].map(|plainly| all_by(text, delimiter, from, plainly));
        assert_eq!(found, plainly);
        found
    }

    fn all_by(text: &[u8], delimiter: u8, from: usize, plainly: bool) -> (Vec<usize>, bool) {
        let mut signs = Signs::new(text, delimiter);
        signs.seek(from);
        let mut found = Vec::new();
        for n in (1..=3).cycle() {
            if plainly && signs.end - signs.first < n {
                bits::look_plainly(&mut signs, n);
            }
            let some: Vec<usize> = signs.next(n).iter().take(n).map(|place| *place as usize).collect();
            signs.pass(some.len());
            found.extend(&some);
            if some.len() < n {
                break;
            }
        }
        (found, signs.is_inside())
    }

    #[test]
    fn signs_are_found_where_they_stand() {
        let texts: [&[u8]; 8] = [
            b"",
            b",",
            b"abcdefgh",
            b"a,bc\nd\re,",
            b"0123456789012345678901234567890123456789012345678901234567890123,x,01234567890123456789012345\n",
            b"0123456,89012345\n\n\n\n\n\n\n\n\n",
            b"\x2c\xac\xa2\x0a\x8a\x0d\x8d\x2b\x2d\x21\x23",
            "ä,ö;\u{ff0c},ü\0\0\0,\0".as_bytes(),
        ];
        for text in texts {
            for delimiter in [b',', b';', b'\t'] {
                let is_sign = |byte: u8| byte == delimiter || matches!(byte, b'\n' | b'\r');
                for from in 0..=text.len() {
                    let expected: Vec<usize> = (from..text.len()).filter(|place| is_sign(text[*place])).collect();
                    assert_eq!(all(text, delimiter, from), (expected, false), "{text:?} from {from}");
                }
            }
        }
    }

    #[test]
    fn signs_of_any_text_are_the_same_in_every_way() {
        let mut state = 1_u64;
        for n in 0..2000 {
            let bytes = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                b"\",\n\rab\xac\xa2"[(state >> 61) as usize]
            });
            let bytes: Vec<u8> = bytes.take(n % 333).collect();
            all(&bytes, b',', 0);
        }
    }

    #[test]
    fn signs_inside_of_quotes_are_none() {
        // Before the text so many bytes that its quotes fall on all places of those that are looked at together.
        for n_before in 0..2 * WIDTH {
            let before = [vec![b'x'; n_before], b",".to_vec()].concat();
            let signs = |text: &str| {
                let (found, is_inside) = all(&[&before, text.as_bytes()].concat(), b',', 0);
                assert_eq!(found[0], n_before);
                (found[1..].iter().map(|place| place - before.len()).collect::<Vec<usize>>(), is_inside)
            };
            assert_eq!(signs("\"a,\nb\",\"\",c\n\"d\""), (vec![6, 9, 11], false));
            assert_eq!(signs("\"a\"\r\n\"b"), (vec![3, 4], true));
            // Quotes elsewhere than at the ends of cells.
            assert_eq!(signs("\"a\"b,").0, [3, 4]);
            assert_eq!(signs("\"a\"\"b\",").0, [3, 6]);
            assert_eq!(signs("a\"b,"), (vec![1], true));
        }
    }
}
