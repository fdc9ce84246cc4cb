//! Expressions that mostly give texts.

use bson::{Bson, bson, doc};

use crate::random::chance::Chance;
use crate::random::writer::{Writer, call, pair};

impl Writer<'_> {
    /// Mostly a text.
    pub(crate) fn text(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.3) {
            return if self.chance.is(0.6) {
                self.field(self.world.words.texts, Chance::text)
            } else {
                self.constant(Chance::text)
            };
        }
        let d = depth - 1;
        if self.chance.is(0.05) {
            return self.any(d);
        }
        match self.chance.below(15) {
            0 | 1 => call("$concat", self.several(3, d, Self::text)),
            2 | 3 => {
                let name = self.chance.pick(&["$toUpper", "$toLower"]);
                let input = if self.chance.is(0.3) { self.any(d) } else { self.text(d) };
                call(name, input)
            }
            4 | 5 => {
                let name = self.chance.pick(&["$substrCP", "$substrBytes", "$substr"]);
                let (from, length) = (self.chance.between(-1, 4), self.chance.between(-1, 4));
                call(name, bson!([self.text(d), from, length]))
            }
            6 => {
                let name = self.chance.pick(&["$trim", "$ltrim", "$rtrim"]);
                let mut form = doc! { "input": self.text(d) };
                self.perhaps(0.5, &mut form, "chars", |this| this.text(d));
                call(name, form)
            }
            7 => {
                let name = self.chance.pick(&["$replaceOne", "$replaceAll"]);
                call(name, doc! { "input": self.text(d), "find": self.text(d), "replacement": self.text(d) })
            }
            8 | 9 => self.shown(d),
            10 | 11 => self.shown_date(d),
            12 => call("$type", self.any(d)),
            13 => {
                let parts = call("$split", pair(self.text(d), self.text(d)));
                call("$arrayElemAt", pair(parts, self.place()))
            }
            _ => self.control(d, Self::text),
        }
    }

    fn shown(&mut self, depth: usize) -> Bson {
        let input = match self.chance.below(5) {
            0 | 1 => self.number(depth),
            2 => self.date(depth),
            3 => self.boolean(depth),
            _ => self.any(depth),
        };
        call("$toString", input)
    }

    fn shown_date(&mut self, depth: usize) -> Bson {
        let mut form = doc! { "date": self.date(depth) };
        self.perhaps(0.5, &mut form, "format", |this| {
            let formats = ["%Y-%m-%d", "%H:%M:%S.%L %z", "%G-W%V-%u", "%j %U %w %Z", "%%%Y", "%d/%m"];
            this.chance.pick(&formats).into()
        });
        self.perhaps(0.4, &mut form, "timezone", Self::time_zone);
        self.perhaps(0.3, &mut form, "onNull", |this| this.any(depth));
        call("$dateToString", form)
    }
}
