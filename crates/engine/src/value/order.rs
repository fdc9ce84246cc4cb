//! The total order of values: what `$sort`, `$cmp`, `$min`, `$max` and `$group` keys rest on.
//!
//! Invariant: a total order; [`compare`] is `Equal` exactly where [`super::Key`]s are equal.

use std::cmp::Ordering;

use bson::spec::BinarySubtype;
use bson::{Binary, Bson, Document};

use super::{Number, canonical_type, number};
use crate::collation;

/// Orders any two values.
///
/// MongoDB: by type bracket first, then by value; numbers across their types, NaN below all and equal to itself, -0.0
/// equal to 0; strings by bytes, or as the collation at hand says; objects field by field in their order: type bracket, then
/// name, then value.
#[must_use]
pub fn compare(a: &Bson, b: &Bson) -> Ordering {
    match (a, b) {
        (Bson::Int32(a), Bson::Int32(b)) => a.cmp(b),
        (Bson::Double(a), Bson::Double(b)) => number::compare_doubles(*a, *b),
        (Bson::String(a), Bson::String(b)) => collation::compare(a, b),
        (Bson::String(a) | Bson::Symbol(a), Bson::String(b) | Bson::Symbol(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Bson::Document(a), Bson::Document(b)) => compare_documents(a, b),
        (Bson::Array(a), Bson::Array(b)) => compare_arrays(a, b),
        (Bson::Boolean(a), Bson::Boolean(b)) => a.cmp(b),
        (Bson::DateTime(a), Bson::DateTime(b)) => a.timestamp_millis().cmp(&b.timestamp_millis()),
        (Bson::Timestamp(a), Bson::Timestamp(b)) => (a.time, a.increment).cmp(&(b.time, b.increment)),
        (Bson::ObjectId(a), Bson::ObjectId(b)) => a.bytes().cmp(&b.bytes()),
        (Bson::Binary(a), Bson::Binary(b)) => {
            (n_bytes(a), u8::from(a.subtype), &a.bytes).cmp(&(n_bytes(b), u8::from(b.subtype), &b.bytes))
        }
        (Bson::RegularExpression(a), Bson::RegularExpression(b)) => {
            (a.pattern.as_str(), a.options.as_str()).cmp(&(b.pattern.as_str(), b.options.as_str()))
        }
        (Bson::JavaScriptCode(a), Bson::JavaScriptCode(b)) => a.cmp(b),
        (Bson::JavaScriptCodeWithScope(a), Bson::JavaScriptCodeWithScope(b)) => {
            a.code.cmp(&b.code).then_with(|| compare_documents(&a.scope, &b.scope))
        }
        (Bson::DbPointer(a), Bson::DbPointer(b)) => format!("{a:?}").cmp(&format!("{b:?}")),
        _ => match (Number::of(a), Number::of(b)) {
            (Some(a), Some(b)) => number::compare(a, b),
            _ => canonical_type(Some(a)).cmp(&canonical_type(Some(b))),
        },
    }
}

/// The length of binary data. MongoDB: the old subtype has it inside once more, in four bytes that count.
pub(crate) fn n_bytes(binary: &Binary) -> usize {
    binary.bytes.len() + if binary.subtype == BinarySubtype::BinaryOld { 4 } else { 0 }
}

/// Orders values that may be missing: missing equals missing (and undefined), lies below null and above `MinKey`, as
/// in expressions (`{$lt: ["$nope", null]}` is true). Where missing is to count as null (`$sort`, `$group` by a bare
/// key, `$lookup`), say so by passing `Some(&Bson::Null)`.
#[must_use]
pub fn compare_values(a: Option<&Bson>, b: Option<&Bson>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        _ => canonical_type(a).cmp(&canonical_type(b)),
    }
}

/// Whether two values are equal in the total order.
#[must_use]
pub fn equal(a: &Bson, b: &Bson) -> bool {
    compare(a, b) == Ordering::Equal
}

/// Orders two objects: field by field in their order, a shorter one below its own extension.
#[must_use]
pub fn compare_documents(a: &Document, b: &Document) -> Ordering {
    let mut left = a.iter();
    let mut right = b.iter();
    loop {
        let ((left_name, left), (right_name, right)) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(left), Some(right)) => (left, right),
        };
        let order = canonical_type(Some(left))
            .cmp(&canonical_type(Some(right)))
            .then_with(|| left_name.as_bytes().cmp(right_name.as_bytes()))
            .then_with(|| compare(left, right));
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn compare_arrays(a: &[Bson], b: &[Bson]) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| compare(a, b))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests {
    use bson::{bson, doc};

    use super::*;

    fn decimal(text: &str) -> Bson {
        Bson::Decimal128(text.parse().unwrap())
    }

    #[test]
    fn the_order_of_types_and_values_is_the_servers() {
        let ascending = [
            Bson::MinKey,
            Bson::Undefined,
            Bson::Null,
            Bson::Double(f64::NAN),
            Bson::Double(f64::NEG_INFINITY),
            Bson::Int64(i64::MIN),
            Bson::Int32(-1),
            Bson::Double(-0.0),
            decimal("0.1"),
            Bson::Double(0.1),
            Bson::Int32(1),
            Bson::Double(9_007_199_254_740_992.0),
            Bson::Int64(9_007_199_254_740_993),
            Bson::Int64(i64::MAX),
            Bson::Double(9_223_372_036_854_775_808.0),
            decimal("1E+400"),
            Bson::Double(f64::INFINITY),
            bson!(""),
            bson!("A"),
            bson!("a"),
            bson!("é"),
            bson!({}),
            bson!({"a": 1}),
            bson!({"a": 1, "b": 1}),
            bson!({"b": 0}),
            bson!({"a": "x"}),
            bson!([]),
            bson!([1]),
            bson!([1, 2]),
            bson!([2]),
            Bson::Boolean(false),
            Bson::Boolean(true),
            Bson::DateTime(bson::DateTime::from_millis(-1)),
            Bson::Timestamp(bson::Timestamp { time: 1, increment: 0 }),
            Bson::MaxKey,
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a:?} against {b:?}");
            }
        }
    }

    #[test]
    fn equal_numbers_of_different_types_are_equal_everywhere() {
        let ones = [Bson::Int32(1), Bson::Int64(1), Bson::Double(1.0), decimal("1"), decimal("1.00")];
        for a in &ones {
            for b in &ones {
                assert!(equal(a, b), "{a:?} {b:?}");
                assert!(equal(&bson!({"k": [a.clone()]}), &bson!({"k": [b.clone()]})));
            }
        }
        assert!(equal(&Bson::Double(f64::NAN), &decimal("NaN")));
        assert!(!equal(&bson!({"a": 1, "b": 2}), &bson!({"b": 2, "a": 1})));
    }

    #[test]
    fn missing_lies_between_min_key_and_null() {
        assert_eq!(compare_values(None, None), Ordering::Equal);
        assert_eq!(compare_values(None, Some(&Bson::Null)), Ordering::Less);
        assert_eq!(compare_values(None, Some(&Bson::MinKey)), Ordering::Greater);
        assert_eq!(compare_documents(&doc! {}, &doc! {"a": Bson::MinKey}), Ordering::Less);
    }
}
