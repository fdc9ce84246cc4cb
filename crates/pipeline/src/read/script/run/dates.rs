//! Dates of JavaScript, which change.
//!
//! Invariant: a time without a zone is UTC, wherever it runs. Where mongosh would take its machine's zone, a note says so.

use jiff::{Timestamp, civil, tz::TimeZone};

use super::{
    Machine,
    value::{Args, Value},
};
use crate::{
    Error,
    read::{date, script::syntax::Span},
};

const LOCAL: &str = "a date without a time zone is read as UTC; mongosh takes the zone of its machine";

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Machine<'_> {
    /// `new Date(…)`, `ISODate(…)`, `Date.UTC(…)`.
    pub(super) fn date_call(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let first = args.first();
        let millis = match (path, &first, args.items.len()) {
            ("Date.now", ..) => return Ok(Value::Number(self.now)),
            ("Date" | "ISODate", _, 0) => self.now,
            ("ISODate", Value::Text(text), _) => {
                let found = date::parse(text).or_else(|| date::parse_compact(text));
                found.ok_or_else(|| self.no_date(text, span))?.timestamp_millis() as f64
            }
            ("ISODate", Value::Date(id), _) => self.dates[*id],
            ("ISODate", ..) => {
                return Err(
                    self.error(span, "`ISODate` takes a date in a string, such as `ISODate(\"2024-02-29T12:30:00Z\")`")
                );
            }
            ("Date.UTC", ..) => return Ok(Value::Number(self.of_parts(args, span)?)),
            ("Date.parse", Value::Text(text), _) => return Ok(Value::Number(self.date_of_text(text, span)?)),
            ("Date", Value::Text(text), 1) => self.date_of_text(text, span)?,
            ("Date", Value::Date(id), 1) => self.dates[*id],
            ("Date", _, 1) => self.to_number(&first, span)?.trunc(),
            _ => {
                self.note(LOCAL.to_owned());
                self.of_parts(args, span)?
            }
        };
        if millis.is_nan() || millis.abs() > 8.64e15 {
            return Err(self.error(span, "this is not a date"));
        }
        self.date(millis, span)
    }

    fn no_date(&self, text: &str, span: Span) -> Error {
        self.error(span, crate::read::extended::not_a_date(text))
    }

    fn date_of_text(&mut self, text: &str, span: Span) -> Result<f64, Error> {
        if let Some(found) = date::parse(text) {
            let has_zone = text.len() <= 10 || text.ends_with(['Z', 'z']) || text[10..].contains(['+', '-']);
            if !has_zone {
                self.note(LOCAL.to_owned());
            }
            return Ok(found.timestamp_millis() as f64);
        }
        let (found, has_zone) = in_words(text).ok_or_else(|| self.no_date(text, span))?;
        if !has_zone {
            self.note(LOCAL.to_owned());
        }
        Ok(found)
    }

    /// Year, month from 0, day, hour, minute, second, millisecond.
    fn of_parts(&mut self, args: &Args, span: Span) -> Result<f64, Error> {
        let mut parts = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        for (part, item) in parts.iter_mut().zip(&args.items) {
            *part = self.to_number(&item.value, span)?.trunc();
        }
        if (0.0..=99.0).contains(&parts[0]) {
            parts[0] += 1900.0;
        }
        Ok(time_of(parts))
    }

    pub(super) fn method_of_date(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if self.is_python {
            return self.method_of_python_date(id, name, args, span);
        }
        let millis = self.dates[id];
        match name {
            "getTime" | "valueOf" => return Ok(Value::Number(millis)),
            "setTime" => {
                self.dates[id] = self.to_number(&args.first(), span)?;
                return Ok(Value::Number(self.dates[id]));
            }
            "getTimezoneOffset" => return Ok(Value::Number(0.0)),
            "toISOString" | "toJSON" => {
                let text = iso(bson::DateTime::from_millis(millis as i64));
                let text = text.ok_or_else(|| self.error(span, "this date has no such text"))?;
                return Ok(Value::text(text));
            }
            _ => {}
        }
        let is_utc = name.contains("UTC");
        let bare = name.replace("UTC", "");
        let part = |part: &str| {
            ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"]
                .iter()
                .position(|known| *known == part)
        };
        let mut parts = parts_of(millis).ok_or_else(|| self.error(span, "this date is beyond the calendar"))?;
        if !is_utc {
            self.note(LOCAL.to_owned());
        }
        if bare == "getDay" {
            let days = (millis / 86_400_000.0).floor();
            return Ok(Value::Number((days + 4.0).rem_euclid(7.0)));
        }
        if let Some(at) = bare.strip_prefix("get").and_then(part) {
            return Ok(Value::Number(parts[at]));
        }
        let Some(at) = bare.strip_prefix("set").and_then(part) else {
            return Err(self.no_method(&Value::Date(id), name, span));
        };
        for (part, item) in parts.iter_mut().skip(at).zip(&args.items) {
            *part = self.to_number(&item.value, span)?.trunc();
        }
        let changed = time_of(parts);
        if changed.is_nan() {
            return Err(self.error(span, "this is not a date"));
        }
        self.dates[id] = changed;
        Ok(Value::Number(changed))
    }

    /// `Date()` without `new`: the present time as a text.
    pub(super) fn date_text(&mut self, millis: f64, span: Span) -> Result<Value, Error> {
        let date = civil_of(millis).ok_or_else(|| self.error(span, "this date is beyond the calendar"))?;
        self.note(LOCAL.to_owned());
        let text = jiff::fmt::strtime::format("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)", date);
        text.map(Value::text).map_err(|_| self.error(span, "this date has no such text"))
    }
}

/// A date as JavaScript writes it, always with milliseconds.
pub(super) fn iso(date: bson::DateTime) -> Option<String> {
    let text = date.try_to_rfc3339_string().ok()?;
    let (head, tail) = text.split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    Some(format!("{head}.{:0<3}Z", tail.trim_end_matches('Z')))
}

pub(super) fn civil_of(millis: f64) -> Option<civil::DateTime> {
    Some(Timestamp::from_millisecond(millis as i64).ok()?.to_zoned(TimeZone::UTC).datetime())
}

/// Year, month from 0, day, hour, minute, second, millisecond.
pub(super) fn parts_of(millis: f64) -> Option<[f64; 7]> {
    let date = civil_of(millis)?;
    let of = |part: i8| f64::from(part);
    Some([
        f64::from(date.year()),
        of(date.month()) - 1.0,
        of(date.day()),
        of(date.hour()),
        of(date.minute()),
        of(date.second()),
        f64::from(date.millisecond()),
    ])
}

/// The time of such parts, each of which may overflow into the next; NaN beyond the calendar.
pub(super) fn time_of(parts: [f64; 7]) -> f64 {
    let [year, month, day, hour, minute, second, milli] = parts;
    let year = year + (month / 12.0).floor();
    let month = month.rem_euclid(12.0);
    let is_within =
        (-9990.0..=9990.0).contains(&year) && parts.iter().all(|part| part.is_finite() && part.abs() < 1e12);
    if !is_within {
        return f64::NAN;
    }
    let first = civil::Date::new(year as i16, month as i8 + 1, 1);
    let since = first.and_then(|first| (first - civil::date(1970, 1, 1)).total((jiff::Unit::Day, first)));
    let days = since.unwrap_or(f64::NAN) + day - 1.0;
    ((days * 24.0 + hour) * 60.0 + minute) * 60_000.0 + second * 1000.0 + milli
}

/// `2020/01/02`, `Jan 2, 2020 10:00`, `Thu, 02 Jan 2020 03:04:05 GMT`: and whether a zone is among it.
pub(super) fn in_words(text: &str) -> Option<(f64, bool)> {
    let mut numbers = Vec::new();
    let (mut month, mut clock, mut zone) = (None, None, None);
    let mut is_afternoon = None;
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        let lower = word.to_ascii_lowercase();
        if lower.contains(':') {
            let mut parts = lower.trim_end_matches('z').splitn(3, ':').map(str::parse::<f64>);
            let hour = parts.next()?.ok()?;
            let minute = parts.next()?.ok()?;
            let second = parts.next().transpose().ok()?.unwrap_or(0.0);
            clock = Some([hour, minute, second]);
            zone = zone.or(lower.ends_with('z').then_some(0.0));
        } else if let Some(offset) = offset(&lower).filter(|_| clock.is_some()) {
            zone = Some(offset);
        } else if lower == "am" || lower == "pm" {
            is_afternoon = Some(lower == "pm");
        } else if lower.starts_with(|c: char| c.is_ascii_digit()) {
            for part in lower.split(['/', '-', '.']) {
                numbers.push(part.trim_end_matches(char::is_alphabetic).parse::<f64>().ok()?);
            }
        } else if let Some(at) = MONTHS.iter().position(|name| lower.starts_with(name)) {
            month = Some(at as f64);
        } else if !["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| lower.starts_with(day)) {
            return None;
        }
    }
    let (year, month, day) = match (month, numbers.as_slice()) {
        (Some(month), [a, b]) if *a > 31.0 => (*a, month, *b),
        (Some(month), [a, b]) => (*b, month, *a),
        (None, [a, b, c]) if *a > 31.0 => (*a, b - 1.0, *c),
        (None, [a, b, c]) => (*c, a - 1.0, *b),
        _ => return None,
    };
    let [mut hour, minute, second] = clock.unwrap_or_default();
    match is_afternoon {
        Some(true) if hour < 12.0 => hour += 12.0,
        Some(false) if hour == 12.0 => hour = 0.0,
        _ => {}
    }
    let is_within = (0.0..12.0).contains(&month) && (1.0..=31.0).contains(&day) && (100.0..10_000.0).contains(&year);
    let time = time_of([year, month, day, hour, minute, second.floor(), ((second.fract()) * 1000.0).round()]);
    is_within.then_some((time - zone.unwrap_or(0.0) * 60_000.0, zone.is_some()))
}

/// Minutes east of Greenwich of `GMT`, `UTC`, `Z`, `+0100`, `GMT+01:00`.
fn offset(word: &str) -> Option<f64> {
    let rest = word
        .strip_prefix("gmt")
        .or_else(|| word.strip_prefix("utc"))
        .or_else(|| word.strip_prefix('z'))
        .unwrap_or(word);
    if rest.is_empty() {
        return Some(0.0);
    }
    let sign = if rest.starts_with('-') { -1.0 } else { 1.0 };
    let digits = rest.strip_prefix(['+', '-'])?.replace(':', "");
    let number: f64 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    Some(sign * ((number / 100.0).floor() * 60.0 + number % 100.0))
}
