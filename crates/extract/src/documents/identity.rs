//! The `_id` of a document that comes in: first of its fields, as a server keeps it, and made where there is none.
//!
//! In: a document as BSON, and its number in the collection. Out: its bytes as they are kept, and the key of its `_id`.
//! Invariant: the same document at the same place gets the same `_id`, whenever and wherever it is imported, so that an import
//! that is repeated changes nothing; a sort by `_id` gives the order of the file, as after an import into a server.
//! Why not random, as a server's: the hash of a collection is that of its contents.

use std::ops::Range;

use bson::oid::ObjectId;
use bson::{Bson, RawDocument};
use twox_hash::XxHash3_64;

use crate::{Error, ids};

/// The bytes of an `ObjectId` that say which document it is; the others are of the hash of its contents.
const NUMBER_BYTES: usize = 5;
/// Where the fields of a document begin, behind its length.
const FIELDS_START: usize = 4;

/// A document's bytes, and the key of its `_id`.
pub(super) struct Identified {
    pub(super) bytes: Vec<u8>,
    pub(super) id: Vec<u8>,
}

/// Puts the `_id` of a document in front, and one of its own where it has none. Refuses what a server takes for no `_id`.
/// `number` counts from 1.
pub(super) fn identified(mut bytes: Vec<u8>, number: u64) -> Result<Identified, Error> {
    let found = find(&bytes).map_err(|error| Error::bug(error.to_string()))?;
    let Some((place, value)) = found else { return Ok(with_id(&bytes, number)) };
    check(&value)?;
    let id = ids::of_value(&value);
    bytes[FIELDS_START..place.end].rotate_right(place.len());
    Ok(Identified { bytes, id })
}

/// Where the `_id` lies, its type and name included, and its value.
fn find(bytes: &[u8]) -> Result<Option<(Range<usize>, Bson)>, bson::error::Error> {
    let mut start = FIELDS_START;
    for element in RawDocument::from_bytes(bytes)?.iter_elements() {
        let element = element?;
        let end = start + 1 + element.key().as_str().len() + 1 + element.size();
        if element.key().as_str() == "_id" {
            return Ok(Some((start..end, Bson::try_from(element)?)));
        }
        start = end;
    }
    Ok(None)
}

fn check(id: &Bson) -> Result<(), Error> {
    let what = match id {
        Bson::Array(_) => "an array",
        Bson::RegularExpression(_) => "a regular expression",
        Bson::Undefined => "undefined",
        _ => return Ok(()),
    };
    Err(Error::input(format!("an `_id` cannot be {what}"))
        .hint("give the field another name, or the document another `_id`"))
}

fn with_id(bytes: &[u8], number: u64) -> Identified {
    let id = made(bytes, number);
    let mut whole = Vec::with_capacity(bytes.len() + 17);
    whole.extend_from_slice(&[0; FIELDS_START]);
    whole.extend_from_slice(b"\x07_id\0");
    whole.extend_from_slice(&id.bytes());
    whole.extend_from_slice(&bytes[FIELDS_START..]);
    let length = (whole.len() as u32).to_le_bytes();
    whole[..FIELDS_START].copy_from_slice(&length);
    Identified { bytes: whole, id: ids::of_value(&Bson::ObjectId(id)) }
}

fn made(bytes: &[u8], number: u64) -> ObjectId {
    let mut id = [0; 12];
    let (front, back) = id.split_at_mut(NUMBER_BYTES);
    front.copy_from_slice(&number.to_be_bytes()[8 - NUMBER_BYTES..]);
    back.copy_from_slice(&XxHash3_64::oneshot(bytes).to_be_bytes()[..12 - NUMBER_BYTES]);
    ObjectId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use bson::{Document, doc};

    use super::*;

    fn kept(document: &Document, number: u64) -> Document {
        let kept = identified(document.to_vec().unwrap(), number).unwrap();
        assert_eq!(ids::key(&kept.bytes), Some(kept.id));
        Document::from_reader(kept.bytes.as_slice()).unwrap()
    }

    #[test]
    fn the_id_stands_first() {
        assert_eq!(kept(&doc! {"a": 1, "_id": 2, "b": 3}, 1).to_string(), doc! {"_id": 2, "a": 1, "b": 3}.to_string());
        assert_eq!(kept(&doc! {"_id": 2, "b": 3}, 1), doc! {"_id": 2, "b": 3});
        let before = doc! {
            "s": "é", "o": {"x": [1, "y"]}, "d": 1.5, "l": 5_i64, "n": Bson::Null, "t": true, "at": bson::DateTime::from_millis(5),
            "m": "1.50".parse::<bson::Decimal128>().unwrap(), "r": Bson::JavaScriptCode("f()".to_owned()), "_id": "k", "z": 1
        };
        let moved = kept(&before, 1);
        assert_eq!(moved.keys().next().map(String::as_str), Some("_id"));
        assert_eq!(moved, before, "nothing else changes");
        let made = kept(&doc! {"a": 1}, 1);
        assert_eq!(made.keys().collect::<Vec<_>>(), ["_id", "a"]);
        assert!(matches!(made.get("_id"), Some(Bson::ObjectId(_))));
        assert_eq!(kept(&doc! {}, 7).len(), 1);
    }

    #[test]
    fn ids_are_made_of_place_and_contents() {
        let id = |document: Document, number| kept(&document, number).get_object_id("_id").unwrap();
        assert_eq!(id(doc! {"a": 1}, 1), id(doc! {"a": 1}, 1));
        assert_ne!(id(doc! {"a": 1}, 1), id(doc! {"a": 2}, 1));
        let many: Vec<ObjectId> = (1..3_000).map(|number| id(doc! {"a": number as i64 * 7919 % 13}, number)).collect();
        assert!(many.is_sorted_by(|a, b| a < b), "they rise with the place");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let is_refused = |document: &Document| identified(document.to_vec().unwrap(), 1).is_err();
        for document in [doc! {"_id": [1]}, doc! {"a": 1, "_id": Bson::Undefined}] {
            assert!(is_refused(&document), "{document}");
        }
        assert!(!is_refused(&doc! {"_id": {"a": [1]}, "x": [1]}));
    }
}
