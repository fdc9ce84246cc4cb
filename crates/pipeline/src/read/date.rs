//! ISO 8601 dates as mongosh and Extended JSON write them.

use bson::DateTime;

/// `2024-02-29`, with perhaps `T12:30[:15[.123]]` and perhaps `Z` or an offset; without an offset the time is UTC.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text.strip_suffix(['Z', 'z']).unwrap_or(text), None),
    };
    let mut parts = date.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let midnight = DateTime::builder()
        .year(i32::try_from(year).ok()?)
        .month(u8::try_from(month).ok()?)
        .day(u8::try_from(day).ok()?)
        .build()
        .ok()?;
    let within = time.map_or(Some(0), time_of_day)?;
    Some(DateTime::from_millis(midnight.timestamp_millis() + within))
}

/// `20240229T123000Z`, `20240229` and `2024-02-29T12`, which mongosh's `ISODate` takes besides.
pub(super) fn parse_compact(text: &str) -> Option<DateTime> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, time),
        None => (text.strip_suffix('Z').unwrap_or(text), ""),
    };
    let hyphened = match (date.len(), date.get(..4), date.get(4..6), date.get(6..)) {
        (8, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
    };
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    let (whole, fraction) =
        clock.split_once('.').map_or((clock, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let figures = whole.replace(':', "");
    let part = |from: usize| figures.get(from..from + 2).unwrap_or("00");
    if !matches!(figures.len(), 0 | 2 | 4 | 6) {
        return None;
    }
    parse(&format!("{hyphened}T{}:{}:{}{fraction}{zone}", part(0), part(2), part(4)))
}

/// Milliseconds since midnight UTC; negative or beyond a day where the offset says so.
fn time_of_day(text: &str) -> Option<i64> {
    let zone_at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone_at);
    let mut parts = clock.splitn(3, ':');
    let hour = digits(parts.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = digits(parts.next()?, 2).filter(|minute| *minute < 60)?;
    let (second, fraction) = match parts.next() {
        Some(part) => part.split_once(['.', ',']).map_or((part, None), |(second, rest)| (second, Some(rest))),
        None => ("00", None),
    };
    let second = digits(second, 2).filter(|second| *second < 60)?;
    let millis = fraction.map_or(Some(0), milliseconds)?;
    let clock = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    Some(clock - offset(zone)? * 60_000)
}

/// The first three digits of a fraction; a date holds no finer time.
fn milliseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    format!("{fraction}00").get(..3)?.parse().ok()
}

/// Minutes east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let figures = zone.get(1..)?.replace(':', "");
    let (hours, minutes) = match figures.len() {
        2 => (figures.as_str(), "00"),
        4 => figures.split_at_checked(2)?,
        _ => return None,
    };
    let hours = digits(hours, 2).filter(|hours| *hours < 24)?;
    let minutes = digits(minutes, 2).filter(|minutes| *minutes < 60)?;
    Some(sign * (hours * 60 + minutes))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_and_without_time_and_zone() {
        let millis = |text| parse(text).map(DateTime::timestamp_millis);
        assert_eq!(millis("1970-01-02"), Some(86_400_000));
        assert_eq!(millis("1970-01-01T00:00:01.5Z"), Some(1500));
        assert_eq!(millis("1970-01-01T01:00+01:00"), Some(0));
        assert_eq!(millis("1970-01-01 00:00:00-0030"), Some(1_800_000));
        for bad in
            ["", "1970-13-01", "1970-02-30", "1970-01-01T25:00Z", "70-1-1", "1970-01-01T00:00:00.Z", "é970-01-01"]
        {
            assert_eq!(millis(bad), None, "{bad}");
        }
    }
}
