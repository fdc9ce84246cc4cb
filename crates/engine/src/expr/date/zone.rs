//! Time zones: an Olson name (`Europe/Berlin`) or an offset (`+05:30`, `-0330`, `+05`), and what a clock there shows.
//!
//! MongoDB: names are case-sensitive; offsets need two digits an element; any other text is error 40485.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::calendar::{DAY_MS, Local};
use crate::Error;

/// The days of 400 years: the calendar begins again then, also with the days of the week.
const PERIOD_DAYS: i64 = 146_097;
/// The last such period from 1970 on that begins and ends within jiff's years.
const LAST_PERIOD: i64 = 19 * PERIOD_DAYS;

/// A time zone.
#[derive(Clone, Debug)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Fixed(i64),
    /// A region with its history.
    Named(TimeZone),
}

impl Zone {
    /// Coordinated universal time.
    pub(super) const UTC: Self = Self::Fixed(0);

    /// The zone that a text names.
    pub(super) fn named(text: &str) -> Result<Self, Error> {
        if text == "UTC" || text == "GMT" {
            return Ok(Self::UTC);
        }
        if let Some(seconds) = offset(text) {
            return Ok(Self::Fixed(seconds));
        }
        match TimeZone::get(text) {
            Ok(zone) if zone.iana_name() == Some(text) => Ok(Self::Named(zone)),
            _ => Err(Error::coded(40_485, format!("unrecognized time zone identifier: `{text}`"))),
        }
    }

    /// Seconds east of UTC at an instant.
    pub(super) fn offset_at(&self, instant_ms: i64) -> i64 {
        match self {
            Self::Fixed(seconds) => *seconds,
            Self::Named(zone) => i64::from(zone.to_offset(timestamp(instant_ms)).seconds()),
        }
    }

    /// What a clock shows at an instant.
    pub(super) fn local(&self, instant_ms: i64) -> Local {
        Local::of(instant_ms, self.offset_at(instant_ms))
    }

    /// The instant at which a clock shows this time, if a date can hold it. A time that the clock skips counts on from
    /// before; of one that it shows twice, the one with the `preferred` offset is taken, else the later.
    pub(super) fn instant(&self, local: Local, preferred: Option<i64>) -> Option<i64> {
        local.instant(match self {
            Self::Fixed(seconds) => *seconds,
            Self::Named(zone) => offset_of_local(zone, local, preferred),
        })
    }
}

fn offset_of_local(zone: &TimeZone, local: Local, preferred: Option<i64>) -> i64 {
    let local = Local { days: in_calendar(local.days, 1), ..local };
    // Before the calendar's first day no zone had changed.
    let Some(civil) = civil(local) else { return i64::from(zone.to_offset(Timestamp::MIN).seconds()) };
    let offset = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { before, .. } => before,
        AmbiguousOffset::Fold { before, .. } if preferred == Some(i64::from(before.seconds())) => before,
        AmbiguousOffset::Fold { after, .. } => after,
    };
    i64::from(offset.seconds())
}

fn timestamp(instant_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(in_calendar(instant_ms, DAY_MS)).unwrap_or(Timestamp::MIN)
}

/// A time counted in so many units a day, brought within jiff's 9999 years.
///
/// By whole periods of 400 years: they have the same days of the week, and so the same clock changes, which go by rules then.
fn in_calendar(time: i64, a_day: i64) -> i64 {
    let (last, period) = (LAST_PERIOD * a_day, PERIOD_DAYS * a_day);
    if time < last { time } else { last + (time - last) % period }
}

fn civil(local: Local) -> Option<DateTime> {
    let (year, month, day) = local.date();
    let time = (local.hour() as i8, local.minute() as i8, local.second() as i8, local.millisecond() as i32 * 1_000_000);
    DateTime::new(i16::try_from(year).ok()?, month as i8, day as i8, time.0, time.1, time.2, time.3).ok()
}

/// The seconds of `+hh`, `+hhmm` or `+hh:mm`.
pub(super) fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let two = |digits: &str| {
        let valid = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        valid.then(|| digits.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes) = match (rest.len(), rest.is_ascii()) {
        (2, true) => (two(rest)?, 0),
        (4, true) => (two(&rest[..2])?, two(&rest[2..])?),
        (5, true) if rest.as_bytes()[2] == b':' => (two(&rest[..2])?, two(&rest[3..])?),
        _ => return None,
    };
    Some(sign * (hours * 60 + minutes) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::date::calendar::days_of;

    #[test]
    fn names_and_offsets_are_read_strictly() {
        for (text, seconds) in [("+05", 18_000), ("+05:30", 19_800), ("-0330", -12_600), ("-00:00", 0)] {
            assert_eq!(offset(text), Some(seconds));
        }
        for text in ["utc", "Z", "europe/london", "+5", "+5:30", "GMT+5", "", "PST", "+05:3", "+14:00:00", "+é1"] {
            assert_eq!(Zone::named(text).unwrap_err().code(), Some(40_485), "{text}");
        }
        assert_eq!(Zone::named("Europe/London").unwrap().offset_at(1_600_000_000_000), 3600);
    }

    #[test]
    fn clocks_change_for_ever() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        for year in [9_000, 9_999, 10_000, 31_690_762] {
            for (month, hours) in [(1, 1), (7, 2)] {
                let noon = Local { days: days_of(year, month, 15), millis: 43_200_000 };
                assert_eq!(zone.offset_at(noon.instant(0).unwrap()), hours * 3600, "{year}-{month}");
                assert_eq!(zone.local(zone.instant(noon, None).unwrap()).hour(), 12, "{year}-{month}");
            }
        }
        assert_eq!(zone.offset_at(i64::MAX), 7200, "in August of the year 292278994");
        assert_eq!(zone.offset_at(i64::MIN), zone.offset_at(-62_000_000_000_000));
    }

    #[test]
    fn skipped_and_doubled_hours() {
        let zone = Zone::named("America/New_York").unwrap();
        let skipped = Local { days: days_of(2021, 3, 14), millis: 9_000_000 };
        assert_eq!(Local::of(zone.instant(skipped, None).unwrap(), 0).hour(), 7);
        let doubled = Local { days: days_of(2021, 11, 7), millis: 5_400_000 };
        assert_eq!(Local::of(zone.instant(doubled, None).unwrap(), 0).hour(), 6);
        assert_eq!(Local::of(zone.instant(doubled, Some(-4 * 3600)).unwrap(), 0).hour(), 5);
    }
}
