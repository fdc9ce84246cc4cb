//! Bars of dates, whose edges are where days, weeks, months or years begin (UTC).
//!
//! In: the first and the last date, in milliseconds since 1970. Out: the edges of all bars, one more than there are bars.
//! Invariant: the first edge is no later than the first date, and the last edge is later than the last.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// How long a bar is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Days(i16),
    Weeks,
    Months(i16),
    Years(i16),
}

/// From short to long.
const STEPS: [Step; 13] = [
    Step::Days(1),
    Step::Weeks,
    Step::Months(1),
    Step::Months(3),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(200),
    Step::Years(500),
];

/// The edges of at most `most` bars, of the shortest step that has no more; none of dates that no calendar has.
pub(super) fn edges(first: f64, last: f64, most: usize) -> Option<Vec<f64>> {
    let (first, last) = (date(first)?, date(last)?);
    STEPS.into_iter().find_map(|step| {
        let mut edges = vec![step.start(first)?];
        while edges.last().is_some_and(|edge| *edge <= last) {
            if edges.len() > most {
                return None;
            }
            let next = edges.last()?.checked_add(step.span()).ok()?;
            edges.push(next);
        }
        edges.into_iter().map(millis).collect()
    })
}

impl Step {
    fn span(self) -> Span {
        match self {
            Self::Days(n) => n.days(),
            Self::Weeks => 1.week(),
            Self::Months(n) => n.months(),
            Self::Years(n) => n.years(),
        }
    }

    /// The start of the bar that a day lies in.
    fn start(self, day: Date) -> Option<Date> {
        match self {
            Self::Days(_) => Some(day),
            Self::Weeks => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok(),
            Self::Months(n) => {
                let month = i16::from(day.month()) - 1;
                Date::new(day.year(), i8::try_from(month - month.rem_euclid(n) + 1).ok()?, 1).ok()
            }
            Self::Years(n) => Date::new(day.year() - day.year().rem_euclid(n), 1, 1).ok(),
        }
    }
}

fn date(millis: f64) -> Option<Date> {
    Some(Timestamp::from_millisecond(millis.floor() as i64).ok()?.to_zoned(TimeZone::UTC).date())
}

fn millis(date: Date) -> Option<f64> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::column::day;
    use super::*;

    #[test]
    fn edges_are_where_the_calendar_begins_something() {
        for (first, last, edge, n) in [
            ("2026-01-05", "2026-01-05", "2026-01-05 2026-01-06", 1),
            ("2026-01-30", "2026-02-08", "2026-01-30 2026-01-31", 10),
            ("2026-01-01", "2026-03-01", "2025-12-29 2026-01-05", 9),
            ("2025-03-17", "2026-06-30", "2025-03-01 2025-04-01", 16),
            ("2021-05-20", "2026-06-30", "2021-04-01 2021-07-01", 21),
            ("2003-05-20", "2026-06-30", "2003-01-01 2004-01-01", 24),
            ("1899-05-20", "2026-06-30", "1890-01-01 1900-01-01", 14),
            ("-002001-05-20", "2026-06-30", "-002200-01-01 -002000-01-01", 22),
        ] {
            let of = |text: &str| millis(text.parse().unwrap()).unwrap();
            // Any time of the last day is in the last bar.
            let late = of(last) + 86_399_999.0;
            let edges = edges(of(first), late, 25).unwrap();
            assert_eq!(edges.len(), n + 1, "{first} to {last}");
            assert!(
                edges.is_sorted_by(|a, b| a < b) && edges[0] <= of(first) && edges[n] > late && edges[n - 1] <= late
            );
            let told: Vec<String> = edges[..2].iter().map(|edge| date(*edge).unwrap().to_string()).collect();
            assert_eq!(told.join(" "), edge);
        }
        assert_eq!(day(millis("2026-03-01".parse().unwrap()).unwrap()), "2026-03-01");
        assert!(edges(0.0, 1e300, 25).is_none() && edges(f64::NEG_INFINITY, 0.0, 25).is_none());
    }
}
