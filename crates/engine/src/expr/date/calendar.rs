//! The calendar: instants to civil dates and times and back, weeks and days of the year.
//!
//! Invariant: no overflow for any instant; months and days of [`days_of`] may lie outside their ranges.

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// A local time: days since 1970-01-01 and milliseconds since midnight, in `0..DAY_MS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Local {
    pub(super) days: i64,
    pub(super) millis: i64,
}

impl Local {
    /// The local time of an instant at an offset (seconds east of UTC).
    pub(super) fn of(instant_ms: i64, offset_s: i64) -> Self {
        let days = instant_ms.div_euclid(DAY_MS);
        let millis = instant_ms.rem_euclid(DAY_MS) + offset_s * 1000;
        Self { days: days + millis.div_euclid(DAY_MS), millis: millis.rem_euclid(DAY_MS) }
    }

    /// The instant at which it is this time at an offset, if it can be told.
    pub(super) fn instant(self, offset_s: i64) -> Option<i64> {
        let ms = i128::from(self.days) * i128::from(DAY_MS) + i128::from(self.millis - offset_s * 1000);
        i64::try_from(ms).ok()
    }

    /// Year, month (1 to 12), day (1 to 31).
    pub(super) fn date(self) -> (i64, i64, i64) {
        date_of(self.days)
    }

    pub(super) fn hour(self) -> i64 {
        self.millis / 3_600_000
    }

    pub(super) fn minute(self) -> i64 {
        self.millis / 60_000 % 60
    }

    pub(super) fn second(self) -> i64 {
        self.millis / 1000 % 60
    }

    pub(super) fn millisecond(self) -> i64 {
        self.millis % 1000
    }

    /// 1 to 366.
    pub(super) fn day_of_year(self) -> i64 {
        self.days - days_of(self.date().0, 1, 1) + 1
    }

    /// 1 (Sunday) to 7.
    pub(super) fn day_of_week(self) -> i64 {
        weekday(self.days) + 1
    }

    /// 1 (Monday) to 7.
    pub(super) fn iso_day_of_week(self) -> i64 {
        (weekday(self.days) + 6) % 7 + 1
    }

    /// 0 to 53; weeks begin on Sunday, and the days before the first Sunday are week 0.
    pub(super) fn week(self) -> i64 {
        (self.day_of_year() - 1 + 7 - weekday(self.days)) / 7
    }

    /// The year and the week (1 to 53) of ISO 8601.
    pub(super) fn iso_week(self) -> (i64, i64) {
        // The Thursday of a week lies in the year that the week belongs to.
        let thursday = self.days - (self.iso_day_of_week() - 4);
        let year = date_of(thursday).0;
        (year, (thursday - days_of(year, 1, 1)) / 7 + 1)
    }
}

/// 0 (Sunday) to 6.
fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// Days since 1970-01-01 of a date. Months and days may lie outside their ranges and then count on.
pub(super) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    // Years that begin in March have the leap day at their end.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468 + (day - 1)
}

/// The date of a day.
fn date_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// The Monday of an ISO week, which may lie outside its range.
pub(super) fn days_of_iso_week(year: i64, week: i64) -> i64 {
    // January 4 lies in week 1.
    let fourth = Local { days: days_of(year, 1, 4), millis: 0 };
    fourth.days - (fourth.iso_day_of_week() - 1) + (week - 1) * 7
}

/// How many days a month has.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    days_of(year, month + 1, 1) - days_of(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_inverse_over_all_instants() {
        for days in (-4_000_000..4_000_000).step_by(997).chain([i64::MIN / DAY_MS, i64::MAX / DAY_MS]) {
            let (year, month, day) = date_of(days);
            assert_eq!(days_of(year, month, day), days);
            assert!((1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day));
        }
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(days_of(2000, 2, 30), days_of(2000, 3, 1));
        assert_eq!(days_of(2020, 14, 1), days_of(2021, 2, 1));
        assert_eq!(days_of(2020, -1, 1), days_of(2019, 11, 1));
    }

    #[test]
    fn weeks_are_those_of_the_server() {
        let at = |year, month, day| Local { days: days_of(year, month, day), millis: 0 };
        assert_eq!(at(2020, 1, 2).iso_week(), (2020, 1));
        assert_eq!(at(1, 1, 1).iso_week(), (1, 1));
        assert_eq!(at(99, 12, 31).iso_week(), (99, 53));
        assert_eq!(at(1969, 12, 31).iso_week(), (1970, 1));
        assert_eq!(at(1969, 12, 31).week(), 52);
        assert_eq!(at(2020, 1, 2).day_of_week(), 5);
        assert_eq!(days_of_iso_week(2020, 53) + 6, days_of(2021, 1, 3));
    }
}
