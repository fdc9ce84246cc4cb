//! Dates in the usual spellings: ISO 8601 and its basic forms, week and ordinal dates, `01/02/2020`, `2.1.2020`,
//! `Jan 2, 2020`, `Thu, 02 Jan 2020 03:04:05 GMT`, `@1577934245`; times with fractions, am/pm and a zone.
//!
//! MongoDB: reads with a forgiving library; here are its forms that people write. What none of them fits is error 241.

use super::calendar::{Local, days_in_month, days_of, days_of_iso_week};
use super::from_string::number;
use super::relative::Relative;
use super::zone::Zone;
use crate::Error;
use crate::expr::convert::CONVERSION_FAILURE;

/// What was read: a local time, and the seconds east of UTC if the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) local: Local,
    pub(super) offset: Option<i64>,
}

impl Read {
    /// The instant, in the zone unless the text has its own.
    pub(super) fn instant(self, zone: &Zone) -> Option<i64> {
        match self.offset {
            Some(offset) => self.local.instant(offset),
            None => zone.instant(self.local, None),
        }
    }
}

/// The instant that a text spells, in UTC unless it says otherwise: what `$toDate` does.
pub(in crate::expr) fn from_text(text: &str) -> Result<i64, Error> {
    read(text)?.instant(&Zone::UTC).ok_or_else(|| failure(text))
}

fn failure(text: &str) -> Error {
    Error::coded(CONVERSION_FAILURE, format!("error parsing date string `{text}`"))
}

/// Reads a text without a format.
pub(super) fn read(text: &str) -> Result<Read, Error> {
    spelled(text.trim_end_matches('\0').trim_matches(BLANK)).ok_or_else(|| failure(text))
}

/// MongoDB: the text is C's, and ends at zeros; between date, time and zone stand any of the first three.
const BLANK: [char; 5] = [' ', '\t', '\n', '\r', '\x0B'];
const BETWEEN: [char; 3] = [' ', '\t', '\n'];

fn spelled(text: &str) -> Option<Read> {
    let mut relative = Relative::default();
    let text = relative.take(text).trim_start_matches(BETWEEN);
    let (read, rest) = match text.strip_prefix('@') {
        Some(text) => {
            let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
            relative.add_seconds(text[..length].parse().ok()?)?;
            (Read { local: Local { days: 0, millis: 0 }, offset: Some(0) }, &text[length..])
        }
        None => date_and_time(without_weekday(text, &mut relative), &mut relative)?,
    };
    if !relative.take(rest).is_empty() || (is_week_date(text) && !relative.is_nothing()) {
        return None;
    }
    Some(Read { local: relative.moved(read.local)?, ..read })
}

/// A date, perhaps with a time and a zone, and what moves it between these.
fn date_and_time<'a>(text: &'a str, relative: &mut Relative) -> Option<(Read, &'a str)> {
    if let Some(read) = time_before_year(text) {
        return Some(read);
    }
    let (days, rest) = [iso_date, basic_date, slashed_date, german_date, named_month_first, day_first]
        .iter()
        .find_map(|form| form(text))?;
    let is_compact = basic_date(text).is_some() && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let rest = relative.take(rest);
    let (millis, after) = time(rest)?;
    // MongoDB: such a time has no fractions of a second.
    if is_compact && rest[..rest.len() - after.len()].contains('.') {
        return None;
    }
    if after.len() < rest.len() {
        relative.before_time()?;
    }
    let local = Local { days, millis };
    let rest = relative.take(after).trim_start_matches(BETWEEN);
    if rest.is_empty() {
        return Some((Read { local, offset: None }, rest));
    }
    let (offset, rest) = zone(rest)?;
    Some((Read { local, offset: Some(offset) }, rest))
}

/// `Dec 25 10:00:00 2020`, as C prints times.
fn time_before_year(text: &str) -> Option<(Read, &str)> {
    let (month, rest) = month(text)?;
    let (date, _, rest) = number(between(rest), 2)?;
    let (clock, year) = rest.trim_start_matches(' ').split_once(' ').filter(|(clock, _)| clock.contains(':'))?;
    let (year, 4, rest) = number(year, 4)? else { return None };
    let (millis, "") = time(clock)? else { return None };
    Some((Read { local: Local { days: day(year, month, date)?, millis }, offset: None }, rest))
}

/// A day that exists.
fn day(year: i64, month: i64, day: i64) -> Option<i64> {
    let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    exists.then(|| days_of(year, month, day))
}

/// `2020-01-02`, `2020-1-2`, `2020/01/02`, `2020-Jan-02`, `2020-01`, `2020-W01-4`, `2020W014`, `2020-002`, each with an
/// optional sign.
fn iso_date(text: &str) -> Option<(i64, &str)> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (year, 4, rest) = number(unsigned, 4)? else { return None };
    let year = sign * year;
    if let Some(week) = rest.strip_prefix("-W").or_else(|| rest.strip_prefix('W')) {
        let (week, 2, rest) = number(week, 2)? else { return None };
        let after = rest.strip_prefix('-').unwrap_or(rest);
        let (weekday, rest) = number(after, 1).map_or((1, rest), |(weekday, _, rest)| (weekday, rest));
        return (1..=53).contains(&week).then(|| (days_of_iso_week(year, week) + weekday - 1, rest));
    }
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let rest = &rest[1..];
    if let Some((ordinal, 3, after)) = number(rest, 3)
        && separator == '-'
    {
        // The server checks the ordinal as a day of January, so that only these get through.
        let exists = (1..=31).contains(&ordinal);
        return exists.then(|| (days_of(year, 1, ordinal), after));
    }
    let (month, rest) = match month(rest) {
        Some(named) => named,
        None => number(rest, 2).map(|(month, _, rest)| (month, rest))?,
    };
    match rest.strip_prefix(separator) {
        Some(rest) => {
            let (date, _, rest) = number(rest, 2)?;
            Some((day(year, month, date)?, rest))
        }
        None if separator == '-' => Some((day(year, month, 1)?, rest)),
        None => None,
    }
}

/// `20200102`, and `20200102030405` with its time.
fn basic_date(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, _, rest) = number(text, 8).filter(|_| length == 8 || length == 14)?;
    Some((day(digits / 10_000, digits / 100 % 100, digits % 100)?, rest))
}

/// `01/02/2020` and `1/2/20`: the month first.
fn slashed_date(text: &str) -> Option<(i64, &str)> {
    let (month, _, rest) = number(text, 2)?;
    let (date, _, rest) = number(rest.strip_prefix('/')?, 2)?;
    let (year, rest) = match number(rest.strip_prefix('/')?, 4)? {
        (year, 4, rest) => (year, rest),
        (year, 2, rest) => (year + if year < 70 { 2000 } else { 1900 }, rest),
        _ => return None,
    };
    Some((day(year, month, date)?, rest))
}

/// `02-01-2020` and `2.1.2020`: the day first.
fn german_date(text: &str) -> Option<(i64, &str)> {
    let (date, _, rest) = number(text, 2)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '.'))?;
    let (month, _, rest) = number(&rest[1..], 2)?;
    let (year, 4, rest) = number(rest.strip_prefix(separator)?, 4)? else { return None };
    Some((day(year, month, date)?, rest))
}

/// `Jan 2 2020`, `January 2nd, 2020`, `Jan 2020`.
fn named_month_first(text: &str) -> Option<(i64, &str)> {
    let (month, rest) = month(text)?;
    if let Some((year, 4, rest)) = number(between(rest), 4) {
        return Some((day(year, month, 1)?, rest));
    }
    let (date, _, rest) = number(between(rest), 2)?;
    let rest = ["st", "nd", "rd", "th"].iter().find_map(|suffix| rest.strip_prefix(suffix)).unwrap_or(rest);
    let (year, 4, rest) = number(between(rest), 4)? else { return None };
    Some((day(year, month, date)?, rest))
}

/// `2 January 2020`, `02-Jan-2020`.
fn day_first(text: &str) -> Option<(i64, &str)> {
    let (date, _, rest) = number(text, 2)?;
    let rest = ["st", "nd", "rd", "th"].iter().find_map(|suffix| rest.strip_prefix(suffix)).unwrap_or(rest);
    let (month, rest) = month(between(rest))?;
    let (year, 4, rest) = number(rest.trim_start_matches([' ', '-', '\t']), 4)? else { return None };
    Some((day(year, month, date)?, rest))
}

/// What follows the signs between the parts of a date.
fn between(text: &str) -> &str {
    text.trim_start_matches([' ', ',', '.', '-', '\t'])
}

/// The word at the start, in lower case, and the rest.
pub(super) fn word(text: &str) -> (String, &str) {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    (text[..length].to_ascii_lowercase(), &text[length..])
}

fn month(text: &str) -> Option<(i64, &str)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let (name, rest) = word(text);
    let index = MONTHS.iter().position(|month| *month == name || month[..3] == name);
    let index = index.or_else(|| (name == "sept").then_some(8))?;
    Some((index as i64 + 1, rest.strip_prefix('.').unwrap_or(rest)))
}

/// The text behind the name of a day of the week. MongoDB: the date moves on to the next such day, if it is none.
fn without_weekday<'a>(text: &'a str, relative: &mut Relative) -> &'a str {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let (name, rest) = word(text);
    match DAYS.iter().position(|day| *day == name || day[..3] == name) {
        Some(at) => {
            relative.set_weekday(at as i64 + 1);
            between(rest)
        }
        None => text,
    }
}

/// Whether it names a week, `2020-W01`. MongoDB: what moves such a date takes the place of its week.
fn is_week_date(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0] == b'W' && pair[1].is_ascii_digit())
}

/// Whether it is after noon, and the rest behind `am`, `pm` or `p.m.`, behind which only a blank stands.
fn meridian(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_start_matches(' ');
    let is_after_noon = match text.as_bytes().first()? {
        b'a' | b'A' => false,
        b'p' | b'P' => true,
        _ => return None,
    };
    let rest = text[1..].strip_prefix('.').unwrap_or(&text[1..]).strip_prefix(['m', 'M'])?;
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some((is_after_noon, rest))
}

/// Milliseconds since midnight, 0 where no time follows, and the rest. `T10` and `10 am` are times, a bare `10` is not.
fn time(text: &str) -> Option<(i64, &str)> {
    let blank = text.trim_start_matches([' ', ',', '\t', '\n']);
    let start = text.strip_prefix(['T', 't']).unwrap_or_else(|| blank.trim_start_matches(['T', 't']));
    if !start.starts_with(|c: char| c.is_ascii_digit()) {
        return Some((0, text));
    }
    let (mut hour, _, mut rest) = number(start, 2)?;
    let (mut minute, mut second, mut millisecond) = (0, 0, 0);
    let separator = rest.chars().next().filter(|c| matches!(c, ':' | '.'));
    let mut is_bare = separator.is_none() && !text.starts_with(['T', 't']);
    if let Some(separator) = separator {
        (minute, _, rest) = number(&rest[1..], 2)?;
        if let Some(after) = rest.strip_prefix(separator) {
            (second, _, rest) = number(after, 2)?;
        }
    } else if let Some((digits, 4, after)) = number(rest, 4) {
        (minute, second, rest, is_bare) = (digits / 100, digits % 100, after, false);
    } else if let Some((digits, 2, after)) = number(rest, 2) {
        (minute, rest, is_bare) = (digits, after, false);
    }
    if let Some(after) = rest.strip_prefix('.') {
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        millisecond = format!("{:0<3}", &after[..count.min(3)]).parse().ok()?;
        rest = &after[count..];
    }
    if let Some((is_after_noon, after)) = meridian(rest)
        && (1..=12).contains(&hour)
    {
        hour = hour % 12 + if is_after_noon { 12 } else { 0 };
        (rest, is_bare) = (after, false);
    }
    let exists = hour < 24 && minute < 60 && second < 60 && !is_bare;
    exists.then_some((((hour * 60 + minute) * 60 + second) * 1000 + millisecond, rest))
}

/// A zone at the start: `Z`, `UTC`, `EST`, `+05:30`, …; seconds east of UTC, and the rest.
pub(super) fn zone(text: &str) -> Option<(i64, &str)> {
    const NAMES: &[(&str, i64)] = &[
        ("utc", 0),
        ("gmt", 0),
        ("est", -5),
        ("edt", -4),
        ("cst", -6),
        ("cdt", -5),
        ("mst", -7),
        ("mdt", -6),
        ("pst", -8),
        ("pdt", -7),
        ("cet", 1),
        ("cest", 2),
        ("bst", 1),
        ("wet", 0),
        ("west", 1),
        ("eet", 2),
        ("eest", 3),
        ("msk", 3),
        ("jst", 9),
    ];
    let (name, after) = word(text);
    if let [letter] = name.as_bytes() {
        return Some((military(*letter)? * 3600, after));
    }
    if let Some(inside) = text.strip_prefix('(') {
        let (offset, after) = zone(inside)?;
        return Some((offset, after.strip_prefix(')')?));
    }
    if !name.is_empty() {
        let offset = NAMES.iter().find(|(known, _)| *known == name).map(|(_, hours)| hours * 3600)?;
        return Some((offset, after));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (digits, length, rest) = number(&text[1..], 4)?;
    let (hours, minutes, rest) = match length {
        1 | 2 => match rest.strip_prefix(':').and_then(|after| number(after, 2)) {
            Some((minutes, _, rest)) => (digits, minutes, rest),
            None => (digits, 0, rest),
        },
        _ => (digits / 100, digits % 100, rest),
    };
    Some((sign * (hours * 60 + minutes) * 60, rest))
}

/// The hours of a zone of one letter: east of Greenwich up to `m`, west of it from `n`; `j` is none.
fn military(letter: u8) -> Option<i64> {
    match letter {
        b'a'..=b'i' => Some(i64::from(letter - b'a') + 1),
        b'k'..=b'm' => Some(i64::from(letter - b'a')),
        b'n'..=b'y' => Some(-(i64::from(letter - b'n') + 1)),
        b'z' => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::date::iso_text;

    #[test]
    fn the_usual_spellings_are_read() {
        for (text, expected) in [
            ("2020-01", "2020-01-01T00:00:00.000Z"),
            ("2020-1-2", "2020-01-02T00:00:00.000Z"),
            ("2020-01-02T03", "2020-01-02T03:00:00.000Z"),
            ("2020-01-02T03:04:05.678901Z", "2020-01-02T03:04:05.678Z"),
            ("2020-01-02T03:04:05+0530", "2020-01-01T21:34:05.000Z"),
            ("2020-01-02 03:04:05 UTC", "2020-01-02T03:04:05.000Z"),
            ("2020-06-01T03:04:05 EST", "2020-06-01T08:04:05.000Z"),
            ("20200102T030405Z", "2020-01-02T03:04:05.000Z"),
            ("2020-W01-4", "2020-01-02T00:00:00.000Z"),
            ("2020W014", "2020-01-02T00:00:00.000Z"),
            ("2020-001", "2020-01-01T00:00:00.000Z"),
            ("01/02/2020", "2020-01-02T00:00:00.000Z"),
            ("02-01-2020", "2020-01-02T00:00:00.000Z"),
            ("02.01.2020", "2020-01-02T00:00:00.000Z"),
            ("Jan 2 2020", "2020-01-02T00:00:00.000Z"),
            ("July 4th, 2017", "2017-07-04T00:00:00.000Z"),
            ("2 January 2020", "2020-01-02T00:00:00.000Z"),
            ("Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05.000Z"),
            ("2020-01-02 3:04 PM", "2020-01-02T15:04:00.000Z"),
            ("@1577934245", "2020-01-02T03:04:05.000Z"),
            ("2020-12-25, 10:00", "2020-12-25T10:00:00.000Z"),
            ("2020-12-25 10.30", "2020-12-25T10:30:00.000Z"),
            ("2020-12-25 12am", "2020-12-25T00:00:00.000Z"),
            ("20201225100000", "2020-12-25T10:00:00.000Z"),
            ("12/25/20", "2020-12-25T00:00:00.000Z"),
            ("2020-Dec-25", "2020-12-25T00:00:00.000Z"),
            ("Dec 2020", "2020-12-01T00:00:00.000Z"),
            ("Sept 5 2020", "2020-09-05T00:00:00.000Z"),
            ("Fri Dec 25 10:00:00 2020", "2020-12-25T10:00:00.000Z"),
            ("2020-12-25T10:00:00+1", "2020-12-25T09:00:00.000Z"),
            ("0001-01-01", "0001-01-01T00:00:00.000Z"),
            ("2020-01-02\t03:04\0", "2020-01-02T03:04:00.000Z"),
            ("2020-01-02\n03:04 M", "2020-01-01T15:04:00.000Z"),
            ("2020-01-02T03:04:05n", "2020-01-02T04:04:05.000Z"),
            ("2020-Jan-02 noon", "2020-01-02T12:00:00.000Z"),
            ("2020-01-02 noon (EST)", "2020-01-02T17:00:00.000Z"),
            ("2020-01-31 +1 month", "2020-03-02T00:00:00.000Z"),
            ("2020-01-02 10:00 +2 hours", "2020-01-02T12:00:00.000Z"),
            ("2020-01-02T10:00Z+1 day", "2020-01-03T10:00:00.000Z"),
            ("2020-01-02 +1 day 10:00 EST", "2020-01-03T15:00:00.000Z"),
            ("2020-01-02 +1 month +1 day ago", "2019-12-01T00:00:00.000Z"),
            ("2020-01-02 10 days", "2020-01-12T00:00:00.000Z"),
            ("2020-01-02 10:00 last day of next month", "2020-02-29T00:00:00.000Z"),
            ("first day of 2020-05-17 10:00", "2020-05-01T10:00:00.000Z"),
            ("@1 noon", "1970-01-01T12:00:01.000Z"),
            ("first day of 2020-05-17", "2020-05-01T00:00:00.000Z"),
            ("2020-01-02 10:00 tomorrow", "2020-01-03T00:00:00.000Z"),
            ("2020-01-02 yesterday noon", "2020-01-01T12:00:00.000Z"),
            ("2020-01-02 twelfth month", "2021-01-02T00:00:00.000Z"),
            ("2020-01-02 last week", "2019-12-23T00:00:00.000Z"),
            ("2020-01-05 this week", "2019-12-30T00:00:00.000Z"),
            ("Mon, 02 Jan 2020 03:04:05 GMT", "2020-01-06T03:04:05.000Z"),
            ("Mon 2020-01-02 +1 day", "2020-01-07T00:00:00.000Z"),
            ("2020-01-02 11:59 p.m. Z", "2020-01-02T23:59:00.000Z"),
            ("2020-01-02 +1 week tomorrow", "2020-01-03T00:00:00.000Z"),
            ("2020-01-02 1 day ago 5 msec ago", "2020-01-03T00:00:00.005Z"),
            ("@86400 +1 day", "1970-01-03T00:00:00.000Z"),
            ("Dec 25 10:00:00 2020 +1 day", "2020-12-26T10:00:00.000Z"),
        ] {
            assert_eq!(from_text(text).and_then(iso_text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn all_else_is_refused() {
        for text in [
            "",
            "x",
            "2020",
            "now",
            "tomorrow noon",
            "+1 day",
            "1 week ago",
            "first day of next month",
            "2020-01-02 noon 10:00",
            "2020-01-02 11:59pmZ",
            "20200131T10:00:30.5",
            "2020-W05-5 tomorrow",
            "Mon 2020-01-02 1 day ago",
            "2020-01-02 +1 d",
            "2020-01-02 +1 daylight",
            "2020-01-02 first week",
            "2020-02-30",
            "2020-13-01",
            "2020-01-02T25:00:00",
            "2020-01-02T24:00:00",
            "2020-01-02T03:04:60Z",
            "1577934245",
            "12:34",
            "2020.01.02",
            "2024-060",
            "2020-12-25 10",
            "2 Jan, 2020",
            "2020122510",
            "25/12/2020",
            "2020-01-02 03:04:05 America/New_York",
            "é",
        ] {
            assert_eq!(from_text(text).unwrap_err().code(), Some(241), "{text}");
        }
    }
}
