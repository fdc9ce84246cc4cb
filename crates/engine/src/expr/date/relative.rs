//! What moves a date in its own text: `2020-01-31 +1 month`, `… 2 days ago`, `last day of next month`, `… tomorrow noon`.
//!
//! In: text. Out: [`Relative`], which moves a local time, and the rest of the text. MongoDB: each part moves the calendar's own
//! numbers, in the time zone of the date, and what then is no day runs over into the next month.
//! Why not all that the server reads: days of the week behind the date and working days have rules of their own there; they
//! are refused as any other text is. What names no date at all depends on the clock, and the server refuses that itself.

use super::calendar::{DAY_MS, Local, days_of};
use super::free_text::word;
use super::from_string::number;

/// A larger step is refused: the server's years do not reach that far.
const MOST_STEPS: i64 = 100_000_000;

/// How far a date moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Relative {
    months: i64,
    days: i64,
    seconds: i64,
    /// Apart from seconds, for `ago` leaves them as they are.
    millis: i64,
    /// To the Monday of the week first.
    is_to_monday: bool,
    /// To the next day of the week of this number (Monday is 1) first, which may be the day itself.
    weekday: Option<i64>,
    has_ago: bool,
    edge: Option<Edge>,
    /// The time of the day in place of that of the date.
    time: Option<i64>,
    /// Whether that is a time of its own, beside which no other may stand.
    is_time: bool,
}

/// The first or the last day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    First,
    Last,
}

impl Relative {
    /// Takes all that moves a date from the start of the text; gives the rest, from which nothing else is taken.
    pub(super) fn take<'a>(&mut self, text: &'a str) -> &'a str {
        let mut rest = text;
        while let Some(after) = self.take_one(rest.trim_start_matches([' ', ',', '\t', '\n'])) {
            rest = after;
        }
        rest
    }

    fn take_one<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        for (words, edge) in [("first day of", Edge::First), ("last day of", Edge::Last)] {
            if text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words)) {
                self.edge = Some(edge);
                self.set_time(0, false);
                return Some(&text[words.len()..]);
            }
        }
        let (name, after) = word(text);
        match name.as_str() {
            "" => return self.take_number(text),
            "now" => {}
            "today" | "midnight" => self.set_time(0, false),
            "noon" => self.set_time(DAY_MS / 2, true),
            "tomorrow" | "yesterday" => {
                // MongoDB: the days of what stands before are forgotten.
                self.days = if name == "tomorrow" { 1 } else { -1 };
                self.set_time(0, false);
            }
            "ago" => {
                (self.months, self.days, self.seconds) = (-self.months, -self.days, -self.seconds);
                self.has_ago = true;
            }
            _ => return self.take_ordinal(&name, after),
        }
        Some(after)
    }

    fn set_time(&mut self, millis: i64, is_time: bool) {
        (self.time, self.is_time) = (Some(millis), is_time);
    }

    /// Says that a time of the day follows; nothing where there is one already.
    pub(super) fn before_time(&mut self) -> Option<()> {
        self.time = None;
        (!self.is_time).then_some(())
    }

    /// Moves it by the seconds of a time stamp.
    pub(super) fn add_seconds(&mut self, seconds: i64) -> Option<()> {
        self.seconds = self.seconds.checked_add(seconds)?;
        Some(())
    }

    /// Moves it first to a day of the week, of which Monday is 1.
    pub(super) fn set_weekday(&mut self, weekday: i64) {
        self.weekday = Some(weekday);
    }

    /// Whether it moves nothing.
    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// `+1 day`, `2 weeks`.
    fn take_number<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text).trim_start_matches([' ', '\t']);
        let (steps, _, rest) = number(digits, 13)?;
        let (unit, after) = word(rest.trim_start_matches([' ', '\t']));
        (steps <= MOST_STEPS).then_some(())?;
        self.add(sign * steps, &unit)?;
        Some(after)
    }

    /// `next month`, `third day`.
    fn take_ordinal<'a>(&mut self, name: &str, rest: &'a str) -> Option<&'a str> {
        const ORDINALS: [&str; 12] = [
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
            "twelfth",
        ];
        let by_name = match name {
            "next" => Some(1),
            "last" | "previous" => Some(-1),
            "this" => Some(0),
            _ => None,
        };
        let steps = by_name.or_else(|| ORDINALS.iter().position(|known| *known == name).map(|at| at as i64 + 1))?;
        let (unit, after) = word(rest.strip_prefix([' ', '\t'])?);
        match (unit.as_str(), by_name) {
            ("week", Some(_)) => {
                self.is_to_monday = true;
                self.days += 7 * steps;
            }
            ("week" | "weeks", _) => return None,
            _ => self.add(steps, &unit)?,
        }
        Some(after)
    }

    fn add(&mut self, steps: i64, unit: &str) -> Option<()> {
        let (of, each) = match unit.strip_suffix('s').unwrap_or(unit) {
            "msec" | "millisecond" => (&mut self.millis, 1),
            "sec" | "second" => (&mut self.seconds, 1),
            "min" | "minute" => (&mut self.seconds, 60),
            "hour" => (&mut self.seconds, 3_600),
            "day" => (&mut self.days, 1),
            "week" => (&mut self.days, 7),
            "fortnight" => (&mut self.days, 14),
            "month" => (&mut self.months, 1),
            "year" => (&mut self.months, 12),
            _ => return None,
        };
        *of += steps * each;
        Some(())
    }

    /// The local time that it moves another one to. Nothing where days of the week meet `ago` or the end of a month, for which the
    /// server has rules of its own.
    pub(super) fn moved(self, local: Local) -> Option<Local> {
        let goes_to_weekday = self.is_to_monday || self.weekday.is_some();
        if goes_to_weekday && (self.has_ago || self.edge.is_some() || (self.is_to_monday && self.weekday.is_some())) {
            return None;
        }
        let to_monday = if self.is_to_monday { 1 - local.iso_day_of_week() } else { 0 };
        let to_weekday = self.weekday.map_or(0, |weekday| (weekday - local.iso_day_of_week()).rem_euclid(7));
        let (year, month, day) = Local { days: local.days + to_monday + to_weekday, ..local }.date();
        let month = month + self.months;
        let days = match self.edge {
            None => days_of(year, month, day + self.days),
            Some(Edge::First) => days_of(year, month, 1),
            Some(Edge::Last) => days_of(year, month + 1, 0),
        };
        let seconds = self.seconds.checked_mul(1_000)?;
        let millis = self.time.unwrap_or(local.millis).checked_add(seconds)?.checked_add(self.millis)?;
        Some(Local { days: days + millis.div_euclid(DAY_MS), millis: millis.rem_euclid(DAY_MS) })
    }
}
