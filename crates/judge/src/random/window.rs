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
        let order = if by_range {
            doc! { self.range_key(): 1 }
        } else {
            self.full_order()
        };
        let n = 1 + self.chance.below(2);
        let (mut output, mut has_sets) = (Document::new(), false);
        for at in 0..n {
            let function = if by_range { self.over_range(&order) } else { self.over_documents() };
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

    fn over_documents(&mut self) -> Document {
        match self.chance.below(10) {
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
