//! Random expressions, by the type that they mostly give; now and then one of another type, so that refusals and nulls
//! are met everywhere.

mod array;
mod boolean;
mod control;
mod date;
mod number;
mod object;
mod text;

use bson::{Bson, bson, doc};

use super::chance::Chance;
use super::writer::{Writer, call};

impl Writer<'_> {
    /// An expression of any type.
    pub(crate) fn any(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.15) {
            return self.any_leaf();
        }
        let d = depth - 1;
        match self.chance.below(12) {
            0 | 1 => self.number(d),
            2 => self.text(d),
            3 => self.boolean(d),
            4 => self.date(d),
            5 | 6 => self.array(d),
            7 => self.object(d),
            8 => self.control(d, Self::any),
            9 => self.get_field(d),
            10 => self.convert(d),
            _ => self.several(2, d, Self::any),
        }
    }

    fn any_leaf(&mut self) -> Bson {
        let words = self.world.words;
        match self.chance.below(14) {
            0..3 => self.field(words.numbers, Chance::number),
            3 | 4 => self.field(words.texts, Chance::text),
            5 => self.field(words.dates, Chance::date),
            6 => self.field(words.arrays, |chance| chance.array(1)),
            7 | 8 => self.field(words.others, Chance::scalar),
            9 => self.constant(|chance| chance.value(1)),
            10 => self.constant(Chance::scalar),
            11 => Bson::from("$$REMOVE"),
            12 => Bson::from(self.chance.pick(&["$$ROOT", "$$CURRENT"])),
            _ => self.constant(Chance::number),
        }
    }

    fn get_field(&mut self, depth: usize) -> Bson {
        let field = self.chance.pick(&["x", "n", "i", "Gender"]);
        if self.chance.is(0.4) {
            return call("$getField", field);
        }
        call("$getField", doc! { "field": field, "input": self.object(depth) })
    }

    fn convert(&mut self, depth: usize) -> Bson {
        if self.chance.is(0.1) {
            return call("$toObjectId", self.text(depth));
        }
        let to = self.chance.pick(&[
            Bson::from("int"),
            "long".into(),
            "double".into(),
            "decimal".into(),
            "string".into(),
            "bool".into(),
            "date".into(),
            "objectId".into(),
            2.into(),
            16.into(),
            18.0.into(),
            "$nope".into(),
        ]);
        let mut form = doc! { "input": self.any(depth), "to": to };
        self.perhaps(0.6, &mut form, "onError", |this| this.any(0));
        self.perhaps(0.3, &mut form, "onNull", |this| this.any(0));
        call("$convert", form)
    }

    /// A pattern and perhaps its options, as `$regexMatch` takes them.
    fn pattern(&mut self, input: Bson) -> Bson {
        let regex = self.chance.pick(&[
            "a", "^a", "[a-z]+$", "^$", "\\d", "l+", "(a)|(b)", "é", ".", "x.y", "(l)(o)?", "\\w+", "B", "[^a-c]",
            "o\\b", "",
        ]);
        let mut form = doc! { "input": input, "regex": regex };
        if self.chance.is(0.1) {
            form.insert("regex", super::chance::regex(regex, "i"));
        } else {
            self.perhaps(0.3, &mut form, "options", |this| this.chance.pick(&["i", "m", "s", "x", "im", ""]).into());
        }
        Bson::Document(form)
    }

    fn time_zone(&mut self) -> Bson {
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "+05:30", "-0830", "Asia/Kolkata", "Z", "GMT", "+03"];
        self.chance.pick(&zones).into()
    }

    fn time_unit(&mut self) -> &'static str {
        self.chance.pick(&["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"])
    }

    fn first_weekday(&mut self) -> Bson {
        self.chance.pick(&["monday", "sun", "FRIDAY", "thu"]).into()
    }

    /// `[array, place]`, mostly with a small place.
    fn place(&mut self) -> Bson {
        if self.chance.is(0.9) { self.chance.between(-3, 3).into() } else { self.number(0) }
    }

    fn places(&mut self, n: usize) -> Vec<Bson> {
        (0..n).map(|_| Bson::from(self.chance.between(0, 3))).collect()
    }
}

/// `[a, b, …more]`
fn and_more(first: Vec<Bson>, more: Vec<Bson>) -> Bson {
    bson!(first.into_iter().chain(more).collect::<Vec<Bson>>())
}
