//! Dates in the usual spellings: ISO 8601 and its basic forms, week and ordinal dates, `01/02/2020`, `2.1.2020`,
//! `Jan 2, 2020`, `Thu, 02 Jan 2020 03:04:05 GMT`, `@1577934245`; times with fractions, am/pm and a zone; and what moves
//! such a date.
//!
//! In: text. Out: a local time, and the zone that the text names. MongoDB: form by form is read, in any order; what is said twice,
//! or stands for no day or time that exists, and a text that names no day at all are error 241.

use super::calendar::{Local, days_in_month, days_of};
use super::relative::{Edge, Relative, Way, Weekday, weekday_named};
use super::scan::{Form, form_at};
use super::token::{Time, Token};
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
    spelled(text).ok_or_else(|| failure(text))
}

/// MongoDB: around the text any space of C's may stand, and behind it zeros; inside these.
const SPACE: [char; 6] = [' ', '\t', '\n', '\r', '\x0B', '\x0C'];
const SKIPPED: &[u8] = b" .,\t\n\0";
/// MongoDB: what `1504` leaves unsaid of a second lies a tenth before it.
const UNSAID_MS: i64 = -100;

fn spelled(text: &str) -> Option<Read> {
    let text = text.trim_end_matches('\0').trim_matches(SPACE);
    if let Some(read) = plain(text) {
        return Some(read);
    }
    let bytes: Vec<u8> = text.bytes().chain([0]).collect();
    let mut found = Found::default();
    let mut at = 0;
    // A form may take the zero behind the text, too.
    while at + 1 < bytes.len() {
        match form_at(&bytes, at) {
            Some((form, end)) => {
                found.take(form, &mut Token::new(&bytes[at..end]))?;
                at = end;
            }
            None if SKIPPED.contains(&bytes[at]) => at += 1,
            None => return None,
        }
    }
    found.read()
}

/// `2020-01-02`, `2020-01-02T03:04:05.678Z` and what lies between, without a look at the other forms: most texts are such.
fn plain(text: &str) -> Option<Read> {
    let (date, time) = text.split_at_checked(10)?;
    let is_like = |text: &str, like: &str| {
        text.len() == like.len()
            && text.bytes().zip(like.bytes()).all(|(a, b)| a == b || (b == b'0' && a.is_ascii_digit()))
    };
    let digits = |text: &str| text.parse::<i64>().ok();
    is_like(date, "0000-00-00").then_some(())?;
    let (year, month, day) = (digits(&date[..4])?, digits(&date[5..7])?, digits(&date[8..])?);
    let (time, offset) = time.strip_suffix('Z').map_or((time, None), |time| (time, Some(0)));
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut found = Time::default();
    match clock.strip_prefix(['T', ' ']) {
        None if time.is_empty() && offset.is_none() => {}
        Some(clock)
            if is_like(clock, "00:00:00")
                || (is_like(clock, "00:00") && fraction.is_empty() && !time.ends_with('.')) =>
        {
            found.hour = digits(&clock[..2])?;
            found.minute = digits(&clock[3..5])?;
            found.second = clock.get(6..).map_or(Some(0), digits)?;
        }
        _ => return None,
    }
    if time.contains('.') {
        (!fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
        found.millis = digits(&format!("{fraction:0<3}")[..3])?;
    }
    let (year, month, day) = (Some(year), Some(month), Some(day));
    Found { year, month, day, has_date: true, time: Some(found), offset, ..Found::default() }.read()
}

/// What was found so far.
#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    has_date: bool,
    /// Since midnight; none where no time was meant.
    time: Option<Time>,
    n_times: usize,
    offset: Option<i64>,
    relative: Relative,
}

impl Found {
    fn take(&mut self, form: Form, token: &mut Token<'_>) -> Option<()> {
        match form {
            Form::Now => Some(()),
            Form::Noon => {
                self.forget_time();
                self.set_time(Time { hour: 12, ..Time::default() })
            }
            Form::Today => {
                self.forget_time();
                Some(())
            }
            Form::Yesterday | Form::Tomorrow => {
                self.forget_time();
                self.relative.days = if form == Form::Tomorrow { 1 } else { -1 };
                Some(())
            }
            Form::Timestamp | Form::TimestampWithFraction => self.timestamp(token),
            Form::AroundHour => self.around_hour(token),
            Form::Time12 | Form::Time12WithFraction => self.time12(token),
            Form::Time24 => {
                let time = token.time24()?;
                self.set_time(time)
            }
            Form::ShortDigits => self.short_digits(token),
            Form::TimeDigits => {
                let time =
                    Time { hour: token.number(2)?, minute: token.number(2)?, second: token.number(2)?, millis: 0 };
                self.set_time(time)
            }
            Form::NamedMonthDayTime12 => {
                self.named_month_day(token)?;
                self.time12(token)
            }
            Form::NamedMonthDayTime24 => {
                self.named_month_day(token)?;
                let time = token.time24()?;
                self.set_time(time)?;
                if token.is_done() { Some(()) } else { self.zone(token) }
            }
            Form::DateAndTime | Form::Log => self.date_and_time(form, token),
            Form::Zone => self.zone(token),
            Form::Ago | Form::EdgeOfMonth | Form::Weekday | Form::WeekdayOf => self.moves(form, token),
            Form::RelativeWeek | Form::RelativeText | Form::Relative => self.moves(form, token),
            Form::Year => {
                self.year = Some(token.number(4)?);
                Some(())
            }
            _ => {
                let (year, month, day) = token.date(form)?;
                // MongoDB: what leaves the year out forgets one that came before.
                if form == Form::NamedMonthDay {
                    self.year = None;
                }
                if matches!(form, Form::WeekDay | Form::Week) {
                    let week = token.number(2)?;
                    let weekday = if form == Form::Week { 1 } else { token.number(1)? };
                    self.relative.days = days_to_week(year?, week, weekday);
                }
                self.set_date(year, month, day)
            }
        }
    }

    fn set_date(&mut self, year: Option<i64>, month: i64, day: Option<i64>) -> Option<()> {
        if std::mem::replace(&mut self.has_date, true) {
            return None;
        }
        self.month = Some(month);
        self.year = year.or(self.year);
        self.day = day.or(self.day);
        Some(())
    }

    fn set_time(&mut self, time: Time) -> Option<()> {
        self.n_times += 1;
        self.time = Some(time);
        (self.n_times == 1).then_some(())
    }

    fn forget_time(&mut self) {
        (self.n_times, self.time) = (0, Some(Time::default()));
    }

    fn zone(&mut self, token: &mut Token<'_>) -> Option<()> {
        let offset = token.zone()?;
        self.offset.replace(offset).is_none().then_some(())
    }

    fn timestamp(&mut self, token: &mut Token<'_>) -> Option<()> {
        self.forget_time();
        self.has_date = false;
        (self.year, self.month, self.day) = (Some(1970), Some(1), Some(1));
        let is_negative = token.bytes.contains(&b'-');
        let seconds = token.number(19)?;
        let millis = match token.rest() {
            [] => 0,
            // MongoDB: a dot without digits is no fraction of a time stamp.
            [_] => return None,
            _ => token.fraction(),
        };
        let millis = seconds.checked_mul(1000)?.checked_add(millis)?;
        self.relative.millis = self.relative.millis.checked_add(if is_negative { -millis } else { millis })?;
        self.offset.replace(0).is_none().then_some(())
    }

    fn around_hour(&mut self, token: &mut Token<'_>) -> Option<()> {
        self.forget_time();
        let is_behind = token.bytes[0].eq_ignore_ascii_case(&b'b');
        let hour = token.number(2)?;
        let hour = token.meridian(hour);
        let (hour, minute) = if is_behind { (hour, 15) } else { (hour - 1, 45) };
        self.set_time(Time { hour, minute, ..Time::default() })
    }

    fn time12(&mut self, token: &mut Token<'_>) -> Option<()> {
        let mut time = Time { hour: token.number(2)?, ..Time::default() };
        if token.is_next(b":.") {
            time.minute = token.number(2)?;
            if token.is_next(b":.") {
                time.second = token.number(2)?;
                if token.is_next(b":.") {
                    time.millis = token.fraction();
                }
            }
        }
        time.hour = token.meridian(time.hour);
        self.set_time(time)
    }

    /// The first such digits are a time, the second a year.
    fn short_digits(&mut self, token: &mut Token<'_>) -> Option<()> {
        self.n_times += 1;
        match self.n_times {
            1 => {
                let millis = self.time.map_or(UNSAID_MS, |time| time.millis);
                self.time = Some(Time { hour: token.number(2)?, minute: token.number(2)?, second: 0, millis });
                Some(())
            }
            2 => {
                self.year = Some(token.number(4)?);
                Some(())
            }
            _ => None,
        }
    }

    fn named_month_day(&mut self, token: &mut Token<'_>) -> Option<()> {
        let (month, day) = (token.month()?, token.number(2)?);
        self.set_date(None, month, Some(day))
    }

    fn date_and_time(&mut self, form: Form, token: &mut Token<'_>) -> Option<()> {
        let (year, month, day) = if form == Form::Log {
            let (day, month) = (token.number(2)?, token.month()?);
            (token.number(4)?, month, day)
        } else {
            (token.number(4)?, token.number(2)?, token.number(2)?)
        };
        self.set_date(Some(year), month, Some(day))?;
        let mut time = Time { hour: token.number(2)?, minute: token.number(2)?, second: token.number(2)?, millis: 0 };
        if token.is_next(b".") {
            time.millis = token.fraction();
        }
        self.set_time(time)?;
        if token.is_done() { Some(()) } else { self.zone(token) }
    }

    fn moves(&mut self, form: Form, token: &mut Token<'_>) -> Option<()> {
        let text = String::from_utf8_lossy(token.bytes).to_lowercase();
        let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
        match form {
            Form::Ago => self.relative.turn_round(),
            Form::EdgeOfMonth => {
                self.forget_time();
                self.relative.edge = Some(if text.starts_with('l') { Edge::Last } else { Edge::First });
            }
            Form::Weekday => {
                self.forget_time();
                let is_in_week = self.relative.weekday.is_some_and(|weekday| weekday.way == Way::SameWeek);
                let way = if is_in_week { Way::SameWeek } else { Way::NextOrSame };
                // MongoDB: a working day by itself is a Monday.
                let number = weekday_named(&text).unwrap_or(1);
                self.relative.weekday = Some(Weekday { number, way });
            }
            Form::WeekdayOf => {
                self.forget_time();
                let (steps, name) = (steps(words.next()?)?, words.next()?);
                self.relative.count_in_month(steps, name)?;
            }
            Form::RelativeWeek => self.relative.add_weeks(steps(words.next()?)?),
            Form::RelativeText => {
                let word = words.next()?;
                let way = if word == "this" { Way::NextOrSame } else { Way::Next };
                if self.relative.add(steps(word)?, words.next()?, way)? {
                    self.forget_time();
                }
            }
            _ => {
                let digits = text.trim_start_matches(['+', '-', ' ', '\t']);
                let n = digits.bytes().take_while(u8::is_ascii_digit).count();
                let steps: i64 = digits[..n].parse().ok()?;
                let steps = if text.contains('-') { -steps } else { steps };
                self.relative.add(steps, digits[n..].trim_matches([' ', '\t']), Way::NextOrSame)?;
            }
        }
        Some(())
    }

    /// The local time that they make, if they make one.
    fn read(self) -> Option<Read> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        if self.has_date && !exists {
            return None;
        }
        let time = self.time.unwrap_or_default();
        let is_time = (0..24).contains(&time.hour) && (0..60).contains(&time.minute) && (0..60).contains(&time.second);
        if !is_time {
            return None;
        }
        let millis = ((time.hour * 60 + time.minute) * 60 + time.second) * 1000 + time.millis;
        Some(Read { local: self.relative.moved((year, month, day), millis)?, offset: self.offset })
    }
}

/// From January 1 to a day of a week. MongoDB: the week is counted from the day of the week of January 1.
fn days_to_week(year: i64, week: i64, weekday: i64) -> i64 {
    let first = Local { days: days_of(year, 1, 1), millis: 0 }.day_of_week() - 1;
    (if first > 4 { 7 - first } else { -first }) + (week - 1) * 7 + weekday
}

/// How many steps a word means.
fn steps(word: &str) -> Option<i64> {
    const ORDINALS: [&str; 12] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ];
    match word {
        "next" => Some(1),
        "last" | "previous" => Some(-1),
        "this" => Some(0),
        _ => ORDINALS.iter().position(|known| *known == word).map(|at| at as i64 + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::date::iso_text;

    #[test]
    fn the_short_way_reads_as_the_long_one() {
        for text in [
            "2020-01-02",
            "2020-01-02T03:04",
            "2020-01-02 03:04Z",
            "2020-01-02T03:04:05Z",
            "2020-01-02T03:04:05.6",
            "2020-01-02T23:59:59.67891Z",
        ] {
            let short = plain(text);
            // A blank more, and the long way is taken.
            let long = read(&text.replacen(['T', ' '], "  ", 1).replacen("-02", "-02 ", 1)).ok();
            assert!(short.is_some() && short == long, "{text}: {short:?} {long:?}");
        }
        for text in [
            "2020-01-02Z",
            "2020-01-02T03",
            "2020-01-02T03:04.5",
            "2020-01-02T24:00",
            "2020-02-30",
            "2020-01-02T03:04:05.Z",
            "2020-01-0é",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

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
    fn what_few_people_write_is_read_too() {
        for (text, expected) in [
            ("2020-W05-5 tomorrow", "2020-01-02T00:00:00.000Z"),
            ("Mon 2020-01-02 1 day ago", "2019-12-22T00:00:00.000Z"),
            ("19-03-05 10:11:12Z", "2019-03-05T10:11:12.000Z"),
            ("1/2/3 12pm -1 sec", "2003-01-02T11:59:59.000Z"),
            ("10:11 pm 05-03-2019", "2019-03-05T22:11:00.000Z"),
            ("05-03-2019 IST", "2019-03-04T22:00:00.000Z"),
            ("05/Mar/2019:10:11:12 +1", "2019-03-05T09:11:12.000Z"),
            ("03/05/2019 1 sat", "2019-03-09T00:00:00.000Z"),
            ("03/05/2019 monday next week", "2019-03-11T00:00:00.000Z"),
            ("05-03-2019 --1 day", "2019-03-04T00:00:00.000Z"),
            ("05-03-2019 +2 weekdays", "2019-03-07T00:00:00.000Z"),
            ("@1551744000 10:11:12 +2 weekdays", "2019-03-07T10:11:12.000Z"),
            ("2019-03-05 -3 weekdays", "2019-02-28T00:00:00.000Z"),
            ("0099-01-01 third friday of", "0099-01-16T00:00:00.000Z"),
            ("2019-03-05 last friday of", "2019-03-29T00:00:00.000Z"),
            ("2019-03-05 back of 7pm", "2019-03-05T19:15:00.000Z"),
            ("2019-03-05 sunday this week", "2019-03-10T00:00:00.000Z"),
            ("III 5 2019", "2019-03-05T00:00:00.000Z"),
            ("2019-03-05\n10:11", "2019-03-05T10:11:00.000Z"),
            ("2019-03-05 T1011", "2019-03-05T10:10:59.900Z"),
            ("12019-03-05", "2009-03-05T12:00:59.900Z"),
            ("05-03-201910MSK", "2019-03-04T14:00:00.010Z"),
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
            "2019-03-05T10:11:12 PM",
            "Mar, 5 2019",
            "Mar.1-2019",
            "Mar 5  T10",
            "2020-366",
            "2019-03-05 CET EST",
            "2019-03-05 10:11 10:12",
            "2019-03-05 2019-03-06",
            "2019-03-05 +999999999999 day",
            "@1551744000.",
        ] {
            assert_eq!(from_text(text).unwrap_err().code(), Some(241), "{text}");
        }
    }
}
