//! How large values are as BSON, and the limit on documents.

use bson::{Bson, Document};

use crate::Error;
use crate::meter;
use crate::value::n_bytes;

/// MongoDB: 16 MiB for the user, and 16 KiB on top for the server's own wrapping.
pub(crate) const LIMIT_BYTES: usize = 16 * 1024 * 1024 + 16 * 1024;

/// The bytes of a value as BSON, without its name.
pub(crate) fn of(value: &Bson) -> usize {
    match value {
        Bson::Double(_) | Bson::Int64(_) | Bson::DateTime(_) | Bson::Timestamp(_) => 8,
        Bson::Int32(_) => 4,
        Bson::Boolean(_) => 1,
        Bson::Null | Bson::Undefined | Bson::MinKey | Bson::MaxKey => 0,
        Bson::ObjectId(_) => 12,
        Bson::Decimal128(_) => 16,
        Bson::String(text) | Bson::Symbol(text) | Bson::JavaScriptCode(text) => text.len() + 5,
        Bson::Binary(binary) => n_bytes(binary) + 5,
        Bson::RegularExpression(regex) => regex.pattern.as_str().len() + regex.options.as_str().len() + 2,
        Bson::JavaScriptCodeWithScope(code) => code.code.len() + 9 + of_document(&code.scope),
        Bson::DbPointer(_) => 17,
        Bson::Document(document) => of_document(document),
        Bson::Array(items) => {
            let names: usize = (0..items.len()).map(|index| index.checked_ilog10().unwrap_or(0) as usize + 3).sum();
            5 + names + items.iter().map(of).sum::<usize>()
        }
    }
}
/// The bytes of a document as BSON.
pub(crate) fn of_document(document: &Document) -> usize {
    5 + document.iter().map(|(name, value)| name.len() + 2 + of(value)).sum::<usize>()
}

/// Roughly the bytes that a document takes in memory: each field has a name, a value and a place in an index, and there is
/// room for more of them.
pub(crate) fn in_memory(document: &Document) -> usize {
    const PER_FIELD: usize = size_of::<Bson>() + size_of::<String>() + 3 * size_of::<usize>();
    const PER_NAME: usize = 16;
    if document.is_empty() {
        return size_of::<Document>();
    }
    let n_places = document.len().next_power_of_two().max(4);
    let fields = document.iter().map(|(name, value)| name.len().max(PER_NAME) + of_value_in_memory(value));
    size_of::<Document>() + n_places * PER_FIELD + fields.sum::<usize>()
}

/// Roughly the bytes that a value takes in memory beyond its own size.
pub(crate) fn of_value_in_memory(value: &Bson) -> usize {
    match value {
        Bson::Document(document) => in_memory(document),
        Bson::Array(items) => items.iter().map(|item| size_of::<Bson>() + of_value_in_memory(item)).sum(),
        Bson::String(_) | Bson::Binary(_) => of(value),
        _ => 0,
    }
}

/// Refuses what a join finds for one document, where it is larger than a document may be.
pub(super) fn check_matches(bytes: usize, from: &str) -> Result<(), Error> {
    if bytes <= LIMIT_BYTES {
        return Ok(());
    }
    let message = format!("total size of documents in `{from}` matching the `$lookup` exceeds {LIMIT_BYTES}");
    Err(Error::coded(4568, message))
}

/// Refuses a document that a stage made larger than what is left of the memory allows.
pub(crate) fn check_between(document: Document) -> Result<Document, Error> {
    meter::document(&document)?;
    Ok(document)
}

/// Refuses a document that is larger than a document may be.
pub(crate) fn check(document: Document) -> Result<Document, Error> {
    let bytes = of_document(&document);
    if bytes <= LIMIT_BYTES {
        return Ok(document);
    }
    Err(Error::coded(
        10334,
        format!("BSONObj size: {bytes} is invalid: a document may have at most {LIMIT_BYTES} bytes (16 MB)"),
    ))
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn the_size_is_that_of_the_encoded_document() {
        let items: Vec<Bson> = (0..123).map(Bson::Int32).collect();
        let document = doc! {
            "a": items, "s": "é", "d": 1.5, "n": null, "b": true, "o": {"x": [1_i64, {}]}, "id": bson::oid::ObjectId::new(),
            "re": bson::Regex { pattern: "^a".try_into().unwrap(), options: "i".try_into().unwrap() },
            "bin": bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![1, 2, 3] },
            "m": Bson::MinKey, "t": Bson::Timestamp(bson::Timestamp { time: 1, increment: 2 }),
        };
        assert_eq!(of_document(&document), document.to_vec().unwrap().len());
    }

    #[test]
    fn more_than_sixteen_megabytes_are_refused() {
        let document = doc! {"text": "x".repeat(LIMIT_BYTES)};
        assert_eq!(check(document).unwrap_err().code(), Some(10334));
        assert!(check(doc! {"text": "x".repeat(1 << 20)}).is_ok());
    }
}
