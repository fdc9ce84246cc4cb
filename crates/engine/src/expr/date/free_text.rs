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
mod tests;
