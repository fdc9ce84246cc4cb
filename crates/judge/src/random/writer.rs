//! What writes statements: chance, the world's words, and what is known of the rows that arrive.

use bson::{Bson, Document, bson};

use super::chance::Chance;
use super::world::World;

/// Writes expressions, queries and stages over a world.
pub(crate) struct Writer<'w> {
    pub(crate) chance: &'w mut Chance,
    pub(crate) world: &'w World,
    /// The variables that can be read here.
    pub(crate) scope: Vec<&'static str>,
}

/// `{name: argument}`
pub(crate) fn call(name: &str, argument: impl Into<Bson>) -> Bson {
    let mut document = Document::new();
    document.insert(name, argument);
    Bson::Document(document)
}

impl Writer<'_> {
    /// A reference to one of these fields; where there is none, `instead`.
    pub(crate) fn field(&mut self, paths: &[&str], instead: fn(&mut Chance) -> Bson) -> Bson {
        if !self.scope.is_empty() && self.chance.is(0.3) {
            let variable = self.chance.pick(&self.scope);
            return Bson::from(format!("$${variable}"));
        }
        if paths.is_empty() { self.constant(instead) } else { Bson::from(format!("${}", self.chance.pick(paths))) }
    }

    /// A constant, so written that it is one: a text may look like a field, an object like an expression.
    pub(crate) fn constant(&mut self, value: fn(&mut Chance) -> Bson) -> Bson {
        let value = value(self.chance);
        let must_be_quoted = match &value {
            Bson::Document(_) => true,
            Bson::String(text) => text.starts_with('$'),
            Bson::Array(items) => items.iter().any(|item| matches!(item, Bson::Document(_) | Bson::String(_))),
            _ => false,
        };
        if must_be_quoted || self.chance.is(0.03) { call("$literal", value) } else { value }
    }

    /// One to `most` expressions of a kind.
    pub(crate) fn several(&mut self, most: usize, depth: usize, one: fn(&mut Self, usize) -> Bson) -> Bson {
        let n = 1 + self.chance.below(most);
        Bson::Array((0..n).map(|_| one(self, depth)).collect())
    }

    /// Writes with one more variable in scope.
    pub(crate) fn within(&mut self, variable: &'static str, write: impl FnOnce(&mut Self) -> Bson) -> Bson {
        self.scope.push(variable);
        let written = write(self);
        self.scope.pop();
        written
    }

    /// 1 or -1, as in a sort.
    pub(crate) fn direction(&mut self) -> i32 {
        self.chance.pick(&[1, -1])
    }

    /// `{path: ±1, …, _id: ±1}`: an order in which no two documents of a collection are equal.
    pub(crate) fn full_order(&mut self) -> Document {
        let mut order = Document::new();
        if self.chance.is(0.8) {
            let path = self.chance.pick(self.world.words.keys);
            order.insert(path, self.direction());
        }
        order.insert("_id", self.direction());
        order
    }

    /// Adds what may be left out, as often as `share` says.
    pub(crate) fn perhaps(
        &mut self,
        share: f64,
        into: &mut Document,
        name: &str,
        value: impl FnOnce(&mut Self) -> Bson,
    ) {
        if self.chance.is(share) {
            let value = value(self);
            into.insert(name, value);
        }
    }
}

/// `bson!([a, b])` of two expressions, made in this order.
pub(crate) fn pair(a: Bson, b: Bson) -> Bson {
    bson!([a, b])
}
