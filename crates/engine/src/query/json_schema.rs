//! `$jsonSchema`: whether a value is as a schema says.
//!
//! In: a schema, made ready once, and a value. Out: yes or no; only a pattern that gives up can fail. MongoDB: a rule says
//! nothing of values that are not of its type, and nothing of fields that are not there; fields of objects may stand in
//! any order when values are held equal.

use std::collections::HashSet;

use bson::{Bson, Document};
use pipeline::ast::{Comparison, Rest, SchemaRule, TypeName};

use super::{all, any, comparison, field_test::has_type};
use crate::Error;
use crate::collation;
use crate::expr::Pattern;
use crate::value::{Decimal, Key, Number};

/// The number of the type of objects.
const OBJECT: i32 = 3;

/// A schema made ready: patterns compiled, values hashed.
#[derive(Debug)]
pub(super) struct Schema<'a>(Vec<Rule<'a>>);

#[derive(Debug)]
enum Rule<'a> {
    Type(&'a [TypeName]),
    Enum(HashSet<Key>),
    AllOf(Vec<Schema<'a>>),
    AnyOf(Vec<Schema<'a>>),
    OneOf(Vec<Schema<'a>>),
    Not(Schema<'a>),
    Bound(Comparison, &'a Bson),
    MultipleOf(Decimal),
    Length(Comparison, i64),
    Pattern(Pattern),
    Properties(Vec<(&'a str, Schema<'a>)>),
    Others { known: &'a [String], patterns: Vec<(Pattern, Schema<'a>)>, additional: Others<'a> },
    Required(&'a [String]),
    Dependencies(Vec<(&'a str, Schema<'a>)>),
    PropertyCount(Comparison, i64),
    Items { first: Vec<Schema<'a>>, rest: Others<'a> },
    ItemCount(Comparison, i64),
    UniqueItems,
}

/// What is not named one by one.
#[derive(Debug)]
enum Others<'a> {
    Any,
    None,
    Each(Schema<'a>),
}

impl<'a> Schema<'a> {
    /// Fails where a pattern is no regular expression, or a value stands twice in an `enum`.
    pub(super) fn new(rules: &'a [SchemaRule]) -> Result<Self, Error> {
        rules.iter().map(Rule::new).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a value passes all rules.
    pub(super) fn holds(&self, value: &Bson) -> Result<bool, Error> {
        match value {
            Bson::Document(object) => self.holds_of_object(object),
            value => all(&self.0, |rule| rule.holds(value)),
        }
    }

    /// Whether an object passes all rules, without a copy of it.
    pub(super) fn holds_of_object(&self, object: &Document) -> Result<bool, Error> {
        all(&self.0, |rule| rule.holds_of_object(object))
    }
}

impl<'a> Rule<'a> {
    fn new(rule: &'a SchemaRule) -> Result<Self, Error> {
        let list = |schemas: &'a [Vec<SchemaRule>]| -> Result<Vec<Schema<'a>>, Error> {
            schemas.iter().map(|schema| Schema::new(schema)).collect()
        };
        let by_name = |schemas: &'a [(String, Vec<SchemaRule>)]| -> Result<Vec<(&'a str, Schema<'a>)>, Error> {
            schemas.iter().map(|(name, schema)| Ok((name.as_str(), Schema::new(schema)?))).collect()
        };
        Ok(match rule {
            SchemaRule::Type(types) => Self::Type(types),
            SchemaRule::Enum(values) => Self::Enum(distinct(values)?),
            SchemaRule::AllOf(schemas) => Self::AllOf(list(schemas)?),
            SchemaRule::AnyOf(schemas) => Self::AnyOf(list(schemas)?),
            SchemaRule::OneOf(schemas) => Self::OneOf(list(schemas)?),
            SchemaRule::Not(schema) => Self::Not(Schema::new(schema)?),
            SchemaRule::Bound(comparison, bound) => Self::Bound(*comparison, bound),
            SchemaRule::MultipleOf(divisor) => Self::MultipleOf(decimal(divisor).unwrap_or(Decimal::NaN)),
            SchemaRule::Length(comparison, n) => Self::Length(*comparison, *n),
            SchemaRule::Pattern(text) => Self::Pattern(pattern(text, 51_091)?),
            SchemaRule::Properties(schemas) => Self::Properties(by_name(schemas)?),
            SchemaRule::OtherProperties { known, patterns, additional } => {
                let compiled =
                    |(text, schema): &'a (String, Vec<SchemaRule>)| Ok((pattern(text, 2)?, Schema::new(schema)?));
                let patterns = patterns.iter().map(compiled).collect::<Result<_, Error>>()?;
                Self::Others { known, patterns, additional: Others::new(additional)? }
            }
            SchemaRule::Required(names) => Self::Required(names),
            SchemaRule::Dependencies(schemas) => Self::Dependencies(by_name(schemas)?),
            SchemaRule::PropertyCount(comparison, n) => Self::PropertyCount(*comparison, *n),
            SchemaRule::Items { first, rest } => Self::Items { first: list(first)?, rest: Others::new(rest)? },
            SchemaRule::ItemCount(comparison, n) => Self::ItemCount(*comparison, *n),
            SchemaRule::UniqueItems => Self::UniqueItems,
        })
    }

    /// Of a value that is no object.
    fn holds(&self, value: &Bson) -> Result<bool, Error> {
        match self {
            Self::Type(types) => Ok(types.iter().any(|name| has_type(*name, value))),
            Self::Enum(keys) => Ok(keys.contains(&unordered_key(value))),
            Self::AllOf(schemas) => all(schemas, |schema| schema.holds(value)),
            Self::AnyOf(schemas) => any(schemas, |schema| schema.holds(value)),
            Self::OneOf(schemas) => just_one(schemas, |schema| schema.holds(value)),
            Self::Not(schema) => schema.holds(value).map(|holds| !holds),
            _ => match value {
                Bson::Array(items) => self.holds_of_array(items),
                Bson::String(text) => self.holds_of_text(text),
                number => Ok(self.holds_of_number(number)),
            },
        }
    }

    fn holds_of_number(&self, number: &Bson) -> bool {
        match self {
            Self::Bound(comparison, bound) if Number::of(number).is_some() => {
                comparison::holds(*comparison, Some(number), bound)
            }
            Self::MultipleOf(divisor) => decimal(number).is_none_or(|number| number.modulo(*divisor).is_zero()),
            _ => true,
        }
    }

    fn holds_of_text(&self, text: &str) -> Result<bool, Error> {
        match self {
            Self::Length(comparison, n) => Ok(counted(text.chars().count(), *comparison, *n)),
            Self::Pattern(pattern) => pattern.is_match(text),
            _ => Ok(true),
        }
    }

    fn holds_of_array(&self, items: &[Bson]) -> Result<bool, Error> {
        match self {
            Self::Items { first, rest } => {
                let firsts: Vec<_> = first.iter().zip(items).collect();
                let others = items.get(first.len()..).unwrap_or_default();
                Ok(all(&firsts, |(schema, item)| schema.holds(item))? && all(others, |item| rest.holds(item))?)
            }
            Self::ItemCount(comparison, n) => Ok(counted(items.len(), *comparison, *n)),
            Self::UniqueItems => {
                let mut seen = HashSet::new();
                Ok(items.iter().all(|item| seen.insert(unordered_key(item))))
            }
            _ => Ok(true),
        }
    }

    fn holds_of_object(&self, object: &Document) -> Result<bool, Error> {
        match self {
            Self::Type(types) => Ok(types.contains(&TypeName::Code(OBJECT))),
            Self::Enum(keys) => Ok(keys.contains(&unordered_key(&Bson::Document(object.clone())))),
            Self::AllOf(schemas) => all(schemas, |schema| schema.holds_of_object(object)),
            Self::AnyOf(schemas) => any(schemas, |schema| schema.holds_of_object(object)),
            Self::OneOf(schemas) => just_one(schemas, |schema| schema.holds_of_object(object)),
            Self::Not(schema) => schema.holds_of_object(object).map(|holds| !holds),
            Self::Properties(schemas) => {
                all(schemas, |(name, schema)| object.get(name).map_or(Ok(true), |value| schema.holds(value)))
            }
            Self::Others { known, patterns, additional } => {
                let fields: Vec<_> = object.iter().collect();
                all(&fields, |(name, value)| {
                    let mut is_other = !known.contains(name);
                    for (pattern, schema) in patterns {
                        if pattern.is_match(name)? {
                            is_other = false;
                            if !schema.holds(value)? {
                                return Ok(false);
                            }
                        }
                    }
                    if is_other { additional.holds(value) } else { Ok(true) }
                })
            }
            Self::Required(names) => Ok(names.iter().all(|name| object.contains_key(name))),
            Self::Dependencies(schemas) => {
                let binds = |name: &str| object.contains_key(name);
                all(schemas, |(name, schema)| if binds(name) { schema.holds_of_object(object) } else { Ok(true) })
            }
            Self::PropertyCount(comparison, n) => Ok(counted(object.len(), *comparison, *n)),
            _ => Ok(true),
        }
    }
}

impl<'a> Others<'a> {
    fn new(rest: &'a Rest) -> Result<Self, Error> {
        Ok(match rest {
            Rest::Any => Self::Any,
            Rest::None => Self::None,
            Rest::Each(schema) => Self::Each(Schema::new(schema)?),
        })
    }

    fn holds(&self, value: &Bson) -> Result<bool, Error> {
        match self {
            Self::Any => Ok(true),
            Self::None => Ok(false),
            Self::Each(schema) => schema.holds(value),
        }
    }
}

fn just_one<T>(list: &[T], holds: impl Fn(&T) -> Result<bool, Error>) -> Result<bool, Error> {
    let held = list.iter().map(holds).collect::<Result<Vec<_>, _>>()?;
    Ok(held.into_iter().filter(|holds| *holds).count() == 1)
}

fn counted(found: usize, comparison: Comparison, n: i64) -> bool {
    let found = i64::try_from(found).unwrap_or(i64::MAX);
    if comparison == Comparison::Gte { found >= n } else { found <= n }
}

fn decimal(value: &Bson) -> Option<Decimal> {
    Number::of(value).map(Number::to_decimal)
}

fn pattern(text: &str, code: i32) -> Result<Pattern, Error> {
    Pattern::of_query(text, "").map_err(|error| Error::coded(code, error.diagnostic().message()))
}

fn distinct(values: &[Bson]) -> Result<HashSet<Key>, Error> {
    let keys: HashSet<Key> = values.iter().map(unordered_key).collect();
    if keys.len() < values.len() {
        return Err(Error::coded(9, "`enum` of `$jsonSchema` has a value twice"));
    }
    Ok(keys)
}

/// A key that is the same for objects whose fields stand in another order.
fn unordered_key(value: &Bson) -> Key {
    collation::by_bytes(|| Key::of(&with_sorted_fields(value)))
}

fn with_sorted_fields(value: &Bson) -> Bson {
    match value {
        Bson::Document(object) => {
            let mut fields: Vec<_> =
                object.iter().map(|(name, value)| (name.clone(), with_sorted_fields(value))).collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            Bson::Document(fields.into_iter().collect())
        }
        Bson::Array(items) => Bson::Array(items.iter().map(with_sorted_fields).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use bson::DateTime;

    use crate::query::matches;

    fn check(schema: &str, document: &str, expected: bool) {
        let predicate = pipeline::read(&format!("{{$jsonSchema: {schema}}}")).unwrap();
        let predicate = pipeline::parse_predicate(&predicate).unwrap();
        let document = pipeline::read_document(document).unwrap();
        assert_eq!(matches(&predicate, &document, DateTime::from_millis(0)), Ok(expected), "{schema} of {document}");
    }

    #[test]
    fn rules_say_nothing_of_what_is_not_theirs() {
        check("{properties: {a: {minimum: 5}}}", "{a: 'x'}", true);
        check("{properties: {a: {minimum: 5}}}", "{}", true);
        check("{properties: {a: {minimum: 5}}}", "{a: 4}", false);
        check("{properties: {a: {minimum: 5, exclusiveMinimum: true}}}", "{a: 5}", false);
        check("{properties: {a: {maximum: 5}}}", "{a: NaN}", false);
        check("{properties: {a: {bsonType: 'number'}}}", "{a: [1]}", false);
        check("{properties: {a: {maxLength: 2}}}", "{a: '日本'}", true);
        check("{required: ['a']}", "{a: null}", true);
    }

    #[test]
    fn objects_and_arrays_are_entered() {
        check("{properties: {a: {properties: {b: {type: 'string'}}}}}", "{a: {b: 1}}", false);
        check("{properties: {a: {items: [{type: 'number'}], additionalItems: false}}}", "{a: [1, 2]}", false);
        check("{properties: {a: {uniqueItems: true}}}", "{a: [{x: 1, y: 2}, {y: 2, x: 1.0}]}", false);
        check(
            "{properties: {_id: {}}, patternProperties: {'^a': {type: 'number'}}, additionalProperties: false}",
            "{a: 1, b: 1}",
            false,
        );
        check("{dependencies: {a: ['b']}}", "{a: 1}", false);
        check("{dependencies: {a: ['b']}}", "{c: 1}", true);
        check("{properties: {a: {multipleOf: 0.1}}}", "{a: 0.3}", true);
        check("{properties: {a: {oneOf: [{minimum: 1}, {minimum: 2}]}}}", "{a: 3}", false);
        check("{properties: {a: {enum: [{x: 1, y: 2}]}}}", "{a: {y: 2, x: 1}}", true);
    }
}
