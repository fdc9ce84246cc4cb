//! `$dateAdd` and `$dateSubtract`: a date moved by an amount of a unit.
//!
//! MongoDB: years to days move the clock of the zone (a day of the month that does not exist becomes the last one),
//! hours and less move the instant. Amounts beyond the whole span of dates are error 5976500, results beyond it
//! 5166406 (milliseconds 159). A date before 1970 with a fraction of a second is moved from one second before, but
//! for milliseconds.

use bson::{Bson, DateTime};
use pipeline::ast::TimeUnit;

use super::arguments::{fixed_ms, instant, unit, zone};
use super::calendar::{Local, days_in_month, days_of};
use super::zone::Zone;
use crate::Error;
use crate::expr::args::{Args, text};
use crate::value::{Number, Value};

/// `startDate`, `unit`, `amount`, `timezone`.
pub(in crate::expr) fn date_add(args: &Args<'_>) -> Result<Value, Error> {
    moved("$dateAdd", args, Some)
}

pub(in crate::expr) fn date_subtract(args: &Args<'_>) -> Result<Value, Error> {
    moved("$dateSubtract", args, i64::checked_neg)
}

/// A date moved by an amount of a unit, in UTC.
pub fn add_to_date(date: DateTime, unit: TimeUnit, amount: i64) -> Result<DateTime, Error> {
    add(date.timestamp_millis(), unit, amount, &Zone::UTC).map(DateTime::from_millis)
}

fn moved(name: &str, args: &Args<'_>, direction: fn(i64) -> Option<i64>) -> Result<Value, Error> {
    if (0..3).any(|index| crate::value::is_nullish(args.at(index))) {
        return Ok(Some(Bson::Null));
    }
    let Some(zone) = zone(args, 3)? else { return Ok(Some(Bson::Null)) };
    let start = args
        .at(0)
        .and_then(instant)
        .ok_or_else(|| Error::coded(5_166_403, format!("`{name}` requires `startDate` to be convertible to a date")))?;
    let unit_name = text(args.at(1))
        .ok_or_else(|| Error::coded(5_166_404, format!("`{name}` expects a string defining the time unit")))?;
    let unit = unit(unit_name).ok_or_else(|| Error::coded(9, format!("unknown time unit value: `{unit_name}`")))?;
    let amount = args
        .at(2)
        .and_then(Number::of)
        .and_then(Number::to_whole)
        .ok_or_else(|| Error::coded(5_166_405, format!("`{name}` expects an integer amount of time units")))?;
    let amount = direction(amount)
        .ok_or_else(|| Error::coded(6_045_000, format!("invalid `{name}` `amount` parameter value: {amount}")))?;
    // The server takes the fraction of a second before 1970 away from the second instead of adding it.
    let is_early = start < 0 && start % 1000 != 0 && unit != TimeUnit::Millisecond;
    let moved = if is_early { add_early(start, unit, amount, &zone)? } else { add(start, unit, amount, &zone)? };
    Ok(Some(Bson::DateTime(DateTime::from_millis(moved))))
}

/// As the server moves a date that it takes for a second earlier than it is: whether a month is too short for a day is asked of the
/// true day, but the day that is moved is that of a second before, which may lie in the month before.
fn add_early(start: i64, unit: TimeUnit, amount: i64, zone: &Zone) -> Result<i64, Error> {
    let early = start.checked_sub(1000).ok_or_else(overflowed)?;
    let months = match unit {
        TimeUnit::Month => amount,
        TimeUnit::Quarter => amount.saturating_mul(3),
        TimeUnit::Year => amount.saturating_mul(12),
        _ => return add(early, unit, amount, zone),
    };
    // Refuses what lies beyond all dates.
    add(start, unit, amount, zone)?;
    let offset = zone.offset_at(start);
    let (year, month, day) = Local::of(start, offset).date();
    let (year, month) = month_behind(year, month, months);
    let too_far = (day - days_in_month(year, month)).max(0);
    let local = Local::of(early, offset);
    let (year, month, day) = local.date();
    let (year, month) = month_behind(year, month, months);
    let days = days_of(year, month, 1) + day - 1 - too_far;
    zone.instant(Local { days, ..local }, Some(offset)).ok_or_else(overflowed)
}

fn overflowed() -> Error {
    Error::coded(5_166_406, "`$dateAdd` overflowed")
}

/// The most that an amount may be: what the whole span of dates holds of the unit.
fn limit(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Year => 584_554_049,
        TimeUnit::Quarter => 584_554_049 * 4,
        TimeUnit::Month => 584_554_049 * 12,
        TimeUnit::Week => 30_500_568_905,
        TimeUnit::Day => 213_503_982_336,
        TimeUnit::Hour => 5_124_095_576_030,
        TimeUnit::Minute => 307_445_734_561_825,
        TimeUnit::Second => 18_446_744_073_709_551,
        TimeUnit::Millisecond => i64::MAX,
    }
}

pub(super) fn add(start: i64, unit: TimeUnit, amount: i64, zone: &Zone) -> Result<i64, Error> {
    if unit != TimeUnit::Millisecond && amount.unsigned_abs() > limit(unit).unsigned_abs() {
        return Err(Error::coded(5_976_500, format!("invalid `amount` of time units: {amount}")));
    }
    if let Some(ms) = fixed_ms(unit) {
        let code = if unit == TimeUnit::Millisecond { 159 } else { 5_166_406 };
        let moved = amount.checked_mul(ms).and_then(|by| start.checked_add(by));
        return moved.ok_or_else(|| Error::coded(code, "overflow while adding to a date"));
    }
    let offset = zone.offset_at(start);
    let local = Local::of(start, offset);
    let days = match unit {
        TimeUnit::Week => local.days + amount * 7,
        TimeUnit::Day => local.days + amount,
        TimeUnit::Month => add_months(local, amount),
        TimeUnit::Quarter => add_months(local, amount * 3),
        _ => add_months(local, amount * 12),
    };
    zone.instant(Local { days, ..local }, Some(offset)).ok_or_else(overflowed)
}

fn add_months(local: Local, months: i64) -> i64 {
    let (year, month, day) = local.date();
    let (year, month) = month_behind(year, month, months);
    days_of(year, month, day.min(days_in_month(year, month)))
}

/// The year and the month so many months behind another.
fn month_behind(year: i64, month: i64, months: i64) -> (i64, i64) {
    let index = year * 12 + month - 1 + months;
    (index.div_euclid(12), index.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    fn added(unit: &str, amount: &str, expected: &str) {
        let expr = format!("{{$dateAdd: {{startDate: '$d', unit: '{unit}', amount: {amount}, timezone: '$z'}}}}");
        check(&expr, "{d: ISODate('2021-01-31T07:30:00Z'), z: 'America/New_York'}", expected);
    }

    #[test]
    fn months_end_and_clocks_change() {
        added("month", "1", r#"{"$date":"2021-02-28T07:30:00Z"}"#);
        check(
            "{$dateAdd: {startDate: new Date(-1), unit: 'minute', amount: 2}}",
            "{}",
            r#"{"$date":"1970-01-01T00:01:58.999Z"}"#,
        );
        added("month", "2", r#"{"$date":"2021-03-31T06:30:00Z"}"#);
        added("day", "42", r#"{"$date":"2021-03-14T07:30:00Z"}"#);
        added("hour", "1008", r#"{"$date":"2021-03-14T07:30:00Z"}"#);
        added("quarter", "-1", r#"{"$date":"2020-10-31T06:30:00Z"}"#);
        added("week", "1.0", r#"{"$date":"2021-02-07T07:30:00Z"}"#);
        added("day", "null", "null");
        added("day", "1.5", "error 5166405");
        added("Day", "1", "error 9");
        added("day", "NumberLong('1099511627776')", "error 5976500");
        added("year", "300000000", "error 5166406");
        added("millisecond", "NumberLong('9223372036854775807')", "error 159");
        check("{$dateSubtract: {startDate: 'x', unit: 'day', amount: 1}}", "{}", "error 5166403");
        check(
            "{$dateSubtract: {startDate: '$d', unit: 'day', amount: NumberLong('-9223372036854775808')}}",
            "{d: ISODate('2021-01-31T07:30:00Z')}",
            "error 6045000",
        );
    }
}
