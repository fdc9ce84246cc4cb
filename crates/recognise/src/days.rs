//! How a column writes its days.
//!
//! In: the texts of its cells. Out: the ways of writing by which all of them are days.
//! Invariant: which part is the day and which the month is never guessed; the cells decide it, or the user does.

use jiff::civil::Date;

/// Ways to write a day, each with the times of midnight behind it that exports add. `None` is that of ISO 8601.
const WAYS: [Option<&str>; 25] = [
    None,
    Some("%d.%m.%Y"),
    Some("%d.%m.%Y %H:%M"),
    Some("%d.%m.%Y %H:%M:%S"),
    Some("%d/%m/%Y"),
    Some("%d/%m/%Y %H:%M"),
    Some("%d/%m/%Y %H:%M:%S"),
    Some("%m/%d/%Y"),
    Some("%m/%d/%Y %H:%M"),
    Some("%m/%d/%Y %H:%M:%S"),
    Some("%Y/%m/%d"),
    Some("%Y/%m/%d %H:%M"),
    Some("%Y/%m/%d %H:%M:%S"),
    Some("%d-%m-%Y"),
    Some("%d-%m-%Y %H:%M"),
    Some("%d-%m-%Y %H:%M:%S"),
    Some("%m-%d-%Y"),
    Some("%m-%d-%Y %H:%M"),
    Some("%m-%d-%Y %H:%M:%S"),
    Some("%d-%b-%Y"),
    Some("%d-%b-%Y %H:%M"),
    Some("%d-%b-%Y %H:%M:%S"),
    Some("%d %b %Y"),
    Some("%d %b %Y %H:%M"),
    Some("%d %b %Y %H:%M:%S"),
];

/// The format of days that are digits alone.
pub(crate) const DIGITS: &str = "%Y%m%d";

/// Years that digits alone may mean.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2099;

/// Ways of writing as bits, in the order of [`WAYS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ways(u32);

/// How the days of a column are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// As ISO 8601 has it.
    Iso,
    /// In this format.
    Format(&'static str),
    /// In either of these two.
    Either(&'static str, &'static str),
    /// In no one way.
    Several,
}

/// Whether a cell is a day with a time, as ISO 8601 or databases write it: `2026-01-31T13:45:00Z`, `2026-01-31 13:45`.
pub(crate) fn is_time(cell: &[u8]) -> bool {
    let is_like = |(byte, like): (&u8, &u8)| match like {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        like => byte == like,
    };
    let form = b"0000-00-00T00:00";
    (form.len()..=35).contains(&cell.len()) && cell.iter().zip(form).all(is_like)
}

impl Ways {
    /// The ways by which a cell, without blanks round it, is a day at midnight.
    pub(crate) fn of(cell: &[u8]) -> Self {
        // Most cells of texts end here.
        if !cell.first().is_some_and(u8::is_ascii_digit) || !(8..=32).contains(&cell.len()) {
            return Self(0);
        }
        let is_day = |way: Option<&str>| match way {
            None => contract::read_day(cell, None).is_some(),
            Some(format) => fits(format, cell) && contract::read_day(cell, Some(format)).is_some(),
        };
        let bits = WAYS.iter().enumerate().filter(|(_, way)| is_day(**way));
        Self(bits.fold(0, |bits, (position, _)| bits | 1 << position))
    }

    /// Those by which the cells of both are days.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// What they say of a column that has days.
    pub(crate) fn written(self) -> Written {
        let mut ways = WAYS.iter().enumerate().filter(|(position, _)| self.0 & 1 << position != 0).map(|(_, way)| *way);
        match (ways.next(), ways.next()) {
            (Some(None), _) => Written::Iso,
            (Some(Some(format)), None) => Written::Format(format),
            (Some(Some(one)), Some(Some(other))) => Written::Either(one, other),
            _ => Written::Several,
        }
    }
}

impl Default for Ways {
    /// All of them, as of a column without days.
    fn default() -> Self {
        Self((1 << WAYS.len()) - 1)
    }
}

/// Whether a cell has the signs of a format, and four digits for its year; and its time of day is midnight.
fn fits(format: &str, cell: &[u8]) -> bool {
    let (day_format, time_format) = format.split_once(" %H").map_or((format, ""), |(day, time)| (day, time));
    let (day, time) = match cell.iter().position(|byte| *byte == b':') {
        Some(colon) => {
            let Some(blank) = cell[..colon].iter().rposition(|byte| *byte == b' ') else { return false };
            (&cell[..blank], &cell[blank + 1..])
        }
        None => (cell, &b""[..]),
    };
    let is_midnight = match time_format {
        "" => time.is_empty(),
        ":%M" => matches!(time, b"00:00" | b"0:00"),
        _ => matches!(time, b"00:00:00" | b"0:00:00"),
    };
    let sign = day_format.as_bytes().get(2).copied().unwrap_or_default();
    let parts: Vec<&[u8]> = day.split(|byte| *byte == sign).collect();
    let year = if day_format.starts_with("%Y") { parts.first() } else { parts.last() };
    is_midnight && parts.len() == 3 && year.is_some_and(|year| year.len() == 4)
}

/// Whether a number is a day of eight digits.
pub(crate) fn is_digits(cell: &[u8]) -> bool {
    let day = |cell| contract::read_day(cell, Some(DIGITS)).map(Date::year);
    cell.len() == 8 && cell.iter().all(u8::is_ascii_digit) && day(cell).is_some_and(|year| YEARS.contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> Written {
        cells.iter().map(|cell| Ways::of(cell.as_bytes())).fold(Ways::default(), Ways::and).written()
    }

    #[test]
    fn a_day_with_a_time_is_told_from_other_texts() {
        for cell in ["2026-01-31 13:45", "2026-01-31T13:45:00Z", "2026-01-31 13:45:00.123+02:00"] {
            assert!(is_time(cell.as_bytes()), "{cell}");
        }
        for cell in ["2026-01-31", "C2026-01-31T13:45", "2026-01-31x13:45", "2026-01-31 1345", "13:45", ""] {
            assert!(!is_time(cell.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn the_cells_of_a_column_decide_how_it_writes_days() {
        for (cells, expected) in [
            (&["2025-12-31", "2025-12-01 00:00:00", "2025-12-31T00:00:00Z"][..], Written::Iso),
            (&["31.12.2025", "1.2.2025"], Written::Format("%d.%m.%Y")),
            (&["03/04/2025", "31/12/2025"], Written::Format("%d/%m/%Y")),
            (&["03/04/2025", "12/31/2025"], Written::Format("%m/%d/%Y")),
            (&["12/31/2025 0:00", "1/2/2025 0:00"], Written::Format("%m/%d/%Y %H:%M")),
            (&["2025/12/31"], Written::Format("%Y/%m/%d")),
            (&["31-Dec-2025", "1-jan-2025"], Written::Format("%d-%b-%Y")),
            (&["31 Dec 2025"], Written::Format("%d %b %Y")),
            (&["31-12-2025"], Written::Format("%d-%m-%Y")),
            (&["03/04/2025", "05/06/2025"], Written::Either("%d/%m/%Y", "%m/%d/%Y")),
            (&["13/04/2025", "04/13/2025"], Written::Several),
            (&["2025-12-31", "31.12.2025"], Written::Several),
        ] {
            assert_eq!(written(cells), expected, "{cells:?}");
        }
        for cell in
            ["31.12.25", "2025-12-31 14:05:00", "1.2.3", "32.12.2025", "12/2025", "", "text", "31/12/2025 14:05"]
        {
            assert!(Ways::of(cell.as_bytes()).is_none(), "{cell}");
        }
        assert!(is_digits(b"20251231"));
        for cell in ["20251331", "18991231", "2025123", "202512310"] {
            assert!(!is_digits(cell.as_bytes()), "{cell}");
        }
    }
}
