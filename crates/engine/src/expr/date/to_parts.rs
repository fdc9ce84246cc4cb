//! `$dateToParts`: a date as an object of its parts in a time zone, those of ISO weeks with `iso8601: true`.

use bson::{Bson, doc};

use super::arguments::{date, zone};
use crate::Error;
use crate::expr::args::Args;
use crate::value::{Value, is_nullish, type_name};

/// `date`, `timezone`, `iso8601`.
pub(in crate::expr) fn to_parts(args: &Args<'_>) -> Result<Value, Error> {
    let Some(zone) = zone(args, 1)? else { return Ok(Some(Bson::Null)) };
    if args.is_null(2) {
        return Ok(Some(Bson::Null));
    }
    let iso = match (args.is_given(2), args.at(2)) {
        (false, _) => false,
        (true, Some(Bson::Boolean(iso))) => *iso,
        (true, other) => {
            return Err(Error::coded(40_521, format!("`iso8601` must evaluate to a bool, found {}", type_name(other))));
        }
    };
    if is_nullish(args.at(0)) {
        return Ok(Some(Bson::Null));
    }
    let local = zone.local(date(args.at(0))?);
    let (year, month, day) = local.date();
    let (iso_year, iso_week) = local.iso_week();
    let int = |value: i64| Bson::Int32(value as i32);
    let mut parts = if iso {
        doc! {"isoWeekYear": int(iso_year), "isoWeek": int(iso_week), "isoDayOfWeek": int(local.iso_day_of_week())}
    } else {
        doc! {"year": int(year), "month": int(month), "day": int(day)}
    };
    parts.extend(doc! {
        "hour": int(local.hour()),
        "minute": int(local.minute()),
        "second": int(local.second()),
        "millisecond": int(local.millisecond()),
    });
    Ok(Some(Bson::Document(parts)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn a_date_falls_into_its_parts() {
        let document = "{d: ISODate('2020-01-02T03:04:05.678Z')}";
        check(
            "{$dateToParts: {date: '$d', timezone: '+01'}}",
            document,
            r#"{"year":2020,"month":1,"day":2,"hour":4,"minute":4,"second":5,"millisecond":678}"#,
        );
        check(
            "{$dateToParts: {date: '$d', iso8601: true}}",
            document,
            r#"{"isoWeekYear":2020,"isoWeek":1,"isoDayOfWeek":4,"hour":3,"minute":4,"second":5,"millisecond":678}"#,
        );
        check("{$dateToParts: {date: '$nope'}}", document, "null");
        check("{$dateToParts: {date: '$d', iso8601: 1}}", document, "error 40521");
        check("{$dateToParts: {date: 'x'}}", document, "error 16006");
    }
}
