//! `$jsonSchema`: what a document must be, rule by rule.

use bson::{Bson, Document};

use super::{Comparison, TypeName};

/// A schema as it was written and as it is understood.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonSchema {
    /// As it was written.
    pub written: Document,
    /// What it says.
    pub schema: Schema,
}

/// Rules that a value must pass, all of them. Most say nothing of values that are not of their type.
pub type Schema = Vec<SchemaRule>;

/// One rule of a schema.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaRule {
    /// `type` and `bsonType`: the value has one of the types.
    Type(Vec<TypeName>),
    /// `enum`: equals one of the values; fields of objects may stand in another order.
    Enum(Vec<Bson>),
    /// `allOf`
    AllOf(Vec<Schema>),
    /// `anyOf`
    AnyOf(Vec<Schema>),
    /// `oneOf`: just one of them holds.
    OneOf(Vec<Schema>),
    /// `not`
    Not(Schema),
    /// `minimum` and `maximum`, of numbers.
    Bound(Comparison, Bson),
    /// `multipleOf`, of numbers: a positive number.
    MultipleOf(Bson),
    /// `minLength` and `maxLength`, of strings, in code points.
    Length(Comparison, i64),
    /// `pattern`, of strings.
    Pattern(String),
    /// `properties`, of objects: what the fields of these names are, if they are there.
    Properties(Vec<(String, Schema)>),
    /// `patternProperties` and `additionalProperties`, of objects.
    OtherProperties {
        /// The names in `properties`, which are none of the additional ones.
        known: Vec<String>,
        /// What the fields are whose names match a pattern.
        patterns: Vec<(String, Schema)>,
        /// What all other fields are.
        additional: Rest,
    },
    /// `required`, of objects.
    Required(Vec<String>),
    /// `dependencies`, of objects: what must hold where a field is there.
    Dependencies(Vec<(String, Schema)>),
    /// `minProperties` and `maxProperties`, of objects.
    PropertyCount(Comparison, i64),
    /// `items` (and `additionalItems`), of arrays: the first elements one by one, then all others.
    Items {
        /// By position.
        first: Vec<Schema>,
        /// Behind them.
        rest: Rest,
    },
    /// `minItems` and `maxItems`, of arrays.
    ItemCount(Comparison, i64),
    /// `uniqueItems`, of arrays.
    UniqueItems,
}

/// What fields or elements are that are not named one by one.
#[derive(Clone, Debug, PartialEq)]
pub enum Rest {
    /// Anything.
    Any,
    /// There are none.
    None,
    /// Each passes these rules.
    Each(Schema),
}
