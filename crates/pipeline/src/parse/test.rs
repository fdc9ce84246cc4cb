//! Conditions on one field: `{$gt: 1, $lt: 5}`, `/^a/`, or a value to be equal to.

use bson::spec::BinarySubtype;
use bson::{Bson, Document};

use super::{
    form,
    names::{self, FIELD_OPERATORS, UNSUPPORTED_FIELD_OPERATORS},
    predicate::{BAD_VALUE, On, is_operators, predicate},
};
use crate::{
    Error,
    ast::{BitTest, Comparison, Regex, Test, TypeName},
    describe,
    error::nearest,
    limits,
};

/// Parses what stands behind a field.
pub(super) fn test(value: &Bson) -> Result<Test, Error> {
    match value {
        Bson::RegularExpression(regex) => Ok(Test::Regex(plain_regex(regex))),
        Bson::Document(document) if is_operators(document) => {
            limits::on_enough_stack(|| tests(document)).map(conjunction)
        }
        Bson::Document(document) if is_half_reference(document) => {
            Err(bad("a reference to a document has both `$ref` and `$id`")
                .hint("for one part of it write its path, such as `\"field.$id\"`"))
        }
        value => compare(Comparison::Eq, value),
    }
}

/// The test for a value as it stands.
pub(super) fn equal(value: &Bson) -> Result<Test, Error> {
    compare(Comparison::Eq, value)
}

/// MongoDB: `{$ref: …, $id: …}` is a value, with either alone the key is no operator that there is.
pub(crate) fn is_half_reference(document: &Document) -> bool {
    let starts_as_one = document.keys().next().is_some_and(|key| key.starts_with('$'));
    starts_as_one && !(document.contains_key("$ref") && document.contains_key("$id"))
}

/// One test stands for itself.
fn conjunction(mut tests: Vec<Test>) -> Test {
    if tests.len() == 1 { tests.remove(0) } else { Test::And(tests) }
}

/// Parses each operator of an object.
fn tests(document: &Document) -> Result<Vec<Test>, Error> {
    let mut tests = Vec::with_capacity(document.len());
    for (name, value) in document {
        match name.as_str() {
            "$options" if document.contains_key("$regex") => {}
            "$options" => return Err(bad("`$options` needs a `$regex` beside it").under(name)),
            "$regex" => tests.push(regex(value, document.get("$options")).map_err(|error| error.under(name))?),
            _ => tests.push(operator(name, value).map_err(|error| error.under(name))?),
        }
    }
    Ok(tests)
}

fn operator(name: &str, value: &Bson) -> Result<Test, Error> {
    match name {
        "$eq" => compare(Comparison::Eq, value),
        "$ne" => compare(Comparison::Ne, value),
        "$gt" => compare(Comparison::Gt, value),
        "$gte" => compare(Comparison::Gte, value),
        "$lt" => compare(Comparison::Lt, value),
        "$lte" => compare(Comparison::Lte, value),
        "$in" => Ok(Test::In(members(name, value)?)),
        "$nin" => Ok(Test::NotIn(members(name, value)?)),
        "$exists" => Ok(Test::Exists(is_true(value))),
        "$type" => types(value),
        "$mod" => modulo(value),
        "$size" => size(value),
        "$all" => all(value),
        "$elemMatch" => elem_match(value),
        "$not" => not(value),
        "$bitsAllSet" | "$bitsAllClear" | "$bitsAnySet" | "$bitsAnyClear" => bits(name, value),
        _ if names::lists(UNSUPPORTED_FIELD_OPERATORS, name) => {
            Err(names::unsupported(&format!("the query operator `{name}`")))
        }
        _ if name.starts_with('$') => {
            let error = Error::unknown("query operator", name).code(BAD_VALUE);
            if crate::ast::Operator::named(name).is_some() {
                return Err(error.hint(format!("an expression in a query is written `{{ $expr: {{ {name}: … }} }}`")));
            }
            Err(error.hint(nearest("operator", name, names::names(FIELD_OPERATORS))))
        }
        _ => Err(bad(format!("expected an operator such as `$gt`, found the key `{name}`"))
            .hint("operators and plain keys do not mix in one object")),
    }
}

fn bad(message: impl Into<String>) -> Error {
    Error::input(message).code(BAD_VALUE)
}

fn compare(comparison: Comparison, value: &Bson) -> Result<Test, Error> {
    match value {
        Bson::Undefined => {
            Err(bad("nothing can be compared to undefined").hint("for missing fields write `{$exists: false}`"))
        }
        Bson::RegularExpression(_) if comparison != Comparison::Eq => {
            Err(bad(format!("`{}` cannot take a regular expression", comparison.name()))
                .hint("for what does not match write `{$not: /…/}`"))
        }
        value => Ok(Test::Compare(comparison, value.clone())),
    }
}

fn members(name: &str, value: &Bson) -> Result<Vec<Bson>, Error> {
    let Bson::Array(values) = value else {
        return Err(bad(format!("`{name}` takes an array, found {}", describe::a_value(value))));
    };
    for value in values {
        match value {
            Bson::Document(document) if is_operators(document) || is_half_reference(document) => {
                return Err(bad(format!("`{name}` takes values, not operators")));
            }
            Bson::Undefined => return Err(bad(format!("`{name}` cannot take undefined"))),
            _ => {}
        }
    }
    Ok(values.clone())
}

/// What the query language takes for true in `$exists`.
fn is_true(value: &Bson) -> bool {
    match value {
        Bson::Boolean(value) => *value,
        Bson::Null | Bson::Undefined => false,
        other => form::number(other).is_none_or(|number| number != 0.0),
    }
}

fn types(value: &Bson) -> Result<Test, Error> {
    match value {
        Bson::Array(values) if values.is_empty() => Err(Error::input("`$type` needs at least one type").code(9)),
        Bson::Array(values) => values.iter().map(type_name).collect::<Result<_, _>>().map(Test::Type),
        single => Ok(Test::Type(vec![type_name(single)?])),
    }
}

fn type_name(value: &Bson) -> Result<TypeName, Error> {
    match value {
        Bson::String(alias) => names::type_alias(alias)
            .ok_or_else(|| bad(format!("unknown type `{alias}`")).hint(nearest("type", alias, names::type_aliases()))),
        number if form::number(number).is_some() => form::whole(number)
            .and_then(names::type_code)
            .ok_or_else(|| bad(format!("there is no type with the number {}", describe::a_value(number)))),
        other => {
            let message = format!("`$type` takes names or numbers of types, found {}", describe::a_value(other));
            Err(Error::input(message).code(14))
        }
    }
}

fn regex(value: &Bson, options: Option<&Bson>) -> Result<Test, Error> {
    let options = match options {
        None => None,
        Some(Bson::String(options)) => Some(options.as_str()),
        Some(other) => return Err(bad(format!("`$options` takes a string, found {}", describe::a_value(other)))),
    };
    match (value, options) {
        (Bson::String(pattern), options) => make_regex(pattern, options.unwrap_or_default()),
        (Bson::RegularExpression(regex), Some(options)) => {
            if !regex.options.as_str().is_empty() {
                return Err(Error::input("options stand both in `$regex` and in `$options`").code(51075));
            }
            make_regex(regex.pattern.as_str(), options)
        }
        (Bson::RegularExpression(regex), None) => Ok(Test::Regex(plain_regex(regex))),
        (other, _) => {
            Err(bad(format!("`$regex` takes a string or a regular expression, found {}", describe::a_value(other))))
        }
    }
}

fn make_regex(pattern: &str, options: &str) -> Result<Test, Error> {
    if pattern.contains('\0') {
        return Err(bad("a regular expression cannot contain the character with code 0"));
    }
    let options = names::regex_options(options).map_err(|message| Error::input(message).code(51108))?;
    Ok(Test::Regex(Regex { pattern: pattern.to_owned(), options }))
}

fn plain_regex(regex: &bson::Regex) -> Regex {
    let mut options: Vec<char> = regex.options.as_str().chars().collect();
    options.sort_unstable();
    Regex { pattern: regex.pattern.as_str().to_owned(), options: options.into_iter().collect() }
}

/// MongoDB: both numbers lose their fractions, towards zero.
fn modulo(value: &Bson) -> Result<Test, Error> {
    let wanted = || bad("`$mod` takes an array of two numbers, the divisor and the remainder");
    let Bson::Array(values) = value else { return Err(wanted()) };
    let [divisor, remainder] = values.as_slice() else { return Err(wanted()) };
    let (Some(divisor), Some(remainder)) = (form::truncated(divisor), form::truncated(remainder)) else {
        return Err(wanted());
    };
    if divisor == 0 {
        return Err(bad("the divisor of `$mod` cannot be 0"));
    }
    Ok(Test::Mod { divisor, remainder })
}

/// `$bitsAllSet` and its kin: a mask as a number or as binary data, or a list of positions.
fn bits(name: &str, value: &Bson) -> Result<Test, Error> {
    let test = BitTest::named(name).ok_or_else(|| bad(format!("unknown query operator `{name}`")))?;
    let positions = match value {
        Bson::Array(values) => values.iter().map(bit_position).collect::<Result<_, _>>()?,
        Bson::Binary(binary) if binary.subtype == BinarySubtype::BinaryOld => {
            // MongoDB: the old subtype has its length inside once more, in four bytes that count.
            set_bits(&[&(binary.bytes.len() as u32).to_le_bytes(), binary.bytes.as_slice()].concat())
        }
        Bson::Binary(binary) => set_bits(&binary.bytes),
        number if form::number(number).is_some() => match form::whole(number) {
            Some(mask) if mask >= 0 => set_bits(&mask.to_le_bytes()),
            _ => {
                let message = format!("a bit mask is a whole number from 0, found {}", describe::a_value(number));
                return Err(Error::input(message).code(9));
            }
        },
        other => {
            let found = describe::a_value(other);
            return Err(bad(format!("`{name}` takes a number, binary data or an array of positions, found {found}")));
        }
    };
    Ok(Test::Bits(test, positions))
}

fn bit_position(value: &Bson) -> Result<u32, Error> {
    let position = form::whole(value).and_then(|at| i32::try_from(at).ok()).and_then(|at| u32::try_from(at).ok());
    position
        .ok_or_else(|| bad(format!("a bit's position is a whole number from 0, found {}", describe::a_value(value))))
}

/// The positions of the bits that are set, the lowest first.
fn set_bits(bytes: &[u8]) -> Vec<u32> {
    let is_set = |at: &usize| bytes[at / 8] >> (at % 8) & 1 == 1;
    (0..bytes.len() * 8).filter(is_set).map(|at| at as u32).collect()
}

fn size(value: &Bson) -> Result<Test, Error> {
    match form::whole(value) {
        Some(size) if (0..=i64::from(i32::MAX)).contains(&size) => Ok(Test::Size(size)),
        _ => Err(bad(format!("`$size` takes a whole number from 0 to 2147483647, found {}", describe::a_value(value)))),
    }
}

fn all(value: &Bson) -> Result<Test, Error> {
    let Bson::Array(values) = value else {
        return Err(bad(format!("`$all` takes an array, found {}", describe::a_value(value))));
    };
    let has_elem_match = values.first().and_then(elem_match_of).is_some();
    let test = |value: &Bson| match value {
        value if has_elem_match => match elem_match_of(value) {
            Some(inner) => elem_match(inner).map_err(|error| error.under("$elemMatch")),
            None => Err(bad("in an `$all` with `$elemMatch`, every element must be one")),
        },
        Bson::Document(document) if starts_as_test(document) => {
            Err(bad("`$all` takes values or `$elemMatch`, no other operators"))
        }
        Bson::RegularExpression(regex) => Ok(Test::Regex(plain_regex(regex))),
        value => compare(Comparison::Eq, value),
    };
    values.iter().map(test).collect::<Result<_, _>>().map(Test::All)
}

/// MongoDB: in an `$all`, what stands behind an `$elemMatch` in its object is not looked at.
fn elem_match_of(value: &Bson) -> Option<&Bson> {
    let (name, inner) = value.as_document()?.iter().next()?;
    (name == "$elemMatch").then_some(inner)
}

/// MongoDB: in an `$all`, any other object is a value, whatever its names.
fn starts_as_test(document: &Document) -> bool {
    document.keys().next().is_some_and(|name| {
        name != "$not" && names::is_field_operator(name) || name == "$geoNear" || name.starts_with("$_internal")
    })
}

/// MongoDB: the first key decides whether the conditions are on the element or on its fields.
fn elem_match(value: &Bson) -> Result<Test, Error> {
    let Bson::Document(document) = value else {
        return Err(bad(format!("`$elemMatch` takes an object, found {}", describe::a_value(value))));
    };
    let on_element = is_operators(document)
        && document.keys().next().is_some_and(|key| {
            !names::lists(names::TOP_OPERATORS, key) && !names::lists(names::UNSUPPORTED_TOP_OPERATORS, key)
        });
    if on_element {
        return tests(document).map(Test::ElemMatchValue);
    }
    predicate(value, On::Element).map(|predicate| Test::ElemMatchObject(Box::new(predicate)))
}

fn not(value: &Bson) -> Result<Test, Error> {
    match value {
        Bson::RegularExpression(regex) => Ok(Test::Not(Box::new(Test::Regex(plain_regex(regex))))),
        Bson::Document(document) if document.is_empty() => Err(bad("`$not` needs at least one operator")),
        Bson::Document(document) => Ok(Test::Not(Box::new(conjunction(tests(document)?)))),
        other => {
            Err(bad(format!("`$not` takes operators or a regular expression, found {}", describe::a_value(other)))
                .hint("for a value write `{$ne: …}`"))
        }
    }
}
