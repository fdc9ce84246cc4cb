//! Random queries, as `$match` takes them.

use bson::{Bson, Document, bson, doc};

use super::chance::regex;
use super::writer::{Writer, call};

const TYPES: &[&str] = &[
    "number",
    "int",
    "long",
    "double",
    "decimal",
    "string",
    "object",
    "array",
    "bool",
    "date",
    "null",
    "objectId",
    "regex",
    "timestamp",
    "minKey",
    "maxKey",
    "binData",
];
const PATTERNS: &[&str] = &["a", "^a", "l+", "^$", "[A-Z]", "X.X", "^h", "\\d"];

impl Writer<'_> {
    /// A query.
    pub(crate) fn query(&mut self, depth: usize) -> Document {
        if depth == 0 || self.chance.is(0.6) {
            let path = self.chance.pick(self.world.words.asked);
            let test = if self.chance.is(0.3) { self.equal(path) } else { Bson::Document(self.test(path, 2)) };
            return doc! { path: test };
        }
        match self.chance.below(10) {
            0..5 => {
                let name = self.chance.pick(&["$and", "$or", "$nor"]);
                let n = 1 + self.chance.below(3);
                doc! { name: (0..n).map(|_| Bson::Document(self.query(depth - 1))).collect::<Vec<_>>() }
            }
            5 => {
                let (mut one, other) = (self.query(0), self.query(0));
                one.extend(other);
                one
            }
            6 => doc! { "$sampleRate": self.chance.pick(&[0, 1]) },
            7 => doc! { "$jsonSchema": self.schema(2) },
            8 => doc! { "$expr": { "$lt": [{ "$rand": {} }, self.chance.pick(&[0, 1])] } },
            _ => doc! { "$expr": self.boolean(2) },
        }
    }

    /// A value to be equal to: a regular expression or an object of operators would be something else.
    fn equal(&mut self, path: &str) -> Bson {
        self.asked_value(path)
    }

    fn asked_value(&mut self, path: &str) -> Bson {
        if self.chance.is(0.7) { self.world.value_at(self.chance, path) } else { self.chance.value(2) }
    }

    fn compared(&mut self, path: &str) -> Bson {
        match self.asked_value(path) {
            // MongoDB: no comparison takes a regular expression.
            Bson::RegularExpression(_) => Bson::Null,
            value => value,
        }
    }

    /// What `$jsonSchema` takes.
    fn schema(&mut self, depth: usize) -> Document {
        let (mut schema, n) = (Document::new(), 1 + self.chance.below(2));
        for _ in 0..n {
            schema.extend(self.schema_rule(depth));
        }
        if schema.contains_key("type") {
            schema.remove("bsonType");
        }
        schema
    }

    fn schema_rule(&mut self, depth: usize) -> Document {
        let names = ["n", "m", "s", "o", "a", "ns", "i", "p", "x", "y", "_id", "Gender"];
        match self.chance.below(if depth == 0 { 9 } else { 14 }) {
            0 => doc! { "bsonType": self.chance.pick(TYPES) },
            1 => doc! { "type": self.chance.pick(&["number", "string", "object", "array", "boolean", "null"]) },
            2 => doc! { self.chance.pick(&["minimum", "maximum"]): self.chance.between(-2, 5) },
            3 => doc! { "minimum": self.chance.tame_number(), "exclusiveMinimum": self.chance.is(0.5) },
            4 => doc! { "multipleOf": self.chance.pick(&[Bson::from(2), 0.5.into(), 3_i64.into()]) },
            5 => {
                let counts = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
                doc! { self.chance.pick(&counts): self.chance.between(0, 4) }
            }
            6 => doc! { "pattern": self.chance.pick(PATTERNS) },
            7 => doc! { "uniqueItems": true },
            8 => doc! { "enum": [self.chance.tame_number(), self.chance.text(), Bson::Null] },
            9 | 10 => doc! { "properties": { self.chance.pick(&names): self.schema(depth - 1) } },
            11 => doc! { "required": [self.chance.pick(&names)] },
            12 => doc! { "items": self.schema(depth - 1) },
            _ => {
                let several = self.chance.pick(&["allOf", "anyOf", "oneOf"]);
                doc! { several: [self.schema(depth - 1), self.schema(depth - 1)] }
            }
        }
    }

    /// What a field's value is tested for.
    fn test(&mut self, path: &str, depth: usize) -> Document {
        let kind = self.chance.below(if depth == 0 { 18 } else { 21 });
        match kind {
            0..7 => doc! { self.chance.pick(&["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]): self.compared(path) },
            7 => doc! { "$gte": self.compared(path), "$lt": self.compared(path) },
            8..11 => {
                let n = self.chance.below(5);
                let one = |this: &mut Self| match this.chance.below(6) {
                    0 => Bson::Null,
                    1 => regex("a", "i"),
                    _ => this.asked_value(path),
                };
                doc! { self.chance.pick(&["$in", "$nin"]): (0..n).map(|_| one(self)).collect::<Vec<_>>() }
            }
            11 => doc! { "$exists": self.chance.pick(&[Bson::from(true), false.into(), 1.into(), 0.into()]) },
            12 => {
                let one = |this: &mut Self| match this.chance.below(4) {
                    0 => Bson::from(this.chance.pick(&[1, 2, 3, 4, 8, 9, 10, 16, 18, 19, -1, 127])),
                    _ => Bson::from(this.chance.pick(TYPES)),
                };
                let types = if self.chance.is(0.6) { one(self) } else { bson!([one(self), one(self)]) };
                doc! { "$type": types }
            }
            13 => doc! { "$size": self.chance.between(0, 3) },
            14 => {
                let divisor = self.chance.pick(&[Bson::from(2), 3.into(), (-2).into(), 4_i64.into(), 2.5.into()]);
                doc! { "$mod": [divisor, self.chance.pick(&[0, 1, -1, 2])] }
            }
            15 => {
                let mut form = doc! { "$regex": self.chance.pick(PATTERNS) };
                self.perhaps(0.5, &mut form, "$options", |this| this.chance.pick(&["", "i", "m", "s", "x"]).into());
                form
            }
            16 => {
                let n = self.chance.below(4);
                doc! { "$all": (0..n).map(|_| self.compared(path)).collect::<Vec<_>>() }
            }
            17 => {
                let name = self.chance.pick(&["$bitsAllSet", "$bitsAllClear", "$bitsAnySet", "$bitsAnyClear"]);
                let positions = bson!([self.chance.between(0, 3), self.chance.pick(&[0, 1, 31, 63, 70])]);
                doc! { name: self.chance.pick(&[Bson::from(1), 6.into(), (1_i64 << 40).into(), positions]) }
            }
            18 | 19 => {
                let inner = if self.chance.is(0.5) {
                    self.test(path, depth - 1)
                } else {
                    let key = self.chance.pick(&["x", "y", "z"]);
                    doc! { key: self.test("o.x", depth - 1) }
                };
                doc! { "$elemMatch": inner }
            }
            _ => {
                let inner = if self.chance.is(0.8) { self.test(path, depth - 1).into() } else { regex("a", "") };
                call("$not", inner).as_document().cloned().unwrap_or_default()
            }
        }
    }
}
