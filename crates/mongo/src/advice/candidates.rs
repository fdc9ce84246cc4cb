//! Which indexes a pipeline could use.
//!
//! In: a pipeline. Out: for the collection that it reads, one index over the fields of its leading `$match` and `$sort`,
//! in the order equality, sort, range; for each `$lookup`, one on the joined field of the other collection.
//! Why not more: a `$group`, `$facet` or computed field hides the documents from an index, and a `$or` would need an
//! index for each of its branches.

use std::fmt;

use bson::{Bson, Document};
use pipeline::Pipeline;
use pipeline::ast::{
    Comparison, Expr, Lookup, LookupPipeline, Operator, Order, Path, Predicate, Projected, Projection, Stage, Test,
};

use crate::Index;

/// An index that may help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The collection that it is on.
    pub collection: String,
    /// Its fields, each with its direction (1 or -1).
    pub keys: Vec<(String, i32)>,
    /// Whether all that is asked of it is equality with one field, which a hashed index answers as well.
    pub(super) is_equality: bool,
}

impl Candidate {
    /// The name that servers give to such an index: `Attrition_Flag_1_Customer_Age_1`.
    #[must_use]
    pub fn name(&self) -> String {
        self.keys.iter().map(|(field, direction)| format!("{field}_{direction}")).collect::<Vec<_>>().join("_")
    }

    /// The keys as the server takes them.
    pub(super) fn key_pattern(&self) -> Document {
        self.keys.iter().map(|(field, direction)| (field.clone(), Bson::Int32(*direction))).collect()
    }

    /// Whether `index` does all that this one would: its first keys are the same ones, in the same directions or all in
    /// the opposite ones.
    pub(super) fn is_served_by(&self, index: &Index) -> bool {
        if index.is_limited || index.keys.len() < self.keys.len() {
            return false;
        }
        let is_hashed = |(name, kind): (&String, &Bson)| kind.as_str() == Some("hashed") && *name == self.keys[0].0;
        if self.is_equality && index.keys.iter().next().is_some_and(is_hashed) {
            return true;
        }
        let same = |turn: i32| {
            let mut pairs = self.keys.iter().zip(&index.keys);
            pairs.all(|((field, direction), (name, kind))| field == name && number(kind) == Some(direction * turn))
        };
        same(1) || same(-1)
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.iter().map(|(field, direction)| match direction {
            -1 => format!("{field} (descending)"),
            _ => field.clone(),
        });
        write!(f, "{}: {}", self.collection, keys.collect::<Vec<_>>().join(", "))
    }
}

/// The indexes that a pipeline over `collection` could use.
#[must_use]
pub fn candidates(collection: &str, pipeline: &Pipeline) -> Vec<Candidate> {
    let mut found = Vec::new();
    walk(collection, pipeline, true, &mut found);
    found
}

/// The fields that an index of the collection itself would have.
#[derive(Default)]
struct Wanted {
    equal: Vec<String>,
    sorted: Vec<(String, i32)>,
    ranged: Vec<String>,
    /// Fields that a stage before gave a new meaning.
    changed: Vec<Path>,
    /// Whether a stage before left the documents in an order or a number of its own.
    is_shuffled: bool,
}

/// `is_stored` says whether the documents come straight from the collection.
fn walk(collection: &str, pipeline: &Pipeline, mut is_stored: bool, found: &mut Vec<Candidate>) {
    let mut wanted = Wanted::default();
    for stage in &pipeline.stages {
        match stage {
            Stage::Lookup(lookup) => {
                add(found, joined(lookup));
                wanted.changes(&lookup.target);
            }
            Stage::LookupPipeline(LookupPipeline { from: Some(from), on, pipeline, target, .. }) => {
                let keys = on.iter().map(|(_, foreign)| (foreign.to_string(), 1)).collect();
                add(found, Candidate { collection: from.clone(), keys, is_equality: true });
                walk(from, pipeline, true, found);
                wanted.changes(target);
            }
            Stage::GraphLookup(graph) => {
                let keys = vec![(graph.connect_to.to_string(), 1)];
                add(found, Candidate { collection: graph.from.clone(), keys, is_equality: true });
                wanted.changes(&graph.target);
            }
            Stage::UnionWith { collection: Some(collection), pipeline } => walk(collection, pipeline, true, found),
            other => other.pipelines().into_iter().for_each(|inner| walk(collection, inner, false, found)),
        }
        is_stored = is_stored && wanted.take(stage);
    }
    add(found, wanted.candidate(collection));
}

fn joined(lookup: &Lookup) -> Candidate {
    Candidate { collection: lookup.from.clone(), keys: vec![(lookup.foreign.to_string(), 1)], is_equality: true }
}

/// Keeps what is new; the index on `_id` is always there.
fn add(found: &mut Vec<Candidate>, candidate: Candidate) {
    let first = candidate.keys.first().map(|(field, _)| field.as_str());
    if !matches!(first, None | Some("_id")) && !found.contains(&candidate) {
        found.push(candidate);
    }
}

impl Wanted {
    /// Takes what a stage asks of the collection; false where later stages can ask nothing any more.
    fn take(&mut self, stage: &Stage) -> bool {
        match stage {
            Stage::Match(predicate) => self.predicate(predicate),
            Stage::Sort(keys) if !self.is_shuffled && self.sorted.is_empty() => {
                let direction = |order| if order == Order::Descending { -1 } else { 1 };
                if keys.iter().all(|key| self.is_unchanged(&key.path)) {
                    self.sorted = keys.iter().map(|key| (key.path.to_string(), direction(key.order))).collect();
                }
            }
            Stage::Unwind(unwind) => self.changes(&unwind.path),
            Stage::Unset(paths) | Stage::Project(Projection::Exclude(paths)) => self.changed.extend(paths.clone()),
            Stage::Project(Projection::Include { fields, .. }) => {
                let computed = fields.iter().filter(|(_, projected)| matches!(projected, Projected::Computed(_)));
                self.changed.extend(computed.map(|(path, _)| path.clone()));
            }
            Stage::AddFields(..) | Stage::Lookup(_) | Stage::LookupPipeline(_) | Stage::GraphLookup(_) => {
                self.changed.extend(stage.facts().writes.into_iter().cloned());
            }
            Stage::Sort(_) => {}
            // The others hide the documents, or their number, from an index.
            _ => return false,
        }
        true
    }

    /// A stage that gives a field a new meaning and hands on other rows than it took.
    fn changes(&mut self, path: &Path) {
        self.changed.push(path.clone());
        self.is_shuffled = true;
    }

    fn is_unchanged(&self, path: &Path) -> bool {
        !self.changed.iter().any(|changed| changed.covers(path) || path.covers(changed))
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::And(parts) => parts.iter().for_each(|part| self.predicate(part)),
            Predicate::Field(path, test) => self.field(path, use_of(test)),
            Predicate::Expr(expr) => self.expr(expr),
            Predicate::Or(_) | Predicate::Nor(_) | Predicate::JsonSchema(..) => {}
        }
    }

    /// Inside `$expr` servers use indexes for comparisons of a field with a constant, or with a
    /// variable of a pipeline around.
    fn expr(&mut self, expr: &Expr) {
        let Expr::Call { operator, args } = expr else { return };
        let path = match &args[..] {
            [Expr::Field(path), Expr::Literal(_) | Expr::Variable(..)]
            | [Expr::Literal(_) | Expr::Variable(..), Expr::Field(path)] => Some(path),
            _ => None,
        };
        match (operator, path) {
            (Operator::And, _) => args.iter().for_each(|part| self.expr(part)),
            (Operator::Eq, Some(path)) => self.field(path, Some(Use::Equal)),
            (Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte, Some(path)) => {
                self.field(path, Some(Use::Ranged));
            }
            _ => {}
        }
    }

    fn field(&mut self, path: &Path, how: Option<Use>) {
        let list = match how {
            Some(Use::Equal) => &mut self.equal,
            Some(Use::Ranged) => &mut self.ranged,
            None => return,
        };
        let name = path.to_string();
        if !list.contains(&name) && !self.changed.iter().any(|changed| changed.covers(path) || path.covers(changed)) {
            list.push(name);
        }
    }

    /// Equality, sort, range: each field once.
    fn candidate(self, collection: &str) -> Candidate {
        let is_equality = self.equal.len() == 1 && self.sorted.is_empty() && self.ranged.is_empty();
        let mut keys: Vec<(String, i32)> = Vec::new();
        let ascending = |field| (field, 1);
        let wanted =
            self.equal.into_iter().map(ascending).chain(self.sorted).chain(self.ranged.into_iter().map(ascending));
        for (field, direction) in wanted {
            if !keys.iter().any(|(there, _)| *there == field) {
                keys.push((field, direction));
            }
        }
        Candidate { collection: collection.to_owned(), keys, is_equality }
    }
}

/// How an index answers a test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Equal,
    Ranged,
}

fn use_of(test: &Test) -> Option<Use> {
    match test {
        Test::Compare(Comparison::Eq, _) | Test::In(_) => Some(Use::Equal),
        Test::Compare(Comparison::Gt | Comparison::Gte | Comparison::Lt | Comparison::Lte, _) => Some(Use::Ranged),
        Test::Regex(regex) if regex.pattern.starts_with('^') && !regex.options.contains('i') => Some(Use::Ranged),
        Test::And(tests) => {
            let mut uses = tests.iter().filter_map(use_of);
            let first = uses.next()?;
            Some(if first == Use::Equal || uses.any(|other| other == Use::Equal) { Use::Equal } else { Use::Ranged })
        }
        _ => None,
    }
}

fn number(kind: &Bson) -> Option<i32> {
    match kind {
        Bson::Int32(n) => Some(*n),
        Bson::Int64(n) => i32::try_from(*n).ok(),
        Bson::Double(n) => Some(*n as i32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    fn check(pipeline: &str, expected: &[&str]) {
        let parsed = pipeline::parse_text(pipeline).unwrap();
        let found: Vec<String> = candidates("customers", &parsed).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{pipeline}");
    }

    #[test]
    fn fields_come_in_the_order_equality_sort_range() {
        check(
            "[{$match: {Age: {$gt: 45, $lt: 60}, Flag: 'x'}}, {$sort: {Limit: -1, Flag: 1}}, {$limit: 3}]",
            &["customers: Flag, Limit (descending), Age"],
        );
        check("[{$match: {Card: {$in: ['a', 'b']}, Name: /^A/, Note: /b/}}]", &["customers: Card, Name"]);
        check("[{$match: {$expr: {$and: [{$gte: ['$Age', 5]}, {$eq: ['M', '$Sex']}]}}}]", &["customers: Sex, Age"]);
    }

    #[test]
    fn a_join_asks_for_its_field_on_the_other_side() {
        check(
            "[{$match: {Flag: 'x'}}, {$lookup: {from: 'transactions', localField: 'c', foreignField: 'c', as: 't'}}, \
             {$unwind: '$t'}, {$match: {'t.n': 3, Age: {$gt: 5}}}, {$sort: {Age: 1}}]",
            &["transactions: c", "customers: Flag, Age"],
        );
        check(
            "[{$facet: {a: [{$match: {x: 1}}, {$lookup: {from: 't', localField: 'c', foreignField: 'd', as: 'e'}}]}}]",
            &["t: d"],
        );
        check("[{$lookup: {from: 't', localField: 'c', foreignField: '_id', as: 'e'}}]", &[]);
        check("[{$unionWith: {coll: 'old', pipeline: [{$match: {a: 1}}]}}]", &["old: a"]);
        check(
            "[{$lookup: {from: 't', let: {c: '$c'}, as: 'e', pipeline: [{$match: {$expr: {$and: [{$eq: ['$d', '$$c']}, \
             {$lt: ['$n', '$$c']}]}}}, {$sort: {at: -1}}]}}]",
            &["t: d, at (descending), n"],
        );
        check(
            "[{$graphLookup: {from: 't', startWith: '$a', connectFromField: 'p', connectToField: 'q', as: 'e'}}]",
            &["t: q"],
        );
    }

    #[test]
    fn what_is_computed_has_no_index() {
        check("[{$set: {a: 1}}, {$match: {a: 1, b: 2}}]", &["customers: b"]);
        check("[{$group: {_id: '$a'}}, {$match: {b: 2}}]", &[]);
        check("[{$match: {$or: [{a: 1}, {b: 2}], c: {$ne: 1}}}]", &[]);
        check("[{$match: {_id: 5, a: 1}}]", &[]);
    }

    #[test]
    fn an_index_that_begins_so_serves() {
        let index = |keys: Document, is_limited| Index { name: String::new(), keys, is_limited };
        let on = |keys: &[(&str, i32)]| Candidate {
            collection: String::new(),
            keys: keys.iter().map(|(field, direction)| ((*field).to_owned(), *direction)).collect(),
            is_equality: keys.len() == 1,
        };
        assert!(on(&[("a", 1)]).is_served_by(&index(doc! { "a": 1, "b": -1 }, false)));
        assert!(on(&[("a", 1), ("b", 1)]).is_served_by(&index(doc! { "a": -1, "b": -1.0 }, false)));
        assert!(on(&[("a", 1)]).is_served_by(&index(doc! { "a": "hashed" }, false)));
        let ranged = Candidate { is_equality: false, ..on(&[("a", 1)]) };
        assert!(!ranged.is_served_by(&index(doc! { "a": "hashed" }, false)));
        assert!(!on(&[("a", 1), ("b", 1)]).is_served_by(&index(doc! { "a": 1, "b": -1 }, false)));
        assert!(!on(&[("b", 1)]).is_served_by(&index(doc! { "a": 1, "b": 1 }, false)));
        assert!(!on(&[("a", 1)]).is_served_by(&index(doc! { "a": 1 }, true)));
    }
}
