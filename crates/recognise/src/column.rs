//! What the cells of one column are, counted row by row.
//!
//! In: each cell of a column. Out: how many of each class there are, the values where they are few, how far numbers reach.
//! Invariant: memory is bounded for each column but for eight bytes and their place for each value of one that is unique so far,
//! or whose name is that of a key.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use tabular::Evidence;

use crate::days::{self, Ways, Written};
use crate::extent::{Extent, Reading};
use crate::synonyms::Synonyms;

/// So many values are few: one more than the categories that a contract can have.
const MOST_FEW: usize = 256;
/// A longer text is no category.
const LONGEST_FEW: usize = 120;
/// So many spellings of what is no number are kept of a column of numbers.
const MOST_ODD: usize = 64;
/// Values that were met twice are counted up to here.
const MOST_COUNTED: usize = 1 << 14;

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
    /// A day, in one of the ways of `days`.
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
    /// How many of them are counted in the column's counts.
    n_counted: u64,
    /// The sum of the marks of the rows that have it.
    rows: u64,
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

/// What the cells of a column are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) classes: Classes,
    pub(crate) extent: Extent,
    /// Digits that begin with a zero, such as `007`.
    pub(crate) n_leading_zeros: u64,
    /// Texts with an `@` inside.
    pub(crate) n_at_signs: u64,
    /// Texts with a digit and without blanks, such as `C10001`.
    pub(crate) n_codes: u64,
    /// How many of its texts are times of a day: `2026-01-31 13:45:00`.
    pub(crate) n_times: u64,
}

/// One column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) header: String,
    /// Of the few values only once they are settled.
    pub(crate) counts: Counts,
    pub(crate) evidence: Evidence,
    /// The ways by which all of its days are written.
    ways: Ways,
    /// Whether all of its numbers are days of eight digits.
    is_digits: bool,
    /// Which forms of plain numbers the evidence has.
    forms: [bool; 3],
    /// Its values while they are few.
    values: Option<Vec<Value>>,
    codes: HashMap<u64, u16, Identity>,
    /// Spellings of what is no number, once values are many.
    odd: Vec<Value>,
    distinct: Distinct,
    /// The number that the next row has if the column counts the rows.
    next_row: Option<f64>,
    /// The sums of the marks of the rows with an answer, and with one that is not 0.
    filled: [u64; 2],
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

    fn number(&self) -> Option<f64> {
        self.reading.as_ref().and_then(Reading::number)
    }
}

impl Counts {
    /// Counts a cell that comes so many times.
    fn add(&mut self, class: Class, cell: &[u8], reading: Option<&Reading>, times: u64) {
        self.classes.0[class as usize] += times;
        if let Some(reading) = reading {
            self.extent.add(reading, times);
            self.n_leading_zeros += if has_leading_zero(cell) { times } else { 0 };
        }
        if class == Class::Text {
            let has_at_sign = cell.iter().skip(1).any(|byte| *byte == b'@');
            let is_time = days::is_time(cell.trim_ascii());
            let is_code = cell.iter().any(u8::is_ascii_digit) && !cell.trim_ascii().contains(&b' ') && !is_time;
            self.n_at_signs += if has_at_sign { times } else { 0 };
            self.n_codes += if is_code { times } else { 0 };
            self.n_times += if is_time { times } else { 0 };
        }
    }
}

impl Column {
    /// A column of that name; of one that may be the key all values are counted.
    pub(crate) fn new(header: &str, is_key: bool) -> Self {
        Self {
            header: header.to_owned(),
            counts: Counts::default(),
            evidence: Evidence::default(),
            ways: Ways::default(),
            is_digits: true,
            forms: [false; 3],
            values: Some(Vec::new()),
            codes: HashMap::default(),
            odd: Vec::new(),
            distinct: Distinct { hashes: HashSet::default(), is_unique: true, is_key, is_full: false },
            next_row: None,
            filled: [0; 2],
        }
    }

    /// Takes the cell of a row, the first being 0; `hash` is that of its bytes.
    pub(crate) fn add(&mut self, row: u64, cell: &[u8], hash: u64, synonyms: &Synonyms) -> Cell {
        let mark = mark(row);
        if let Some(values) = &mut self.values
            && let Some(code) = self.codes.get(&hash)
            && let Some(value) = values.get_mut(usize::from(*code))
        {
            // Most cells come here. What they are is counted when all are known.
            value.n += 1;
            value.rows = value.rows.wrapping_add(mark);
            let is_answer = value.is_answer();
            self.distinct.is_unique &= !is_answer;
            self.next_row = None;
            let cell = Cell { code: Some(*code), hash, number: value.number(), is_answer };
            self.fill(cell, mark);
            return cell;
        }
        let class = self.class(cell, synonyms);
        let reading = (class == Class::Number).then(|| Reading::of(cell));
        let number = reading.and_then(|reading| reading.number());
        self.count_row(row, number);
        let is_answer = !matches!(class, Class::Blank | Class::Missing);
        let code = self.keep(cell, class, reading, hash, mark);
        if self.values.is_none() {
            self.counts.add(class, cell, reading.as_ref(), 1);
            if is_answer {
                self.distinct.add(hash);
            }
        }
        let cell = Cell { code, hash, number, is_answer };
        self.fill(cell, mark);
        cell
    }

    /// Takes that the row of that mark has a cell.
    fn fill(&mut self, cell: Cell, mark: u64) {
        if cell.is_answer {
            self.filled[0] = self.filled[0].wrapping_add(mark);
            if cell.number != Some(0.0) {
                self.filled[1] = self.filled[1].wrapping_add(mark);
            }
        }
    }

    /// Whether it has an answer, or one that is not 0, in just the rows of these marks.
    pub(crate) fn is_filled_in(&self, rows: u64) -> bool {
        self.filled.contains(&rows)
    }

    /// Whether it has an answer in just the rows of these marks.
    pub(crate) fn is_blank_but_in(&self, rows: u64) -> bool {
        self.filled[0] == rows
    }

    /// The sum of the marks of the rows that have one of its values, by their codes.
    pub(crate) fn rows_with(&self, is_meant: impl Fn(usize) -> bool) -> u64 {
        let values = self.few().unwrap_or_default().iter().enumerate().filter(|(code, _)| is_meant(*code));
        values.fold(0, |rows, (_, value)| rows.wrapping_add(value.rows))
    }

    /// Counts the cells of the few values that are not counted yet.
    pub(crate) fn settle(&mut self) {
        for value in self.values.iter_mut().flatten() {
            self.counts.add(value.class, value.text.as_bytes(), value.reading.as_ref(), value.n - value.n_counted);
            value.n_counted = value.n;
        }
    }

    /// What a cell is; if it is a number, it is evidence of the column's notation.
    fn class(&mut self, cell: &[u8], synonyms: &Synonyms) -> Class {
        let bare = cell.trim_ascii();
        if bare.is_empty() {
            return Class::Blank;
        }
        // A number of a form that was met before is no new evidence.
        let form = form(cell);
        if form.is_some_and(|form| self.forms[form]) {
            return Class::Number;
        }
        if self.evidence.add(cell) {
            if let Some(form) = form {
                self.forms[form] = true;
            }
            self.is_digits = self.is_digits && days::is_digits(bare);
            return Class::Number;
        }
        let Ok(text) = std::str::from_utf8(bare) else { return Class::Invalid };
        let ways = Ways::of(bare);
        if !ways.is_none() {
            self.ways = self.ways.and(ways);
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

    /// Whether the column still counts the rows: 0, 1, 2 or 1, 2, 3 and so on.
    fn count_row(&mut self, row: u64, number: Option<f64>) {
        self.next_row = match self.next_row {
            None if row == 0 => number.filter(|number| *number == 0.0 || *number == 1.0),
            expected => expected.filter(|next| number == Some(*next)),
        };
        self.next_row = self.next_row.map(|number| number + 1.0);
    }

    /// Keeps a new value while values are few, or its spelling if it is no number.
    fn keep(&mut self, cell: &[u8], class: Class, reading: Option<Reading>, hash: u64, mark: u64) -> Option<u16> {
        let text = || String::from_utf8_lossy(cell).into_owned();
        let value = || Value { text: text(), class, n: 1, n_counted: 0, rows: mark, reading, hash };
        if let Some(values) = &mut self.values {
            if values.len() < MOST_FEW && cell.len() <= LONGEST_FEW {
                let code = values.len() as u16;
                self.codes.insert(hash, code);
                values.push(value());
                return Some(code);
            }
            self.settle();
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

    /// How its days are written; `None` where it has none.
    pub(crate) fn days(&self) -> Option<Written> {
        let classes = &self.counts.classes;
        let (days, numbers) = (classes.n(Class::Date), classes.n(Class::Number));
        // Failed formulas and rows of sums say nothing of what the column holds.
        let base = classes.n_answers() - classes.n(Class::Error) - classes.n(Class::Total);
        if numbers > 0 && numbers == base && self.is_digits {
            return Some(Written::Format(days::DIGITS));
        }
        (days > 0 && days * 5 >= base * 4).then(|| self.ways.written())
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
        self.distinct.is_unique && self.counts.classes.n_answers() > 0
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

/// The mark of a row: a number by which sums over different rows are different, but by a chance of one in 2^64.
fn mark(row: u64) -> u64 {
    // The finalizer of SplitMix64.
    let mixed = row.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Which of the forms of plain numbers with a point a cell has, which prove the same of the column's notation: with three
/// digits behind the point, which could be thousands; with few or with many digits before it.
fn form(cell: &[u8]) -> Option<usize> {
    let point = cell.iter().position(|byte| *byte == b'.')?;
    let (whole, parts) = (&cell[..point], &cell[point + 1..]);
    let is_plain = !whole.is_empty() && !parts.is_empty() && whole.iter().chain(parts).all(u8::is_ascii_digit);
    let may_be_thousands = parts.len() == 3 && whole.len() <= 3 && whole[..1] != *b"0";
    is_plain.then_some(if may_be_thousands { 0 } else { 1 + usize::from(whole.len() > 3) })
}

/// Digits that begin with a zero name something, such as a postal code.
fn has_leading_zero(cell: &[u8]) -> bool {
    matches!(cell, [b'0', _, ..]) && cell.iter().all(u8::is_ascii_digit)
}
