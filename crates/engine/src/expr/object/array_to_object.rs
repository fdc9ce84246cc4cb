//! `$arrayToObject`: an object from `[[name, value], …]` or `[{k: name, v: value}, …]`; null for null and missing.
//!
//! MongoDB: the first element decides the form of all; a later pair of the same name wins; a missing value leaves the
//! field out; names with a zero byte are refused.

use bson::{Bson, Document};

use crate::Error;
use crate::expr::args;
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn array_to_object(value: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(value) {
        return Ok(Some(Bson::Null));
    }
    let items = args::array(value).ok_or_else(|| {
        Error::coded(40_386, format!("`$arrayToObject` requires an array input, found {}", type_name(value)))
    })?;
    let by_pairs = match items.first() {
        None => return Ok(Some(Bson::Document(Document::new()))),
        Some(Bson::Array(_)) => true,
        Some(Bson::Document(_)) => false,
        Some(other) => {
            let message = format!("unrecognised input type for `$arrayToObject`: {}", type_name(Some(other)));
            return Err(Error::coded(40_398, message));
        }
    };
    let mut object = Document::new();
    for item in items {
        let (name, value) = if by_pairs { pair(item)? } else { key_value(item)? };
        if name.contains('\0') {
            let code = if by_pairs { 4_940_400 } else { 4_940_401 };
            return Err(Error::coded(code, "key field cannot contain an embedded null byte"));
        }
        object.insert(name, value.clone());
    }
    Ok(Some(Bson::Document(object)))
}

fn pair(item: &Bson) -> Result<(&str, &Bson), Error> {
    let Bson::Array(pair) = item else {
        let found = type_name(Some(item));
        return Err(Error::coded(40_396, format!("`$arrayToObject` requires arrays throughout, found {found}")));
    };
    let [name, value] = pair.as_slice() else {
        let message = format!("`$arrayToObject` requires arrays of size 2, found one of size {}", pair.len());
        return Err(Error::coded(40_397, message));
    };
    let name = args::text(Some(name)).ok_or_else(|| {
        let found = type_name(Some(name));
        Error::coded(40_395, format!("`$arrayToObject` requires keys to be strings, found {found}"))
    })?;
    Ok((name, value))
}

fn key_value(item: &Bson) -> Result<(&str, &Bson), Error> {
    let Bson::Document(object) = item else {
        let found = type_name(Some(item));
        return Err(Error::coded(40_391, format!("`$arrayToObject` requires objects throughout, found {found}")));
    };
    if object.len() != 2 {
        let message = format!("`$arrayToObject` requires objects of 2 fields `k` and `v`, found {}", object.len());
        return Err(Error::coded(40_392, message));
    }
    let (Some(name), Some(value)) = (object.get("k"), object.get("v")) else {
        return Err(Error::coded(40_393, "`$arrayToObject` requires objects with the fields `k` and `v`"));
    };
    let name = args::text(Some(name)).ok_or_else(|| {
        let found = type_name(Some(name));
        Error::coded(40_394, format!("`$arrayToObject` requires `k` to be a string, found {found}"))
    })?;
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn pairs_of_either_form_become_fields() {
        gives("{$arrayToObject: {$literal: [['a', 1], ['b', 2], ['a', 3]]}}", r#"{"a":3,"b":2}"#);
        gives("{$arrayToObject: {$literal: [{k: 'a', v: 1}, {v: 2, k: 'b'}]}}", r#"{"a":1,"b":2}"#);
        gives("{$arrayToObject: {$literal: []}}", "{}");
        gives("{$arrayToObject: null}", "null");
        gives("{$arrayToObject: 'x'}", "error 40386");
        gives("{$arrayToObject: {$literal: [1]}}", "error 40398");
        gives("{$arrayToObject: {$literal: [['a', 1], {k: 'b', v: 1}]}}", "error 40396");
        gives("{$arrayToObject: {$literal: [['a']]}}", "error 40397");
        gives("{$arrayToObject: {$literal: [[1, 1]]}}", "error 40395");
        gives("{$arrayToObject: {$literal: [{k: 'a', v: 1}, 1]}}", "error 40391");
        gives("{$arrayToObject: {$literal: [{k: 'a'}]}}", "error 40392");
        gives("{$arrayToObject: {$literal: [{k: 'a', w: 1}]}}", "error 40393");
        gives("{$arrayToObject: {$literal: [{k: 1, v: 1}]}}", "error 40394");
    }
}
