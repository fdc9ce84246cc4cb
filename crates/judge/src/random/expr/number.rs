//! Expressions that mostly give numbers.

use bson::{Bson, doc};

use super::and_more;
use crate::random::chance::Chance;
use crate::random::writer::{Writer, call, pair};

const OF_ONE: &[&str] = &[
    "$abs",
    "$ceil",
    "$floor",
    "$sqrt",
    "$exp",
    "$ln",
    "$log10",
    "$round",
    "$trunc",
    "$toInt",
    "$toLong",
    "$toDouble",
];
const OF_TWO: &[&str] = &["$subtract", "$divide", "$mod", "$pow", "$subtract", "$mod", "$log"];
const OF_MANY: &[&str] = &["$sum", "$avg", "$max", "$min", "$stdDevPop", "$stdDevSamp"];
/// Of what is written as it stands: of a computed number, the last digit would decide where it lies on the circle.
const OF_AN_ANGLE: &[&str] = &[
    "$sin",
    "$cos",
    "$tan",
    "$asin",
    "$acos",
    "$atan",
    "$sinh",
    "$cosh",
    "$tanh",
    "$asinh",
    "$acosh",
    "$atanh",
    "$degreesToRadians",
    "$radiansToDegrees",
];
const DATE_PARTS: &[&str] = &[
    "$year",
    "$month",
    "$dayOfMonth",
    "$dayOfWeek",
    "$dayOfYear",
    "$hour",
    "$minute",
    "$second",
    "$millisecond",
    "$week",
    "$isoWeek",
    "$isoWeekYear",
    "$isoDayOfWeek",
];

impl Writer<'_> {
    /// Mostly a number.
    pub(crate) fn number(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.25) {
            return if self.chance.is(0.6) {
                self.field(self.world.words.numbers, Chance::number)
            } else {
                self.constant(Chance::number)
            };
        }
        let d = depth - 1;
        if self.chance.is(0.05) {
            return self.any(d);
        }
        match self.chance.below(33) {
            0..5 => {
                let name = self.chance.pick(&["$add", "$multiply"]);
                call(name, self.several(3, d, Self::number))
            }
            5..9 => {
                let name = self.chance.pick(OF_TWO);
                call(name, pair(self.number(d), self.number(d)))
            }
            9..12 => {
                let name = self.chance.pick(OF_ONE);
                call(name, self.number(d))
            }
            12 => self.rounded(d),
            13 => call("$cmp", pair(self.any(d), self.any(d))),
            14 | 15 => self.length_or_place(d),
            16..19 => {
                let name = self.chance.pick(OF_MANY);
                let list = if self.chance.is(0.5) { self.array(d) } else { self.several(3, d, Self::number) };
                call(name, list)
            }
            19 | 20 => self.converted(d),
            21..24 => self.date_part(d),
            24 | 25 => self.date_difference(d),
            26 => call("$strcasecmp", pair(self.text(d), self.text(d))),
            27 | 28 => {
                let name = self.chance.pick(OF_AN_ANGLE);
                call(name, self.number(0))
            }
            29 => call("$atan2", pair(self.number(0), self.number(0))),
            30 => self.size_or_key(d),
            _ => self.control(d, Self::number),
        }
    }

    fn rounded(&mut self, depth: usize) -> Bson {
        let name = self.chance.pick(&["$round", "$trunc"]);
        let place = if self.chance.is(0.8) { self.chance.between(-2, 3).into() } else { self.number(depth) };
        call(name, pair(self.number(depth), place))
    }

    fn length_or_place(&mut self, depth: usize) -> Bson {
        match self.chance.below(5) {
            0 => {
                let name = self.chance.pick(&["$strLenCP", "$strLenBytes"]);
                call(name, self.text(depth))
            }
            1 | 2 => {
                let name = self.chance.pick(&["$indexOfCP", "$indexOfBytes"]);
                let n = self.chance.below(3);
                call(name, and_more(vec![self.text(depth), self.text(depth)], self.places(n)))
            }
            3 => call("$size", self.array(depth)),
            _ => {
                let n = self.chance.below(3);
                call("$indexOfArray", and_more(vec![self.array(depth), self.any(depth)], self.places(n)))
            }
        }
    }

    fn size_or_key(&mut self, depth: usize) -> Bson {
        match self.chance.below(5) {
            0 => call("$bsonSize", self.object(depth)),
            1 => call("$binarySize", if self.chance.is(0.5) { self.text(depth) } else { self.any(0) }),
            2 => call("$toHashedIndexKey", self.any(0)),
            _ => {
                let name = self.chance.pick(&["$tsSecond", "$tsIncrement"]);
                call(name, self.field(self.world.words.others, Chance::scalar))
            }
        }
    }

    fn converted(&mut self, depth: usize) -> Bson {
        let name = self.chance.pick(&["$toInt", "$toLong", "$toDouble", "$toDecimal"]);
        let input = match self.chance.below(4) {
            0 => self.number(depth),
            1 => self.text(depth),
            2 => self.boolean(depth),
            _ => self.date(depth),
        };
        call(name, input)
    }

    fn date_part(&mut self, depth: usize) -> Bson {
        let name = self.chance.pick(DATE_PARTS);
        let date = self.date(depth);
        if self.chance.is(0.6) {
            return call(name, date);
        }
        call(name, doc! { "date": date, "timezone": self.time_zone() })
    }

    fn date_difference(&mut self, depth: usize) -> Bson {
        if self.chance.is(0.3) {
            return call("$subtract", pair(self.date(depth), self.date(depth)));
        }
        let mut form = doc! { "startDate": self.date(depth), "endDate": self.date(depth), "unit": self.time_unit() };
        self.perhaps(0.4, &mut form, "timezone", Self::time_zone);
        self.perhaps(0.3, &mut form, "startOfWeek", Self::first_weekday);
        call("$dateDiff", form)
    }
}
