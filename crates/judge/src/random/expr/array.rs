//! Expressions that mostly give arrays.

use bson::{Bson, bson, doc};

use crate::random::writer::{Writer, call, pair};

impl Writer<'_> {
    /// Mostly an array.
    pub(crate) fn array(&mut self, depth: usize) -> Bson {
        if depth == 0 || self.chance.is(0.25) {
            return if self.chance.is(0.75) {
                self.field(self.world.words.arrays, |chance| chance.array(1))
            } else {
                self.several(3, 0, Self::any)
            };
        }
        let d = depth - 1;
        if self.chance.is(0.04) {
            return self.any(d);
        }
        match self.chance.below(21) {
            0 | 1 => call("$concatArrays", self.several(3, d, Self::array)),
            2 | 3 => self.filtered(d),
            4 | 5 => self.mapped(d),
            6 => self.gathered(d),
            7 | 8 => self.slice(d),
            9 => self.range(),
            10 => call("$reverseArray", self.array(d)),
            11 => call("$split", pair(self.text(d), self.text(d))),
            12..15 => self.set(d),
            15 => {
                let order = match self.chance.below(3) {
                    0 => Bson::from(self.direction()),
                    1 => bson!({ "x": self.direction() }),
                    _ => bson!({ "x": self.direction(), "y": 1 }),
                };
                call("$sortArray", doc! { "input": self.array(d), "sortBy": order })
            }
            16 => self.zipped(d),
            17 => {
                let name = self.chance.pick(&["$firstN", "$lastN", "$maxN", "$minN"]);
                call(name, doc! { "n": self.chance.between(1, 4), "input": self.array(d) })
            }
            18 => call("$objectToArray", self.object(d)),
            19 => {
                let input = self.text(d);
                call("$regexFindAll", self.pattern(input))
            }
            _ => self.control(d, Self::array),
        }
    }

    fn filtered(&mut self, depth: usize) -> Bson {
        let is_named = self.chance.is(0.5);
        let variable = if is_named { "e" } else { "this" };
        let mut form = doc! { "input": self.array(depth) };
        if is_named {
            form.insert("as", variable);
        }
        let condition = self.within(variable, |this| this.boolean(depth.max(1)));
        form.insert("cond", condition);
        self.perhaps(0.3, &mut form, "limit", |this| this.chance.between(1, 3).into());
        call("$filter", form)
    }

    fn mapped(&mut self, depth: usize) -> Bson {
        let input = self.array(depth);
        let body = self.within("this", |this| match this.chance.below(6) {
            0 => Bson::from("$$this"),
            1 => Bson::from("$$this.x"),
            2 => bson!({ "q": "$$this" }),
            3 => bson!({ "$ifNull": ["$$this", "none"] }),
            _ => this.any(depth),
        });
        call("$map", doc! { "input": input, "in": body })
    }

    fn gathered(&mut self, depth: usize) -> Bson {
        let input = self.array(depth);
        let (start, body) = match self.chance.below(3) {
            0 => (bson!([]), bson!({ "$concatArrays": ["$$value", ["$$this"]] })),
            1 => (
                Bson::Int32(0),
                bson!({ "$cond": [{ "$isNumber": "$$this" }, { "$add": ["$$value", "$$this"] }, "$$value"] }),
            ),
            _ => (self.any(0), self.within("this", |this| this.within("value", |this| this.any(depth)))),
        };
        call("$reduce", doc! { "input": input, "initialValue": start, "in": body })
    }

    fn slice(&mut self, depth: usize) -> Bson {
        let mut args = vec![self.array(depth), self.place()];
        if self.chance.is(0.5) {
            args.push(self.chance.between(1, 3).into());
        }
        call("$slice", args)
    }

    fn range(&mut self) -> Bson {
        let mut args: Vec<Bson> = vec![self.place(), self.chance.between(-3, 6).into()];
        if self.chance.is(0.5) {
            args.push(self.chance.pick(&[1, 2, -1, -2]).into());
        }
        call("$range", args)
    }

    /// A set in sorted order, since the server gives sets in any.
    fn set(&mut self, depth: usize) -> Bson {
        let name = self.chance.pick(&["$setUnion", "$setIntersection", "$setDifference"]);
        let set = call(name, pair(self.array(depth), self.array(depth)));
        call("$sortArray", doc! { "input": set, "sortBy": 1 })
    }

    fn zipped(&mut self, depth: usize) -> Bson {
        let mut form = doc! { "inputs": self.several(3, depth, Self::array) };
        if self.chance.is(0.5) {
            form.insert("useLongestLength", true);
        }
        call("$zip", form)
    }
}
