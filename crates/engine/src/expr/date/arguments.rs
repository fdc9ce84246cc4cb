//! What date operators take: instants, zones, units and first days of weeks.

use bson::Bson;
use pipeline::ast::TimeUnit;

use super::zone::Zone;
use crate::Error;
use crate::expr::args::{Args, text};
use crate::value::type_name;

/// The instant of a date, a timestamp or an objectId; `None` for any other value.
///
/// MongoDB: the first four bytes of an objectId are seconds with a sign, so that `9f…` lies in 1918.
pub(in crate::expr) fn instant(value: &Bson) -> Option<i64> {
    match value {
        Bson::DateTime(date) => Some(date.timestamp_millis()),
        Bson::Timestamp(stamp) => Some(i64::from(stamp.time) * 1000),
        Bson::ObjectId(id) => {
            let [a, b, c, d, ..] = id.bytes();
            Some(i64::from(i32::from_be_bytes([a, b, c, d])) * 1000)
        }
        _ => None,
    }
}

/// An instant, or the error that the oldest date operators share.
pub(super) fn date(value: Option<&Bson>) -> Result<i64, Error> {
    value
        .and_then(instant)
        .ok_or_else(|| Error::coded(16_006, format!("can't convert from BSON type {} to Date", type_name(value))))
}

/// The zone at a position, UTC where it was left out; `None` for null.
pub(super) fn zone(args: &Args<'_>, index: usize) -> Result<Option<Zone>, Error> {
    if !args.is_given(index) {
        return Ok(Some(Zone::UTC));
    }
    if args.is_null(index) {
        return Ok(None);
    }
    let name = text(args.at(index)).ok_or_else(|| {
        let found = type_name(args.at(index));
        Error::coded(40_517, format!("timezone must evaluate to a string, found {found}"))
    })?;
    Zone::named(name).map(Some)
}

/// A unit by its name, which is case-sensitive.
pub(super) fn unit(name: &str) -> Option<TimeUnit> {
    Some(match name {
        "year" => TimeUnit::Year,
        "quarter" => TimeUnit::Quarter,
        "month" => TimeUnit::Month,
        "week" => TimeUnit::Week,
        "day" => TimeUnit::Day,
        "hour" => TimeUnit::Hour,
        "minute" => TimeUnit::Minute,
        "second" => TimeUnit::Second,
        "millisecond" => TimeUnit::Millisecond,
        _ => return None,
    })
}

/// The unit of `$dateDiff` and `$dateTrunc`; `None` for null.
pub(super) fn unit_of(operator: &str, args: &Args<'_>, index: usize) -> Result<Option<TimeUnit>, Error> {
    if args.is_null(index) {
        return Ok(None);
    }
    let name = text(args.at(index)).ok_or_else(|| {
        let found = type_name(args.at(index));
        Error::coded(5_439_013, format!("`{operator}` requires `unit` to be a string, but got {found}"))
    })?;
    unit(name).map(Some).ok_or_else(|| Error::coded(5_439_014, format!("`{operator}`: unknown time unit `{name}`")))
}

/// Whether the unit at a position is the week, the only one for which `startOfWeek` is looked at.
pub(super) fn is_week(args: &Args<'_>, index: usize) -> bool {
    text(args.at(index)) == Some("week")
}

/// The first day of weeks, 0 (Sunday, also where left out) to 6; `None` for null.
pub(super) fn start_of_week(operator: &str, args: &Args<'_>, index: usize) -> Result<Option<i64>, Error> {
    if !args.is_given(index) {
        return Ok(Some(0));
    }
    if args.is_null(index) {
        return Ok(None);
    }
    let name = text(args.at(index)).ok_or_else(|| {
        let found = type_name(args.at(index));
        Error::coded(5_439_015, format!("`{operator}` requires `startOfWeek` to be a string, but got {found}"))
    })?;
    let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let lower = name.to_ascii_lowercase();
    match days.iter().position(|day| *day == lower || day[..3] == lower) {
        Some(day) => Ok(Some(day as i64)),
        None => Err(Error::coded(5_439_016, format!("`{operator}`: unknown day of a week `{name}`"))),
    }
}

/// The milliseconds of a unit that always has the same.
pub(super) fn fixed_ms(unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Hour => Some(3_600_000),
        TimeUnit::Minute => Some(60_000),
        TimeUnit::Second => Some(1000),
        TimeUnit::Millisecond => Some(1),
        _ => None,
    }
}
