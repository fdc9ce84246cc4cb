//! Values: what MongoDB means by a type, by order and equality, by truth, by a path and by a number.
//!
//! In: `bson::Bson`, where `None` stands for "missing". Out: the plain definitions that expressions, predicates,
//! accumulators and stages are written in. Nothing here can panic on any value.

pub mod decimal;
pub(crate) mod depth;
mod key;
pub mod number;
mod order;
mod path;
mod sum;

use bson::Bson;

pub use decimal::Decimal;
pub use key::Key;
pub use number::Number;
pub(crate) use order::n_bytes;
pub use order::{compare, compare_documents, compare_values, equal};
pub(crate) use path::find_in;
pub use path::{find, get, remove, set};
pub use sum::Sum;

/// A value or, where `None`, no value at all ("missing"), which is not null.
pub type Value = Option<Bson>;

/// Whether a condition holds.
///
/// MongoDB: false, null, missing, undefined and every zero (also -0.0 and decimal 0) are false; all else is true,
/// also NaN, the empty string, the empty array and the empty object.
#[must_use]
pub fn is_true(value: Option<&Bson>) -> bool {
    match value {
        None | Some(Bson::Null | Bson::Undefined | Bson::Boolean(false) | Bson::Int32(0) | Bson::Int64(0)) => false,
        Some(Bson::Double(x)) => *x != 0.0,
        Some(Bson::Decimal128(x)) => !Decimal::from_bson(*x).is_zero(),
        Some(_) => true,
    }
}

/// Whether there is no value worth computing with: missing, null or undefined.
#[must_use]
pub fn is_nullish(value: Option<&Bson>) -> bool {
    matches!(value, None | Some(Bson::Null | Bson::Undefined))
}

/// The type's name as `$type` gives it.
#[must_use]
pub fn type_name(value: Option<&Bson>) -> &'static str {
    let Some(value) = value else { return "missing" };
    match value {
        Bson::Double(_) => "double",
        Bson::String(_) => "string",
        Bson::Document(_) => "object",
        Bson::Array(_) => "array",
        Bson::Binary(_) => "binData",
        Bson::Undefined => "undefined",
        Bson::ObjectId(_) => "objectId",
        Bson::Boolean(_) => "bool",
        Bson::DateTime(_) => "date",
        Bson::Null => "null",
        Bson::RegularExpression(_) => "regex",
        Bson::DbPointer(_) => "dbPointer",
        Bson::JavaScriptCode(_) => "javascript",
        Bson::Symbol(_) => "symbol",
        Bson::JavaScriptCodeWithScope(_) => "javascriptWithScope",
        Bson::Int32(_) => "int",
        Bson::Timestamp(_) => "timestamp",
        Bson::Int64(_) => "long",
        Bson::Decimal128(_) => "decimal",
        Bson::MinKey => "minKey",
        Bson::MaxKey => "maxKey",
    }
}

/// The type's number, as `{$type: 16}` and `{$convert: {to: 16}}` write it; missing has none but 0.
#[must_use]
pub fn type_code(value: Option<&Bson>) -> i32 {
    let Some(value) = value else { return 0 };
    match value {
        Bson::MinKey => -1,
        Bson::MaxKey => 127,
        other => i32::from(other.element_type() as u8),
    }
}

/// The place of a type in the total order: values of one bracket compare by value, others by their bracket.
///
/// MongoDB: missing (and undefined) is a bracket of its own just below null; all numbers are one bracket; symbols are
/// strings.
#[must_use]
pub fn canonical_type(value: Option<&Bson>) -> u8 {
    let Some(value) = value else { return 1 };
    match value {
        Bson::MinKey => 0,
        Bson::Undefined => 1,
        Bson::Null => 5,
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => 10,
        Bson::String(_) | Bson::Symbol(_) => 15,
        Bson::Document(_) => 20,
        Bson::Array(_) => 25,
        Bson::Binary(_) => 30,
        Bson::ObjectId(_) => 35,
        Bson::Boolean(_) => 40,
        Bson::DateTime(_) => 45,
        Bson::Timestamp(_) => 47,
        Bson::RegularExpression(_) => 50,
        Bson::DbPointer(_) => 55,
        Bson::JavaScriptCode(_) => 60,
        Bson::JavaScriptCodeWithScope(_) => 65,
        Bson::MaxKey => 127,
    }
}

#[cfg(test)]
mod tests {
    use bson::Document;

    use super::*;

    #[test]
    fn zeros_and_absences_are_false_and_all_else_is_true() {
        for no in [
            None,
            Some(Bson::Null),
            Some(Bson::Undefined),
            Some(Bson::Boolean(false)),
            Some(Bson::Int64(0)),
            Some(Bson::Double(-0.0)),
            Some(Bson::Decimal128("0E+3".parse().unwrap())),
        ] {
            assert!(!is_true(no.as_ref()), "{no:?}");
        }
        for yes in [
            Bson::Double(f64::NAN),
            Bson::String(String::new()),
            Bson::Array(vec![]),
            Bson::Document(Document::new()),
            Bson::MinKey,
            Bson::Decimal128("NaN".parse().unwrap()),
        ] {
            assert!(is_true(Some(&yes)), "{yes:?}");
        }
    }

    #[test]
    fn types_have_the_names_and_numbers_of_the_server() {
        assert_eq!((type_name(None), type_code(None)), ("missing", 0));
        assert_eq!((type_name(Some(&Bson::Int64(1))), type_code(Some(&Bson::Int64(1)))), ("long", 18));
        assert_eq!((type_name(Some(&Bson::MinKey)), type_code(Some(&Bson::MinKey))), ("minKey", -1));
        assert_eq!((type_name(Some(&Bson::MaxKey)), type_code(Some(&Bson::MaxKey))), ("maxKey", 127));
    }
}
