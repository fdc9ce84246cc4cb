//! How the numbers of a column are written: with a decimal point or comma, with thousands apart, with a currency sign, in percent.
//!
//! In: every cell of a column, as [`Evidence`]. Out: the column's [`Notation`], and cells read by it.
//! Invariant: a cell that could be two numbers is read as neither. `1,335` alone is 1335 or 1.335; only what else stands in
//! the column, or in the file, can tell.

/// The sign between whole and parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `1.5`
    Point,
    /// `1,5`
    Comma,
}

/// The sign between thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `1,000`
    Comma,
    /// `1.000`
    Point,
    /// `1'000`
    Apostrophe,
    /// `1 000`, with any kind of space.
    Space,
}

/// How the numbers of a column are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notation {
    /// The sign between whole and parts.
    pub decimal: Mark,
    /// The sign between thousands, where there is one.
    pub grouping: Option<Grouping>,
    /// The currency before or behind each number, where there is one; a number may also stand without.
    pub currency: Option<String>,
    /// Whether every number has a percent sign, so that `61 %` is 0.61.
    pub percent: bool,
}

/// Why a column's notation cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// A cell that can be read in two ways.
    pub cell: String,
    /// What it is if its sign is between thousands: `1335`.
    pub whole: String,
    /// What it is if its sign is the decimal mark: `1.335`.
    pub parts: String,
}

impl Notation {
    /// `1234.5`, and nothing round it.
    pub const PLAIN: Self = Self { decimal: Mark::Point, grouping: None, currency: None, percent: false };

    /// The number that a cell says; `None` where it says none in this notation.
    #[must_use]
    pub fn number(&self, cell: &[u8]) -> Option<f64> {
        let parts = Parts::of(std::str::from_utf8(cell).ok()?)?;
        if parts.percent != self.percent || (parts.currency.is_some() && parts.currency != self.currency.as_deref()) {
            return None;
        }
        let (digits, exponent) =
            parts.digits.find(['e', 'E']).map_or((parts.digits, ""), |at| parts.digits.split_at(at));
        let (point, comma) = (digits.find('.'), digits.find(','));
        let at = if self.decimal == Mark::Point { point } else { comma };
        let (whole, fraction) = at.map_or((digits, ""), |at| (&digits[..at], &digits[at + 1..]));
        let whole = self.ungrouped(whole)?;
        let all_digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let sign = if parts.is_negative { "-" } else { "" };
        let number: f64 =
            format!("{sign}{}.{fraction}0{exponent}", if whole.is_empty() { "0" } else { &whole }).parse().ok()?;
        number.is_finite().then_some(if self.percent { number / 100.0 } else { number })
    }

    /// The whole number that a cell says: `49`, `49.0` and, with thousands apart, `1,234`; exact at any size.
    #[must_use]
    pub fn whole(&self, cell: &[u8]) -> Option<i64> {
        let number = self.number(cell)?;
        // An exponent is what a spreadsheet leaves of a long number, whose last digits are lost.
        if number.fract() != 0.0 || self.percent || cell.iter().any(|byte| matches!(byte, b'e' | b'E')) {
            return None;
        }
        if number.abs() < 9e15 {
            return Some(number as i64);
        }
        let parts = Parts::of(std::str::from_utf8(cell).ok()?)?;
        let mark = if self.decimal == Mark::Point { '.' } else { ',' };
        let whole = self.ungrouped(parts.digits.split(mark).next()?)?;
        format!("{}{whole}", if parts.is_negative { "-" } else { "" }).parse().ok()
    }

    /// The digits without the sign between thousands; `None` where groups are not of three.
    fn ungrouped(&self, whole: &str) -> Option<String> {
        let is_sign = |c: char| match self.grouping {
            Some(Grouping::Comma) => c == ',',
            Some(Grouping::Point) => c == '.',
            Some(Grouping::Apostrophe) => is_apostrophe(c),
            Some(Grouping::Space) => is_space(c),
            None => false,
        };
        let groups: Vec<&str> = whole.split(is_sign).collect();
        is_grouped(&groups).then(|| groups.concat())
    }
}

/// Whether these groups of digits are those of one number: all but the first of three. One group alone may have any length.
fn is_grouped(groups: &[&str]) -> bool {
    let all_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let (first, others) = groups.split_first().map_or(("", &[][..]), |(first, others)| (*first, others));
    all_digits && (others.is_empty() || (matches!(first.len(), 1..=3) && others.iter().all(|group| group.len() == 3)))
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// A cell taken apart.
struct Parts<'a> {
    is_negative: bool,
    currency: Option<&'a str>,
    /// Digits with their marks, and perhaps an exponent.
    digits: &'a str,
    percent: bool,
}

/// Signs of currencies, and the codes that stand beside numbers.
const CURRENCIES: [&str; 20] = [
    "R$", "US$", "$", "€", "£", "¥", "₺", "₹", "USD", "EUR", "GBP", "CHF", "BRL", "TRY", "JPY", "INR", "kr", "TL",
    "zł", "Rs.",
];

impl<'a> Parts<'a> {
    /// `None` where the cell is no number in any notation.
    fn of(cell: &'a str) -> Option<Self> {
        let blank = |c: char| is_space(c) || c == '\t';
        let mut rest = cell.trim_matches(blank);
        let mut negative = None;
        let mut currency = None;
        sign(&mut rest, &mut negative);
        if let Some(found) = CURRENCIES.iter().find(|known| rest.starts_with(**known)) {
            (currency, rest) = (Some(&rest[..found.len()]), rest[found.len()..].trim_start_matches(blank));
            sign(&mut rest, &mut negative);
        }
        let unsigned = rest.strip_suffix('%');
        let percent = unsigned.is_some();
        rest = unsigned.unwrap_or(rest).trim_end_matches(blank);
        if currency.is_none()
            && !percent
            && let Some(found) = CURRENCIES.iter().find(|known| rest.ends_with(**known))
        {
            let (before, found) = rest.split_at(rest.len() - found.len());
            (currency, rest) = (Some(found), before.trim_end_matches(blank));
        }
        // SAP writes the minus behind the number.
        if negative.is_none()
            && let Some(before) = rest.strip_suffix('-')
            && before.ends_with(|c: char| c.is_ascii_digit())
        {
            (rest, negative) = (before, Some(true));
        }
        let is_number = rest.chars().next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
            && rest.bytes().any(|byte| byte.is_ascii_digit())
            && rest.chars().all(|c| {
                c.is_ascii_digit() || matches!(c, '.' | ',' | 'e' | 'E' | '+' | '-') || is_apostrophe(c) || is_space(c)
            });
        is_number.then_some(Self { is_negative: negative == Some(true), currency, digits: rest, percent })
    }
}

/// Takes the sign off a number that has none yet; accountants write what is negative in brackets.
fn sign(rest: &mut &str, negative: &mut Option<bool>) {
    if negative.is_some() {
        return;
    }
    let bracketed = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let signs = [("-", true), ("\u{2212}", true), ("+", false)];
    let signed = || signs.iter().find_map(|(text, minus)| Some((rest.strip_prefix(*text)?, *minus)));
    if let Some((after, minus)) = bracketed.map(|inner| (inner.trim_matches([' ', '\t']), true)).or_else(signed) {
        (*rest, *negative) = (after, Some(minus));
    }
}

/// What the cells of a column tell about its notation.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen or not, by itself")]
pub struct Evidence {
    /// Cells whose point, or whose comma, can only be the decimal mark.
    decimal_point: bool,
    decimal_comma: bool,
    /// Cells whose sign can only stand between thousands.
    grouping: Option<Grouping>,
    has_two_groupings: bool,
    /// The first cell like `1.335`, and like `1,335`, which can be either.
    either_point: Option<String>,
    either_comma: Option<String>,
    /// A number of four digits or more before its mark, with nothing between thousands.
    has_long: bool,
    currency: Option<String>,
    has_two_currencies: bool,
    n_percent: u64,
    n_numbers: u64,
}

impl Evidence {
    /// Takes a cell; whether it is a number in some notation.
    pub fn add(&mut self, cell: &[u8]) -> bool {
        // Most cells are plain, and most columns hold nothing else.
        if !cell.is_empty() && cell.len() < 16 && cell.iter().all(u8::is_ascii_digit) {
            self.n_numbers += 1;
            self.has_long |= cell.len() > 3;
            return true;
        }
        let Some(parts) = std::str::from_utf8(cell).ok().and_then(Parts::of) else { return false };
        if !self.add_digits(parts.digits) {
            return false;
        }
        self.n_numbers += 1;
        self.n_percent += u64::from(parts.percent);
        if let Some(found) = parts.currency {
            self.has_two_currencies |= self.currency.as_ref().is_some_and(|known| known != found);
            self.currency.get_or_insert_with(|| found.to_owned());
        }
        true
    }

    /// Whether the digits and their marks are a number in some notation.
    fn add_digits(&mut self, digits: &str) -> bool {
        let (mantissa, exponent) = digits.find(['e', 'E']).map_or((digits, ""), |at| digits.split_at(at));
        let exponent_digits = exponent.get(1..).unwrap_or("").trim_start_matches(['+', '-']);
        let bad_exponent = exponent_digits.is_empty() || !exponent_digits.bytes().all(|byte| byte.is_ascii_digit());
        if !exponent.is_empty() && bad_exponent {
            return false;
        }
        let marks: Vec<char> = mantissa.chars().filter(|c| !c.is_ascii_digit()).collect();
        let Some(last) = marks.last().copied() else {
            self.has_long |= mantissa.len() > 3;
            return true;
        };
        let groups: Vec<&str> = mantissa.split(|c: char| !c.is_ascii_digit()).collect();
        let is_decimal_mark = matches!(last, '.' | ',');
        let others_alike = |marks: &[char]| marks.windows(2).all(|pair| pair[0] == pair[1]);
        match marks.as_slice() {
            [_] if is_decimal_mark => self.add_one_mark(last, groups[0], groups[1], !exponent.is_empty()),
            _ if others_alike(&marks) && is_grouped(&groups) => self.add_grouping(last),
            [before @ .., _] if is_decimal_mark && others_alike(before) && before[0] != last => {
                is_grouped(&groups[..groups.len() - 1]) && self.add_decimal(last) && self.add_grouping(before[0])
            }
            _ => false,
        }
    }

    /// One point or comma: the decimal mark, unless three digits follow and one to three stand before.
    fn add_one_mark(&mut self, mark: char, whole: &str, fraction: &str, has_exponent: bool) -> bool {
        if fraction.len() == 3 && matches!(whole.len(), 1..=3) && !whole.starts_with('0') && !has_exponent {
            let either = if mark == '.' { &mut self.either_point } else { &mut self.either_comma };
            either.get_or_insert_with(|| format!("{whole}{mark}{fraction}"));
            return true;
        }
        self.has_long |= whole.len() > 3;
        self.add_decimal(mark)
    }

    fn add_decimal(&mut self, mark: char) -> bool {
        if mark == '.' {
            self.decimal_point = true;
        } else {
            self.decimal_comma = true;
        }
        true
    }

    fn add_grouping(&mut self, sign: char) -> bool {
        let found = match sign {
            ',' => Grouping::Comma,
            '.' => Grouping::Point,
            c if is_apostrophe(c) => Grouping::Apostrophe,
            c if is_space(c) => Grouping::Space,
            _ => return false,
        };
        self.has_two_groupings |= self.grouping.is_some_and(|known| known != found);
        self.grouping.get_or_insert(found);
        true
    }

    /// How many cells are numbers in some notation.
    #[must_use]
    pub fn n_numbers(&self) -> u64 {
        self.n_numbers
    }

    /// The decimal mark that the column's own cells prove.
    fn proven(&self) -> Option<Mark> {
        let by_grouping = match self.grouping {
            Some(Grouping::Comma) => (true, false),
            Some(Grouping::Point) => (false, true),
            _ => (false, false),
        };
        match (self.decimal_point || by_grouping.0, self.decimal_comma || by_grouping.1) {
            (true, false) => Some(Mark::Point),
            (false, true) => Some(Mark::Comma),
            _ => None,
        }
    }

    /// The column's notation, where the rest of the file takes `of_file` for the decimal mark. Cells that contradict it are no
    /// numbers in it.
    fn notation(&self, of_file: Option<Mark>) -> Result<Notation, Ambiguous> {
        let decimal = self.proven().or(of_file);
        let grouping = self.grouping.filter(|_| !self.has_two_groupings);
        let either = match decimal {
            Some(Mark::Point) => &self.either_comma,
            Some(Mark::Comma) => &self.either_point,
            None => &self.either_comma.as_ref().or(self.either_point.as_ref()).cloned(),
        };
        // A sign that is not the decimal mark stands between thousands: if it is proven to, or if nothing in the column has
        // parts and no number is long without it.
        let other = if decimal == Some(Mark::Comma) { Grouping::Point } else { Grouping::Comma };
        let has_parts = match decimal {
            Some(Mark::Comma) => self.decimal_comma || self.either_comma.is_some(),
            _ => self.decimal_point || self.either_point.is_some(),
        };
        let may_group = grouping.is_none() && !has_parts && !self.has_long && decimal.is_some();
        let grouping = match either {
            Some(_) if grouping == Some(other) || may_group => Some(other),
            Some(cell) if decimal.is_none() && self.either_comma.is_none() => {
                // Points alone, and nothing in the file that speaks against points: plain numbers.
                debug_assert!(cell.contains('.'));
                grouping
            }
            Some(cell) => return Err(Ambiguous::of(cell)),
            None => grouping,
        };
        Ok(Notation {
            decimal: decimal.unwrap_or(Mark::Point),
            grouping,
            currency: self.currency.clone().filter(|_| !self.has_two_currencies),
            percent: self.n_percent > 0 && self.n_percent == self.n_numbers,
        })
    }
}

impl Ambiguous {
    fn of(cell: &str) -> Self {
        Self { cell: cell.to_owned(), whole: cell.replace(['.', ','], ""), parts: cell.replace(',', ".") }
    }
}

/// The notation of each column of a file. What a column leaves open is settled by the others; `comma_likely` says that a comma
/// separates no columns here, so that it may well be the decimal mark.
#[must_use]
pub fn notations(columns: &[Evidence], comma_likely: bool) -> Vec<Result<Notation, Ambiguous>> {
    let has = |mark| columns.iter().any(|column| column.proven() == Some(mark));
    let of_file = match (has(Mark::Point), has(Mark::Comma)) {
        (true, false) => Some(Mark::Point),
        (false, true) => Some(Mark::Comma),
        (false, false) if comma_likely && columns.iter().any(|column| column.either_comma.is_some()) => {
            Some(Mark::Comma)
        }
        _ => None,
    };
    columns.iter().map(|column| column.notation(of_file)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The notation of the first of some columns of a file, and its cells read by it.
    fn read(columns: &[&[&str]], comma_likely: bool) -> Result<Vec<Option<f64>>, String> {
        let evidence: Vec<Evidence> = columns
            .iter()
            .map(|cells| {
                let mut evidence = Evidence::default();
                cells.iter().for_each(|cell| _ = evidence.add(cell.as_bytes()));
                evidence
            })
            .collect();
        let notation = notations(&evidence, comma_likely).swap_remove(0);
        let notation = notation.map_err(|other| format!("{}: {} or {}", other.cell, other.whole, other.parts))?;
        Ok(columns[0].iter().map(|cell| notation.number(cell.as_bytes())).collect())
    }

    #[test]
    fn numbers_of_all_notations_are_read() {
        for (cells, numbers) in [
            (&["49", "49.0", "-3.5", "9.3e-05", "+7", ".5", " 5 "][..], &[49.0, 49.0, -3.5, 9.3e-5, 7.0, 0.5, 5.0][..]),
            (&["$8,256.00", "$956", "$ 12.50", "-$3"], &[8256.0, 956.0, 12.5, -3.0]),
            (&["8.256,00", "1.234.567", "0,5"], &[8256.0, 1_234_567.0, 0.5]),
            (&["1'234.5", "12"], &[1234.5, 12.0]),
            (&["1\u{202f}234,5", "1 000 000"], &[1234.5, 1_000_000.0]),
            (&["(2517)", "(1,234.50)", "$(3)", "($4)", "5"], &[-2517.0, -1234.5, -3.0, -4.0, 5.0]),
            (&["1,500.50-", "12-", "3- €", "4"], &[-1500.5, -12.0, -3.0, 4.0]),
            (&["6.1%", "10 %", "-5%"], &[0.061, 0.1, -0.05]),
            (&["12 €", "3,5 €"], &[12.0, 3.5]),
            (&["9,34E-01", "1,335"], &[0.934, 1.335]),
            (&["1.335", "0.061", "12"], &[1.335, 0.061, 12.0]),
            (&["1.335", "2.594"], &[1.335, 2.594]),
        ] {
            let numbers: Vec<Option<f64>> = numbers.iter().copied().map(Some).collect();
            assert_eq!(read(&[cells], false), Ok(numbers), "{cells:?}");
        }
    }

    #[test]
    fn other_columns_settle_what_one_leaves_open() {
        let some = |numbers: &[f64]| Ok(numbers.iter().copied().map(Some).collect());
        assert_eq!(read(&[&["1,335", "956"]], false), Err("1,335: 1335 or 1.335".to_owned()));
        assert_eq!(read(&[&["1,335", "956"]], true), some(&[1.335, 956.0]));
        assert_eq!(read(&[&["1,335", "956"], &["0,5"]], false), some(&[1.335, 956.0]));
        assert_eq!(read(&[&["1,335", "956"], &["0.5"]], true), some(&[1335.0, 956.0]));
        assert_eq!(read(&[&["1.335", "956"], &["0,5"]], true), some(&[1335.0, 956.0]));
        // Numbers that are long without it speak against a sign between thousands, and so do parts.
        assert_eq!(read(&[&["1,335", "95600"], &["0.5"]], false), Err("1,335: 1335 or 1.335".to_owned()));
        assert_eq!(read(&[&["1.335", "1,541"], &["0.061"]], false), Err("1,541: 1541 or 1.541".to_owned()));
        assert_eq!(read(&[&["1.33", "1,541"]], false), Err("1,541: 1541 or 1.541".to_owned()));
        assert_eq!(read(&[&["1,234.5", "1,541"]], false), some(&[1234.5, 1541.0]));
    }

    #[test]
    fn what_contradicts_the_column_is_no_number_in_it() {
        assert_eq!(read(&[&["6.1%", "0.061"]], false), Ok(vec![None, Some(0.061)]));
        assert_eq!(
            read(&[&["0.061", "61", "#DIV/0!", "", "Total", "1e", "--1", "-1-", "1.2.3"]], false).unwrap()[2..],
            [None; 7]
        );
        assert_eq!(read(&[&["$5", "€5", "5"]], false), Ok(vec![None, None, Some(5.0)]));
        assert_eq!(read(&[&["0.5", "0,5"]], false), Ok(vec![Some(0.5), None]));
        assert_eq!(read(&[&["12,34", "1,234,56"]], false).unwrap()[1], None);
    }

    #[test]
    fn whole_numbers_are_exact() {
        let plain = Notation::PLAIN;
        for (cell, number) in [("49.0", 49), ("1291.00", 1291), ("-7", -7), ("9223372036854775807", i64::MAX)] {
            assert_eq!(plain.whole(cell.as_bytes()), Some(number), "{cell}");
        }
        for cell in ["49.5", "", "-", "1e", "1e3", "9223372036854775808", "0x10", "１"] {
            assert_eq!(plain.whole(cell.as_bytes()), None, "{cell}");
        }
        let grouped = Notation { grouping: Some(Grouping::Comma), ..Notation::PLAIN };
        assert_eq!(grouped.whole(b"1,234,567"), Some(1_234_567));
        assert_eq!(grouped.whole(b"12,34"), None);
    }
}
