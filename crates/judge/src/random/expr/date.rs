//! Expressions that mostly give dates.

use bson::{Bson, doc};

use crate::random::chance::Chance;
use crate::random::writer::{Writer, call, pair};

impl Writer<'_> {
    /// Mostly a date.
    pub(crate) fn date(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.4) {
            return if self.chance.is(0.7) {
                self.field(self.world.words.dates, Chance::date)
            } else {
                self.constant(Chance::date)
            };
        }
        let d = depth - 1;
        if self.chance.is(0.05) {
            return self.any(d);
        }
        match self.chance.below(11) {
            0..3 => self.moved(d),
            3..6 => self.truncated(d),
            6 => call("$add", pair(self.date(d), self.number(d))),
            7 => call("$subtract", pair(self.date(d), self.number(d))),
            8 => {
                let input = match self.chance.below(3) {
                    0 => self.number(d),
                    1 => self.date(d),
                    _ => self.text(d),
                };
                call("$toDate", input)
            }
            9 => self.put_together(d),
            _ => self.control(d, Self::date),
        }
    }

    fn moved(&mut self, depth: usize) -> Bson {
        let name = self.chance.pick(&["$dateAdd", "$dateSubtract"]);
        let amount = if self.chance.is(0.7) { self.chance.pick(&[1, -1, 3, 100]).into() } else { self.number(depth) };
        let mut form = doc! { "startDate": self.date(depth), "unit": self.time_unit(), "amount": amount };
        self.perhaps(0.4, &mut form, "timezone", Self::time_zone);
        call(name, form)
    }

    fn truncated(&mut self, depth: usize) -> Bson {
        let mut form = doc! { "date": self.date(depth), "unit": self.time_unit() };
        self.perhaps(0.5, &mut form, "binSize", |this| this.chance.between(1, 8).into());
        self.perhaps(0.4, &mut form, "timezone", Self::time_zone);
        self.perhaps(0.3, &mut form, "startOfWeek", Self::first_weekday);
        call("$dateTrunc", form)
    }

    fn put_together(&mut self, depth: usize) -> Bson {
        if self.chance.is(0.3) {
            let text = if self.chance.is(0.6) {
                Bson::from(self.chance.pick(&[
                    "2024-02-29",
                    "2024-02-29T10:11:12.345Z",
                    "1969-12-31 23:59",
                    "2024-13-01",
                ]))
            } else {
                self.text(depth)
            };
            let mut form = doc! { "dateString": text };
            self.perhaps(0.2, &mut form, "format", |_| "%Y-%m-%d".into());
            self.perhaps(0.2, &mut form, "timezone", Self::time_zone);
            self.perhaps(0.3, &mut form, "onError", |this| this.any(0));
            self.perhaps(0.3, &mut form, "onNull", |this| this.any(0));
            return call("$dateFromString", form);
        }
        let mut form = if self.chance.is(0.3) {
            doc! { "isoWeekYear": 2020 + self.chance.between(0, 6), "isoWeek": self.chance.between(-2, 60) }
        } else {
            let year =
                if self.chance.is(0.7) { self.chance.pick(&[2024, 1999, 1970]).into() } else { self.number(depth) };
            doc! { "year": year, "month": self.chance.between(-3, 15), "day": self.chance.between(-3, 40) }
        };
        self.perhaps(0.5, &mut form, "hour", |this| this.chance.between(-3, 30).into());
        self.perhaps(0.3, &mut form, "timezone", Self::time_zone);
        call("$dateFromParts", form)
    }
}
