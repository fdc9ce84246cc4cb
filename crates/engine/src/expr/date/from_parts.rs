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

/// `year month day hour minute second millisecond isoWeekYear isoWeek isoDayOfWeek timezone`, looked at in the server's
/// order: the time, the zone, the date; the first null ends it.
pub(in crate::expr) fn from_parts(args: &Args<'_>) -> Result<Value, Error> {
    let instant = instant(args)?;
    Ok(Some(instant.map_or(Bson::Null, |instant| Bson::DateTime(DateTime::from_millis(instant)))))
}

/// The instant; `None` where a part is null.
fn instant(args: &Args<'_>) -> Result<Option<i64>, Error> {
    let Some(millis) = millis(args)? else { return Ok(None) };
    let Some(zone) = zone(args, 10)? else { return Ok(None) };
    let Some(days) = days(args)? else { return Ok(None) };
    let day_ms = i128::from(DAY_MS);
    let days = i64::try_from(i128::from(days) + millis.div_euclid(day_ms)).map_err(|_| overflow())?;
    let local = Local { days, millis: millis.rem_euclid(day_ms) as i64 };
    zone.instant(local, None).ok_or_else(overflow).map(Some)
}

fn overflow() -> Error {
    Error::coded(159, "overflow in `$dateFromParts`")
}

/// The milliseconds that the parts of the time make.
fn millis(args: &Args<'_>) -> Result<Option<i128>, Error> {
    let Some(hour) = small(args, 3, "hour", 0)? else { return Ok(None) };
    let Some(minute) = small(args, 4, "minute", 0)? else { return Ok(None) };
    let Some(second) = whole(args, 5, "second", 0)? else { return Ok(None) };
    let Some(millisecond) = whole(args, 6, "millisecond", 0)? else { return Ok(None) };
    // The server counts in microseconds on the way.
    if second.checked_mul(1_000_000).is_none() || millisecond.checked_mul(1000).is_none() {
        return Err(overflow());
    }
    let whole_minutes = i128::from(hour * 3_600_000 + minute * 60_000);
    Ok(Some(whole_minutes + i128::from(second) * 1000 + i128::from(millisecond)))
}

/// The day that the parts of the date make.
fn days(args: &Args<'_>) -> Result<Option<i64>, Error> {
    if args.is_given(0) {
        let Some(year) = year(args, 0, "year", 40_523)? else { return Ok(None) };
        let Some(month) = small(args, 1, "month", 1)? else { return Ok(None) };
        let Some(day) = small(args, 2, "day", 1)? else { return Ok(None) };
        return Ok(Some(days_of(year, month, 1) + day - 1));
    }
    let Some(year) = year(args, 7, "isoWeekYear", 31_095)? else { return Ok(None) };
    let Some(week) = small(args, 8, "isoWeek", 1)? else { return Ok(None) };
    let Some(day) = small(args, 9, "isoDayOfWeek", 1)? else { return Ok(None) };
    Ok(Some(days_of_iso_week(year, week) + day - 1))
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
        made("year: 0, hour: null, minute: 'x', timezone: 'x'", "null");
        made("year: null, timezone: 'x'", "error 40485");
        made("year: 0", "error 40523");
        made("isoWeekYear: 10000", "error 31095");
        made("year: 2020, minute: 32768", "error 31034");
        made("year: 2020, day: 1.5", "error 40515");
        made("year: 2020, second: NumberLong('4611686018427387904')", "error 159");
        made("year: 2020, millisecond: NumberLong('9223372036854775807')", "error 159");
    }
}
