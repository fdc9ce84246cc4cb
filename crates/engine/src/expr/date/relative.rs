//! What moves a date in its own text: `2020-01-31 +1 month`, `… 2 days ago`, `last day of next month`, `… tomorrow noon`.
//!
//! In: steps of units, as the text names them. Out: [`Relative`], which moves a date and says what time passes then.
//! MongoDB: each step moves the calendar's own numbers, in the time zone of the date, and what then is no day runs over into the next
//! month.

use super::calendar::{DAY_MS, Local, days_of};

/// A larger step is refused: the server's years do not reach that far.
const MOST_STEPS: i64 = 100_000_000;

/// How far a date moves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Relative {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) millis: i64,
    /// What `ago` leaves as it is.
    kept_millis: i64,
    pub(super) weekday: Option<Weekday>,
    special: Option<Special>,
    pub(super) edge: Option<Edge>,
}

/// A day of the week to move to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weekday {
    /// 0 is Sunday; behind `ago` below 0.
    pub(super) number: i64,
    pub(super) way: Way,
}

/// Which such day is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The next one, not the day itself.
    Next,
    /// The next one, or the day itself.
    NextOrSame,
    /// That of the same week.
    SameWeek,
}

#[derive(Clone, Copy, Debug)]
enum Special {
    /// So many working days.
    WorkingDays(i64),
    /// The day of the week is counted from the first of the month,
    InMonth,
    /// or from the first of the next one.
    LastInMonth,
}

/// The first or the last day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    First,
    Last,
}

/// What a unit is.
enum Unit {
    Millis(i64),
    KeptMillis(i64),
    Days(i64),
    Months(i64),
    Weekday(i64),
    WorkingDay,
}

/// The number of a day of the week, of which Sunday is 0, if it has that name.
pub(super) fn weekday_named(name: &str) -> Option<i64> {
    const NAMES: [[&str; 4]; 7] = [
        ["sun", "sunday", "sundays", ""],
        ["mon", "monday", "mondays", ""],
        ["tue", "tuesday", "tuesdays", "tues"],
        ["wed", "wednesday", "wednesdays", "wednes"],
        ["thu", "thursday", "thursdays", "thurs"],
        ["fri", "friday", "fridays", ""],
        ["sat", "saturday", "saturdays", ""],
    ];
    NAMES.iter().position(|names| names.contains(&name)).map(|at| at as i64)
}

fn unit(name: &str) -> Option<Unit> {
    Some(
        match name.strip_suffix('s').filter(|short| !short.is_empty() && *short != "m" && *short != "µ").unwrap_or(name)
        {
            "ms" | "msec" | "millisecond" => Unit::KeptMillis(1),
            // Less than what a date can hold.
            "µs" | "microsecond" | "usec" => Unit::KeptMillis(0),
            "sec" | "second" => Unit::Millis(1_000),
            "min" | "minute" => Unit::Millis(60_000),
            "hour" => Unit::Millis(3_600_000),
            "day" => Unit::Days(1),
            "week" => Unit::Days(7),
            "fortnight" | "forthnight" => Unit::Days(14),
            "month" => Unit::Months(1),
            "year" => Unit::Months(12),
            "weekday" => Unit::WorkingDay,
            _ => Unit::Weekday(weekday_named(name)?),
        },
    )
}

impl Relative {
    /// Moves it by steps of a unit. Says whether the time of the day is to be forgotten, unless it is kept.
    pub(super) fn add(&mut self, steps: i64, name: &str, way: Way) -> Option<bool> {
        (steps.abs() <= MOST_STEPS).then_some(())?;
        let (of, each) = match unit(name)? {
            Unit::Millis(each) => (&mut self.millis, each),
            Unit::KeptMillis(each) => (&mut self.kept_millis, each),
            Unit::Days(each) => (&mut self.days, each),
            Unit::Months(each) => (&mut self.months, each),
            Unit::Weekday(number) => {
                self.days += 7 * if steps > 0 { steps - 1 } else { steps };
                self.weekday = Some(Weekday { number, way });
                return Some(true);
            }
            Unit::WorkingDay => {
                self.special = Some(Special::WorkingDays(steps));
                return Some(true);
            }
        };
        *of += steps * each;
        Some(false)
    }

    /// `next week`: to the same day of the week, or the one that is named, of another week.
    pub(super) fn add_weeks(&mut self, weeks: i64) {
        self.days += 7 * weeks;
        let number = self.weekday.map_or(1, |weekday| weekday.number);
        self.weekday = Some(Weekday { number, way: Way::SameWeek });
    }

    /// `first monday of`: counted within the month.
    pub(super) fn count_in_month(&mut self, steps: i64, name: &str) -> Option<()> {
        self.special = Some(if steps > 0 { Special::InMonth } else { Special::LastInMonth });
        self.add(steps, name, if steps < 0 { Way::Next } else { Way::NextOrSame }).map(drop)
    }

    /// Turns everything round. MongoDB: Sunday has no other side, and is the one before.
    pub(super) fn turn_round(&mut self) {
        (self.months, self.days, self.millis) = (-self.months, -self.days, -self.millis);
        if let Some(weekday) = &mut self.weekday {
            weekday.number = if weekday.number == 0 { -7 } else { -weekday.number };
        }
        if let Some(Special::WorkingDays(steps)) = &mut self.special {
            *steps = -*steps;
        }
    }

    /// The local time that it moves a date to, at so many milliseconds of the day.
    pub(super) fn moved(mut self, (year, month, day): (i64, i64, i64), millis: i64) -> Option<Local> {
        let (mut month, mut day) = (month, day);
        match self.special {
            Some(Special::InMonth) => (month, day, self.months) = (month + self.months, 1, 0),
            Some(Special::LastInMonth) => (month, day, self.months) = (month + self.months + 1, 1, 0),
            _ => {}
        }
        let on = |month: i64, day: i64| Local { days: days_of(year, month, day), millis: 0 };
        match self.edge {
            Some(Edge::First) => day = 1,
            Some(Edge::Last) => (month, day) = (month + 1, 0),
            None => {}
        }
        let mut local = on(month, day);
        if let Some(weekday) = self.weekday {
            local.days += weekday.distance(local.day_of_week() - 1, self.days);
        }
        let (year, month, day) = local.date();
        let (month, mut day) = (month + self.months, day + self.days);
        let mut month = month;
        match self.edge {
            Some(Edge::First) => day = 1,
            Some(Edge::Last) => (month, day) = (month + 1, 0),
            None => {}
        }
        let millis = millis.checked_add(self.millis)?.checked_add(self.kept_millis)?;
        let days = days_of(year, month, day) + millis.div_euclid(DAY_MS);
        let mut local = Local { days, millis: millis.rem_euclid(DAY_MS) };
        if let Some(Special::WorkingDays(steps)) = self.special {
            local.days += working_days(local.day_of_week() - 1, steps);
        }
        Some(local)
    }
}

impl Weekday {
    /// How many days it is to it, on a day of the week; `days` are those that the date moves besides.
    fn distance(self, today: i64, days: i64) -> i64 {
        let number = self.number;
        if self.way == Way::SameWeek {
            let number = match (today, number) {
                (0, number) if number != 0 => number - 7,
                (today, 0) if today != 0 => 7,
                _ => number,
            };
            return number - today;
        }
        if number < 0 {
            return -(7 - (number.abs() - today));
        }
        let distance = number - today;
        let is_behind = if self.way == Way::Next { distance <= 0 } else { distance <= -1 };
        if (days < 0 && distance < 0) || (days >= 0 && is_behind) { distance + 7 } else { distance }
    }
}

/// How many days so many working days are, from a day of the week on.
fn working_days(today: i64, steps: i64) -> i64 {
    let rest = steps % 5;
    let over_weekend = if steps > 0 {
        match today {
            0 if rest == 0 => -2,
            6 if rest == 0 => -1,
            6 => 1,
            today if rest != 0 && today + rest > 5 => 2,
            _ => 0,
        }
    } else {
        match today {
            6 if rest == 0 => 2,
            0 if rest == 0 => 1,
            0 => -1,
            today if rest != 0 && today > 0 && today + rest < 1 => -2,
            _ => 0,
        }
    };
    steps / 5 * 7 + over_weekend + rest
}
