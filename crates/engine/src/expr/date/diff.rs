//! `$dateDiff`: how many boundaries of a unit lie between two dates, a long; negative where the end comes first.
//!
//! MongoDB: counts boundaries, not durations: from 23:59 to 00:01 is one day. Years to days are those of the zone's
//! clock; hours and less are elapsed time, cut at the zone's full hours.

use bson::Bson;
use pipeline::ast::TimeUnit;

use super::arguments::{fixed_ms, instant, is_week, start_of_week, unit_of, zone};
use super::zone::Zone;
use crate::Error;
use crate::expr::args::Args;
use crate::value::{Value, type_name};

/// `startDate`, `endDate`, `unit`, `timezone`, `startOfWeek`.
pub(in crate::expr) fn diff(args: &Args<'_>) -> Result<Value, Error> {
    let Some(zone) = zone(args, 3)? else { return Ok(Some(Bson::Null)) };
    if args.is_null(4) && is_week(args, 2) {
        return Ok(Some(Bson::Null));
    }
    let date = |index: usize, name: &str| {
        args.at(index).and_then(instant).ok_or_else(|| {
            let found = type_name(args.at(index));
            Error::coded(5_166_307, format!("`$dateDiff` requires `{name}` to be a date, but got {found}"))
        })
    };
    let (start, end) = (date(0, "startDate")?, date(1, "endDate")?);
    let Some(unit) = unit_of("$dateDiff", args, 2)? else { return Ok(Some(Bson::Null)) };
    let first_day = match unit {
        TimeUnit::Week => start_of_week("$dateDiff", args, 4)?.unwrap_or_default(),
        _ => 0,
    };
    let between = boundaries(start, end, unit, &zone, first_day);
    between.map(|n| Some(Bson::Int64(n))).ok_or_else(|| Error::coded(5_166_308, "`$dateDiff` overflowed"))
}

fn boundaries(start: i64, end: i64, unit: TimeUnit, zone: &Zone, first_day: i64) -> Option<i64> {
    if let Some(ms) = fixed_ms(unit) {
        let (start_offset, end_offset) = (zone.offset_at(start) * 1000, zone.offset_at(end) * 1000);
        let index = |instant: i64, offset: i64| (i128::from(instant) + i128::from(offset)).div_euclid(i128::from(ms));
        let shift = i128::from((end_offset - start_offset) / ms);
        return i64::try_from(index(end, end_offset) - index(start, start_offset) - shift).ok();
    }
    let (from, to) = (zone.local(start), zone.local(end));
    let ((from_year, from_month, _), (to_year, to_month, _)) = (from.date(), to.date());
    Some(match unit {
        TimeUnit::Year => to_year - from_year,
        TimeUnit::Quarter => (to_year * 4 + (to_month - 1) / 3) - (from_year * 4 + (from_month - 1) / 3),
        TimeUnit::Month => (to_year * 12 + to_month) - (from_year * 12 + from_month),
        TimeUnit::Week => {
            let week = |days: i64| (days + 4 - first_day).div_euclid(7);
            week(to.days) - week(from.days)
        }
        _ => to.days - from.days,
    })
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn boundaries_are_counted_in_the_zone() {
        let document = "{a: ISODate('2021-03-13T23:30:00Z'), b: ISODate('2021-03-14T08:15:00Z')}";
        let long = |n: i64| format!(r#"{{"$numberLong":"{n}"}}"#);
        for (unit, zone, expected) in [
            ("week", "America/New_York", 1),
            ("week", "Asia/Kolkata", 0),
            ("day", "UTC", 1),
            ("hour", "America/New_York", 9),
            ("hour", "Asia/Kolkata", 8),
            ("minute", "Asia/Kolkata", 525),
            ("millisecond", "UTC", 31_500_000),
        ] {
            let expr = format!("{{$dateDiff: {{startDate: '$a', endDate: '$b', unit: '{unit}', timezone: '{zone}'}}}}");
            check(&expr, document, &long(expected));
        }
        let diff = |rest: &str| format!("{{$dateDiff: {{startDate: '$b', endDate: '$a', {rest}}}}}");
        check(&diff("unit: 'hour'"), document, &long(-9));
        check(&diff("unit: 'week', startOfWeek: 'MON'"), document, &long(0));
        check(&diff("unit: 'week', startOfWeek: null"), document, "null");
        check(&diff("unit: 'week', startOfWeek: 'x'"), document, "error 5439016");
        check(&diff("unit: 'week', startOfWeek: 1"), document, "error 5439015");
        check(&diff("unit: 'days'"), document, "error 5439014");
        check(&diff("unit: 5"), document, "error 5439013");
        check("{$dateDiff: {startDate: 1, endDate: new Date(0), unit: 'day'}}", "{}", "error 5166307");
    }
}
