//! Where the signs between cells stand in text: delimiters, quotes and line ends, 64 bytes at a time.
//!
//! In: bytes, and the delimiter. Out: the places of its signs, one after the other.
//! Invariant: the same places as looking at each byte.

use wide::u8x16;

/// Bytes that are looked at at once: a bit each.
const WIDTH: usize = 64;

/// The signs of a text under way.
pub(crate) struct Signs<'a> {
    bytes: &'a [u8],
    delimiter: u8x16,
    /// Where the bytes begin that are looked at.
    at: usize,
    /// Those of them that are signs still to come.
    found: u64,
}

impl<'a> Signs<'a> {
    pub(crate) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut this = Self { bytes, delimiter: u8x16::splat(delimiter), at: 0, found: 0 };
        this.found = this.signs_here();
        this
    }

    /// The place of the next sign; the length of the text if there is none.
    #[inline]
    pub(crate) fn next(&mut self) -> usize {
        while self.found == 0 {
            self.at += WIDTH;
            if self.at >= self.bytes.len() {
                self.at = self.bytes.len();
                return self.at;
            }
            self.found = self.signs_here();
        }
        let place = self.at + self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        place
    }

    /// Goes to a place, whose sign is the next one if it is one.
    pub(crate) fn seek(&mut self, place: usize) {
        self.at = place.min(self.bytes.len());
        self.found = self.signs_here();
    }

    #[inline]
    fn signs_here(&self) -> u64 {
        let rest = &self.bytes[self.at..];
        if let Some(bytes) = rest.first_chunk::<WIDTH>() {
            return self.signs_in(bytes);
        }
        let mut bytes = [0; WIDTH];
        bytes[..rest.len()].copy_from_slice(rest);
        // What is beyond the text is no sign of it.
        self.signs_in(&bytes) & !(u64::MAX << rest.len())
    }

    #[inline]
    fn signs_in(&self, bytes: &[u8; WIDTH]) -> u64 {
        let [quote, line_feed, carriage_return] = [b'"', b'\n', b'\r'].map(u8x16::splat);
        let (parts, _) = bytes.as_chunks::<16>();
        parts.iter().rev().fold(0, |found, part| {
            let part = u8x16::new(*part);
            let is_sign = part.simd_eq(self.delimiter)
                | part.simd_eq(quote)
                | part.simd_eq(line_feed)
                | part.simd_eq(carriage_return);
            found << 16 | u64::from(is_sign.to_bitmask())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_found_where_they_stand() {
        let texts: [&[u8]; 9] = [
            b"",
            b",",
            b"abcdefgh",
            b"a,b\"c\nd\re,",
            b"0123456789012345678901234567890123456789012345678901234567890123,x,01234567890123456789012345\n",
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
