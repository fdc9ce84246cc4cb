//! Expressions that mostly give true or false.

use bson::Bson;

use crate::random::chance::Chance;
use crate::random::writer::{Writer, call, pair};

impl Writer<'_> {
    /// Mostly true or false.
    pub(crate) fn boolean(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.2) {
            return match self.chance.below(4) {
                0 => self.field(self.world.words.others, Chance::scalar),
                1 => Bson::Boolean(self.chance.is(0.5)),
                _ => self.field(self.world.words.bools, |chance| Bson::Boolean(chance.is(0.5))),
            };
        }
        let d = depth - 1;
        match self.chance.below(15) {
            0..5 => self.comparison(d),
            5 | 6 => {
                let name = self.chance.pick(&["$and", "$or"]);
                call(
                    name,
                    self.several(3, d, |this, d| if this.chance.is(0.7) { this.boolean(d) } else { this.any(d) }),
                )
            }
            7 => call("$not", Bson::Array(vec![self.any(d)])),
            8 => call("$in", pair(self.any(d), self.array(d))),
            9 => {
                let name = self.chance.pick(&["$isArray", "$isNumber", "$toBool"]);
                call(name, Bson::Array(vec![self.any(d)]))
            }
            10 => {
                let name = self.chance.pick(&["$allElementsTrue", "$anyElementTrue"]);
                call(name, Bson::Array(vec![self.array(d)]))
            }
            11 => {
                let name = self.chance.pick(&["$setEquals", "$setIsSubset"]);
                call(name, pair(self.array(d), self.array(d)))
            }
            12 | 13 => {
                let input = self.text(d);
                call("$regexMatch", self.pattern(input))
            }
            _ => self.control(d, Self::boolean),
        }
    }

    fn comparison(&mut self, depth: usize) -> Bson {
        let name = self.chance.pick(&["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]);
        let one = self.chance.pick(&[Self::number as fn(&mut Self, usize) -> Bson, Self::any, Self::text, Self::date]);
        call(name, pair(one(self, depth), one(self, depth)))
    }
}
