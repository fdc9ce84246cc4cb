//! How far the numbers of a column reach.
//!
//! In: cells that are numbers. Out: the least and the greatest, and whether they are whole, for either decimal mark.
//! Why not by the column's notation: that is known only behind the last row, and the rows are read once.

use tabular::{Mark, Notation};

/// A number by one decimal mark.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Magnitude {
    value: f64,
    /// How many digits are behind the mark, zeros at the end aside.
    decimals: u8,
    /// The number itself, where it is whole.
    whole: Option<i128>,
}

/// A cell read by either decimal mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    by_point: Option<Magnitude>,
    by_comma: Option<Magnitude>,
    has_comma: bool,
}

/// The numbers of a column by one decimal mark.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    pub(crate) n: u64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    sum: f64,
    /// How many are not whole.
    pub(crate) n_parts: u64,
    pub(crate) decimals: u8,
    /// The least and greatest of the whole ones.
    pub(crate) least: i128,
    pub(crate) greatest: i128,
}

/// The numbers of a column by either decimal mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extent {
    by_point: Reach,
    by_comma: Reach,
    pub(crate) n: u64,
    /// How many have a comma in them.
    pub(crate) n_commas: u64,
}

impl Reading {
    /// Reads a cell that is a number in some notation.
    pub(crate) fn of(cell: &[u8]) -> Self {
        let cell = cell.trim_ascii();
        if (1..=18).contains(&cell.len()) && cell.iter().all(u8::is_ascii_digit) {
            let number = cell.iter().fold(0_i64, |number, digit| number * 10 + i64::from(digit - b'0'));
            let both = Some(Magnitude { value: number as f64, decimals: 0, whole: Some(i128::from(number)) });
            return Self { by_point: both, by_comma: both, has_comma: false };
        }
        if let Some(both) = Self::plain(cell) {
            return both;
        }
        let text = bare(&String::from_utf8_lossy(cell));
        let by_point = Magnitude::of(&text.replace(',', ""));
        let by_comma = Magnitude::of(&text.replace('.', "").replace(',', "."));
        Self { by_point, by_comma, has_comma: text.contains(',') }
    }

    /// Reads digits with a point among them, which most numbers that are not whole are.
    fn plain(cell: &[u8]) -> Option<Self> {
        // Up to here doubles hold all digits, and the power of ten too.
        if cell.len() > 16 || !cell.first()?.is_ascii_digit() {
            return None;
        }
        let (mut digits, mut decimals, mut zeros, mut has_point) = (0_i64, 0_u8, 0_u8, false);
        for byte in cell {
            match byte {
                b'0'..=b'9' => {
                    digits = digits * 10 + i64::from(byte - b'0');
                    decimals += u8::from(has_point);
                    zeros = if has_point && *byte == b'0' { zeros + 1 } else { 0 };
                }
                b'.' if !has_point => (has_point, zeros) = (true, 0),
                _ => return None,
            }
        }
        let value = digits as f64 / 10_f64.powi(i32::from(decimals));
        let whole = (value.fract() == 0.0).then_some(value as i128);
        let by_point = Magnitude { value, decimals: if whole.is_some() { 0 } else { decimals - zeros }, whole };
        let by_comma = Magnitude { value: digits as f64, decimals: 0, whole: Some(i128::from(digits)) };
        Some(Self { by_point: Some(by_point), by_comma: Some(by_comma), has_comma: false })
    }

    /// The number, its mark being the point.
    pub(crate) fn number(&self) -> Option<f64> {
        self.by_point.map(|number| number.value)
    }
}

/// The digits, marks, sign and exponent of a number, without all that stands round and between them.
fn bare(cell: &str) -> String {
    let mut text = String::new();
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        let is_exponent = matches!(c, 'e' | 'E')
            && text.ends_with(|before: char| before.is_ascii_digit() || matches!(before, '.' | ','))
            && chars.peek().is_some_and(|next| next.is_ascii_digit() || matches!(next, '+' | '-'));
        match c {
            '\u{2212}' => text.push('-'),
            // Accountants write what is negative in brackets.
            '(' if text.is_empty() => text.push('-'),
            '0'..='9' | '.' | ',' | '-' => text.push(c),
            _ if is_exponent => text.push('e'),
            _ => {}
        }
    }
    text
}

impl Magnitude {
    /// Reads digits with a point for a mark.
    fn of(text: &str) -> Option<Self> {
        let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        let mantissa = text.split('e').next().unwrap_or(text);
        let (digits, parts) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let decimals = if text.contains('e') { 17 } else { parts.trim_end_matches('0').len().min(17) as u8 };
        let is_whole = value.fract() == 0.0 && (decimals == 0 || text.contains('e'));
        let exact = || if text.contains('e') { Some(value as i128) } else { digits.parse().ok() };
        let whole = if is_whole { Some(exact().unwrap_or(value as i128)) } else { None };
        Some(Self { value, decimals: if whole.is_some() { 0 } else { decimals }, whole })
    }
}

impl Default for Reach {
    fn default() -> Self {
        let (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { n: 0, min, max, sum: 0.0, n_parts: 0, decimals: 0, least: i128::MAX, greatest: i128::MIN }
    }
}

impl Reach {
    fn add(&mut self, number: Magnitude, times: u64) {
        self.n += times;
        self.min = self.min.min(number.value);
        self.max = self.max.max(number.value);
        self.sum += number.value * times as f64;
        match number.whole {
            Some(whole) => {
                self.least = self.least.min(whole);
                self.greatest = self.greatest.max(whole);
            }
            None => self.n_parts += times,
        }
        self.decimals = self.decimals.max(number.decimals);
    }

    /// The mean; of no numbers 0.
    pub(crate) fn mean(&self) -> f64 {
        if self.n == 0 { 0.0 } else { self.sum / self.n as f64 }
    }

    /// Whether all, or all but one in a thousand, are whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.n_parts * 1000 <= self.n
    }
}

impl Extent {
    /// Adds a cell that comes so many times.
    pub(crate) fn add(&mut self, reading: &Reading, times: u64) {
        if times == 0 {
            return;
        }
        self.n += times;
        self.n_commas += if reading.has_comma { times } else { 0 };
        if let Some(number) = reading.by_point {
            self.by_point.add(number, times);
        }
        if let Some(number) = reading.by_comma {
            self.by_comma.add(number, times);
        }
    }

    /// The numbers as a notation reads them.
    pub(crate) fn reach(&self, notation: &Notation) -> Reach {
        let mut reach = match notation.decimal {
            Mark::Point => self.by_point.clone(),
            Mark::Comma => self.by_comma.clone(),
        };
        if notation.percent && reach.n > 0 {
            reach.min /= 100.0;
            reach.max /= 100.0;
            reach.sum /= 100.0;
            reach.n_parts = reach.n;
            reach.decimals = reach.decimals.saturating_add(2);
        }
        reach
    }

    /// The numbers, their mark being the point.
    pub(crate) fn plain(&self) -> &Reach {
        &self.by_point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(cells: &[&str], notation: &Notation) -> (f64, f64, bool, u8) {
        let mut extent = Extent::default();
        for cell in cells {
            extent.add(&Reading::of(cell.as_bytes()), 1);
        }
        let reach = extent.reach(notation);
        (reach.min, reach.max, reach.is_whole(), reach.decimals)
    }

    #[test]
    fn numbers_reach_as_their_notation_reads_them() {
        let plain = Notation::PLAIN;
        assert_eq!(reach(&["49", "49.0", "-3"], &plain), (-3.0, 49.0, true, 0));
        assert_eq!(reach(&["$8,256.50", "956"], &plain), (956.0, 8256.5, false, 1));
        assert_eq!(reach(&["(2,517)", "$(3)", "4"], &plain), (-2517.0, 4.0, true, 0));
        assert_eq!(reach(&["9.3e-05", "1"], &plain), (9.3e-5, 1.0, false, 17));
        let comma = Notation { decimal: Mark::Comma, ..Notation::PLAIN };
        assert_eq!(reach(&["8.256,25", "1.335 €"], &comma), (1335.0, 8256.25, false, 2));
        let percent = Notation { percent: true, ..Notation::PLAIN };
        assert_eq!(reach(&["6.1%", "10 %"], &percent), (0.061, 0.1, false, 3));
        assert_eq!(reach(&["R$ 12", "\u{2212}5 EUR"], &plain), (-5.0, 12.0, true, 0));
    }

    #[test]
    fn plain_numbers_are_read_as_all_others_are() {
        for cell in ["0.061", "12691.0", "1.335", "00.50", "12.", "1438.3", "99999999999999.9", "0.000"] {
            let text = bare(cell);
            let slow = (Magnitude::of(&text), Magnitude::of(&text.replace('.', "")));
            let fast = Reading::plain(cell.as_bytes()).map(|reading| (reading.by_point, reading.by_comma));
            assert_eq!(fast, Some(slow), "{cell}");
        }
        for cell in ["1.2.3", ".5", "-1.5", "1e5", "1.50000000000000001", "1,5"] {
            assert_eq!(Reading::plain(cell.as_bytes()), None, "{cell}");
        }
    }

    #[test]
    fn whole_numbers_are_exact_at_any_size() {
        let mut extent = Extent::default();
        for cell in ["9223372036854775808", "1", "123456789012345678901234567890"] {
            extent.add(&Reading::of(cell.as_bytes()), 1);
        }
        assert_eq!(extent.plain().greatest, 123_456_789_012_345_678_901_234_567_890);
        assert_eq!((extent.plain().least, extent.plain().mean() > 1e28), (1, true));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for cell in ["", "-", "e", "1.2.3", "--1", "1e999"] {
            assert_eq!(Reading::of(cell.as_bytes()).number(), None, "{cell}");
        }
        assert_eq!(Reading::of(&[0xff, b'1', 0xfe]).number(), Some(1.0));
    }
}
