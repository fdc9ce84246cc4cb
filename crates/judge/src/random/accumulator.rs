//! Random accumulators, as `$group` and `$setWindowFields` take them.

use bson::{Bson, Document, bson, doc};

use super::chance::Chance;
use super::writer::{Writer, call};

/// Where an accumulator stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a `$group` whose rows arrive in a known order.
    Group,
    /// In `$bucketAuto`, which sorts its rows in an order of its own: none that depends on the rows' order.
    Unordered,
    /// In `$setWindowFields`.
    Window,
}

impl Writer<'_> {
    /// An accumulator call.
    pub(crate) fn accumulator(&mut self, place: Place) -> Bson {
        match self.chance.below(16) {
            0..8 => {
                let name =
                    self.chance.pick(&["$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp", "$sum", "$avg"]);
                call(name, self.gathered_value())
            }
            8 if place != Place::Unordered => {
                let name = self.chance.pick(&["$first", "$last"]);
                call(name, self.gathered_value())
            }
            9 if place != Place::Unordered => call("$push", self.gathered_value()),
            10 => call("$addToSet", self.gathered_value()),
            11 => call("$count", Document::new()),
            12 if place == Place::Group => call("$mergeObjects", self.object(1)),
            13 => {
                let names: &[&str] = if place == Place::Unordered {
                    &["$maxN", "$minN"]
                } else {
                    &["$firstN", "$lastN", "$maxN", "$minN"]
                };
                call(self.chance.pick(names), doc! { "n": self.chance.between(1, 3), "input": self.gathered_value() })
            }
            14 if place != Place::Unordered => {
                let name = self.chance.pick(&["$topN", "$bottomN"]);
                let (n, output) = (self.chance.between(1, 3), self.gathered_value());
                call(name, doc! { "n": n, "output": output, "sortBy": self.full_order() })
            }
            15 if place != Place::Unordered => {
                let name = self.chance.pick(&["$top", "$bottom"]);
                call(name, doc! { "output": self.gathered_value(), "sortBy": self.full_order() })
            }
            _ => call("$sum", 1),
        }
    }

    fn gathered_value(&mut self) -> Bson {
        let words = self.world.words;
        match self.chance.below(12) {
            0..4 => self.field(words.numbers, Chance::number),
            4 => self.field(words.texts, Chance::text),
            5 => self.field(words.others, Chance::scalar),
            6 => self.field(words.arrays, Chance::number),
            7 => self.field(words.objects, Chance::number),
            8 => self.field(words.dates, Chance::date),
            9 => self.any(1),
            10 => self.number(2),
            _ => self.number(1),
        }
    }

    /// Output fields of a `$group`; also whether one gives a set, whose order is the server's own business.
    pub(crate) fn outputs(&mut self, place: Place, most: usize) -> (Document, bool) {
        let n = self.chance.below(most + 1);
        let outputs: Document = (0..n).map(|at| (format!("r{at}"), self.accumulator(place))).collect();
        let has_sets = outputs.values().any(|output| output.as_document().is_some_and(|d| d.contains_key("$addToSet")));
        (outputs, has_sets)
    }

    /// What is grouped by.
    pub(crate) fn group_key(&mut self) -> Bson {
        let words = self.world.words;
        let key = |this: &mut Self| Bson::from(format!("${}", this.chance.pick(words.keys)));
        match self.chance.below(12) {
            0..5 => key(self),
            5 => Bson::Null,
            6 | 7 => bson!({ "k": key(self), "l": key(self) }),
            8 => bson!({ "k": "$nope", "l": key(self) }),
            9 => bson!([key(self), key(self)]),
            _ => self.any(2),
        }
    }
}
