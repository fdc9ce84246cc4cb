//! The tests of the query language: on one value, and on whatever a path names.
//!
//! Invariant: a negation negates the whole test, so `{a: {$ne: 5}}` fails on an array that contains 5.

use std::collections::HashSet;

use bigdecimal::RoundingMode;
use bson::{Bson, DateTime, Document};
use pipeline::ast::{BitTest, Comparison, Test, TypeName};

use super::{Leaf, Node, Traversal, all, any, bits, comparison};
use crate::Error;
use crate::expr::Pattern;
use crate::value::{Key, Number, number, type_code};

/// A [`Test`] made ready. `$ne $nin $exists: false` are negations; `$all` is a conjunction, and false when empty.
#[derive(Debug)]
pub(super) enum FieldTest<'a> {
    Compare(Comparison, &'a Bson),
    In(Membership<'a>),
    Exists,
    Type(&'a [TypeName]),
    /// Compiled, and as it was written: pattern and options.
    Regex(Pattern, (&'a str, &'a str)),
    Mod {
        divisor: i64,
        remainder: i64,
    },
    Size(i64),
    Bits(BitTest, &'a [u32]),
    ElemMatchObject(Box<Node<'a>>),
    ElemMatchValue(Vec<FieldTest<'a>>),
    And(Vec<FieldTest<'a>>),
    Never,
    Not(Box<FieldTest<'a>>),
}

/// The right side of `$in`.
#[derive(Debug)]
pub(super) struct Membership<'a> {
    keys: HashSet<Key>,
    has_null: bool,
    patterns: Vec<FieldTest<'a>>,
}

impl<'a> FieldTest<'a> {
    pub(super) fn new(test: &'a Test) -> Result<Self, Error> {
        let not = |test| Self::Not(Box::new(test));
        let list = |tests: &'a [Test]| tests.iter().map(Self::new).collect::<Result<Vec<_>, _>>();
        Ok(match test {
            Test::Compare(Comparison::Ne, bound) => not(Self::Compare(Comparison::Eq, bound)),
            Test::Compare(comparison, bound) => Self::Compare(*comparison, bound),
            Test::In(values) => Self::In(Membership::new(values)?),
            Test::NotIn(values) => not(Self::In(Membership::new(values)?)),
            Test::Exists(true) => Self::Exists,
            Test::Exists(false) => not(Self::Exists),
            Test::Type(types) => Self::Type(types),
            Test::Regex(regex) => Self::regex(&regex.pattern, &regex.options)?,
            Test::Mod { divisor, remainder } => Self::Mod { divisor: *divisor, remainder: *remainder },
            Test::Size(size) => Self::Size(*size),
            Test::Bits(test, positions) => Self::Bits(*test, positions),
            Test::All(tests) if tests.is_empty() => Self::Never,
            Test::All(tests) | Test::And(tests) => Self::And(list(tests)?),
            Test::ElemMatchObject(predicate) => Self::ElemMatchObject(Box::new(Node::new(predicate)?)),
            Test::ElemMatchValue(tests) => Self::ElemMatchValue(list(tests)?),
            Test::Not(test) => not(Self::new(test)?),
        })
    }

    fn regex(pattern: &'a str, options: &'a str) -> Result<Self, Error> {
        Ok(Self::Regex(Pattern::of_query(pattern, options)?, (pattern, options)))
    }

    /// Whether the field passes that a path names inside the value `top`.
    pub(super) fn at(&self, path: &Traversal, top: Option<&Bson>, now: DateTime) -> Result<bool, Error> {
        let leaf = match self {
            Self::And(tests) => return all(tests, |test| test.at(path, top, now)),
            Self::Not(test) => return test.at(path, top, now).map(|yes| !yes),
            Self::Size(_) | Self::ElemMatchObject(_) | Self::ElemMatchValue(_) => Leaf::Whole,
            _ => Leaf::Entered,
        };
        path.any(top, leaf, &mut |value| self.holds(value, now))
    }

    /// The place of the first element that an `$elemMatch` takes; of another test, none.
    pub(super) fn element(&self, items: &[Bson], now: DateTime) -> Result<Option<usize>, Error> {
        for (place, item) in items.iter().enumerate() {
            let is_taken = match (self, item) {
                (Self::ElemMatchObject(node), Bson::Document(inner)) => node.matches(inner, now)?,
                (Self::ElemMatchObject(node), Bson::Array(items)) => node.matches(&as_object(items), now)?,
                (Self::ElemMatchValue(tests), item) => all(tests, |test| test.holds(Some(item), now))?,
                _ => false,
            };
            if is_taken {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// Whether one value passes.
    pub(super) fn holds(&self, value: Option<&Bson>, now: DateTime) -> Result<bool, Error> {
        Ok(match self {
            Self::Compare(comparison, bound) => comparison::holds(*comparison, value, bound),
            Self::In(membership) => membership.holds(value, now)?,
            Self::Exists => value.is_some(),
            Self::Type(types) => value.is_some_and(|value| types.iter().any(|name| has_type(*name, value))),
            Self::Regex(pattern, written) => match value {
                Some(Bson::String(text) | Bson::Symbol(text)) => pattern.is_match(text)?,
                Some(Bson::RegularExpression(regex)) => (regex.pattern.as_str(), regex.options.as_str()) == *written,
                _ => false,
            },
            Self::Mod { divisor, remainder } => {
                whole(value).is_some_and(|dividend| dividend.wrapping_rem(*divisor) == *remainder)
            }
            Self::Size(size) => elements(value).is_some_and(|items| items.len() as i64 == *size),
            Self::Bits(test, positions) => bits::holds(*test, positions, value),
            Self::ElemMatchObject(_) | Self::ElemMatchValue(_) => {
                self.element(elements(value).unwrap_or_default(), now)?.is_some()
            }
            Self::And(tests) => all(tests, |test| test.holds(value, now))?,
            Self::Never => false,
            Self::Not(test) => !test.holds(value, now)?,
        })
    }
}

impl<'a> Membership<'a> {
    fn new(values: &'a [Bson]) -> Result<Self, Error> {
        let mut patterns = Vec::new();
        for value in values {
            if let Bson::RegularExpression(regex) = value {
                patterns.push(FieldTest::regex(regex.pattern.as_str(), regex.options.as_str())?);
            }
        }
        Ok(Self {
            keys: values.iter().filter(|value| !matches!(value, Bson::RegularExpression(_))).map(Key::of).collect(),
            has_null: values.contains(&Bson::Null),
            patterns,
        })
    }

    fn holds(&self, value: Option<&Bson>, now: DateTime) -> Result<bool, Error> {
        // MongoDB: null is in a list what undefined is, too.
        let Some(value) = value.filter(|value| **value != Bson::Undefined) else { return Ok(self.has_null) };
        Ok(self.keys.contains(&Key::of(value)) || any(&self.patterns, |pattern| pattern.holds(Some(value), now))?)
    }
}

pub(super) fn has_type(name: TypeName, value: &Bson) -> bool {
    match name {
        TypeName::Number => Number::of(value).is_some(),
        TypeName::Code(code) => type_code(Some(value)) == code,
    }
}

fn elements(value: Option<&Bson>) -> Option<&[Bson]> {
    value.and_then(Bson::as_array).map(Vec::as_slice)
}

/// MongoDB: `$elemMatch` takes an array among the elements for an object whose fields are `0`, `1`, ….
fn as_object(items: &[Bson]) -> Document {
    items.iter().enumerate().map(|(index, item)| (index.to_string(), item.clone())).collect()
}

/// The whole part of a number that fits an int64.
fn whole(value: Option<&Bson>) -> Option<i64> {
    match Number::of(value?)? {
        Number::Double(x) => number::whole(x.trunc()),
        Number::Decimal(x) => x.to_i64(RoundingMode::Down),
        other => other.to_whole(),
    }
}

#[cfg(test)]
mod tests {
    use bson::DateTime;

    use crate::query::matches;
    use crate::stage::testing::documents;

    const INPUT: &str = "{_id: 0}
        {_id: 1, a: null}
        {_id: 2, a: 5}
        {_id: 3, a: 'five'}
        {_id: 4, a: [1, 5, 'x']}
        {_id: 5, a: []}
        {_id: 6, a: [[5]]}
        {_id: 7, a: {b: 5}}
        {_id: 8, a: [{b: 1, c: 2}, {b: 5, c: 1}]}
        {_id: 9, a: NaN}";

    /// Checks which of the documents match, by their `_id`.
    fn check(predicate: &str, expected: &[i32]) {
        let predicate = pipeline::parse_predicate(&pipeline::read(predicate).unwrap()).unwrap();
        let now = DateTime::from_millis(0);
        let matching = documents(INPUT).into_iter().filter(|document| matches(&predicate, document, now).unwrap());
        let ids: Vec<i32> = matching.map(|document| document.get_i32("_id").unwrap()).collect();
        assert_eq!(ids, expected, "{predicate:?}");
    }

    #[test]
    fn comparisons_stay_in_their_bracket_and_look_into_arrays() {
        check("{a: 5}", &[2, 4]);
        check("{a: {$gt: 4}}", &[2, 4]);
        check("{a: {$lt: 'z'}}", &[3, 4]);
        check("{a: null}", &[0, 1]);
        check("{a: NaN}", &[9]);
        check("{a: [5]}", &[6]);
        check("{a: {$gte: []}}", &[4, 5, 6, 8]);
        check("{'a.b': 5}", &[7, 8]);
        check("{'a.b': null}", &[0, 1, 2, 3, 9]);
        check("{'a.0': 1}", &[4]);
    }

    #[test]
    fn negations_negate_the_whole() {
        check("{a: {$ne: 5}}", &[0, 1, 3, 5, 6, 7, 8, 9]);
        check("{a: {$nin: [5, null]}}", &[3, 5, 6, 7, 8, 9]);
        check("{a: {$not: {$gt: 4}}}", &[0, 1, 3, 5, 6, 7, 8, 9]);
        check("{'a.b': {$exists: false}}", &[0, 1, 2, 3, 4, 5, 6, 9]);
        check("{$nor: [{a: 5}, {a: null}, {'a.b': {$exists: true}}]}", &[3, 5, 6, 9]);
    }

    #[test]
    fn arrays_have_tests_of_their_own() {
        check("{a: {$size: 1}}", &[6]);
        check("{a: {$all: [1, 'x']}}", &[4]);
        check("{a: {$all: []}}", &[]);
        check("{a: {$elemMatch: {b: 5, c: 1}}}", &[8]);
        check("{a: {$elemMatch: {b: 5, c: 2}}}", &[]);
        check("{a: {$elemMatch: {$gt: 4, $lt: 6}}}", &[4]);
        check("{a: {$elemMatch: {'0': 5}}}", &[6]);
        check("{a: {$elemMatch: {$elemMatch: {$eq: 5}}}}", &[6]);
    }

    #[test]
    fn the_other_tests_look_into_arrays_too() {
        check("{a: {$in: [/^f/, null]}}", &[0, 1, 3]);
        check("{a: /X/i}", &[4]);
        check("{a: {$type: 'array'}}", &[4, 5, 6, 8]);
        check("{a: {$type: ['string', 'object']}}", &[3, 4, 7, 8]);
        check("{a: {$type: 'number'}}", &[2, 4, 9]);
        check("{a: {$mod: [4, 1]}}", &[2, 4]);
        check("{a: {$exists: true}}", &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
