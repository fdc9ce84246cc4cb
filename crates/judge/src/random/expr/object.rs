//! Expressions that mostly give objects.

use bson::{Bson, Document, bson, doc};

use crate::random::writer::{Writer, call, pair};

impl Writer<'_> {
    /// Mostly an object.
    pub(crate) fn object(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.3) {
            return match self.chance.below(4) {
                0 => Bson::from("$$ROOT"),
                1 => self.constant(|chance| Bson::Document(chance.object(1))),
                _ => self.field(self.world.words.objects, |chance| Bson::Document(chance.object(1))),
            };
        }
        let d = depth - 1;
        match self.chance.below(10) {
            0 | 1 => call("$mergeObjects", self.several(3, d, Self::object)),
            2 | 3 => {
                let n = 1 + self.chance.below(3);
                let names = self.chance.some(&["x", "y", "z", "p"], n);
                Bson::Document(names.into_iter().map(|name| (name.to_owned(), self.any(d))).collect::<Document>())
            }
            4 => {
                let field = self.chance.pick(&["x", "new", "a.b"]);
                let value = if self.chance.is(0.3) { Bson::from("$$REMOVE") } else { self.any(d) };
                call("$setField", doc! { "field": field, "input": self.object(d), "value": value })
            }
            5 => self.made_of_pairs(d),
            8 => {
                let field = self.chance.pick(&["x", "n", "a.b"]);
                call("$unsetField", doc! { "field": field, "input": self.object(d) })
            }
            6 => {
                let input = self.text(d);
                call("$regexFind", self.pattern(input))
            }
            7 => {
                let mut form = doc! { "date": self.date(d) };
                self.perhaps(0.4, &mut form, "timezone", Self::time_zone);
                self.perhaps(0.4, &mut form, "iso8601", |_| true.into());
                call("$dateToParts", form)
            }
            _ => self.control(d, Self::object),
        }
    }

    fn made_of_pairs(&mut self, depth: usize) -> Bson {
        let pairs = match self.chance.below(3) {
            0 => call("$objectToArray", self.object(depth)),
            // An array that stands alone is a list of arguments, of which there is one.
            1 => bson!([pair(bson!(["k", self.any(depth)]), bson!(["l", self.any(depth)]))]),
            _ => self.array(depth),
        };
        call("$arrayToObject", pairs)
    }
}
