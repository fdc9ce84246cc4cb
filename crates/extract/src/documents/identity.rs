//! The `_id` of a document that comes in: first of its fields, as a server keeps it, and made where there is none.
//!
//! In: a document, and its number in the collection. Out: its bytes as they are kept, and the key of its `_id`.
//! Invariant: the same document at the same place gets the same `_id`, whenever and wherever it is imported, so that an import
//! that is repeated changes nothing; a sort by `_id` gives the order of the file, as after an import into a server.
//! Why not random, as a server's: the hash of a collection is that of its contents.

use bson::oid::ObjectId;
use bson::{Bson, Document};
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

/// Moves the `_id` to the front.
pub(super) fn in_front(mut document: Document) -> Document {
    if document.keys().next().is_none_or(|first| first == "_id") {
        return document;
    }
    match document.remove("_id") {
        Some(id) => std::iter::once(("_id".to_owned(), id)).chain(document).collect(),
        None => document,
    }
}

/// Refuses what a server takes for no `_id`.
pub(super) fn check(document: &Document) -> Result<(), Error> {
    let what = match document.get("_id") {
        Some(Bson::Array(_)) => "an array",
        Some(Bson::RegularExpression(_)) => "a regular expression",
        Some(Bson::Undefined) => "undefined",
        _ => return Ok(()),
    };
    Err(Error::input(format!("an `_id` cannot be {what}"))
        .hint("give the field another name, or the document another `_id`"))
}

/// Puts an `_id` in front of a document that has none. `bytes` are those of the document, and `number` counts from 1.
pub(super) fn identified(document: &Document, bytes: Vec<u8>, number: u64) -> Identified {
    if let Some(id) = ids::key(document) {
        return Identified { bytes, id };
    }
    let id = made(&bytes, number);
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
    use bson::doc;

    use super::*;

    fn kept(document: Document, number: u64) -> Document {
        let document = in_front(document);
        let bytes = document.to_vec().unwrap();
        Document::from_reader(identified(&document, bytes, number).bytes.as_slice()).unwrap()
    }

    #[test]
    fn the_id_stands_first() {
        assert_eq!(kept(doc! {"a": 1, "_id": 2, "b": 3}, 1).to_string(), doc! {"_id": 2, "a": 1, "b": 3}.to_string());
        assert_eq!(kept(doc! {"_id": 2, "b": 3}, 1), doc! {"_id": 2, "b": 3});
        let made = kept(doc! {"a": 1}, 1);
        assert_eq!(made.keys().collect::<Vec<_>>(), ["_id", "a"]);
        assert!(matches!(made.get("_id"), Some(Bson::ObjectId(_))));
        assert_eq!(kept(doc! {}, 7).len(), 1);
    }

    #[test]
    fn ids_are_made_of_place_and_contents() {
        let id = |document, number| kept(document, number).get_object_id("_id").unwrap();
        assert_eq!(id(doc! {"a": 1}, 1), id(doc! {"a": 1}, 1));
        assert_ne!(id(doc! {"a": 1}, 1), id(doc! {"a": 2}, 1));
        let many: Vec<ObjectId> = (1..3_000).map(|number| id(doc! {"a": number as i64 * 7919 % 13}, number)).collect();
        assert!(many.is_sorted_by(|a, b| a < b), "they rise with the place");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for document in [doc! {"_id": [1]}, doc! {"_id": Bson::Undefined}] {
            assert!(check(&document).is_err(), "{document}");
        }
        assert!(check(&doc! {"_id": {"a": [1]}, "x": [1]}).is_ok());
    }
}
