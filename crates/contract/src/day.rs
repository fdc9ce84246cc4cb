//! Days as cells write them.
//!
//! In: the text of a cell, and the format of its column where that has one. Out: the day.
//! Invariant: a day of four digits a year; a text that could be another day by its own format is none.

use jiff::civil::Date;

/// Years that four digits write.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9999;

/// The day that a cell says: by the format, else written `2026-01-31`, perhaps with midnight behind it.
#[must_use]
pub fn read_day(cell: &[u8], format: Option<&str>) -> Option<Date> {
    let Some(format) = format else { return iso(cell) };
    let text = std::str::from_utf8(cell).ok()?.trim();
    // The time of day that a format may have says nothing of the day.
    Date::strptime(format, text).ok().filter(|day| YEARS.contains(&day.year()))
}

/// `2026-01-31`, `2026-01-31 00:00:00`, `2026-01-31T00:00:00Z`.
fn iso(cell: &[u8]) -> Option<Date> {
    let is_digits = |range: std::ops::Range<usize>| cell[range].iter().all(u8::is_ascii_digit);
    if cell.len() < 10 || cell[4] != b'-' || cell[7] != b'-' || ![0..4, 5..7, 8..10].into_iter().all(is_digits) {
        return None;
    }
    if !is_midnight(&cell[10..]) {
        return None;
    }
    std::str::from_utf8(&cell[..10]).ok()?.parse().ok()
}

/// Whether nothing stands behind the day, or midnight in UTC or in no zone.
fn is_midnight(rest: &[u8]) -> bool {
    let [b'T' | b' ', time @ ..] = rest else { return rest.is_empty() };
    let time = time.strip_suffix(b"Z").or_else(|| time.strip_suffix(b"+00:00")).unwrap_or(time);
    let Some(parts) = time.strip_prefix(b"00:00") else { return false };
    match parts.strip_prefix(b":00") {
        Some([b'.', fraction @ ..]) => !fraction.is_empty() && fraction.iter().all(|digit| *digit == b'0'),
        Some(rest) => rest.is_empty(),
        None => parts.is_empty(),
    }
}

/// Whether a format tells a day whole: what it writes, it reads again.
pub(crate) fn is_format(format: &str) -> bool {
    [(2026, 12, 31), (2024, 2, 3), (2026, 11, 10)].into_iter().all(|(year, month, day)| {
        let day = jiff::civil::date(year, month, day);
        let written = jiff::fmt::strtime::format(format, day.at(0, 0, 0, 0));
        written.is_ok_and(|written| read_day(written.as_bytes(), Some(format)) == Some(day))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_read_by_their_format() {
        let expected = Some(date(2025, 12, 31));
        for (cell, format) in [
            ("2025-12-31", None),
            ("2025-12-31 00:00:00", None),
            ("2025-12-31T00:00:00Z", None),
            ("2025-12-31T00:00:00.000+00:00", None),
            ("31.12.2025", Some("%d.%m.%Y")),
            (" 31.12.2025 ", Some("%d.%m.%Y")),
            ("12/31/2025", Some("%m/%d/%Y")),
            ("20251231", Some("%Y%m%d")),
            ("31-Dec-2025", Some("%d-%b-%Y")),
            ("31/12/2025 14:05", Some("%d/%m/%Y %H:%M")),
            ("31/12/2025 0:00", Some("%d/%m/%Y %H:%M")),
            ("31.12.25", Some("%d.%m.%y")),
        ] {
            assert_eq!(read_day(cell.as_bytes(), format), expected, "{cell}");
        }
        assert_eq!(read_day(b"3.2.2025", Some("%d.%m.%Y")), Some(date(2025, 2, 3)));
        for (cell, format) in [
            ("2025-12-31 14:05:00", None),
            ("2025-12-31T00:00:00+01:00", None),
            ("2025-12-31T", None),
            ("2025-02-30", None),
            ("12/31/2025", Some("%d/%m/%Y")),
            ("31.12.25", Some("%d.%m.%Y")),
            ("31.12.2025 ", None),
            ("2025-12-31", Some("%d.%m.%Y")),
            ("", Some("%d.%m.%Y")),
        ] {
            assert_eq!(read_day(cell.as_bytes(), format), None, "{cell}");
        }
    }

    #[test]
    fn a_format_tells_year_month_and_day() {
        for format in ["%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%B %d, %Y", "%d/%m/%y", "%Y-%m-%dT%H:%M:%S"] {
            assert!(is_format(format), "{format}");
        }
        for format in ["", "d.m.Y", "%Y-%m", "%d.%m", "%Q", "%d.%d.%Y"] {
            assert!(!is_format(format), "{format}");
        }
    }
}
