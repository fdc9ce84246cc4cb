//! `$jsonSchema`: JSON Schema, draft 4, as far as a MongoDB server reads it.
//!
//! In: a schema document. Out: its rules, or the server's error. Invariant: what a rule needs beside it (`minimum` beside
//! `exclusiveMinimum`) is there.

use bson::{Bson, Document};

use super::{
    form,
    names::{self, type_alias},
};
use crate::{
    Error,
    ast::{Comparison, Expr, JsonSchema, Predicate, Rest, Schema, SchemaRule, TypeName},
    describe,
    error::nearest,
    limits,
};

const TYPE_MISMATCH: i32 = 14;
const FAILED_TO_PARSE: i32 = 9;

const KEYWORDS: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "bsonType",
    "dependencies",
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
];

/// The keywords that hold schemas.
const NESTING: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "dependencies",
    "items",
    "not",
    "oneOf",
    "patternProperties",
    "properties",
];

/// Keywords that a server refuses by name.
const REFUSED: &[&str] = &["$ref", "$schema", "default", "definitions", "format", "id"];

/// What a schema is about.
#[derive(Clone, Copy, PartialEq)]
enum On {
    /// The whole document. MongoDB: what asks for a string or a number says nothing of it, and is hardly looked at.
    Document,
    /// A value inside.
    Value,
}

/// Parses the argument of `$jsonSchema`.
pub(super) fn json_schema(value: &Bson) -> Result<Predicate, Error> {
    match value {
        Bson::Document(written) => {
            let schema = JsonSchema { written: written.clone(), schema: schema(written, On::Document)? };
            Ok(Predicate::JsonSchema(Expr::Root(None), Box::new(schema)))
        }
        other => Err(mismatch(format!("`$jsonSchema` takes an object, found {}", describe::a_value(other)))),
    }
}

fn mismatch(message: String) -> Error {
    Error::input(message).code(TYPE_MISMATCH)
}

fn failed(message: String) -> Error {
    Error::input(message).code(FAILED_TO_PARSE)
}

/// Why so many functions: this one is entered again for every level of a schema, and should take little of the stack.
fn schema(document: &Document, on: On) -> Result<Schema, Error> {
    limits::on_enough_stack(|| schema_here(document, on))
}

fn schema_here(document: &Document, on: On) -> Result<Schema, Error> {
    keywords(document)?;
    let mut rules = Vec::new();
    for (keyword, value) in document {
        let rule = if NESTING.contains(&keyword.as_str()) {
            nesting_rule(keyword, value, document, on)
        } else {
            plain_rule(keyword, value, document, on)
        };
        rules.extend(rule.map_err(|error| error.under(keyword))?);
    }
    Ok(rules)
}

fn keywords(document: &Document) -> Result<(), Error> {
    document.keys().try_for_each(|keyword| known(keyword))?;
    if document.contains_key("type") && document.contains_key("bsonType") {
        return Err(failed("a schema has `type` or `bsonType`, not both".to_owned()));
    }
    Ok(())
}

fn known(keyword: &str) -> Result<(), Error> {
    if REFUSED.contains(&keyword) {
        return Err(failed(format!("a MongoDB server does not take the keyword `{keyword}` of JSON Schema")));
    }
    if matches!(keyword, "encrypt" | "encryptMetadata") {
        return Err(names::unsupported(&format!("the keyword `{keyword}` of `$jsonSchema`")));
    }
    if !KEYWORDS.contains(&keyword) {
        return Err(failed(format!("unknown keyword `{keyword}` of `$jsonSchema`")).hint(nearest(
            "keyword",
            keyword,
            KEYWORDS.iter().copied(),
        )));
    }
    Ok(())
}

/// The rule of a keyword that holds schemas; none for those that are read together with others.
fn nesting_rule(keyword: &str, value: &Bson, document: &Document, on: On) -> Result<Option<SchemaRule>, Error> {
    match keyword {
        "not" => nested(keyword, value, on).map(SchemaRule::Not).map(Some),
        "allOf" => schemas(keyword, value, on).map(SchemaRule::AllOf).map(Some),
        "anyOf" => schemas(keyword, value, on).map(SchemaRule::AnyOf).map(Some),
        "oneOf" => schemas(keyword, value, on).map(SchemaRule::OneOf).map(Some),
        "properties" => named_schemas(keyword, value).map(SchemaRule::Properties).map(Some),
        "dependencies" => dependencies(value, on).map(SchemaRule::Dependencies).map(Some),
        "items" => items(value, document).map(Some),
        "additionalItems" if document.contains_key("items") => Ok(None),
        "patternProperties" => other_properties(document),
        "additionalProperties" if document.contains_key("patternProperties") => Ok(None),
        "additionalProperties" => other_properties(document),
        _ => rest(keyword, value).map(|_| None),
    }
}

/// The rule of any other keyword; none for those that say nothing by themselves.
fn plain_rule(keyword: &str, value: &Bson, document: &Document, on: On) -> Result<Option<SchemaRule>, Error> {
    use Comparison::{Gte, Lte};
    Ok(Some(match keyword {
        "type" => SchemaRule::Type(types(value, json_type)?),
        "bsonType" => SchemaRule::Type(types(value, bson_type)?),
        "enum" => SchemaRule::Enum(values(value)?),
        "minimum" => SchemaRule::Bound(bound(document, "exclusiveMinimum", Gte, Comparison::Gt)?, number(value)?),
        "maximum" => SchemaRule::Bound(bound(document, "exclusiveMaximum", Lte, Comparison::Lt)?, number(value)?),
        "exclusiveMinimum" => return beside(document, "minimum", keyword),
        "exclusiveMaximum" => return beside(document, "maximum", keyword),
        "multipleOf" => return multiple_of(value, on),
        "minLength" => SchemaRule::Length(Gte, count(value)?),
        "maxLength" => SchemaRule::Length(Lte, count(value)?),
        "pattern" => {
            let pattern = string(keyword, value)?;
            if on == On::Document {
                return Ok(None);
            }
            if pattern.contains('\0') {
                let message = "a regular expression cannot contain the character with code 0";
                return Err(Error::input(message).code(2));
            }
            SchemaRule::Pattern(pattern.to_owned())
        }
        "required" => SchemaRule::Required(names_of(keyword, value)?),
        "minProperties" => SchemaRule::PropertyCount(Gte, count(value)?),
        "maxProperties" => SchemaRule::PropertyCount(Lte, count(value)?),
        "minItems" => SchemaRule::ItemCount(Gte, count(value)?),
        "maxItems" => SchemaRule::ItemCount(Lte, count(value)?),
        "uniqueItems" => return Ok(boolean(keyword, value)?.then_some(SchemaRule::UniqueItems)),
        _ => return string(keyword, value).map(|_| None),
    }))
}

fn string<'a>(keyword: &str, value: &'a Bson) -> Result<&'a str, Error> {
    match value {
        Bson::String(text) => Ok(text),
        other => Err(mismatch(format!("`{keyword}` takes a string, found {}", describe::a_value(other)))),
    }
}

fn boolean(keyword: &str, value: &Bson) -> Result<bool, Error> {
    match value {
        Bson::Boolean(value) => Ok(*value),
        other => Err(mismatch(format!("`{keyword}` takes true or false, found {}", describe::a_value(other)))),
    }
}

fn array<'a>(keyword: &str, value: &'a Bson) -> Result<&'a [Bson], Error> {
    match value {
        Bson::Array(values) => Ok(values),
        other => Err(mismatch(format!("`{keyword}` takes an array, found {}", describe::a_value(other)))),
    }
}

fn number(value: &Bson) -> Result<Bson, Error> {
    match form::number(value) {
        Some(_) => Ok(value.clone()),
        None => Err(mismatch(format!("expected a number, found {}", describe::a_value(value)))),
    }
}

/// A count, which may not be below 0.
fn count(value: &Bson) -> Result<i64, Error> {
    form::whole(value)
        .filter(|count| *count >= 0)
        .ok_or_else(|| failed(format!("expected a whole number from 0, found {}", describe::a_value(value))))
}

fn multiple_of(value: &Bson, on: On) -> Result<Option<SchemaRule>, Error> {
    let divisor = number(value)?;
    match form::number(&divisor) {
        Some(number) if number > 0.0 || number.is_nan() => match on {
            On::Document => Ok(None),
            On::Value if number.is_finite() => Ok(Some(SchemaRule::MultipleOf(divisor))),
            On::Value => Err(Error::input("`multipleOf` takes a finite number").code(2)),
        },
        _ => Err(failed(format!("`multipleOf` takes a number above 0, found {}", describe::a_value(value)))),
    }
}

fn bound(document: &Document, flag: &str, open: Comparison, strict: Comparison) -> Result<Comparison, Error> {
    match document.get(flag) {
        Some(value) => boolean(flag, value).map(|is_strict| if is_strict { strict } else { open }),
        None => Ok(open),
    }
}

fn beside(document: &Document, needed: &str, keyword: &str) -> Result<Option<SchemaRule>, Error> {
    if document.contains_key(needed) {
        Ok(None)
    } else {
        Err(failed(format!("`{keyword}` needs `{needed}` beside it")))
    }
}

/// One type or several, each once.
fn types(value: &Bson, of: fn(&str) -> Result<TypeName, Error>) -> Result<Vec<TypeName>, Error> {
    let name = |value: &Bson| match value {
        Bson::String(name) => Ok(name.clone()),
        other => Err(mismatch(format!("expected names of types, found {}", describe::a_value(other)))),
    };
    let names = match value {
        Bson::Array(values) if values.is_empty() => return Err(failed("expected at least one type".to_owned())),
        Bson::Array(values) => values.iter().map(name).collect::<Result<Vec<_>, _>>()?,
        single => vec![name(single)?],
    };
    if let Some(at) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
        return Err(failed(format!("the type `{}` stands there twice", names[at])));
    }
    if names.iter().any(|name| name == "integer") {
        return Err(failed("a MongoDB server does not take the type `integer` of JSON Schema".to_owned())
            .hint("`bsonType` takes `int` and `long`"));
    }
    names.iter().map(|name| of(name)).collect()
}

fn json_type(name: &str) -> Result<TypeName, Error> {
    match name {
        "boolean" => Ok(TypeName::Code(8)),
        "number" | "string" | "null" | "object" | "array" => bson_type(name),
        _ => Err(Error::input(format!("unknown type `{name}`")).code(2).hint(nearest(
            "type",
            name,
            ["array", "boolean", "null", "number", "object", "string"],
        ))),
    }
}

fn bson_type(name: &str) -> Result<TypeName, Error> {
    type_alias(name).ok_or_else(|| {
        Error::input(format!("unknown type `{name}`")).code(2).hint(nearest("type", name, names::type_aliases()))
    })
}

/// The values of `enum`.
fn values(value: &Bson) -> Result<Vec<Bson>, Error> {
    match array("enum", value)? {
        [] => Err(failed("`enum` needs at least one value".to_owned())),
        values => Ok(values.to_vec()),
    }
}

fn nested(keyword: &str, value: &Bson, on: On) -> Result<Schema, Error> {
    match value {
        Bson::Document(document) => schema(document, on),
        other => Err(mismatch(format!("`{keyword}` takes a schema, found {}", describe::a_value(other)))),
    }
}

fn schemas(keyword: &str, value: &Bson, on: On) -> Result<Vec<Schema>, Error> {
    match array(keyword, value)? {
        [] => Err(Error::input(format!("`{keyword}` needs at least one schema")).code(2)),
        values => positions(keyword, values, on),
    }
}

fn positions(keyword: &str, values: &[Bson], on: On) -> Result<Vec<Schema>, Error> {
    let one = |(at, value)| nested(keyword, value, on).map_err(|error| error.in_element(at));
    values.iter().enumerate().map(one).collect()
}

fn object<'a>(keyword: &str, value: &'a Bson) -> Result<&'a Document, Error> {
    match value {
        Bson::Document(document) => Ok(document),
        other => Err(mismatch(format!("`{keyword}` takes an object, found {}", describe::a_value(other)))),
    }
}

fn named_schemas(keyword: &str, value: &Bson) -> Result<Vec<(String, Schema)>, Error> {
    let one = |(name, value): (&String, &Bson)| {
        let schema =
            undotted(name).and_then(|()| nested(keyword, value, On::Value)).map_err(|error| error.under(name))?;
        Ok((name.clone(), schema))
    };
    object(keyword, value)?.iter().map(one).collect()
}

/// MongoDB takes a name with a dot for a path in some keywords and for a name in others.
fn undotted(name: &str) -> Result<(), Error> {
    if name.contains('.') {
        return Err(Error::unsupported(format!("`$jsonSchema` with the dotted name `{name}` is not supported yet"))
            .hint("the field of an inner object is written as `properties` inside of `properties`"));
    }
    Ok(())
}

/// The names of `required` and of a dependency, each once.
fn names_of(keyword: &str, value: &Bson) -> Result<Vec<String>, Error> {
    let names = array(keyword, value)?;
    if names.is_empty() {
        return Err(failed(format!("`{keyword}` needs at least one name")));
    }
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        let name = string(keyword, name)?;
        undotted(name)?;
        if seen.iter().any(|other| other == name) {
            return Err(failed(format!("`{keyword}` has the name `{name}` twice")));
        }
        seen.push(name.to_owned());
    }
    Ok(seen)
}

fn dependencies(value: &Bson, on: On) -> Result<Vec<(String, Schema)>, Error> {
    let one = |(name, value): (&String, &Bson)| {
        let schema = undotted(name).and_then(|()| match value {
            Bson::Array(_) => Ok(vec![SchemaRule::Required(names_of(name, value)?)]),
            other => nested(name, other, on),
        });
        Ok((name.clone(), schema.map_err(|error| error.under(name))?))
    };
    object("dependencies", value)?.iter().map(one).collect()
}

fn rest(keyword: &str, value: &Bson) -> Result<Rest, Error> {
    match value {
        Bson::Boolean(true) => Ok(Rest::Any),
        Bson::Boolean(false) => Ok(Rest::None),
        Bson::Document(inner) => schema(inner, On::Value).map(Rest::Each),
        other => {
            let found = describe::a_value(other);
            Err(mismatch(format!("`{keyword}` takes a schema, true or false, found {found}")))
        }
    }
}

/// What a keyword beside the one that is read says of the rest.
fn rest_beside(document: &Document, keyword: &str) -> Result<Rest, Error> {
    match document.get(keyword) {
        None => Ok(Rest::Any),
        Some(value) => rest(keyword, value),
    }
}

/// MongoDB: `additionalItems` says nothing where `items` is one schema or is not there, but is read all the same.
fn items(value: &Bson, document: &Document) -> Result<SchemaRule, Error> {
    let additional = rest_beside(document, "additionalItems")?;
    match value {
        Bson::Document(each) => {
            schema(each, On::Value).map(|each| SchemaRule::Items { first: Vec::new(), rest: Rest::Each(each) })
        }
        Bson::Array(first) => {
            positions("items", first, On::Value).map(|first| SchemaRule::Items { first, rest: additional })
        }
        other => {
            Err(mismatch(format!("`items` takes a schema or an array of schemas, found {}", describe::a_value(other))))
        }
    }
}

fn other_properties(document: &Document) -> Result<Option<SchemaRule>, Error> {
    let additional = rest_beside(document, "additionalProperties")?;
    let patterns = document.get("patternProperties").map_or(Ok(Vec::new()), pattern_schemas)?;
    if patterns.is_empty() && additional == Rest::Any {
        return Ok(None);
    }
    let known = match document.get("properties") {
        Some(Bson::Document(properties)) => properties.keys().cloned().collect(),
        _ => Vec::new(),
    };
    Ok(Some(SchemaRule::OtherProperties { known, patterns, additional }))
}

fn pattern_schemas(value: &Bson) -> Result<Vec<(String, Schema)>, Error> {
    let one = |(pattern, value): (&String, &Bson)| {
        let schema = nested("patternProperties", value, On::Value).map_err(|error| error.under(pattern))?;
        Ok((pattern.clone(), schema))
    };
    object("patternProperties", value)?.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<usize, i32>) {
        let parsed = json_schema(&crate::read(text).unwrap());
        let n_rules = |parsed| match parsed {
            Predicate::JsonSchema(_, parsed) => parsed.schema.len(),
            other => panic!("{other:?}"),
        };
        let found = parsed.map(n_rules).map_err(|error| error.error_code().unwrap_or(0));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn keywords_become_rules() {
        check("{}", Ok(0));
        check("{title: 'x', description: 'y'}", Ok(0));
        check("{required: ['a'], properties: {a: {bsonType: 'int', minimum: 1}}}", Ok(2));
        check("{minimum: 1, exclusiveMinimum: true}", Ok(1));
        check("{items: [{}], additionalItems: false, uniqueItems: false}", Ok(1));
        check("{additionalProperties: true}", Ok(0));
    }

    #[test]
    fn what_a_server_refuses_is_refused_with_its_code() {
        check("5", Err(14));
        check("{nope: 1}", Err(9));
        check("{$ref: 'x'}", Err(9));
        check("{type: 'integer'}", Err(9));
        check("{type: 'int'}", Err(2));
        check("{bsonType: 'nope'}", Err(2));
        check("{type: 'object', bsonType: 'object'}", Err(9));
        check("{required: []}", Err(9));
        check("{required: ['a', 'a']}", Err(9));
        check("{exclusiveMinimum: true}", Err(9));
        check("{allOf: []}", Err(2));
        check("{properties: {a: 5}}", Err(14));
        check("{multipleOf: 0}", Err(9));
        check("{properties: {'a.b': {}}}", Err(0));
    }
}
