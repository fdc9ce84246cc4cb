//! Random stages, and what each leaves known of the rows.

use bson::{Bson, Document, bson, doc};

use super::accumulator::Place;
use super::world::OTHER;
use super::writer::{Writer, call};

/// What is known of the rows at a point of a pipeline.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Rows {
    /// No two have the same `_id`, so a sort that ends in it is one order and no other.
    pub(crate) have_ids: bool,
    /// Their `_id`s are no arrays, whose least element alone counts where they are not the only key of a sort.
    pub(crate) have_plain_ids: bool,
    /// They come in one order and no other.
    pub(crate) are_in_order: bool,
    /// Some array in them is a set, whose order is free.
    pub(crate) have_sets: bool,
}

impl Writer<'_> {
    /// Adds a stage; behind one whose order is free, and before another stage, also a sort.
    pub(crate) fn stage(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows, is_last: bool) {
        match self.chance.below(31) {
            0..4 => {
                let query = self.query(2);
                // The server may look up `_id`s in their index, and so in another order.
                rows.are_in_order &= !asks_for_id(&query);
                pipeline.push(call("$match", query));
            }
            4..6 => pipeline.push(self.projection(rows)),
            6..8 => pipeline.push(self.added_fields()),
            8 => pipeline.push(self.unset(rows)),
            9..13 => self.group(pipeline, rows, is_last),
            13..16 => self.sorted(pipeline, rows),
            16 => pipeline.push(self.unwind(rows)),
            17 => pipeline.push(self.lookup()),
            18 => pipeline.push(self.replaced(rows)),
            19 => self.counted(pipeline, rows, is_last),
            20 => self.bucketed(pipeline, rows),
            21 => self.bucketed_by_count(pipeline, rows),
            22 | 23 if rows.have_ids && rows.have_plain_ids => {
                let (stage, has_sets) = self.window_fields();
                rows.have_sets |= has_sets;
                rows.are_in_order = false;
                pipeline.push(stage);
                if !is_last {
                    self.order_by_id(pipeline, rows);
                }
            }
            22..25 => pipeline.push(self.union(rows)),
            25..30 => {
                let stage = self.joined(rows);
                pipeline.push(stage);
            }
            _ => self.facets(pipeline, rows, is_last),
        }
    }

    fn order_by_id(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows) {
        pipeline.push(bson!({ "$sort": { "_id": self.direction() } }));
        rows.are_in_order = rows.have_ids;
    }

    fn projection(&mut self, rows: &mut Rows) -> Bson {
        let words = self.world.words;
        let n = 1 + self.chance.below(3);
        let kind = self.chance.below(10);
        let paths = distinct(self.chance.some(if kind < 6 { words.asked } else { words.written }, n));
        let mut form: Document = match kind {
            0..4 => paths.into_iter().map(|path| (path.to_owned(), Bson::from(1))).collect(),
            4 | 5 => paths.into_iter().map(|path| (path.to_owned(), Bson::from(0))).collect(),
            _ => {
                let value = |this: &mut Self| if this.chance.is(0.3) { Bson::from(1) } else { this.deep() };
                paths.into_iter().map(|path| (path.to_owned(), value(self))).collect()
            }
        };
        if form.contains_key("_id") {
            rows.have_ids = false;
        } else if self.chance.is(0.15) {
            form.insert("_id", 0);
            rows.have_ids = false;
        }
        call("$project", form)
    }

    /// An expression of any depth.
    pub(crate) fn deep(&mut self) -> Bson {
        let depth = 1 + self.chance.below(4);
        self.any(depth)
    }

    fn added_fields(&mut self) -> Bson {
        let n = 1 + self.chance.below(2);
        let paths = distinct(self.chance.some(self.world.words.written, n));
        let fields: Document = paths.into_iter().map(|path| (path.to_owned(), self.deep())).collect();
        call(self.chance.pick(&["$addFields", "$set"]), fields)
    }

    fn unset(&mut self, rows: &mut Rows) -> Bson {
        let n = 1 + self.chance.below(2);
        let paths = distinct(self.chance.some(self.world.words.asked, n));
        rows.have_ids &= !paths.contains(&"_id");
        call("$unset", paths.into_iter().map(Bson::from).collect::<Vec<_>>())
    }

    fn group(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows, is_last: bool) {
        let place = if rows.are_in_order { Place::Group } else { Place::Unordered };
        let mut form = doc! { "_id": self.group_key() };
        let (outputs, has_sets) = self.outputs(place, 3);
        form.extend(outputs);
        pipeline.push(call("$group", form));
        *rows =
            Rows { have_ids: true, have_plain_ids: false, are_in_order: false, have_sets: rows.have_sets || has_sets };
        if !is_last {
            self.order_by_id(pipeline, rows);
        }
    }

    fn sorted(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows) {
        let order = self.full_order();
        rows.are_in_order = rows.have_ids && (rows.have_plain_ids || order.len() == 1);
        pipeline.push(call("$sort", order));
        if rows.are_in_order && self.chance.is(0.5) {
            let n = self.chance.between(1, 8);
            pipeline.push(call(self.chance.pick(&["$limit", "$skip"]), n));
        }
    }

    fn unwind(&mut self, rows: &mut Rows) -> Bson {
        rows.have_ids = false;
        let words = self.world.words;
        let path = if words.arrays.is_empty() || self.chance.is(0.2) { words.others } else { words.arrays };
        let path = format!("${}", self.chance.pick(path));
        if self.chance.is(0.5) {
            return call("$unwind", path);
        }
        let mut form = doc! { "path": path };
        self.perhaps(0.5, &mut form, "includeArrayIndex", |this| this.chance.pick(&["at", "o.at", "z.at"]).into());
        self.perhaps(0.5, &mut form, "preserveNullAndEmptyArrays", |_| true.into());
        call("$unwind", form)
    }

    fn lookup(&mut self) -> Bson {
        let keys = self.world.words.keys;
        let (local, foreign) = (self.chance.pick(keys), self.chance.pick(keys));
        let target = self.chance.pick(&["found", "o.found", "z.found"]);
        call("$lookup", doc! { "from": OTHER, "localField": local, "foreignField": foreign, "as": target })
    }

    /// The join that the bank's questions start with.
    pub(crate) fn join(by: &str) -> [Bson; 2] {
        let lookup = call("$lookup", doc! { "from": OTHER, "localField": by, "foreignField": by, "as": "t" });
        [lookup, call("$unwind", "$t")]
    }

    fn replaced(&mut self, rows: &mut Rows) -> Bson {
        let value = match self.chance.below(4) {
            0 => bson!({ "_id": "$_id", "q": self.deep() }),
            1 => bson!({ "$mergeObjects": ["$$ROOT", { "q": self.deep() }] }),
            _ => {
                rows.have_ids = false;
                self.object(2)
            }
        };
        if self.chance.is(0.5) { call("$replaceWith", value) } else { call("$replaceRoot", doc! { "newRoot": value }) }
    }

    fn counted(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows, is_last: bool) {
        if self.chance.is(0.5) {
            pipeline.push(call("$count", "n"));
            *rows = Rows { have_ids: false, have_plain_ids: true, are_in_order: true, have_sets: false };
            return;
        }
        pipeline.push(call("$sortByCount", self.group_key()));
        *rows = Rows { have_ids: true, have_plain_ids: false, are_in_order: false, have_sets: rows.have_sets };
        if !is_last {
            self.order_by_id(pipeline, rows);
        }
    }

    fn bucketed(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows) {
        let boundaries = self.chance.pick(&[
            bson!([0, 2, 10]),
            bson!([-100, 0, 0.5, 3, 1000]),
            bson!(["a", "b", "z"]),
            bson!([0, 3_i64]),
            bson!([18, 40, 50, 60]),
        ]);
        let words = self.world.words;
        let paths = if matches!(&boundaries, Bson::Array(bounds) if bounds[0].as_str().is_some()) {
            words.texts
        } else {
            words.numbers
        };
        let mut form = doc! { "groupBy": format!("${}", self.chance.pick(paths)), "boundaries": boundaries };
        self.perhaps(0.9, &mut form, "default", |this| {
            this.chance.pick(&[Bson::from("zz"), (-1000).into(), 5000.into()])
        });
        let place = if rows.are_in_order { Place::Group } else { Place::Unordered };
        let (outputs, has_sets) = self.outputs(place, 2);
        self.perhaps(0.5, &mut form, "output", |_| outputs.into());
        pipeline.push(call("$bucket", form));
        *rows =
            Rows { have_ids: true, have_plain_ids: true, are_in_order: true, have_sets: rows.have_sets || has_sets };
    }

    fn bucketed_by_count(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows) {
        let words = self.world.words;
        let by = if self.chance.is(0.7) {
            Bson::from(format!("${}", self.chance.pick(words.asked)))
        } else {
            self.number(2)
        };
        let mut form = doc! { "groupBy": by, "buckets": self.chance.between(1, 5) };
        let (outputs, has_sets) = self.outputs(Place::Unordered, 2);
        self.perhaps(0.5, &mut form, "output", |_| outputs.into());
        self.perhaps(0.2, &mut form, "granularity", |this| {
            this.chance.pick(&["R5", "1-2-5", "POWERSOF2", "E6"]).into()
        });
        pipeline.push(call("$bucketAuto", form));
        *rows =
            Rows { have_ids: true, have_plain_ids: true, are_in_order: true, have_sets: rows.have_sets || has_sets };
    }

    fn union(&mut self, rows: &mut Rows) -> Bson {
        rows.have_ids = false;
        if self.chance.is(0.4) {
            return call("$unionWith", OTHER);
        }
        let query = self.query(1);
        rows.are_in_order &= !asks_for_id(&query);
        call("$unionWith", doc! { "coll": OTHER, "pipeline": [{ "$match": query }] })
    }

    fn facets(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows, is_last: bool) {
        if !is_last {
            return;
        }
        let n = 1 + self.chance.below(2);
        let mut form = Document::new();
        for at in 0..n {
            let (mut inner, mut inside) = (Vec::new(), *rows);
            self.plain_stage(&mut inner, &mut inside);
            self.plain_stage(&mut inner, &mut inside);
            rows.have_sets |= inside.have_sets || !inside.are_in_order;
            form.insert(format!("f{at}"), inner);
        }
        rows.have_ids = false;
        pipeline.push(call("$facet", form));
    }

    /// A stage for inside of `$facet` and `$lookup`.
    pub(crate) fn plain_stage(&mut self, pipeline: &mut Vec<Bson>, rows: &mut Rows) {
        match self.chance.below(5) {
            0 => {
                let query = self.query(1);
                rows.are_in_order &= !asks_for_id(&query);
                pipeline.push(call("$match", query));
            }
            1 => pipeline.push(self.added_fields()),
            2 => self.sorted(pipeline, rows),
            3 => self.counted(pipeline, rows, false),
            _ => self.group(pipeline, rows, false),
        }
    }
}

/// Whether a query says anything of `_id`.
pub(crate) fn asks_for_id(query: &Document) -> bool {
    query.iter().any(|(name, value)| match value {
        _ if name == "_id" => true,
        Bson::Array(items) => items.iter().filter_map(Bson::as_document).any(asks_for_id),
        _ if name == "$jsonSchema" => pipeline::print::canonical(value).contains("\"_id\""),
        _ => name == "$expr" && pipeline::print::canonical(value).contains("$_id"),
    })
}

/// Without paths that lie in one another, which no projection takes.
fn distinct(paths: Vec<&'static str>) -> Vec<&'static str> {
    let lies_in = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut kept: Vec<&'static str> = Vec::new();
    for path in paths {
        if !kept.iter().any(|other| lies_in(path, other) || lies_in(other, path)) {
            kept.push(path);
        }
    }
    kept
}
