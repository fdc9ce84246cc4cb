//! `$year $month $dayOfMonth $dayOfWeek $dayOfYear $hour $minute $second $millisecond $week $isoWeek $isoWeekYear
//! $isoDayOfWeek`: one part of a date as a clock in a time zone shows it.
//!
//! MongoDB: also takes timestamps and objectIds; null and missing give null; `$isoWeekYear` is a long, the others ints.

use bson::Bson;
use pipeline::ast::Operator;

use super::arguments::date;
use super::zone::Zone;
use crate::Error;
use crate::expr::args::{Args, text};
use crate::value::{Value, is_nullish, type_name};

/// The part that the operator names; `date`, `timezone`.
pub(in crate::expr) fn part(operator: Operator, args: &Args<'_>) -> Result<Value, Error> {
    if is_nullish(args.at(0)) {
        return Ok(Some(Bson::Null));
    }
    let instant = date(args.at(0))?;
    if args.is_null(1) {
        return Ok(Some(Bson::Null));
    }
    let zone = match (args.is_given(1), text(args.at(1))) {
        (false, _) => Zone::UTC,
        (true, Some(name)) => Zone::named(name)?,
        (true, None) => {
            let found = type_name(args.at(1));
            return Err(Error::coded(40_533, format!("`timezone` of a date part must be a string, not {found}")));
        }
    };
    let local = zone.local(instant);
    let value = match operator {
        Operator::Year => local.date().0,
        Operator::Month => local.date().1,
        Operator::DayOfMonth => local.date().2,
        Operator::DayOfWeek => local.day_of_week(),
        Operator::DayOfYear => local.day_of_year(),
        Operator::Hour => local.hour(),
        Operator::Minute => local.minute(),
        Operator::Second => local.second(),
        Operator::Millisecond => local.millisecond(),
        Operator::Week => local.week(),
        Operator::IsoWeek => local.iso_week().1,
        Operator::IsoWeekYear => return Ok(Some(Bson::Int64(local.iso_week().0))),
        Operator::IsoDayOfWeek => local.iso_day_of_week(),
        _ => return Ok(None),
    };
    Ok(Some(Bson::Int32(value as i32)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn parts_are_those_of_the_zone() {
        let document = "{d: ISODate('2020-01-02T03:04:05.678Z')}";
        for (expr, expected) in [
            ("{$year: '$d'}", "2020"),
            ("{$dayOfMonth: {date: '$d', timezone: 'America/New_York'}}", "1"),
            ("{$hour: {date: '$d', timezone: '+05:30'}}", "8"),
            ("{$minute: {date: '$d', timezone: '+05:30'}}", "34"),
            ("{$millisecond: '$d'}", "678"),
            ("{$dayOfWeek: '$d'}", "5"),
            ("{$isoDayOfWeek: '$d'}", "4"),
            ("{$dayOfYear: '$d'}", "2"),
            ("{$week: '$d'}", "0"),
            ("{$isoWeek: '$d'}", "1"),
            ("{$year: '$nope'}", "null"),
            ("{$year: {date: '$d', timezone: '$nope'}}", "null"),
            ("{$year: {date: '$nope', timezone: {$toString: ['$$ROOT']}}}", "null"),
            ("{$year: 'x'}", "error 16006"),
            ("{$year: {date: 'x', timezone: null}}", "error 16006"),
            ("{$year: {date: '$d', timezone: 'x'}}", "error 40485"),
            ("{$year: {date: '$d', timezone: 5}}", "error 40533"),
            ("{$year: {$toDate: NumberLong('9223372036854775807')}}", "292278994"),
        ] {
            check(expr, document, expected);
        }
    }
}
