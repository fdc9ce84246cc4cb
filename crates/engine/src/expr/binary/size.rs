//! `$bsonSize` and `$binarySize`: how many bytes an object takes as BSON, a string as UTF-8, or binary data has; and
//! `$subtype`, what binary data says that it is.

use bson::Bson;

use crate::Error;
use crate::stage::size;
use crate::value::{Value, is_nullish, n_bytes, type_name};

/// The bytes of an object.
pub(in crate::expr) fn bson(value: Option<&Bson>) -> Result<Value, Error> {
    match value {
        Some(Bson::Document(document)) => Ok(Some(bytes(size::of_document(document)))),
        value if is_nullish(value) => Ok(Some(Bson::Null)),
        value => {
            Err(Error::coded(31_393, format!("`$bsonSize` requires an object as its input, not {}", type_name(value))))
        }
    }
}

/// The bytes of a string or of binary data.
pub(in crate::expr) fn binary(value: Option<&Bson>) -> Result<Value, Error> {
    match value {
        Some(Bson::String(text)) => Ok(Some(bytes(text.len()))),
        Some(Bson::Binary(binary)) => Ok(Some(bytes(n_bytes(binary)))),
        value if is_nullish(value) => Ok(Some(Bson::Null)),
        value => {
            let message = format!("`$binarySize` requires a string or binary data, not {}", type_name(value));
            Err(Error::coded(51_276, message))
        }
    }
}

/// `$subtype`
pub(in crate::expr) fn subtype(value: Option<&Bson>) -> Result<Value, Error> {
    match value {
        Some(Bson::Binary(binary)) => Ok(Some(Bson::Int32(i32::from(u8::from(binary.subtype))))),
        value if is_nullish(value) => Ok(Some(Bson::Null)),
        value => Err(Error::new(format!("`$subtype` expects binary data, not {}", type_name(value)))),
    }
}

fn bytes(n: usize) -> Bson {
    i32::try_from(n).map_or(Bson::Int64(n as i64), Bson::Int32)
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn bytes_are_counted() {
        check("{$bsonSize: '$$ROOT'}", "{a: 1}", "12");
        gives("{$bsonSize: null}", "null");
        gives("{$bsonSize: 'x'}", "error 31393");
        gives("{$binarySize: 'é'}", "2");
        check("{$binarySize: '$a'}", "{a: BinData(2, 'YWJj')}", "7");
        check("{$binarySize: '$nope'}", "{}", "null");
        gives("{$binarySize: 5}", "error 51276");
        check("{$subtype: '$a'}", "{a: BinData(4, 'AAECAwQFBgcICQoLDA0ODw==')}", "4");
        gives("{$subtype: null}", "null");
        gives("{$subtype: 5}", "error without a code");
    }
}
