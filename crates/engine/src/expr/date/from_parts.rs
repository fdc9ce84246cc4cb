//! `$dateFromParts`: a date from a year (or ISO week-year) and any further parts, as a clock in a zone shows them.
//!
//! MongoDB: parts beyond their range count on (month 14 is February of the next year); years must be 1 to 9999, the
//! others but seconds and milliseconds within 16 bits; null gives null.

use bson::{Bson, DateTime};

use super::arguments::zone;
use super::calendar::{DAY_MS, Local, days_of, days_of_iso_week};
use crate::Error;
use crate::expr::args::Args;
use crate::value::{Number, Value, type_name};

/// `year month day hour minute second millisecond isoWeekYear isoWeek isoDayOfWeek timezone`.
pub(in crate::expr) fn from_parts(args: &Args<'_>) -> Result<Value, Error> {
    let Some(zone) = zone(args, 10)? else { return Ok(Some(Bson::Null)) };
    let days = if args.is_given(0) {
        let (Some(year), Some(month), Some(day)) =
            (year(args, 0, "year", 40_523)?, small(args, 1, "month", 1)?, small(args, 2, "day", 1)?)
        else {
            return Ok(Some(Bson::Null));
        };
        days_of(year, month, 1) + day - 1
    } else {
        let (Some(year), Some(week), Some(day)) =
            (year(args, 7, "isoWeekYear", 31_095)?, small(args, 8, "isoWeek", 1)?, small(args, 9, "isoDayOfWeek", 1)?)
        else {
            return Ok(Some(Bson::Null));
        };
        days_of_iso_week(year, week) + day - 1
    };
    let (Some(hour), Some(minute), Some(second), Some(millisecond)) = (
        small(args, 3, "hour", 0)?,
        small(args, 4, "minute", 0)?,
        whole(args, 5, "second", 0)?,
        whole(args, 6, "millisecond", 0)?,
    ) else {
        return Ok(Some(Bson::Null));
    };
    let overflow = || Error::coded(159, "overflow in `$dateFromParts`");
    // The server counts in microseconds on the way.
    let micros = |count: i64, each: i64| count.checked_mul(each).ok_or_else(overflow);
    micros(second, 1_000_000).and(micros(millisecond, 1000))?;
    let millis = i128::from(hour * 3_600_000 + minute * 60_000) + i128::from(second) * 1000 + i128::from(millisecond);
    let day_ms = i128::from(DAY_MS);
    let local = Local {
        days: i64::try_from(i128::from(days) + millis.div_euclid(day_ms)).map_err(|_| overflow())?,
        millis: millis.rem_euclid(day_ms) as i64,
    };
    let instant = zone.instant(local, None).ok_or_else(overflow)?;
    Ok(Some(Bson::DateTime(DateTime::from_millis(instant))))
}

/// A whole number, the default where it was left out; `None` for null.
fn whole(args: &Args<'_>, index: usize, name: &str, default: i64) -> Result<Option<i64>, Error> {
    if !args.is_given(index) {
        return Ok(Some(default));
    }
    if args.is_null(index) {
        return Ok(None);
    }
    args.at(index).and_then(Number::of).and_then(Number::to_whole).map(Some).ok_or_else(|| {
        Error::coded(40_515, format!("`{name}` must evaluate to an integer, found {}", type_name(args.at(index))))
    })
}

fn small(args: &Args<'_>, index: usize, name: &str, default: i64) -> Result<Option<i64>, Error> {
    match whole(args, index, name, default)? {
        Some(value) if i16::try_from(value).is_err() => {
            let message = format!("`{name}` must evaluate to a value in the range [-32768, 32767], found {value}");
            Err(Error::coded(31_034, message))
        }
        value => Ok(value),
    }
}

fn year(args: &Args<'_>, index: usize, name: &str, code: i32) -> Result<Option<i64>, Error> {
    match whole(args, index, name, 1970)? {
        Some(value) if !(1..=9999).contains(&value) => {
            let message = format!("`{name}` must evaluate to an integer in the range 1 to 9999, found {value}");
            Err(Error::coded(code, message))
        }
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    fn made(parts: &str, expected: &str) {
        gives(&format!("{{$dateFromParts: {{{parts}}}}}"), expected);
    }

    #[test]
    fn parts_beyond_their_range_count_on() {
        made("year: 2020, month: 14", r#"{"$date":"2021-02-01T00:00:00Z"}"#);
        made("year: 2020, month: -1, day: -1", r#"{"$date":"2019-10-30T00:00:00Z"}"#);
        made("year: 2020, hour: 25, minute: -1", r#"{"$date":"2020-01-02T00:59:00Z"}"#);
        made("isoWeekYear: 2020, isoWeek: 60, isoDayOfWeek: 0", r#"{"$date":"2021-02-14T00:00:00Z"}"#);
        made("year: 2020, second: 2147483648", r#"{"$date":"2088-01-19T03:14:08Z"}"#);
        made("year: 2020, timezone: 'America/New_York'", r#"{"$date":"2020-01-01T05:00:00Z"}"#);
    }

    #[test]
    fn wrong_parts() {
        made("year: 2020, month: null", "null");
        made("year: null, timezone: 'x'", "error 40485");
        made("year: 0", "error 40523");
        made("isoWeekYear: 10000", "error 31095");
        made("year: 2020, minute: 32768", "error 31034");
        made("year: 2020, day: 1.5", "error 40515");
        made("year: 2020, second: NumberLong('4611686018427387904')", "error 159");
        made("year: 2020, millisecond: NumberLong('9223372036854775807')", "error 159");
    }
}
