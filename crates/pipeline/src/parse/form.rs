//! Objects with a fixed set of keys, such as `{from, localField, foreignField, as}`.

use bson::{Bson, Document};

use crate::{Error, describe, error::nearest};

/// MongoDB: an argument has the wrong type.
pub(super) const WRONG_TYPE: i32 = 14;

/// The codes of a server for what can be wrong with a form, where we are sure of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Codes {
    /// It is not an object.
    pub(super) shape: Option<i32>,
    /// It has an unknown key.
    pub(super) unknown: Option<i32>,
    /// It lacks a required key, by the key's position (0 where unsure).
    pub(super) missing: &'static [i32],
}

/// A form with its keys, each with whether it is required.
pub(super) struct Form<const N: usize> {
    pub(super) name: &'static str,
    pub(super) keys: [(&'static str, bool); N],
    pub(super) codes: Codes,
}

impl<const N: usize> Form<N> {
    /// The values of the keys, in their order; those that are required are there.
    pub(super) fn read<'a>(&self, value: &'a Bson) -> Result<[Option<&'a Bson>; N], Error> {
        let document = object(self.name, value, self.codes)?;
        fields(self.name, document, &self.keys, self.codes)?;
        Ok(self.keys.map(|(key, _)| document.get(key)))
    }
}

/// What an argument of a newer stage must be.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Whatever it is, also null.
    Anything,
    Text,
    Number,
    Object,
    /// An array, in which nothing but text counts.
    Texts,
}

/// The form of a newer stage. MongoDB reads all of these alike: the keys in the order in which they are written, each by its type
/// (code 14) or as unknown (40415), then what is lacking (40414); null and undefined are as nothing.
pub(super) struct Typed<const N: usize> {
    pub(super) name: &'static str,
    pub(super) keys: [(&'static str, bool, Takes); N],
    /// The code where it is not an object.
    pub(super) shape: i32,
}

impl<const N: usize> Typed<N> {
    /// The values of the keys that say something, in their order; those that are required are there.
    pub(super) fn read<'a>(&self, value: &'a Bson) -> Result<[Option<&'a Bson>; N], Error> {
        let document = object(self.name, value, Codes { shape: Some(self.shape), ..Codes::default() })?;
        for (key, value) in document {
            match self.keys.iter().find(|(known, ..)| known == key) {
                Some((.., takes)) => of_type(key, value, *takes).map_err(|error| error.under(key))?,
                None => return Err(unknown(self.name, key, self.keys.iter().map(|(known, ..)| *known)).code(40415)),
            }
        }
        let values = self.keys.map(|(key, _, takes)| match takes {
            Takes::Anything => document.get(key),
            _ => given(document.get(key)),
        });
        match self.keys.iter().zip(&values).find(|((_, required, _), value)| *required && value.is_none()) {
            Some(((key, ..), _)) => Err(lacking(self.name, key).code(40414)),
            None => Ok(values),
        }
    }
}

/// What is neither null nor undefined.
pub(crate) fn given(value: Option<&Bson>) -> Option<&Bson> {
    value.filter(|value| !matches!(value, Bson::Null | Bson::Undefined))
}

fn of_type(key: &str, value: &Bson, takes: Takes) -> Result<(), Error> {
    let refused = |wanted: &str, code| {
        Err(Error::input(format!("`{key}` takes {wanted}, found {}", describe::a_value(value))).code(code))
    };
    match (takes, value) {
        (Takes::Anything, _)
        | (Takes::Text, Bson::String(_))
        | (Takes::Object, Bson::Document(_))
        | (Takes::Texts, Bson::Array(_)) => Ok(()),
        (Takes::Texts, Bson::Null | Bson::Undefined) => refused("an array", 10065),
        (_, Bson::Null | Bson::Undefined) => Ok(()),
        (Takes::Number, value) if number(value).is_some() => Ok(()),
        (Takes::Text, _) => refused("a string", WRONG_TYPE),
        (Takes::Number, _) => refused("a number", WRONG_TYPE),
        (Takes::Object, _) => refused("an object", WRONG_TYPE),
        (Takes::Texts, _) => refused("an array", WRONG_TYPE),
    }
}

/// The texts of an argument that [`Takes::Texts`], each with its place.
pub(super) fn texts<'a>(key: &str, value: Option<&'a Bson>) -> Result<Vec<(usize, &'a str)>, Error> {
    let values = value.and_then(Bson::as_array).map(Vec::as_slice).unwrap_or_default();
    let given = values.iter().enumerate().filter(|(_, value)| given(Some(*value)).is_some());
    let text = |(at, value)| match string("a field", value) {
        Ok(text) => Ok((at, text)),
        Err(error) => Err(error.code(WRONG_TYPE).in_element(at).under(key)),
    };
    given.map(text).collect()
}

/// Demands an object.
pub(super) fn object<'a>(name: &str, value: &'a Bson, codes: Codes) -> Result<&'a Document, Error> {
    match value {
        Bson::Document(document) => Ok(document),
        other => {
            let error = Error::input(format!("`{name}` takes an object, found {}", describe::a_value(other)));
            Err(coded(error, codes.shape))
        }
    }
}

/// Demands the known keys and no others.
pub(super) fn fields(
    name: &str,
    document: &Document,
    keys: &[(&'static str, bool)],
    codes: Codes,
) -> Result<(), Error> {
    if let Some(key) = document.keys().find(|key| keys.iter().all(|(known, _)| known != key)) {
        return Err(coded(unknown(name, key, keys.iter().map(|(known, _)| *known)), codes.unknown));
    }
    for (at, (key, required)) in keys.iter().enumerate() {
        if *required && !document.contains_key(key) {
            let code = codes.missing.get(at).copied().filter(|code| *code != 0);
            return Err(coded(lacking(name, key), code));
        }
    }
    Ok(())
}

fn unknown(name: &str, key: &str, known: impl Iterator<Item = &'static str>) -> Error {
    Error::input(format!("unknown argument `{key}` of `{name}`")).hint(nearest("argument", key, known))
}

fn lacking(name: &str, key: &str) -> Error {
    Error::input(format!("`{name}` needs `{key}`"))
}

pub(super) fn coded(error: Error, code: Option<i32>) -> Error {
    match code {
        Some(code) => error.code(code),
        None => error,
    }
}

/// Demands an array.
pub(super) fn array<'a>(name: &str, value: &'a Bson) -> Result<&'a [Bson], Error> {
    match value {
        Bson::Array(values) => Ok(values),
        other => Err(Error::input(format!("`{name}` takes an array, found {}", describe::a_value(other)))),
    }
}

/// Demands a string.
pub(super) fn string<'a>(name: &str, value: &'a Bson) -> Result<&'a str, Error> {
    match value {
        Bson::String(text) => Ok(text),
        other => Err(Error::input(format!("`{name}` takes a string, found {}", describe::a_value(other)))),
    }
}

/// A whole number of any numeric type.
pub(crate) fn whole(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        Bson::Double(value) => whole_double(*value),
        Bson::Decimal128(value) => whole_decimal(&value.to_string()),
        _ => None,
    }
}

fn whole_double(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < I64_END).then_some(value as i64)
}

fn whole_decimal(text: &str) -> Option<i64> {
    // What is too small for a double is no zero: `1E-6150` has digits, and none before the point.
    let is_zero = !text.split(['E', 'e']).next().unwrap_or(text).contains(|c: char| matches!(c, '1'..='9'));
    text.parse().ok().or_else(|| whole_double(text.parse().ok()?).filter(|whole| *whole != 0 || is_zero))
}

/// A number without its fraction. MongoDB: a double is cut, a decimal is rounded, halves to the even one.
pub(crate) fn integral(value: &Bson) -> Option<f64> {
    let number = number(value)?;
    Some(if matches!(value, Bson::Decimal128(_)) { number.round_ties_even() } else { number.trunc() })
}

/// A number without its fraction, if a long can hold that.
pub(crate) fn truncated(value: &Bson) -> Option<i64> {
    match value {
        Bson::Double(value) => {
            let value = value.trunc();
            // -2^63 is a long still.
            (-I64_END..I64_END).contains(&value).then_some(value as i64)
        }
        Bson::Decimal128(value) => truncated_decimal(&value.to_string()),
        other => whole(other),
    }
}

/// 2^63, the first double beyond the longs.
const I64_END: f64 = 9_223_372_036_854_775_808.0;

fn truncated_decimal(text: &str) -> Option<i64> {
    let (mantissa, exponent) = text.split_once('E').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
    let digits = format!("{whole}{fraction}");
    if digits.bytes().all(|digit| digit == b'0') {
        return Some(0);
    }
    let point = exponent.parse::<i64>().ok()? + whole.len() as i64;
    // No decimal has more digits than this; behind them come zeros, which no long has room for.
    let point = usize::try_from(point.clamp(0, 64)).ok()?;
    let kept: String = digits.chars().chain(std::iter::repeat('0')).take(point).collect();
    if kept.is_empty() { digits.parse::<u128>().is_ok().then_some(0) } else { format!("{sign}{kept}").parse().ok() }
}

/// Any number as a double.
pub(crate) fn number(value: &Bson) -> Option<f64> {
    match value {
        Bson::Int32(value) => Some(f64::from(*value)),
        Bson::Int64(value) => Some(*value as f64),
        Bson::Double(value) => Some(*value),
        Bson::Decimal128(value) => value.to_string().parse().ok(),
        _ => None,
    }
}
