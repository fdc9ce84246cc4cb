//! What the cells of one column are, counted row by row.
//!
//! In: each cell of a column. Out: how many of each class there are, the values where they are few, how far numbers reach.
//! Invariant: memory is bounded for each column but for eight bytes and their place for each value of one that is unique so far,
//! or whose name is that of a key.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use tabular::Evidence;

use crate::extent::{Extent, Reading};
use crate::synonyms::Synonyms;

/// So many values are few: one more than the categories that a contract can have.
const MOST_FEW: usize = 256;
/// A longer text is no category.
const LONGEST_FEW: usize = 120;
/// So many spellings of what is no number are kept of a column of numbers.
const MOST_ODD: usize = 64;
/// Values that were met twice are counted up to here.
const MOST_COUNTED: usize = 1 << 16;

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Blank,
    /// A word for a missing answer.
    Missing,
    /// What a spreadsheet writes where a formula failed.
    Error,
    /// The heading of a row of sums.
    Total,
    Number,
    /// A day such as `2026-01-31`.
    Date,
    Text,
    /// No UTF-8.
    Invalid,
}

/// One of the values of a column.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// As the file has it.
    pub(crate) text: String,
    pub(crate) class: Class,
    pub(crate) n: u64,
    reading: Option<Reading>,
    hash: u64,
}

/// What is known of a cell to those who compare it with others of its row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    /// Which of its column's values it is, where these are few.
    pub(crate) code: Option<u16>,
    pub(crate) hash: u64,
    pub(crate) number: Option<f64>,
    /// Whether it is an answer: neither blank nor a word for a missing one.
    pub(crate) is_answer: bool,
}

/// How many cells of each class there are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Classes([u64; 8]);

/// One column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) header: String,
    pub(crate) classes: Classes,
    pub(crate) evidence: Evidence,
    pub(crate) extent: Extent,
    /// Digits that begin with a zero, such as `007`.
    pub(crate) n_leading_zeros: u64,
    /// Texts with an `@` inside.
    pub(crate) n_at_signs: u64,
    /// Texts with a digit and without blanks, such as `C10001`.
    pub(crate) n_codes: u64,
    /// Its values while they are few.
    values: Option<Vec<Value>>,
    codes: HashMap<u64, u16, Identity>,
    /// Spellings of what is no number, once values are many.
    odd: Vec<Value>,
    distinct: Distinct,
    /// The number that the next row has if the column counts the rows.
    next_row: Option<u64>,
    first_row: u64,
}

/// Hashes are keys already.
type Identity = BuildHasherDefault<Same>;

#[derive(Clone, Copy, Debug, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// How many values there are.
#[derive(Debug)]
struct Distinct {
    hashes: HashSet<u64, Identity>,
    is_unique: bool,
    /// Whether all are counted, however many.
    is_key: bool,
    is_full: bool,
}

impl Classes {
    /// How many cells are of a class.
    pub(crate) fn n(&self, class: Class) -> u64 {
        self.0[class as usize]
    }

    /// How many cells are answers.
    pub(crate) fn n_answers(&self) -> u64 {
        self.0.iter().sum::<u64>() - self.n_without()
    }

    /// How many cells are blank or words for a missing answer.
    pub(crate) fn n_without(&self) -> u64 {
        self.n(Class::Blank) + self.n(Class::Missing)
    }
}

impl Value {
    /// Whether it is an answer.
    pub(crate) fn is_answer(&self) -> bool {
        !matches!(self.class, Class::Blank | Class::Missing)
    }
}

impl Column {
    /// A column of that name; of one that may be the key all values are counted.
    pub(crate) fn new(header: &str, is_key: bool) -> Self {
        Self {
            header: header.to_owned(),
            classes: Classes::default(),
            evidence: Evidence::default(),
            extent: Extent::default(),
            n_leading_zeros: 0,
            n_at_signs: 0,
            n_codes: 0,
            values: Some(Vec::new()),
            codes: HashMap::default(),
            odd: Vec::new(),
            distinct: Distinct { hashes: HashSet::default(), is_unique: true, is_key, is_full: false },
            next_row: None,
            first_row: 0,
        }
    }

    /// Takes the cell of a row, the first being 0; `hash` is that of its bytes.
    pub(crate) fn add(&mut self, row: u64, cell: &[u8], hash: u64, synonyms: &Synonyms) -> Cell {
        let known = self.values.as_mut().zip(self.codes.get(&hash).copied());
        if let Some((value, code)) = known.and_then(|(values, code)| Some((values.get_mut(usize::from(code))?, code))) {
            value.n += 1;
            let value = &*value;
            let (class, reading, is_answer) = (value.class, value.reading, value.is_answer());
            self.classes.0[class as usize] += 1;
            self.n_leading_zeros += u64::from(has_leading_zero(cell));
            self.count_words(class, cell);
            if let Some(reading) = &reading {
                self.extent.add(reading);
            }
            self.distinct.is_unique &= !is_answer;
            self.next_row = None;
            return Cell { code: Some(code), hash, number: reading.and_then(|one| one.number()), is_answer };
        }
        self.add_new(row, cell, hash, synonyms)
    }

    /// Takes a cell that is none of the few values so far.
    fn add_new(&mut self, row: u64, cell: &[u8], hash: u64, synonyms: &Synonyms) -> Cell {
        let class = class(&mut self.evidence, cell, synonyms);
        self.classes.0[class as usize] += 1;
        self.n_leading_zeros += u64::from(has_leading_zero(cell));
        self.count_words(class, cell);
        let reading = (class == Class::Number).then(|| Reading::of(cell));
        if let Some(reading) = &reading {
            self.extent.add(reading);
        }
        let is_answer = !matches!(class, Class::Blank | Class::Missing);
        self.count_row(row, reading.as_ref());
        let code = self.keep(cell, class, reading, hash);
        if self.values.is_none() && is_answer {
            self.distinct.add(hash);
        }
        Cell { code, hash, number: reading.and_then(|one| one.number()), is_answer }
    }

    fn count_words(&mut self, class: Class, cell: &[u8]) {
        if class == Class::Text {
            self.n_at_signs += u64::from(cell.iter().skip(1).any(|byte| *byte == b'@'));
            let is_code = cell.iter().any(u8::is_ascii_digit) && !cell.trim_ascii().contains(&b' ');
            self.n_codes += u64::from(is_code);
        }
    }

    /// Whether the column still counts the rows: 0, 1, 2 or 1, 2, 3 and so on.
    fn count_row(&mut self, row: u64, reading: Option<&Reading>) {
        let number = reading.and_then(Reading::number);
        if row == 0 && (number == Some(0.0) || number == Some(1.0)) {
            self.first_row = number.unwrap_or_default() as u64;
            self.next_row = Some(self.first_row + 1);
        } else {
            self.next_row = self.next_row.filter(|next| number == Some(*next as f64)).map(|next| next + 1);
        }
    }

    /// Keeps a new value while values are few, or its spelling if it is no number.
    fn keep(&mut self, cell: &[u8], class: Class, reading: Option<Reading>, hash: u64) -> Option<u16> {
        let value = || Value { text: String::from_utf8_lossy(cell).into_owned(), class, n: 1, reading, hash };
        if let Some(values) = &mut self.values {
            if values.len() < MOST_FEW && cell.len() <= LONGEST_FEW {
                let code = values.len() as u16;
                self.codes.insert(hash, code);
                values.push(value());
                return Some(code);
            }
            for value in self.values.take().into_iter().flatten() {
                if value.is_answer() {
                    self.distinct.hashes.insert(value.hash);
                }
                self.keep_odd(value);
            }
            self.codes.clear();
        }
        if !matches!(class, Class::Number | Class::Invalid) && cell.len() <= LONGEST_FEW {
            match self.odd.iter_mut().find(|odd| odd.hash == hash) {
                Some(odd) => odd.n += 1,
                None => self.keep_odd(value()),
            }
        }
        None
    }

    fn keep_odd(&mut self, value: Value) {
        // Texts are kept for those that come again and again; words for no answer must find a place beside them.
        let most = if value.class == Class::Text { MOST_ODD / 2 } else { MOST_ODD };
        if self.odd.len() < most && !matches!(value.class, Class::Number | Class::Invalid) {
            self.odd.push(value);
        }
    }

    /// Its values, where they are few.
    pub(crate) fn few(&self) -> Option<&[Value]> {
        self.values.as_deref()
    }

    /// Its values that are answers, where they are few.
    pub(crate) fn answers(&self) -> Vec<&Value> {
        self.few().into_iter().flatten().filter(|value| value.is_answer()).collect()
    }

    /// Spellings of a class that is not numbers; the first of them where they are many.
    pub(crate) fn spelled(&self, class: Class) -> impl Iterator<Item = &Value> {
        self.values.iter().flatten().chain(&self.odd).filter(move |value| value.class == class)
    }

    /// How many answers differ; `None` where they are too many to have been counted.
    pub(crate) fn n_distinct(&self) -> Option<u64> {
        match &self.values {
            Some(values) => Some(values.iter().filter(|value| value.is_answer()).count() as u64),
            None => (!self.distinct.is_full).then_some(self.distinct.hashes.len() as u64),
        }
    }

    /// Whether no answer comes twice.
    pub(crate) fn is_unique(&self) -> bool {
        self.distinct.is_unique && self.classes.n_answers() > 0
    }

    /// Whether it numbers the rows from 0 or 1.
    pub(crate) fn is_counting(&self) -> bool {
        self.next_row.is_some()
    }
}

impl Distinct {
    fn add(&mut self, hash: u64) {
        if self.is_full {
            return;
        }
        self.is_unique &= self.hashes.insert(hash);
        if !self.is_unique && !self.is_key && self.hashes.len() > MOST_COUNTED {
            self.hashes = HashSet::default();
            self.is_full = true;
        }
    }
}

/// What a cell is; if it is a number, it is evidence of the column's notation.
fn class(evidence: &mut Evidence, cell: &[u8], synonyms: &Synonyms) -> Class {
    let bare = cell.trim_ascii();
    if bare.is_empty() {
        return Class::Blank;
    }
    if evidence.add(cell) {
        return Class::Number;
    }
    let Ok(text) = std::str::from_utf8(bare) else { return Class::Invalid };
    if is_day(bare) {
        Class::Date
    } else if synonyms.is_missing(text) {
        Class::Missing
    } else if synonyms.is_error(text) {
        Class::Error
    } else if synonyms.is_total(text) {
        Class::Total
    } else {
        Class::Text
    }
}

/// Whether the cell is written `2026-01-31`.
fn is_day(cell: &[u8]) -> bool {
    let is_digits = |range: std::ops::Range<usize>| cell[range].iter().all(u8::is_ascii_digit);
    cell.len() == 10
        && cell[4] == b'-'
        && cell[7] == b'-'
        && [0..4, 5..7, 8..10].into_iter().all(is_digits)
        && matches!(&cell[5..7], [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
        && matches!(&cell[8..], [b'0', b'1'..=b'9'] | [b'1' | b'2', _] | [b'3', b'0' | b'1'])
}

/// Digits that begin with a zero name something, such as a postal code.
fn has_leading_zero(cell: &[u8]) -> bool {
    matches!(cell, [b'0', _, ..]) && cell.iter().all(u8::is_ascii_digit)
}
