//! `$objectToArray`: an object's fields as `[{k: name, v: value}, …]`; null for null and missing.

use bson::{Bson, doc};

use crate::Error;
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn object_to_array(value: Option<&Bson>) -> Result<Value, Error> {
    match value {
        Some(Bson::Document(object)) => {
            let pairs =
                object.iter().map(|(name, value)| Bson::Document(doc! {"k": name.as_str(), "v": value.clone()}));
            Ok(Some(Bson::Array(pairs.collect())))
        }
        other if is_nullish(other) => Ok(Some(Bson::Null)),
        other => {
            let message = format!("`$objectToArray` requires a document input, found {}", type_name(other));
            Err(Error::coded(40_390, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn fields_become_pairs() {
        gives("{$objectToArray: {a: 1, b: null}}", r#"[{"k":"a","v":1},{"k":"b","v":null}]"#);
        gives("{$objectToArray: null}", "null");
        gives("{$objectToArray: 5}", "error 40390");
    }
}
