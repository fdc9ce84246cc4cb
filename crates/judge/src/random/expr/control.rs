//! Expressions that choose, name or take apart expressions of another kind.

use bson::{Bson, bson, doc};

use crate::random::writer::{Writer, call, pair};

impl<'w> Writer<'w> {
    /// Gives what `one` mostly gives.
    pub(crate) fn control(&mut self, depth: usize, one: fn(&mut Writer<'w>, usize) -> Bson) -> Bson {
        let d = depth.saturating_sub(1);
        match self.chance.below(7) {
            0 | 1 => self.choice(d, one),
            2 => {
                let n = 2 + self.chance.below(2);
                call("$ifNull", (0..n).map(|_| one(self, d)).collect::<Vec<_>>())
            }
            3 => self.switch(d, one),
            4 => {
                let value = one(self, d);
                let body = self.within("u", |this| if this.chance.is(0.3) { Bson::from("$$u") } else { one(this, d) });
                call("$let", doc! { "vars": { "u": value }, "in": body })
            }
            5 => {
                let array = self.array(d);
                call("$arrayElemAt", pair(array, self.place()))
            }
            _ => {
                let name = self.chance.pick(&["$first", "$last"]);
                call(name, self.array(d))
            }
        }
    }

    fn choice(&mut self, depth: usize, one: fn(&mut Writer<'w>, usize) -> Bson) -> Bson {
        let (condition, yes, no) = (self.boolean(depth), one(self, depth), one(self, depth));
        if self.chance.is(0.3) {
            return call("$cond", doc! { "if": condition, "then": yes, "else": no });
        }
        call("$cond", bson!([condition, yes, no]))
    }

    fn switch(&mut self, depth: usize, one: fn(&mut Writer<'w>, usize) -> Bson) -> Bson {
        let n = 1 + self.chance.below(2);
        let branch = |this: &mut Self| bson!({ "case": this.boolean(depth), "then": one(this, depth) });
        let mut form = doc! { "branches": (0..n).map(|_| branch(self)).collect::<Vec<_>>() };
        self.perhaps(0.8, &mut form, "default", |this| one(this, depth));
        call("$switch", form)
    }
}
