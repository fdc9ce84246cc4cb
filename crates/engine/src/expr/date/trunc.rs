//! `$dateTrunc`: the start of the bin that a date lies in; bins of `binSize` units, counted from 2000-01-01 in the zone.
//!
//! MongoDB: weeks count from the first `startOfWeek` of 2000; hours and less count as elapsed time.

use bson::{Bson, DateTime};
use pipeline::ast::TimeUnit;

use super::arguments::{fixed_ms, instant, is_week, start_of_week, unit_of, zone};
use super::calendar::{Local, days_of};
use super::zone::Zone;
use crate::Error;
use crate::expr::args::Args;
use crate::value::{Number, Value, is_nullish, type_name};

/// The most units in a bin, but for milliseconds.
const MOST: i64 = 100_000_000_000;

/// `date`, `unit`, `binSize`, `timezone`, `startOfWeek`.
pub(in crate::expr) fn trunc(args: &Args<'_>) -> Result<Value, Error> {
    let is_null = args.is_null(2) || is_nullish(args.at(1));
    let Some(zone) = (if is_null { None } else { zone(args, 3)? }) else { return Ok(Some(Bson::Null)) };
    if args.is_null(4) && is_week(args, 1) {
        return Ok(Some(Bson::Null));
    }
    let instant = args.at(0).and_then(instant).ok_or_else(|| {
        let found = type_name(args.at(0));
        Error::coded(5_439_012, format!("`$dateTrunc` requires `date` to be a date, but got {found}"))
    })?;
    let Some(unit) = unit_of("$dateTrunc", args, 1)? else { return Ok(Some(Bson::Null)) };
    let Some(bin) = bin_size(args)? else { return Ok(Some(Bson::Null)) };
    let first_day = match unit {
        TimeUnit::Week => start_of_week("$dateTrunc", args, 4)?.unwrap_or_default(),
        _ => 0,
    };
    if unit != TimeUnit::Millisecond && bin > MOST {
        return Err(Error::coded(5_439_006, "`$dateTrunc`: unsupported `binSize` value"));
    }
    let start = start_of_bin(instant, unit, bin, &zone, first_day);
    let start = start.ok_or_else(|| Error::coded(5_166_406, "`$dateTrunc` overflowed"))?;
    Ok(Some(Bson::DateTime(DateTime::from_millis(start))))
}

/// The bin's size, 1 where it was left out; `None` for null.
fn bin_size(args: &Args<'_>) -> Result<Option<i64>, Error> {
    if !args.is_given(2) {
        return Ok(Some(1));
    }
    if args.is_null(2) {
        return Ok(None);
    }
    let size = args.at(2).and_then(Number::of).and_then(Number::to_whole).ok_or_else(|| {
        let found = type_name(args.at(2));
        Error::coded(5_439_017, format!("`$dateTrunc` requires `binSize` to be a 64-bit integer, but got {found}"))
    })?;
    if size < 1 {
        return Err(Error::coded(5_439_018, format!("`$dateTrunc` requires `binSize` above 0, but got {size}")));
    }
    Ok(Some(size))
}

fn start_of_bin(instant: i64, unit: TimeUnit, bin: i64, zone: &Zone, first_day: i64) -> Option<i64> {
    let reference = days_of(2000, 1, 1);
    let midnight = |days: i64| zone.instant(Local { days, millis: 0 }, None);
    if let Some(ms) = fixed_ms(unit) {
        let origin = i128::from(midnight(reference)?);
        let width = i128::from(bin) * i128::from(ms);
        let bins = (i128::from(instant) - origin).div_euclid(width);
        return i64::try_from(origin + bins * width).ok();
    }
    let local = zone.local(instant);
    let by_days = |origin: i64, width: i64| origin + (local.days - origin).div_euclid(width) * width;
    let by_months = |months: i64| {
        let (year, month, _) = local.date();
        let width = bin * months;
        let elapsed = ((year - 2000) * 12 + month - 1).div_euclid(width) * width;
        days_of(2000, 1 + elapsed, 1)
    };
    midnight(match unit {
        TimeUnit::Year => by_months(12),
        TimeUnit::Quarter => by_months(3),
        TimeUnit::Month => by_months(1),
        // 2000-01-01 was a Saturday.
        TimeUnit::Week => by_days(reference + (first_day + 1) % 7, bin * 7),
        _ => by_days(reference, bin),
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    fn truncated(rest: &str, expected: &str) {
        let expr = format!("{{$dateTrunc: {{date: '$d', {rest}}}}}");
        check(&expr, "{d: ISODate('2020-01-02T03:04:05.678Z')}", expected);
    }

    #[test]
    fn bins_count_from_the_year_2000() {
        truncated("unit: 'year', binSize: 7", r#"{"$date":"2014-01-01T00:00:00Z"}"#);
        truncated("unit: 'quarter', binSize: 7", r#"{"$date":"2019-04-01T00:00:00Z"}"#);
        truncated("unit: 'month', timezone: 'Asia/Kolkata'", r#"{"$date":"2019-12-31T18:30:00Z"}"#);
        truncated("unit: 'week'", r#"{"$date":"2019-12-29T00:00:00Z"}"#);
        truncated("unit: 'week', binSize: 2", r#"{"$date":"2019-12-22T00:00:00Z"}"#);
        truncated("unit: 'week', startOfWeek: 'monday'", r#"{"$date":"2019-12-30T00:00:00Z"}"#);
        truncated("unit: 'day', binSize: 7", r#"{"$date":"2019-12-28T00:00:00Z"}"#);
        truncated("unit: 'hour', binSize: 7", r#"{"$date":"2020-01-01T23:00:00Z"}"#);
        truncated("unit: 'hour', timezone: 'Asia/Kolkata'", r#"{"$date":"2020-01-02T02:30:00Z"}"#);
        truncated("unit: 'millisecond', binSize: 7", r#"{"$date":"2020-01-02T03:04:05.673Z"}"#);
    }

    #[test]
    fn wrong_arguments() {
        truncated("unit: 'Day', binSize: 0", "error 5439014");
        truncated("unit: 'day', binSize: 0", "error 5439018");
        truncated("unit: 'day', binSize: 1.5", "error 5439017");
        truncated("unit: 'day', binSize: NumberLong('9223372036854775807')", "error 5439006");
        truncated("unit: 'Day'", "error 5439014");
        truncated("unit: null", "null");
        check("{$dateTrunc: {date: 1, unit: 'day'}}", "{}", "error 5439012");
        let least = "{$dateTrunc: {date: {$toDate: NumberLong('-9223372036854775808')}, unit: 'month'}}";
        check(least, "{}", "error 5166406");
    }
}
