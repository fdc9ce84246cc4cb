//! What one form took of a date's text, number by number and word by word.
//!
//! In: the bytes of a form. Out: numbers, months, fractions, zones, in the order in which they stand.
//! Invariant: what stands between them is passed over, for the form has seen to it.

use super::abbreviations::offset_of;
use super::scan::Form;

/// No date lies so many years away.
const MOST_YEARS: i64 = 300_000_000;

/// A time of the day.
#[derive(Clone, Copy, Default)]
pub(super) struct Time {
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) millis: i64,
}

/// What one form took of the text.
pub(super) struct Token<'t> {
    pub(super) bytes: &'t [u8],
    at: usize,
}

impl<'t> Token<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        &self.bytes[self.at..]
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.rest().first(), None | Some(0))
    }

    pub(super) fn is_next(&self, any: &[u8]) -> bool {
        self.rest().first().is_some_and(|byte| any.contains(byte))
    }

    /// The next number of at most so many digits, wherever it is.
    pub(super) fn number(&mut self, most: usize) -> Option<i64> {
        self.number_and_length(most).map(|(number, _)| number)
    }

    fn number_and_length(&mut self, most: usize) -> Option<(i64, usize)> {
        let skipped = self.rest().iter().position(u8::is_ascii_digit)?;
        let digits = &self.rest()[skipped..];
        let length = digits.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?;
        self.at += skipped + length;
        Some((number, length))
    }

    /// A year. MongoDB: fewer than four digits below 100 are of the years 1970 to 2069.
    fn year(&mut self) -> Option<i64> {
        let (year, length) = self.number_and_length(4)?;
        Some(match year {
            0..70 if length < 4 => year + 2000,
            70..100 if length < 4 => year + 1900,
            _ => year,
        })
    }

    /// The milliseconds behind a dot or a colon.
    pub(super) fn fraction(&mut self) -> i64 {
        self.at += 1;
        let n = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits: String =
            self.rest()[..n].iter().map(|byte| char::from(*byte)).chain("000".chars()).take(3).collect();
        self.at += n;
        digits.parse().unwrap_or(0)
    }

    pub(super) fn time24(&mut self) -> Option<Time> {
        let mut time = Time { hour: self.number(2)?, ..Time::default() };
        if self.is_next(b":.") {
            time.minute = self.number(2)?;
            if self.is_next(b":.") {
                time.second = self.number(2)?;
                if self.is_next(b".") {
                    time.millis = self.fraction();
                }
            }
        }
        Some(time)
    }

    /// The hour with its `am` or `pm`, if one follows.
    pub(super) fn meridian(&mut self, hour: i64) -> i64 {
        let letter = self.rest().iter().map(u8::to_ascii_lowercase).find(|byte| matches!(byte, b'a' | b'p'));
        self.at = self.bytes.len();
        match letter {
            Some(b'a') => hour % 12,
            Some(_) => hour % 12 + 12,
            None => hour,
        }
    }

    /// The word that is next, in lower case.
    fn word(&mut self) -> String {
        let skipped = self.rest().iter().position(u8::is_ascii_alphabetic).unwrap_or(self.rest().len());
        let letters = self.rest()[skipped..].iter().take_while(|byte| byte.is_ascii_alphabetic());
        let word: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
        self.at += skipped + word.len();
        word
    }

    pub(super) fn month(&mut self) -> Option<i64> {
        const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
        const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let word = self.word();
        let roman = ROMAN.iter().position(|known| *known == word);
        let at = roman.or_else(|| NAMES.iter().position(|known| word.starts_with(known)))?;
        Some(at as i64 + 1)
    }

    fn skip_suffix(&mut self) {
        let suffix = self.rest().get(..2).map(<[u8]>::to_ascii_lowercase);
        if suffix.is_some_and(|suffix| [&b"st"[..], b"nd", b"rd", b"th"].contains(&suffix.as_slice())) {
            self.at += 2;
        }
    }

    /// Year, month and day of a form that is a date.
    pub(super) fn date(&mut self, form: Form) -> Option<(Option<i64>, i64, Option<i64>)> {
        Some(match form {
            Form::American => {
                let (month, day) = (self.number(2)?, self.number(2)?);
                (if self.is_next(b"/") { Some(self.year()?) } else { None }, month, Some(day))
            }
            Form::YearFirst | Form::ShortYearFirst => {
                let sign = if self.bytes[0] == b'-' { -1 } else { 1 };
                (Some(sign * self.year()?), self.number(2)?, Some(self.number(2)?))
            }
            Form::LongYearFirst => {
                let sign = if self.bytes[0] == b'-' { -1 } else { 1 };
                let year = self.number(19).filter(|year| *year <= MOST_YEARS)?;
                (Some(sign * year), self.number(2)?, Some(self.number(2)?))
            }
            Form::YearMonth => (Some(self.year()?), self.number(2)?, Some(1)),
            Form::DayNamedMonthYear => {
                let day = self.number(2)?;
                self.skip_suffix();
                let month = self.month()?;
                (Some(self.year()?), month, Some(day))
            }
            Form::DayFirst | Form::DayFirstShortYear => {
                let (day, month) = (self.number(2)?, self.number(2)?);
                (Some(self.year()?), month, Some(day))
            }
            Form::NamedMonthYear => {
                let month = self.month()?;
                (Some(self.year()?), month, Some(1))
            }
            Form::YearNamedMonth => (Some(self.year()?), self.month()?, Some(1)),
            Form::NamedMonthDay | Form::ShortNameFirst => {
                let (month, day) = (self.month()?, self.number(2)?);
                (self.year(), month, Some(day))
            }
            Form::DayNamedMonth => {
                let day = self.number(2)?;
                self.skip_suffix();
                (None, self.month()?, Some(day))
            }
            Form::DateDigits => (Some(self.number(4)?), self.number(2)?, Some(self.number(2)?)),
            // MongoDB: a day of the year is checked as one of January.
            Form::Ordinal => (Some(self.number(4)?), 1, Some(self.number(3)?)),
            Form::WeekDay | Form::Week => (Some(self.number(4)?), 1, Some(1)),
            Form::ShortNameSecond => {
                let (year, month) = (self.year()?, self.month()?);
                (Some(year), month, Some(self.number(2)?))
            }
            Form::NamedMonth => (None, self.month()?, None),
            _ => return None,
        })
    }

    /// A zone: seconds east of UTC.
    pub(super) fn zone(&mut self) -> Option<i64> {
        let text = std::str::from_utf8(&self.bytes[self.at..]).ok()?.trim_end_matches('\0');
        let text = text.trim_start_matches([' ', '\t', '(']).trim_end_matches(')');
        self.at = self.bytes.len();
        zone(text).filter(|(_, rest)| rest.is_empty()).map(|(offset, _)| offset)
    }
}

/// A zone at the start: `Z`, `UTC`, `EST`, `+05:30`, …; seconds east of UTC, and the rest.
pub(super) fn zone(text: &str) -> Option<(i64, &str)> {
    if let Some(inside) = text.strip_prefix('(') {
        let (offset, after) = zone(inside)?;
        return Some((offset, after.strip_prefix(')')?));
    }
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, after) = text.split_at(length);
    let is_signed = after.starts_with(['+', '-']);
    if !(name.is_empty() || name.eq_ignore_ascii_case("gmt") && is_signed) {
        return Some((offset_of(&name.to_ascii_lowercase())?, after));
    }
    let sign = match after.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let length = after[1..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let (digits, rest) = after[1..].split_at(length);
    Some((sign * offset(digits)?, rest))
}

/// A zone where a format asks for one, and the rest. MongoDB: a name goes as far as letters, digits and `/_+-` do, whatever the
/// format says comes behind it; blanks before a zone and parentheses around it are passed over.
pub(super) fn zone_of_format(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start_matches([' ', '\t', '(']);
    let is_offset =
        !text.starts_with(|c: char| c.is_ascii_alphabetic()) || text.starts_with("GMT+") || text.starts_with("GMT-");
    let (offset, rest) = if is_offset {
        zone(text)?
    } else {
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(byte);
        let (name, rest) = text.split_at(text.bytes().take_while(is_of_name).count());
        (offset_of(&name.to_ascii_lowercase())?, rest)
    };
    Some((offset, rest.trim_start_matches(')')))
}

/// The seconds of hours, minutes and seconds, with colons or without.
fn offset(text: &str) -> Option<i64> {
    let number = |text: &str| text.parse::<i64>().ok();
    let seconds = |hours: i64, minutes: i64, seconds: i64| hours * 3600 + minutes * 60 + seconds;
    let parts: Vec<&str> = text.split(':').collect();
    Some(match parts.as_slice() {
        [digits] if digits.len() <= 2 => seconds(number(digits)?, 0, 0),
        [digits] if digits.len() <= 4 => seconds(number(digits)? / 100, number(digits)? % 100, 0),
        [digits] if digits.len() == 6 => {
            let digits = number(digits)?;
            seconds(digits / 10_000, digits / 100 % 100, digits % 100)
        }
        [hours, minutes] => seconds(number(hours)?, number(minutes)?, 0),
        [hours, minutes, rest] => seconds(number(hours)?, number(minutes)?, number(rest)?),
        _ => return None,
    })
}
