//! Moments of a time zone as text.
//!
//! In: an Arrow column of timestamps with a zone. Out: each as it reads on a clock there; midnight is a day.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array as _, ArrayRef, Int64Array, StringArray};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

/// The column as texts, where it has a time zone; as it is, where it has none.
pub(crate) fn in_words(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let DataType::Timestamp(unit, Some(zone)) = column.data_type() else { return Ok(Arc::clone(column)) };
    let zone = DateTimeParser::new()
        .parse_time_zone(zone.as_ref())
        .map_err(|error| ArrowError::ParseError(format!("the time zone is not known: {error}")))?;
    // Why not `arrow_cast::cast`: it brings the code for every pair of types into the program, 2 MB of it.
    let (counts, nanoseconds): (Int64Array, _) = match unit {
        TimeUnit::Second => (column.as_primitive::<TimestampSecondType>().reinterpret_cast(), 1_000_000_000),
        TimeUnit::Millisecond => (column.as_primitive::<TimestampMillisecondType>().reinterpret_cast(), 1_000_000),
        TimeUnit::Microsecond => (column.as_primitive::<TimestampMicrosecondType>().reinterpret_cast(), 1_000),
        TimeUnit::Nanosecond => (column.as_primitive::<TimestampNanosecondType>().reinterpret_cast(), 1),
    };
    let text = |count: i64| {
        let moment = Timestamp::from_nanosecond(i128::from(count) * nanoseconds);
        moment.map(|moment| told(moment, &zone)).map_err(|error| ArrowError::ParseError(error.to_string()))
    };
    let texts: StringArray = counts.iter().map(|count| count.map(text).transpose()).collect::<Result<_, _>>()?;
    Ok(Arc::new(texts))
}

fn told(moment: Timestamp, zone: &TimeZone) -> String {
    let there = moment.to_zoned(zone.clone());
    if there.time() == Time::midnight() {
        return there.date().to_string();
    }
    there.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}
