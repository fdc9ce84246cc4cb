//! Dates of Python: `datetime`, `date`, `time`, `timedelta`, time zones, and `dateutil`.
//!
//! Invariant: a date without a zone is UTC, as pymongo takes it. Arithmetic on one with a zone is on its clock, as Python's is.

use std::rc::Rc;

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};

use super::{
    Machine,
    dates::{civil_of, in_words, parts_of, time_of},
    value::{Args, Entries, Entry, Value},
};
use crate::{
    Error,
    read::{
        date,
        script::syntax::{Listing, Span},
    },
};

/// What a date of Python is besides its time.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Moment {
    /// It has a zone.
    Aware(TimeZone),
    /// A day alone: `date(…)`.
    Day,
    /// A time of day alone, since the first of January 1970: `time(…)`.
    Clock,
}

pub(super) const NAMES: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "microsecond"];
pub(super) const DAY: f64 = 86_400_000.0;
/// The first and the last time of Python's calendar.
pub(super) const FIRST: f64 = -62_135_596_800_000.0;
pub(super) const LAST: f64 = 253_402_300_799_999.999;

impl Machine<'_> {
    pub(super) fn moment(&mut self, millis: f64, moment: Option<Moment>, span: Span) -> Result<Value, Error> {
        let made = self.date(millis, span)?;
        if let (Value::Date(id), Some(moment)) = (&made, moment) {
            self.moments.insert(*id, moment);
        }
        Ok(made)
    }

    /// The time on the clock of a date's own zone, in milliseconds.
    pub(super) fn clock(&self, id: usize) -> f64 {
        let millis = self.dates[id];
        match self.moments.get(&id) {
            Some(Moment::Aware(zone)) => millis + offset_at(zone, millis),
            _ => millis,
        }
    }

    /// The date whose clock shows this time.
    pub(super) fn at_clock(&mut self, clock: f64, moment: Option<Moment>, span: Span) -> Result<Value, Error> {
        if !(FIRST..=LAST).contains(&clock) {
            return Err(self.error(span, "this date is beyond the calendar"));
        }
        let millis = match &moment {
            Some(Moment::Aware(zone)) => {
                let civil =
                    civil_of(clock.floor()).ok_or_else(|| self.error(span, "this date is beyond the calendar"))?;
                let found = zone.to_ambiguous_timestamp(civil).compatible();
                let found = found.map_err(|_| self.error(span, "this date is beyond the calendar"))?;
                found.as_millisecond() as f64 + clock.fract()
            }
            _ => clock,
        };
        self.moment(millis, moment, span)
    }

    pub(super) fn python_dates(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        match path {
            "datetime.datetime" => self.datetime(args, span),
            "datetime.date" => {
                self.takes_only(args, &NAMES[..3], span)?;
                match self.datetime(args, span)? {
                    Value::Date(id) => self.moment(self.dates[id], Some(Moment::Day), span),
                    other => Ok(other),
                }
            }
            "datetime.time" => {
                self.takes_only(args, &NAMES[3..], span)?;
                let mut parts = [1970.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
                for (at, name) in NAMES[3..].iter().enumerate() {
                    if let Some(item) = args.item(at, name) {
                        parts[3 + at] = self.to_number(&item.value, item.span)?;
                    }
                }
                parts[6] /= 1000.0;
                self.moment(time_of(parts), Some(Moment::Clock), span)
            }
            "datetime.datetime.now" | "datetime.datetime.today" => match args.get(0, "tz") {
                Value::Undefined | Value::Null => self.date(self.now, span),
                zone => {
                    let zone = self.zone(&zone, span)?;
                    self.moment(self.now, zone.map(Moment::Aware), span)
                }
            },
            "datetime.datetime.utcnow" => self.date(self.now, span),
            "datetime.date.today" => self.moment((self.now / DAY).floor() * DAY, Some(Moment::Day), span),
            "datetime.datetime.fromisoformat" | "datetime.date.fromisoformat" | "dateutil.parser.isoparse" => {
                let found = self.iso_date(args, span)?;
                match (path, found) {
                    ("datetime.date.fromisoformat", Value::Date(id)) => {
                        self.moment(self.dates[id], Some(Moment::Day), span)
                    }
                    (_, found) => Ok(found),
                }
            }
            "dateutil.parser.parse" => {
                let text = self.text_of(&args.first(), span)?;
                if date::parse(&text).is_some() {
                    return self.iso_date(args, span);
                }
                let not_one = || self.error(span, crate::read::extended::not_a_date(&text));
                let (millis, has_zone) = in_words(&text).ok_or_else(not_one)?;
                self.moment(millis, has_zone.then_some(Moment::Aware(TimeZone::UTC)), span)
            }
            "datetime.datetime.strptime" => self.strptime(args, span),
            "datetime.datetime.combine" => {
                let (Value::Date(day), Value::Date(time)) = (args.first(), args.get(1, "time")) else {
                    return Err(self.error(span, "`combine` takes a date and a time"));
                };
                let zone = self.zone(&args.get(2, "tzinfo"), span)?;
                let clock = (self.clock(day) / DAY).floor() * DAY + self.clock(time).rem_euclid(DAY);
                self.at_clock(clock, zone.map(Moment::Aware), span)
            }
            "datetime.datetime.fromtimestamp" | "datetime.datetime.utcfromtimestamp" => {
                let seconds = self.to_number(&args.first(), span)?;
                let zone = self.zone(&args.get(1, "tz"), span)?;
                self.moment((seconds * 1e6).round() / 1000.0, zone.map(Moment::Aware), span)
            }
            "datetime.timedelta" => self.timedelta(args, span),
            "datetime.timezone" => match args.first() {
                Value::Duration(millis) => self.fixed_zone(millis / 1000.0, span),
                _ => Err(self.error(span, "`timezone` takes a `timedelta`")),
            },
            _ => Err(self.error(span, format!("`{path}` is not read here")).hint("write out what it gives")),
        }
    }

    pub(super) fn takes_only(&self, args: &Args, names: &[&str], span: Span) -> Result<(), Error> {
        let unknown = args.named.iter().find(|(name, _)| !names.contains(&&**name));
        match unknown {
            Some((name, _)) => Err(self.error(span, format!("the argument `{name}` is not read here"))),
            None if args.items.len() > names.len() => {
                Err(self.error(span, format!("{} values for at most {}", args.items.len(), names.len())))
            }
            None => Ok(()),
        }
    }

    fn fixed_zone(&self, seconds: f64, span: Span) -> Result<Value, Error> {
        let offset = Offset::from_seconds(seconds as i32).ok().filter(|_| seconds.abs() < 86_400.0);
        offset
            .map(|offset| Value::Zone(TimeZone::fixed(offset)))
            .ok_or_else(|| self.error(span, "this is no time zone"))
    }

    /// A date in ISO's form, with its zone if the text has one.
    fn iso_date(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let text = self.text_of(&args.first(), span)?;
        let found = date::parse(&text).or_else(|| date::parse_compact(&text));
        let found = found.ok_or_else(|| self.error(span, crate::read::extended::not_a_date(&text)))?;
        let millis = found.timestamp_millis() as f64;
        let zone_at = text.get(10..).and_then(|time| time.find(['Z', 'z', '+', '-'])).map(|at| at + 10);
        let Some(zone_at) = zone_at else { return self.date(millis, span) };
        let naive = date::parse(&text[..zone_at]).or_else(|| date::parse_compact(&text[..zone_at]));
        let offset = naive.map_or(0.0, |naive| naive.timestamp_millis() as f64 - millis);
        match self.fixed_zone(offset / 1000.0, span)? {
            Value::Zone(zone) => self.moment(millis, Some(Moment::Aware(zone)), span),
            other => Ok(other),
        }
    }

    /// `datetime(2026, 1, 2, …)`.
    pub(super) fn datetime(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let mut parts = [0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let known = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        self.takes_only(args, &known, span)?;
        for (at, name) in NAMES.iter().enumerate() {
            if let Some(item) = args.item(at, name) {
                parts[at] = self.to_number(&item.value, item.span)?;
            } else if at < 3 {
                return Err(self.error(span, format!("`datetime` lacks its {name}")));
            }
        }
        let clock = self.clock_of(parts, span)?;
        let zone = self.zone(&args.get(7, "tzinfo"), span)?;
        self.at_clock(clock, zone.map(Moment::Aware), span)
    }

    /// The clock of such parts, the month from 1, with microseconds; refused where they are no date.
    pub(super) fn clock_of(&self, mut parts: [f64; 7], span: Span) -> Result<f64, Error> {
        let most = [9999.0, 12.0, 31.0, 23.0, 59.0, 59.0, 999_999.0];
        let least = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        let is_within =
            parts.iter().zip(least.iter().zip(most)).all(|(part, (least, most))| (*least..=most).contains(part));
        let day = parts[2];
        parts[1] -= 1.0;
        parts[6] /= 1000.0;
        let millis = time_of(parts);
        if !is_within || parts_of(millis.floor()).is_none_or(|found| found[2] != day) {
            return Err(self.error(span, "this is not a date"));
        }
        Ok(millis)
    }

    /// The zone that a value is, if it is one.
    pub(super) fn zone(&self, zone: &Value, span: Span) -> Result<Option<TimeZone>, Error> {
        match zone {
            Value::Zone(zone) => Ok(Some(zone.clone())),
            Value::Undefined | Value::Null => Ok(None),
            Value::Native(path) if path.starts_with("pytz.zone.") => Err(self
                .error(span, "a zone of `pytz` is not right as `tzinfo`")
                .hint("write `zone.localize(datetime(…))`, or `ZoneInfo(\"…\")`")),
            _ => Err(self.error(span, "this time zone is not known here").hint("write the time in UTC")),
        }
    }

    /// `ZoneInfo("…")` and its kin.
    pub(super) fn named_zone(&mut self, path: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if path == "dateutil.tz.tzutc" {
            return Ok(Value::Zone(TimeZone::UTC));
        }
        if path == "dateutil.tz.tzoffset" {
            let seconds = match args.get(1, "offset") {
                Value::Duration(millis) => millis / 1000.0,
                other => self.to_number(&other, span)?,
            };
            return self.fixed_zone(seconds, span);
        }
        let name = self.text_of(&args.first(), span)?;
        let zone = TimeZone::get(&name).map_err(|_| self.error(span, format!("unknown time zone `{name}`")))?;
        Ok(if path == "pytz.timezone" { Value::native(format!("pytz.zone.{name}")) } else { Value::Zone(zone) })
    }

    pub(super) fn method_of_zone(
        &mut self,
        zone: &TimeZone,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        match (name, args.first()) {
            ("localize", Value::Date(id)) => self.at_clock(self.clock(id), Some(Moment::Aware(zone.clone())), span),
            _ => Err(self.no_method(&Value::Zone(zone.clone()), name, span)),
        }
    }

    /// `pytz.timezone("…").localize(…)`.
    pub(super) fn localized(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let zone = TimeZone::get(name).map_err(|_| self.error(span, format!("unknown time zone `{name}`")))?;
        self.method_of_zone(&zone, "localize", args, span)
    }

    pub(super) fn part_of_date(&self, id: usize, name: &str) -> Option<Value> {
        if name == "tzinfo" {
            return Some(match self.moments.get(&id) {
                Some(Moment::Aware(zone)) => Value::Zone(zone.clone()),
                _ => Value::Null,
            });
        }
        let at = NAMES.iter().position(|known| *known == name)?;
        let clock = self.clock(id);
        let parts = parts_of(clock.floor())?;
        Some(Value::Integer(match at {
            1 => parts[1] as i128 + 1,
            6 => ((clock.rem_euclid(1000.0)) * 1000.0).round() as i128,
            _ => parts[at] as i128,
        }))
    }

    pub(super) fn method_of_python_date(
        &mut self,
        id: usize,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        let (millis, clock) = (self.dates[id], self.clock(id));
        let moment = self.moments.get(&id).cloned();
        match name {
            "timestamp" => Ok(Value::Number(millis / 1000.0)),
            "isoformat" if args.items.is_empty() && args.named.is_empty() => {
                self.iso_of_python(id, 'T', span).map(Value::text)
            }
            "date" => self.moment((clock / DAY).floor() * DAY, Some(Moment::Day), span),
            "time" => self.moment(clock.rem_euclid(DAY), Some(Moment::Clock), span),
            "replace" => self.with_parts(id, args, span),
            "astimezone" => {
                let zone = self.zone(&args.get(0, "tz"), span)?.unwrap_or(TimeZone::UTC);
                self.moment(millis, Some(Moment::Aware(zone)), span)
            }
            "utcoffset" => Ok(match moment {
                Some(Moment::Aware(_)) => Value::Duration(clock - millis),
                _ => Value::Null,
            }),
            "weekday" | "isoweekday" => {
                let day = ((clock / DAY).floor() + 3.0).rem_euclid(7.0) as i128;
                Ok(Value::Integer(day + i128::from(name == "isoweekday")))
            }
            "isocalendar" | "timetuple" => {
                let date =
                    civil_of(clock.floor()).ok_or_else(|| self.error(span, "this date is beyond the calendar"))?;
                if name == "isocalendar" {
                    let week = date.date().iso_week_date();
                    let parts = [
                        i128::from(week.year()),
                        i128::from(week.week()),
                        i128::from(week.weekday().to_monday_one_offset()),
                    ];
                    let parts = parts.into_iter().map(|part| Value::Integer(part).at(span)).collect();
                    return self.listed(parts, Listing::Tuple, span);
                }
                let day = Value::Integer(i128::from(date.day_of_year()));
                self.object(Entries::from_iter([(Rc::from("tm_yday"), Entry::new(span, day.at(span)))]), span)
            }
            "strftime" => {
                let format = self.text_of(&args.first(), span)?;
                self.strftime(id, &format, span).map(Value::text)
            }
            _ => Err(self.no_method(&Value::Date(id), name, span)),
        }
    }

    pub(super) fn strftime(&self, id: usize, format: &str, span: Span) -> Result<String, Error> {
        let clock = self.clock(id);
        let date = civil_of(clock.floor()).ok_or_else(|| self.error(span, "this date is beyond the calendar"))?;
        let micros = ((clock.rem_euclid(1000.0)) * 1000.0).round() as i128;
        let format = format.replace("%f", &format!("{micros:06}"));
        let text = match self.moments.get(&id) {
            Some(Moment::Aware(zone)) => {
                date.to_zoned(zone.clone()).and_then(|date| jiff::fmt::strtime::format(&format, &date))
            }
            _ => jiff::fmt::strtime::format(format.replace("%z", "").replace("%Z", ""), date),
        };
        text.map_err(|_| self.error(span, "this format is not read here"))
    }

    /// `date.replace(day=1)`.
    fn with_parts(&mut self, id: usize, args: &Args, span: Span) -> Result<Value, Error> {
        let moment = self.moments.get(&id).cloned();
        let mut parts = [0.0; 7];
        for (at, name) in NAMES.iter().enumerate() {
            let given = args.item(at, name).map(|item| item.value.clone());
            let part = given.or_else(|| self.part_of_date(id, name)).unwrap_or(Value::Null);
            parts[at] = self.to_number(&part, span)?;
        }
        if let Some((name, _)) = args.named.iter().find(|(name, _)| !NAMES.contains(&&**name) && &**name != "tzinfo") {
            return Err(self.error(span, format!("`replace` with `{name}` is not read here")));
        }
        let clock = self.clock_of(parts, span)?;
        let moment = match args.item(7, "tzinfo") {
            Some(zone) => self.zone(&zone.value, span)?.map(Moment::Aware),
            None => moment,
        };
        self.at_clock(clock, moment, span)
    }

    /// A date as Python writes it, with this between the day and the time.
    pub(super) fn iso_of_python(&self, id: usize, between: char, span: Span) -> Result<String, Error> {
        let clock = self.clock(id);
        let date = civil_of(clock.floor()).ok_or_else(|| self.error(span, "this date is beyond the calendar"))?;
        let micros = ((clock.rem_euclid(1000.0)) * 1000.0).round() as i128;
        let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
        let (day, time) = (date.date(), date.time());
        let time = format!("{:02}:{:02}:{:02}{fraction}", time.hour(), time.minute(), time.second());
        Ok(match self.moments.get(&id) {
            Some(Moment::Day) => day.to_string(),
            Some(Moment::Clock) => time,
            Some(Moment::Aware(_)) => {
                let minutes = ((clock - self.dates[id]) / 60_000.0).round() as i64;
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{day}{between}{time}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
            None => format!("{day}{between}{time}"),
        })
    }

    /// `datetime.strptime(text, format)`.
    pub(super) fn strptime(&mut self, args: &Args, span: Span) -> Result<Value, Error> {
        let (text, format) = (self.text_of(&args.first(), span)?, self.text_of(&args.get(1, ""), span)?);
        let Ok(found) = jiff::fmt::strtime::parse(&format, &text) else {
            return Err(self.error(span, format!("`{text}` is not a date of the form `{format}`")));
        };
        let date = found.to_datetime().or_else(|_| found.to_date().map(|date| date.at(0, 0, 0, 0)));
        let date = date.map_err(|_| self.error(span, "this date lacks a part"))?;
        let clock = date.to_zoned(TimeZone::UTC).map_err(|_| self.error(span, "this is not a date"))?;
        let clock = clock.timestamp().as_microsecond() as f64 / 1000.0;
        let zone = found.offset().map(TimeZone::fixed);
        self.at_clock(clock, zone.map(Moment::Aware), span)
    }

    /// How two dates compare; refused where one has a zone and the other has none.
    pub(super) fn order_of_dates(&self, a: usize, b: usize, span: Span) -> Result<Option<std::cmp::Ordering>, Error> {
        let kind = |id: usize| match self.moments.get(&id) {
            Some(Moment::Aware(_)) => 1,
            Some(Moment::Day) => 2,
            Some(Moment::Clock) => 3,
            None => 0,
        };
        if kind(a) != kind(b) {
            return Err(
                self.error(span, "these two dates are of different kinds: with a time zone, without, or a day alone")
            );
        }
        Ok(self.dates[a].partial_cmp(&self.dates[b]))
    }

    /// What pymongo sends of a date.
    pub(super) fn sent_date(&self, id: usize, span: Span) -> Result<i64, Error> {
        match self.moments.get(&id) {
            Some(Moment::Day | Moment::Clock) => Err(self
                .error(span, "pymongo sends a `datetime`, no `date` and no `time`")
                .hint("write `datetime(…)`, or `datetime.combine(day, time())`")),
            _ => Ok(self.dates[id].floor() as i64),
        }
    }
}

/// How far a zone's clock is before UTC at a time, in milliseconds.
fn offset_at(zone: &TimeZone, millis: f64) -> f64 {
    let at = Timestamp::from_millisecond(millis.floor() as i64).unwrap_or(Timestamp::UNIX_EPOCH);
    f64::from(zone.to_offset(at).seconds()) * 1000.0
}
