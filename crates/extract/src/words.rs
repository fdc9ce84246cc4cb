//! The spellings of a column's categories.
//!
//! In: the categories of a contract's column. Out: [`Words`], which gives the code of a cell.
//! Invariant: a cell has a code if it is one of the spellings, byte by byte.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use contract::{Category, Column};

use crate::span::{Span, Spans, WORDS};

/// The spellings of a column's categories, each with its code, and the dictionary of their values.
#[derive(Debug)]
pub(crate) struct Words {
    /// Each at the place of its [`place`], where no two share one; else they are in `others`.
    places: Option<Box<[Place; 256]>>,
    factor: u64,
    /// How many words of eight bytes the longest of them has.
    width: usize,
    /// Spellings that are longer, too.
    others: HashMap<Box<[u8]>, u8>,
    pub(crate) dictionary: ArrayRef,
    pub(crate) bounds: Vec<(Option<i64>, Option<i64>)>,
    has_empty: bool,
}

/// A place for a spelling.
#[derive(Clone, Copy, Debug)]
struct Place {
    words: [u64; WORDS],
    /// More than any cell has where there is no spelling.
    len: usize,
    code: u8,
}

impl Place {
    const NONE: Self = Self { words: [0; WORDS], len: usize::MAX, code: 0 };
}

impl Words {
    /// Factors that are tried to tell the spellings apart: odd numbers without a pattern in their bits.
    const FACTORS: u64 = 500;

    pub(crate) fn new(column: &Column, categories: &[Category]) -> Self {
        let mut spellings: Vec<(&[u8], u8)> = Vec::new();
        for (code, category) in categories.iter().enumerate() {
            for text in std::iter::once(&category.value).chain(&category.spellings) {
                spellings.push((text.as_bytes(), code as u8));
            }
        }
        let (mut short, mut long): (Vec<_>, Vec<_>) = spellings.iter().partition(|(text, _)| text.len() <= 8 * WORDS);
        let mut factors = (1..=Self::FACTORS).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c14) | 1);
        let found = factors.find_map(|factor| Some((factor, placed(factor, &short)?)));
        if found.is_none() {
            long.append(&mut short);
        }
        let (factor, places) = found.map_or((0, None), |(factor, places)| (factor, Some(places)));
        let longest = short.iter().map(|(text, _)| text.len()).max().unwrap_or(0);
        let values: Vec<&str> = categories.iter().map(|category| category.value.as_str()).collect();
        Self {
            places,
            factor,
            width: longest.div_ceil(8),
            others: long.into_iter().map(|(text, code)| (text.into(), code)).collect(),
            dictionary: Arc::new(StringArray::from(values)),
            bounds: column.bounds(),
            has_empty: spellings.iter().any(|(text, _)| text.is_empty()),
        }
    }

    /// The code of a spelling.
    #[inline]
    pub(crate) fn code(&self, cell: Span<'_>) -> Option<u8> {
        self.code_of_short::<WORDS>(cell).or_else(|| self.code_of_other(cell.bytes()))
    }

    /// Adds the codes of cells; `None` where one is no spelling, and then so many codes are added all the same.
    pub(crate) fn add_codes(&self, cells: Spans<'_>, into: &mut Vec<u8>) -> Option<()> {
        match self.width {
            0 | 1 => self.add_codes_of::<1>(cells, into),
            2 => self.add_codes_of::<2>(cells, into),
            3 => self.add_codes_of::<3>(cells, into),
            _ => self.add_codes_of::<WORDS>(cells, into),
        }
    }

    fn add_codes_of<const N: usize>(&self, cells: Spans<'_>, into: &mut Vec<u8>) -> Option<()> {
        let (text, n_before) = (cells.text(), into.len());
        into.resize(n_before + cells.len(), 0);
        let mut are_all = true;
        cells.each(&mut into[n_before..], |(from, to), code| {
            let cell = Span::new(text, tabular::unquoted(text, from, to));
            let found = self.code_of_short::<N>(cell).or_else(|| self.code_of_other(cell.bytes()));
            are_all &= found.is_some();
            *code = found.unwrap_or_default();
        });
        are_all.then_some(())
    }

    #[inline]
    fn code_of_short<const N: usize>(&self, cell: Span<'_>) -> Option<u8> {
        let words = cell.packed::<N>()?;
        let known = &self.places.as_ref()?[usize::from(place(self.factor, &words))];
        let differs = known.words.iter().zip(words).fold(0, |differs, (known, word)| differs | (known ^ word));
        (known.len == cell.len() && differs == 0).then_some(known.code)
    }

    #[cold]
    fn code_of_other(&self, cell: &[u8]) -> Option<u8> {
        self.others.get(cell).copied()
    }

    /// Whether an empty cell is one of the spellings.
    pub(crate) fn has_empty(&self) -> bool {
        self.has_empty
    }
}

/// Each spelling at its place; `None` where two share one.
fn placed(factor: u64, spellings: &[(&[u8], u8)]) -> Option<Box<[Place; 256]>> {
    let mut places = Box::new([Place::NONE; 256]);
    for (text, code) in spellings {
        let words = Span::from(*text).packed()?;
        let place = &mut places[usize::from(place(factor, &words))];
        if place.len != Place::NONE.len {
            return None;
        }
        *place = Place { words, len: text.len(), code: *code };
    }
    Some(places)
}

/// A number of all bytes; zeros at the end do not change it.
#[inline]
fn place<const N: usize>(factor: u64, words: &[u64; N]) -> u8 {
    let turned = words.iter().enumerate().map(|(n, word)| word.rotate_left(19 * n as u32));
    (turned.fold(0, |mixed, word| mixed ^ word).wrapping_mul(factor) >> 56) as u8
}

#[cfg(test)]
mod tests {
    use contract::Contract;

    use crate::shape::{Read, Shape};
    use crate::span::with_cells;

    #[test]
    fn many_spellings_are_found_as_few_are() {
        for n in [3, 16, 17, 200] {
            let values: Vec<String> =
                (0..n).map(|code| format!("{{ value = 'v{code}', spellings = ['s{code}'] }}")).collect();
            let text = format!(
                "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.c]\nkind = 'category'\n\
                 categories = [{}]",
                values.join(", ")
            );
            let contract = Contract::parse("t.toml", &text).unwrap();
            let Read::Category(words) = &Shape::new(&contract).readers[1].kind else { panic!("no category") };
            for code in 0..n {
                assert_eq!(words.code(format!("v{code}").as_bytes().into()), Some(code as u8));
                assert_eq!(words.code(format!("s{code}").as_bytes().into()), Some(code as u8));
            }
            assert_eq!(
                (words.code(b"v"[..].into()), words.code(b""[..].into()), words.has_empty()),
                (None, None, false)
            );
        }
    }
    #[test]
    fn spellings_of_any_length_are_found() {
        for longest in [1, 7, 8, 9, 16, 17, 32, 33, 60] {
            let texts: Vec<String> = (1..=longest).map(|n| "abcdefghij".repeat(7)[..n].to_owned()).collect();
            let values: Vec<String> = texts.iter().map(|text| format!("{{ value = '{text}' }}")).collect();
            let text = format!(
                "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.c]\nkind = 'category'\n\
                 categories = [{}, {{ value = 'x' }}]",
                values.join(", ")
            );
            let contract = Contract::parse("t.toml", &text).unwrap();
            let Read::Category(words) = &Shape::new(&contract).readers[1].kind else { panic!("no category") };
            let add = |texts: &[&str], codes: &mut Vec<u8>| {
                let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
                let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
                let is_added = with_cells(texts, 1, |cells| words.add_codes(cells, codes));
                assert_eq!(with_cells(&quoted, 2, |cells| words.add_codes(cells, codes)), is_added);
                is_added
            };
            let (mut codes, mut others) = (Vec::new(), Vec::new());
            let mut cells: Vec<&str> = texts.iter().map(String::as_str).collect();
            assert_eq!(add(&cells, &mut codes), Some(()));
            assert_eq!(codes[..cells.len()], codes[cells.len()..]);
            codes.truncate(cells.len());
            assert_eq!(codes, (0..longest as u8).collect::<Vec<u8>>());
            for other in [
                "abcdefghiJ",
                "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghija",
                "a\0",
                "",
                "y",
            ] {
                cells[0] = other;
                assert_eq!(add(&cells, &mut others), None);
                assert_eq!(words.code(other.as_bytes().into()), None);
            }
        }
    }
}
