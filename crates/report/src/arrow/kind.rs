//! Which type a column of values of any shape has.
//!
//! In: all values of a field. Out: the narrowest [`Kind`] that holds each of them; where there is none, they are mixed and
//! become text.

use std::collections::HashMap;

use bson::{Bson, Document};

use super::decimal::{self, MOST_DIGITS};

/// Documents and lists deeper than this are text.
const DEEPEST: usize = 40;

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// No value but null so far.
    Null,
    /// Truth values.
    Bool,
    /// Whole numbers of 32 bits.
    Int32,
    /// Whole numbers of 64 bits.
    Int64,
    /// Any numbers.
    Float64,
    /// Digits before the point, and behind it.
    Decimal(u32, u32),
    /// Texts.
    Text,
    /// Object ids, as their digits.
    ObjectId,
    /// Moments.
    Date,
    /// Bytes.
    Binary,
    /// Lists of elements of one kind.
    List(Box<Kind>),
    /// Documents.
    Struct(Fields),
    /// No type of its own holds all values.
    Mixed,
}

/// The fields of embedded documents, in the order in which they are first seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    order: Vec<(String, Kind)>,
    places: HashMap<String, usize>,
}

impl Kind {
    /// The kind of all values; `None` is missing.
    #[must_use]
    pub fn of<'a>(values: impl Iterator<Item = Option<&'a Bson>>) -> Self {
        let mut kind = Self::Null;
        kind.widen_by(values);
        kind.settled()
    }

    /// Widens until it holds all values; to be [settled](Self::settled) behind the last.
    pub fn widen_by<'a>(&mut self, values: impl Iterator<Item = Option<&'a Bson>>) {
        values.flatten().for_each(|value| self.widen(value, 0));
    }

    /// Whether values, or values inside them, have several types.
    #[must_use]
    pub fn has_mixed(&self) -> bool {
        match self {
            Self::Mixed => true,
            Self::List(element) => element.has_mixed(),
            Self::Struct(fields) => fields.iter().any(|(_, kind)| kind.has_mixed()),
            _ => false,
        }
    }

    /// Widens until it holds the value.
    fn widen(&mut self, value: &Bson, depth: usize) {
        if *self == Self::Null && depth < DEEPEST {
            match value {
                Bson::Document(_) => *self = Self::Struct(Fields::default()),
                Bson::Array(_) => *self = Self::List(Box::new(Self::Null)),
                _ => {}
            }
        }
        match (&mut *self, value) {
            (Self::Mixed, _) | (_, Bson::Null | Bson::Undefined) => {}
            (Self::Struct(fields), Bson::Document(document)) => fields.widen(document, depth + 1),
            (Self::List(element), Bson::Array(values)) => {
                for value in values {
                    element.widen(value, depth + 1);
                }
            }
            (kind, value) => {
                let held = kind.holds(&Self::of_scalar(value));
                *kind = held;
            }
        }
    }

    fn of_scalar(value: &Bson) -> Self {
        match value {
            Bson::Boolean(_) => Self::Bool,
            Bson::Int32(_) => Self::Int32,
            Bson::Int64(_) => Self::Int64,
            Bson::Double(_) => Self::Float64,
            Bson::Decimal128(value) => {
                decimal::parts(value).map_or(Self::Mixed, |parts| Self::decimal(parts.digits_before(), parts.scale()))
            }
            Bson::String(_) | Bson::Symbol(_) => Self::Text,
            Bson::ObjectId(_) => Self::ObjectId,
            Bson::DateTime(_) => Self::Date,
            Bson::Binary(_) => Self::Binary,
            Bson::Null | Bson::Undefined => Self::Null,
            _ => Self::Mixed,
        }
    }

    /// The narrowest kind that holds this and another, neither of them nested.
    fn holds(&self, other: &Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one.clone(),
            (Self::Null, kind) | (kind, Self::Null) => kind.clone(),
            (Self::Int32, Self::Int64) | (Self::Int64, Self::Int32) => Self::Int64,
            (Self::Decimal(before, behind), Self::Decimal(other_before, other_behind)) => {
                Self::decimal(*before.max(other_before), *behind.max(other_behind))
            }
            (Self::Decimal(before, behind), Self::Int32 | Self::Int64)
            | (Self::Int32 | Self::Int64, Self::Decimal(before, behind)) => {
                // Every 64-bit integer has at most 19 digits.
                Self::decimal((*before).max(19), *behind)
            }
            (one, other) if one.is_number() && other.is_number() => Self::Float64,
            _ => Self::Mixed,
        }
    }

    fn decimal(before: u32, behind: u32) -> Self {
        if before + behind <= MOST_DIGITS { Self::Decimal(before, behind) } else { Self::Mixed }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Int32 | Self::Int64 | Self::Float64 | Self::Decimal(..))
    }

    /// Documents that never have a field are text: many readers have no struct without fields.
    #[must_use]
    pub fn settled(self) -> Self {
        match self {
            Self::Struct(fields) if fields.order.is_empty() => Self::Mixed,
            Self::Struct(Fields { order, places }) => {
                let order = order.into_iter().map(|(name, kind)| (name, kind.settled())).collect();
                Self::Struct(Fields { order, places })
            }
            Self::List(element) => Self::List(Box::new(element.settled())),
            kind => kind,
        }
    }
}

impl Fields {
    /// The fields, each with the kind of its values.
    pub fn iter(&self) -> impl Iterator<Item = &(String, Kind)> {
        self.order.iter()
    }

    fn widen(&mut self, document: &Document, depth: usize) {
        for (at, (name, value)) in document.iter().enumerate() {
            // Most documents have the same fields in the same order.
            let place = match self.order.get(at) {
                Some((known, _)) if known == name => at,
                _ => self.place(name),
            };
            self.order[place].1.widen(value, depth);
        }
    }

    fn place(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        self.order.push((name.to_owned(), Kind::Null));
        self.places.insert(name.to_owned(), self.order.len() - 1);
        self.order.len() - 1
    }
}
