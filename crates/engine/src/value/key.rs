//! Keys: values made hashable, for `$group`, `$addToSet`, joins and sets.
//!
//! Invariant: two keys are equal exactly where [`super::compare`] says `Equal`.

use bson::{Bson, Document};

use super::{Decimal, Number, number};
use crate::collation;

/// A value as a hash key: 1, 1L, 1.0 and decimal 1 are one key; objects count their field order; all NaN are one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Form);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    MinKey,
    Missing,
    Null,
    /// Every number that is whole and fits.
    Whole(i64),
    /// Any other double, by its bits (one NaN).
    Double(u64),
    /// What no double and no long can be: reduced sign, coefficient, exponent.
    Decimal(bool, u128, i32),
    Text(Box<str>),
    /// A string, by what counts of it under the collation at hand.
    Collated(Box<[u8]>),
    Object(Box<[(Box<str>, Form)]>),
    Array(Box<[Form]>),
    Binary(u8, Box<[u8]>),
    ObjectId([u8; 12]),
    Boolean(bool),
    Date(i64),
    Timestamp(u32, u32),
    Regex(Box<str>, Box<str>),
    Pointer(Box<str>),
    Code(Box<str>),
    ScopedCode(Box<str>, Box<Form>),
    MaxKey,
}

impl Key {
    /// The key of a value.
    #[must_use]
    pub fn of(value: &Bson) -> Self {
        Self(Form::of(value))
    }

    /// The key of a value that may be missing, which is a key of its own (and that of undefined).
    #[must_use]
    pub fn of_value(value: Option<&Bson>) -> Self {
        Self(value.map_or(Form::Missing, Form::of))
    }
}

impl Form {
    fn of(value: &Bson) -> Self {
        match value {
            Bson::MinKey => Self::MinKey,
            Bson::Undefined => Self::Missing,
            Bson::Null => Self::Null,
            Bson::Int32(x) => Self::Whole(i64::from(*x)),
            Bson::Int64(x) => Self::Whole(*x),
            Bson::Double(x) => Self::of_double(*x),
            Bson::Decimal128(x) => Self::of_decimal(Decimal::from_bson(*x)),
            Bson::String(x) => collation::key(x).map_or_else(|| Self::Text(x.as_str().into()), Self::Collated),
            Bson::Symbol(x) => Self::Text(x.as_str().into()),
            Bson::Document(x) => Self::of_document(x),
            Bson::Array(x) => Self::Array(x.iter().map(Self::of).collect()),
            Bson::Binary(x) => Self::Binary(x.subtype.into(), x.bytes.as_slice().into()),
            Bson::ObjectId(x) => Self::ObjectId(x.bytes()),
            Bson::Boolean(x) => Self::Boolean(*x),
            Bson::DateTime(x) => Self::Date(x.timestamp_millis()),
            Bson::Timestamp(x) => Self::Timestamp(x.time, x.increment),
            Bson::RegularExpression(x) => Self::Regex(x.pattern.as_str().into(), x.options.as_str().into()),
            Bson::DbPointer(x) => Self::Pointer(format!("{x:?}").into()),
            Bson::JavaScriptCode(x) => Self::Code(x.as_str().into()),
            Bson::JavaScriptCodeWithScope(x) => {
                Self::ScopedCode(x.code.as_str().into(), Box::new(Self::of_document(&x.scope)))
            }
            Bson::MaxKey => Self::MaxKey,
        }
    }

    fn of_document(document: &Document) -> Self {
        Self::Object(document.iter().map(|(name, value)| (name.as_str().into(), Self::of(value))).collect())
    }

    fn of_double(value: f64) -> Self {
        match number::whole(value) {
            Some(whole) => Self::Whole(whole),
            None if value.is_nan() => Self::Double(f64::NAN.to_bits()),
            None => Self::Double(value.to_bits()),
        }
    }

    fn of_decimal(value: Decimal) -> Self {
        if let Some(whole) = Number::Decimal(value).to_whole() {
            return Self::Whole(whole);
        }
        let double = value.to_f64();
        if value.compare_f64(double).is_eq() {
            return Self::of_double(double);
        }
        match value.reduced() {
            Decimal::Finite { negative, coefficient, exponent } => Self::Decimal(negative, coefficient, exponent),
            special => Self::of_double(special.to_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use bson::bson;

    use super::*;
    use crate::value::equal;

    #[test]
    fn keys_are_equal_exactly_where_values_are() {
        let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
        let values = [
            Bson::Null,
            Bson::Undefined,
            bson!(1),
            Bson::Int64(1),
            bson!(1.0),
            decimal("1"),
            decimal("1.00"),
            decimal("0.1"),
            bson!(0.1),
            decimal("0.5"),
            bson!(0.5),
            decimal("1E+400"),
            decimal("10E+399"),
            bson!(0.0),
            bson!(-0.0),
            decimal("-0"),
            bson!(f64::NAN),
            bson!(-f64::NAN),
            decimal("NaN"),
            bson!(f64::INFINITY),
            decimal("Infinity"),
            Bson::Int64(i64::MAX),
            bson!(9_223_372_036_854_775_808.0),
            decimal("9223372036854775808"),
            bson!("a"),
            Bson::Symbol("a".into()),
            bson!({"a": 1, "b": [1, 2]}),
            bson!({"a": 1.0, "b": [1, Bson::Int64(2)]}),
            bson!({"b": [1, 2], "a": 1}),
            bson!(true),
            Bson::DateTime(bson::DateTime::from_millis(1)),
            Bson::Timestamp(bson::Timestamp { time: 0, increment: 1 }),
        ];
        for a in &values {
            for b in &values {
                assert_eq!(Key::of(a) == Key::of(b), equal(a, b), "{a:?} against {b:?}");
            }
        }
        assert_ne!(Key::of_value(None), Key::of(&Bson::Null));
    }
}
