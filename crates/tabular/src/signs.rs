//! Where the signs between cells stand in text: delimiters, quotes and line ends, eight bytes at a time.
//!
//! In: bytes, and the delimiter. Out: the places of its signs, one after the other.
//! Invariant: the same places as looking at each byte.

/// A byte of a word each: `0x0101…`, `0x7f7f…`, `0x8080…`.
const ONES: u64 = u64::MAX / 255;
const LOW_BITS: u64 = 0x7f * ONES;
const WORD: usize = 8;

/// The signs of a text under way.
pub(crate) struct Signs<'a> {
    bytes: &'a [u8],
    delimiter: u64,
    /// Where the word begins that is looked at.
    at: usize,
    /// The highest bit of each byte of it that is a sign still to come.
    found: u64,
}

impl<'a> Signs<'a> {
    pub(crate) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut this = Self { bytes, delimiter: u64::from(delimiter) * ONES, at: 0, found: 0 };
        this.found = this.signs_of_word();
        this
    }

    /// The place of the next sign; the length of the text if there is none.
    #[inline]
    pub(crate) fn next(&mut self) -> usize {
        while self.found == 0 {
            self.at += WORD;
            if self.at >= self.bytes.len() {
                self.at = self.bytes.len();
                return self.at;
            }
            self.found = self.signs_of_word();
        }
        let place = self.at + (self.found.trailing_zeros() / 8) as usize;
        self.found &= self.found - 1;
        place
    }

    /// Goes to a place, whose sign is the next one if it is one.
    pub(crate) fn seek(&mut self, place: usize) {
        self.at = place.min(self.bytes.len());
        self.found = self.signs_of_word();
    }

    #[inline]
    fn signs_of_word(&self) -> u64 {
        let rest = &self.bytes[self.at..];
        if let Some(word) = rest.first_chunk::<WORD>() {
            return self.signs_in(u64::from_le_bytes(*word));
        }
        let mut word = [0; WORD];
        word[..rest.len()].copy_from_slice(rest);
        let beyond = u64::MAX.checked_shl(8 * rest.len() as u32).unwrap_or(0);
        self.signs_in(u64::from_le_bytes(word)) & !beyond
    }

    #[inline]
    fn signs_in(&self, word: u64) -> u64 {
        let quote = u64::from(b'"') * ONES;
        let (line_feed, carriage_return) = (u64::from(b'\n') * ONES, u64::from(b'\r') * ONES);
        equal(word, self.delimiter) | equal(word, quote) | equal(word, line_feed) | equal(word, carriage_return)
    }
}

/// The highest bit of each byte in which two words are equal, and no other bit.
#[inline]
fn equal(word: u64, other: u64) -> u64 {
    let different = word ^ other;
    // Adding carries into the highest bit where a low bit is set, and never into the next byte.
    !(((different & LOW_BITS) + LOW_BITS) | different | LOW_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_found_where_they_stand() {
        let texts: [&[u8]; 8] = [
            b"",
            b",",
            b"abcdefgh",
            b"a,b\"c\nd\re,",
            b"0123456,89012345\n\n\n\n\n\n\n\n\n",
            b"\x2c\xac\x22\xa2\x0a\x8a\x0d\x8d\x2b\x2d\x21\x23",
            "ä,ö;\u{ff0c},ü\0\0\0,\0".as_bytes(),
            b",,,,,,,,\"\"\"\"\"\"\"\"x",
        ];
        for text in texts {
            for delimiter in [b',', b';', b'\t'] {
                let is_sign = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
                let expected: Vec<usize> = (0..text.len()).filter(|place| is_sign(text[*place])).collect();
                for from in 0..=text.len() {
                    let mut signs = Signs::new(text, delimiter);
                    signs.seek(from);
                    let mut found = Vec::new();
                    loop {
                        match signs.next() {
                            place if place == text.len() => break,
                            place => found.push(place),
                        }
                    }
                    let after: Vec<usize> = expected.iter().copied().filter(|place| *place >= from).collect();
                    assert_eq!(found, after, "{text:?} from {from}");
                    assert_eq!(signs.next(), text.len());
                }
            }
        }
    }
}
