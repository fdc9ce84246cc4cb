//! Random `$setWindowFields`.

use bson::{Bson, Document, bson, doc};

use super::accumulator::Place;
use super::chance::Chance;
use super::writer::{Writer, call};

impl Writer<'_> {
    /// `$setWindowFields`; also whether it gives sets.
    pub(crate) fn window_fields(&mut self) -> (Bson, bool) {
        let mut form = Document::new();
        self.perhaps(0.5, &mut form, "partitionBy", |this| match this.chance.below(3) {
            0 => this.group_key(),
            _ => Bson::from(format!("${}", this.chance.pick(this.world.words.keys))),
        });
        let by_range = self.chance.is(0.25);
        let by_id = !by_range && self.chance.is(0.25);
        let order = if by_id {
            doc! { "_id": self.direction() }
        } else if by_range {
            doc! { self.range_key(): 1 }
        } else {
            self.full_order()
        };
        let n = 1 + self.chance.below(2);
        let (mut output, mut has_sets) = (Document::new(), false);
        for at in 0..n {
            let function = match () {
                () if by_range => self.over_range(&order),
                () if by_id && self.chance.is(0.7) => self.along_the_ids(),
                () => self.over_documents(),
            };
            has_sets |= function.contains_key("$addToSet");
            output.insert(format!("w{at}"), function);
        }
        form.extend(doc! { "sortBy": order, "output": output });
        (call("$setWindowFields", form), has_sets)
    }

    /// What windows by range are counted in: where values are of any type, only the `_id` is a number everywhere.
    fn range_key(&mut self) -> &'static str {
        if self.world.words.is_regular && self.chance.is(0.5) {
            self.chance.pick(&["i", "d", "_id", "Customer_Age"])
        } else {
            "_id"
        }
    }

    /// Order-independent ones only: rows with equal keys come in any order.
    fn over_range(&mut self, order: &Document) -> Document {
        let name = self.chance.pick(&["$sum", "$avg", "$min", "$max", "$count", "$addToSet"]);
        let input = if name == "$count" {
            Bson::Document(Document::new())
        } else {
            self.field(self.world.words.numbers, Chance::number)
        };
        let mut ranges = vec![
            bson!([-1, 1]),
            bson!([-2, 0]),
            bson!(["unbounded", 1]),
            bson!([-1.5, 0.5]),
            bson!([1, 3]),
            bson!([0, "unbounded"]),
        ];
        // MongoDB: `current` counts by the row, also in a range, so rows with equal keys would need an order.
        if order.contains_key("_id") {
            ranges.extend([bson!(["current", "unbounded"]), bson!(["unbounded", "current"]), bson!([-1, "current"])]);
        }
        let range = self.chance.pick(&ranges);
        let mut window = doc! { "range": range };
        if order.contains_key("d") {
            window.insert("unit", self.chance.pick(&["day", "month", "hour"]));
            window.insert("range", bson!([-1, 1]));
        }
        doc! { name: input, "window": window }
    }

    /// A number that is neither large nor strange, whatever the field holds.
    fn tame_field(&mut self) -> Bson {
        let field = self.field(self.world.words.numbers, Chance::tame_number);
        let is_tame = bson!({ "$and": [{ "$gte": [&field, -1000] }, { "$lte": [&field, 1000] }] });
        bson!({ "$cond": [is_tame, field, 1] })
    }

    /// What needs one sort key whose values are numbers and differ.
    fn along_the_ids(&mut self) -> Document {
        match self.chance.below(3) {
            0 => {
                let field = self.tame_field();
                let gap = bson!({ "$lt": [{ "$mod": ["$_id", 3] }, self.chance.between(0, 2)] });
                doc! { "$linearFill": { "$cond": [gap, Bson::Null, field] } }
            }
            of_window => {
                let name = if of_window == 1 { "$derivative" } else { "$integral" };
                let documents = self.chance.pick(&[
                    bson!([-1, 0]),
                    bson!(["unbounded", "current"]),
                    bson!([-1, 2]),
                    bson!([1, 2]),
                    bson!(["current", "unbounded"]),
                ]);
                doc! { name: { "input": self.tame_field() }, "window": { "documents": documents } }
            }
        }
    }

    fn over_documents(&mut self) -> Document {
        match self.chance.below(13) {
            10 => doc! { "$locf": self.any(1) },
            11 => {
                let weight = self.chance.pick(&[("N", Bson::from(2)), ("N", 3.0.into()), ("alpha", 0.25.into())]);
                let mut form = doc! { "input": self.field(self.world.words.numbers, Chance::number) };
                form.insert(weight.0, weight.1);
                doc! { "$expMovingAvg": form }
            }
            12 => {
                let name = self.chance.pick(&["$covariancePop", "$covarianceSamp"]);
                let pair = bson!(["$_id", self.tame_field()]);
                // Of what leaves a window, rounding would stay behind.
                let upper = self.chance.pick(&[Bson::from("current"), 1.into(), "unbounded".into()]);
                doc! { name: pair, "window": { "documents": ["unbounded", upper] } }
            }
            0 => doc! { "$documentNumber": {} },
            1 => doc! { "$rank": {} },
            2 => doc! { "$denseRank": {} },
            3 | 4 => {
                let mut shift = doc! { "output": self.any(1), "by": self.chance.between(-2, 2) };
                self.perhaps(0.5, &mut shift, "default", |this| this.chance.pick(&[Bson::from("edge"), 0.into()]));
                doc! { "$shift": shift }
            }
            _ => {
                let mut function = self.accumulator(Place::Window).as_document().cloned().unwrap_or_default();
                self.perhaps(0.8, &mut function, "window", |this| {
                    let documents = this.chance.pick(&[
                        bson!(["unbounded", "current"]),
                        bson!([-1, 1]),
                        bson!(["current", "unbounded"]),
                        bson!([-2, 0]),
                        bson!([1, 2]),
                        bson!(["unbounded", "unbounded"]),
                        bson!([-3, -1]),
                        bson!(["current", "current"]),
                    ]);
                    bson!({ "documents": documents })
                });
                function
            }
        }
    }
}
