//! Random stages that reach other collections, or see to levels and gaps.

use bson::{Bson, Document, bson, doc};

use super::stage::{Rows, asks_for_id};
use super::world::OTHER;
use super::writer::{Writer, call};

/// Paths whose values lie near together, so that a row of them has few gaps.
const NEAR: [&str; 6] = ["i", "f", "p.a", "Customer_Age", "Dependent_count", "Months_on_book"];

impl Writer<'_> {
    /// One of the stages; behind it nothing is known of the order.
    pub(crate) fn joined(&mut self, rows: &mut Rows) -> Bson {
        let has_own_ids = rows.have_ids && rows.have_plain_ids;
        let stage = match self.chance.below(12) {
            0..6 => return self.lookup_pipeline(rows),
            6 => {
                rows.have_sets = true;
                return self.graph_lookup();
            }
            7 => self.redacted(),
            8 => call("$sample", doc! { "size": 10_000 }),
            9 => {
                rows.have_ids = false;
                self.densified()
            }
            10 => {
                rows.have_ids = false;
                let documents = (0..2).map(|_| self.object(2)).collect::<Vec<_>>();
                call("$unionWith", doc! { "pipeline": [{ "$documents": documents }] })
            }
            _ if has_own_ids => self.filled(rows),
            _ => return self.lookup_pipeline(rows),
        };
        rows.are_in_order = false;
        stage
    }

    /// `$lookup` with variables, and perhaps fields, over the other collection.
    fn lookup_pipeline(&mut self, rows: &mut Rows) -> Bson {
        let keys = self.world.words.keys;
        let mut form = doc! { "from": OTHER };
        if self.chance.is(0.3) {
            form.insert("localField", self.chance.pick(keys));
            form.insert("foreignField", self.chance.pick(keys));
        }
        let bindings = doc! { "p": format!("${}", self.chance.pick(keys)), "q": self.any(1) };
        form.insert("let", bindings);
        let outer = std::mem::replace(&mut self.scope, vec!["p", "q"]);
        let mut stages = Vec::new();
        let mut inside = Rows { have_ids: true, have_plain_ids: true, are_in_order: true, have_sets: false };
        if self.chance.is(0.7) {
            let mut query = if self.chance.is(0.3) { self.query(1) } else { Document::new() };
            let field = format!("${}", self.chance.pick(keys));
            let operator = self.chance.pick(&["$eq", "$eq", "$eq", "$gt", "$lte", "$ne"]);
            query.insert("$expr", doc! { operator: [field, "$$p"] });
            inside.are_in_order &= !asks_for_id(&query);
            stages.push(call("$match", query));
        }
        for _ in 0..self.chance.below(3) {
            self.plain_stage(&mut stages, &mut inside);
        }
        self.scope = outer;
        form.insert("pipeline", stages);
        form.insert("as", self.chance.pick(&["found", "o.found", "z.found"]));
        rows.have_sets |= inside.have_sets || !inside.are_in_order;
        call("$lookup", form)
    }

    fn graph_lookup(&mut self) -> Bson {
        let keys = self.world.words.keys;
        let mut form = doc! {
            "from": OTHER, "startWith": format!("${}", self.chance.pick(keys)),
            "connectFromField": self.chance.pick(keys), "connectToField": self.chance.pick(keys), "as": "found",
        };
        self.perhaps(0.5, &mut form, "maxDepth", |this| this.chance.between(0, 3).into());
        self.perhaps(0.5, &mut form, "depthField", |_| "depth".into());
        self.perhaps(0.3, &mut form, "restrictSearchWithMatch", |this| this.query(1).into());
        call("$graphLookup", form)
    }

    fn redacted(&mut self) -> Bson {
        let (then, other) = (self.chance.pick(&["$$DESCEND", "$$KEEP"]), self.chance.pick(&["$$PRUNE", "$$DESCEND"]));
        let condition = self.boolean(2);
        call("$redact", bson!({ "$cond": [condition, then, other] }))
    }

    fn densified(&mut self) -> Bson {
        let words = self.world.words;
        let near: Vec<&str> = NEAR.into_iter().filter(|path| words.numbers.contains(path)).collect();
        let is_near = !near.is_empty() && self.chance.is(0.7);
        let field = if is_near { self.chance.pick(&near) } else { self.chance.pick(words.numbers) };
        let bounds = match self.chance.below(3) {
            0 if is_near => "full".into(),
            1 if is_near => "partition".into(),
            _ => self.chance.pick(&[bson!([0, 3]), bson!([-2, 2]), bson!([50, 53]), bson!([1, 1])]),
        };
        let step = if matches!(bounds, Bson::String(_)) {
            self.chance.pick(&[Bson::from(1), 2.into(), 0.5.into(), 3_i64.into()])
        } else {
            self.chance.pick(&[Bson::from(1), 2.into()])
        };
        let mut form = doc! { "field": field, "range": { "step": step, "bounds": bounds.clone() } };
        let share = if bounds == "partition".into() { 1.0 } else { 0.5 };
        self.perhaps(share, &mut form, "partitionByFields", |this| bson!([this.chance.pick(words.keys)]));
        call("$densify", form)
    }

    fn filled(&mut self, rows: &mut Rows) -> Bson {
        let words = self.world.words;
        let path = self.chance.pick(words.written);
        rows.have_ids &= path != "_id";
        let with = match self.chance.below(3) {
            0 => bson!({ "method": "locf" }),
            1 => bson!({ "method": "linear" }),
            _ => bson!({ "value": self.deep() }),
        };
        let order = doc! { "_id": self.direction() };
        let mut form = doc! { "sortBy": order, "output": { path: with } };
        let top: Vec<&str> = words.keys.iter().copied().filter(|key| !key.contains('.')).collect();
        self.perhaps(0.5, &mut form, "partitionByFields", |this| bson!([this.chance.pick(&top)]));
        call("$fill", form)
    }
}
